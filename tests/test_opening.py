"""How a model comes into a real window: folder, drop, hub, recent; progress, cancel, memory."""

from __future__ import annotations

import json
import math
import shutil
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from huggingface_hub import close_session, constants
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QMessageBox

from app.cli import parse
from app.commands import run_command
from app.hub_dialog import HubDialog
from app.window import Window
from core.cache import cached_folder
from core.catalogue import bundled_models
from core.checkpoint import room
from core.checkpoint.folder import open_folder
from core.checkpoint.room import Need
from core.memory import Way
from core.session import open_session
from tests.conftest import wait_until
from tests.loopback import Hub, Loopback, files_of

Open = Callable[..., Window]
ID = "someone/tiny"


@pytest.fixture
def hub(tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    server = Loopback(files_of(tiny_model))
    monkeypatch.setenv("HF_ENDPOINT", server.hub.address)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    yield server.hub
    close_session()
    server.close()


@pytest.fixture
def other(tiny_model: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_model, tmp_path / "other & more"))


@pytest.fixture(scope="module")
def large(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A model whose weights take a while: the tiny one with rows for four million tokens."""
    folder = Path(shutil.copytree(tiny_model, tmp_path_factory.mktemp("models") / "large"))
    config = json.loads((folder / "config.json").read_text())
    config |= {"vocab_size": 4_000_000}
    (folder / "config.json").write_text(json.dumps(config))
    from safetensors.torch import load_file, save_file

    tensors = load_file(folder / "model.safetensors")
    name = next(name for name in tensors if name.endswith("wte.weight"))
    rows = torch.zeros(4_000_000, tensors[name].shape[1])
    rows[: len(tensors[name])] = tensors[name]
    save_file(tensors | {name: rows}, folder / "model.safetensors", metadata={"format": "pt"})
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def huge(tiny_model: Path, tmp_path: Path) -> Callable[[int], Path]:
    """Makes a folder whose weights are of this many bytes, in a file that is one hole."""
    sizes = {32: 4096, 96: 3 * 4096, 64: 4 * 4096}
    layer_bytes = 12 * 4096**2 * 4

    def make(size: int) -> Path:
        folder = Path(shutil.copytree(tiny_model, tmp_path / "huge"))
        config = json.loads((folder / "config.json").read_text())
        layers = round(size / layer_bytes)
        config |= {"n_embd": 4096, "n_head": 32, "n_inner": 4 * 4096, "n_layer": layers}
        (folder / "config.json").write_text(json.dumps(config))
        path = folder / "model.safetensors"
        with path.open("rb") as file:
            header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        shapes = {
            name.replace(".h.0.", f".h.{layer}."): [sizes.get(side, side) for side in one["shape"]]
            for layer in range(layers) for name, one in header.items() if ".h.0." in name
        }
        shapes |= {name: [one["shape"][0], 4096][-len(one["shape"]):]
                   for name, one in header.items() if ".h." not in name and "shape" in one}
        at, told = 0, {}
        for name, shape in shapes.items():
            end = at + 4 * math.prod(shape)
            told[name] = {"dtype": "F32", "shape": shape, "data_offsets": [at, end]}
            at = end
        words = json.dumps(told).encode()
        words += b" " * (-len(words) % 8)
        with path.open("wb") as file:
            file.write(struct.pack("<Q", len(words)) + words)
            file.truncate(8 + len(words) + at)
        return folder

    return make


def open_in(window: Window, reference: Path | str) -> None:
    window.opening.open(str(reference))
    wait_until(lambda: window.complete and shown(window) == str(reference))


def shown(window: Window) -> str:
    assert window.answer is not None
    return window.answer.frame.card.reference


def dropped(window: Window, *paths: Path) -> bool:
    """Whether the window takes what is dropped."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    held = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(9, 9).toPoint(), Qt.DropAction.CopyAction, data, *held)
    enter.ignore()
    QApplication.sendEvent(window, enter)
    if enter.isAccepted():
        QApplication.sendEvent(
            window, QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, *held))
    return enter.isAccepted()


def dialog_of(window: Window) -> HubDialog:
    window.opening.open_hub()
    (dialog,) = (one for one in window.findChildren(HubDialog) if one.isVisible())
    return dialog


def no_dialog(window: Window) -> bool:
    return not [one for one in window.findChildren(HubDialog) if one.isVisible()]


# -- folders ----------------------------------------------------------------------------------


def test_control_o_asks_for_a_folder_and_opens_it(
    open_window: Open, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(other))
    QTest.keyClick(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    wait_until(lambda: window.complete and shown(window) == str(other))
    assert window.choices.word("folder", "") == str(other.parent)
    assert window.state.text() == ""


def test_folder_or_a_file_of_one_can_be_dropped_and_nothing_else(
    open_window: Open, other: Path, tiny_model: Path, tmp_path: Path
) -> None:
    window = open_window()
    assert not dropped(window, tmp_path / "nothing")
    (tmp_path / "text.txt").write_text("a")
    assert not dropped(window, tmp_path / "text.txt")
    assert dropped(window, tmp_path / "text.txt", other)
    wait_until(lambda: window.complete and shown(window) == str(other))
    assert dropped(window, tiny_model / "model.safetensors")
    wait_until(lambda: window.complete and shown(window) == str(tiny_model))


def test_recent_models_are_listed_newest_first_and_grey_when_they_are_gone(
    open_window: Open, other: Path, tiny_model: Path
) -> None:
    window = open_window()
    open_in(window, other)
    menu = window.actions_.models.list

    def listed() -> list[tuple[str, bool]]:
        menu.aboutToShow.emit()
        return [(action.text(), action.isEnabled()) for action in menu.actions()
                if not action.isSeparator()]

    both = [f"other && more  ({str(other).replace('&', '&&')})", f"tiny  ({tiny_model})"]
    bundled = [(name, True) for name in bundled_models()]
    assert listed() == [*bundled, *((one, True) for one in both)]
    shutil.rmtree(other)
    assert listed()[len(bundled_models()):] == [(both[0], False), (both[1], True)]
    open_in(window, tiny_model)
    assert listed()[len(bundled_models()):] == [(both[1], True), (both[0], False)]


def test_bad_folder_leaves_the_old_model_at_work(open_window: Open, other: Path) -> None:
    window = open_window()
    before = shown(window)
    (other / "model.safetensors").write_bytes(b"no weights")
    window.opening.open(str(other))
    wait_until(lambda: window.notice.text() and window.complete)
    assert "model.safetensors" in window.notice.text()
    assert window.state.text() == ""
    assert not window.opening.room.isVisible()
    assert shown(window) == before
    QTest.keyClicks(window.editor, " It ran")
    wait_until(lambda: window.complete and window.wish.prompt.source == "The cat sat. It ran")
    assert shown(window) == before


# -- while it loads ---------------------------------------------------------------------------


def test_old_model_answers_and_progress_is_shown_until_the_new_one_is_there(
    open_window: Open, large: Path
) -> None:
    window = open_window()
    before, texts = shown(window), set()
    window.opening.show_after = 0  # on a fast disk it would need no bar
    window.opening.open(str(large))
    wait_until(lambda: window.opening.room.isVisible())
    assert "large" in window.state.text()
    QTest.keyClicks(window.editor, "!")

    def old_one_answered() -> bool:
        texts.add(window.opening.bar.text())
        assert window.answer is not None
        return window.answer.frame.prompt.source == "The cat sat.!"

    wait_until(old_one_answered)
    assert shown(window) == before
    assert not window.complete
    wait_until(lambda: texts.add(window.opening.bar.text()) or window.complete)
    assert shown(window) == str(large)
    assert window.answer is not None
    assert window.answer.frame.prompt.source == "The cat sat.!"
    assert not window.opening.room.isVisible()
    assert any(text.endswith("of 512 MB") for text in texts), texts


@pytest.mark.parametrize("how", ["Esc", "button"])
def test_loading_can_be_cancelled_and_nothing_of_it_comes_later(
    open_window: Open, large: Path, how: str
) -> None:
    window = open_window()
    before = shown(window)
    window.opening.show_after = 0
    window.opening.open(str(large))
    wait_until(lambda: window.opening.room.isVisible())
    loader = window.engine._model._work
    assert loader is not None
    if how == "Esc":
        QTest.keyClick(window, Qt.Key.Key_Escape)
    else:
        QTest.mouseClick(window.opening.button, Qt.MouseButton.LeftButton)
    assert not window.opening.room.isVisible()
    wait_until(lambda: window.complete)
    assert shown(window) == before
    wait_until(lambda: not loader.thread.is_alive())
    wait_until(lambda: window.complete)
    assert shown(window) == before
    assert str(large) not in window.choices.recent
    assert window.notice.text() == ""
    QTest.keyClicks(window.editor, "!")
    wait_until(lambda: window.complete and window.wish.prompt.source == "The cat sat.!")
    open_in(window, large)  # and it can be had after all


def test_model_wanted_last_is_the_one_that_comes(
    open_window: Open, large: Path, other: Path
) -> None:
    window = open_window()
    window.opening.open(str(large))
    wait_until(lambda: window.loading == str(large), at_once=True)
    window.opening.open(str(other))
    wait_until(lambda: window.complete)
    assert shown(window) == str(other)
    time.sleep(0.3)
    wait_until(lambda: window.complete)
    assert shown(window) == str(other)


def test_gui_is_never_kept_waiting_while_a_model_loads(open_window: Open, large: Path) -> None:
    window = open_window()
    window.opening.open(str(large))
    longest, last = 0.0, time.perf_counter()
    while shown(window) != str(large):
        QApplication.processEvents()
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
        time.sleep(0.001)
    assert longest < 0.25, longest


# -- memory -----------------------------------------------------------------------------------


def free_memory() -> int:
    from core.memory import memory_available

    free = memory_available()
    if free is None or free > 2**40:
        pytest.skip("this system does not say how much memory is free")
    return free


def question(window: Window) -> QMessageBox:
    wait_until(lambda: window.findChildren(QMessageBox))
    (box,) = window.findChildren(QMessageBox)
    return box


def accepting(box: QMessageBox) -> list[QAbstractButton]:
    role = QMessageBox.ButtonRole.AcceptRole
    return [one for one in box.buttons() if box.buttonRole(one) == role]


def needs(folder: Path) -> dict[Way, int]:
    with open_folder(folder) as opened:
        need = Need(opened.weights, opened.plan(), opened.config)
        return {way: need.bytes(way) for way in WAYS.values()}


WAYS = {
    "all of it": Way(), "Keep &fewer tensors": Way(slim=True), "&Open in bfloat16": Way("bfloat16"),
    "Open in bfloat16, &keep fewer tensors": Way("bfloat16", slim=True),
}


@pytest.mark.parametrize("name", list(WAYS)[1:])
def test_each_way_that_is_offered_opens_the_model_and_says_what_it_costs(
    name: str, open_window: Open, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, way, need = open_window(), WAYS[name], needs(other)
    assert window.answer is not None
    before = window.answer.frame
    single = [one for one in need if one.slim != (one.dtype == "bfloat16")]
    both_fit = name in list(WAYS)[1:3]
    free = max(need[one] for one in single) if both_fit else need[way]
    monkeypatch.setattr(room, "memory_available", lambda device=None: free)
    window.opening.open(str(other))
    box = question(window)
    assert "MB of memory in float32 with a text of 64 tokens" in box.text()
    offered = {one.text().partition(" (")[0]: one for one in accepting(box)}
    assert list(offered) == (list(WAYS)[1:3] if both_fit else [name])
    assert ("each change of view runs the model again" in box.informativeText()) == (
        both_fit or way.slim)
    assert shown(window) == before.card.reference
    QTest.mouseClick(offered[name], Qt.MouseButton.LeftButton)
    wait_until(lambda: window.complete and shown(window) == str(other))
    after = window.answer.frame
    assert (after.card.dtype, after.card.slim) == (way.dtype, way.slim)
    assert ("fewer tensors kept" in window.status.text()) == way.slim
    assert ("bfloat16" in window.status.text()) == (way.dtype == "bfloat16")
    assert window.notice.text() == ""
    assert before.head is not None
    assert after.head is not None
    difference = abs(before.head.pattern - after.head.pattern).max()
    assert difference == 0 if way.dtype == "float32" else 0 < difference < 0.1
    QTest.keyClicks(window.editor, " It ran")
    QTest.keyClick(window, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    wait_until(lambda: window.complete and window.wish.prompt.source == "The cat sat. It ran")
    assert window.answer.frame.head is not None
    assert (window.answer.frame.head.layer, window.answer.frame.head.head) == window.view.pinned
    assert shown(window) == str(other)


def test_a_model_that_needs_less_than_is_free_asks_nothing(
    open_window: Open, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, need = open_window(), needs(other)
    monkeypatch.setattr(room, "memory_available", lambda device=None: need[Way()])
    open_in(window, other)
    assert not window.findChildren(QMessageBox)
    assert "fewer tensors kept" not in window.status.text()


def test_model_that_does_not_fit_offers_a_smaller_type_and_the_old_one_stays(
    open_window: Open, huge: Callable[[int], Path], other: Path
) -> None:
    window = open_window()
    before = shown(window)
    folder = huge(free_memory() * 13 // 10)
    window.opening.open(str(folder))
    box = question(window)
    assert "GB" in box.text()
    (take,) = accepting(box)
    assert "bfloat16" in take.text()
    assert "GB" in take.text()
    assert "bfloat16" in box.informativeText()
    (keep,) = set(box.buttons()) - {take}
    QTest.mouseClick(keep, Qt.MouseButton.LeftButton)
    wait_until(lambda: window.complete)
    assert shown(window) == before
    assert window.notice.text() == box_text(window)


def box_text(window: Window) -> str:
    from app.language import say_refusal

    assert window.refusal is not None
    return say_refusal(window.refusal)


def test_model_that_fits_in_no_type_is_refused_without_an_offer(
    open_window: Open, huge: Callable[[int], Path]
) -> None:
    window = open_window()
    folder = huge(free_memory() * 5)
    window.opening.open(str(folder))
    wait_until(lambda: window.notice.text())
    assert "does not fit in bfloat16 with fewer tensors kept either" in window.notice.text()
    assert not window.findChildren(QMessageBox)


def test_model_opened_in_a_smaller_type_says_so_and_shows_nearly_the_same(
    open_window: Open, other: Path
) -> None:
    window = open_window()
    assert window.answer is not None
    exact = window.answer.frame.head
    assert "bfloat16" not in window.status.text()
    window.opening.open(str(other), Way("bfloat16"))
    wait_until(lambda: window.complete and shown(window) == str(other))
    near = window.answer.frame.head
    assert exact is not None
    assert near is not None
    difference = abs(exact.pattern - near.pattern).max()
    assert 0 < difference < 0.1
    assert "bfloat16" in window.status.text()


# -- the hub ----------------------------------------------------------------------------------


def test_hub_dialog_shows_what_would_come_and_how_large_before_a_byte_comes(
    open_window: Open, hub: Hub
) -> None:
    window = open_window()
    dialog = dialog_of(window)
    assert hub.asked == []
    assert not dialog.look_up.isEnabled()
    assert not dialog.open_button.isEnabled()
    QTest.keyClicks(dialog.name, ID)
    assert hub.asked == []
    QTest.mouseClick(dialog.look_up, Qt.MouseButton.LeftButton)
    wait_until(lambda: not dialog.busy)
    names = [dialog.files.topLevelItem(row).text(0)
             for row in range(dialog.files.topLevelItemCount())]
    assert names == ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"]
    assert dialog.total.text().startswith("4 files, ")
    assert hub.sent == 0
    assert dialog.open_button.text() == "&Download and open"
    assert dialog.open_button.isEnabled()
    dialog.close()
    wait_until(lambda: no_dialog(window))


def test_model_of_the_hub_comes_with_progress_and_opens_and_is_there_without_network(
    open_window: Open, hub: Hub, capsys: pytest.CaptureFixture[str]
) -> None:
    window = open_window()
    dialog = dialog_of(window)
    QTest.keyClicks(dialog.name, ID)
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    wait_until(lambda: dialog.open_button.isEnabled())
    hub.pause = 0.005
    QTest.mouseClick(dialog.open_button, Qt.MouseButton.LeftButton)
    values: list[int] = []
    wait_until(lambda: values.append(dialog.bar.value()) or dialog.bar.value() > 500)
    assert "of" in dialog.bar.text()
    assert sorted(set(values)) == list(dict.fromkeys(values))
    wait_until(lambda: no_dialog(window) and window.complete and shown(window) == ID)
    assert ID in window.status.text()
    asked = len(hub.asked)
    window.actions_.models.fill()
    assert ID in [action.text() for action in window.actions_.models.list.actions()]
    assert run_command(parse(["models"])) == 0
    assert ID in capsys.readouterr().out.split()
    assert open_session(ID).card.name == ID
    dialog = dialog_of(window)
    QTest.keyClicks(dialog.name, ID)
    assert dialog.open_button.text() == "&Open"
    assert dialog.open_button.isEnabled()
    dialog.close()
    wait_until(lambda: no_dialog(window))
    assert len(hub.asked) == asked


def test_download_that_is_cancelled_is_not_opened_and_goes_on_the_next_time(
    open_window: Open, hub: Hub
) -> None:
    window = open_window()
    before = shown(window)
    dialog = dialog_of(window)
    QTest.keyClicks(dialog.name, ID)
    dialog.ask()
    wait_until(lambda: dialog.open_button.isEnabled())
    hub.pause = 0.02
    dialog.fetch()
    wait_until(lambda: dialog.bar.value() > 300)
    assert dialog.cancel_button.text() == "&Cancel"
    QTest.mouseClick(dialog.cancel_button, Qt.MouseButton.LeftButton)
    assert not dialog.busy
    assert "kept" in dialog.total.text()
    assert cached_folder(ID) is None
    assert shown(window) == before
    hub.pause = 0
    dialog.ask()
    wait_until(lambda: not dialog.busy)
    dialog.fetch()
    wait_until(lambda: no_dialog(window) and window.complete and shown(window) == ID)
    assert any(hub.got("model.safetensors")), "it began anew"


@pytest.mark.parametrize(("name", "words"), [
    ("someone/else", "The hub has no someone/else"), ("a b", "is no id of the hub"),
])
def test_what_the_hub_has_not_is_said_in_the_dialog(
    open_window: Open, hub: Hub, name: str, words: str
) -> None:
    window = open_window()
    dialog = dialog_of(window)
    QTest.keyClicks(dialog.name, name)
    dialog.ask()
    wait_until(lambda: not dialog.busy)
    assert dialog.notice.isVisible()
    assert words in dialog.notice.text()
    assert not dialog.open_button.isEnabled()
    QTest.keyClicks(dialog.name, "x")
    assert not dialog.notice.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    wait_until(lambda: no_dialog(window))


def test_escape_stops_a_look_up_and_then_closes(open_window: Open, hub: Hub) -> None:
    window = open_window()
    dialog = dialog_of(window)
    QTest.keyClicks(dialog.name, ID)
    dialog.ask()
    assert dialog.busy
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.busy
    assert dialog.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    wait_until(lambda: no_dialog(window))


def test_window_closed_in_the_middle_of_a_download_leaves_nothing(
    open_window: Open, hub: Hub
) -> None:
    window = open_window()
    dialog = dialog_of(window)
    QTest.keyClicks(dialog.name, ID)
    dialog.ask()
    wait_until(lambda: dialog.open_button.isEnabled())
    hub.pause = 0.02
    dialog.fetch()
    wait_until(lambda: dialog.bar.value() > 100)
    work = dialog._work
    assert work is not None
    dialog.close()
    wait_until(lambda: not work.thread.is_alive())
