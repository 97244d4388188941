"""What the window draws of a frame and a view: every panel, every word around it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app import captions
from app.language import say_refusal
from app.pages import HEAD
from app.state import Cell
from core.frame import Frame

if TYPE_CHECKING:
    from app.window import Window


class Showing(QObject):
    """Redraws; it wishes for nothing."""

    shown = Signal()
    """Every panel has been told of the frame and the view."""
    rested = Signal()
    """And has been laid out; nothing is pending, unless another answer came meanwhile."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window = window
        self._rest = QTimer(self, singleShot=True, interval=0)
        self._rest.timeout.connect(self._show_rest)
        self._laid_out = QTimer(self, singleShot=True, interval=0)
        self._laid_out.timeout.connect(self.rested)
        self.rested.connect(window.keeping.touch)  # whoever asks whether all is there asks again

    @property
    def pending(self) -> bool:
        """Whether panels are still to follow the sheet, or to be laid out."""
        return self._rest.isActive() or self._laid_out.isActive()

    def _show_rest(self) -> None:
        self.show()
        self._laid_out.start()  # which waits for what is to be laid out

    def show_answer(self) -> None:
        """Redraw from a new answer: the sheet at once, all else when keys and timers that came
        meanwhile had their turn."""
        self._rest.start()
        if self.window.picture is not None:
            self.window.sheet.show_frame(self.window.picture, self.window.view)

    def catch_up(self) -> None:
        """Redraw now what was still to follow the sheet."""
        if self.pending:
            self.show()

    def show(self) -> None:
        """Redraw every panel from the frame and the view."""
        window = self.window
        self._rest.stop()
        window.keeping.touch()
        self.show_state()
        window.steering.show()
        self._show_hints()
        frame = window.picture
        if window.answer is not None:
            self._show_pages(window.answer.frame, needs_text=False)
        if frame is None:
            self._show_no_words()
        else:
            window.sheet.show_frame(frame, window.view)
            window.predictions.show_frame(frame, window.view)
            self._show_pages(frame, needs_text=True)
            self._light(frame)
            self._show_words(frame)
        self.shown.emit()

    def _show_pages(self, frame: Frame, needs_text: bool) -> None:
        window = self.window
        for key, panel, page in window.pages.shown():
            if page.needs_text != needs_text:
                continue
            if page is window.changes:
                window.changes.show_wish(window.wish.edits, window.wish.against)
            if page is window.training:
                window.training.show_wish(window.wish.drive, window.wish.at)
            page.show_frame(frame, window.view)
            if key != HEAD:
                omitted = captions.omit_badge(frame) if page.leaves_out else ""
                badges = captions.altered_badge(frame), omitted, page.badge(frame, window.view)
                panel.say(page.title(frame, window.view), " · ".join(filter(None, badges)))

    def _show_hints(self) -> None:
        """Pages that lack an answer as there is no text say so."""
        window = self.window
        told, picture = window.answer, window.picture
        empty = told is not None and not told.frame.queries.ids
        lacking = {
            panel: page.needs_text and (picture is None or page.lacks(picture, window.view))
            for _, panel, page in window.pages.shown()}
        lacking[window.sheet_panel] = picture is None or picture.thumbnails is None
        lacking[window.predictions_panel] = picture is None
        for panel, lacks in lacking.items():
            panel.hint(self.tr("Type a sentence above to see this.") if empty and lacks else "")

    def _light(self, frame: Frame) -> None:
        window = self.window
        cell, shape = window.view.at, (len(frame.queries), len(frame.keys))
        if window.view.shown is None or not _inside(cell, shape):
            cell = None
        wanted = window.wish.prompt
        wanted = replace(wanted, written=wanted.written[:len(frame.prompt.written)])
        if frame.prompt == wanted:  # else the spans count in another text
            window.layout_.prompt.light(frame, cell)

    def _show_words(self, frame: Frame) -> None:
        window = self.window
        window.layout_.offer(frame, window.view)
        self.name_prompt()
        window.sheet_panel.say(self.tr("Heads"), captions.sheet_badge(frame, window.view))
        badge = captions.matrix_badge(frame, window.view)
        window.matrix_panel.say(captions.head_title(frame, window.view.shown), badge)
        nothing_masked = frame.card.masks and not frame.behind_mask
        window.predictions_panel.say(
            self.tr("Behind the mask") if nothing_masked else captions.predictions_title(frame))
        window.status.setText(captions.status_line(frame, window.milliseconds))

    def _show_no_words(self) -> None:
        """A model that has seen no text yet: what was said is of another one."""
        window = self.window
        if window.answer is not None:
            frame = window.answer.frame
            window.sheet_panel.say(self.tr("Heads"))
            window.matrix_panel.say(captions.head_title(frame, window.view.shown))
            window.predictions_panel.say(self.tr("Next token"))
            window.status.setText(captions.status_line(frame, None))

    def show_state(self) -> None:
        """What is going on, and what went wrong."""
        window = self.window
        answer = window.answer.frame if window.answer else None
        state = notice = ""
        if window.loading is not None:
            state = self.tr("Loading {model} …").format(model=Path(window.loading).name)
        elif answer is None and window.refusal is None:
            state = self.tr("Starting …")
        if window.refusal is not None:
            notice = say_refusal(window.refusal)
        elif answer is not None:
            notice = captions.notice(answer, window.picture is not None)
        if window.training is not None:
            window.training.nothing.await_run(window.beginning.comes)
        window.state.setText(state)
        window.notice.setText(notice)
        window.notice.setVisible(bool(notice))

    def name_prompt(self) -> None:
        """The prompt's title, where it has one column."""
        window = self.window
        several = window.layout_.prompt.two_columns  # each has a title of its own
        window.prompt_panel.say("" if several else self.tr("Prompt"))


def _inside(cell: Cell | None, shape: tuple[int, int]) -> bool:
    return cell is not None and cell[0] < shape[0] and cell[1] < shape[1]
