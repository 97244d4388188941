"""A widget recorded over time, and the animated GIF that is made of it."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from app.drawing import alone
from app.work import Errands

if TYPE_CHECKING:
    from PIL.Image import Image

EVERY = 100
"""Milliseconds from one look to the next: ten a second."""
_MOST = 600  # pictures that differ; a minute of something that always moves
_ROOM = 400_000_000  # pixels of all of them: Pillow holds a byte of each while it writes
_WAITING = 4  # pictures that may wait to be compressed; while more would, none is taken
_SAMPLES = 12  # pictures that the colours are chosen from


@dataclass(frozen=True)
class Shot:
    """One picture, and how long it stood."""

    data: Future[bytes]
    """Four bytes a pixel, the last unused; compressed, in a thread that may still be at it."""
    milliseconds: int


@dataclass(frozen=True)
class Recording:
    """Pictures of one size, in order; two that follow each other differ."""

    size: tuple[int, int]
    shots: tuple[Shot, ...]
    below: bytes = b""
    """Rows of pixels under each picture, as wide, four bytes each; a caption."""

    @property
    def seconds(self) -> float:
        """From its beginning to its end."""
        return sum(shot.milliseconds for shot in self.shots) / 1000


class Recorder(QObject):
    """Looks at a widget ten times a second, and keeps what is new."""

    filled = Signal()
    """It holds as much as it may, and has stopped."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._part: QWidget | None = None
        self._size = QSize()
        self._shots: list[Shot] = []
        self._last = b""
        self._errands = Errands()
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._look_again)

    @property
    def running(self) -> bool:
        """Whether it records."""
        return self._timer.isActive()

    def start(self, part: QWidget) -> None:
        """Begin anew with ``part``."""
        self._part, self._shots, self._last = part, [], b""
        self._size = part.size()
        self._clock.start()
        self._look()
        self._timer.start(EVERY)

    def stop(self) -> Recording:
        """End; what was recorded. The last picture stands as long as it has stood, and a moment."""
        self._timer.stop()
        self._look()
        self._part = None
        self._stand(EVERY)
        return Recording((self._size.width(), self._size.height()), tuple(self._shots))

    def _look_again(self) -> None:
        """Where compressing does not keep up, the picture before stands longer."""
        if len(self._errands) < _WAITING:
            self._look()

    def _look(self) -> None:
        if self._part is None:
            return
        with alone(self._part):
            image = self._part.grab().toImage()
        if image.size() != self._size:  # the window changed its size, or the screen is finer
            image = image.scaled(self._size, mode=Qt.TransformationMode.SmoothTransformation)
        image = image.convertToFormat(QImage.Format.Format_RGBX8888)
        data = bytes(image.constBits())
        self._stand(self._clock.restart())
        if data == self._last:
            return
        self._last = data
        self._shots.append(Shot(self._errands.do(partial(zlib.compress, data, 1)), 0))
        pixels = self._size.width() * self._size.height()
        if self.running and len(self._shots) >= min(_MOST, max(_ROOM // max(pixels, 1), 2)):
            self._timer.stop()
            self.filled.emit()

    def _stand(self, milliseconds: int) -> None:
        """The last picture stood for so long."""
        if self._shots:
            last = self._shots[-1]
            self._shots[-1] = replace(last, milliseconds=last.milliseconds + int(milliseconds))


def write_gif(
    recording: Recording, comment: str, tell: Callable[[int, int], None] = lambda done, total: None
) -> bytes:
    """The animation, in 256 colours that are the same in every picture; it begins anew at its end.

    Args:
        recording: of at least one picture.
        comment: goes into the file.
        tell: told how many pictures of how many are done.
    """
    from PIL.Image import Dither

    palette = _palette(recording)
    total = len(recording.shots)

    def images() -> Iterator[Image]:
        for at, shot in enumerate(recording.shots):
            tell(at, total)
            yield _open(recording, shot).quantize(palette=palette, dither=Dither.NONE)

    every = images()
    first, out = next(every), io.BytesIO()
    first.save(
        out, "GIF", save_all=True, append_images=every, loop=0, optimize=False,
        duration=_durations(recording.shots), comment=comment.encode("utf-8", "replace"))
    return out.getvalue()


def _durations(shots: Sequence[Shot]) -> list[int]:
    """GIF counts in hundredths of a second; what is cut off is given to the next."""
    found, over = [], 0
    for shot in shots:
        whole = max((shot.milliseconds + over) // 10 * 10, 20)  # below, players slow down
        over += shot.milliseconds - whole
        found.append(whole)
    return found


def _height(recording: Recording) -> int:
    width, height = recording.size
    return height + len(recording.below) // (4 * width)


def _open(recording: Recording, shot: Shot) -> Image:
    from PIL import Image

    size = recording.size[0], _height(recording)
    data = zlib.decompress(shot.data.result()) + recording.below
    return Image.frombytes("RGB", size, data, "raw", "RGBX")


def _palette(recording: Recording) -> Image:
    """256 colours of some of the pictures, chosen together."""
    from PIL import Image

    step = max(len(recording.shots) // _SAMPLES, 1)
    chosen = recording.shots[::step][:_SAMPLES]
    width, height = recording.size[0], _height(recording)
    together = Image.new("RGB", (width, height * len(chosen)))
    for at, shot in enumerate(chosen):
        together.paste(_open(recording, shot), (0, at * height))
    return together.quantize(256, dither=Image.Dither.NONE)
