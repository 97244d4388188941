"""Up to four models on one sentence: the same words lit in each, in tokens of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from app.choices import Choices
from app.panels.beside_cell import NONE, SideCell, Words
from app.panels.beside_grid import SideGrid
from app.panels.chooser import Choice, Chooser
from app.panels.elided import Elided
from app.panels.page import Page
from app.state import SideAnswer, View
from app.theme import Theme
from core.beside import (
    MOST,
    Beside,
    Place,
    Shown,
    SideAttention,
    SideChoice,
    attention_at,
    shown_in,
    texts_of,
    tokens_on,
    word_at,
)
from core.beside_numbers import tell_side
from core.errors import Refusal
from core.frame import Frame, ModelCard
from core.tables import Tables
from core.tokens import Span
from core.trace import Sight

_SHOWN: dict[str, Shown] = {"head": "head", "mean": "mean", "heads": "heads"}


class BesidePage(Page):
    """What to show above, a model in each cell below."""

    leaves_out = True

    chosen = Signal(object)
    """References of the models that are to stand side by side."""
    masked = Signal(int)
    """A token of the main model that is to be masked, or seen again."""
    attended = Signal(str)
    """The SideAttention that is to be shown of the main model."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown: Shown = "head"
        self._models: tuple[str, ...] = ()
        self._main = ""
        self._choices: dict[str, SideChoice] = {}
        self._sides: Mapping[str, Frame | Refusal] = {}
        self._frame: Frame | None = None
        self._view = View()
        self._pointed: Words | None = None
        self._offered: list[str] = []
        self._hidden: tuple[Span, ...] = ()  # by this page, of
        self._text = ""
        self._attempt = 0
        self.what, self.more, self.words = Chooser(), QComboBox(), Elided()
        self.what.chosen.connect(self._show_what)
        self.more.activated.connect(self._add)
        self.cells = [SideCell() for _ in range(MOST)]
        for at, cell in enumerate(self.cells):
            cell.replaced.connect(lambda model, at=at: self._replace(at, model))
            cell.chosen.connect(lambda choice, at=at: self._choose(self._models[at], choice))
            cell.picked.connect(lambda head, at=at: self._pick(self._models[at], head))
            cell.pointed.connect(self._point)
            cell.held.connect(self._hold)
            cell.retried.connect(self._retry)
        above = QHBoxLayout()
        above.addWidget(self.what)
        above.addWidget(self.words, 1)
        above.addWidget(self.more)
        self.grid = SideGrid(self.cells)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(above)
        column.addWidget(self.grid, 1)
        self.retranslate()
        self.grid.show_first(0)

    def sizeHint(self) -> QSize:
        """Four pictures."""
        return QSize(560, 520)

    def minimumSizeHint(self) -> QSize:
        """Four small ones."""
        return QSize(300, 320)

    # -- words ------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self.more.setAccessibleName(self.tr("Add a model"))
        self.more.setPlaceholderText(self.tr("Add a model …"))
        for cell in self.cells:
            cell.retranslate()
        self._offer()
        self._light()

    def title(self, frame: Frame, view: View) -> str:
        """What it is."""
        return self.tr("One sentence, side by side")

    def badge(self, frame: Frame, view: View) -> str:
        """What was done to the colours and to the cells."""
        scale = frame.sight.scale
        scaled = {"root": self.tr("square-root scale"), "log": self.tr("logarithmic scale")}
        small = any(cell.picture.reduced for cell in self._there())
        return " · ".join(filter(None, (
            self.tr("largest weight per pixel") if small else "", scaled.get(scale, ""))))

    def _there(self) -> list[SideCell]:
        return [cell for cell in self.cells[:len(self._models)] if cell.frame is not None]

    def _whats(self) -> list[Choice]:
        return [
            ("head", self.tr("One head"), self.tr("One head of each model")),
            ("mean", self.tr("Mean"), self.tr("The mean over the heads of a layer")),
            ("heads", self.tr("All heads"), self.tr(
                "Every head small; a click shows it large")),
        ]

    def _offer(self) -> None:
        self.what.offer(self._whats(), self.shown)
        self.more.clear()
        for reference in self._offered:
            if reference not in self._models:
                self.more.addItem(Path(reference).name or reference, reference)
        self.more.setCurrentIndex(-1)
        self.more.setVisible(len(self._models) < MOST)
        for at, cell in enumerate(self.cells[:len(self._models)]):
            others = set(self._models) - {self._models[at]}
            cell.offer([one for one in self._offered if one not in others])

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        super().set_theme(theme)
        self.words.setStyleSheet(f"color: {theme.muted}")
        for cell in self.cells:
            cell.set_theme(theme)

    # -- what is wished for -----------------------------------------------------------------

    def offer_models(self, references: Sequence[str]) -> None:
        """Names and folders of models that may be chosen."""
        self._offered = list(dict.fromkeys(references))
        self._offer()

    def wanted(self, models: tuple[str, ...], card: ModelCard | None, sight: Sight, view: View
               ) -> Beside:
        """What is to be answered.

        Args:
            models: that are to stand here.
            card: of the main model, which shows the head that is selected; None where there is
                none yet.
            sight: of the main model.
            view: the selection.
        """
        choices = {model: self._choices[model] for model in models if model in self._choices}
        main = "" if card is None else card.reference
        if card is not None and main in models:
            choices[main] = SideChoice(attention_at(sight, card), view.shown)
        if main != self._main:
            self._hidden = ()  # it may mask by itself
        if (models, main) != (self._models, self._main):
            self._models, self._main = models, main
            for cell, model in zip(self.cells, models, strict=False):
                cell.show_model(model)
                cell.show_side(self._sides.get(model))
            self.grid.show_first(len(models))
            self._offer()
        return Beside(models, self.shown, choices=tuple(sorted(choices.items())),
                      hidden=self._hidden, text=self._text, attempt=self._attempt)

    def _show_what(self, shown: str) -> None:
        self.shown = _SHOWN[shown]
        self.what.offer(self._whats(), self.shown)
        self.wished.emit()

    def _add(self, at: int) -> None:
        self.chosen.emit((*self._models, self.more.itemData(at)))

    def _replace(self, at: int, model: str) -> None:
        others = self._models[:at], self._models[at + 1:]
        self.chosen.emit((*others[0], *(() if model == NONE else (model,)), *others[1]))

    def _retry(self) -> None:
        """All that could not be shown: what one lacked, such as memory, others may have lacked."""
        self._attempt += 1
        for cell in self.cells:
            if isinstance(cell.side, Refusal):
                cell.show_side(None)
        self.wished.emit()

    def _choose(self, model: str, choice: SideChoice) -> None:
        if model != self._main:
            self._choices[model] = choice
            self.wished.emit()
            return
        if choice.attention is not None and self._frame is not None and (
            choice.attention != attention_at(self._frame.sight, self._frame.card)
        ):
            self.attended.emit(choice.attention)
        self.selected.emit({"pinned": choice.head, "hovered": None})

    def _pick(self, model: str, head: tuple[int, int]) -> None:
        self.shown = "head"
        attention: SideAttention | None = None
        side = self._sides.get(model)
        if isinstance(side, Frame):
            attention = attention_at(side.sight, side.card)
        self._choose(model, SideChoice(attention, head))
        self._show_what("head")

    # -- what is shown ----------------------------------------------------------------------

    def show_sides(self, answer: SideAnswer) -> None:
        """Draw what is known by now; a model that is still at work keeps its last picture."""
        beside = answer.wish.beside
        if beside is None:
            return
        self._sides = answer.sides
        for cell in self.cells[:len(self._models)]:
            side = answer.sides.get(cell.reference)
            if side is not cell.side and (
                side is not None or cell.reference not in beside.models
            ):
                cell.show_side(side)
        self._light()

    def show_frame(self, frame: Frame, view: View) -> None:
        """Light what is selected."""
        self._frame, self._view = frame, view
        self._light()

    @property
    def lit(self) -> Words | None:
        """The words that are lit: those under its own pointer, else those of the selection."""
        return self._pointed or self._selected()

    def _selected(self) -> Words | None:
        frame, at = self._frame, self._view.at
        if frame is None or at is None:
            return None
        texts = texts_of(frame)
        spans = word_at(frame.queries, at[0]), word_at(frame.keys, at[1])
        query, key = (None if span is None else Place(text, span)
                      for text, span in zip(texts, spans, strict=True))
        return Words(query, key) if query or key else None

    def _light(self) -> None:
        words, hidden = self.lit, self._away()
        for cell in self._there():
            cell.light(words, hidden)
        self.words.setText("" if words is not None else self.tr(
            "Point at a word; click it to hide it."))

    def _point(self, words: Words | None) -> None:
        self._pointed = words
        self._light()
        cell = None if words is None else self._main_cell(words)
        if cell != self._view.cell:
            self.selected.emit({"cell": cell})

    def _hold(self, words: Words) -> None:
        one = words.query if words.key is None else words.key if words.query is None else None
        if one is not None:
            self._hide(one)
        elif words.query is not None:
            cell = self._main_cell(words)
            self.selected.emit({"held": None if cell == self._view.held else cell})

    def _hide(self, place: Place) -> None:
        """Hide a word of the source, or show it again: by the prompt where the main model has
        masks, else on this page alone."""
        frame, span = self._frame, place.span
        if frame is None or place.text != "source":
            return
        if frame.card.masks:
            tokens, masked = tokens_on(frame.queries, span), {*frame.prompt.masked}
            for token in tokens if masked.issuperset(tokens) else {*tokens} - masked:
                self.masked.emit(token)
            return
        self._hidden = tuple(sorted({*self._by_page(frame)} ^ {span}))
        self._text = frame.prompt.source
        self.wished.emit()
        self._light()

    def _away(self) -> tuple[Span, ...]:
        """The words that are hidden."""
        frame = self._frame
        if frame is None:
            return ()
        places = frame.prompt.masked[:1 if len(frame.card.layers) == 2 else None]
        masked = (word_at(frame.queries, at) for at in places if texts_of(frame)[0] == "source")
        return (*self._by_page(frame), *filter(None, masked))

    def _by_page(self, frame: Frame) -> tuple[Span, ...]:
        """Those that were clicked here, as far as the text is the same up to them."""
        return Beside((), hidden=self._hidden, text=self._text).hides(frame.prompt.source)

    def _main_cell(self, words: Words) -> tuple[int, int] | None:
        """The words' first tokens in the main model, where it shows attention between them."""
        frame = self._frame
        if frame is None or words.query is None or words.key is None or (
            (words.query.text, words.key.text) != texts_of(frame)
        ):
            return None
        queries = tokens_on(frame.queries, words.query.span)
        keys = tokens_on(frame.keys, words.key.span)
        return (queries[0], keys[0]) if queries and keys else None

    # -- what is kept -----------------------------------------------------------------------

    def restore(self, choices: Choices) -> None:
        """Take up what was shown the last time."""
        self.shown = _SHOWN.get(choices.word("beside_shown", "head"), "head")
        self._offer()

    def save(self, choices: Choices) -> None:
        """Remember it."""
        choices.keep("beside_shown", self.shown)

    def numbers(self, frame: Frame, view: View) -> Tables:
        """Of each model, what is drawn of it, and its predictions."""
        found: Tables = {}
        names: list[str] = []
        for cell in self._there():
            assert cell.frame is not None  # it is there
            name = cell.frame.card.name
            names.append(name)
            if names.count(name) > 1:
                name = f"{name} {names.count(name)}"
            found = {**found, **tell_side(name, cell.frame, shown_in(cell.frame.sight))}
        return found
