"""One of several models on the same sentence: its own look, at its own tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.asks.beside import MeanAsk
from core.beside import Beside, sight_of, tokens_on, word_at
from core.frame import Frame, Prompt
from core.inputs import span_mark
from core.session import Session
from core.tokens import Span, Tokens
from core.trace import Sight

_ORDER = 0
"""Seed of the order that XLNet reads in where the prompt says none."""


def shared_prompt(session: Session, prompt: Prompt) -> tuple[Prompt, tuple[Span, ...]]:
    """What others read of a prompt that was typed for ``session``, and the words it hides.

    What the model has written counts as typed; masks are the words that they hide, as other models
    count their tokens otherwise.

    Raises:
        Refusal: if the tokenizer fails on the text.
    """
    plain, target = session.tokenize(prompt)
    source, said = prompt.source, prompt.target
    if prompt.written and target is None:
        source = plain.text
    elif prompt.written and target is not None:
        said = target.text
    shared = replace(prompt, source=source, target=said, masked=(), written=())
    if not prompt.masked:
        return shared, ()
    whole, _ = session.tokenize(replace(prompt, masked=()))  # where no span has been dropped
    words = (word_at(whole, at) for at in prompt.masked)
    return shared, tuple(dict.fromkeys(word for word in words if word is not None))


def look_beside(
    session: Session, prompt: Prompt, hidden: Sequence[Span], beside: Beside, base: Sight,
    live: bool = False,
) -> Frame:
    """What ``beside`` shows of one model.

    Args:
        session: the model.
        prompt: as :func:`shared_prompt` gives it; as it was typed for the ``live`` model.
        hidden: words that a model hides which can: BERT behind masks; XLNet reads them last; T5
            behind a sentinel, with the span as its question.
        beside: what is chosen.
        base: how weights are drawn.
        live: whether the prompt is this model's own, and is read as it is.

    Raises:
        Refusal: if the tokenizer fails on the text.
    """
    card = session.card
    sight = sight_of(card, beside.choice(card.reference), beside.shown, replace(
        base, asks=(), curves=0, difference=False, gradient=False, pixels=beside.pixels))
    if beside.shown == "mean":
        assert sight.head is not None  # of whatever there is
        sight = replace(sight, asks=(MeanAsk(sight.head[0]),))
    if not live:
        prompt = _fit(session, prompt, hidden)
        sight = replace(sight, predict_at=_asked(session, prompt, hidden))
    return session.look(prompt, sight)


def _fit(session: Session, prompt: Prompt, hidden: Sequence[Span]) -> Prompt:
    """The prompt as this model reads it."""
    card = session.card
    prompt = replace(
        prompt, second=prompt.second if card.two_sentences else "",
        order=(_ORDER if prompt.order is None else prompt.order) if card.two_streams else None)
    mark = span_mark(session.tokenizer, session.config)
    if not hidden or not (card.masks or card.two_streams or mark is not None):
        return prompt
    tokens, _ = session.tokenize(prompt)
    masked = tuple(sorted({at for span in hidden for at in tokens_on(tokens, span)}))
    if mark is not None and masked and not prompt.target:
        return replace(prompt, masked=masked, written=(mark,))
    return replace(prompt, masked=masked)


def _asked(session: Session, prompt: Prompt, hidden: Sequence[Span]) -> int | None:
    """The position whose predictions are shown: the first that is hidden, or before the first word
    that a decoder alone is to find; else the last token that stands for text, or for a model that
    writes, what comes next."""
    stacks = session.config.stacks
    tokens: Tokens = session.tokenize(prompt)[0]
    if stacks == ("encoder",):
        if prompt.masked:
            return prompt.masked[0]
        return next((at for at in reversed(range(len(tokens))) if tokens.stands_for_text(at)), None)
    found = [at for span in hidden for at in tokens_on(tokens, span)]
    return min(found) - 1 if stacks == ("decoder",) and found and min(found) else None
