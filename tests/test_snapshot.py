"""Snapshots: the window's own pixels, real text in SVG and PDF, and no screen."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QWidget

from app.__main__ import main
from app.application import make_settings
from app.language import has_chinese_font, install_language
from app.panels.help_button import HelpButton
from app.theme import DARK, LIGHT, Theme
from app.window import Window
from tests.conftest import wait_until

TEXT = "The cat sat on the mat because it was tired."
ROOT = Path(__file__).parent.parent
Snap = Callable[..., Path]
Open = Callable[..., Window]


@pytest.fixture
def snap(application: QApplication, tiny_model: Path, tmp_path: Path) -> Iterator[Snap]:
    """A function that runs the command and gives the path of the picture."""

    def run(*options: str, ending: str = "png", text: str = TEXT) -> Path:
        out = tmp_path / f"out.{ending}"
        words = ["snapshot", "--model", str(tiny_model), "--text", text, "--out", str(out)]
        assert main([*words, *options]) == 0
        return out

    yield run
    install_language("en")


def pixels(image: QImage) -> NDArray[np.uint8]:
    """[row, column, channel]."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    rows, columns = image.height(), image.width()
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(rows, image.bytesPerLine() // 4, 4)
    return flat[:, :columns, :3].copy()


def load(path: Path) -> QImage:
    image = QImage(str(path))
    assert not image.isNull()
    return image


def drawn(part: QWidget) -> NDArray[np.uint8]:
    image = QImage(part.size(), QImage.Format.Format_RGB32)
    part.render(image)
    return pixels(image)


def unasked(part: QWidget, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture of a panel with nothing in the place of its question mark, which must be in it.
    """
    (question,) = part.findChildren(HelpButton)
    assert question.isVisible()
    corner = question.mapTo(part, QPoint(0, 0))
    rows = slice(corner.y(), corner.y() + question.height())
    columns = slice(corner.x(), corner.x() + question.width())
    paper = picture[corner.y(), corner.x() - 1].copy()
    assert (picture[rows, columns] != paper).any()
    picture[rows, columns] = paper
    return picture


def svg_words(path: Path) -> list[str]:
    """Each run of text in the file."""
    svg = "{http://www.w3.org/2000/svg}"
    return [
        "".join(text.itertext()).strip() for text in ElementTree.parse(path).iter(f"{svg}text")
    ]


def hue(theme: Theme) -> list[int]:
    colour = QColor(theme.window)
    return [colour.blue(), colour.green(), colour.red()]


def has(picture: NDArray[np.uint8], colour: list[int]) -> bool:
    return bool((picture == np.array(colour, np.uint8)).all(-1).any())


@pytest.mark.parametrize(("theme", "size"), [("light", (1280, 800)), ("dark", (1024, 700))])
def test_picture_is_that_of_the_real_window_pixel_by_pixel(
    theme: str, size: tuple[int, int], snap: Snap, open_window: Open, tmp_path: Path
) -> None:
    path = snap("--theme", theme, "--size", "{}x{}".format(*size), "--head", "1.2")

    kept = tmp_path / "kept.ini"
    settings = make_settings(kept)
    settings.setValue("theme", theme)
    settings.sync()
    window = open_window(text=TEXT, settings=kept, wait=False)
    window.resize(*size)
    wait_until(lambda: window.complete)
    window.selecting.pin((1, 2))
    wait_until(lambda: window.complete and window.picture is not None
               and window.picture.head is not None and window.picture.head.layer == 1)
    ours, real = pixels(load(path)), drawn(window)
    # All that the picture lacks is the caret, which blinks.
    caret = window.editor.cursorRect()
    corner = window.editor.viewport().mapTo(window, caret.topLeft())
    rows = slice(corner.y(), corner.y() + caret.height())
    columns = slice(corner.x(), corner.x() + max(caret.width(), 2))
    shown = ours[rows, columns].copy()
    ours[rows, columns] = real[rows, columns] = 0
    assert ours.shape == (size[1], size[0], 3)
    assert np.array_equal(ours, real), np.argwhere((ours != real).any(-1))[:5]
    assert (shown == shown[0, 0]).all()


def test_picture_is_the_same_each_time(snap: Snap) -> None:
    first = snap().read_bytes()
    assert snap().read_bytes() == first


@pytest.mark.parametrize(
    ("panel", "part"),
    [("sheet", "sheet_panel"), ("matrix", "matrix_panel"), ("predictions", "predictions_panel"),
     ("prompt", "prompt_panel")],
)
def test_panel_is_its_part_of_the_window(
    panel: str, part: str, snap: Snap, open_window: Open
) -> None:
    whole = pixels(load(snap()))
    alone = pixels(load(snap("--panel", panel)))
    window = open_window(text=TEXT)
    window.resize(1280, 800)
    wait_until(lambda: window.complete)
    widget: QWidget = getattr(window, part)
    corner = widget.mapTo(window, QPoint(0, 0))
    rows, columns, _ = alone.shape
    assert (columns, rows) == widget.size().toTuple()
    inside = whole[corner.y() : corner.y() + rows, corner.x() : corner.x() + columns]
    inside = unasked(widget, inside.copy())
    rim = 8  # behind its round corners there is no window
    assert np.array_equal(alone[rim:-rim, rim:-rim], inside[rim:-rim, rim:-rim])
    assert len(np.unique(alone.reshape(-1, 3), axis=0)) > 5


def test_themes_have_their_own_colours(snap: Snap) -> None:
    light, dark = pixels(load(snap())), pixels(load(snap("--theme", "dark")))
    assert has(light, hue(LIGHT))
    assert not has(light, hue(DARK))
    assert has(dark, hue(DARK))
    assert not has(dark, hue(LIGHT))
    assert dark.mean() < 80 < light.mean()


def test_two_pixels_a_unit_double_the_picture(snap: Snap) -> None:
    once = load(snap("--size", "900x600"))
    twice = load(snap("--size", "900x600", "--pixels", "2"))
    assert once.size().toTuple() == (900, 600)
    assert twice.size().toTuple() == (1800, 1200)
    smooth = Qt.TransformationMode.SmoothTransformation
    half = twice.scaled(once.size(), Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    assert np.abs(pixels(half).astype(int) - pixels(once)).mean() < 4


def test_svg_says_its_words_as_text_and_clips(snap: Snap) -> None:
    path = snap("--head", "2.1", ending="svg")
    words = svg_words(path)
    for label in ("The", "·cat", "·because", "·tired", "."):
        assert words.count(label) >= 2, label  # as a query, and as a key
    assert {TEXT, "Layer 2, head 1", "Heads", "Prompt", "masked", "weight"} <= set(words)
    content = path.read_text(encoding="utf-8")
    root = ElementTree.fromstring(content)
    assert root.get("viewBox") == "0 0 1280 800"
    # 96 dots an inch, as on a screen: type has the size it has in the window.
    assert abs(float(str(root.get("width")).removesuffix("mm")) / 25.4 * 96 - 1280) < 0.1
    assert "clip-path" in content  # without it the menu bar would hide its own words
    assert 'font-family="Sans Serif"' not in content  # a name that no other program knows
    assert "ms from key" not in content
    # Only what is a picture is one: the sheet, the cells, the colour bar.
    sizes = re.findall(r'<image[^>]*?width="(\d+)"[^>]*?height="(\d+)"', content)
    assert sizes
    assert all(int(width) * int(height) < 1280 * 800 / 3 for width, height in sizes)


def test_svg_hatches_masked_cells_finely_whatever_the_size_of_a_cell(snap: Snap) -> None:
    content = snap("--panel", "matrix", ending="svg").read_text(encoding="utf-8")
    groups = re.findall(r'<g fill="url\(#fillpattern[^"]*"[^>]*matrix\(([^)]*)\)', content)
    assert groups
    assert all(group.startswith("1,0,0,1") for group in groups), groups


def pdf_streams(data: bytes) -> list[bytes]:
    found = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL)
    streams = []
    for stream in found:
        try:
            streams.append(zlib.decompress(stream))
        except zlib.error:
            streams.append(stream)
    return streams


def pdf_letters(data: bytes) -> set[str]:
    """Every character that a font of the file is told to stand for, by its ToUnicode map."""
    letters = set()
    for stream in pdf_streams(data):
        if b"begincmap" in stream:
            for block in re.findall(rb"beginbfrange(.*?)endbfrange", stream, re.DOTALL):
                for word in re.findall(rb"<([0-9A-Fa-f]+)>", block):
                    if len(word) == 4:
                        letters.add(chr(int(word, 16)))
    return letters


def test_pdf_holds_its_words_as_text_in_fonts_of_its_own_and_exact_colours(snap: Snap) -> None:
    data = snap(ending="pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    assert b"/MediaBox [0 0 960.000000 600.000000]" in data  # 1280 x 800 at 96 dots an inch
    assert data.count(b"/FontFile") == data.count(b"/FontDescriptor\n") > 0
    assert set("Thecatsonmbuiwrd.·") <= pdf_letters(data)
    drawing = max(pdf_streams(data), key=lambda stream: stream.count(b" Tj"))
    assert drawing.count(b" Tj") + drawing.count(b" TJ") > 40
    sizes = [(int(w), int(h)) for w, h in re.findall(rb"/Width (\d+)\n/Height (\d+)", data)]
    assert (11, 11) in sizes  # the cells of 11 tokens, unscaled
    assert all(width * height < 1280 * 800 / 3 for width, height in sizes)
    assert b"DCTDecode" not in data  # JPEG would give cells the colours of their neighbours


@pytest.mark.parametrize(
    ("scale", "badge"),
    [("root", "square-root scale"), ("log", "logarithmic scale"), ("linear", None)],
)
def test_scale_is_said_on_both_panels(scale: str, badge: str | None, snap: Snap) -> None:
    words = svg_words(snap("--scale", scale, ending="svg"))
    assert [word for word in words if word.endswith("scale")] == ([badge] * 2 if badge else [])


def test_chinese_window_speaks_chinese(snap: Snap) -> None:
    assert has_chinese_font(), "apt install fonts-noto-cjk"
    words = svg_words(snap("--lang", "zh", ending="svg", text="春眠不觉晓"))
    assert {"输入", "注意力头", "权重", "春眠不觉晓"} <= set(words)
    assert not {"Prompt", "Heads", "weight", "masked"} & set(words)
    assert words.count("1/3") == words.count("2/3") >= 5  # bytes of each character


def test_text_is_that_of_the_command_and_choices_of_the_user_stay_untouched(snap: Snap) -> None:
    settings = make_settings()
    settings.setValue("text", "what was typed yesterday")
    settings.setValue("theme", "dark")
    settings.sync()
    before = Path(settings.fileName()).read_bytes()
    try:
        assert TEXT in svg_words(snap(ending="svg"))
        assert has(pixels(load(snap())), hue(LIGHT))
        assert Path(settings.fileName()).read_bytes() == before
    finally:
        settings.clear()
        settings.sync()


def test_no_display_is_needed(tiny_model: Path, tmp_path: Path, snap: Snap) -> None:
    out = tmp_path / "alone.png"
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_SESSION_TYPE")
    done = subprocess.run(
        [sys.executable, "-m", "app", "snapshot", "--model", str(tiny_model), "--text", TEXT,
         "--out", str(out)],
        cwd=ROOT, capture_output=True, text=True, timeout=200, check=False,
        env={name: value for name, value in os.environ.items() if name not in screens},
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert np.array_equal(pixels(load(out)), pixels(load(snap())))
