"""Where the panels lie: the prompt above, sheet and predictions left, the pages right, and below
them the time of a run."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget

from app.choices import Choices
from app.left import Left
from app.pages import HEAD, Pages
from app.panels.chooser import Choice, Chooser
from app.panels.predictions import Predictions
from app.panels.prompt import PromptPanel
from app.panels.readings_menu import ReadingsMenu
from app.panels.sheet import HeadSheet
from app.panels.timeline import TimelineBar
from app.panels.titled import Titled
from app.place import PANELS
from app.state import View, attention_of, quantities
from core.frame import Frame


class Layout(QWidget):
    """The panels in splitters whose sizes are remembered."""

    def __init__(self) -> None:
        super().__init__()
        self.prompt, self.sheet, self.predictions = PromptPanel(), HeadSheet(), Predictions()
        self.attention, self.stream, self.quantity = Chooser(), Chooser(), Chooser()
        self.tint = ReadingsMenu()
        self.pages, self.timeline = Pages(), TimelineBar()
        self.notice = QLabel()
        self.notice.setObjectName("notice")
        self.notice.setWordWrap(True)
        self.sheet_panel = Titled(self.sheet)
        self.matrix_panel = self.pages.panels[HEAD]
        self.predictions_panel = Titled(self.predictions)
        self.prompt_panel = Titled(self.prompt)
        self._panels: dict[str, QWidget] = {
            "prompt": self.prompt_panel, "sheet": self.sheet_panel,
            "predictions": self.predictions_panel, "pages": self.pages,
        }
        self.sheet_panel.add_tools(self.attention, self.stream, self.tint)
        self.matrix_panel.add_tools(self.quantity)
        below = QVBoxLayout()
        below.setSpacing(0)
        below.addWidget(self.notice)
        self.prompt_panel.column.addLayout(below)
        self.left = Left(self.sheet, self.sheet_panel, self.predictions_panel)
        self.columns = QSplitter(Qt.Orientation.Horizontal)
        self.columns.addWidget(self.left)
        self.columns.addWidget(self.pages)
        self.columns.setStretchFactor(0, 1)
        self.columns.setStretchFactor(1, 1)
        self.rows = QSplitter(Qt.Orientation.Vertical)
        self.rows.addWidget(self.prompt_panel)
        self.rows.addWidget(self.columns)
        self.rows.setStretchFactor(1, 1)
        self.rows.setSizes([130, 620])
        self.columns.setSizes([620, 640])
        for splitter in (self.rows, self.columns, self.left):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 0)
        layout.setSpacing(4)
        layout.addWidget(self.rows, 1)
        layout.addWidget(self.timeline)
        self._column = layout

    def add_below(self, part: QWidget) -> None:
        """Put it below the panels, above the time of a run."""
        self._column.insertWidget(1, part)

    def offer(self, frame: Frame, view: View) -> None:
        """Offer the attention, streams and quantities that there are."""
        kinds = [choice for choice in _attentions() if len(frame.card.layers) == 2]
        self.attention.offer(kinds, attention_of(frame))
        self.tint.show_reading(view.tint)
        self.left.show_frame(frame)
        self.stream.offer(_streams() if frame.card.two_streams else (), frame.sight.stream)
        there = quantities(frame) if view.shown else []
        shown = view.quantity if view.quantity in there else "pattern"
        self.quantity.offer([choice for choice in _quantities() if choice[0] in there], shown)

    def show_panels(self, names: Sequence[str]) -> None:
        """Have these panels on screen, of ``app.place.PANELS``; the others cost nothing."""
        for name, panel in self._panels.items():
            panel.setVisible(name in names)
        self.left.setVisible("sheet" in names or "predictions" in names)
        self.columns.setVisible(bool({"sheet", "predictions", "pages"} & set(names)))
        self.timeline.allow("timeline" in names)

    def shown_panels(self) -> tuple[str, ...]:
        """The panels that are on screen, or would be if there were something to see in them."""
        hidden = {name for name, panel in self._panels.items() if panel.isHidden()}
        if not self.timeline.allowed:
            hidden.add("timeline")
        return tuple(name for name in PANELS if name not in hidden)

    def restore(self, choices: Choices) -> None:
        """Take the sizes of the last time."""
        for part, name in ((self.rows, "rows"), (self.columns, "columns"), (self.left, "left")):
            kept = choices.layout(name)
            if kept is not None:
                part.restoreState(kept)
        self.pages.restore(choices)

    def save(self, choices: Choices) -> None:
        """Remember the sizes."""
        for part, name in ((self.rows, "rows"), (self.columns, "columns"), (self.left, "left")):
            choices.keep(name, part.saveState())
        self.pages.save(choices)


def _attentions() -> tuple[Choice, ...]:
    translate = QCoreApplication.translate
    return (
        ("encoder", translate("layout", "Encoder"),
         translate("layout", "Source tokens look at source tokens (Alt+1)")),
        ("decoder", translate("layout", "Decoder, masked"),
         translate("layout", "Target tokens look at those before them (Alt+2)")),
        ("cross", translate("layout", "Cross"),
         translate("layout", "Target tokens look at source tokens (Alt+3)")),
    )


def _streams() -> tuple[Choice, ...]:
    translate = QCoreApplication.translate
    return (
        ("content", translate("layout", "Content stream"),
         translate("layout", "Each token knows itself (Alt+4)")),
        ("query", translate("layout", "Query stream"),
         translate("layout", "Each token knows its place, but not itself (Alt+5)")),
    )


def _quantities() -> tuple[Choice, ...]:
    translate = QCoreApplication.translate
    return (
        ("pattern", translate("layout", "Pattern"),
         translate("layout", "Weights after softmax, 0 to 1 (F6 for the next)")),
        ("scores", translate("layout", "Scores"),
         translate("layout", "What softmax is taken of (F6 for the next)")),
        ("content", translate("layout", "Content"),
         translate("layout", "The part of the scores that q and k make (F6 for the next)")),
        ("bias", translate("layout", "Bias"), translate(
            "layout", "The part of the scores that the distance makes (F6 for the next)")),
        ("position", translate("layout", "Position"), translate(
            "layout", "The part of the scores that the distance makes (F6 for the next)")),
        ("difference", translate("layout", "Difference"), translate(
            "layout", "The weight here less the weight on the other side (F6 for the next)")),
        ("segment", translate("layout", "Segment"), translate(
            "layout", "The part of the scores that the sentences make (F6 for the next)")),
        ("gradient", translate("layout", "Gradient"), translate(
            "layout", "What more of a weight would do to the loss (F6 for the next)")),
    )
