"""How a text is read where there are two streams (XLNet): in which order, and after what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch

from core.frame import Prompt
from core.model import See, Transformer
from core.tokens import Tokenizer, Tokens
from core.trace import Trace
from core.two_stream import TwoStreamConfig, TwoStreamTransformer, draw_order, reading

NOTHING = Tokens("")


@dataclass(frozen=True)
class Course:
    """Nothing of it, for a model with one stream."""

    order: tuple[int, ...] = ()
    """By position, when it is read; empty where all read all, with no query stream."""
    before: Tokens = NOTHING
    """What was read before, and is remembered."""
    remembered: Tokens = NOTHING
    """Those of its tokens that are columns of keys."""

    def keys(self, source: Tokens) -> Tokens:
        """What self-attention reads: the memory, which stands for no text, then ``source``."""
        count = len(self.remembered)
        if not count:
            return source
        return replace(
            source,
            ids=self.remembered.ids + source.ids,
            spans=((0, 0),) * count + source.spans,
            groups=((0, 0),) * count + source.groups,
            labels=self.remembered.labels + source.labels,
            segments=(0,) * count + source.segments,
        )


def read_course(
    prompt: Prompt, source: Tokens, tokenizer: Tokenizer, model: Transformer
) -> Course:
    """What ``prompt`` wants of a model with two streams.

    Raises:
        Refusal: if the tokenizer fails on the text before.
    """
    if not isinstance(model, TwoStreamTransformer):
        return Course()
    config = model.config
    order: tuple[int, ...] = ()
    if prompt.order is not None:
        order = _hide(draw_order(len(source), prompt.order).tolist(), prompt.masked)
    if not prompt.before:
        return Course(order)
    before = tokenizer.encode(prompt.before, config.context)
    last = len(before)
    while last and before.spans[last - 1][0] == before.spans[last - 1][1]:
        last -= 1  # the marks that close a text are no part of one that goes on
    before = _part(before, slice(last))
    return Course(order, before, _remembered(before, config))


def _hide(order: Sequence[int], masked: Sequence[int]) -> tuple[int, ...]:
    """The same order, but for masked positions, which are read last: nothing else sees them, and
    the query stream says what stands there (Yang et al. 2019, section 2.2)."""
    turns = sorted(range(len(order)), key=lambda at: (
        at in masked, at if at in masked else order[at]))
    place = {at: turn for turn, at in enumerate(turns)}
    return tuple(place[at] for at in range(len(order)))


def run_course(
    model: Transformer, source: Tokens, at: Sequence[int] | None, course: Course,
    device: torch.device, see: See | None = None,
) -> Trace | None:
    """The trace of ``source``, with a batch axis of 1; None if the model has one stream.

    Args:
        model: runs the text before, too, if there is one.
        source: at least one token.
        at: positions whose logits are wanted; None for all.
        course: how it is read.
        device: where the model is.
        see: given each layer in the place of the answer, as the model does.
    """
    if not isinstance(model, TwoStreamTransformer):
        return None

    def batch(numbers: Sequence[int]) -> torch.Tensor:
        return torch.tensor([numbers], device=device)

    memory = None
    if course.remembered.ids:
        memory = model.read_before(batch(course.before.ids))
    trace: Trace = model(
        batch(source.ids),
        segments=batch(source.segments) if source.segments else None,
        logits_at=at,
        reads=reading(batch(course.order)) if course.order else None,
        memory=memory,
        see=see,
    )
    return trace


def _remembered(before: Tokens, config: TwoStreamConfig) -> Tokens:
    reused = _part(before, slice(config.reused or None))
    return _part(reused, slice(-config.memory, None))


def _part(tokens: Tokens, part: slice) -> Tokens:
    return replace(
        tokens, ids=tokens.ids[part], spans=tokens.spans[part], groups=tokens.groups[part],
        labels=tokens.labels[part], segments=tokens.segments[part],
    )
