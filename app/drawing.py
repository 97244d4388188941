"""A widget as a picture in a file: PNG, SVG or PDF, with words that say what it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRect, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QFontInfo,
    QFontMetrics,
    QImage,
    QPageSize,
    QPaintDevice,
    QPainter,
    QPdfWriter,
)
from PySide6.QtWidgets import QApplication, QGraphicsView, QWidget

from core.errors import Refusal, translate

_DPI = 96  # dots an inch of a screen; the sizes of type follow from it
_MARGIN = 10
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
_UNSAID = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
"""What may be typed, and has no place in XML."""
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{caption}</rdf:li></rdf:Alt></dc:description>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


_alone: list[QWidget] = []


@contextmanager
def alone(part: QWidget) -> Iterator[None]:
    """Of a panel that is drawn by itself what is there to be clicked is left out, as long as this
    lasts; a whole window keeps it."""
    _alone.append(part)
    try:
        yield
    finally:
        _alone.pop()


def is_alone() -> bool:
    """Whether what is painted now is a panel by itself, for a file."""
    return bool(_alone) and not _alone[-1].isWindow()


@dataclass(frozen=True)
class Legend:
    """What a picture says of itself."""

    title: str = "Headlight"
    caption: str = ""
    """Goes into the file."""
    below: str = ""
    """Stands under the picture; nothing if empty."""


def draw(part: QWidget, ending: str, pixels: float, legend: Legend | None = None) -> bytes:
    """The file, drawn in memory: a disk that fills up is then met in one place.

    Args:
        part: what is drawn, as it would be on screen.
        ending: ``.png``, ``.svg`` or ``.pdf``.
        pixels: of an image, to each unit of the screen.
        legend: what is said of it.

    Raises:
        Refusal: if there is not enough memory.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    sheet = _Sheet(part, legend or Legend())
    if ending == ".png":
        done = draw_image(part, pixels, legend).save(buffer, "PNG")  # type: ignore[call-overload]
    else:
        done = {".svg": _draw_svg, ".pdf": _draw_pdf}[ending](sheet, buffer)
    if not done:
        raise _no_room()
    data = bytes(buffer.data().data())
    return _UNSAID.sub(b"?", _name_fonts(data)) if ending == ".svg" else data


def draw_image(part: QWidget, pixels: float, legend: Legend | None = None) -> QImage:
    """The picture alone, its words among its texts.

    Raises:
        Refusal: if there is not enough memory.
    """
    sheet = _Sheet(part, legend or Legend())
    image = QImage(sheet.size * pixels, QImage.Format.Format_RGB32)
    if image.isNull():
        raise _no_room()
    image.setDevicePixelRatio(pixels)
    with alone(part):
        part.render(image)
    if sheet.legend.below:
        painter = QPainter(image)
        sheet.write(painter)
        painter.end()
    if sheet.legend.caption:
        image.setText("Title", sheet.legend.title)
        image.setText("Description", sheet.legend.caption)
        image.setText("Software", "Headlight")
    return image


def draw_caption(part: QWidget, width: int, words: str) -> QImage:
    """The words that stand under a picture, alone.

    Args:
        part: whose type and colours they have.
        width: in pixels.
        words: the caption.
    """
    height = _height_below(part, width, words)
    image = QImage(width, height, QImage.Format.Format_RGBX8888)
    painter = QPainter(image)
    _write_below(painter, part, image.rect(), words)
    painter.end()
    return image


def _height_below(part: QWidget, width: int, words: str) -> int:
    room = QRect(0, 0, width - 2 * _MARGIN, 1 << 20)
    height = QFontMetrics(part.font()).boundingRect(room, int(_WRAP), words).height()
    return height + 2 * _MARGIN


def _write_below(painter: QPainter, part: QWidget, room: QRect, words: str) -> None:
    colours = part.palette()
    painter.fillRect(room, colours.window())
    painter.setFont(part.font())
    painter.setPen(colours.windowText().color())
    painter.drawText(room.adjusted(_MARGIN, _MARGIN, -_MARGIN, 0), int(_WRAP), words)


class _Sheet:
    """The widget above, the caption below."""

    def __init__(self, part: QWidget, legend: Legend) -> None:
        self.part, self.legend = part, legend
        self.size = part.size()
        if legend.below:
            more = _height_below(part, self.size.width(), legend.below)
            self.size = QSize(self.size.width(), self.size.height() + more)

    def write(self, painter: QPainter) -> None:
        """The caption, in the colours of the widget."""
        below = QRect(QPoint(0, self.part.height()), self.size).intersected(
            QRect(QPoint(0, 0), self.size))
        _write_below(painter, self.part, below, self.legend.below)

    def render(self, device: QPaintDevice) -> bool:
        """Draw all with real text."""
        painter = QPainter()
        if not painter.begin(device):
            return False
        lossless = QPainter.RenderHint.LosslessImageRendering  # else weights blur to JPEG
        painter.setRenderHint(lossless)
        for view in self.part.findChildren(QGraphicsView):  # it paints with hints of its own
            view.setRenderHint(lossless)
            view.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)
        with alone(self.part):
            self.part.render(painter, QPoint(0, 0))
        if self.legend.below:
            self.write(painter)
        return painter.end()


def _no_room() -> Refusal:
    return Refusal(translate(
        "core", "There is not enough memory for this picture; make it smaller."))


def _draw_svg(sheet: _Sheet, buffer: QBuffer) -> bool:
    from PySide6.QtSvg import QSvgGenerator

    # The other version knows no clip: the menu bar would be painted over its own words.
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setOutputDevice(buffer)
    generator.setResolution(_DPI)
    generator.setSize(sheet.size)
    generator.setViewBox(QRect(QPoint(0, 0), sheet.size))
    generator.setTitle(sheet.legend.title)
    if sheet.legend.caption:
        generator.setDescription(sheet.legend.caption)
    return sheet.render(generator)


def _name_fonts(svg: bytes) -> bytes:
    """Other programs do not know the name by which Qt calls the system's font."""
    font = QApplication.font()
    family = f'{QFontInfo(font).family()}, sans-serif"'
    return svg.replace(f'font-family="{font.family()}"'.encode(), f'font-family="{family}'.encode())


def _draw_pdf(sheet: _Sheet, buffer: QBuffer) -> bool:
    writer = QPdfWriter(buffer)
    legend = sheet.legend
    writer.setTitle(legend.title)
    writer.setCreator("Headlight")
    writer.setResolution(_DPI)
    points = QSizeF(sheet.size) * 72 / _DPI
    exact = QPageSize.SizeMatchPolicy.ExactMatch
    writer.setPageSize(QPageSize(points, QPageSize.Unit.Point, "", exact))
    writer.setPageMargins(writer.pageLayout().minimumMargins())
    if legend.caption:  # Qt's writer knows no subject
        writer.setDocumentXmpMetadata(QByteArray(_XMP.format(
            title=escape(legend.title), caption=escape(legend.caption)).encode()))
    return sheet.render(writer)
