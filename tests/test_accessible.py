"""A screen reader has a name for everything that keys reach, and a sentence for every picture."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDialog,
    QPlainTextEdit,
    QTableView,
    QWidget,
)

from app.page_names import PAGES
from app.window import Window
from tests.conftest import wait_until
from tests.test_live import recipe  # noqa: F401 - fixtures
from tests.test_timeline_bar import open_run  # noqa: F401 - a fixture
from tests.test_window_families import folders  # noqa: F401 - a fixture

Open = Callable[..., Window]
_SPEAK = (QAbstractButton, QComboBox, QPlainTextEdit)
"""What says what it is by its own words."""


def told(part: QWidget, what: QAccessible.Text) -> str:
    reader = QAccessible.queryAccessibleInterface(part)
    assert reader is not None, part
    return reader.text(what)


def reached(window: QWidget) -> list[QWidget]:
    """What the keyboard can go to."""
    return [part for part in window.findChildren(QWidget)
            if part.isVisible() and part.focusProxy() is None
            and part.focusPolicy() != Qt.FocusPolicy.NoFocus]


def silent(window: Window, page: str) -> list[tuple[str, str, str]]:
    """Widgets that keys reach, without a name; pictures of ours without a sentence."""
    found = []
    for part in reached(window):
        name = told(part, QAccessible.Text.Name)
        if not name:
            found.append((page, type(part).__name__, "has no name"))
        ours = type(part).__module__.startswith(("app.", "pyqtgraph.")) and (
            not isinstance(part, _SPEAK))
        if ours and type(part).paintEvent is not QWidget.paintEvent and (
                not told(part, QAccessible.Text.Description)) and part.isEnabled():
            found.append((page, type(part).__name__, f"{name} has no sentence"))
    return found


def listen(window: Window) -> list[tuple[str, str, str]]:
    """The same on every page."""
    window.resize(1600, 1000)
    found: set[tuple[str, str, str]] = set()
    for page in PAGES:
        window.pages.open(page)
        wait_until(lambda page=page: page in window.pages.pages and window.complete)  # type: ignore[misc]
        if silent(window, page):
            QTest.qWait(300)  # the arithmetic is told once it rests
        found |= set(silent(window, page))
    return sorted(found)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_model_that_writes(open_window: Open, language: str) -> None:
    window = open_window("The cat sat on the mat.")
    window.dress.set_language(language)
    window.selecting.pin((1, 1))
    window.selecting.step_cell(0, 0)
    window.altering.silence("head")  # so that there is something to compare
    assert listen(window) == []


@pytest.mark.parametrize("family", ["bert", "llama", "t5", "xlnet"])
def test_what_is_particular_to_a_family(
    open_window: Open, folders: dict[str, str], family: str  # noqa: F811
) -> None:
    window = open_window("the cat sat on the mat", model=folders[family])
    window.selecting.pin((1, 1))
    window.altering.silence("head")
    assert listen(window) == []


def test_the_row_of_tokens_is_told_token_by_token(
    open_window: Open, folders: dict[str, str]  # noqa: F811
) -> None:
    window = open_window("the cat sat on the mat", model=folders["bert"])
    strip = window.layout_.prompt.strip
    wait_until(strip.isVisible)
    assert told(strip, QAccessible.Text.Description) == "8 tokens"
    for _ in range(3):
        QTest.keyClick(strip, Qt.Key.Key_Right)
    assert "cat" in told(strip, QAccessible.Text.Description)
    QTest.keyClick(strip, Qt.Key.Key_Space)
    wait_until(lambda: "masked: 2" in told(strip, QAccessible.Text.Description))


def test_a_classifier(open_window: Open) -> None:
    assert listen(open_window("A warm and funny film.", model="sentiment")) == []


def test_a_run_and_its_time(open_run: Callable[[], Window]) -> None:  # noqa: F811
    window = open_run()
    assert window.layout_.timeline.isVisible()
    window.altering.silence("head")
    assert listen(window) == []


def test_an_empty_window(open_window: Open) -> None:
    window = open_window("")
    nameless = [one for one in listen(window) if one[2] == "has no name"]
    assert nameless == []


@pytest.mark.parametrize("page", PAGES)
def test_the_sentence_of_a_picture_follows_the_text(open_window: Open, page: str) -> None:
    window = open_window("The cat sat on the mat.")
    window.selecting.pin((1, 1))
    window.pages.open(page)
    if page == "changes":
        window.altering.silence("head")  # so that there is something to compare
    wait_until(lambda: page in window.pages.pages and window.complete)

    def said() -> str:
        words = []
        for part in reached(window.pages.panels[page]):
            words.append(told(part, QAccessible.Text.Description))
            if isinstance(part, QTableView):  # it is read cell by cell
                model = part.model()
                words += [str(model.data(model.index(row, column)))
                          for row in range(model.rowCount())
                          for column in range(model.columnCount())]
        return " ".join(words)

    before = said()
    window.editor.set_prompt("She saw the sea, and the sea saw her again and again.")
    wait_until(lambda: window.complete and window.wish.prompt.source.startswith("She"))
    if page in ("training", "weights"):  # there is no run; the same weights read every text
        assert said() == before
    else:
        wait_until(lambda: said() != before)


def dialog_of(window: Window, name: str) -> QDialog:
    """Opens it, as its action does."""
    opens: dict[str, Callable[[], object]] = {
        "new run": window.beginning.new_run, "export": window.actions_.exporting.open,
        "hub": window.opening.open_hub, "compare": window.actions_.compare,
        "keys": window.actions_.help.show_keys, "about": window.actions_.help.show_about,
    }
    before = set(window.findChildren(QDialog))
    opens[name]()
    (dialog,) = set(window.findChildren(QDialog)) - before
    wait_until(dialog.isVisible)
    return dialog


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["new run", "export", "hub", "compare", "keys", "about"])
def test_everything_in_a_dialog_has_a_name(open_window: Open, name: str, language: str) -> None:
    window = open_window()
    window.dress.set_language(language)
    dialog = dialog_of(window, name)
    assert dialog.windowTitle()
    parts = reached(dialog)
    assert parts
    assert [type(part).__name__ for part in parts if not told(part, QAccessible.Text.Name)] == []
    dialog.reject()
