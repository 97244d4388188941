"""Formulas, typeset from LaTeX and drawn as curves: at any size, in any colour.

The typesetter (ziamath, whose font is STIX Two Math) takes longer than a picture may: it is
imported with the first formula, and each formula is typeset once. What it can't typeset is set as
plain characters.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape

from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QColor, QPainter
from PySide6.QtSvg import QSvgRenderer

_EM = 100.0  # typeset at this size
_INK = "#010203"  # stands for the colour
_typeset: set[str] = set()


@dataclass(frozen=True)
class Formula:
    """A formula, measured in ems."""

    width: float
    ascent: float
    """Above the baseline."""
    descent: float
    """Below it."""
    svg: str
    box: tuple[float, float, float, float]
    """Of the picture, around the baseline's left end."""


@cache
def typeset(latex: str) -> Formula:
    """Typeset ``latex``; tens of milliseconds the first time."""
    with warnings.catch_warnings():
        # Python 3.11 calls the way in which it finds its font old.
        warnings.simplefilter("ignore", DeprecationWarning)
        import ziamath

    ziamath.config.svg2 = False  # QtSvg draws no symbols
    try:
        made = ziamath.Latex(latex, size=_EM, color=_INK)
    except Exception:  # the parsers underneath raise many kinds
        words = escape(in_characters(latex)) or " "
        made = ziamath.Math(
            f'<math><mtext mathcolor="{_INK}">{words}</mtext></math>', size=_EM)
    svg: str = made.svg()
    box = QSvgRenderer(QByteArray(svg.encode())).viewBoxF()
    _typeset.add(latex)
    return Formula(
        box.right() / _EM, max(-box.top(), 0.0) / _EM, max(box.bottom(), 0.0) / _EM, svg,
        (box.left() / _EM, box.top() / _EM, box.width() / _EM, box.height() / _EM),
    )


def is_typeset(latex: str) -> bool:
    """Whether :func:`draw_formula` draws it at once."""
    return latex in _typeset


def draw_formula(
    painter: QPainter, latex: str, left: float, baseline: float, em: float, colour: str
) -> float:
    """Draw it from ``left`` on ``baseline``.

    Args:
        painter: of any device.
        latex: the formula.
        left: pixels.
        baseline: pixels.
        em: size of the type in pixels.
        colour: "#rrggbb".

    Returns:
        Its width in pixels.
    """
    formula = typeset(latex)
    x, y, width, height = (side * em for side in formula.box)
    antialiased = painter.testRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    _renderer(latex, QColor(colour).name()).render(
        painter, QRectF(left + x, baseline + y, width, height))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, antialiased)
    return formula.width * em


@lru_cache(maxsize=512)
def _renderer(latex: str, colour: str) -> QSvgRenderer:
    svg = typeset(latex).svg.replace(_INK, colour)
    return QSvgRenderer(QByteArray(svg.encode()))


# -- in plain characters ---------------------------------------------------------------------------

_CHARACTERS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "varepsilon": "ε", "mu": "μ", "rho": "ρ", "sigma": "σ",
    "varphi": "φ", "sum": "Σ", "odot": "⊙", "cdot": "·", "ldots": "…", "|": "‖", ",": " ",
}
_ACCENTS = {"hat": "\N{COMBINING CIRCUMFLEX ACCENT}", "tilde": "\N{COMBINING TILDE}"}
_WORD = re.compile(r"\\[A-Za-z]+|\\.|.", re.DOTALL)


def in_characters(latex: str) -> str:
    """What a screen reader is told: "s_ij = (q_i · k_j) / (√(d))"."""
    words = _WORD.findall(latex)[::-1]
    said = ""
    while words:
        said += _say(words)
    return re.sub(r" +(?=[_^])", "", re.sub(r" +", " ", said)).strip()


def _say(words: list[str]) -> str:
    """The next of ``words``, which are in reverse, with what belongs to it."""
    word = words.pop()
    if word == "{":
        said = ""
        while words and words[-1] != "}":
            said += _say(words)
        if words:
            words.pop()
        return said.strip()
    if word in ("_", "^") and words:
        said = _say(words)
        return word + (said if said.strip("'").isalnum() else f"({said})")
    if not word.startswith("\\"):
        return word
    name = word[1:]
    if name == "frac" and len(words) > 1:
        above = _say(words)
        return f"({above}) / ({_say(words) if words else ''})"
    if name == "sqrt" and words:
        return f"√({_say(words)})"
    if name in _ACCENTS and words:
        return _say(words) + _ACCENTS[name]
    if name in ("mathbf", "mathrm") and words:
        return _say(words)
    return _CHARACTERS.get(name, f"{name} ")
