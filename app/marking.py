"""What a scene points out: heads, tokens, cells, whole panels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF
from PySide6.QtWidgets import QWidget

from app.paint.mark import mark_width
from app.panels.mark_layer import Boxes, MarkLayer
from app.state import attention_of

if TYPE_CHECKING:
    from app.lectures.scene import Mark
    from app.panels.editor import PromptEditor
    from app.window import Window

Numbers = tuple[int, ...]
"""As a mark tells them."""


class Marking(QObject):
    """Lays marks over panels; they follow what is drawn there until others take their place."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window = window
        self.layers: list[MarkLayer] = []
        self._marks: tuple[Mark, ...] = ()
        window.pages.made.connect(lambda page: self.show(self._marks))
        window.engine.answered.connect(self.update)
        window.pictured.connect(lambda answer, seconds: self.update())

    def show(self, marks: Sequence[Mark]) -> None:
        """Mark these, and nothing else."""
        for layer in self.layers:
            layer.hide()
            layer.deleteLater()
        self._marks, self.layers = tuple(marks), []
        window, strip = self.window, self.window.layout_.prompt.strip
        heads, tokens, cells = (
            [mark.at for mark in marks if mark.kind == kind and isinstance(mark.at, tuple)]
            for kind in ("head", "token", "cell"))
        if heads:
            self._lay(window.sheet, partial(self._heads, heads))
        if tokens:
            self._lay(strip.viewport(), partial(self._strip, tokens), arrows=False)
            for editor in window.layout_.prompt.editors():
                self._lay(editor.viewport(), partial(self._text, editor, tokens), arrows=False)
        matrix = window.matrix
        if matrix is not None and (tokens or cells):
            from app.panels.matrix_marks import canvas  # with the page, which is slow to come

            if cells:
                self._lay(canvas(matrix), partial(self._cells, cells))
            if tokens:
                self._lay(canvas(matrix), partial(self._axes, tokens), arrows=False)
        for mark in marks:
            for panel in self._panels(mark.at) if isinstance(mark.at, str) else ():
                self._lay(panel, partial(_around, panel))

    def update(self) -> None:
        """What is marked may be elsewhere by now."""
        for layer in self.layers:
            layer.update()

    def set_theme(self) -> None:
        """Colour them anew."""
        for layer in self.layers:
            layer.set_theme(self.window.theme)

    def _lay(self, over: QWidget, boxes: Boxes, arrows: bool = True) -> None:
        self.layers.append(MarkLayer(over, boxes, self.window.theme, arrows))

    # -- where things are -------------------------------------------------------------------

    def _panels(self, name: str) -> tuple[QWidget, ...]:
        """What a mark lies over; no splitter, which would give it room of its own."""
        window, pages = self.window, self.window.pages
        panels: dict[str, QWidget] = {
            "prompt": window.prompt_panel, "sheet": window.sheet_panel,
            "predictions": window.predictions_panel, "timeline": window.layout_.timeline,
            **pages.panels,
        }
        return (pages.first, pages.second) if name == "pages" else (panels[name],)

    def _heads(self, heads: Sequence[Numbers]) -> list[QRectF]:
        frame = self.window.picture
        if frame is None or frame.thumbnails is None:
            return []
        layers, across = frame.thumbnails.shape[:2]
        return [self.window.sheet.square((layer, head)) for layer, head in heads
                if layer < layers and head < across]

    def _strip(self, tokens: Sequence[Numbers]) -> list[QRectF]:
        strip = self.window.layout_.prompt.strip
        return [strip.box(at) for (at,) in tokens if at < strip.count]

    def _text(self, editor: PromptEditor, tokens: Sequence[Numbers]) -> list[QRectF]:
        """The words of tokens, where they are typed: those that stand where they were read."""
        frame, panel = self.window.picture, self.window.layout_.prompt
        if frame is None:
            return []
        two = len(frame.card.layers) == 2 and attention_of(frame) == "decoder"
        read, text, boxes = frame.keys, editor.prompt(), []
        start = read.first if editor is panel.second else 0
        end = read.first if editor is panel.source else len(read.text)
        if two != (editor is panel.target):
            return []
        for (at,) in tokens:
            low, high = read.groups[at] if at < len(read) else (0, 0)
            word = read.text[low:high]
            low, high = low + len(word) - len(word.lstrip()), high - len(word) + len(word.rstrip())
            same = read.text[start:high] == text[: high - start]  # all else may have been written
            if start <= low < high <= end and same:
                boxes.append(editor.box((low - start, high - start)))
        return boxes

    def _cells(self, cells: Sequence[Numbers]) -> list[QRectF]:
        from app.panels.matrix_marks import cell_boxes

        matrix = self.window.matrix
        if matrix is None or self.window.view.shown is None:
            return []
        return cell_boxes(matrix, [(query, key) for query, key in cells])

    def _axes(self, tokens: Sequence[Numbers]) -> list[QRectF]:
        from app.panels.matrix_marks import token_boxes

        matrix, frame = self.window.matrix, self.window.picture
        if matrix is None or frame is None or self.window.view.shown is None:
            return []
        return token_boxes(matrix, {at for (at,) in tokens}, attention_of(frame) != "cross")


def _around(panel: QWidget) -> list[QRectF]:
    room = 2 * mark_width(panel.fontMetrics().height())
    return [QRectF(panel.rect()).adjusted(room, room, -room, -room)]
