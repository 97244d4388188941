"""Formulas of a lecture that can't be typeset."""

from __future__ import annotations

from app.lectures.markup import pieces
from app.lectures.scene import Lecture, Spot, Trouble
from app.paint.formula import typeset
from core.errors import Refusal, translate


def check_formulas(lecture: Lecture) -> tuple[Trouble, ...]:
    """Typeset every formula of ``lecture``, and tell of those that can't be; takes its time."""
    stretches = [(lecture.about, lecture.about_at)]
    for scene in lecture.scenes:
        stretches += [(scene.words, scene.words_at), (scene.notes, scene.notes_at)]
    return tuple(trouble for words, spot in stretches for trouble in check_words(words, spot))


def check_words(words: str, spot: Spot) -> list[Trouble]:
    """The same of words that begin at ``spot``; at once where they are on screen and settled."""
    found = []
    for piece in pieces(words):
        if piece.kind in ("inline", "block"):
            wrong = typeset(piece.text, piece.kind == "inline").wrong
            if wrong:
                told = wrong if len(wrong) <= 60 else f"{wrong[:59]}…"
                refusal = Refusal(
                    translate("core", "{part} can't be typeset as a formula."), part=told)
                found.append(Trouble(spot.line + piece.line, refusal, spot.file))
    return found
