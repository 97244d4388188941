"""Markdown with formulas as a document of Qt's: text is text, formulas are curves among it.

In the document a formula is one character, U+FFFC, whose format holds its LaTeX; a text object
measures and draws it. Until it is typeset it stands in plain characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPointF, QRect, QRectF, QRegularExpression, QSizeF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFontInfo,
    QFontMetricsF,
    QPainter,
    QPyTextObject,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)

from app.lectures.markup import Piece, picture_path, pieces
from app.paint.formula import Formula, draw_formula, in_characters, is_typeset, typeset
from app.theme import LIGHT, Theme

FORMULA = int(QTextFormat.ObjectTypes.UserObject) + 1
_LATEX = int(QTextFormat.Property.UserProperty) + 1
_ALONE = int(QTextFormat.Property.UserProperty) + 2
_BEHIND = int(QTextFormat.Property.UserProperty) + 3
_MARK = "\N{OBJECT REPLACEMENT CHARACTER}"
_FIRST = 0xF0000  # of private characters: each stands for a formula while Qt reads the Markdown
_MOST = 500  # formulas of a document; others stand as they are written
_CLINGS = frozenset(",.;:!?)]}%’”»-–，。、；：！？）】」』》…")
"""What begins no line. Qt breaks behind any object, so that a formula draws these with itself."""
_STANDS = re.compile(f"[{chr(_FIRST)}-{chr(_FIRST + _MOST)}]")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])[ \t]+")
_SIZES = {1: 2, 2: 1}  # of headings, in Qt's steps of a fifth and a half; others are bold alone
_LINE = 135  # per cent
_EM = 1.08  # of formulas to words: their type is a little lighter


@dataclass(frozen=True)
class Spot:
    """A formula in a document."""

    at: int
    """The position of its character."""
    latex: str
    alone: bool
    """On a line of its own."""
    behind: str = ""
    """Punctuation that stands right behind it."""

    @property
    def source(self) -> str:
        """As it is written among words."""
        return (f"$${self.latex}$$" if self.alone else f"${self.latex}$") + self.behind

    @property
    def spoken(self) -> str:
        """As it is read out."""
        return in_characters(self.latex) + self.behind


class FormulaObject(QPyTextObject):
    """Measures and draws the formulas of a document."""

    warning = LIGHT.warning
    """The colour of what can't be typeset."""

    def intrinsicSize(
        self, document: QTextDocument, position: int, format_: QTextFormat
    ) -> QSizeF:
        """The room that it takes in its line."""
        form = format_.toCharFormat()
        spot, em, metrics = _spot(position, form), _em(form), QFontMetricsF(form.font())
        if not is_typeset(spot.latex, not spot.alone):
            return QSizeF(metrics.horizontalAdvance(spot.spoken), metrics.ascent())
        made, behind = typeset(spot.latex, not spot.alone), metrics.horizontalAdvance(spot.behind)
        em *= _scale(document, made.width * em, behind)
        if spot.alone:
            return QSizeF(made.width * em, (made.ascent + made.descent) * em)
        least = metrics.ascent()  # a line of it alone is a line of words
        return QSizeF(made.width * em + behind, max((made.ascent + _lift(made)) * em, least))

    def drawObject(
        self, painter: QPainter, box: QRectF | QRect, document: QTextDocument, position: int,
        format_: QTextFormat,
    ) -> None:
        """Draw it in the colour of the words, selected or not."""
        form = format_.toCharFormat()
        spot, em, box = _spot(position, form), _em(form), QRectF(box)
        colour = painter.pen().color().name()
        baseline = box.bottom()
        if not is_typeset(spot.latex, not spot.alone):
            _write(painter, form, QPointF(box.left(), baseline), spot.spoken)
            return
        made = typeset(spot.latex, not spot.alone)
        behind = QFontMetricsF(form.font()).horizontalAdvance(spot.behind)
        if spot.behind:
            _write(painter, form, QPointF(box.right() - behind, baseline), spot.behind)
        colour = self.warning if made.wrong else colour
        em *= _scale(document, made.width * em, behind)
        baseline -= (made.descent if spot.alone else _lift(made)) * em
        draw_formula(painter, spot.latex, box.left(), baseline, em, colour, not spot.alone)


def _write(painter: QPainter, form: QTextCharFormat, place: QPointF, words: str) -> None:
    painter.save()
    painter.setFont(form.font())
    painter.drawText(place, words)
    painter.restore()


def _em(form: QTextCharFormat) -> float:
    """The size of its type in pixels."""
    return QFontInfo(form.font()).pixelSize() * _EM


def _lift(made: Formula) -> float:
    """Ems that a very deep formula stands above the baseline: Qt knows no depth, and below it there
    is the room between lines, which grows with their height."""
    return max(made.descent - 0.4 - 0.3 * made.ascent, 0.0)


def _scale(document: QTextDocument, width: float, behind: float) -> float:
    """At most 1: what makes it fit between the margins, with what stands behind it."""
    room = document.textWidth() - 2 * document.documentMargin() - document.indentWidth() - behind
    return min(1.0, room / width) if room > 0 and width > 0 else 1.0


# -- reading ---------------------------------------------------------------------------------------


def write_prose(
    document: QTextDocument, markdown: str, folder: Path | None, theme: Theme
) -> list[Spot]:
    """Put ``markdown`` in ``document``, whose layout must know :class:`FormulaObject`.

    Tags of HTML stand as they are written; a link that is none of the web's is plain words, and so
    is a picture that is not in ``folder``.

    Returns:
        Its formulas, in order.
    """
    cut = pieces(_STANDS.sub("\N{REPLACEMENT CHARACTER}", markdown))
    text, formulas = _without_formulas(cut)
    features = QTextDocument.MarkdownFeature
    document.setMarkdown(text, features.MarkdownDialectGitHub | features.MarkdownNoHTML)
    whole = QTextCursor(document)
    whole.beginEditBlock()  # it is laid out once
    stands = QRegularExpression(_STANDS.pattern)
    cursor = document.find(stands)
    while not cursor.isNull():  # in the order in which they stand; some may be in addresses
        piece = formulas[ord(cursor.selectedText()) - _FIRST]
        form = cursor.charFormat()
        form.setObjectType(FORMULA)
        form.setProperty(_LATEX, piece.text)
        form.setProperty(_ALONE, piece.kind == "block")
        if piece.kind != "block":
            form.setProperty(_BEHIND, _take_behind(cursor))
        cursor.insertText(_MARK, form)
        cursor = document.find(stands, cursor)
    _mend(document, folder, theme)
    _draw_tables(document, theme)
    _size_headings(document)
    dress_prose(document)
    whole.endEditBlock()
    return [
        _spot(at, form)
        for start, end, form in fragments(document) if form.objectType() == FORMULA
        for at in range(start, end)
    ]


def _take_behind(cursor: QTextCursor) -> str:
    """Select also what clings to the selected character, where it belongs to no other link."""
    link, document = cursor.charFormat().anchorHref(), cursor.document()
    start = end = cursor.selectionEnd()
    ahead = QTextCursor(document)
    while document.characterAt(end) in _CLINGS:
        ahead.setPosition(end + 1)
        if ahead.charFormat().anchorHref() != link:
            break
        end += 1
    taken = "".join(document.characterAt(at) for at in range(start, end))
    cursor.setPosition(cursor.selectionStart())
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    return taken


def _spot(at: int, form: QTextFormat) -> Spot:
    return Spot(at, str(form.property(_LATEX)), form.boolProperty(_ALONE),
                str(form.property(_BEHIND) or ""))


def _alternative(form: QTextCharFormat) -> str:
    """What is said of a picture."""
    return str(form.property(QTextFormat.Property.ImageAltText) or "")


def _without_formulas(cut: list[Piece]) -> tuple[str, list[Piece]]:
    """Markdown in which a private character stands for each formula, and the formulas; a block is
    a paragraph of its own."""
    text, formulas, alone = "", list[Piece](), False
    for piece in cut:
        if piece.kind in ("words", "code"):
            text += piece.text.lstrip(" \t") if alone else piece.text
            alone = False
            continue
        alone = piece.kind == "block"
        stands = chr(_FIRST + len(formulas))
        formulas.append(piece)
        if len(formulas) > _MOST:
            text += piece.text
        elif alone:
            before = text[text.rfind("\n") + 1:]
            item = _ITEM.fullmatch(before)
            inset = " " * len(before) if item else before[:len(before) - len(before.lstrip())]
            text += f"{stands}\n\n{inset}" if item else f"\n\n{inset}{stands}\n\n{inset}"
        else:
            text += stands
    return text, formulas


def fragments(document: QTextDocument) -> Iterator[tuple[int, int, QTextCharFormat]]:
    """Start, end and format of every stretch of one format."""
    for block in blocks(document):
        part = block.begin()
        while not part.atEnd():
            fragment = part.fragment()
            yield (fragment.position(), fragment.position() + fragment.length(),
                   fragment.charFormat())
            part += 1


def _mend(document: QTextDocument, folder: Path | None, theme: Theme) -> None:
    """Colour links; make plain words of what leads elsewhere."""
    cursor = QTextCursor(document)
    for start, end, form in reversed(list(fragments(document))):
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        if form.isImageFormat():
            image = form.toImageFormat()
            if folder is None or picture_path(image.name(), folder) is None:
                cursor.insertText(_alternative(form), QTextCharFormat())
            else:
                image.setMaximumWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
                cursor.setCharFormat(image)
        elif form.isAnchor():
            if form.anchorHref().lower().startswith(("http://", "https://")):
                form.setForeground(QBrush(QColor(theme.accent)))
                form.setToolTip(form.anchorHref())
            else:
                form.setAnchor(False)
                form.setAnchorHref("")
                form.setFontUnderline(False)
                form.clearForeground()
            cursor.setCharFormat(form)


def _draw_tables(document: QTextDocument, theme: Theme) -> None:
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            form = frame.format().toTableFormat()
            form.setBorderCollapse(True)
            form.setBorder(1)
            form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
            form.setBorderBrush(QBrush(QColor(theme.line)))
            form.setCellPadding(4)
            frame.setFormat(form)


def _size_headings(document: QTextDocument) -> None:
    """Qt's own are twice as large as the words: here they have little room."""
    for block in blocks(document):
        level = block.blockFormat().headingLevel()
        if level:
            form = QTextCharFormat()
            form.setProperty(QTextFormat.Property.FontSizeAdjustment, _SIZES.get(level, 0))
            cursor = QTextCursor(block)
            cursor.movePosition(
                QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(form)


def dress_prose(document: QTextDocument) -> None:
    """Space lines, paragraphs and lists by the size of the type."""
    em = QFontInfo(document.defaultFont()).pixelSize()
    document.setIndentWidth(1.6 * em)
    whole = QTextCursor(document)
    whole.beginEditBlock()
    for block in blocks(document):
        form = block.blockFormat()
        listed, heading = block.textList() is not None, form.headingLevel() > 0
        space = em * (0.25 if listed else 0.45)
        first = block.position() == 0
        form.setTopMargin(0 if first else 2 * space if heading else space)
        form.setBottomMargin(space)
        tight = form.hasProperty(QTextFormat.Property.BlockCodeFence)
        if block.text() == _MARK and block.begin().fragment().charFormat().boolProperty(_ALONE):
            form.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            tight = True
        form.setLineHeight(
            100 if tight else _LINE, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        QTextCursor(block).setBlockFormat(form)
    whole.endEditBlock()


def told_prose(
    document: QTextDocument, start: int, end: int, spoken: bool = False
) -> str:
    """The words from ``start`` to ``end``; formulas as they are written, or as they are spoken."""
    told = ""
    cursor = QTextCursor(document)
    for at in range(start, end):
        sign = document.characterAt(at)
        if sign == _MARK:
            cursor.setPosition(at + 1)
            form = cursor.charFormat()
            if form.objectType() == FORMULA:
                spot = _spot(at, form)
                told += spot.spoken if spoken else spot.source
            else:
                told += _alternative(form)
        else:
            told += "\n" if sign in "\u2028\u2029\ufdd0\ufdd1" else sign
    return told


def blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    """Every paragraph, those in tables too."""
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()
