"""Rollout and attention flow (Abnar and Zuidema 2020): what reaches a position by a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from app.language import in_turn, say_refusal
from app.paint.colour import scale_weights
from app.paint.words import isolated, typeset
from app.panels.activations_hold import position_of
from app.panels.answer_page import AnswerPage
from app.panels.elided import Elided
from app.panels.field import Field
from app.panels.field_picture import Picture, Side, Spot
from app.panels.flow_bars import FlowBars, Strip
from app.state import Cell, View
from app.theme import Theme
from core.asks.flow import Flow, FlowAsk
from core.errors import Refusal
from core.trace import LOG_FLOOR

if TYPE_CHECKING:
    from core.frame import Frame
    from core.trace import Ask

_TOLD = 20  # tokens that the text equivalent names


class FlowPage(AnswerPage[Flow]):
    """The rollout of the selected head's layer, and one row of it beside the flow."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawn: tuple[object, ...] = ()
        self._pointed: Cell | None = None
        self._layers, self._whose, self._legend = QComboBox(self), Elided(self), Elided(self)
        self._field, self._bars = Field(self), FlowBars(self)
        self._reading = Elided(self)
        self._layers.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        pictures = QWidget(self)
        inner = QVBoxLayout(pictures)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(4)
        inner.addWidget(self._field, 3)
        inner.addWidget(self._whose)
        inner.addWidget(self._bars, 2)
        inner.addWidget(self._reading)
        self._stack.addWidget(pictures)
        top = QHBoxLayout()
        top.addWidget(self._layers)
        top.addWidget(self._legend, 1)
        self._legend.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self._stack, 1)
        self._pictures = pictures
        self._layers.activated.connect(self._choose_layer)
        self._field.pointed.connect(self._point_field)
        self._field.clicked.connect(self._hold_field)
        self._field.resized.connect(self.wished)
        self._bars.pointed.connect(self._point_bar)
        self._bars.clicked.connect(self._hold_bar)
        self.retranslate()

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self._layers.setAccessibleName(self.tr("Layer"))
        self._layers.setToolTip(self.tr("The layer of the selected head"))
        self._rollout_tip = self.tr(
            "Rollout: the mean of a layer's heads, half of it replaced by the residual stream, "
            "times the same of every layer below. Each row sums to 1. Abnar and Zuidema 2020, "
            "“Quantifying Attention Flow in Transformers”.")
        self._flow_tip = self.tr(
            "Flow: the most that can run from the position down to one token at a time, where the "
            "same weights are the capacities of the edges. 0 to 1 each; a row does not sum to 1. "
            "Abnar and Zuidema 2020, “Quantifying Attention Flow in Transformers”.")
        self._field.setToolTip(self._rollout_tip + "\n" + self.tr(
            "A row a position after the layer, a column a token of the text."))
        self._drawn = ()
        self._draw()

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        super().set_theme(theme)
        self._field.set_theme(theme)
        for words in (self._whose, self._legend):
            words.setStyleSheet(f"color: {theme.muted}")
        self._drawn = ()
        self._draw()

    # -- what it asks -----------------------------------------------------------------------

    def asks(self, frame: Frame | None, view: View) -> tuple[Ask[Any], ...]:
        """The layer of the selected head, and the selected query; the last where none is."""
        at = position_of(frame, view) if frame is not None else None
        layer = view.shown[0] if view.shown else 0
        return (FlowAsk(layer, -1 if at is None else at, *self._field.room()),)

    def title(self, frame: Frame, view: View) -> str:
        """Names it."""
        if self._told is None:
            return self.tr("Attention rollout and flow")
        return self.tr("Rollout after layer {layer}").format(layer=self._told.layer)

    def badge(self, frame: Frame, view: View) -> str:
        """Says what was averaged, mixed in, left out, reduced or scaled."""
        if self._told is None:
            return ""
        parts = [self.tr("heads averaged, half residual stream")]
        if len(frame.card.layers) == 2 and frame.sight.stack == "decoder":
            parts.append(self.tr("without cross-attention"))
        if frame.sight.omit != "nothing":
            parts.append(self.tr("special tokens counted"))
        broken = int(np.isnan(self._told.values).any(1).sum())
        if broken:
            parts.append(self.tr("rows with weights that are no numbers: {count}").format(
                count=broken))
        if self._told.spots is not None:
            parts.append(self.tr("largest per pixel"))
        if frame.sight.scale != "linear":
            parts.append(self.tr("square-root scale") if frame.sight.scale == "root" else
                         self.tr("logarithmic scale"))
        return " · ".join(parts)

    # -- drawing ----------------------------------------------------------------------------

    def _draw(self) -> None:
        frame, flow = self._frame, self._told
        for line in (self._whose, self._legend, self._reading):
            line.setFixedHeight(self.fontMetrics().height() + 4)  # whatever letters stand in it
        for part in (self._layers, self._legend):
            part.setVisible(flow is not None)
        if frame is None or flow is None:
            self._stack.setCurrentWidget(self._hint)
            return
        self._stack.setCurrentWidget(self._pictures)
        self._offer(flow)
        if self._drawn != (flow, frame.sight.scale):
            self._drawn = flow, frame.sight.scale
            self._draw_field(frame, flow)
        cell = self._cell()
        self._field.light(*(cell or (None,)))
        self._draw_bars(frame, flow, cell)
        self._reading.setText(self.reading())

    def _offer(self, flow: Flow) -> None:
        names = [self.tr("after layer {layer}").format(layer=at) for at in range(flow.layers)]
        if [self._layers.itemText(at) for at in range(self._layers.count())] != names:
            self._layers.clear()
            self._layers.addItems(names)
        self._layers.setCurrentIndex(flow.layer)

    def _draw_field(self, frame: Frame, flow: Flow) -> None:
        scale, good = frame.sight.scale, np.isfinite(flow.values)
        most = float(flow.values[good].max(initial=0.0)) or 1.0
        low = typeset(f"≤ {LOG_FLOOR * most:.3g}") if scale == "log" else "0"
        labels = frame.queries.labels
        shares = scale_weights(flow.values / most, scale)
        shares[~good] = np.nan
        self._field.show_picture(Picture(
            shares, Side(len(labels), labels), Side(len(flow.rollout)),
            ((0, low), (1, typeset(f"{most:.3g}"))), masked=~flow.visible))
        self._legend.setText(
            "" if flow.visible.all() else self.tr("grey or hatched: no path leads there"))
        self._field.setAccessibleName(
            self.tr("Rollout after layer {layer}: position × token").format(layer=flow.layer))

    def _draw_bars(self, frame: Frame, flow: Flow, cell: Cell | None) -> None:
        area = self._field.area()
        hidden = np.float32(-np.inf)
        told = None if isinstance(flow.flow, Refusal) else flow.flow
        strips = (
            Strip(self.tr("rollout"), self._rollout_tip, np.where(flow.seen, flow.rollout, hidden)),
            Strip(self.tr("flow"), self._flow_tip,
                  None if told is None else np.where(flow.seen, told, hidden),
                  say_refusal(flow.flow) if isinstance(flow.flow, Refusal) else ""),
        )
        self._bars.show_strips(strips, frame.keys.labels, None if cell is None else cell[1],
                               (area.left(), area.right()), self.theme)
        whose = self.tr("What “{token}” ({i}) has of each token").format(
            token=isolated(frame.queries.labels[flow.query]), i=flow.query)
        self._whose.setText(whose)
        self._bars.setAccessibleName(whose)
        words = self.in_words()
        self._bars.setAccessibleDescription(words)
        self._field.setAccessibleDescription(f"{whose}: {words}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the bars below the columns."""
        super().resizeEvent(event)
        self._draw()

    # -- reading ----------------------------------------------------------------------------

    def _cell(self) -> Cell | None:
        """The selected cell, if there is such a one here."""
        at, flow, frame = self._view.at, self._told, self._frame
        if at is None or flow is None or frame is None:
            return None
        return at if at[0] < len(frame.queries) and at[1] < len(flow.rollout) else None

    def reading(self) -> str:
        """What is said of the cell under the pointer, or of the selected one."""
        flow, frame = self._told, self._frame
        if flow is None or frame is None:
            return ""
        spot = self._field.at
        if spot is not None and spot[0] < len(flow.values) and spot[1] < flow.values.shape[1]:
            cell = flow.spot(*spot)
            return self._say(frame, cell, float(flow.values[spot]), bool(flow.visible[spot]),
                             flow.flow if cell[0] == flow.query else None)
        chosen = self._cell() if self._bars.at is None else (flow.query, self._bars.at)
        if chosen is None or chosen[0] != flow.query:
            return self.tr("Point at a cell or a bar to read it.")
        return self._say(frame, chosen, float(flow.rollout[chosen[1]]),
                         bool(flow.seen[chosen[1]]), flow.flow)

    def _say(
        self, frame: Frame, cell: Cell, value: float, seen: bool,
        flows: NDArray[np.float32] | Refusal | None,
    ) -> str:
        names = {"query": isolated(frame.queries.labels[cell[0]]), "i": cell[0],
                 "key": isolated(frame.keys.labels[cell[1]]), "j": cell[1]}
        if not seen:
            return self.tr("“{query}” ({i}) → “{key}” ({j}): no path").format(**names)
        if flows is None or isinstance(flows, Refusal):
            return self.tr("“{query}” ({i}) → “{key}” ({j}): rollout {rollout}").format(
                **names, rollout=_number(value))
        return self.tr("“{query}” ({i}) → “{key}” ({j}): rollout {rollout}, flow {flow}").format(
            **names, rollout=_number(value), flow=_number(float(flows[cell[1]])))

    def in_words(self) -> str:
        """The row of the query, the largest rollout first."""
        flow, frame = self._told, self._frame
        if flow is None or frame is None:
            return ""
        order = np.argsort(-np.nan_to_num(flow.rollout), kind="stable")
        tokens = [int(token) for token in order if flow.seen[token]][:_TOLD]
        return in_turn(
            self._say(frame, (flow.query, token), float(flow.rollout[token]), True, flow.flow)
            for token in tokens)

    # -- what the user does -----------------------------------------------------------------

    def _point_field(self, spot: Spot | None) -> None:
        self._point(None if spot is None or self._told is None else self._told.spot(*spot))

    def _point_bar(self, token: int | None) -> None:
        self._point(None if token is None or self._told is None else (self._told.query, token))

    def _point(self, cell: Cell | None) -> None:
        self._reading.setText(self.reading())
        if cell != self._pointed:
            self._pointed = cell
            self.selected.emit({"cell": cell})

    def _hold_field(self, spot: Spot) -> None:
        if self._told is not None:
            self._hold(self._told.spot(*spot))

    def _hold_bar(self, token: int) -> None:
        if self._told is not None:
            self._hold((self._told.query, token))

    def _hold(self, cell: Cell) -> None:
        self.selected.emit({"held": None if cell == self._view.held else cell})

    def _choose_layer(self, at: int) -> None:
        head = self._view.shown[1] if self._view.shown else 0
        self.selected.emit({"pinned": (at, head), "hovered": None})


def _number(value: float) -> str:
    return typeset(f"{value:.4f}")
