"""The head sheet as a widget: its pixels, its pointer, its keys."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.paint.colour import colour_table
from app.panels.sheet import HeadSheet
from app.state import View
from app.theme import DARK, LIGHT, THEMES, Theme
from core.frame import Frame, Prompt
from core.session import Session, open_session
from core.trace import Sight
from tests.test_themes import ratio


@pytest.fixture
def session(tiny_model: Path) -> Session:
    return open_session(str(tiny_model))


@pytest.fixture
def sheet(application: QApplication) -> Iterator[HeadSheet]:
    sheet = HeadSheet()
    sheet.resize(620, 560)
    sheet.set_theme(DARK)
    sheet.show()
    assert QTest.qWaitForWindowExposed(sheet)
    yield sheet
    sheet.close()
    sheet.deleteLater()
    application.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def with_heads(frame: Frame, layers: int, heads: int, tokens: int) -> Frame:
    """``frame`` with thumbnails of another shape, no two neighbours alike."""
    values = np.random.default_rng(0).integers(0, 256, (layers, heads, tokens, tokens), np.uint8)
    return replace(frame, thumbnails=values)


def pixel(image: QImage, place: QPointF) -> int:
    return image.pixel(int(place.x()), int(place.y()))


def cell_middles(sheet: HeadSheet, frame: Frame) -> Iterator[tuple[QPointF, int]]:
    """The middle of every cell of every head, and the level it has."""
    assert frame.thumbnails is not None
    layers, heads, rows, columns = frame.thumbnails.shape
    for layer in range(layers):
        for head in range(heads):
            box = sheet.square((layer, head))
            for row in range(rows):
                for column in range(columns):
                    yield QPointF(
                        box.x() + (column + 0.5) * box.width() / columns,
                        box.y() + (row + 0.5) * box.height() / rows,
                    ), int(frame.thumbnails[layer, head, row, column])


@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 4, 5), (12, 12, 7), (24, 16, 6)])
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_cell_on_screen_has_the_colour_of_its_level(
    sheet: HeadSheet, session: Session, shape: tuple[int, int, int], theme: object
) -> None:
    theme = LIGHT if theme is LIGHT else DARK
    frame = with_heads(session.look(Prompt("a"), Sight()), *shape)
    sheet.set_theme(theme)
    sheet.show_frame(frame, View())
    image = sheet.grab().toImage()
    table = colour_table(theme.weights, theme.masked)
    assert sheet.thumbnail_pixels >= shape[2]
    for place, level in cell_middles(sheet, frame):
        assert pixel(image, place) == table[level]


def test_the_sheet_shows_the_thumbnails_of_a_real_model(
    sheet: HeadSheet, session: Session
) -> None:
    frame = session.look(Prompt("The cat sat on the mat."), Sight())
    sheet.show_frame(frame, View(pinned=(1, 1)))
    image = sheet.grab().toImage()
    table = colour_table(DARK.weights, DARK.masked)
    assert all(pixel(image, place) == table[level] for place, level in cell_middles(sheet, frame))
    assert "3 layers of 4 heads" in sheet.accessibleDescription()


HIGH_DPI = """
import sys
from tests.test_sheet import *
from app.application import make_application
application = make_application()
sheet = HeadSheet()
sheet.set_theme(DARK)
sheet.resize(501, 403)
sheet.show()
frame = with_heads(open_session(sys.argv[1]).look(Prompt("a"), Sight()), 5, 7, 9)
sheet.show_frame(frame, View())
image = sheet.grab().toImage()
ratio = sheet.devicePixelRatioF()
assert ratio == float(sys.argv[2]), ratio
assert image.width() == round(501 * ratio)
assert sheet.thumbnail_pixels > 45 * ratio
table = colour_table(DARK.weights, DARK.masked)
wrong = [place for place, level in cell_middles(sheet, frame)
         if pixel(image, place * ratio) != table[level]]
assert not wrong, wrong
for layer in range(5):
    for head in range(7):
        assert sheet._head_at(sheet.square((layer, head)).center()) == (layer, head)
"""


@pytest.mark.parametrize("ratio", ["1.5", "2"])
def test_on_a_dense_screen_every_device_pixel_is_used(tiny_model: Path, ratio: str) -> None:
    from os import environ

    done = subprocess.run(
        [sys.executable, "-c", HIGH_DPI, str(tiny_model), ratio], capture_output=True, text=True,
        env={**environ, "QT_SCALE_FACTOR": ratio}, timeout=60, check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_larger_sheet_asks_for_larger_thumbnails(sheet: HeadSheet, session: Session) -> None:
    sheet.show_frame(session.look(Prompt("The cat"), Sight()), View())
    small, asked = sheet.thumbnail_pixels, []
    sheet.resized.connect(lambda: asked.append(sheet.thumbnail_pixels))
    sheet.resize(1240, 1120)
    QTest.qWait(1)
    assert asked == [sheet.thumbnail_pixels]
    assert sheet.thumbnail_pixels > 1.8 * small


def test_larger_type_leaves_less_room_for_the_squares(sheet: HeadSheet, session: Session) -> None:
    sheet.resize(400, 600)
    sheet.show_frame(session.look(Prompt("The cat"), Sight()), View())
    before = sheet.square((0, 0))
    font = sheet.font()
    font.setPointSizeF(font.pointSizeF() + 12)
    sheet.setFont(font)
    after = sheet.square((0, 0))
    assert after.top() > before.top()
    assert after.left() > before.left()
    assert after.width() < before.width()
    assert sheet.square((2, 3)).right() <= sheet.width()


def test_where_squares_would_shrink_to_a_few_pixels_words_leave_them_their_room(
    sheet: HeadSheet, session: Session
) -> None:
    font = sheet.font()
    font.setPointSizeF(font.pointSizeF() + 8)
    sheet.setFont(font)
    sheet.resize(620, 560)
    frame = with_heads(session.look(Prompt("the cat sat"), Sight()), 6, 6, 5)
    sheet.show_frame(frame, View())
    line = sheet.fontMetrics().height()
    assert sheet.square((0, 0)).top() > 2 * line  # "head", and the numbers
    sheet.resize(470, 4 * line)
    assert line < sheet.square((0, 0)).top() < 1.5 * line  # the numbers
    assert sheet.square((5, 0)).bottom() - sheet.square((0, 0)).top() > 0.6 * sheet.height()
    sheet.resize(620, 560)
    assert sheet.square((0, 0)).top() > 2 * line


def test_a_frame_without_thumbnails_leaves_the_picture(sheet: HeadSheet, session: Session) -> None:
    sheet.show_frame(session.look(Prompt("The cat"), Sight()), View())
    before = sheet.grab().toImage()
    sheet.show_frame(session.look(Prompt("The dog"), Sight(thumbnails=False)), View())
    assert sheet.grab().toImage() == before


def test_each_frame_is_reported_once_when_it_is_painted(
    sheet: HeadSheet, session: Session
) -> None:
    seen: list[Frame] = []
    sheet.painted.connect(seen.append)
    frames = [session.look(Prompt(text), Sight()) for text in ("a", "b")]
    for frame in frames:
        sheet.show_frame(frame, View())
        for _ in range(3):
            sheet.repaint()
    assert seen == frames


def test_the_pointer_names_the_head_under_it_and_leaving_names_none(
    sheet: HeadSheet, session: Session
) -> None:
    frame = session.look(Prompt("The cat"), Sight())
    sheet.show_frame(frame, View())
    seen: list[object] = []
    sheet.hovered.connect(seen.append)
    sheet.hovered.connect(lambda head: sheet.show_frame(frame, View(hovered=head)))
    for head in ((2, 3), (0, 0)):
        move(sheet, sheet.square(head).center())
    move(sheet, sheet.square((0, 0)).center() + QPointF(1, 1))
    QApplication.sendEvent(sheet, QEvent(QEvent.Type.Leave))
    assert seen == [(2, 3), (0, 0), None]


def move(sheet: HeadSheet, place: QPointF) -> None:
    none = Qt.MouseButton.NoButton
    QApplication.sendEvent(sheet, QMouseEvent(
        QEvent.Type.MouseMove, place, sheet.mapToGlobal(place), none, none,
        Qt.KeyboardModifier.NoModifier,
    ))


def test_a_click_pins_a_second_one_releases_and_one_beside_does_nothing(
    sheet: HeadSheet, session: Session
) -> None:
    frame = session.look(Prompt("The cat"), Sight())
    sheet.show_frame(frame, View())
    seen: list[object] = []
    sheet.pinned.connect(seen.append)
    sheet.pinned.connect(lambda head: sheet.show_frame(frame, View(pinned=head)))
    place = sheet.square((1, 2)).center().toPoint()
    QTest.mouseClick(sheet, Qt.MouseButton.RightButton, pos=place)
    QTest.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=place)
    assert pixel(sheet.grab().toImage(), sheet.square((1, 2)).topLeft() - QPointF(1, 1)) == (
        0xFF000000 | int(DARK.accent[1:], 16)
    )
    QTest.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))  # beside the squares
    assert seen == [(1, 2), None]


@pytest.mark.parametrize(
    ("start", "key", "end"),
    [
        ((1, 1), Qt.Key.Key_Up, (0, 1)), ((1, 1), Qt.Key.Key_Down, (2, 1)),
        ((1, 1), Qt.Key.Key_Left, (1, 0)), ((1, 1), Qt.Key.Key_Right, (1, 2)),
        ((0, 0), Qt.Key.Key_Up, (0, 0)), ((0, 0), Qt.Key.Key_Left, (0, 0)),
        ((2, 3), Qt.Key.Key_Down, (2, 3)), ((2, 3), Qt.Key.Key_Right, (2, 3)),
        ((1, 2), Qt.Key.Key_Home, (1, 0)), ((1, 2), Qt.Key.Key_End, (1, 3)),
        (None, Qt.Key.Key_Down, (0, 0)), (None, Qt.Key.Key_Right, (0, 0)),
        ((1, 2), Qt.Key.Key_Escape, None),
    ],
)
def test_keys_move_the_pin_and_stop_at_the_edges(
    sheet: HeadSheet, session: Session, start: tuple[int, int] | None, key: Qt.Key, end: object
) -> None:
    sheet.show_frame(session.look(Prompt("The cat"), Sight()), View(pinned=start))
    seen: list[object] = []
    sheet.pinned.connect(seen.append)
    QTest.keyClick(sheet, key)
    assert seen == [end]


def test_before_the_first_frame_keys_and_pointer_do_nothing(sheet: HeadSheet) -> None:
    seen: list[object] = []
    sheet.pinned.connect(seen.append)
    sheet.hovered.connect(seen.append)
    QTest.keyClick(sheet, Qt.Key.Key_Right)
    move(sheet, QPointF(100, 100))
    assert seen == []
    assert not sheet.grab().isNull()


def test_five_hundred_repaints_lose_no_reference(sheet: HeadSheet, session: Session) -> None:
    sheet.show_frame(session.look(Prompt("The cat"), Sight()), View(pinned=(0, 0)))
    sheet.repaint()
    before = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(500):
        sheet.repaint()
    after = sys.getrefcount(None), sys.getrefcount(True)
    assert all(abs(b - a) < 100 for a, b in zip(before, after, strict=True)), (before, after)


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize("level", [1, 128, 255])
def test_the_pinned_head_is_marked_on_whatever_weights(
    sheet: HeadSheet, session: Session, theme: Theme, level: int
) -> None:
    """One token looks at itself alone: then all of the sheet has one colour."""
    frame = session.look(Prompt("a"), Sight())
    assert frame.thumbnails is not None
    sheet.set_theme(theme)
    sheet.show_frame(
        replace(frame, thumbnails=np.full_like(frame.thumbnails, level)), View(pinned=(1, 1)))
    image, box = sheet.grab().toImage(), sheet.square((1, 1))
    across = [image.pixelColor(int(box.left()) + x, int(box.center().y())).name()
              for x in range(-8, 9)]
    steps = {tuple(sorted(pair)) for pair in itertools.pairwise(across)}
    assert theme.accent in across
    assert max(ratio(*pair) for pair in steps if theme.accent in pair) >= 3


class Painted(QObject):
    """The rectangles that a sheet paints."""

    def __init__(self, sheet: HeadSheet) -> None:
        super().__init__(sheet)
        self.areas: list[QRect] = []
        sheet.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.areas.append(event.rect())
        return False


def on_screen(sheet: HeadSheet) -> QImage:
    return sheet.screen().grabWindow(sheet.winId()).toImage()


def test_of_a_next_picture_the_squares_alone_are_painted_and_all_is_as_if_drawn_anew(
    sheet: HeadSheet, session: Session
) -> None:
    first = with_heads(session.look(Prompt("a"), Sight()), 3, 4, 5)
    assert first.thumbnails is not None
    levels = np.maximum(first.thumbnails, 1)
    first = replace(first, thumbnails=levels)
    other = replace(first, thumbnails=levels[::-1].copy())
    masked = replace(first, thumbnails=np.where(np.tri(5, dtype=bool), levels, np.uint8(0)))
    view = View(pinned=(1, 2))
    sheet.show_frame(first, view)
    QTest.qWait(20)
    painted = Painted(sheet)

    def is_as_if_drawn_anew() -> bool:
        return on_screen(sheet) == sheet.grab().toImage().convertToFormat(on_screen(sheet).format())

    sheet.show_frame(other, view)
    assert len(painted.areas) == 1
    assert QRectF(painted.areas[0]).contains(sheet.square((2, 3)))
    assert painted.areas[0].top() >= int(sheet.square((0, 0)).top())
    assert is_as_if_drawn_anew()
    for frame, seen in ((masked, view), (first, view), (other, View(pinned=(0, 0)))):
        painted.areas.clear()
        sheet.show_frame(frame, seen)  # a legend, no legend, another head
        assert painted.areas[0] == sheet.rect()
        assert is_as_if_drawn_anew()
