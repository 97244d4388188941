"""Export: pictures, numbers and traces are those on screen, read back from their files."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from safetensors import safe_open

from app.export_dialog import ExportDialog
from app.exporting import Looks
from app.page_names import PAGES
from app.state import signed_sheet
from app.theme import DARK, LIGHT
from core.edits import Edit, Edits
from core.frame import Prompt
from core.session import open_session
from core.sides import AlteredSession
from tests.conftest import wait_until
from tests.desk import ROOT, quiet
from tests.test_snapshot import has, hue, pdf_letters, pixels, svg_words, unasked

if TYPE_CHECKING:
    from app.window import Window
    from core.frame import Frame, HeadPicture

Open = Callable[..., "Window"]
TEXT = "The cat saw the “sea”, and ran."


def start(open_window: Open) -> Window:
    window = open_window(text=TEXT)
    window.editor.setCursorWidth(0)  # it blinks, and two pictures would differ
    return window


def dialog(window: Window, part: str = "window", ending: str = ".png") -> ExportDialog:
    window.actions_.exporting.open()
    found = window.findChildren(ExportDialog)[-1]
    found.choose(part, ending)
    assert (found.part, found.ending) == (part, ending)
    return found


def export(
    window: Window, path: Path, part: str = "window", theme: str = "screen", scale: float = 1.0,
    caption: bool = False,
) -> bytes:
    """As the user does, in the dialog."""
    return export_and_see(window, path, part, theme, scale, caption)[0]


def export_and_see(
    window: Window, path: Path, part: str = "window", theme: str = "screen", scale: float = 1.0,
    caption: bool = False,
) -> tuple[bytes, NDArray[np.uint8]]:
    """The file, and what was on screen when it was written."""
    asked = dialog(window, part, path.suffix)
    asked.path.setText(str(path))
    asked.theme.setCurrentIndex(asked.theme.findData(theme))
    asked.scale.setValue(scale)
    asked.under.setChecked(caption)
    seen = on_screen(window.actions_.exporting.parts()[part])
    asked.go.click()
    wait_until(path.exists)
    wait_until(lambda: not window.findChildren(ExportDialog))
    assert list(path.parent.glob("*.part")) == []
    return path.read_bytes(), seen


def load(data: bytes) -> QImage:
    image = QImage.fromData(data)
    assert not image.isNull()
    return image


def on_screen(part: QWidget) -> NDArray[np.uint8]:
    """All of a window; a panel without its question mark."""
    return pixels(part.grab().toImage()) if part.isWindow() else unasked(
        part, pixels(part.grab().toImage()))


def turn_to(window: Window, key: str) -> None:
    window.pages.open(key)
    wait_until(lambda: window.complete)
    QTest.qWait(50)
    wait_until(lambda: window.complete)


def picture_of(window: Window) -> Frame:
    assert window.picture is not None
    return window.picture


def head_of(window: Window) -> HeadPicture:
    head = picture_of(window).head
    assert head is not None
    return head


def arrays(data: bytes) -> dict[str, NDArray[np.generic]]:
    with np.load(io.BytesIO(data), allow_pickle=False) as told:
        return dict(told)


# -- pictures -----------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["window", "prompt", "sheet", "predictions", "head"])
def test_png_is_what_is_on_screen_pixel_by_pixel(
    part: str, open_window: Open, tmp_path: Path
) -> None:
    window = start(open_window)
    data, real = export_and_see(window, tmp_path / "a.png", part)
    ours = pixels(load(data))
    rim = 0 if part == "window" else 8  # behind the round corners of a panel is no window
    inside = slice(rim, -rim or None)
    assert ours.shape == real.shape
    assert np.array_equal(ours[inside, inside], real[inside, inside])
    assert len(np.unique(ours.reshape(-1, 3), axis=0)) > 5


@pytest.mark.parametrize("key", PAGES)
def test_every_page_is_exported_as_it_is_on_screen(
    key: str, open_window: Open, tmp_path: Path
) -> None:
    window = start(open_window)
    turn_to(window, key)
    data, real = export_and_see(window, tmp_path / "a.png", key)
    ours = pixels(load(data))
    assert np.array_equal(ours[8:-8, 8:-8], real[8:-8, 8:-8])


def test_scale_multiplies_the_pixels(open_window: Open, tmp_path: Path) -> None:
    window = start(open_window)
    image = load(export(window, tmp_path / "a.png", "sheet", scale=2.5))
    assert image.size() == window.sheet_panel.size() * 2.5  # as the dialog says it


def test_picture_in_another_theme_is_that_of_a_window_in_it_and_the_screen_stays(
    open_window: Open
) -> None:
    window = start(open_window)
    window.dress.set_theme("light")
    QTest.qWait(50)
    before = on_screen(window)
    data = window.actions_.exporting.picture("window", ".png", Looks("dark", 1.0, caption=False))
    assert window.theme is LIGHT
    assert np.array_equal(on_screen(window), before)
    QTest.qWait(50)
    assert np.array_equal(on_screen(window), before)
    window.dress.set_theme("dark")
    QTest.qWait(50)
    real, dark = on_screen(window), pixels(load(data))
    assert has(real, hue(DARK))
    assert np.array_equal(dark, real), np.argwhere((dark != real).any(-1))[:5]


def test_caption_stands_under_the_picture_and_in_the_file(
    open_window: Open, tmp_path: Path
) -> None:
    window = start(open_window)
    bare = pixels(load(export(window, tmp_path / "a.png", "head")))
    data = export(window, tmp_path / "b.png", "head", caption=True)
    image = load(data)
    told = pixels(image)
    assert len(told) > len(bare)
    assert np.array_equal(told[8:len(bare) - 8], bare[8:-8])
    below = told[len(bare):]
    assert len(np.unique(below.reshape(-1, 3), axis=0)) > 2  # letters
    caption = image.text("Description")
    for words in (window.picture.card.name, TEXT, "layer 0, head 0", "step 7", "Headlight 0."):
        assert words in caption, caption
    assert image.text("Title").endswith("layer 0, head 0")
    assert b"iTXt" in data or b"tEXt" in data
    plain = load((tmp_path / "a.png").read_bytes())
    assert plain.text("Description") == caption  # whether or not it is drawn


def test_caption_says_the_cell_the_alterations_and_the_scale(open_window: Open) -> None:
    window = start(open_window)
    window.selecting.pin((1, 2))
    window.selecting.step_cell(0, 0)
    window.selecting.set_scale("root")
    window.altering.alter(Edits((Edit("head", "decoder", "self", 2, 3, 0.0),)))
    wait_until(lambda: window.complete)
    caption = window.actions_.exporting.caption()
    last = len(picture_of(window).queries) - 1
    for words in (
        "layer 1, head 2", f"query “.” ({last}), key “.” ({last})", "square-root scale",
        "altered: decoder, layer 2, head 3 × 0", "held against the model without alterations",
    ):
        assert words in caption, caption


def test_caption_is_silent_on_what_this_model_does_not_read(open_window: Open) -> None:
    window = start(open_window)
    prompt = window.prompting.panel
    for editor, text in zip(prompt.editors(), ("A sentence.", "Two.", "2026"), strict=True):
        editor.set_prompt(text)
    wait_until(lambda: window.complete)
    caption = window.actions_.exporting.caption()
    assert "A sentence." in caption
    for words in ("target", "2026", "second", "Two."):
        assert words not in caption, caption


def test_long_prompt_is_cut_under_the_picture_and_whole_in_the_file(open_window: Open) -> None:
    window = start(open_window)
    window.editor.set_prompt("word " * 200)
    wait_until(lambda: window.complete)
    exporting = window.actions_.exporting
    assert "word " * 199 in exporting.caption(whole=True)
    assert len(exporting.caption()) < 500
    assert "…" in exporting.caption()


def test_svg_has_its_words_as_text_and_says_what_it_is(open_window: Open, tmp_path: Path) -> None:
    window = start(open_window)
    path = tmp_path / "a.svg"
    export(window, path, caption=True)
    words = svg_words(path)
    assert {"Heads", "Prompt", "Layer 0, head 0", "·cat", TEXT} <= set(words)
    root = ElementTree.parse(path).getroot()
    caption = window.actions_.exporting.caption()
    name = "{http://www.w3.org/2000/svg}"
    assert root.findtext(f"{name}desc") == caption
    assert str(root.findtext(f"{name}title")).endswith("layer 0, head 0")
    below = " ".join(words)
    assert all(word in below for word in caption.split())


def test_markup_in_a_prompt_stays_text(open_window: Open, tmp_path: Path) -> None:
    window = start(open_window)
    window.editor.set_prompt("a <b> & \x07 ]]> c")
    wait_until(lambda: window.complete)
    path = tmp_path / "a.svg"
    export(window, path, caption=True)
    root = ElementTree.parse(path).getroot()
    assert "a <b> & " in str(root.findtext("{http://www.w3.org/2000/svg}desc"))
    data = export(window, tmp_path / "a.pdf")
    packet = re.search(rb"<x:xmpmeta.*</x:xmpmeta>", data, re.DOTALL)
    assert packet is not None
    assert "a <b> & " in "".join(ElementTree.fromstring(packet.group()).itertext())


def test_pdf_has_its_words_as_text_and_says_what_it_is(open_window: Open, tmp_path: Path) -> None:
    window = start(open_window)
    data = export(window, tmp_path / "a.pdf", caption=True)
    assert set("Thecatsw.·“”") <= pdf_letters(data)
    title = re.search(rb"/Title \((.*?)\)\n", data, re.DOTALL)
    assert title is not None
    assert "layer 0, head 0" in title.group(1).decode("utf-16", "replace").replace("\\", "")
    packet = re.search(rb"<x:xmpmeta.*</x:xmpmeta>", data, re.DOTALL)
    assert packet is not None
    told = "".join(ElementTree.fromstring(packet.group()).itertext())
    assert window.actions_.exporting.caption() in told


# -- numbers ------------------------------------------------------------------------------------


def test_csv_of_the_head_is_its_pattern_and_scores_with_the_tokens(
    open_window: Open, tmp_path: Path
) -> None:
    window = start(open_window)
    data = export(window, tmp_path / "a.csv", "head")
    head, labels = head_of(window), picture_of(window).queries.labels
    told = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
    assert len(told) == head.pattern.size
    for row in told:
        cell = int(row["query"]), int(row["key"])
        assert (row["query label"], row["key label"]) == (labels[cell[0]], labels[cell[1]])
        assert np.float32(row["pattern"]) == head.pattern[cell]
        assert np.float32(row["scores"]) == head.scores[cell]


def test_npz_of_the_window_has_every_part(open_window: Open, tmp_path: Path) -> None:
    window = start(open_window)
    told = arrays(export(window, tmp_path / "a.npz"))
    frame, head = picture_of(window), head_of(window)
    assert np.array_equal(told["sheet.level"], frame.thumbnails)
    assert np.array_equal(told["head.pattern"], head.pattern)
    assert np.array_equal(told["head.scores"], head.scores)
    assert told["predictions.probability"].tolist() == [
        one.probability for one in frame.predictions]
    assert told["predictions.probability.rank"].tolist() == [
        one.label for one in frame.predictions]
    assert TEXT in str(told["caption"])


@pytest.mark.parametrize(
    ("key", "name", "field"),
    [("lines", "weight", "weight"), ("lens", "probability", "probabilities"),
     ("activations", "value", "values"), ("flow", "rollout", "values"),
     ("weights", "value", "values"),
     ("positions", "row", "rows")],
)
def test_npz_of_a_page_is_the_answer_that_it_draws(
    key: str, name: str, field: str, open_window: Open, tmp_path: Path
) -> None:
    window = start(open_window)
    turn_to(window, key)
    told = arrays(export(window, tmp_path / "a.npz", key))
    frame = picture_of(window)
    ask = window.pages.pages[key].asks(frame, window.view)[0]
    answer = frame.told(ask)
    assert np.array_equal(told[name], getattr(answer, field), equal_nan=True)


def test_npz_of_readings_is_the_table(open_window: Open, tmp_path: Path) -> None:
    window = start(open_window)
    turn_to(window, "readings")
    told = arrays(export(window, tmp_path / "a.npz", "readings"))
    frame = picture_of(window)
    values = frame.told(window.pages.pages["readings"].asks(frame, window.view)[0]).values
    assert set(values) <= set(told)
    assert all(np.array_equal(told[name], one, equal_nan=True) for name, one in values.items())
    assert told["entropy.axes"].tolist() == ["layer", "head"]


def test_numbers_of_the_arithmetic_are_those_of_its_step(open_window: Open, tmp_path: Path) -> None:
    window = start(open_window)
    turn_to(window, "derivation")
    told = arrays(export(window, tmp_path / "a.npz", "derivation"))
    frame = picture_of(window)
    step = frame.told(window.pages.pages["derivation"].asks(frame, window.view)[0]).step
    lines = [part for part in step.parts if hasattr(part, "value")]
    assert told["line value"].tolist() == [line.value for line in lines]
    assert told["line value.line"].tolist() == [line.formula for line in lines]
    bars = [part for part in step.parts if hasattr(part, "units")]
    assert bars
    for at, part in enumerate(bars):
        assert np.array_equal(told[f"{at}: {part.formula}"], part.values)


def test_numbers_of_what_if_are_those_of_the_change(open_window: Open, tmp_path: Path) -> None:
    window = start(open_window)
    window.altering.alter(Edits((Edit("head", "decoder", "self", 0, 1, 0.0),)))
    turn_to(window, "changes")
    told = arrays(export(window, tmp_path / "a.npz", "changes"))
    change = picture_of(window).change
    assert change is not None
    assert np.array_equal(told["change of stream"], change.streams)
    assert told["after"].tolist() == [shift.after for shift in change.shifts]
    assert told["after.token"].tolist() == [shift.label for shift in change.shifts]


@pytest.mark.parametrize("key", [key for key in PAGES if key not in ("changes", "training")])
def test_every_page_has_numbers_in_both_formats(
    key: str, open_window: Open, tmp_path: Path
) -> None:
    window = start(open_window)
    turn_to(window, key)
    told = arrays(export(window, tmp_path / "a.npz", key))
    rows = list(csv.reader(io.StringIO(export(window, tmp_path / "a.csv", key).decode())))
    names = [name.removesuffix(".axes") for name in told if name.endswith(".axes")]
    assert names
    assert set(names) <= set(rows[0])
    assert {len(row) for row in rows} == {len(rows[0])}
    assert len(rows) > 2


@pytest.mark.parametrize("quantity", ["difference", "gradient"])
def test_signed_sheet_is_exported_with_the_value_of_its_ends(
    quantity: str, open_window: Open, tmp_path: Path
) -> None:
    window = start(open_window)
    window.altering.alter(Edits((Edit("head", "decoder", "self", 0, 1, 0.0),)))
    window.selecting.show_quantity(quantity)  # type: ignore[arg-type]
    wait_until(lambda: window.complete)
    frame = picture_of(window)
    told = arrays(export(window, tmp_path / "a.npz", "sheet"))
    sheet = signed_sheet(frame, window.view)
    assert sheet is not None
    assert np.array_equal(told[f"{quantity} level"], sheet.levels)
    assert float(told[f"most {quantity}"]) == sheet.most > 0
    assert f"{quantity} of the" in window.actions_.exporting.caption()
    rows = list(csv.DictReader(io.StringIO(
        export(window, tmp_path / "a.csv", "sheet").decode(), newline="")))
    assert [row[f"most {quantity}"] for row in rows if row[f"most {quantity}"]] == [
        str(np.float64(sheet.most))]


# -- the trace ----------------------------------------------------------------------------------


def test_trace_is_that_of_the_model_as_it_is_altered(
    open_window: Open, tiny_model: Path, tmp_path: Path
) -> None:
    window = start(open_window)
    edits = Edits((Edit("head", "decoder", "self", 0, 1, 0.0),))
    window.altering.alter(edits)
    wait_until(lambda: window.complete)
    path = tmp_path / "a.safetensors"
    export(window, path)
    altered = AlteredSession(open_session(str(tiny_model)), edits)
    plain = open_session(str(tiny_model))
    wanted = {name: tensor[0].numpy() for name, tensor in altered.trace(Prompt(TEXT))[0].named()
              if not name.endswith(".positions")}
    before = dict(plain.trace(Prompt(TEXT))[0].named())
    with safe_open(path, "numpy") as file:
        assert set(wanted) <= set(file.keys())
        for name, tensor in wanted.items():
            assert np.allclose(file.get_tensor(name), tensor, rtol=0, atol=1e-5), name
        assert not np.allclose(
            file.get_tensor("logits"), before["logits"][0].numpy(), rtol=0, atol=1e-3)
        told = file.metadata()
    assert told["source.text"] == TEXT
    assert json.loads(told["alterations"])[0]["layer"] == 0


# -- the clipboard, keys ------------------------------------------------------------------------


def press(window: Window, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    QTest.keyClick(window, key, _together(modifiers))


def _together(modifiers: tuple[Qt.KeyboardModifier, ...]) -> Qt.KeyboardModifier:
    found = Qt.KeyboardModifier.NoModifier
    for modifier in modifiers:
        found |= modifier
    return found


CONTROL, SHIFT, ALT = (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier,
                       Qt.KeyboardModifier.AltModifier)


@pytest.mark.parametrize("what", ["numbers", "picture"])
def test_what_is_taken_out_right_behind_the_sheet_is_of_one_answer(
    open_window: Open, what: str
) -> None:
    window = start(open_window)
    exporting, taken = window.actions_.exporting, []

    def take() -> None:  # as a key that was waiting
        if what == "picture":
            exporting.image("head", Looks(caption=False))
        rows = exporting.numbers("head")["pattern"] if what == "numbers" else (
            window.pages.pages["head"].numbers(picture_of(window), window.view)["pattern"])
        taken.append((len(picture_of(window).queries), len(rows.values)))

    window.engine.answered.connect(take)
    before = len(picture_of(window).queries)
    window.editor.append(" It ran.")
    wait_until(lambda: window.complete and window.wish.prompt.source.endswith("It ran."))
    window.engine.answered.disconnect(take)
    assert taken
    assert all(tokens == rows > before for tokens, rows in taken)


def test_picture_and_numbers_go_to_the_clipboard(open_window: Open) -> None:
    window = start(open_window)
    window.choices.keep("export", "head")
    window.activateWindow()
    press(window, Qt.Key.Key_C, CONTROL, SHIFT)
    copied = QGuiApplication.clipboard().image()
    real = on_screen(window.matrix_panel)
    small = pixels(copied.scaled(real.shape[1], real.shape[0]))
    assert copied.width() == 2 * real.shape[1]
    assert np.abs(small.astype(int) - real).mean() < 6
    press(window, Qt.Key.Key_C, CONTROL, ALT)
    text = QGuiApplication.clipboard().text()
    assert text.splitlines()[0] == "query,query label,key,key label,pattern,scores,shown"
    assert window.statusBar().currentMessage() == "Copied as numbers: Head"


_COPY_AND_END = """
import sys
from PySide6.QtCore import QEventLoop
from app.application import make_application, make_settings
from app.engine import Engine
from app.window import Window

application = make_application()
window = Window(Engine(), make_settings(), sys.argv[1], "The cat sat.")
window.show()
window.engine.start()
while not window.complete:
    application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
window.choices.keep("export", "head")
window.actions_.exporting.copy_numbers()
assert application.clipboard().text().startswith("query,query label,")
window.close()
assert window.engine.stop(10)
"""


def test_the_program_ends_in_peace_with_numbers_on_the_clipboard(
    tiny_model: Path, tmp_path: Path
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _COPY_AND_END, str(tiny_model)], cwd=ROOT, capture_output=True,
        env=quiet(tmp_path, QT_QPA_PLATFORM="offscreen"), check=False)
    assert ended.returncode == 0, ended.stderr.decode()


def test_keyboard_alone_is_enough(open_window: Open, tmp_path: Path) -> None:
    window = start(open_window)
    window.activateWindow()
    press(window, Qt.Key.Key_E, CONTROL)
    (asked,) = window.findChildren(ExportDialog)
    wait_until(lambda: asked.path.hasFocus())
    path = tmp_path / "typed.svg"
    QTest.keyClicks(asked.path, str(path))  # the name that is offered is selected
    assert asked.ending == ".svg"  # an ending that is typed chooses its format
    QTest.keyClick(asked.path, Qt.Key.Key_Return)
    wait_until(path.exists)
    assert window.statusBar().currentMessage() == f"Written: {path}"


def test_what_was_chosen_is_remembered(open_window: Open, tmp_path: Path) -> None:
    window = start(open_window)
    export(window, tmp_path / "a.pdf", "sheet", theme="dark")
    window.actions_.exporting.open()
    asked = window.findChildren(ExportDialog)[-1]
    assert (asked.part, asked.ending, asked.theme.currentData()) == ("sheet", ".pdf", "dark")
    assert Path(asked.path.text()).parent == tmp_path
    assert not asked.under.isChecked()


def test_png_is_whole_with_its_words_in_chunks(open_window: Open, tmp_path: Path) -> None:
    window = start(open_window)
    data = export(window, tmp_path / "a.png", "sheet", caption=True)
    at, names = 8, []
    while at < len(data):
        size = int.from_bytes(data[at:at + 4], "big")
        body = data[at + 4:at + 8 + size]
        assert zlib.crc32(body) == int.from_bytes(data[at + 8 + size:at + 12 + size], "big")
        names.append(body[:4])
        at += 12 + size
    assert names[0] == b"IHDR"
    assert names[-1] == b"IEND"
    assert {b"tEXt", b"iTXt", b"zTXt"} & set(names)
