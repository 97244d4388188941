"""How the window looks: themes, scales, languages, sizes of type."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QScrollBar,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QStyleOptionSpinBox,
)

from app.panels.elided import Elided
from app.window import Window
from core.catalogue import CARD, RESOURCES
from tests.conftest import wait_until
from tests.test_themes import ratio
from tests.window_hands import settled

Open = Callable[..., Window]


def test_a_theme_repaints_everything(open_window: Open) -> None:
    window = open_window()
    window.selecting.pin((0, 0))
    window.dress.set_theme("light")
    wait_until(lambda: settled(window))
    parts = (window.sheet, window.matrix, window.predictions, window.editor)
    light = [part.grab().toImage() for part in parts]
    window.dress.set_theme("dark")
    dark = [part.grab().toImage() for part in parts]
    assert all(a != b for a, b in zip(light, dark, strict=True))
    assert all(image.pixelColor(20, image.height() - 20).lightness() < 80 for image in dark)
    window.dress.set_theme("light")
    assert [part.grab().toImage() for part in parts] == light


def test_a_scale_changes_the_pixels_and_says_so(open_window: Open) -> None:
    window = open_window()
    window.selecting.pin((0, 0))
    pictures = []
    for scale, badge in (
        ("linear", ""), ("root", "square-root scale"), ("log", "logarithmic scale")
    ):
        window.selecting.set_scale(scale)  # type: ignore[arg-type]
        wait_until(lambda: settled(window))
        assert window.sheet_panel.badge.text() == badge
        assert window.matrix_panel.badge.text() == badge
        pictures.append((window.sheet.grab().toImage(), window.matrix.grab().toImage()))
    assert pictures[0][0] != pictures[1][0] != pictures[2][0]
    assert pictures[0][1] != pictures[1][1] != pictures[2][1]


def test_a_reduced_picture_says_so(open_window: Open) -> None:
    window = open_window("The cat sat on the mat. " * 30)
    assert window.sheet_panel.badge.text() == ""
    window.resize(720, 480)
    wait_until(lambda: settled(window) and window.sheet.thumbnail_pixels < 64)
    assert "largest weight" in window.sheet_panel.badge.text()


def test_a_language_is_changed_at_run_time(open_window: Open) -> None:
    if not (RESOURCES / "i18n" / "zh_CN.qm").is_file():
        pytest.skip("resources/i18n/zh_CN.qm has not been made")
    window = open_window()
    try:
        window.dress.set_language("zh")
        wait_until(lambda: window.prompt_panel.title.text() != "Prompt")
        assert window.sheet_panel.title.text() != "Heads"
    finally:
        window.dress.set_language("en")
    wait_until(lambda: window.prompt_panel.title.text() == "Prompt")
    assert window.sheet_panel.title.text() == "Heads"


def test_type_grows_shrinks_and_comes_back(open_window: Open) -> None:
    window = open_window()
    normal = window.editor.font().pointSizeF()
    small = window.sheet.fontMetrics().height()
    for _ in range(6):
        window.dress.zoom_text(1)
    assert window.editor.font().pointSizeF() > normal
    assert window.sheet.fontMetrics().height() > small
    assert window.sheet.square((2, 3)).bottom() <= window.sheet.height()
    window.dress.zoom_text(0)
    assert window.editor.font().pointSizeF() == normal


@pytest.mark.parametrize("size", [(1024, 700), (3840, 2160)])
@pytest.mark.parametrize("state", ["plain", "busy"])
def test_no_words_are_cut_off(
    open_window: Open, tiny_model: Path, tmp_path: Path, size: tuple[int, int], state: str
) -> None:
    folder = tmp_path / ("a model folder with quite a long name " * 4).strip()
    shutil.copytree(tiny_model, folder)
    (folder / CARD).write_text(
        '{"text": "", "notable": ['
        '{"role": "previous_token", "layer": 1, "head": 1, "score": 0.9},'
        '{"role": "induction", "layer": 1, "head": 1, "score": 0.8}]}'
    )
    busy = state == "busy"
    window = open_window(
        "The cat sat on the mat. " * (40 if busy else 1), model=str(folder if busy else tiny_model)
    )
    window.resize(*size)
    if busy:
        window.selecting.set_scale("log")
    window.selecting.pin((1, 1))
    wait_until(lambda: settled(window))
    window.matrix._point((3, 1))
    QTest.qWait(20)
    assert (window.width(), window.height()) == size
    for label in window.findChildren(QLabel):
        if not label.isVisible() or not label.text():
            continue
        assert label.height() >= label.fontMetrics().height(), label.text()
        if isinstance(label, Elided):
            assert len(label.drawn()) >= min(len(label.text()), 4), label.text()
        elif not label.wordWrap():
            room = label.contentsRect().width()
            assert label.fontMetrics().horizontalAdvance(label.text()) <= room, label.text()
        else:
            assert label.heightForWidth(label.width()) <= label.height(), label.text()


def test_known_heads_are_named_in_the_title(
    open_window: Open, tiny_model: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "known"
    shutil.copytree(tiny_model, folder)
    (folder / CARD).write_text(
        '{"text": "She saw the sea.", "notable": ['
        '{"role": "induction", "layer": 2, "head": 1, "score": 0.81}]}'
    )
    window = open_window(None, model=str(folder))
    wait_until(lambda: settled(window))
    assert window.view.pinned == (2, 1)
    assert window.matrix_panel.title.text() == "Layer 2, head 1 · induction head (0.81)"
    assert window.editor.prompt() == "She saw the sea."  # nothing had been typed
    window.selecting.pin((0, 0))
    assert window.matrix_panel.title.text() == "Layer 0, head 0"


@pytest.mark.parametrize("theme", ["light", "high-dark"])
def test_scroll_bars_and_boxes_grow_with_the_type(
    open_window: Open, theme: str
) -> None:
    window = open_window()
    window.dress.set_theme(theme)
    box, bar = QCheckBox("x", window), QScrollBar(window)
    for part in (box, bar):
        part.setGeometry(100, 100, 200, 200)
        part.show()
    metric = QStyle.PixelMetric
    for points in (0, 8, 24):
        window.dress.zoom_text(0)
        window.dress.zoom_text(points)
        high = window.fontMetrics().height()
        wide = box.style().pixelMetric(metric.PM_IndicatorWidth, None, box)
        assert 0.6 * high < wide < 1.2 * high, points
        assert 0.6 * high < bar.sizeHint().width() < 1.2 * high, points
        page = QImage(200, 200, QImage.Format.Format_RGB32)
        page.fill(window.theme.surface)
        box.setChecked(True)
        box.render(page)
        checked = bytes(page.constBits())
        box.setChecked(False)
        box.render(page)
        assert bytes(page.constBits()) != checked
    for part in (box, bar):
        part.deleteLater()


@pytest.mark.parametrize("theme", ["light", "dark", "high-dark"])
@pytest.mark.parametrize("kind", [QSpinBox, QComboBox])
def test_arrows_of_fields_grow_with_the_type(
    open_window: Open, theme: str, kind: type[QSpinBox | QComboBox]
) -> None:
    window = open_window()
    window.dress.set_theme(theme)
    field = kind(window)
    control, arrow, option = (
        (QStyle.ComplexControl.CC_SpinBox, QStyle.SubControl.SC_SpinBoxUp, QStyleOptionSpinBox())
        if isinstance(field, QSpinBox) else
        (QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxArrow,
         QStyleOptionComboBox()))
    for points in (0, 8, 24):
        window.dress.zoom_text(0)
        window.dress.zoom_text(points)
        field.resize(field.sizeHint() + QSize(60, 0))
        field.initStyleOption(option)  # type: ignore[arg-type]
        box = field.style().subControlRect(control, option, arrow, field)
        picture = field.grab(box.adjusted(3, 2, -3, -1 if kind is QSpinBox else -3)).toImage()
        drawn = [x for x in range(picture.width()) if any(
            ratio(picture.pixelColor(x, y).name(), window.theme.surface) >= 3
            for y in range(picture.height()))]
        high = window.fontMetrics().height()
        assert 0.25 * high < len(drawn) < 0.7 * high, points
    field.deleteLater()
