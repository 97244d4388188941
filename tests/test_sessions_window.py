"""Sessions in a real window: saved, opened, opened twice, kept by themselves, hurt by nobody."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from app.choices import Choices
from app.lectures.reading import find_lecture, read_lecture
from app.page_names import PAGES
from app.place import Place
from app.session_file import PAGE_SETTINGS, SavedSession, read_session, write_session
from app.window import Window
from core.against import Against
from core.edits import Edit, Edits
from core.frame import Prompt
from core.sampling import Sampling
from tests.conftest import wait_until
from tests.lecture_hands import three_scenes, write_lecture
from tests.window_hands import drop, settled

Open = Callable[..., Window]


def rest(window: Window) -> None:
    """Until the window shows all, and has noticed it."""
    wait_until(lambda: settled(window) and window.sessions._settled is not None)


def placed(window: Window, place: Place) -> None:
    window.placing.set(place)
    wait_until(lambda: settled(window) and window.wish.model == place.model)


def slots_of(settings: Path) -> dict[str, SavedSession]:
    folder = Path(f"{settings}.state") / "windows"
    return {path.name: read_session(path) for path in sorted(folder.glob("*.headlight"))}


def kept_texts(settings: Path) -> list[str]:
    return [session.place.prompt.source for session in slots_of(settings).values()]


# -- saved and opened -------------------------------------------------------------------------


def test_all_that_is_chosen_comes_back(open_window: Open, tiny_model: Path, tmp_path: Path) -> None:
    window = open_window()
    place = Place(
        model=str(tiny_model), prompt=Prompt("The dog ran to the cat"), pages=("lines", "lens"),
        attention="decoder", head=(2, 1), cell=(4, 2), quantity="scores", tint="entropy",
        scale="log", omit="first", renormalise=True,
        edits=Edits().put(Edit("head", "decoder", layer=1, at=3), Edit("mlp", "decoder", layer=0)),
        against=Against(), sampling=Sampling(0.7, 5, 0.9, 3), beside=("english-bert",))
    placed(window, place)
    window.resize(760, 560)
    window.columns.setSizes([300, 440])
    window.pages.pages["lines"]._choose_form("arcs")  # type: ignore[attr-defined]
    form = window.pages.pages["lines"]._form  # type: ignore[attr-defined]
    sizes, path = window.columns.sizes(), tmp_path / "all.headlight"
    window.sessions.save_to(path)
    window.dress.set_theme("dark")
    placed(window, Place(model=str(tiny_model), prompt=Prompt("She saw the sea")))
    window.resize(790, 600)
    window.columns.setSizes([500, 270])
    window.sessions.open(path)
    rest(window)
    assert window.placing.take() == place
    assert (window.width(), window.height()) == (760, 560)
    assert window.columns.sizes() == sizes
    assert window.pages.pages["lines"]._form == form  # type: ignore[attr-defined]
    assert window.theme.name == "dark"
    assert window.answer is not None
    assert window.answer.frame.prompt.source == "The dog ran to the cat"
    assert window.answer.wish.edits == place.edits
    assert window.notice.text() == ""
    window.dress.set_theme("light")


def test_masks_come_back_in_another_model(open_window: Open, tmp_path: Path) -> None:
    window = open_window("The cat sat.", model="english-bert")
    place = Place(model="english-bert", prompt=Prompt(
        "The cat sat on the mat.", second="It was warm.", masked=(2, 5)), head=(1, 1),
        attention="encoder")
    placed(window, place)
    path = tmp_path / "masks.headlight"
    window.sessions.save_to(path)
    placed(window, Place(prompt=Prompt("gone")))
    window.sessions.open(path)
    wait_until(lambda: settled(window) and window.wish.model == "english-bert")
    rest(window)
    assert window.placing.take() == place
    assert window.answer is not None
    assert window.answer.frame.prompt.masked == (2, 5)


def test_a_step_of_a_run_comes_back(open_window: Open, tiny_model: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    for step in (2, 4):
        shutil.copytree(tiny_model, run / f"checkpoint-{step}")
        (run / f"checkpoint-{step}" / "trainer_state.json").write_text(
            json.dumps({"global_step": step, "log_history": []}))
    window = open_window()
    window.steering.watch(run)
    wait_until(lambda: settled(window) and window.wish.model == str(run))
    window.steering.look_at(2)
    wait_until(lambda: settled(window))
    path = tmp_path / "run.headlight"
    window.sessions.save_to(path)
    assert json.loads(path.read_bytes())["place"]["model"] == "./run"
    placed(window, Place(model=str(tiny_model), prompt=Prompt("x")))
    window.sessions.open(path)
    wait_until(lambda: settled(window) and window.wish.model == str(run))
    assert (window.wish.at, window.wish.watch, window.wish.drive.playing) == (2, True, False)
    assert window.answer is not None
    assert window.answer.frame.step == 2


def test_a_session_that_trained_waits(open_window: Open, tiny_model: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.headlight"
    write_session(path, SavedSession(Place(str(tiny_model), playing=True, recipe="reverse")))
    window = open_window()
    window.sessions.open(path)
    rest(window)
    assert window.wish.model == str(tiny_model)
    assert not window.wish.drive.playing


def test_keys_save_and_the_title_says_what_is_new(open_window: Open, tmp_path: Path) -> None:
    window = open_window()
    shortcuts = {action.shortcut().toString(): action for action in window.actions_.all()}
    assert shortcuts["Ctrl+S"].text() == "&Save the session"
    assert "checkpoint" in shortcuts["Ctrl+Alt+S"].text()
    assert {"Ctrl+Shift+S", "Ctrl+Alt+O"} <= shortcuts.keys()
    shortcuts["Ctrl+S"].trigger()
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    dialog.fileSelected.emit(str(tmp_path / "mine.headlight"))
    dialog.close()
    assert read_session(tmp_path / "mine.headlight").place == window.placing.take()
    assert window.windowTitle() == "mine.headlight[*] — Headlight"
    assert not window.isWindowModified()
    QTest.keyClicks(window.editor, "!")
    wait_until(window.isWindowModified)
    shortcuts["Ctrl+S"].trigger()
    assert not window.isWindowModified()
    assert read_session(tmp_path / "mine.headlight").place.prompt.source == "The cat sat.!"
    wait_until(lambda: settled(window))
    window.selecting.pin((2, 2))
    wait_until(window.isWindowModified)
    window.selecting.pin((0, 0))
    wait_until(lambda: not window.isWindowModified())  # as it is in the file


def test_a_dropped_session_opens_and_is_listed(
    open_window: Open, tiny_model: Path, tmp_path: Path
) -> None:
    path = tmp_path / "好 & bad.headlight"
    write_session(path, SavedSession(Place(str(tiny_model), prompt=Prompt("dropped"))))
    window = open_window()
    drop(window, path)
    rest(window)
    assert window.editor.prompt() == "dropped"
    window.actions_.session_actions.fill()
    listed = window.actions_.session_actions.recent.actions()
    assert listed[0].text() == f"好 && bad.headlight  ({tmp_path})"
    placed(window, Place(str(tiny_model), prompt=Prompt("other")))
    listed[0].trigger()
    rest(window)
    assert window.editor.prompt() == "dropped"
    path.unlink()
    window.actions_.session_actions.fill()
    assert not window.actions_.session_actions.recent.actions()[0].isEnabled()


def test_a_file_dropped_on_the_prompt_is_opened_and_text_is_typed(
    open_window: Open, tiny_model: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.headlight"
    write_session(path, SavedSession(Place(str(tiny_model), prompt=Prompt("dropped"))))
    window, files, words = open_window(), QMimeData(), QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(path))])
    words.setText("words")
    assert not window.editor.canInsertFromMimeData(files)
    assert window.editor.canInsertFromMimeData(words)
    viewport, left = window.editor.viewport(), Qt.MouseButton.LeftButton
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    for data in (files, words):  # Qt takes both to whoever accepts the first
        QApplication.sendEvent(viewport, QDragEnterEvent(QPoint(9, 9), copy, data, left, none))
        QApplication.sendEvent(viewport, QDropEvent(QPointF(9, 9), copy, data, left, none))
        rest(window)
        assert window.sessions.path == path
    assert sorted(window.editor.prompt()) == sorted("droppedwords")


def test_what_was_not_saved_is_gone_back_to_after_another_was_opened(
    open_window: Open, tiny_model: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.headlight"
    write_session(path, SavedSession(Place(str(tiny_model), prompt=Prompt("of the file"))))
    window = open_window()
    rest(window)
    QTest.keyClicks(window.editor, " Not saved")
    wait_until(lambda: settled(window))
    window.sessions.open(path)
    rest(window)
    assert window.editor.prompt() == "of the file"
    window.actions_.session_actions.fill()
    recent = window.actions_.session_actions.recent
    (found,) = [one for one in recent.actions() if one.text() == "The cat sat. Not saved"]
    found.trigger()
    rest(window)
    assert window.editor.prompt() == "The cat sat. Not saved"
    assert window.windowTitle() == "Headlight"
    assert read_session(path).place.prompt.source == "of the file"


def test_all_that_pages_keep_is_kept_and_nothing_else(open_window: Open) -> None:
    window = open_window()
    heard: set[str] = set()

    class Ear(Choices):
        def keep(self, name: str, value: object) -> None:
            heard.add(name)

    for name in PAGES:
        window.pages.open(name)
        wait_until(lambda name=name: name in window.pages.pages)  # type: ignore[misc]
        window.pages.pages[name].save(Ear(window.choices.settings))
    assert heard <= set(PAGE_SETTINGS)
    assert "lines" in heard


# -- twice, changed, damaged ------------------------------------------------------------------


def test_a_file_whose_panels_are_laid_out_late_is_told_from_what_changes_after_it(
    open_window: Open, tmp_path: Path
) -> None:
    window = open_window("The cat sat.")
    path = tmp_path / "a.headlight"
    window.sessions.save_to(path)
    window.editor.set_prompt("The dog ran.")
    wait_until(lambda: settled(window))
    window.showing._laid_out.setInterval(600)  # longer than until it is looked whether all is there
    window.sessions.open(path)
    rest(window)
    assert not window.sessions.changed
    window.selecting.pin((2, 1))
    assert window.sessions.changed


def test_a_file_opened_twice_is_a_copy_the_second_time(
    open_window: Open, tiny_model: Path, tmp_path: Path
) -> None:
    path, link = tmp_path / "a.headlight", tmp_path / "b.headlight"
    write_session(path, SavedSession(Place(str(tiny_model), prompt=Prompt("one"))))
    link.symlink_to(path)
    settings = tmp_path / "shared.ini"
    first, second = open_window(settings=settings), open_window(settings=settings)
    first.sessions.open(path)
    second.sessions.open(link)
    assert "open in another window" in second.notice.text()
    assert f"process {os.getpid()}" in second.notice.text()
    assert second.windowTitle() == "b.headlight (copy)[*] — Headlight"
    rest(second)
    QTest.keyClicks(second.editor, " two")
    raw = path.read_bytes()
    second.sessions.save()
    dialog = second.findChild(QFileDialog)  # it asks for another name
    assert dialog is not None
    dialog.close()
    second.sessions.save_to(path)
    assert "so it was not written" in second.notice.text()
    second.sessions.save_to(link)
    assert path.read_bytes() == raw
    second.sessions.save_to(tmp_path / "c.headlight")
    assert read_session(tmp_path / "c.headlight").place.prompt.source == "one two"
    first.close()  # and now it is free
    second.sessions.save_to(path)
    assert read_session(path).place.prompt.source == "one two"


def test_another_process_that_has_the_file_is_named(
    open_window: Open, tiny_model: Path, tmp_path: Path
) -> None:
    path, settings = tmp_path / "a.headlight", tmp_path / "shared.ini"
    write_session(path, SavedSession(Place(str(tiny_model), prompt=Prompt("one"))))
    window = open_window(settings=settings)
    code = (
        "import sys, pathlib; from app.lock import Lock; "
        "held = Lock.take(pathlib.Path(sys.argv[1])); print('held', flush=True); input()")
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(window.sessions._file.lock_of(path))],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        window.sessions.open(path)
        assert f"process {other.pid}" in window.notice.text()
    finally:
        other.kill()
        other.wait()
        for pipe in (other.stdin, other.stdout):
            if pipe is not None:
                pipe.close()
    window.sessions.open(path)  # a killed process holds nothing
    assert window.notice.text() == ""
    assert window.sessions.path == path


def test_a_file_that_another_program_changed_is_not_overwritten(
    open_window: Open, tmp_path: Path
) -> None:
    window, path = open_window(), tmp_path / "a.headlight"
    window.sessions.save_to(path)
    theirs = path.read_bytes().replace(b"The cat sat.", b"Their words.")
    path.write_bytes(theirs)
    QTest.keyClicks(window.editor, " Mine")
    window.sessions.save()
    assert path.read_bytes() == theirs
    assert "changed by another program" in window.notice.text()
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    dialog.close()
    path.unlink()  # nobody's words are lost by writing it again
    window.sessions.save()
    assert read_session(path).place.prompt.source == "The cat sat. Mine"


@pytest.mark.parametrize("raw", [
    b"", b"\x00\x01binary", b'{"headlight": 2}', b'{"headlight": 1, "place": ' + b"[" * 50_000,
    b" " * (2**20 + 1)], ids=["empty", "binary", "newer", "deep", "huge"])
def test_a_file_that_can_not_be_read_changes_nothing(
    open_window: Open, tmp_path: Path, raw: bytes
) -> None:
    path = tmp_path / "hurt.headlight"
    path.write_bytes(raw)
    window = open_window()
    rest(window)
    before = window.placing.take()
    window.sessions.open(path)
    assert str(path) in window.notice.text()
    assert "\n" not in window.notice.text()
    assert window.placing.take() == before
    assert window.windowTitle() == "Headlight"
    assert path.read_bytes() == raw
    QTest.keyClicks(window.editor, "!")
    wait_until(lambda: settled(window))
    assert window.notice.text() == ""


HURT = {
    "heads that are not there": {"head": [9999, 9999], "cell": [2**24, 2**24]},
    "masks where none can be": {"mask": [5, 70, 2**24], "order": 7},
    "edits of nothing": {"alter": [
        {"part": "head", "stack": "encoder", "kind": "cross", "layer": 9999, "at": 2**24},
        {"part": "token", "stack": "decoder", "at": 2**24},
        {"part": "mlp", "stack": "decoder", "layer": 77, "factor": -5e8}]},
    "against a head that is not there": {
        "against": {"other": "head", "head": [9999, 0]}, "quantity": "difference"},
    "against a model that is not there": {"against": {"other": "model", "model": "../../etc"}},
    "against a step of no run": {"against": {"other": "step", "step": 10**15}, "step": 10**12},
    "a stream and attention of others": {"stream": "query", "attention": "cross"},
    "tokens that are none": {"written": [2**24, 1]},
    "a seed and a heat": {"sample": {"temperature": 1e8, "top_k": 2**24, "seed": 2**63 - 1}},
    "a long prompt": {"prompt": "the sea " * 100_000},
}


@pytest.mark.parametrize("values", HURT.values(), ids=HURT.keys())
def test_numbers_that_the_model_has_not_do_no_harm(
    open_window: Open, tiny_model: Path, tmp_path: Path, values: dict[str, object]
) -> None:
    path = tmp_path / "hurt.headlight"
    path.write_text(json.dumps({
        "headlight": 1, "place": {"model": str(tiny_model), "prompt": "She saw"} | values}))
    window = open_window()
    window.sessions.open(path)
    wait_until(lambda: window.answer is not None and window.answer.frame.prompt.source.startswith(
        str(values.get("prompt", "She saw"))[:7]), 60)
    wait_until(lambda: window.loading is None)
    window.editor.set_prompt("")
    QTest.keyClicks(window.editor, "The cat")
    wait_until(lambda: window.answer is not None
               and window.answer.frame.prompt.source == "The cat"
               and window.answer.frame.thumbnails is not None)
    assert "log says why" not in window.notice.text()


def test_settings_of_pages_that_can_not_be_do_no_harm(
    open_window: Open, tiny_model: Path, tmp_path: Path
) -> None:
    path = tmp_path / "hurt.headlight"
    path.write_text(json.dumps({
        "headlight": 1, "place": {"model": str(tiny_model), "page": ["lines", "training"]},
        "pages": dict.fromkeys(PAGE_SETTINGS, "kitchen \x00 sink")}))
    window = open_window()
    window.sessions.open(path)
    rest(window)
    for name in PAGES:
        window.pages.open(name)
        wait_until(lambda name=name: name in window.pages.pages)  # type: ignore[misc]
    window.sessions.open(path)  # and into pages that are there
    rest(window)


def test_a_value_that_can_not_be_makes_it_a_copy(
    open_window: Open, tiny_model: Path, tmp_path: Path
) -> None:
    path = tmp_path / "hurt.headlight"
    path.write_text(json.dumps({
        "headlight": 1, "place": {"model": str(tiny_model), "prompt": "Hi", "head": [-1, 0]}}))
    raw, window = path.read_bytes(), open_window()
    window.sessions.open(path)
    assert "head" in window.notice.text()
    assert window.sessions.path is None
    assert "(copy)" in window.windowTitle()
    assert path.read_bytes() == raw


def test_a_model_that_is_not_there_is_told_and_stays_in_the_file(
    open_window: Open, tmp_path: Path
) -> None:
    path = tmp_path / "a.headlight"
    write_session(path, SavedSession(Place("owner/never-downloaded", prompt=Prompt("kept"))))
    raw, window = path.read_bytes(), open_window()
    window.sessions.open(path)
    wait_until(lambda: settled(window) and "owner/never-downloaded" in window.notice.text())
    assert window.editor.prompt() == "kept"
    assert window.sessions.path is None  # Save asks for another name
    assert path.read_bytes() == raw


def test_what_is_wrong_with_a_file_is_still_said_beside_the_first_sentence(
    open_window: Open, tmp_path: Path
) -> None:
    path = tmp_path / "cut.headlight"
    path.write_text('{"headlight": 1,')
    window = open_window(None, model="english-gpt", wait=False)
    window.sessions.open(path)
    wait_until(lambda: window.complete and window.editor.prompt())
    assert "damaged" in window.notice.text()
    window.editor.insertPlainText("a")
    wait_until(lambda: window.complete)
    assert window.notice.text() == ""


def test_where_nothing_can_be_written_it_is_told_and_nothing_is_lost(
    open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    window.sessions.save_to(tmp_path / "no such folder" / "a.headlight")
    assert "can't be written" in window.notice.text()
    assert window.windowTitle() == "Headlight"
    good = tmp_path / "good.headlight"
    window.sessions.save_to(good)
    window.sessions.save_to(Path("/proc/a.headlight"))
    assert "can't be written" in window.notice.text()
    assert window.sessions.path == good
    window.sessions.save()
    assert window.notice.text() == ""


# -- kept by itself ---------------------------------------------------------------------------


def test_a_moment_after_a_change_all_is_written_down(open_window: Open, tmp_path: Path) -> None:
    settings = tmp_path / "kept.ini"
    window = open_window(None, settings=settings, wait=False)
    window.editor.set_prompt("not to be lost")
    wait_until(lambda: "not to be lost" in kept_texts(settings))
    wait_until(lambda: settled(window))
    window.selecting.pin((2, 3))
    window.pages.open("lens")
    wait_until(lambda: [(one.place.head, one.place.pages) for one in slots_of(
        settings).values()] == [((2, 3), ("lens",))])


def crash(settings: Path, session: SavedSession, raw: bytes | None = None, number: int = 0) -> None:
    """Leave behind what a process leaves that was killed."""
    folder = Path(f"{settings}.state") / "windows"
    folder.mkdir(parents=True, exist_ok=True)
    write_session(folder / f"{number}.headlight", session)
    (folder / f"{number}.lock").write_text("4194304")
    if raw is not None:
        shutil.copy(folder / f"{number}.headlight", folder / f"{number}.headlight.1")
        (folder / f"{number}.headlight").write_bytes(raw)


def test_the_next_start_after_a_crash_brings_all_back(
    open_window: Open, tiny_model: Path, tmp_path: Path
) -> None:
    settings = tmp_path / "kept.ini"
    place = Place(
        str(tiny_model), prompt=Prompt("what was typed"), pages=("lines",), head=(1, 2),
        attention="decoder", edits=Edits().put(Edit("head", "decoder", layer=1, at=2)),
        against=Against())
    crash(settings, SavedSession(place, size=(750, 540)))
    window = open_window(None, settings=settings)
    wait_until(lambda: settled(window))
    assert window.placing.take() == place
    assert (window.width(), window.height()) == (750, 540)


@pytest.mark.parametrize("raw", [b"", b'{"headlight": 1, "pla', bytes(3000)])
def test_of_a_half_written_one_the_one_before_is_taken(
    open_window: Open, tiny_model: Path, tmp_path: Path, raw: bytes
) -> None:
    settings = tmp_path / "kept.ini"
    crash(settings, SavedSession(Place(str(tiny_model), prompt=Prompt("a moment before"))), raw)
    window = open_window(None, settings=settings)
    assert window.editor.prompt() == "a moment before"


def test_two_windows_keep_two_texts(open_window: Open, tmp_path: Path) -> None:
    settings = tmp_path / "kept.ini"
    first = open_window(None, settings=settings, wait=False)
    second = open_window(None, settings=settings, wait=False)
    first.editor.set_prompt("of the first")
    second.editor.set_prompt("of the second")
    wait_until(lambda: sorted(kept_texts(settings)) == ["of the first", "of the second"])
    first.close()
    second.close()
    again = open_window(None, settings=settings, wait=False)
    other = open_window(None, settings=settings, wait=False)
    assert (again.editor.prompt(), other.editor.prompt()) == ("of the second", "of the first")


def test_a_crashed_window_comes_before_one_that_was_closed(
    open_window: Open, tiny_model: Path, tmp_path: Path
) -> None:
    settings = tmp_path / "kept.ini"
    crash(settings, SavedSession(Place(str(tiny_model), prompt=Prompt("killed"))))
    closed = open_window(None, settings=settings, wait=False)
    assert closed.editor.prompt() == "killed"
    crash(settings, SavedSession(Place(str(tiny_model), prompt=Prompt("killed too"))), number=7)
    closed.close()
    again = open_window(None, settings=settings, wait=False)
    assert again.editor.prompt() == "killed too"


def test_the_file_that_was_open_is_open_again_with_its_star(
    open_window: Open, tmp_path: Path
) -> None:
    settings, path = tmp_path / "kept.ini", tmp_path / "a.headlight"
    window = open_window(None, settings=settings)
    window.editor.set_prompt("The cat")
    window.sessions.save_to(path)
    QTest.keyClicks(window.editor, " sat")
    window.close()  # asks nothing
    again = open_window(None, settings=settings)
    rest(again)
    assert again.editor.prompt() == "The cat sat"
    assert again.windowTitle() == "a.headlight[*] — Headlight"
    assert again.isWindowModified()
    again.sessions.save()
    assert read_session(path).place.prompt.source == "The cat sat"
    again.close()
    third = open_window(None, settings=settings)
    rest(third)
    assert not third.isWindowModified()
    third.close()
    path.write_bytes(path.read_bytes().replace(b"The cat", b"The dog"))
    fourth = open_window(None, settings=settings)
    fourth.sessions.save()
    assert "changed by another program" in fourth.notice.text()
    assert b"The dog" in path.read_bytes()
    for dialog in fourth.findChildren(QFileDialog):
        dialog.close()


def test_another_model_on_the_command_line_leaves_the_text(
    open_window: Open, tiny_model: Path, tmp_path: Path
) -> None:
    settings, other = tmp_path / "kept.ini", tmp_path / "other"
    shutil.copytree(tiny_model, other)
    crash(settings, SavedSession(Place(
        str(tiny_model), prompt=Prompt("words"), head=(2, 2), pages=("lines",),
        edits=Edits().put(Edit("mlp", "decoder")))))
    window = open_window(None, model=str(other), settings=settings)
    wait_until(lambda: settled(window))
    assert (window.wish.model, window.editor.prompt()) == (str(other), "words")
    assert not window.wish.edits
    assert window.pages.names() == ("lines",)


def test_a_state_folder_that_can_not_be_is_told_once_and_typing_goes_on(
    open_window: Open, tmp_path: Path
) -> None:
    settings = tmp_path / "kept.ini"
    Path(f"{settings}.state").write_text("in the way")
    window = open_window(None, settings=settings)
    window.editor.set_prompt("The cat")
    wait_until(lambda: "can't be written" in window.notice.text())
    QTest.keyClicks(window.editor, " sat")
    wait_until(lambda: settled(window) and not window.keeping._timer.isActive())
    assert window.notice.text() == ""
    window.sessions.save_to(tmp_path / "a.headlight")  # files need no such folder
    assert read_session(tmp_path / "a.headlight").place.prompt.source == "The cat sat"


def test_a_shown_sample_is_not_kept(open_window: Open, tmp_path: Path) -> None:
    settings = tmp_path / "kept.ini"
    window = open_window("a sample", settings=settings)
    window.selecting.pin((1, 1))
    wait_until(lambda: settled(window) and not window.keeping._timer.isActive())
    window.close()
    assert slots_of(settings) == {}


# -- in a lecture -----------------------------------------------------------------------------


def test_a_session_goes_on_in_its_lecture_and_leaves_it_to_where_it_was(
    open_window: Open, tiny_model: Path, tmp_path: Path
) -> None:
    folder, path = three_scenes(tmp_path / "lecture", tiny_model), tmp_path / "a.headlight"
    window = open_window("My own words.")
    window.lecturing.open(folder, 1)
    wait_until(lambda: settled(window))
    QTest.keyClicks(window.editor, " More")
    wait_until(lambda: settled(window))
    place, name = window.placing.take(), window.lecturing.scene and window.lecturing.scene.name
    window.sessions.save_to(path)
    assert json.loads(path.read_bytes())["lecture"] == {"name": "./lecture", "scene": name}
    window.lecturing.leave()
    placed(window, Place(str(tiny_model), prompt=Prompt("elsewhere")))
    window.sessions.open(path)
    wait_until(lambda: settled(window))
    assert window.lecturing.scene is not None
    assert window.lecturing.scene.name == name
    assert window.placing.take() == place
    window.lecturing.leave()
    wait_until(lambda: settled(window))
    assert window.editor.prompt() == "My own words."
    shutil.rmtree(folder)
    window.sessions.open(path)
    assert "lecture" in window.notice.text()
    wait_until(lambda: settled(window))
    assert window.editor.prompt() == "My own words."


def test_panels_that_a_scene_hides_have_their_room_after_it(
    open_window: Open, tiny_model: Path, tmp_path: Path
) -> None:
    folder, path = three_scenes(tmp_path / "lecture", tiny_model), tmp_path / "a.headlight"
    window = open_window("Mine.")
    window.columns.setSizes([700, 540])
    window.lecturing.open(folder, 2)  # words and pages alone
    wait_until(lambda: settled(window))
    window.sessions.save_to(path)
    other = open_window("Yours.", settings=tmp_path / "other.ini")
    other.columns.setSizes([700, 540])
    rows, columns = other.rows.sizes(), other.columns.sizes()
    other.sessions.open(path)
    wait_until(lambda: settled(other) and other.lecturing.scene is not None)
    assert 0 in other.columns.sizes()
    other.lecturing.leave()
    for _ in range(3):  # rooms are divided anew
        QApplication.processEvents()
    share = other.columns.sizes()[0] / sum(other.columns.sizes())  # the window is another size
    assert share == pytest.approx(columns[0] / sum(columns), abs=0.01)
    assert other.rows.sizes() == rows


def test_a_session_in_a_scene_that_trains_waits(
    open_window: Open, tiny_model: Path, tmp_path: Path
) -> None:
    folder = write_lecture(tmp_path / "training", {
        "01-train": "---\ntrain: reverse\nplay: yes\nprompt: abc\n---\nWatch."})
    path = tmp_path / "a.headlight"
    write_session(path, SavedSession(
        Place(recipe="reverse", playing=True, prompt=Prompt("abc")), lecture=str(folder),
        scene="01-train", before=Place(str(tiny_model))))
    window = open_window("Mine.")
    window.sessions.open(path)
    wait_until(lambda: window.steering.training is not None, 60)
    QTest.qWait(300)
    training = window.steering.training
    assert training is not None
    assert (training.done, training.working) == (0, False)
    window.lecturing.again()
    wait_until(lambda: window.steering.training is not None and window.steering.training.done > 0)
    window.lecturing.leave()
    wait_until(lambda: settled(window))


def test_a_lecture_that_was_killed_goes_on_at_its_scene(
    open_window: Open, tiny_model: Path, tmp_path: Path
) -> None:
    settings, found = tmp_path / "kept.ini", find_lecture("sample")
    scene = read_lecture(found).scenes[1]
    place = Place(str(tiny_model), prompt=Prompt("typed in the middle of it"))
    crash(settings, SavedSession(
        place, lecture="sample", scene=scene.name,
        before=Place(str(tiny_model), prompt=Prompt("mine"))))
    window = open_window(None, settings=settings)
    wait_until(lambda: window.lecturing.scene is not None and settled(window))
    assert window.lecturing.at == 1
    assert window.editor.prompt() == "typed in the middle of it"
    wait_until(lambda: [one.lecture for one in slots_of(settings).values()] == ["sample"])
    window.lecturing.leave()
    wait_until(lambda: settled(window))
    assert window.editor.prompt() == "mine"


def test_another_model_after_a_killed_lecture_brings_back_what_was_there_before_it(
    open_window: Open, tiny_model: Path, tmp_path: Path
) -> None:
    settings, other = tmp_path / "kept.ini", tmp_path / "other"
    shutil.copytree(tiny_model, other)
    crash(settings, SavedSession(
        Place(str(tiny_model), prompt=Prompt("the scene's"), scale="log"),
        lecture="sample", scene=read_lecture(find_lecture("sample")).scenes[0].name,
        before=Place(str(tiny_model), prompt=Prompt("mine"), pages=("lens",))))
    window = open_window(None, model=str(other), settings=settings)
    wait_until(lambda: settled(window))
    assert (window.wish.model, window.editor.prompt()) == (str(other), "mine")
    assert (window.pages.names(), window.choices.scale) == (("lens",), "linear")
    assert window.lecturing.scene is None
