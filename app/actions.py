"""Every action of the window, with its key and its place in the menus."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.choices import BUDGETS
from app.exporting import Exporting
from app.help_actions import HelpActions
from app.language import LANGUAGES
from app.lecture_actions import LectureActions
from app.model_actions import ModelActions
from app.session_actions import SessionActions
from app.shortcuts import Group, Row, plain
from core.edits import UNALTERED, Part

if TYPE_CHECKING:
    from app.window import Window


class Actions(QObject):
    """Menus and shortcuts; texts are set by :meth:`retranslate` alone."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.window = window
        self.texts: list[tuple[QAction | QMenu, Callable[[], str]]] = []
        self._chosen: list[Callable[[], None]] = []
        self._build_file()
        self._build_edit()
        self._build_view()
        self._build_head()
        self._build_model()
        self._build_train()
        self._build_time()
        self.lectures = LectureActions(window, self._menu, self._add)
        self.help = HelpActions(window, self._menu, self._add, self.groups)

    def retranslate(self) -> None:
        """Say every action in the language of the moment."""
        for item, text in self.texts:
            if isinstance(item, QMenu):
                item.setTitle(text())
            else:
                item.setText(text())

    def all(self) -> list[QAction]:
        """Every action that has a key, in the order of the menus."""
        return [a for a, _ in self.texts if isinstance(a, QAction) and not a.shortcut().isEmpty()]

    # -- the menus --------------------------------------------------------------------------

    def _build_file(self) -> None:
        window, menu = self.window, self._menu(lambda: self.tr("&File"))
        beginning = window.beginning
        self._runs = (
            self._add(menu, lambda: self.tr("&New run …"), "Ctrl+N", beginning.new_run),
            self._add(menu, lambda: self.tr("Open &run …"), "", beginning.open_run),
            self._add(menu, lambda: self.tr("&Watch a folder …"), "", beginning.watch),
        )
        menu.addSeparator()
        self.models = ModelActions(window, menu, self._menu, self._add)
        menu.addSeparator()
        self.session_actions = SessionActions(window, menu, self._menu, self._add)
        menu.addSeparator()
        self.exporting = exporting = Exporting(window)
        self._add(menu, lambda: self.tr("&Export …"), "Ctrl+E", exporting.open)
        self._add(menu, lambda: self.tr("&Copy the picture"), "Ctrl+Shift+C",
                  exporting.copy_picture)
        self._add(menu, lambda: self.tr("Copy the n&umbers"), "Ctrl+Alt+C",
                  exporting.copy_numbers)
        self._add(menu, lambda: self.tr("Record as a &GIF, or end it"), "Ctrl+Alt+R",
                  exporting.toggle_recording)
        menu.addSeparator()
        self._add(menu, lambda: self.tr("&Quit"), "Ctrl+Q", window.close)

    def _build_edit(self) -> None:
        window, editor = self.window, self.window.layout_.prompt.focused
        menu = self._menu(lambda: self.tr("&Edit"))
        self._add(menu, lambda: self.tr("&Undo"), "Ctrl+Z", lambda: editor().undo())
        self._add(menu, lambda: self.tr("&Redo"), "Ctrl+Shift+Z", lambda: editor().redo())
        menu.addSeparator()
        self._add(menu, lambda: self.tr("&Clear the prompt"), "Ctrl+Shift+Backspace",
                  lambda: editor().set_prompt(""))
        prompting = window.prompting
        self._add(menu, lambda: self.tr("&Add the likeliest token"), "Ctrl+Return",
                  lambda: prompting.add_likeliest(window.answer))
        self._add(menu, lambda: self.tr("&Let the model write on"), "Ctrl+G", prompting.write)
        self._add(menu, lambda: self.tr("Let the model write &one token"), "Ctrl+Shift+G",
                  prompting.write_one)
        self._add(menu, lambda: self.tr("&Take its last token back"), "Ctrl+Alt+G",
                  prompting.take_back)
        menu.addSeparator()
        self._add(menu, lambda: self.tr("&Show every masked token"), "Ctrl+M", prompting.unmask)
        self._add(menu, lambda: self.tr("&Draw a new order"), "Ctrl+R", prompting.draw_order)
        self._add(menu, lambda: self.tr("&No order"), "Ctrl+Shift+R", prompting.clear_order)

    def _build_view(self) -> None:
        window, menu = self.window, self._menu(lambda: self.tr("&View"))
        scale = self._menu(lambda: self.tr("&Weight scale"), menu)
        self._choices(scale, lambda: window.choices.scale, window.selecting.set_scale, (
            ("linear", lambda: self.tr("&Linear"), "Ctrl+1"),
            ("root", lambda: self.tr("&Square root"), "Ctrl+2"),
            ("log", lambda: self.tr("L&ogarithmic"), "Ctrl+3"),
        ))
        omit = self._menu(lambda: self.tr("L&eave out"), menu)
        self._choices(omit, lambda: window.choices.omit, window.selecting.set_omit, (
            ("nothing", lambda: self.tr("&Nothing"), "Ctrl+4"),
            ("special", lambda: self.tr("&Special tokens"), "Ctrl+5"),
            ("first", lambda: self.tr("Special tokens and the &first"), "Ctrl+6"),
        ))
        omit.addSeparator()
        again = self._add(omit, lambda: self.tr("&Renormalise the rest"), "Ctrl+7",
                          window.selecting.toggle_renormalise)
        again.setCheckable(True)
        self._chosen.append(lambda: again.setChecked(window.choices.renormalise))
        self._chosen[-1]()
        self._add(menu, lambda: self.tr("Show all &cells"), "Ctrl+0", window.fit_matrix)
        step = window.selecting.step_quantity
        self._add(menu, lambda: self.tr("Next: &pattern, scores, their parts"), "F6",
                  partial(step, 1))
        self._add(menu, lambda: self.tr("Previous: pattern, scores, their p&arts"), "Shift+F6",
                  partial(step, -1))
        tint = window.selecting.step_tint
        self._add(menu, lambda: self.tr("Next t&int of the heads"), "F7", partial(tint, 1))
        self._add(menu, lambda: self.tr("Previous tint &of the heads"), "Shift+F7",
                  partial(tint, -1))
        menu.addSeparator()
        pages = window.pages
        self._add(menu, lambda: self.tr("Next pa&ge"), "Ctrl+PgDown", partial(pages.step, 1))
        self._add(menu, lambda: self.tr("Pre&vious page"), "Ctrl+PgUp", partial(pages.step, -1))
        self._add(menu, lambda: self.tr("Two page&s"), "F8",
                  lambda: pages.set_split(not pages.split))
        menu.addSeparator()
        theme = self._menu(lambda: self.tr("&Theme"), menu)
        self._choices(theme, lambda: window.choices.theme, window.dress.set_theme, (
            ("system", lambda: self.tr("As the &system"), ""),
            ("light", lambda: self.tr("&Light"), "Ctrl+Shift+L"),
            ("dark", lambda: self.tr("&Dark"), "Ctrl+Shift+D"),
            ("high-light", lambda: self.tr("&High contrast, light"), ""),
            ("high-dark", lambda: self.tr("High &contrast, dark"), ""),
        ))
        language = self._menu(lambda: self.tr("&Language"), menu)
        letters = {"en": "&English", "zh": "中文(&Z)"}
        names = [(code, partial(str, letters.get(code, name)), "")
                 for code, name in LANGUAGES.items()]
        self._choices(language, lambda: window.choices.language, window.dress.set_language, (
            ("system", lambda: self.tr("As the &system"), ""), *names,
        ))
        menu.addSeparator()
        zoom = window.dress.zoom_text
        larger = self._add(menu, lambda: self.tr("La&rger type"), "", partial(zoom, 1))
        larger.setShortcuts([QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")])
        self._add(menu, lambda: self.tr("S&maller type"), "Ctrl+-", partial(zoom, -1))
        self._add(menu, lambda: self.tr("&Normal type"), "Ctrl+Alt+0", partial(zoom, 0))
        menu.addSeparator()
        self._add(menu, lambda: self.tr("&Full screen"), "F11", self._full_screen)
        still = self._add(menu, lambda: self.tr("Re&duce motion"), "", self._toggle_motion)
        still.setCheckable(True)
        still.setChecked(window.choices.reduced_motion)

    def _build_head(self) -> None:
        window, menu = self.window, self._menu(lambda: self.tr("&Head"))
        step = window.sheet.step
        self._add(menu, lambda: self.tr("Next &layer"), "Alt+Down", partial(step, 1, 0))
        self._add(menu, lambda: self.tr("&Previous layer"), "Alt+Up", partial(step, -1, 0))
        self._add(menu, lambda: self.tr("&Next head"), "Alt+Right", partial(step, 0, 1))
        self._add(menu, lambda: self.tr("P&revious head"), "Alt+Left", partial(step, 0, -1))
        self._add(menu, lambda: self.tr("Rele&ase"), "Esc", window.release)
        menu.addSeparator()
        cell = window.selecting.step_cell
        self._add(menu, lambda: self.tr("Ne&xt query"), "Shift+Alt+Down", partial(cell, 1, 0))
        self._add(menu, lambda: self.tr("Pre&vious query"), "Shift+Alt+Up", partial(cell, -1, 0))
        self._add(menu, lambda: self.tr("Next &key"), "Shift+Alt+Right", partial(cell, 0, 1))
        self._add(menu, lambda: self.tr("Previo&us key"), "Shift+Alt+Left", partial(cell, 0, -1))
        menu.addSeparator()
        attention, stream = window.selecting.show_attention, window.selecting.show_stream
        for key, text, run in (
            ("Alt+1", lambda: self.tr("Attention of the &encoder"), partial(attention, "encoder")),
            ("Alt+2", lambda: self.tr("Attention of the &decoder"), partial(attention, "decoder")),
            ("Alt+3", lambda: self.tr("&Cross-attention"), partial(attention, "cross")),
            ("Alt+4", lambda: self.tr("C&ontent stream"), partial(stream, "content")),
            ("Alt+5", lambda: self.tr("&Query stream"), partial(stream, "query")),
        ):
            self._add(menu, text, key, run)
        menu.addSeparator()
        for key, text, part in (
            ("F2", lambda: self.tr("Go to the pro&mpt"), lambda: window.editor),
            ("F3", lambda: self.tr("Go to the &sheet"), lambda: window.sheet),
            ("F4", lambda: self.tr("Go to the pred&ictions"), lambda: window.predictions),
        ):
            self._add(menu, text, key, partial(_focus, part))

    def _build_model(self) -> None:
        menu = self._menu(lambda: self.tr("&Model"))
        window = self.window
        self._add(menu, lambda: self.tr("&Compare with transformers …"), "", self.compare)
        menu.addSeparator()
        parts: tuple[tuple[str, Callable[[], str], Part], ...] = (
            ("Ctrl+H", lambda: self.tr("Silence the &head, or let it speak"), "head"),
            ("Ctrl+Shift+H", lambda: self.tr("Silence the &feed-forward, or let it speak"), "mlp"),
            ("Ctrl+Alt+H", lambda: self.tr("Silence the &token, or let it speak"), "token"),
            ("Ctrl+Alt+Q", lambda: self.tr("Leave &scores without their scale, or scale them"),
             "scale"),
        )
        for key, text, part in parts:
            self._add(menu, text, key, partial(window.altering.silence, part))
        self._add(menu, lambda: self.tr("&Undo all alterations"), "Ctrl+Alt+Z",
                  lambda: window.altering.alter(UNALTERED))

    def _build_time(self) -> None:
        steering, menu = self.window.steering, self._menu(lambda: self.tr("T&ime"))
        self._add(menu, lambda: self.tr("&Play the kept steps, or stay"), "Shift+F9",
                  steering.play_back)
        self._add(menu, lambda: self.tr("One kept step &back"), "Ctrl+,",
                  partial(steering.scrub_kept, -1))
        self._add(menu, lambda: self.tr("One kept step &on"), "Ctrl+.",
                  partial(steering.scrub_kept, 1))
        self._add(menu, lambda: self.tr("The &first step"), "Alt+Home", steering.scrub_first)
        self._add(menu, lambda: self.tr("The &newest step"), "Alt+End",
                  partial(steering.scrub, None))
        self._add(menu, lambda: self.tr("&Compare with this step, or no more"), "Ctrl+Alt+K",
                  steering.bar.toggle_compare)

    def _build_train(self) -> None:
        window, menu = self.window, self._menu(lambda: self.tr("&Train"))
        menu.addActions(self._runs)
        self._add(menu, lambda: self.tr("Train this model &further …"), "",
                  window.beginning.train_further)
        menu.addSeparator()
        driving = window.driving
        self._add(menu, lambda: self.tr("&Play or pause"), "F9", driving.play_or_pause)
        self._add(menu, lambda: self.tr("&One step"), "F10", driving.step)
        self._add(menu, lambda: self.tr("Se&veral steps"), "Shift+F10", driving.several)
        self._add(menu, lambda: self.tr("&Save a checkpoint"), "Ctrl+Alt+S", driving.save)
        menu.addSeparator()
        memory = self._menu(lambda: self.tr("&Memory for the timeline"), menu)
        self._choices(memory, lambda: str(window.choices.budget),
                      lambda size: window.set_budget(int(size)),
                      tuple((str(size), partial(_mebibytes, size), "") for size in BUDGETS))

    def compare(self) -> None:
        """Hold the model and prompt of the moment against ``transformers``."""
        from app.comparison import ComparisonDialog

        window = self.window
        for dialog in window.findChildren(ComparisonDialog):
            dialog.close()
        frame = window.answer.frame if window.answer is not None else None
        model = window.wish.model if frame is None else frame.card.reference
        ComparisonDialog(model, window.wish.prompt, window).show()

    def show_chosen(self) -> None:
        """Check what is in use now, wherever it was chosen."""
        for check in self._chosen:
            check()

    # -- pieces -----------------------------------------------------------------------------

    def _menu(self, text: Callable[[], str], into: QMenu | None = None) -> QMenu:
        menu = (into or self.window.menuBar()).addMenu("")
        self.texts.append((menu, text))
        return menu

    def _add(
        self, menu: QMenu, text: Callable[[], str], key: str, run: Callable[[], object]
    ) -> QAction:
        action = menu.addAction("")
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda: run())
        self.texts.append((action, text))
        return action

    def _choices(
        self, menu: QMenu, chosen: Callable[[], str], choose: Callable[[Any], None],
        choices: tuple[tuple[str, Callable[[], str], str], ...],
    ) -> None:
        group = QActionGroup(self)
        for value, text, key in choices:
            action = self._add(menu, text, key, partial(choose, value))
            action.setCheckable(True)
            group.addAction(action)
            self._chosen.append(partial(_check, action, chosen, value))
            self._chosen[-1]()

    def _full_screen(self) -> None:
        self.window.setWindowState(self.window.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _toggle_motion(self) -> None:
        choices = self.window.choices
        choices.keep("reduced_motion", "" if choices.reduced_motion else "yes")

    def groups(self) -> list[Group]:
        """Every action by its menu, with its keys, if it has any."""
        menus = ((action.text(), action.menu()) for action in self.window.menuBar().actions())
        return [(plain(title), list(self._rows(menu))) for title, menu in menus
                if isinstance(menu, QMenu)]

    def _rows(self, menu: QMenu, before: str = "") -> Iterator[Row]:
        known = [item for item, _ in self.texts]
        for action in menu.actions():
            inner, text = action.menu(), before + plain(action.text())
            stays = isinstance(inner, QMenu) and any(one in known for one in inner.actions())
            if isinstance(inner, QMenu) and stays:  # else it lists folders, which come and go
                yield from self._rows(inner, f"{text} › ")
            elif not action.isSeparator():
                keys = (key.toString(QKeySequence.SequenceFormat.NativeText)
                        for key in action.shortcuts())
                yield text, ", ".join(keys)


def _check(action: QAction, chosen: Callable[[], str], value: str) -> None:
    action.setChecked(chosen() == value)


def _focus(part: Callable[[], QWidget]) -> None:
    part().setFocus(Qt.FocusReason.ShortcutFocusReason)


def _mebibytes(size: int) -> str:
    return f"&{size >> 20:,} MB"
