"""The prompt as it is typed, masked, put in order and written on; the panel shows it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app.panels.editor import PromptEditor
from app.panels.prompt import PromptPanel
from core.frame import Frame, Prompt

if TYPE_CHECKING:
    from app.state import Answer
    from core.tokens import Span, Tokens

_AT_MOST = 128  # tokens that the model writes in one go; a person may ask again


class Prompting(QObject):
    """Holds the one Prompt; every change of it is told, none is asked for twice."""

    changed = Signal(object, float)
    """The Prompt, and ``time.perf_counter()`` at the key; 0 where no key led to it."""
    typed = Signal()
    """The text is the user's own from here on."""
    pointed = Signal(object)
    """The position whose predictions are wanted, or None for the usual one."""

    def __init__(self, panel: PromptPanel) -> None:
        super().__init__(panel)
        self.panel = panel
        self.prompt = Prompt()
        self._anchors: list[int] = []  # code points of masked tokens that moved with the text
        self._left = 0  # tokens to be written still
        self._taken = False  # whether one was taken back, and its text is still there
        self._read: Tokens | None = None  # the source, as it was read last
        panel.source.edited.connect(self._edit_source)
        panel.second.edited.connect(self._edit_second)
        panel.target.edited.connect(self._edit_target)
        panel.strip.toggled.connect(self.toggle_mask)
        panel.strip.moved.connect(self._point)
        panel.write.clicked.connect(self.start_or_stop)
        panel.draw.clicked.connect(lambda: self.draw_order())
        panel.undraw.clicked.connect(lambda: self.clear_order())

    def restore(self, source: str, second: str, target: str) -> None:
        """Begin with these texts; they can't be undone."""
        for editor, text in zip(self.panel.editors(), (source, second, target), strict=True):
            editor.blockSignals(True)
            editor.setPlainText(text)
            editor.moveCursor(editor.textCursor().MoveOperation.End)
            editor.blockSignals(False)
        self.prompt = Prompt(
            self.panel.source.prompt(), self.panel.target.prompt(), self.panel.second.prompt())

    def go_to(self, prompt: Prompt) -> None:
        """Show another prompt whole; whoever calls wishes for it. It can be undone."""
        self.stop()
        self._anchors, self._read = [], None
        texts = prompt.source, prompt.second, prompt.target
        for editor, text in zip(self.panel.editors(), texts, strict=True):
            if editor.prompt() != text:
                editor.blockSignals(True)
                editor.set_prompt(text)
                editor.blockSignals(False)
        self.prompt = prompt

    def typed_prompt(self) -> Prompt:
        """The prompt; what the model wrote counts as typed."""
        return self._settled()

    # -- typing -----------------------------------------------------------------------------

    def _edit_source(self, text: str, pressed: float) -> None:
        before = self.prompt.source
        self._type(pressed, source=text, masked=self._keep_masks(before, text, 0))

    def _edit_second(self, text: str, pressed: float) -> None:
        first = len(self.prompt.source)
        masked = self._keep_masks(self.prompt.second, text, first)
        self._type(pressed, second=text, masked=masked)

    def _edit_target(self, text: str, pressed: float) -> None:
        self._type(pressed, target=text)

    def _type(self, pressed: float, **changes: Any) -> None:
        """What the model wrote counts as typed once someone types."""
        self.stop()
        self.prompt = replace(self._settled(), **changes)
        self.typed.emit()
        self.changed.emit(self.prompt, pressed)

    def _settled(self) -> Prompt:
        source, second, target = (editor.prompt() for editor in self.panel.editors())
        return replace(self.prompt, source=source, second=second, target=target, written=())

    def settle(self) -> Prompt:
        """The prompt for another model: text alone, and masks where the words stand."""
        self.stop()
        self._anchors += self._places(self.prompt.masked)
        self._read = None
        self.prompt = replace(self._settled(), masked=())
        return self.prompt

    # -- masks ------------------------------------------------------------------------------

    def _places(self, positions: tuple[int, ...]) -> list[int]:
        groups = self._read.groups if self._read is not None else ()
        return [groups[at][0] for at in positions if at < len(groups)]

    def _keep_masks(self, before: str, after: str, first: int) -> tuple[int, ...]:
        """Masks before the edit stay; those behind it move on and are found again in the answer.

        Args:
            before: the text that was edited.
            after: the same, edited.
            first: code points of both sentences before it.
        """
        if not self.prompt.masked and not self._anchors:
            return ()
        groups: tuple[Span, ...] = self._read.groups if self._read is not None else ()
        start, end = _changed(before, after)
        moved = len(after) - len(before)
        kept = tuple(at for at in self.prompt.masked
                     if at < len(groups) and groups[at][1] <= first + start)
        behind = [groups[at][0] for at in self.prompt.masked
                  if at < len(groups) and groups[at][0] >= first + end]
        waiting = [at for at in self._anchors if not first + start <= at < first + end]
        self._anchors = [at + moved for at in behind] + [
            at + moved if at >= first + end else at for at in waiting]
        return kept

    def toggle_mask(self, position: int) -> None:
        """Mask a token, or show it again; then its predictions are wanted."""
        read = self._read
        if read is None or not 0 <= position < len(read):
            return
        start, end = read.groups[position]
        if start == end or self.panel.card is None or not self.panel.card.masks:
            return  # [CLS] and [SEP] stand for no word
        masked = set(self.prompt.masked) ^ {position}
        self.prompt = replace(self.prompt, masked=tuple(sorted(masked)))
        self.pointed.emit(position if position in masked else None)
        self.changed.emit(self.prompt, time.perf_counter())

    def unmask(self) -> None:
        """Show every token again."""
        self._anchors = []
        if self.prompt.masked:
            self.prompt = replace(self.prompt, masked=())
            self.pointed.emit(None)
            self.changed.emit(self.prompt, time.perf_counter())

    def _point(self, position: int) -> None:
        streams = self.panel.card is not None and self.panel.card.two_streams
        if streams or position in self.prompt.masked:
            self.pointed.emit(position)
            self.changed.emit(self.prompt, 0.0)

    def _find_masks(self, read: Tokens) -> None:
        found = {read.at(place) for place in self._anchors}
        self._anchors = []
        masked = set(self.prompt.masked) | {at for at in found if at is not None}
        if masked != set(self.prompt.masked):
            self.prompt = replace(self.prompt, masked=tuple(sorted(masked)))
            self.changed.emit(self.prompt, 0.0)

    # -- the order --------------------------------------------------------------------------

    def draw_order(self) -> None:
        """Read the positions in another order, by the next seed."""
        self._order((self.prompt.order or 0) + 1)

    def clear_order(self) -> None:
        """Read all positions both ways."""
        self._order(None)

    def _order(self, seed: int | None) -> None:
        card = self.panel.card
        if card is not None and card.two_streams and seed != self.prompt.order:
            self.prompt = replace(self.prompt, order=seed)
            self.changed.emit(self.prompt, time.perf_counter())

    # -- writing ----------------------------------------------------------------------------

    @property
    def grows(self) -> PromptEditor:
        """Where the model writes."""
        card = self.panel.card
        return self.panel.target if card and len(card.layers) == 2 else self.panel.source

    def add_likeliest(self, answer: Answer | None) -> None:
        """Add the likeliest token that has a text."""
        if answer is not None:
            texts = (one.text for one in answer.frame.predictions)
            likeliest = next((text for text in texts if text is not None), None)
            if likeliest is not None:
                self.add(likeliest, answer.frame)

    def add(self, text: str, frame: Frame | None) -> None:
        """Add a predicted token, or put it in the place of the masked one that it stands for."""
        at = frame.predicted_at if frame is not None else None
        if frame is None or at is None or not frame.behind_mask or self._read is None:
            self.grows.append(text)
            return
        start, end = self._read.groups[at]
        first = self._read.first
        self.prompt = replace(
            self.prompt, masked=tuple(one for one in self.prompt.masked if one != at))
        editor, offset = (self.panel.source, 0) if end <= first else (self.panel.second, first)
        self.pointed.emit(None)
        editor.exchange((start - offset, end - offset), text.strip() or text)

    def write(self) -> None:
        """Let the model write on, a token a look, each one painted."""
        self._left = _AT_MOST
        self.panel.show_writing(True)
        self.changed.emit(self.prompt, 0.0)

    def write_one(self) -> None:
        """Let the model write one token."""
        self._left = 2  # the one that is at hand, and the look at it
        self.changed.emit(self.prompt, 0.0)

    def take_back(self) -> None:
        """Take back the last token that the model wrote."""
        self.stop()
        if self.prompt.written:
            self._taken = True
            self.prompt = replace(self.prompt, written=self.prompt.written[:-1])
            self.changed.emit(self.prompt, time.perf_counter())

    def start_or_stop(self) -> None:
        """Let the model write on; if it does, let it write no more."""
        if not self.stop():
            self.write()

    def stop(self) -> bool:
        """Let it write no more; False if it was not writing."""
        was, self._left = self._left > 0, 0
        self.panel.show_writing(False)
        return was

    def follow(self, frame: Frame, current: bool = True) -> None:
        """Take in an answer: where the masks stand, what was written; and write the next token.

        Args:
            frame: the answer.
            current: False where tokens are to be drawn in another way by now; its own is not used.
        """
        self.panel.show_card(frame.card)
        self.panel.show_order(self.prompt.order is not None)
        if frame.prompt != self.prompt:
            return  # it answers what was wanted before
        if len(frame.card.layers) != 2:
            self._read = frame.predicted_in or frame.queries
            if self._anchors and self._read.ids:
                self._find_masks(self._read)
        self.panel.strip.show_tokens(
            frame.predicted_in or frame.queries, frozenset(self.prompt.masked), frame.order,
            frame.card.masks)
        self.panel.verdict.show_probability(frame.next_sentence)
        self.panel.labels.show_shares(frame.card.labels, frame.labels)
        if (frame.prompt.written or self._taken) and frame.predicted_in is not None:
            shown, whole = self.grows.prompt(), frame.predicted_in.text
            if whole.startswith(shown) and whole != shown:
                self.grows.write(whole[len(shown):])
            elif self._taken and shown.startswith(whole):
                self.grows.unwrite(shown[len(whole):])
            self._taken = False
        if self._left and current:
            self._write_next(frame)

    def _write_next(self, frame: Frame) -> None:
        self._left -= 1
        if frame.continued is None or self._left == 0:
            self.stop()
            return
        self.prompt = frame.continued
        self.changed.emit(self.prompt, time.perf_counter())


def _changed(before: str, after: str) -> tuple[int, int]:
    """The first and past-the-last code point of ``before`` that an edit took away."""
    shortest = min(len(before), len(after))
    start = next((i for i in range(shortest) if before[i] != after[i]), shortest)
    end = next(
        (i for i in range(shortest - start) if before[-1 - i] != after[-1 - i]), shortest - start)
    return start, len(before) - end
