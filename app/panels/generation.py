"""How the next token is drawn: settings, candidates with both probabilities, a step at a time."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.panels.candidates import Candidates
from app.panels.elided import Elided
from app.panels.page import Page
from app.state import View
from app.theme import Theme
from core.frame import Frame
from core.sampling import GREEDY, Sampling
from core.tables import Tables
from core.told import tell_predictions


class Generation(Page):
    """Settings above, what they make of the next token below."""

    sampled = Signal(object)
    """The Sampling that is wished for."""
    stepped = Signal()
    """One token is to be written."""
    ran = Signal()
    """Tokens are to be written, or no more of them."""
    undone = Signal()
    """The last token is to be taken back."""
    picked = Signal(str)
    """Text of a token that was picked by hand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: Frame | None = None
        self.sampling = GREEDY
        self.temperature, self.top_p = QDoubleSpinBox(), QDoubleSpinBox()
        self.top_k, self.seed = QSpinBox(), QSpinBox()
        self.temperature.setRange(0.0, 5.0)
        self.temperature.setSingleStep(0.1)
        self.top_p.setRange(0.01, 1.0)
        self.top_p.setSingleStep(0.05)
        self.top_k.setRange(0, 1_000_000)
        self.seed.setRange(0, 1_000_000)
        self._boxes: dict[str, QSpinBox | QDoubleSpinBox] = {
            "temperature": self.temperature, "top_k": self.top_k, "top_p": self.top_p,
            "seed": self.seed,
        }
        """By the field of a Sampling."""
        self._labels: dict[str, QLabel] = {}
        for name, box in self._boxes.items():
            box.setKeyboardTracking(False)
            box.valueChanged.connect(self._change)
            self._labels[name] = label = QLabel()
            label.setBuddy(box)
        self.step, self.run, self.undo = QPushButton(), QPushButton(), QPushButton()
        self.step.clicked.connect(self.stepped)
        self.run.clicked.connect(self.ran)
        self.undo.clicked.connect(self.undone)
        self.told = Elided()
        self.candidates = Candidates()
        self.candidates.chosen.connect(self._pick)
        self._lay_out()
        self.retranslate()
        self.show_sampling(GREEDY)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        for at, (name, box) in enumerate(self._boxes.items()):
            row, column = divmod(at, 2)
            grid.addWidget(self._labels[name], row, 2 * column)
            grid.addWidget(box, row, 2 * column + 1)
        grid.setColumnStretch(4, 1)
        buttons = QHBoxLayout()
        for button in (self.step, self.run, self.undo):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(0, 0, 0, 0)
        column_.setSpacing(6)
        column_.addLayout(grid)
        column_.addLayout(buttons)
        column_.addWidget(self.told)
        column_.addWidget(self.candidates, 1)

    def sizeHint(self) -> QSize:
        """About as large as the sheet."""
        return QSize(460, 420)

    def minimumSizeHint(self) -> QSize:
        """The settings and a few candidates."""
        return QSize(300, 220)

    # -- words ------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        words = {
            "temperature": (self.tr("Temperature"), self.tr(
                "Logits are divided by it before softmax: below 1 the likely become likelier; 0 "
                "always takes the likeliest.")),
            "top_k": (self.tr("Top-k"), self.tr(
                "Only the k likeliest are drawn from (Fan et al. 2018); 0 for all.")),
            "top_p": (self.tr("Top-p"), self.tr(
                "Only the likeliest are drawn from that together reach this share (Holtzman et "
                "al. 2020).")),
            "seed": (self.tr("Seed"), self.tr(
                "The same text, settings and seed draw the same token.")),
        }
        for name, (word, tip) in words.items():
            self._labels[name].setText(word)
            self._boxes[name].setToolTip(tip)
            self._labels[name].setToolTip(tip)
            self._boxes[name].setAccessibleName(word)
        self.temperature.setSpecialValueText(self.tr("0: likeliest"))
        self.top_k.setSpecialValueText(self.tr("all"))
        self.step.setText(self.tr("One token"))
        self.step.setToolTip(self.tr("Draw one token and write it (Ctrl+Shift+G)"))
        self.run.setText(self.tr("Write on"))
        self.run.setToolTip(self.tr("A token after another; Esc stops (Ctrl+G)"))
        self.undo.setText(self.tr("Take back"))
        self.undo.setToolTip(self.tr("Take the last written token back (Ctrl+Alt+G)"))
        self.candidates.setToolTip(self.tr(
            "The upper bar is the model's probability, the lower one that of being drawn. Click "
            "a token, or move to it and press Enter, to write it."))
        self.candidates.setAccessibleName(self.tr("Candidates for the next token"))
        self._show()

    def title(self, frame: Frame, view: View) -> str:
        """What it is for."""
        return self.tr("Generation")

    def badge(self, frame: Frame, view: View) -> str:
        """How tokens are drawn, where chance has a part."""
        sampling = frame.sight.sampling
        if sampling.greedy:
            return ""
        return self.tr("drawn by chance, seed {seed}").format(seed=sampling.seed)

    # -- drawing ----------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        super().set_theme(theme)
        self.candidates.set_theme(theme)

    def show_frame(self, frame: Frame, view: View) -> None:
        """Draw the candidates of ``frame``."""
        self._frame = frame
        self._show()

    def show_sampling(self, sampling: Sampling) -> None:
        """Set the boxes, without wishing for anything."""
        self.sampling = sampling
        for name, box in self._boxes.items():
            box.blockSignals(True)
            box.setValue(getattr(sampling, name))
            box.blockSignals(False)
            box.setEnabled(name == "temperature" or not sampling.greedy)

    def _show(self) -> None:
        frame = self._frame
        writes = frame is not None and "decoder" in frame.card.layers and bool(frame.predictions)
        going = frame is not None and frame.continued is not None
        for button in (self.step, self.run):
            button.setEnabled(writes and going)
        self.undo.setEnabled(frame is not None and bool(frame.prompt.written))
        if frame is None or not writes:
            self.candidates.show_rows((), "", "")
            self.told.setText("" if frame is None else self.tr(
                "This model writes no text: it has no decoder with a head."))
            return
        if going:
            count = len(frame.prompt.written)
            self.told.setText(
                self.tr("Written so far: one token. In percent:") if count == 1
                else self.tr("Written so far: {count} tokens. In percent:").format(count=count))
        else:
            self.told.setText(self.tr("The text is at its end, or fills the context."))
        rows = tuple((one.label, one.probability, one.drawn or 0.0) for one in frame.predictions)
        self.candidates.show_rows(rows, self.tr("model"), self.tr("drawn"))

    # -- what the user does -----------------------------------------------------------------

    def _change(self) -> None:
        self.show_sampling(Sampling(
            round(self.temperature.value(), 2), self.top_k.value(), round(self.top_p.value(), 2),
            self.seed.value()))
        self.sampled.emit(self.sampling)

    def _pick(self, row: int) -> None:
        if self._frame is not None and row < len(self._frame.predictions):
            text = self._frame.predictions[row].text
            if text is not None:
                self.picked.emit(text)

    def numbers(self, frame: Frame, view: View) -> Tables:
        """The candidates."""
        return tell_predictions(frame)
