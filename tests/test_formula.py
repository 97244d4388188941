"""Formulas: typeset once, drawn at any size and in any colour, and never a reason to fail."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from app.paint.formula import draw_formula, in_characters, is_typeset, typeset

ROOT = r"s_{ij} = \frac{\mathbf{q}_i \cdot \mathbf{k}_j}{\sqrt{d}}"
IMPOSSIBLE = [r"\frac{a}", "x_", r"\frac{", "", "&<>", r"\left(", r"\begin{matrix}", "漢_", "{{"]


def draw(latex: str, em: float, colour: str = "#000000") -> tuple[NDArray[np.uint32], float]:
    """[row, column] 0xffrrggbb on white, and the width that was told."""
    image = QImage(600, 200, QImage.Format.Format_RGB32)
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    width = draw_formula(painter, latex, 20, 100, em, colour)
    assert not painter.testRenderHint(QPainter.RenderHint.Antialiasing)  # as it was found
    painter.end()
    return np.frombuffer(image.constBits(), np.uint32).reshape(200, 600).copy(), width


def inked(pixels: NDArray[np.uint32]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is not white."""
    rows, columns = np.nonzero(pixels != 0xFFFFFFFF)
    return int(columns.min()), int(rows.min()), int(columns.max()), int(rows.max())


def test_it_stands_on_its_baseline_within_the_room_that_it_tells(
    application: QApplication,
) -> None:
    for latex in (ROOT, "x", r"\sum_c x_c", r"\| \mathbf{x}^{l+1}_i \|", r"\tilde{\mathbf{z}}^g"):
        pixels, width = draw(latex, 30)
        left, top, right, bottom = inked(pixels)
        made = typeset(latex)
        assert left >= 19
        assert right <= 21 + width
        assert abs(width - made.width * 30) < 1e-6
        assert top >= 99 - made.ascent * 30
        assert bottom <= 101 + made.descent * 30
        assert right - left > 0.5 * width
    assert abs(inked(draw("x", 30)[0])[3] - 100) <= 1  # x has no descent


def test_a_fraction_reaches_above_and_below_its_line(application: QApplication) -> None:
    made, plain = typeset(r"\frac{a}{b}"), typeset("a")
    assert made.ascent > plain.ascent
    assert made.descent > plain.descent + 0.3


def test_it_is_typeset_once(application: QApplication) -> None:
    latex = r"\alpha_{17} + \beta_{18}"
    assert not is_typeset(latex)
    made = typeset(latex)
    assert is_typeset(latex)
    assert typeset(latex) is made


def test_it_follows_the_size_of_the_type(application: QApplication) -> None:
    small, large = (draw(ROOT, em) for em in (15, 45))
    assert large[1] == pytest.approx(3 * small[1])
    heights = [bottom - top for _, top, _, bottom in (inked(small[0]), inked(large[0]))]
    assert heights[1] == pytest.approx(3 * heights[0], abs=4)


def test_it_follows_the_theme(application: QApplication) -> None:
    for colour in ("#dd2211", "#1133ee"):
        pixels, _ = draw("x", 60, colour)
        assert (pixels == 0xFF000000 | int(colour[1:], 16)).sum() > 50
        assert not (pixels == 0xFF010203).any()  # the colour that stands for it
    assert (draw("x", 60, "#DD2211")[0] == draw("x", 60, "#dd2211")[0]).all()


@pytest.mark.parametrize("latex", IMPOSSIBLE)
def test_what_can_not_be_typeset_is_set_as_characters(
    latex: str, application: QApplication
) -> None:
    pixels, width = draw(latex, 30, "#1133ee")
    assert width > 0
    assert is_typeset(latex)
    if in_characters(latex):
        assert (pixels == 0xFF1133EE).any()


def test_a_formula_is_told_in_characters() -> None:
    for latex, words in {
        ROOT: "s_ij = (q_i · k_j) / (√(d))",
        r"\hat{s}_i = \max_k s_{ik}": "s\N{COMBINING CIRCUMFLEX ACCENT}_i = max_k s_ik",
        r"\mathbf{z}_i = [\mathbf{z}^0; \ldots; \mathbf{z}^{H-1}]": "z_i = [z^0; …; z^(H-1)]",
        r"s_{ij} = c\,\tanh\frac{a_{ij}}{c}": "s_ij = c tanh (a_ij) / (c)",
        r"\| \mathbf{x}_i \|": "‖ x_i ‖",
        r"\tilde{\mathbf{z}}^g = \varphi_g\,\mathbf{z}^g":
            "z\N{COMBINING TILDE}^g = φ_g z^g",
        "": "", r"\frac{": "frac", "}{": "}", "_": "_",
    }.items():
        assert in_characters(latex) == words
