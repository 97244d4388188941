"""Words with formulas: read as text, drawn as curves, in any size, colour and language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPoint, Qt, QUrl, Slot
from PySide6.QtGui import QColor, QDesktopServices, QImage, QPainter, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.drawing import draw
from app.lectures.markup import pieces
from app.lectures.reading import find_lecture, read_lecture
from app.paint.formula import draw_formula, is_typeset, typeset
from app.paint.formula_troubles import check_formulas
from app.paint.prose import blocks, fragments
from app.panels.words import WordsView, prepare
from app.theme import DARK, LIGHT, Theme
from tests.conftest import wait_until
from tests.lecture_files import told, write

SOFTMAX = r"\mathrm{softmax}\left(\frac{QK^T}{\sqrt{d_k}}\right)V"
WORDS = f"""# A title with $d_k$

Each **query** meets a *key*: $\\frac{{q \\cdot k}}{{\\sqrt{{d_k}}}}$ is a score.

$${SOFTMAX}$$

- one $x_i$
- two, for \\$5
"""
PLAIN = (
    "A title with $d_k$\nEach query meets a key: $\\frac{q \\cdot k}{\\sqrt{d_k}}$ is a score.\n"
    f"$${SOFTMAX}$$\none $x_i$\ntwo, for $5")


@pytest.fixture
def view(application: QApplication) -> Iterator[WordsView]:
    made = WordsView()
    paint(made, LIGHT)
    made.resize(500, 400)
    made.show()
    yield made
    made.close()
    made.deleteLater()


def paint(view: WordsView, theme: Theme) -> None:
    palette = view.palette()
    for role, colour in ((QPalette.ColorRole.Text, theme.text),
                         (QPalette.ColorRole.Window, theme.surface)):
        palette.setColor(role, QColor(colour))
    view.setPalette(palette)
    view.setAutoFillBackground(True)
    view.set_theme(theme)


def show(view: WordsView, words: str, folder: Path | None = None) -> None:
    view.set_words(words, folder)
    wait_until(lambda: view.is_settled)


def picture(view: WordsView, pixels: float = 1.0) -> NDArray[np.uint32]:
    """[row, column] 0xffrrggbb."""
    image = QImage(view.size() * pixels, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(pixels)
    view.render(image)
    return np.frombuffer(image.constBits(), np.uint32).reshape(
        image.height(), image.width()).copy()


def inked(pixels: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Where it is darker than half."""
    return (pixels & 0xFF) < 0x80


def copied(view: WordsView) -> str:
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    return QApplication.clipboard().text()


# -- reading ---------------------------------------------------------------------------------------


def test_it_shows_markdown_and_reads_its_formulas_out(view: WordsView) -> None:
    show(view, WORDS)
    assert [(one.latex, one.alone) for one in view.formulas] == [
        ("d_k", False), (r"\frac{q \cdot k}{\sqrt{d_k}}", False), (SOFTMAX, True), ("x_i", False)]
    assert view.spoken == view.accessibleDescription() == (
        "A title with d_k\nEach query meets a key: (q · k) / (√(d_k)) is a score.\n"
        "softmax((QK^T) / (√(d_k)))V\none x_i\ntwo, for $5")


def test_formulas_are_copied_as_they_are_written(view: WordsView) -> None:
    show(view, WORDS)
    assert copied(view) == PLAIN
    cursor = view.textCursor()
    cursor.setPosition(view.formulas[0].at)
    cursor.setPosition(view.formulas[0].at + 1, cursor.MoveMode.KeepAnchor)
    view.setTextCursor(cursor)
    view.copy()
    assert QApplication.clipboard().text() == "$d_k$"


LATEX = [r"\frac{a}{b}", "x_1", r"\sqrt{d_k}", SOFTMAX, "a | b", "a*b*c", "[x](y)", "<b>", "漢"]


@settings(max_examples=60, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(
    st.sampled_from(["words", "注意", "**bold**", "`code $x$`", "\\$5", "[a](https://b.c)", "é,"]),
    st.sampled_from(LATEX), st.booleans()), min_size=1, max_size=5))
def test_what_is_written_comes_back_when_it_is_copied(
    view: WordsView, parts: list[tuple[str, str, bool]]
) -> None:
    text = " ".join(f"{words} {'$$' if alone else '$'}{latex}{'$$' if alone else '$'}"
                    for words, latex, alone in parts)
    view.set_words(text, None)
    said = {"**bold**": "bold", "`code $x$`": "code $x$", "\\$5": "$5", "[a](https://b.c)": "a"}
    back = copied(view)
    assert [(one.latex, one.alone) for one in view.formulas] == [
        (latex, alone) for _, latex, alone in parts]
    assert back.split() == " ".join(
        f"{said.get(words, words)} {'$$' if alone else '$'}{latex}{'$$' if alone else '$'}"
        for words, latex, alone in parts).split()


@settings(max_examples=100, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("$$\\`\n*#[]()!|<>")),
               max_size=80))
def test_any_text_is_shown(view: WordsView, text: str) -> None:
    view.set_words(text, None)
    view.grab()
    written = [piece for piece in pieces(text) if piece.kind in ("inline", "block")]
    assert len(view.formulas) <= len(written)
    assert isinstance(view.spoken, str)


def test_a_formula_in_an_address_takes_no_others_place(view: WordsView) -> None:
    show(view, "[a](https://b.c/$x$) $y$ \U000f0001 $z$")
    assert [one.latex for one in view.formulas] == ["y", "z"]
    assert view.spoken == "a y \N{REPLACEMENT CHARACTER} z"


def test_those_after_many_formulas_stand_as_they_are_written(view: WordsView) -> None:
    view.set_words("$x$ " * 600, None)
    assert len(view.formulas) == 500
    assert view.spoken.split() == ["x"] * 600


def test_tags_stand_as_they_are_written_and_no_address_but_the_webs_is_a_link(
    view: WordsView
) -> None:
    show(view, "<b>raw</b> <img src='file:///etc/passwd'> [f](file:///etc/passwd) [j](javascript:x)"
               " [w](https://example.org)")
    assert view.spoken == "<b>raw</b> <img src='file:///etc/passwd'> f j w"
    links = [form for _, _, form in fragments(view.document()) if form.isAnchor()]
    assert [form.foreground().color().name() for form in links] == [LIGHT.accent]
    html = view.toHtml()
    assert html.count("href=") == 1
    assert 'href="https://example.org"' in html


# -- drawing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("pixels", [1.0, 1.5, 3.0])
@pytest.mark.parametrize("points", [9.0, 14.0, 31.5])
def test_a_formula_stands_on_the_line_of_its_words(
    view: WordsView, points: float, pixels: float
) -> None:
    view.set_points(points)
    bottoms = []
    for words in ("N xzx", "N $xzx$", "$xzx$", "N $\\frac{xzx}{xzx}$"):
        show(view, words)
        rows = np.flatnonzero(inked(picture(view, pixels)).any(axis=1))
        bottoms.append(int(rows[-1]))
    assert abs(bottoms[0] - bottoms[1]) <= max(1, pixels)
    assert abs(bottoms[0] - bottoms[2]) <= max(1, pixels)
    assert bottoms[3] > bottoms[0] + 2 * pixels  # half of it is below


@pytest.mark.parametrize("words", [
    "one $x_i$, two $y_j$; then ($z$). **Bold $w$**, last $v$?!",
    "第一$x_i$，第二 $y_j$；然后（$z$）。**粗 $w$**，最后$v$？！",
])
def test_what_stands_right_behind_a_formula_begins_no_line(view: WordsView, words: str) -> None:
    show(view, words)
    assert copied(view) == words.replace("**", "")
    assert len(view.formulas) == 5
    lines = set()
    for width in range(60, 480, 5):
        view.resize(width, 600)
        for block in blocks(view.document()):
            layout = block.layout()
            starts = [layout.lineAt(at).textStart() for at in range(layout.lineCount())]
            lines.add(len(starts))
            assert not {block.text()[start] for start in starts} & set(",;).?!，；）。？！"), width
    assert len(lines) > 3


def test_an_axis_of_fractions_is_that_of_the_words(view: WordsView) -> None:
    view.set_points(24)
    show(view, "$a$ −")
    minus = np.flatnonzero(inked(picture(view))[:, 40:].any(axis=1))
    show(view, "$\\frac{\\;\\;}{\\;\\;}$")
    bar = np.flatnonzero(inked(picture(view)).any(axis=1))
    assert abs(minus.mean() - bar.mean()) < 5


@pytest.mark.parametrize("pixels", [1.0, 2.5])
def test_a_formula_is_as_sharp_as_the_screen(view: WordsView, pixels: float) -> None:
    view.set_points(20)
    show(view, f"$${SOFTMAX}$$")
    found = inked(picture(view, pixels))
    top, left = (int(np.flatnonzero(found.any(axis=axis))[0]) for axis in (1, 0))
    em = view.fontInfo().pixelSize() * 1.08
    image = QImage(800, 400, QImage.Format.Format_RGB32)
    image.fill(QColor(LIGHT.surface))
    painter = QPainter(image)
    made = typeset(SOFTMAX)
    draw_formula(painter, SOFTMAX, 40, 40 + made.ascent * em * pixels, em * pixels, LIGHT.text)
    painter.end()
    due = inked(np.frombuffer(image.constBits(), np.uint32).reshape(400, 800))
    height, width = (int(np.ptp(np.flatnonzero(due.any(axis=axis)))) + 1 for axis in (1, 0))
    assert abs(int(np.ptp(np.flatnonzero(found.any(axis=1)))) + 1 - height) <= 1
    assert abs(int(np.ptp(np.flatnonzero(found.any(axis=0)))) + 1 - width) <= 1
    first, second = (
        part[y:y + height, x:x + width] for part, y, x in (
            (found, top, left), (due, int(np.flatnonzero(due.any(axis=1))[0]),
                                 int(np.flatnonzero(due.any(axis=0))[0]))))
    assert (first == second).mean() > 0.93  # it may stand between two pixels


@pytest.mark.parametrize("latex", [
    "x", r"\sqrt{d_k}", r"\frac{a}{b}", r"\frac{QK^T}{\sqrt{d_k}}", r"\sum_{t=1}^n p_t",
    r"\begin{pmatrix}1&0\\0&1\\2&2\end{pmatrix}", r"\frac{a}{\frac{b}{\frac{c}{d}}}",
    r"\begin{pmatrix}1\\2\\3\\4\\5\\6\end{pmatrix}", r"\lim_{n\to\infty} a_n",
])
@pytest.mark.parametrize("points", [10.0, 24.0])
def test_a_formula_does_not_touch_the_next_line(
    view: WordsView, latex: str, points: float
) -> None:
    view.set_points(points)
    show(view, f"N ${latex}$  \n\N{NO-BREAK SPACE}")
    alone = inked(picture(view))
    show(view, f"N ${latex}$  \n████")
    both = inked(picture(view))
    assert (both[alone]).all()
    below = np.flatnonzero((both & ~alone).any(axis=1))
    assert np.flatnonzero(alone.any(axis=1))[-1] < below[0]


def test_a_wide_formula_is_made_to_fit(view: WordsView) -> None:
    long = " + ".join(f"x_{{{at}}}" for at in range(16))
    for words in (f"$${long}$$", f"a ${long}$", f"- $${long}$$"):
        show(view, words)
        columns = np.flatnonzero(inked(picture(view)).any(axis=0))
        assert columns[-1] < view.viewport().width()
        assert columns[-1] > view.viewport().width() * 0.8
        assert view.horizontalScrollBar().maximum() == 0


def test_a_block_stands_in_the_middle(view: WordsView) -> None:
    show(view, "$$x = y$$")
    columns = np.flatnonzero(inked(picture(view)).any(axis=0))
    assert (columns[0] + columns[-1]) / 2 == pytest.approx(view.viewport().width() / 2, abs=3)


def test_a_table_has_lines_on_all_sides(view: WordsView) -> None:
    show(view, "| a | b |\n|---|---|\n| $q_{77}$ | 2 |\n")
    lines = (picture(view) & 0xFFFFFF) == int(LIGHT.line[1:], 16)
    rows, columns = lines.sum(axis=1), lines.sum(axis=0)
    assert (rows > 0.9 * rows.max()).sum() == 3
    assert (columns > 0.9 * columns.max()).sum() == 3


def test_it_follows_the_theme_and_the_size_of_the_type(view: WordsView) -> None:
    view.set_points(40)
    show(view, "$$x$$ [link](https://example.org)")
    for theme in (DARK, LIGHT):
        paint(view, theme)
        wait_until(lambda: view.is_settled)
        pixels = picture(view) & 0xFFFFFF
        assert (pixels == int(theme.text[1:], 16)).sum() > 10
        assert (pixels == int(theme.accent[1:], 16)).sum() > 10
        assert (pixels == int(theme.surface[1:], 16)).mean() > 0.5
    view.set_points(10)
    small = view.document().size().height()
    view.set_points(30)
    assert view.document().size().height() == pytest.approx(3 * small, rel=0.2)


def test_nothing_waits_for_a_formula_to_be_typeset(view: WordsView) -> None:
    latex = r"\frac{\alpha_{4711}}{\beta_{4712}} + \frac{\gamma}{\delta}"
    heard: list[bool] = []
    view.settled.connect(lambda: heard.append(is_typeset(latex)))
    view.set_words(f"$${latex}$$", None)
    assert not view.is_settled
    assert not is_typeset(latex)
    before = view.document().size().height()
    view.grab()  # in plain characters meanwhile
    wait_until(lambda: view.is_settled)
    assert heard == [True]
    assert view.document().size().height() > before


class _Late(WordsView):
    """Another thread typesets the last formula just after this one has looked."""

    def _look(self) -> None:
        super()._look()
        for spot in self._waiting:
            typeset(spot.latex, not spot.alone)


def test_a_formula_that_another_view_typesets_in_this_moment_settles_too(
    application: QApplication
) -> None:
    view = _Late()
    heard: list[bool] = []
    view.settled.connect(lambda: heard.append(view.is_settled))
    view.set_words("$\\eta_{4713}$", None)
    assert not view.is_settled
    wait_until(lambda: heard)
    assert heard == [True]
    view.deleteLater()


def test_other_words_may_come_while_some_are_typeset(view: WordsView) -> None:
    view.set_words("$$\\alpha_{815}^{2}$$", None)
    view.set_words("none", None)
    assert view.is_settled
    view.set_words("$\\beta_{815}^{3}$", None)
    wait_until(lambda: view.is_settled)
    assert [one.latex for one in view.formulas] == ["\\beta_{815}^{3}"]


def test_formulas_can_be_typeset_before_they_are_shown(application: QApplication) -> None:
    work = prepare("$\\zeta_{99}$", "$$\\zeta_{98}$$")
    assert work is not None
    work.thread.join(30)
    assert is_typeset("\\zeta_{99}", inline=True)
    assert is_typeset("\\zeta_{98}")
    assert prepare("$\\zeta_{99}$", "$$\\zeta_{98}$$") is None


def test_in_a_file_words_are_text_and_formulas_are_curves(view: WordsView) -> None:
    show(view, "Words beside")
    bare = draw(view, ".svg", 1).decode().count("<path")
    show(view, f"Words beside ${SOFTMAX}$")
    svg, pdf = draw(view, ".svg", 1).decode(), draw(view, ".pdf", 1)
    assert "Words beside" in svg
    assert svg.count("<path") >= bare + 10  # as many as it has characters
    assert "<image" not in svg
    assert b"/Subtype /Image" not in pdf
    assert b"FontFile" in pdf


# -- pictures and links ----------------------------------------------------------------------------


def test_pictures_are_those_of_the_folder(view: WordsView, tmp_path: Path) -> None:
    for folder, colour in ((tmp_path, "#ff0000"), (tmp_path / "in", "#00ff00")):
        folder.mkdir(exist_ok=True)
        image = QImage(3000, 60, QImage.Format.Format_RGB32)
        image.fill(QColor(colour))
        image.save(str(folder / "a picture.png"))
    show(view, "![no](../a%20picture.png) ![yes](a%20picture.png) ![gone](b.png)", tmp_path / "in")
    pixels = picture(view) & 0xFFFFFF
    assert (pixels == 0x00FF00).any(axis=0).sum() > 400  # as wide as there is room
    assert not (pixels == 0xFF0000).any()
    assert view.horizontalScrollBar().maximum() == 0
    assert view.spoken.split() == ["no", "yes", "gone"]
    show(view, "![no](a%20picture.png)")
    assert view.spoken == "no"
    for name in ("../a picture.png", "file:///etc/passwd", str(tmp_path / "a picture.png")):
        assert view.loadResource(2, QUrl(name)) is None


class Browser(QObject):
    """Hears what the system would open."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, address: QUrl) -> None:
        self.opened.append(address.toString())


def test_a_link_is_opened_by_a_click_or_a_key(view: WordsView) -> None:
    browser = Browser()
    QDesktopServices.setUrlHandler("https", browser, "open")
    try:
        show(view, "[aaaa](https://example.org/x) words")
        assert browser.opened == []
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 14))
        assert browser.opened == ["https://example.org/x"]
        view.setFocus()
        QTest.keyClick(view, Qt.Key.Key_Tab)
        QTest.keyClick(view, Qt.Key.Key_Return)
        assert browser.opened == ["https://example.org/x"] * 2
        assert "words" in view.spoken  # it went nowhere itself
        QDesktopServices.setUrlHandler("file", browser, "open")
        view.anchorClicked.emit(QUrl("file:///etc/passwd"))
        assert len(browser.opened) == 2
    finally:
        QDesktopServices.unsetUrlHandler("https")
        QDesktopServices.unsetUrlHandler("file")


def test_it_scrolls_by_keyboard(view: WordsView) -> None:
    show(view, "\n\n".join(f"Paragraph {at}" for at in range(60)))
    assert not view.fits()
    view.setFocus()
    bar = view.verticalScrollBar()
    for key, moved in ((Qt.Key.Key_Down, 1), (Qt.Key.Key_PageDown, 1), (Qt.Key.Key_End, 1),
                       (Qt.Key.Key_Up, -1), (Qt.Key.Key_PageUp, -1), (Qt.Key.Key_Home, -1)):
        before = bar.value()
        QTest.keyClick(view, key)
        assert (bar.value() - before) * moved > 0, key
    assert bar.value() == 0
    show(view, "Short")
    assert view.fits()


def test_the_focus_is_seen(view: WordsView) -> None:
    show(view, "Words")
    view.clearFocus()
    before = picture(view)
    view.setFocus(Qt.FocusReason.TabFocusReason)
    wait_until(view.hasFocus)
    assert ((picture(view) & 0xFFFFFF) == int(LIGHT.accent[1:], 16)).sum() > 1000
    view.clearFocus()
    assert (picture(view) == before).all()


def test_its_menu_copies(view: WordsView) -> None:
    show(view, "Say $x$")
    copy, everything = view.menu().actions()
    assert not copy.isEnabled()
    everything.trigger()
    copy, _ = view.menu().actions()
    assert copy.isEnabled()
    copy.trigger()
    assert QApplication.clipboard().text() == "Say $x$"


# -- what can't be typeset -------------------------------------------------------------------------


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_what_can_not_be_typeset_stands_in_the_colour_of_warnings(
    view: WordsView, theme: Theme
) -> None:
    paint(view, theme)
    view.set_points(40)
    for words, warned in (("$$xyz$$", False), ("$$\\foo{xyz}$$", True), ("$\\frac{a}$", True)):
        show(view, words)
        pixels = picture(view) & 0xFFFFFF
        assert ((pixels == int(theme.warning[1:], 16)).sum() > 10) == warned
        assert ((pixels == int(theme.text[1:], 16)).sum() > 10) != warned



def test_what_can_not_be_typeset_is_told_by_its_line(
    application: QApplication, tmp_path: Path
) -> None:
    write(tmp_path, lecture="---\ntitle: x\n---\n\n$\\nope$\n", s1=(
        "---\ntitle: x\n---\n\nFine $x$.\n\n$$\n\\frac{a}\n$$\n\nBad $\\foo$ and `$\\code$`.\n"
        "???\n\nNotes $漢$\n"))
    lecture = read_lecture(tmp_path)
    assert lecture.all_troubles == ()
    found = check_formulas(lecture)
    assert told(found) == [("lecture.md", 5), ("01-s.md", 7), ("01-s.md", 11), ("01-s.md", 14)]
    for trouble, says in zip(found, ("\\nope", "\\frac{a}", "\\foo", "漢"), strict=True):
        assert str(trouble.text).startswith(says)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_sample_is_without_trouble(application: QApplication, language: str) -> None:
    lecture = read_lecture(find_lecture("sample"), language)
    assert lecture.all_troubles == check_formulas(lecture) == ()
    assert len(lecture.scenes) == 3
