"""What the model says of a text as a whole: shares, each as words, a bar from 0 to 1, a number."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.paint.stroke import unit
from app.paint.words import isolated
from app.theme import LIGHT, Theme

_GAP, _BETWEEN = 8, 24
_WORDS = 160  # pixels that a label's words have at most


def percent(share: float | None) -> str:
    """As it is drawn; a dash where nothing has been judged."""
    return "–" if share is None else f"{share * 100:.1f} %"


def _bar(font: QFont) -> int:
    """Pixels of a whole bar beside this type."""
    return round(90 * unit(font))


class Verdict(QWidget):
    """How likely the second sentence follows; words alone while there is nothing to judge."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme = LIGHT
        self.probability: float | None = None
        self.retranslate()

    def sizeHint(self) -> QSize:
        """The bar and the number are never left out; words take what a title leaves of the row."""
        measure = self.fontMetrics()
        return QSize(_bar(self.font()) + _number_width(measure) + 2 * _GAP,
                     measure.height() + 4)

    minimumSizeHint = sizeHint

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self._words = self.tr("follows the first")
        self.setToolTip(self.tr(
            "The probability of the next-sentence head that sentence 2 follows sentence 1."))
        self.setAccessibleName(self.tr("Next-sentence verdict"))
        self.updateGeometry()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        self._theme = theme
        self.update()

    def show_probability(self, probability: float | None) -> None:
        """Draw this probability; None where nothing has been judged."""
        self.probability = probability
        self.setAccessibleDescription("" if probability is None else f"{probability:.1%}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Words, bar, number."""
        painter = QPainter(self)
        measure = painter.fontMetrics()
        room = max(self.width() - 2 * _GAP - _bar(self.font()) - _number_width(measure), 0)
        place = _GAP, room, self.height()
        words = self._words if room > measure.averageCharWidth() * 4 else ""  # no ellipsis alone
        _draw_share(painter, self._theme, place, words, self.probability,
                    Qt.AlignmentFlag.AlignRight)
        painter.end()


class Labels(QWidget):
    """How likely each label of a classifier is; the likeliest alone where not all have room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._theme = LIGHT
        self.labels: tuple[str, ...] = ()
        self.shares: tuple[float, ...] = ()
        self.retranslate()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(sum(width for _, width in self._columns(self.labels)),
                     self.fontMetrics().height() + 6)

    def minimumSizeHint(self) -> QSize:
        """The likeliest is never left out."""
        measure = self.fontMetrics()
        return QSize(_bar(self.font()) + _number_width(measure) + 60, measure.height() + 6)

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self.setAccessibleName(self.tr("Classifier's verdict"))
        self._describe()

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        self._theme = theme
        self.update()

    def show_shares(self, labels: Sequence[str], shares: Sequence[float]) -> None:
        """Draw a share a label; no shares where nothing has been judged."""
        changed = tuple(labels) != self.labels
        self.labels, self.shares = tuple(labels), tuple(shares)
        self._describe()
        if changed:
            self.updateGeometry()

    def ranked(self) -> list[tuple[str, float | None]]:
        """Labels with their shares, the likeliest first."""
        shares = self.shares or (None,) * len(self.labels)
        return sorted(zip(self.labels, shares, strict=True), key=lambda one: -(one[1] or 0))

    def shown(self) -> list[tuple[str, float | None]]:
        """What there is room for, left to right: all in the model's order, or the likeliest."""
        ranked = self.ranked()
        if sum(width for _, width in self._columns(self.labels)) <= self.width() + _BETWEEN:
            shares = self.shares or (None,) * len(self.labels)
            return list(zip(self.labels, shares, strict=True))
        room = self.width() - self._others(len(ranked))
        for count, (_, width) in enumerate(self._columns([label for label, _ in ranked])):
            room -= width
            if room < 0:
                return ranked[: max(count, 1)]
        return ranked

    def paintEvent(self, event: QPaintEvent) -> None:
        """A share after the other; the likeliest in bold."""
        painter = QPainter(self)
        shown, best = self.shown(), max(self.shares, default=0.0)
        left = 0
        columns = self._columns([label for label, _ in shown])
        for (_, share), (words, width) in zip(shown, columns, strict=True):
            font = QFont(self.font())
            font.setBold(bool(self.shares) and share == best)
            painter.setFont(font)
            room = width - _BETWEEN - 2 * _GAP - _bar(self.font()) - _number_width(self._bold())
            if len(shown) == 1:
                fixed = _GAP + _bar(self.font()) + _number_width(self._bold())
                room = min(room, self.width() - fixed)
            _draw_share(painter, self._theme, (left, room, self.height()), words, share)
            left += width
        if len(shown) < len(self.labels):
            painter.setFont(self.font())
            painter.setPen(QColor(self._theme.muted))
            painter.drawText(QRectF(left, 0, self.width() - left, self.height()),
                             Qt.AlignmentFlag.AlignVCenter,
                             self._others_words(len(self.labels) - len(shown)))
        painter.end()

    def _columns(self, labels: Sequence[str]) -> list[tuple[str, int]]:
        """The words of each label and the pixels of its column."""
        measure = self._bold()
        cut = [measure.elidedText(label, Qt.TextElideMode.ElideRight, _WORDS) for label in labels]
        return [
            (isolated(words), measure.horizontalAdvance(words) + 2 + 2 * _GAP + _bar(self.font())
             + _number_width(measure) + _BETWEEN) for words in cut
        ]

    def _bold(self) -> QFontMetrics:
        font = QFont(self.font())
        font.setBold(True)
        return QFontMetrics(font)

    def _others(self, count: int) -> int:
        return self.fontMetrics().horizontalAdvance(self._others_words(count))

    def _others_words(self, count: int) -> str:
        return self.tr("and {count} others").format(count=count)

    def _describe(self) -> None:
        lines = [f"{isolated(label)}: {percent(share)}" for label, share in self.ranked()]
        said = ", ".join(lines) if self.shares else ""
        self.setAccessibleDescription(said)
        heading = self.tr("What the classifier holds the text for; the shares add up to 1.")
        self.setToolTip("\n".join([heading, *lines[:20]]))
        self.update()


def _number_width(measure: QFontMetrics) -> int:
    return measure.horizontalAdvance("100.0 %") + _GAP


def _draw_share(
    painter: QPainter, theme: Theme, place: tuple[int, int, int], words: str, share: float | None,
    side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """Words, a bar, a number, at ``place``: the left end, the pixels of the words, the height."""
    left, room, height = place
    measure = painter.fontMetrics()
    centre = Qt.AlignmentFlag.AlignVCenter
    each = unit(painter.font())
    bar = QRectF(left + room + _GAP, height / 2 - 5 * each, _bar(painter.font()), 10 * each)
    painter.setPen(QColor(theme.text if painter.font().bold() else theme.muted))
    cut = measure.elidedText(words, Qt.TextElideMode.ElideRight, room)
    painter.drawText(QRectF(left, 0, room, height), centre | side, cut)
    painter.setPen(QColor(theme.muted))
    painter.drawRect(bar)
    if share is not None:
        filled = bar.adjusted(1, 1, 0, 0)
        filled.setWidth(filled.width() * share)
        painter.fillRect(filled, QColor(theme.accent))
    painter.setPen(QColor(theme.text))
    number = QRectF(bar.right(), 0, _number_width(measure), height)
    painter.drawText(number, centre | Qt.AlignmentFlag.AlignRight, percent(share))
