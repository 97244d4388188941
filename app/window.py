"""The window: panels on one side, the engine on the other, and the one wish between them."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QMainWindow,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app import captions
from app import theme as themes
from app.actions import Actions
from app.choices import Choices
from app.engine import Engine
from app.language import install_language, say_refusal
from app.panels.editor import PromptEditor
from app.panels.elided import Elided
from app.panels.predictions import Predictions
from app.panels.sheet import HeadSheet
from app.panels.titled import Titled
from app.state import Answer, Cell, Head, View, Wish
from core.catalogue import DEFAULT_MODEL
from core.errors import Refusal
from core.frame import Frame, Prompt
from core.trace import Scale

_STYLE = """
QFrame#panel {{ background: {surface}; border: 1px solid {line}; border-radius: 6px; }}
QLabel#title {{ font-weight: 600; }}
QLabel#badge {{ color: {muted}; }}
QLabel#notice {{ color: {warning}; }}
QLabel#count, QStatusBar QLabel {{ color: {muted}; }}
QPlainTextEdit {{ border: 1px solid {line}; border-radius: 6px; padding: 4px; }}
QPlainTextEdit:focus {{ border: 2px solid {accent}; padding: 3px; }}
QStatusBar::item {{ border: none; }}
QSplitter::handle {{ background: {window}; }}
"""


class Window(QMainWindow):
    """Everything on screen. Changes become wishes; answers become pictures."""

    pictured = Signal(object, float)
    """An Answer that has been painted, and the seconds since its key (0 where no key led to it)."""
    opened = Signal()
    """The window has been painted for the first time: what is slow may begin."""
    matrix_ready = Signal()
    """The large matrix, which comes after the first paint, is there."""

    def __init__(
        self, engine: Engine, settings: QSettings, model: str | None = None, text: str | None = None
    ) -> None:
        super().__init__()
        self.engine, self.choices = engine, Choices(settings)
        self._fixed_text = text
        self.theme = themes.pick_theme(self.choices.theme)
        self.answer: Answer | None = None
        self.picture: Frame | None = None
        """The last frame that has a picture; it stays while there is nothing better."""
        self.view = View()
        self.wish = Wish(model=model or self.choices.model)
        self._refusal: Refusal | None = None
        self._card_shown: str | None = None
        self._loading: str | None = None
        self._milliseconds: float | None = None
        self._opened = False
        self._build()
        self.actions_ = Actions(self)
        self._connect()
        self._restore()
        self.retranslate()
        self._ask(asked=0.0)

    # -- what it is made of -----------------------------------------------------------------

    def _build(self) -> None:
        self.editor = PromptEditor()
        self.count, self.notice = QLabel(), QLabel()
        self.count.setObjectName("count")
        self.notice.setObjectName("notice")
        self.notice.setWordWrap(True)
        self.sheet, self.predictions = HeadSheet(), Predictions()
        self.matrix: QWidget = QWidget()  # until pyqtgraph is there
        self.sheet_panel = Titled(self.sheet)
        self.matrix_panel = Titled(self.matrix)
        self.predictions_panel = Titled(self.predictions)
        self.prompt_panel = Titled(self.editor)
        below = QVBoxLayout()
        below.setSpacing(0)
        below.addWidget(self.notice)
        self.prompt_panel.column.addLayout(below)
        self.left = QSplitter(Qt.Orientation.Vertical)
        self.left.addWidget(self.sheet_panel)
        self.left.addWidget(self.predictions_panel)
        self.left.setStretchFactor(0, 1)
        self.left.setSizes([500, 120])
        self.columns = QSplitter(Qt.Orientation.Horizontal)
        self.columns.addWidget(self.left)
        self.columns.addWidget(self.matrix_panel)
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
        room = QWidget()
        layout = QVBoxLayout(room)
        layout.setContentsMargins(8, 8, 8, 0)
        layout.addWidget(self.rows)
        self.setCentralWidget(room)
        self.status = Elided()
        self.statusBar().addPermanentWidget(self.status)
        self.state = Elided()
        self.statusBar().addWidget(self.state, 1)
        self.setAcceptDrops(True)
        self.setMinimumSize(720, 480)
        self.resize(1280, 800)

    def _connect(self) -> None:
        self.opened.connect(self._add_matrix)
        self.engine.answered.connect(self._take)
        self.engine.refused.connect(self._refuse)
        self.engine.loading.connect(self._load)
        self.editor.edited.connect(self._edit)
        self.sheet.hovered.connect(lambda head: self._look(replace(self.view, hovered=head)))
        self.sheet.pinned.connect(self.pin)
        self.sheet.resized.connect(lambda: self._ask(self.wish.asked))
        self.sheet.painted.connect(self._painted)
        for panel in (self.sheet_panel, self.matrix_panel):
            panel.appeared.connect(lambda: self._ask(self.wish.asked))
        self.predictions.chosen.connect(self.editor.append)
        QApplication.styleHints().colorSchemeChanged.connect(self._follow_system)

    def showEvent(self, event: QShowEvent) -> None:
        """Keys go to the prompt."""
        super().showEvent(event)
        self.editor.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Once on screen: the slow parts."""
        super().paintEvent(event)
        if not self._opened:
            self._opened = True
            QTimer.singleShot(0, self.opened)

    @property
    def _has_matrix(self) -> bool:
        return self.matrix.objectName() == "matrix"

    def _add_matrix(self) -> None:
        """The large matrix: pyqtgraph takes longer to import than a window to open."""
        if self._has_matrix:
            return
        from app.panels.matrix import HeadMatrix

        matrix = HeadMatrix()
        matrix.setObjectName("matrix")
        matrix.set_theme(self.theme)
        matrix.pointed.connect(self._point)
        self.matrix_panel.replace(self.matrix, matrix)
        self.matrix = matrix
        self._show()
        self.matrix_ready.emit()

    # -- what the user wants ----------------------------------------------------------------

    def _ask(self, asked: float, **changes: object) -> None:
        """Wish for what is on screen now; a panel that is hidden costs nothing."""
        sight = replace(
            self.wish.sight, pixels=self.sheet.thumbnail_pixels, scale=self.choices.scale,
            thumbnails=self.sheet_panel.isVisibleTo(self),
            head=self.view.shown if self.matrix_panel.isVisibleTo(self) else None,
        )
        self.wish = replace(self.wish, sight=sight, asked=asked, **changes)  # type: ignore[arg-type]
        self.engine.wish(self.wish)

    def _edit(self, text: str, pressed: float) -> None:
        self._fixed_text = None  # from here on it is the user's own, and is kept
        if self.answer is not None:  # else it says why there is still no picture
            self._refusal = None
        self._ask(pressed, prompt=replace(self.wish.prompt, source=text))

    def _look(self, view: View) -> None:
        """Select; the engine is asked only for a head that is not at hand."""
        shown, self.view = self.view.shown, view
        if view.shown != shown and view.shown is not None:
            self._ask(asked=0.0)
        self._show()

    def pin(self, head: Head | None) -> None:
        """Keep this head large, or none; the pointer previews again once it moves."""
        self._look(replace(self.view, pinned=head, hovered=None))

    def _point(self, cell: Cell | None) -> None:
        if cell != self.view.cell:
            self._look(replace(self.view, cell=cell))

    def open_model(self, reference: str) -> None:
        """Load a bundled name or a folder; the model at hand stays until it is there."""
        self._refusal = None
        self._ask(asked=0.0, model=reference, attempt=self.wish.attempt + 1)

    def choose_folder(self) -> None:
        """Ask for a model folder."""
        folder = QFileDialog.getExistingDirectory(
            self, self.tr("Open a model folder"), self.choices.word("folder", "")
        )
        if folder:
            self.choices.keep("folder", str(Path(folder).parent))
            self.open_model(folder)

    def append_likeliest(self) -> None:
        """Add the likeliest token to the prompt."""
        if self.answer is not None:
            for prediction in self.answer.frame.predictions:
                if prediction.text is not None:
                    self.editor.append(prediction.text)
                    return

    # -- what the engine says ---------------------------------------------------------------

    def _take(self) -> None:
        answer = self.engine.answers.take()
        if answer is None:
            return
        self.answer, self._loading = answer, None
        if answer.frame.predicted_at is not None:
            self.picture = answer.frame
        if answer.wish.model == answer.frame.card.reference:
            self._greet(answer.frame)
        elif self._refusal is None:
            self.wish = replace(self.wish, model=answer.frame.card.reference)
        self._show()

    def _greet(self, frame: Frame) -> None:
        """The first frame of a model: its sentence where nothing is typed, its first known head."""
        card = frame.card
        if card.reference == self._card_shown:
            return
        first, self._card_shown = self._card_shown is None, card.reference
        self.choices.keep_model(card.reference)
        self.actions_.fill_models()
        pinned = (card.notable[0].layer, card.notable[0].head) if card.notable else (0, 0)
        self.view = View(pinned=pinned)
        if first and card.text and not self.editor.prompt() and self._fixed_text is None:
            self.editor.set_prompt(card.text)
        self._ask(asked=0.0)

    def _refuse(self, refusal: Refusal, wish: Wish) -> None:
        self._refusal, self._loading = refusal, None
        good = self.answer.frame.card.reference if self.answer else DEFAULT_MODEL
        if wish.model != good:
            self._ask(asked=0.0, model=good)
        self._show()

    def remark(self, refusal: Refusal) -> None:
        """Say this until something else is to be said."""
        self._refusal = refusal
        self._show_state()

    @property
    def complete(self) -> bool:
        """Whether what is on screen is all that was wished for."""
        if self.answer is None or not self._has_matrix or self._loading is not None:
            return False
        held, frame = self.answer.wish, self.answer.frame
        return (held.model, held.prompt, held.sight) == (
            self.wish.model, self.wish.prompt, self.wish.sight
        ) and (frame.thumbnails is not None or not held.sight.thumbnails)

    def _load(self, reference: str) -> None:
        self._loading = reference
        self._show_state()

    def _painted(self, frame: Frame) -> None:
        if self.answer is None or frame is not self.answer.frame:
            return
        asked = self.answer.wish.asked
        seconds = time.perf_counter() - asked if asked else 0.0
        if asked:
            self._milliseconds = seconds * 1000
            self.status.setText(captions.status_line(frame, self._milliseconds))
        self.pictured.emit(self.answer, seconds)

    # -- the picture ------------------------------------------------------------------------

    def _show(self) -> None:
        """Redraw every panel from the frame and the view."""
        self._show_state()
        frame = self.picture
        if frame is None:
            return
        self.sheet.show_frame(frame, self.view)
        self.predictions.show_frame(frame, self.view)
        if self._has_matrix:
            self.matrix.show_frame(frame, self.view)  # type: ignore[attr-defined]
        self._light(frame)
        self._show_words(frame)

    def _light(self, frame: Frame) -> None:
        cell, head = self.view.cell, frame.head
        lit = cell is not None and head is not None and _inside(cell, head.pattern.shape)
        if frame.prompt.source != self.editor.prompt():
            return  # the spans count in another text
        self.editor.light(
            frame.queries.groups[cell[0]] if lit and cell else None,
            frame.keys.groups[cell[1]] if lit and cell else None,
            frame.queries.kept if frame.queries.cut else None,
        )

    def _show_words(self, frame: Frame) -> None:
        badge = captions.scale_badge(frame.sight.scale) if self.view.shown else ""
        self.sheet_panel.say(self.tr("Heads"), captions.sheet_badge(frame))
        self.matrix_panel.say(captions.head_title(frame, self.view.shown), badge)
        self.predictions_panel.say(captions.predictions_title(frame))
        self.status.setText(captions.status_line(frame, self._milliseconds))

    def _show_state(self) -> None:
        """What is going on, and what went wrong."""
        answer = self.answer.frame if self.answer else None
        state = notice = ""
        if self._loading is not None:
            state = self.tr("Loading {model} …").format(model=Path(self._loading).name)
        elif answer is None and self._refusal is None:
            state = self.tr("Starting …")
        if self._refusal is not None:
            notice = say_refusal(self._refusal)
        elif answer is not None:
            notice = captions.notice(answer, self.picture is not None)
        self.state.setText(state)
        self.notice.setText(notice)
        self.notice.setVisible(bool(notice))

    # -- theme, language, size --------------------------------------------------------------

    def set_theme(self, choice: str) -> None:
        """Use and remember a theme."""
        self.choices.keep("theme", choice)
        self._apply_theme()

    def _follow_system(self) -> None:
        if self.choices.theme == "system":
            self._apply_theme()

    def _apply_theme(self) -> None:
        self.theme = themes.pick_theme(self.choices.theme)
        QApplication.setPalette(themes.palette(self.theme))
        self.setStyleSheet(_STYLE.format(**vars(self.theme)))
        for part in (self.editor, self.sheet, self.predictions, self.matrix):
            if hasattr(part, "set_theme"):
                part.set_theme(self.theme)
        self._show()

    def set_scale(self, scale: Scale) -> None:
        """Use and remember a colour scale."""
        self.choices.keep("scale", scale)
        self._ask(asked=0.0)

    def set_language(self, choice: str) -> None:
        """Use and remember a language."""
        self.choices.keep("language", choice)
        install_language(choice)

    def zoom_text(self, step: int) -> None:
        """Larger or smaller type everywhere; 0 for the system's own size."""
        self.choices.keep("points", 0 if step == 0 else self.choices.points + step)
        self._apply_points()

    def _apply_points(self) -> None:
        base = QApplication.instance().property("points") or 10  # type: ignore[union-attr]
        font = QApplication.font()
        font.setPointSizeF(float(base) + self.choices.points)
        QApplication.setFont(font)
        style = self.styleSheet()
        self.setStyleSheet("")  # fonts do not come through one
        self.setFont(font)
        self.setStyleSheet(style)
        big = QApplication.font()
        big.setPointSizeF(font.pointSizeF() * 1.25)
        self.editor.setFont(big)

    def fit_matrix(self) -> None:
        """Show all cells of the large matrix."""
        if self._has_matrix:
            self.matrix.fit()  # type: ignore[attr-defined]

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language, the font and the screen."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "actions_"):
            self.retranslate()

    def retranslate(self) -> None:
        """Say everything in the language of the moment."""
        self.setWindowTitle(self.tr("Headlight"))
        self.prompt_panel.say(self.tr("Prompt"))
        self.sheet_panel.say(self.tr("Heads"))
        self.matrix_panel.say(self.tr("No head is pinned"))
        self.predictions_panel.say(self.tr("Next token"))
        for part in (self.editor, self.sheet, self.predictions, self.matrix):
            if hasattr(part, "retranslate"):
                part.retranslate()
        self.actions_.retranslate()
        self._show()

    # -- what is remembered -----------------------------------------------------------------

    def _restore(self) -> None:
        for part, name in ((self.rows, "rows"), (self.columns, "columns"), (self.left, "left")):
            kept = self.choices.layout(name)
            if kept is not None:
                part.restoreState(kept)
        geometry = self.choices.layout("geometry")
        if geometry is not None:
            self.restoreGeometry(geometry)
        self._apply_points()
        self._apply_theme()
        text = self._fixed_text
        if text is None:
            text = self.choices.word("text", "")
        if text:
            self.editor.blockSignals(True)
            self.editor.setPlainText(text)
            self.editor.moveCursor(self.editor.textCursor().MoveOperation.End)
            self.editor.blockSignals(False)
        self.wish = replace(self.wish, prompt=Prompt(self.editor.prompt()))

    def save(self) -> None:
        """Remember text, sizes and choices."""
        if self._fixed_text is None:
            self.choices.keep("text", self.editor.prompt())
        self.choices.keep("rows", self.rows.saveState())
        self.choices.keep("columns", self.columns.saveState())
        self.choices.keep("left", self.left.saveState())
        self.choices.keep("geometry", self.saveGeometry())
        self.choices.settings.sync()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A folder may be dropped."""
        if any(Path(url.toLocalFile()).is_dir() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open a dropped folder."""
        for url in event.mimeData().urls():
            if Path(url.toLocalFile()).is_dir():
                self.open_model(url.toLocalFile())
                return

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing typed is lost."""
        self.save()
        event.accept()

    def sizeHint(self) -> QSize:
        """A laptop's screen."""
        return QSize(1280, 800)


def _inside(cell: Cell, shape: tuple[int, ...]) -> bool:
    return cell[0] < shape[0] and cell[1] < shape[1]


