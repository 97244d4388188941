"""The window: panels on one side, the engine on the other, and the one wish between them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QEvent, QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow

from app.actions import Actions
from app.altering import Altering
from app.beginning import Beginning
from app.choices import Choices
from app.dress import Dress
from app.driving import Driving
from app.engine import Engine
from app.helping import Helping
from app.hint import Hint
from app.joining import Joining
from app.jump_list import JumpList
from app.keeping import Keeping
from app.layout import Layout
from app.lecture_keys import LectureKeys
from app.lecturing import Lecturing
from app.listening import Listening
from app.opening import Opening, dropped_folder
from app.pages import HEAD, TRAINING
from app.panels.elided import Steady
from app.placing import Placing
from app.presenting import Presenting
from app.prompting import Prompting
from app.selecting import Selecting
from app.sessions import Sessions, dropped_session
from app.showing import Showing
from app.siding import Siding
from app.staging import Staging
from app.state import Answer, View, Wish
from app.steering import Steering
from app.theme import Theme
from core.drive import Drive
from core.errors import Refusal
from core.frame import Frame
from core.trace import Ask

if TYPE_CHECKING:
    from app.panels.changes import Changes
    from app.panels.generation import Generation
    from app.panels.matrix import HeadMatrix
    from app.panels.training import TrainingPage


class Window(QMainWindow):
    """Everything on screen. Changes become wishes; answers become pictures."""

    pictured = Signal(object, float)
    """An Answer that has been painted, and the seconds since its key (0 where no key led to it)."""
    opened = Signal()
    """The window has been painted for the first time: what is slow may begin."""

    def __init__(
        self, engine: Engine, settings: QSettings, model: str | None = None,
        text: str | None = None, watch: bool = False, session: Path | None = None,
    ) -> None:
        super().__init__()
        self.engine, self.choices = engine, Choices(settings)
        self.answer: Answer | None = None
        self.picture: Frame | None = None
        """The last frame that has a picture; it stays while there is nothing better."""
        self.view = View()
        self.wish = Wish(
            model or self.choices.model, drive=Drive(budget=self.choices.budget),
            watch=watch or (model is None and self.choices.watch))
        self.refusal: Refusal | None = None
        self.loading: str | None = None
        self.milliseconds: float | None = None
        self._opened = False
        self._build()
        self.actions_ = Actions(self)
        self._connect()
        self._restore()
        self.sessions.begin(text, model, watch, session)
        self.retranslate()
        self.ask()

    # -- what it is made of -----------------------------------------------------------------

    def _build(self) -> None:
        self.layout_ = layout = Layout()
        self.sheet, self.predictions, self.notice = layout.sheet, layout.predictions, layout.notice
        self.pages = layout.pages
        self.sheet_panel, self.matrix_panel = layout.sheet_panel, layout.matrix_panel
        self.prompt_panel, self.predictions_panel = layout.prompt_panel, layout.predictions_panel
        self.rows, self.columns, self.left = layout.rows, layout.columns, layout.left
        self.prompting = Prompting(layout.prompt)
        self.editor, self.second, self.target = layout.prompt.editors()
        self.keeping = Keeping(self)
        self.dress = Dress(self, self.choices, layout.prompt.editors)
        self.status = Steady()
        self.status.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.statusBar().addPermanentWidget(self.status)
        self.state = Steady()
        self.statusBar().addWidget(self.state, 1)
        self.opening = Opening(self)
        self.steering, self.driving = Steering(self), Driving(self)
        self.selecting, self.altering, self.siding = Selecting(self), Altering(self), Siding(self)
        self.beginning = Beginning(self)
        self.showing, self.joining = Showing(self), Joining(self)
        self.placing = Placing(self)
        self.listening = Listening(self)
        self.sessions = Sessions(self)
        self.lecturing = Lecturing(self)
        self.staging, self.presenting = Staging(self), Presenting(self)
        self.helping, self.hint = Helping(self), Hint(self.choices)
        layout.add_below(self.hint)
        self.jump_list, self.lecture_keys = JumpList(self), LectureKeys(self)
        self.setAcceptDrops(True)
        self.setMinimumSize(720, 480)
        self.resize(1280, 800)

    def _connect(self) -> None:
        self.opened.connect(self.pages.make)
        self.prompting.typed.connect(self._type)
        self.prompting.changed.connect(lambda prompt, pressed: self.ask(pressed, prompt=prompt))
        self.prompting.pointed.connect(lambda position: self.wish_sight(predict_at=position))
        self.layout_.attention.chosen.connect(self.selecting.show_attention)
        self.layout_.stream.chosen.connect(self.selecting.show_stream)
        self.layout_.quantity.chosen.connect(self.selecting.show_quantity)
        self.layout_.tint.chosen.connect(self.selecting.show_tint)
        self.sheet.hovered.connect(self.selecting.hover)
        self.sheet.pinned.connect(self.selecting.pin)
        self.hint.follow(self)
        self.sheet.resized.connect(self._ask_again)
        self.pages.made.connect(self.joining.join)
        self.sheet_panel.appeared.connect(self._ask_again)
        self.pages.appeared.connect(self._turn_page)
        self.dress.themed.connect(self._follow_theme)
        self.predictions.chosen.connect(lambda text: self.prompting.add(text, self.picture))

    def showEvent(self, event: QShowEvent) -> None:
        """Keys go to the prompt."""
        super().showEvent(event)
        self.editor.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Once on screen: the slow parts."""
        super().paintEvent(event)
        if not self._opened:
            self._opened = True
            QTimer.singleShot(0, self, self.opened.emit)

    @property
    def matrix(self) -> HeadMatrix | None:
        """The large matrix, once it was on screen."""
        return cast("HeadMatrix | None", self.pages.pages.get(HEAD))

    @property
    def changes(self) -> Changes | None:
        """The page that alters and compares, once it was on screen."""
        return cast("Changes | None", self.pages.pages.get("changes"))

    @property
    def generation(self) -> Generation | None:
        """The page that sets how tokens are drawn, once it was on screen."""
        return cast("Generation | None", self.pages.pages.get("generation"))

    @property
    def training(self) -> TrainingPage | None:
        """The page of a run, once it was on screen."""
        return cast("TrainingPage | None", self.pages.pages.get(TRAINING))

    def _turn_page(self) -> None:
        self._ask_again()
        self.showing.show()

    # -- what the user wants ----------------------------------------------------------------

    def ask(self, asked: float = 0.0, **changes: Any) -> None:
        """Wish for what is on screen now; a panel that is hidden costs nothing.

        Args:
            asked: ``time.perf_counter()`` at the key that led to it; 0 where no key did.
            changes: fields of the wish, and their new values.
        """
        sight = replace(
            self.wish.sight, pixels=self.sheet.thumbnail_pixels, scale=self.choices.scale,
            omit=self.choices.omit, renormalise=self.choices.renormalise,
            thumbnails=self.sheet_panel.isVisibleTo(self),
            difference=self.view.quantity == "difference",
            gradient=self.view.quantity == "gradient",
            head=self.view.shown if self.matrix_panel.isVisibleTo(self) else None,
            asks=self.asks(), curves=self._curves(),
        )
        changes |= {"sight": sight, "asked": asked, "beside": self.siding.wanted(sight)}
        self.wish = replace(self.wish, **changes)
        self.engine.wish(self.wish)

    def _curves(self) -> int:
        """Points of a run's curves: as many as they have room for; 0 while they are hidden."""
        return max((page.curve_points for _, _, page in self.pages.shown()), default=0)

    def _ask_again(self) -> None:
        """The same for another size; it counts as the key's picture only if that never came."""
        held = self.answer and replace(self.answer.wish, asked=self.wish.asked)  # a run goes on
        answered = held == self.wish
        self.ask(0.0 if answered else self.wish.asked)

    def _type(self) -> None:
        if self.answer is not None:  # else it says why there is still no picture
            self.refusal = None
        self.keeping.typed()

    def wish_sight(self, **changes: Any) -> None:
        """Let the next wish be for this sight."""
        self.wish = replace(self.wish, sight=replace(self.wish.sight, **changes))

    def asks(self) -> tuple[Ask[Any], ...]:
        """Of the sheet and the pages that are on screen."""
        sheet = self.sheet.asks(self.view) if self.sheet_panel.isVisibleTo(self) else ()
        pages = (
            ask for _, _, page in self.pages.shown() for ask in page.asks(self.picture, self.view)
        )
        return tuple(dict.fromkeys((*sheet, *pages)))

    def ask_sight(self, **changes: Any) -> None:
        """Wish for another sight."""
        self.wish_sight(**changes)
        self.ask()

    def set_budget(self, size: int) -> None:
        """Use and remember how many bytes of weights the timeline may hold."""
        self.choices.keep("budget", size)
        self.steering.set_budget(size)

    def stop(self) -> bool:
        """Let no model be read or write any more; False if none is."""
        return self.opening.cancel() or self.prompting.stop()

    def release(self) -> None:
        """Stop what goes on; else release the held cell; else the pinned head."""
        self.hint.dismiss()
        if not self.stop():
            self.selecting.release()

    # -- what the engine says ---------------------------------------------------------------

    def remark(self, refusal: Refusal) -> None:
        """Say this until something else is to be said."""
        self.refusal = refusal
        self.showing.show_state()

    def forget(self, refusal: Refusal) -> None:
        """Say this no longer, where it is still said."""
        if self.refusal is refusal:
            self.refusal = None
            self.showing.show_state()

    @property
    def complete(self) -> bool:
        """Whether what is on screen is all that was wished for."""
        busy = self.loading is not None or self.showing.pending
        if self.answer is None or not self.pages.pages or busy:
            return False
        held, frame, wish = self.answer.wish, self.answer.frame, self.wish
        whole = (frame.thumbnails is not None or not held.sight.thumbnails) and (
            wish.against is None or frame.beside is not None)
        return frame.card.reference == wish.model and all(
            getattr(held, name) == getattr(wish, name)
            for name in ("prompt", "sight", "edits", "against", "at")
        ) and (whole or not frame.queries.ids) and self.siding.complete  # empty: no picture

    # -- theme, language, size --------------------------------------------------------------

    @property
    def theme(self) -> Theme:
        """The one in use."""
        return self.dress.theme

    def _follow_theme(self) -> None:
        for part in (self.layout_.prompt, self.sheet, self.predictions, self.layout_.timeline):
            part.set_theme(self.theme)
        for page in self.pages.pages.values():
            page.set_theme(self.theme)
        self.showing.show()

    def fit_matrix(self) -> None:
        """Show all cells of the large matrix."""
        if self.matrix is not None:
            self.matrix.fit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language, the font and the screen."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "actions_"):
            self.retranslate()

    def retranslate(self) -> None:
        """Say everything in the language of the moment."""
        self.sessions.retranslate()
        self.showing.name_prompt()
        self.sheet_panel.say(self.tr("Heads"))
        self.matrix_panel.say(self.tr("No head is pinned"))
        self.predictions_panel.say(self.tr("Next token"))
        for part in (self.layout_.prompt, self.sheet, self.predictions, self.pages,
                     self.layout_.tint, self.layout_.timeline, self.staging, self.jump_list,
                     self.helping, self.hint):
            part.retranslate()
        self.actions_.retranslate()
        self.showing.show()

    # -- what is remembered -----------------------------------------------------------------

    def _restore(self) -> None:
        geometry = self.choices.layout("geometry")
        if geometry is not None:
            self.restoreGeometry(geometry)
        self.dress.put_on()
        self.wish = replace(self.wish, prompt=self.prompting.prompt)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A folder may be dropped, a file of one, or a session."""
        data = event.mimeData()
        if dropped_folder(data) is not None or dropped_session(data) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what is dropped."""
        session = dropped_session(event.mimeData())
        if session is not None:
            self.sessions.open(session)
            return
        folder = dropped_folder(event.mimeData())
        if folder is not None:
            self.opening.open(folder)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing typed is lost."""
        self.presenting.close()
        self.lecturing.leave()
        self.choices.keep("geometry", self.saveGeometry())
        self.keeping.save()
        self.sessions.close()
        event.accept()

    def sizeHint(self) -> QSize:
        """A laptop's screen."""
        return QSize(1280, 800)
