"""Formulas, typeset from LaTeX and drawn as curves: at any size, in any colour.

The typesetter (ziamath, whose font is STIX Two Math) takes longer than a picture may: it is
imported with the first formula, and each formula is typeset once. What it can't typeset is set as
plain characters.
"""

from __future__ import annotations

import re
import threading
import unicodedata
import warnings
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QColor, QPainter
from PySide6.QtSvg import QSvgRenderer

_EM = 100.0  # typeset at this size
_INK = "#010203"  # stands for the colour
_LONGEST = 4000  # characters; the parsers underneath are slow
_LARGEST = 500.0  # ems
_UNKNOWN = re.compile(r">(\\[A-Za-z]+)<")
_BOX = re.compile(r'viewBox="([^"]+)"')
_made: dict[tuple[str, bool], Formula] = {}
_one_at_a_time = threading.Lock()


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
    wrong: str = ""
    """What of it is not typeset: all of it, a command, or a character that the font has not."""


def typeset(latex: str, inline: bool = False) -> Formula:
    """Typeset ``latex``, as it stands in a line of words or in one of its own; tens of milliseconds
    the first time. May be called in any thread."""
    made = _made.get((latex, inline))
    if made is None:
        with _one_at_a_time:
            made = _made.get((latex, inline)) or _typeset(latex, inline)
            _made[latex, inline] = made
    return made


def _typeset(latex: str, inline: bool) -> Formula:
    with warnings.catch_warnings():
        # Python 3.11 calls the way in which it finds its font old.
        warnings.simplefilter("ignore", DeprecationWarning)
        import ziamath

    ziamath.config.svg2 = False  # QtSvg draws no symbols
    try:
        if len(latex) > _LONGEST:
            raise ValueError("too long")
        made = ziamath.Latex(latex, size=_EM, color=_INK, inline=inline)
        formula = _measured(made.svg(), _wrong(made))
        if max(formula.width, formula.ascent, formula.descent) <= _LARGEST:
            return formula
    except Exception:  # the parsers underneath raise many kinds
        pass
    words = escape(in_characters(latex[:_LONGEST])) or " "
    plain = ziamath.Math(f'<math><mtext mathcolor="{_INK}">{words}</mtext></math>', size=_EM)
    return _measured(plain.svg(), latex)


def _measured(svg: str, wrong: str) -> Formula:
    found = _BOX.search(svg)
    assert found is not None
    left, top, width, height = map(float, found[1].replace(",", " ").split())
    return Formula(
        (left + width) / _EM, max(-top, 0.0) / _EM, max(top + height, 0.0) / _EM, svg,
        (left / _EM, top / _EM, width / _EM, height / _EM), wrong)


def _wrong(made: Any) -> str:  # noqa: ANN401 - the typesetter has no types
    """The first command that is not known, or character that the font has not."""
    told: str = made.mathmlstr()
    if found := _UNKNOWN.search(told):
        return found[1]
    written = "".join(made.mathml.itertext()) if hasattr(made.mathml, "itertext") else ""
    return next((one for one in written if one.isprintable() and not one.isspace()
                 and made.font.glyphindex(one) == 0), "")


def is_typeset(latex: str, inline: bool = False) -> bool:
    """Whether :func:`draw_formula` draws it at once."""
    return (latex, inline) in _made


def draw_formula(
    painter: QPainter, latex: str, left: float, baseline: float, em: float, colour: str,
    inline: bool = False,
) -> float:
    """Draw it from ``left`` on ``baseline``.

    Args:
        painter: of any device.
        latex: the formula.
        left: pixels.
        baseline: pixels.
        em: size of the type in pixels.
        colour: "#rrggbb".
        inline: whether it stands in a line of words.

    Returns:
        Its width in pixels.
    """
    formula = typeset(latex, inline)
    x, y, width, height = (side * em for side in formula.box)
    antialiased = painter.testRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    _renderer(latex, inline, QColor(colour).name()).render(
        painter, QRectF(left + x, baseline + y, width, height))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, antialiased)
    return formula.width * em


@lru_cache(maxsize=512)
def _renderer(latex: str, inline: bool, colour: str) -> QSvgRenderer:
    svg = typeset(latex, inline).svg.replace(_INK, colour)
    return QSvgRenderer(QByteArray(svg.encode()))


# -- in plain characters ---------------------------------------------------------------------------

_CHARACTERS = {
    "sum": "Σ", "prod": "Π", "int": "∫", "partial": "∂", "nabla": "∇", "infty": "∞",
    "odot": "⊙", "oplus": "⊕", "cdot": "·", "times": "×", "pm": "±", "ldots": "…", "dots": "…",
    "cdots": "…", "in": " ∈ ", "notin": " ∉ ", "subset": " ⊂ ", "le": " ≤ ", "leq": " ≤ ",
    "ge": " ≥ ", "geq": " ≥ ", "ne": " ≠ ", "neq": " ≠ ", "approx": " ≈ ", "sim": " ~ ",
    "propto": " ∝ ", "to": " → ", "rightarrow": " → ", "leftarrow": " ← ", "mid": " | ",
    "top": "⊤", "langle": "⟨", "rangle": "⟩", "lfloor": "⌊", "rfloor": "⌋", "ell": "ℓ",
    "varepsilon": "ε", "varphi": "φ", "vartheta": "ϑ", "lambda": "λ",
    "|": "‖", ",": " ", ":": " ", ";": " ", " ": " ", "!": "", "\\": "; ", "quad": " ",
    "qquad": " ", "left": "", "right": "", "big": "", "Big": "", "bigl": "", "bigr": "",
    "displaystyle": "",
    **{name: name for name in "{}%$&#_"},
}
"""Of commands; the Greek letters follow from Unicode."""
_ACCENTS = {"hat": "\N{COMBINING CIRCUMFLEX ACCENT}", "tilde": "\N{COMBINING TILDE}"}
_FONTS = (
    "mathbf", "mathrm", "mathbb", "mathcal", "mathit", "mathsf", "mathtt", "boldsymbol", "text",
    "textbf", "textit", "operatorname",
)
_WORD = re.compile(r"\\[A-Za-z]+|\\.|.", re.DOTALL)


def in_characters(latex: str) -> str:
    """What a screen reader is told: "s_ij = (q_i · k_j) / (√(d))"."""
    words = _WORD.findall(latex)[::-1]
    said = ""
    try:
        while words:
            said += _say(words)
    except RecursionError:
        return latex
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
    if word == "&":
        return " "
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
    if name in _FONTS and words:
        return _say(words)
    return _CHARACTERS.get(name) or _greek(name) or ("" if name in _CHARACTERS else f"{name} ")


def _greek(name: str) -> str:
    size = "CAPITAL" if name[:1].isupper() else "SMALL"
    try:
        return unicodedata.lookup(f"GREEK {size} LETTER {name.upper()}")
    except KeyError:
        return ""
