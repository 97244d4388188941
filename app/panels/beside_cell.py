"""One of several models side by side: its name, its picture, what it says of a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.language import say_refusal
from app.paint.words import isolated
from app.panels.beside_picture import SidePicture
from app.panels.beside_words import say_kind, say_predictions
from app.panels.elided import Elided
from app.panels.narrow import Narrow
from app.theme import Theme
from core.beside import (
    Place,
    Shown,
    SideAttention,
    SideChoice,
    Text,
    attention_at,
    attentions,
    shown_in,
    texts_of,
    tokens_on,
    word_at,
    word_weight,
)
from core.errors import Refusal
from core.frame import Frame
from core.tokens import Span, Tokens

NONE = ""
"""Chosen in the place of a model to take it away."""


@dataclass(frozen=True)
class Words:
    """What is pointed at: the word that looks and the one that is looked at, in their texts."""

    query: Place | None = None
    key: Place | None = None


class SideCell(QFrame):
    """It shows what it is given; what is chosen in it is told."""

    replaced = Signal(str)
    """The reference of the model that is to stand here, or ``NONE``."""
    chosen = Signal(object)
    """A SideChoice for its model."""
    pointed = Signal(object)
    """The Words under the pointer, or None."""
    held = Signal(object)
    """The Words of a cell that was clicked, or of one token's name."""
    picked = Signal(object)
    """A head that was clicked, where all of them are shown."""
    retried = Signal()
    """Its model, which could not be shown, is to be tried again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reference = ""
        self.side: Frame | Refusal | None = None
        self._shown: Shown = "head"
        self._words: Words | None = None
        self._hidden: tuple[Span, ...] = ()
        self._own: tuple[int | None, int | None] | None = None  # what its own pointer is at
        self._asked: tuple[int, int] | None = None  # a head whose picture is on its way
        self.model, self.attention = Narrow(letters=6), QComboBox()
        self.layer, self.head = QSpinBox(), QSpinBox()
        self.kind, self.reading, self.predicted = Elided(), Elided(), Elided()
        self.picture, self.hint = SidePicture(), QLabel()
        self.hint.setWordWrap(True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.again = QPushButton()
        self.again.clicked.connect(self.model.setFocus)  # else keys went anywhere
        self.again.clicked.connect(self.retried)
        above, below = QHBoxLayout(), QHBoxLayout()
        for row in (above, below):
            row.setSpacing(4)
        above.addWidget(self.model, 1)
        above.addWidget(self.layer)
        above.addWidget(self.head)
        below.addWidget(self.kind, 1)
        below.addWidget(self.attention)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(above)
        column.addLayout(below)
        column.addWidget(self.picture, 1)
        column.addWidget(self.hint, 1)
        column.addWidget(self.again, 0, Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self.reading)
        column.addWidget(self.predicted)
        self.model.activated.connect(lambda at: self.replaced.emit(self.model.itemData(at)))
        self.attention.activated.connect(lambda _: self._choose())
        self.layer.valueChanged.connect(lambda _: self._choose_head())
        self.head.valueChanged.connect(lambda _: self._choose_head())
        self.picture.pointed.connect(self._point)
        self.picture.held.connect(lambda at: self.held.emit(self._words_at(*at)))
        self.picture.picked.connect(self.picked.emit)
        self.retranslate()
        self._show()

    # -- words ------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self.layer.setAccessibleName(self.tr("Layer"))
        self.head.setAccessibleName(self.tr("Head"))
        self._name_boxes()
        self.model.setAccessibleName(self.tr("The model"))
        self.again.setText(self.tr("Try again"))
        self.attention.setAccessibleName(self.tr("Which attention"))
        self._attentions: dict[SideAttention, str] = {
            "encoder": self.tr("Encoder"), "decoder": self.tr("Decoder"),
            "cross": self.tr("Cross"), "content": self.tr("Content"),
            "query": self.tr("Query"),
        }
        self.attention.clear()
        self._describe()
        self._show()

    def _name_boxes(self) -> None:
        """In a letter where a word would leave no room for the model's name."""
        narrow = self.width() < 24 * self.fontMetrics().averageCharWidth() * 2
        self.layer.setPrefix(self.tr("L ") if narrow else self.tr("layer "))
        self.head.setPrefix(self.tr("H ") if narrow else self.tr("head "))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room, or less."""
        super().resizeEvent(event)
        self._name_boxes()

    def offer(self, references: list[str]) -> None:
        """Models that may stand here."""
        with QSignalBlocker(self.model):
            self.model.clear()
            for reference in references:
                self.model.addItem(Path(reference).name or reference, reference)
            self.model.addItem(self.tr("(none)"), NONE)
            at = self.model.findData(self.reference)
            if at < 0 and self.reference:
                self.model.insertItem(0, Path(self.reference).name, self.reference)
                at = 0
            self.model.setCurrentIndex(at)
        self.model.setToolTip(self.reference)

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        self.picture.set_theme(theme)
        for words in (self.kind, self.reading):
            words.setStyleSheet(f"color: {theme.muted}")

    # -- what is shown ----------------------------------------------------------------------

    def show_model(self, reference: str) -> None:
        """Let this model stand here."""
        if reference != self.reference:
            self.reference, self.side, self._own = reference, None, None
            self._asked = None
            self._describe()

    def show_side(self, side: Frame | Refusal | None) -> None:
        """Draw what is known of it; None where it is still being read."""
        self.side = side
        if isinstance(side, Frame):
            self._shown = shown_in(side.sight)
        self._show()

    @property
    def frame(self) -> Frame | None:
        """What it shows; None where it can't."""
        return self.side if isinstance(self.side, Frame) else None

    def _show(self) -> None:
        frame = self.frame
        fits = frame is not None and self.picture_there(frame)
        self.picture.setVisible(fits)
        self.hint.setVisible(not fits)
        self.hint.setText(self._say_nothing())
        self.again.setVisible(isinstance(self.side, Refusal))
        for part in (self.kind, self.reading, self.predicted):
            part.setVisible(frame is not None)
        several = attentions(frame.card) if frame is not None else ()
        self.attention.setVisible(bool(several))
        for box in (self.layer, self.head):
            box.setEnabled(frame is not None)
        self.head.setVisible(self._shown == "head")
        self.layer.setVisible(self._shown != "heads")
        if frame is None:
            return
        self.kind.setText(say_kind(frame.card, bool(frame.order)))
        self.predicted.setText(say_predictions(frame))
        self._offer_heads(frame)
        self._offer_attentions(frame, several)
        self.picture.show_frame(frame, self._shown)
        self.light(self._words, self._hidden)

    def picture_there(self, frame: Frame) -> bool:
        """Whether what is to be shown of it is there."""
        if self._shown == "heads":
            return frame.thumbnails is not None
        told = [one for one in frame.answers.values() if not isinstance(one, Refusal)]
        return frame.head is not None if self._shown == "head" else bool(told)

    def _say_nothing(self) -> str:
        """Why there is no picture."""
        if isinstance(self.side, Refusal):
            return say_refusal(self.side)
        if self.side is None:
            return self.tr("Reading the model …")
        for told in self.side.answers.values():
            if isinstance(told, Refusal):
                return say_refusal(told)
        return self.tr("This model finds no token in the text.")

    def _offer_heads(self, frame: Frame) -> None:
        stack = frame.sight.stack if frame.sight.stack in frame.card.layers else (
            tuple(frame.card.layers)[-1])
        at = frame.sight.head or (0, 0)
        if at == self._asked or not (self.layer.hasFocus() or self.head.hasFocus()):
            self._asked = None
        for box, value, count in (
            (self.layer, at[0], frame.card.layers[stack]), (self.head, at[1], frame.card.heads),
        ):
            with QSignalBlocker(box):
                box.setRange(0, count - 1)
                if self._asked is None:
                    box.setValue(value)

    def _offer_attentions(self, frame: Frame, several: tuple[SideAttention, ...]) -> None:
        with QSignalBlocker(self.attention):
            if [self.attention.itemData(at) for at in range(self.attention.count())] != [*several]:
                self.attention.clear()
                for one in several:
                    self.attention.addItem(self._attentions[one], one)
            self.attention.setCurrentIndex(
                self.attention.findData(attention_at(frame.sight, frame.card)))

    def _choose_head(self) -> None:
        self._asked = self.layer.value(), self.head.value()
        self._choose()

    def _choose(self) -> None:
        head = self.layer.value(), self.head.value()
        self.chosen.emit(SideChoice(self.attention.currentData(), head))

    # -- words that are lit -----------------------------------------------------------------

    def _words_at(self, query: int | None, key: int | None) -> Words:
        frame = self.frame
        assert frame is not None  # it is under the pointer
        texts = texts_of(frame)
        return Words(_place(texts[0], frame.queries, query), _place(texts[1], frame.keys, key))

    def _point(self, at: tuple[int | None, int | None] | None) -> None:
        self._own = at
        self.pointed.emit(None if at is None or self.frame is None else self._words_at(*at))
        if self.picture.head_at is not None:
            self._say_head()

    def light(self, words: Words | None, hidden: Sequence[Span] = ()) -> None:
        """Light a word that looks and one that is looked at, and say what this model makes of
        them.

        Args:
            words: that are pointed at.
            hidden: words of the source that models are not to see, where they can hide any.
        """
        self._hidden = tuple(hidden)
        self._words, frame = words, self.frame
        if frame is None:
            return
        texts = texts_of(frame)
        own = self._own or (None, None)
        lit = (
            self._tokens(frame.queries, texts[0], words.query if words else None, own[0]),
            self._tokens(frame.keys, texts[1], words.key if words else None, own[1]))
        away = {at for span in self._hidden for at in tokens_on(frame.keys, span)}
        self.picture.light(lit, tuple(sorted(away)) if texts[1] == "source" else ())
        if self.picture.head_at is None:
            self.reading.setText(self._say_words(frame, *lit))
        self._describe()

    def _tokens(
        self, tokens: Tokens, text: str, place: Place | None, own: int | None
    ) -> tuple[int, ...]:
        if place is not None:
            return tokens_on(tokens, place.span) if place.text == text else ()
        return () if own is None or own >= len(tokens) else (own,)  # a mark, in its own model alone

    def _say_head(self) -> None:
        assert self.picture.head_at is not None  # the caller has looked
        layer, head = self.picture.head_at
        self.reading.setText(self.tr("Layer {layer}, head {head}").format(layer=layer, head=head))

    def _say_words(
        self, frame: Frame, queries: tuple[int, ...], keys: tuple[int, ...]
    ) -> str:
        if not queries and not keys:
            count = len(frame.keys)
            if frame.keys.cut:
                return self.tr("{count} tokens, as long as it reads").format(count=count)
            return self.tr("one token") if count == 1 else self.tr("{count} tokens").format(
                count=count)
        query, key = _spelled(frame.queries, queries), _spelled(frame.keys, keys)
        told = self.picture.pattern
        if not queries or not keys or told is None:
            return " → ".join(filter(None, (query, key)))
        pattern, shown = told
        if not shown[list(queries)][:, list(keys)].any():
            return self.tr("{query} can't see {key}").format(query=query, key=key)
        weight = word_weight(pattern, queries, keys)
        return f"{query} → {key}: {weight:.3f}".replace("nan", "NaN")

    def _describe(self) -> None:
        name = Path(self.reference).name
        self.picture.setAccessibleName(self.tr("Attention of {model}").format(model=name))
        self.picture.setAccessibleDescription(
            f"{self.kind.text()}; {self.reading.text()}; {self.predicted.text()}")


def _place(text: Text, tokens: Tokens, at: int | None) -> Place | None:
    span = None if at is None else word_at(tokens, at)
    return None if span is None else Place(text, span)


def _spelled(tokens: Tokens, lit: tuple[int, ...]) -> str:
    return isolated("|".join(tokens.labels[at] for at in lit)) if lit else ""
