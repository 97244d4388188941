"""Export where it can't be: one sentence each, and nothing half-written."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app.export_dialog import ExportDialog
from tests.conftest import wait_until
from tests.test_exporting import Open, dialog, start

ENDINGS = (".png", ".svg", ".pdf", ".csv", ".npz", ".safetensors")


@contextmanager
def full_disk() -> Iterator[None]:
    """No file may be longer than ten bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def press(asked: ExportDialog, path: str) -> str:
    """What is said once the button was pressed and all work is done."""
    asked.path.setText(path)
    asked.go.click()
    wait_until(asked.go.isEnabled)
    return asked.notice.text()


@pytest.mark.parametrize("ending", ENDINGS)
def test_full_disk_leaves_what_was_there(ending: str, open_window: Open, tmp_path: Path) -> None:
    window = start(open_window)
    path = tmp_path / f"kept{ending}"
    path.write_bytes(b"before")
    asked = dialog(window, "window", ending)
    assert press(asked, str(path)).startswith(f"kept{ending} is there already.")
    with full_disk():
        asked.go.click()
        wait_until(asked.go.isEnabled)
    assert asked.notice.text() == f"{path} can't be written: File too large."
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith("kept")] == [path.name]
    assert path.read_bytes() == b"before"
    asked.reject()


@pytest.mark.parametrize("ending", ENDINGS)
def test_folder_that_takes_no_file_says_so(ending: str, open_window: Open) -> None:
    window = start(open_window)
    asked = dialog(window, "window", ending)
    path = f"/proc/a{ending}"
    assert press(asked, path) == f"{path} can't be written: No such file or directory."
    assert asked.isVisible()
    asked.reject()


def test_folder_that_is_not_there_says_so(open_window: Open, tmp_path: Path) -> None:
    window = start(open_window)
    asked = dialog(window)
    path = tmp_path / "nowhere" / "a.png"
    assert press(asked, str(path)) == (
        f"{path} can't be written: there is no folder {path.parent}.")
    asked.reject()


@pytest.mark.parametrize("name", ["", "   ", "/", "..", ".png", "{folder}/"])
def test_no_name_is_no_file(name: str, open_window: Open, tmp_path: Path) -> None:
    window = start(open_window)
    asked = dialog(window)
    before = set(tmp_path.iterdir())
    assert press(asked, name.format(folder=tmp_path)) == "The file has no name; type one."
    assert set(tmp_path.iterdir()) == before
    asked.reject()


@pytest.mark.parametrize(
    "name", ["a", "a.b", "好 %s {0} #?*'\"", "-rf", "a\nb", "é" * 60, "a.PNG", ".hidden.png"])
def test_odd_name_is_kept_and_gets_its_ending(
    name: str, open_window: Open, tmp_path: Path
) -> None:
    window = start(open_window)
    asked = dialog(window, "sheet")
    folder = tmp_path / "out"
    folder.mkdir()
    asked.path.setText(f"{folder}/{name}")
    asked.go.click()
    wanted = name if name.lower().endswith(".png") else f"{name}.png"
    assert [one.name for one in folder.iterdir()] == [wanted]


@pytest.mark.parametrize("name", ["a" * 300 + ".png", "a\x00b.png", "a\udc80\ud800.png"])
def test_name_that_no_file_has_says_so(name: str, open_window: Open, tmp_path: Path) -> None:
    window = start(open_window)
    asked = dialog(window, "sheet")
    folder = tmp_path / "out"
    folder.mkdir()
    asked.path.setText(f"{folder}/{name}")
    if asked.path.text().endswith(name):
        asked.go.click()
        assert "can't be written: " in asked.notice.text()
        assert "\n" not in asked.notice.text()
        assert list(folder.iterdir()) == []
        asked.reject()


def test_file_that_is_there_is_asked_about_once(open_window: Open, tmp_path: Path) -> None:
    window = start(open_window)
    path = tmp_path / "a.png"
    path.write_bytes(b"before")
    asked = dialog(window, "sheet")
    assert press(asked, str(path)) == "a.png is there already. Press Replace to write over it."
    assert asked.go.text() == "&Replace"
    assert path.read_bytes() == b"before"
    QTest.keyClicks(asked.path, "")  # nothing else was typed
    asked.go.click()
    assert path.read_bytes().startswith(b"\x89PNG")
    assert not window.findChildren(ExportDialog) or not asked.isVisible()


def test_another_name_is_asked_about_again(open_window: Open, tmp_path: Path) -> None:
    window = start(open_window)
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(b"before")
    asked = dialog(window, "sheet")
    press(asked, str(tmp_path / "a.png"))
    press(asked, str(tmp_path / "b.png"))
    assert (tmp_path / "b.png").read_bytes() == b"before"
    asked.reject()


@pytest.mark.parametrize("ending", ENDINGS)
def test_empty_prompt_has_nothing_to_export(
    ending: str, open_window: Open, tmp_path: Path
) -> None:
    window = start(open_window)
    window.editor.set_prompt("")
    wait_until(lambda: window.complete)
    asked = dialog(window, "window", ending)
    path = tmp_path / f"a{ending}"
    assert press(asked, str(path)) == "The prompt is empty; type a sentence first."
    assert not path.exists()
    asked.reject()
    QGuiApplication.clipboard().setText("before")
    window.actions_.exporting.copy_numbers()
    window.actions_.exporting.copy_picture()
    assert QGuiApplication.clipboard().text() == "before"
    assert window.notice.text() == "The prompt is empty; type a sentence first."


def test_part_without_numbers_says_so(open_window: Open, tmp_path: Path) -> None:
    window = start(open_window)
    asked = dialog(window, "prompt", ".csv")
    assert press(asked, str(tmp_path / "a.csv")) == (
        "There are no numbers in this part of the window.")
    asked.reject()


def test_dialog_closes_with_its_window(open_window: Open) -> None:
    window = start(open_window)
    assert dialog(window).isVisible()
    window.close()
    wait_until(lambda: not window.findChildren(ExportDialog))
