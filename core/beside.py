"""Several models on one sentence: what is shown of each, and the words that they share.

Families cut a text into other tokens, and other numbers of them. What they have in common are the
text's characters: a word is where it stands in the text. Frozen, and without torch.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from core.trace import Sight

if TYPE_CHECKING:  # the window opens before numpy is there
    import numpy as np
    from numpy.typing import NDArray

    from core.frame import Frame, ModelCard
    from core.tokens import Span, Tokens

MOST = 4
"""Models at once."""
USUAL = ("english-gpt", "english-bert", "english-xlnet", "english-t5", "dates-t5")
"""One of each family; of T5 the first that is there."""
Shown = Literal["head", "mean", "heads"]
"""Of each model: one head, the mean over the heads of a layer, or every head small."""
SideAttention = Literal["encoder", "decoder", "cross", "content", "query"]
"""Which attention of a model that has several: of two stacks, or of two streams (XLNet)."""
Text = Literal["source", "target"]
_ALONE = r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"  # a character of these is a word
_LETTER = rf"(?:(?!{_ALONE})[^\W_])"
_WORD = re.compile(rf"{_ALONE}|{_LETTER}+(?:['’]{_LETTER}+)*|[^\w\s]")
_FAR = 200  # code points that a word may reach beyond its token


@dataclass(frozen=True)
class SideChoice:
    """What is chosen of one model; what is None is the model's own."""

    attention: SideAttention | None = None
    head: tuple[int, int] | None = None
    """(layer, head), or the nearest there is."""


@dataclass(frozen=True)
class Beside:
    """The models that are wished for side by side."""

    models: tuple[str, ...]
    """References; each once, at most ``MOST``."""
    shown: Shown = "head"
    pixels: int = 64
    """Side of a thumbnail."""
    choices: tuple[tuple[str, SideChoice], ...] = ()
    """A reference, and what is chosen of that model."""
    hidden: tuple[Span, ...] = ()
    """Words of the source that are to be hidden, besides those that the prompt masks."""
    text: str = ""
    """The text that they count in; where another begins otherwise, they are not hidden."""
    attempt: int = 0
    """Counts the times that models which could not be shown were to be tried again."""

    def hides(self, text: str) -> tuple[Span, ...]:
        """The words that are to be hidden in this text."""
        return tuple(span for span in self.hidden if text[:span[1]] == self.text[:span[1]])

    def choice(self, reference: str) -> SideChoice:
        """What is chosen of a model."""
        return dict(self.choices).get(reference, SideChoice())


def usual_models(card: ModelCard | None, there: Sequence[str]) -> tuple[str, ...]:
    """One model of each family, and the main one in the place of its kind.

    Args:
        card: of the main model; None where there is none yet.
        there: the names of models that ship with the program.
    """
    found = [name for name in USUAL if name in there][:MOST]
    if card is None or card.reference in found:
        return tuple(found)
    place = 3 if len(card.layers) == 2 else 0 if "decoder" in card.layers else (
        2 if card.two_streams else 1)
    found[place:place + 1] = [card.reference]
    return tuple(found)


def attentions(card: ModelCard) -> tuple[SideAttention, ...]:
    """Those that a model has, the one that is shown first at first; none where there is no choice.
    """
    if len(card.layers) == 2:
        return ("encoder", "decoder", "cross")
    return ("content", "query") if card.two_streams else ()


def attention_at(sight: Sight, card: ModelCard) -> SideAttention | None:
    """Which of them a sight shows."""
    if len(card.layers) == 2:
        if sight.stack == "encoder":
            return "encoder"
        return "cross" if sight.kind == "cross" else "decoder"
    return sight.stream if card.two_streams else None


def sight_of(card: ModelCard, choice: SideChoice, shown: Shown, base: Sight) -> Sight:
    """What is to be seen of a model: ``base`` says how weights are drawn.

    Encoder and decoder may have other numbers of layers; a head that is not there is the nearest.
    """
    several = attentions(card)
    attention = choice.attention if choice.attention in several else next(iter(several), None)
    stack = tuple(card.layers)[-1]
    if len(card.layers) == 2:
        stack = "encoder" if attention == "encoder" else "decoder"
    layer, head = choice.head or first_head(card, attention)
    layer = min(max(layer, 0), card.layers[stack] - 1)
    return replace(
        base, stack=stack, kind="cross" if attention == "cross" else "self",
        stream="query" if attention == "query" else "content", thumbnails=shown == "heads",
        head=(layer, min(max(head, 0), card.heads - 1)))


def shown_in(sight: Sight) -> Shown:
    """What a sight of :func:`sight_of` shows."""
    return "heads" if sight.thumbnails else "mean" if sight.asks else "head"


def first_head(card: ModelCard, attention: SideAttention | None) -> tuple[int, int]:
    """The head of this attention that is known for most; the first where none is known."""
    aligns = attention == "cross"
    known = ((one.layer, one.head) for one in card.notable if (one.role == "alignment") == aligns)
    return next(known, (0, 0))


# -- the words ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A stretch of a text."""

    text: Text
    span: Span
    """First and past-the-last code point."""


def texts_of(frame: Frame) -> tuple[Text, Text]:
    """The texts that the queries and the keys of a frame's attention stand in."""
    two = len(frame.card.layers) == 2
    queries: Text = "target" if two and frame.sight.stack == "decoder" else "source"
    return queries, "source" if frame.sight.kind == "cross" else queries


def word_at(tokens: Tokens, token: int) -> Span | None:
    """The word, or the words, that a token is a part of; None for one that stands for no text.

    A word is a run of letters and digits, a sign, or a Chinese or Japanese character; a token of
    white space alone stands for itself.
    """
    if not (0 <= token < len(tokens)) or not tokens.stands_for_text(token):
        return None
    start, end = tokens.groups[token]
    low, high = (0, tokens.first) if start < tokens.first else (tokens.first, len(tokens.text))
    found = [
        match.span()
        for match in _WORD.finditer(tokens.text, max(low, start - _FAR), min(high, end + _FAR))
        if match.start() < end and start < match.end()]
    return (found[0][0], found[-1][1]) if found else (start, end)


def tokens_on(tokens: Tokens, span: Span) -> tuple[int, ...]:
    """The tokens that share a character with a stretch of the text."""
    return tuple(
        at for at, (start, end) in enumerate(tokens.groups) if start < span[1] and span[0] < end)


def word_weight(
    pattern: NDArray[np.float32], queries: tuple[int, ...], keys: tuple[int, ...]
) -> float | None:
    """How much one word looks at another: sum over the keys' tokens, mean over the queries' (Clark
    et al. 2019, section 4.1); None where a word has no token here.

    Args:
        pattern: [query, key].
        queries: tokens of the word that looks.
        keys: tokens of the word that is looked at.
    """
    if not queries or not keys:
        return None
    return float(pattern[list(queries)][:, list(keys)].sum(1, dtype="float64").mean())
