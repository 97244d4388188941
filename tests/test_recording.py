"""A recording is what was on screen, in its order and for as long as it stood."""

from __future__ import annotations

import io
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.export_dialog import ExportDialog
from app.exporting import Looks
from app.recording import Recorder, Recording, write_gif
from core.errors import Cancelled
from tests.conftest import wait_until
from tests.test_exporting import Open, on_screen, start

COLOURS = ("#c00000", "#00a000", "#0000d0")


def record(application: QApplication, stand: int = 250) -> Recording:
    """Three colours, one after the other."""
    part, recorder = QWidget(), Recorder()
    part.setAutoFillBackground(True)
    part.resize(64, 48)
    for at, colour in enumerate(COLOURS):
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.Window, QColor(colour))
        part.setPalette(palette)
        if at == 0:
            part.show()
            recorder.start(part)
        QTest.qWait(stand)
    found = recorder.stop()
    part.close()
    part.deleteLater()
    return found


def frames(data: bytes) -> list[tuple[np.ndarray, int]]:
    """Each picture, and its milliseconds."""
    found = []
    with Image.open(io.BytesIO(data)) as image:
        for at in range(image.n_frames):  # type: ignore[attr-defined]
            image.seek(at)
            found.append((np.asarray(image.convert("RGB")), image.info["duration"]))
    return found


def test_gif_holds_each_picture_once_for_as_long_as_it_stood(application: QApplication) -> None:
    recording = record(application)
    assert recording.size == (64, 48)
    assert len(recording.shots) == len(COLOURS)
    told = frames(write_gif(recording, "said of it"))
    for (picture, milliseconds), colour in zip(told, COLOURS, strict=True):
        wanted = QColor(colour)
        assert np.abs(picture.reshape(-1, 3).astype(int) - (
            wanted.red(), wanted.green(), wanted.blue())).max() <= 4
        assert milliseconds >= 100
    total = sum(milliseconds for _, milliseconds in told)
    assert total / 1000 == pytest.approx(recording.seconds, abs=0.02)


def repaint(part: QWidget, colour: str) -> None:
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Window, QColor(colour))
    part.setPalette(palette)


def test_no_look_waits_for_what_is_compressed_and_of_too_much_the_time_is_kept(
    application: QApplication,
) -> None:
    part, recorder, gate = QWidget(), Recorder(), threading.Event()
    part.setAutoFillBackground(True)
    part.resize(64, 48)
    part.show()
    recorder._errands.do(gate.wait)  # as if a picture took long
    recorder.start(part)
    for at in range(12):
        repaint(part, COLOURS[at % 3])
        QTest.qWait(130)
    recording = recorder.stop()
    assert not any(shot.data.done() for shot in recording.shots)
    assert 3 <= len(recording.shots) <= 6
    assert recording.seconds == pytest.approx(12 * 0.13, abs=0.5)
    gate.set()
    told = frames(write_gif(recording, ""))
    assert len(told) == len(recording.shots)
    last = QColor(COLOURS[2])
    assert np.abs(told[-1][0][0, 0].astype(int) - (
        last.red(), last.green(), last.blue())).max() <= 4
    part.close()
    part.deleteLater()


def test_gif_says_what_it_is_and_begins_anew(application: QApplication) -> None:
    with Image.open(io.BytesIO(write_gif(record(application, 120), "好: said"))) as image:
        assert image.info["comment"].decode("utf-8") == "好: said"
        assert image.info["loop"] == 0


def test_gif_can_be_given_up(application: QApplication) -> None:
    recording = record(application, 120)

    def tell(done: int, total: int) -> None:
        assert total == len(recording.shots)
        if done == 1:
            raise Cancelled

    with pytest.raises(Cancelled):
        write_gif(recording, "", tell)


def test_the_title_names_the_session_again_once_the_recording_ended(
    open_window: Open, tmp_path: Path
) -> None:
    window = start(open_window)
    window.sessions.save_to(tmp_path / "mine.headlight")
    title = window.windowTitle()
    assert "mine.headlight" in title
    exporting = window.actions_.exporting
    exporting.toggle_recording()
    assert "mine.headlight" not in window.windowTitle()
    exporting.toggle_recording()
    assert window.windowTitle() == title


def test_typing_is_recorded_and_exported(open_window: Open, tmp_path: Path) -> None:
    window = start(open_window)
    exporting = window.actions_.exporting
    first = on_screen(window)
    exporting.toggle_recording()
    assert "Recording" in window.windowTitle()
    for word in (" a", " cat"):
        window.editor.insertPlainText(word)
        wait_until(lambda: window.complete)
        QTest.qWait(250)
    last = on_screen(window)
    exporting.toggle_recording()
    assert window.windowTitle() == "Headlight"
    (asked,) = window.findChildren(ExportDialog)
    assert asked.ending == ".gif"
    path = tmp_path / "a.gif"
    asked.path.setText(str(path))
    asked.under.setChecked(False)
    asked.go.click()
    wait_until(path.exists)
    told = frames(path.read_bytes())
    assert len(told) >= 3
    for picture, real in ((told[0][0], first), (told[-1][0], last)):
        gap = np.abs(picture.astype(int) - real[..., ::-1])
        assert gap.mean() < 3, gap.mean()
    assert not np.array_equal(told[0][0], told[-1][0])


def test_a_panel_is_recorded_without_its_question_mark(open_window: Open) -> None:
    window = start(open_window)
    recorder = Recorder(window)
    recorder.start(window.sheet_panel)
    (told, *_), seen = frames(write_gif(recorder.stop(), "")), on_screen(window.sheet_panel)
    question = window.sheet_panel.question
    corner = question.mapTo(window.sheet_panel, question.rect().topLeft())
    rows = slice(corner.y(), corner.y() + question.height())
    columns = slice(corner.x(), corner.x() + question.width())
    assert question.isVisible()
    assert np.abs(told[0][rows, columns].astype(int) - seen[rows, columns, ::-1]).max() <= 8


def test_caption_stands_under_every_picture(open_window: Open, tmp_path: Path) -> None:
    window = start(open_window)
    exporting = window.actions_.exporting
    exporting.toggle_recording()
    window.editor.insertPlainText(" a cat")
    wait_until(lambda: window.complete)
    QTest.qWait(250)
    exporting.toggle_recording()
    (asked,) = window.findChildren(ExportDialog)
    assert asked.under.isVisibleTo(asked)
    path = tmp_path / "a.gif"
    asked.path.setText(str(path))
    asked.under.setChecked(True)
    asked.go.click()
    wait_until(path.exists)
    told = [picture for picture, _ in frames(path.read_bytes())]
    assert len(told) >= 2
    height = exporting.recording.size[1]  # type: ignore[union-attr]
    words = [picture[height:] for picture in told]
    assert words[0].shape[0] > window.fontMetrics().height()
    inked = (words[0] != words[0][0, 0]).any(-1)
    assert inked.mean() > 0.01  # there are letters
    assert not inked[:5].any()  # and room around them
    assert all(np.array_equal(each, words[0]) for each in words)
    drawn = exporting.image("window", Looks(pixels=1.0))
    drawn = drawn.convertToFormat(QImage.Format.Format_RGBX8888)
    real = np.frombuffer(drawn.constBits(), np.uint8).reshape(drawn.height(), drawn.width(), 4)
    theirs = real[window.height():, :, :3]
    assert theirs.shape == words[0].shape
    assert np.abs(theirs.astype(int) - words[0]).mean() < 3  # as under a picture


def test_a_recording_without_a_text_has_no_caption(open_window: Open) -> None:
    window = open_window("")
    recording = Recording((64, 48), ())
    assert window.actions_.exporting.captioned(recording) is recording


def test_recording_ends_by_itself_when_it_is_full(
    application: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.recording._MOST", 2)
    part, recorder, ended = QWidget(), Recorder(), []
    recorder.filled.connect(lambda: ended.append(True))
    part.setAutoFillBackground(True)
    part.resize(32, 32)
    part.show()
    recorder.start(part)
    part.setStyleSheet("background: red")
    wait_until(lambda: ended)
    assert not recorder.running
    assert len(recorder.stop().shots) == 2
    part.close()
    part.deleteLater()


def test_window_may_be_closed_while_it_is_recorded(open_window: Open) -> None:
    window = start(open_window)
    window.actions_.exporting.toggle_recording()
    QTest.qWait(150)
    assert window.actions_.exporting.recorder.running
    window.close()  # what is left behind is looked for after each test


def test_dialog_that_is_closed_while_it_writes_leaves_no_file(
    open_window: Open, tmp_path: Path
) -> None:
    window = start(open_window)
    exporting = window.actions_.exporting
    exporting.toggle_recording()
    for word in (" a", " cat", " sat"):
        window.editor.insertPlainText(word)
        wait_until(lambda: window.complete)
        QTest.qWait(150)
    exporting.toggle_recording()
    (asked,) = window.findChildren(ExportDialog)
    asked.path.setText(str(tmp_path / "a.gif"))
    before = set(threading.enumerate())
    asked.go.click()
    (work,) = set(threading.enumerate()) - before
    asked.reject()
    work.join(20)
    assert not work.is_alive()
    assert list(tmp_path.glob("a.gif*")) == []
