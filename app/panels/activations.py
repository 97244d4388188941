"""The tensors of the stack on screen, layer by layer: values, distribution, norms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from app.language import in_turn
from app.paint.words import isolated
from app.panels import activations_words as words
from app.panels.activations_hold import hold, position_of
from app.panels.activations_pictures import norms_picture, values_picture
from app.panels.activations_spread import Histogram
from app.panels.answer_page import AnswerPage
from app.panels.chooser import Chooser
from app.panels.cut_button import CutButton
from app.panels.elided import Elided
from app.panels.field import Field
from app.panels.field_picture import Spot
from app.panels.narrow import Narrow
from app.state import View
from app.theme import Theme
from core.asks.activations import (
    ONCE,
    Matrix,
    MatrixAsk,
    Norms,
    NormsAsk,
    Place,
    Site,
    Spread,
    SpreadAsk,
)

if TYPE_CHECKING:
    from core.frame import Frame
    from core.trace import Ask

Way = Literal["values", "spread", "norms"]


class ActivationsPage(AnswerPage["Matrix | Spread | Norms"]):
    """Three ways to see one tensor; the layer is that of the selected head."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._site: Site = "resid_out"
        self._way: Way = "values"
        self._ask: Ask[Any] | None = None
        self._drawn: tuple[object, ...] = ()
        self._pointed: int | None = None  # the position that the pointer previews
        self._sites, self._layers = Narrow(self, 12), QComboBox(self)
        self._ways, self._cut = Chooser(self), CutButton(self)
        self._field, self._histogram = Field(self), Histogram(self)
        self._reading, self._numbers = Elided(self), Elided(self)
        self._outliers, self._dead = Elided(self), Elided(self)
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        for each in (self._field, self._histogram):
            self._stack.addWidget(each)
        what, how = QHBoxLayout(), QHBoxLayout()
        what.addWidget(self._sites, 1)
        what.addWidget(self._layers)
        how.addWidget(self._ways)
        how.addStretch(1)
        how.addWidget(self._cut)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(what)
        column.addLayout(how)
        column.addWidget(self._stack, 1)
        for line in (self._reading, self._numbers, self._outliers, self._dead):
            column.addWidget(line)

    def _connect(self) -> None:
        self._sites.activated.connect(self._choose_site)
        self._layers.activated.connect(self._choose_layer)
        self._ways.chosen.connect(self._choose_way)
        self._cut.toggled.connect(self._choose_reach)
        self._field.pointed.connect(self._point)
        self._field.clicked.connect(self._hold)
        self._field.resized.connect(self.wished)
        self._histogram.pointed.connect(lambda at: self._read())

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self._sites.setAccessibleName(self.tr("Tensor"))
        self._layers.setAccessibleName(self.tr("Layer"))
        self._layers.setToolTip(self.tr("The layer of the selected head"))
        self._offer_ways()
        self._histogram.retranslate()
        self._drawn = ()
        self._draw()

    def _offer_ways(self) -> None:
        self._ways.offer((
            ("values", self.tr("Values"), self.tr("A row a position, a column a dimension")),
            ("spread", self.tr("Distribution"), self.tr("How many values are how large")),
            ("norms", self.tr("Norms"), self.tr(
                "The Euclidean length of the vector at each position, by layer")),
        ), self._way)
        self._cut.retranslate()
        self._cut.setVisible(self._way == "values")

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        super().set_theme(theme)
        self._field.set_theme(theme)
        self._histogram.set_theme(theme)
        for text in (self._numbers, self._outliers, self._dead):
            text.setStyleSheet(f"color: {theme.muted}")
        self._drawn = ()
        self._draw()

    # -- what it asks -----------------------------------------------------------------------

    def asks(self, frame: Frame | None, view: View) -> tuple[Ask[Any], ...]:
        """The chosen tensor, at the layer of the selected head."""
        rows, columns = self._field.room()
        layer = view.shown[0] if view.shown else 0
        if self._way == "values":
            return (MatrixAsk(self._site, layer, rows, columns),)
        if self._way == "norms":
            return (NormsAsk(self._site, columns),)
        at = position_of(frame, view) if frame is not None else None
        return (SpreadAsk(self._site, layer, -1 if at is None else at),)

    def title(self, frame: Frame, view: View) -> str:
        """Its size; which tensor it is stands below."""
        if self._told is None:
            return self.tr("Activations")
        if isinstance(self._told, Norms):
            return self.tr("Norms by layer and position")
        summary = self._told.summary
        return self.tr("positions × dimensions: {positions} × {width}").format(
            positions=f"{summary.positions:,}", width=f"{summary.width:,}")

    def badge(self, frame: Frame, view: View) -> str:
        """Says what was reduced, cut or scaled."""
        told = self._told
        if isinstance(told, Spread):
            return self.tr("logarithmic counts")
        parts = []
        if isinstance(told, Norms):
            if told.spots is not None:
                parts.append(self.tr("longest per pixel"))
            parts.append(self.tr("logarithmic scale"))
        elif isinstance(told, Matrix):
            if told.spots is not None:
                parts.append(self.tr("largest |x| per pixel"))
            if self._cut.isChecked() and told.summary.beyond:
                parts.append(self.tr("{count} beyond colours").format(
                    count=f"{told.summary.beyond:,}"))
        return " · ".join(parts)

    # -- drawing ----------------------------------------------------------------------------

    def _draw(self) -> None:
        frame, told = self._frame, self._told
        if frame is None or told is None:
            self._stack.setCurrentWidget(self._hint)
            for text in (self._reading, self._numbers, self._outliers, self._dead):
                text.clear()
            return
        self._offer(told.place)
        at = position_of(frame, self._view)
        state = told, self._cut.isChecked(), frame.queries
        if self._drawn != state:
            self._drawn = state
            self._draw_anew(frame, told)
        if isinstance(told, Spread):
            label = frame.queries.labels[told.position]
            self._histogram.show_spread(told, f"{isolated(label)} ({told.position})")
            self._stack.setCurrentWidget(self._histogram)
        else:
            layer = self._view.shown[0] if self._view.shown else None
            position = () if at is None else (at,)
            if isinstance(told, Matrix):
                self._field.light(at)
            else:
                self._field.light(None if told.place.site in ONCE else layer, *position)
            self._stack.setCurrentWidget(self._field)
        self._read()

    def _draw_anew(self, frame: Frame, told: Matrix | Spread | Norms) -> None:
        place, labels = told.place, frame.queries.labels
        if isinstance(told, Norms):
            names = [words.site_names()[place.site]] if place.site in ONCE else (
                words.layer_names(len(told.values)))
            self._field.show_picture(norms_picture(told, names, labels))
            lines = [words.longest(told), "", ""]
        else:
            summary = told.summary
            lines = [words.numbers(summary), words.outliers(summary), words.dead(summary)]
        if isinstance(told, Matrix):
            self._field.show_picture(values_picture(told, labels, self._cut.isChecked()))
        for text, line in zip((self._numbers, self._outliers, self._dead), lines, strict=True):
            text.setText(line)
        self._make_room()
        picture = self._histogram if isinstance(told, Spread) else self._field
        name = words.place_title(place, isinstance(told, Norms))
        picture.setAccessibleName(name)
        picture.setAccessibleDescription(in_turn(lines))
        if picture is self._field:
            tip = words.site_tips()[place.site]
            self._field.setToolTip("\n".join(filter(None, (tip, *lines))))

    def _make_room(self) -> None:
        """Lines of words give way to the picture where there is no room for both."""
        spare = self.height() // self.fontMetrics().height() - 11
        for text in (self._outliers, self._dead, self._numbers):
            spare -= bool(text.text())
            text.setVisible(bool(text.text()) and spare >= 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep room for the picture."""
        super().resizeEvent(event)
        self._make_room()

    def _offer(self, place: Place) -> None:
        """What can be chosen of this model."""
        names, tips = words.site_names(), words.site_tips()
        wanted = [names[site] for site in place.sites]
        if [self._sites.itemText(at) for at in range(self._sites.count())] != wanted:
            self._sites.clear()
            for site in place.sites:
                self._sites.addItem(names[site], site)
                self._sites.setItemData(
                    self._sites.count() - 1, tips[site], Qt.ItemDataRole.ToolTipRole)
        self._sites.setCurrentIndex(place.sites.index(place.site))
        layers = words.layer_names(place.layers)
        if [self._layers.itemText(at) for at in range(self._layers.count())] != layers:
            self._layers.clear()
            self._layers.addItems(layers)
        shown = self._view.shown[0] if self._view.shown else place.layer
        self._layers.setCurrentIndex(min(shown, place.layers - 1))
        self._layers.setEnabled(place.site not in ONCE)

    # -- reading ----------------------------------------------------------------------------

    def _position_at(self, spot: Spot) -> int | None:
        told = self._told
        if isinstance(told, Matrix):
            return told.spot(*spot)[0]
        return told.position(*spot) if isinstance(told, Norms) else None

    def _read(self) -> None:
        self._reading.setText(self.reading())

    def reading(self) -> str:
        """What is said of what is under the pointer."""
        told, frame = self._told, self._frame
        if told is None or frame is None:
            return ""
        if isinstance(told, Spread):
            at = self._histogram.at
            return self.tr("Point at a bar to read it.") if at is None else words.say_bin(told, at)
        spot = self._field.at
        if spot is None or spot[0] >= told.values.shape[0] or spot[1] >= told.values.shape[1]:
            return self.tr("Point at a value to read it.")
        token = isolated(frame.queries.labels[self._position_at(spot) or 0])
        return words.say_norm(told, spot, token) if isinstance(told, Norms) else (
            words.say_value(told, spot, token))

    # -- what the user does -----------------------------------------------------------------

    def _point(self, spot: Spot | None) -> None:
        position = None if spot is None else self._position_at(spot)
        self._read()
        if position == self._pointed or self._frame is None:
            return
        self._pointed = position
        cell = None if position is None else hold(self._frame, self._view, position)
        self.selected.emit({"cell": cell})

    def _hold(self, spot: Spot) -> None:
        position = self._position_at(spot)
        if position is None or self._frame is None:
            return
        cell = hold(self._frame, self._view, position)
        changes: dict[str, object] = {"held": None if cell == self._view.held else cell}
        if isinstance(self._told, Norms) and self._told.place.site not in ONCE:
            head = self._view.shown[1] if self._view.shown else 0
            changes |= {"pinned": (spot[0], head), "hovered": None, "held": cell}
        self.selected.emit(changes)

    def _choose_site(self, at: int) -> None:
        self._site = self._sites.itemData(at)
        self.wished.emit()

    def _choose_layer(self, at: int) -> None:
        head = self._view.shown[1] if self._view.shown else 0
        self.selected.emit({"pinned": (at, head), "hovered": None})

    def _choose_way(self, way: str) -> None:
        self._way = cast("Way", way)
        self._field.name_columns(way == "norms")
        self._offer_ways()
        self.wished.emit()

    def _choose_reach(self) -> None:
        self._draw()
        self.wished.emit()  # the badge says it
