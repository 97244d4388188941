"""How the numbers that the course states are measured: through ``Session``, each as one float."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from core.against import Against
from core.asks.derivation import DerivationAsk, Line, StepKind
from core.asks.lens import LensAsk
from core.asks.positions import AskBias, AskLikeness, AskSum, AskTerm
from core.asks.readings import Reading, ReadingsAsk
from core.config import AttentionKind, StackName
from core.edits import UNALTERED, Edit
from core.frame import Frame, Gradient, Prompt
from core.sampling import Sampling
from core.session import Session, open_session
from core.sides import Sides
from core.trace import Ask, Sight, Stream

GPT, BERT, XLNET, TANG = "english-gpt", "english-bert", "english-xlnet", "tang-gpt"
CAT = "The cat sat on the mat because it was tired."
DATE = "Tuesday, the twenty-fourth of November, twenty twenty-six"
Head = tuple[int, int]
Cell = tuple[int, int]


@cache
def session(name: str) -> Session:
    """A bundled model, read once."""
    return open_session(name)


@cache
def look(
    name: str, prompt: Prompt, sight: Sight, edits: tuple[Edit, ...] = (),
    against: Against | None = None,
) -> Frame:
    """The frame that the window would get."""
    return Sides(session(name)).look(prompt, sight, UNALTERED.put(*edits), against)


def last(name: str) -> StackName:
    """The stack that predicts."""
    return session(name).config.stacks[-1]


def bare(name: str, sampling: Sampling | None = None) -> Sight:
    """Of predictions alone."""
    return Sight(stack=last(name), thumbnails=False, sampling=sampling or Sampling())


def told(name: str, prompt: Prompt, ask: Ask[Any], stack: StackName | None = None) -> Any:
    """What a panel would be told."""
    return look(name, prompt, Sight(stack=stack or last(name), asks=(ask,))).answers[ask]


# -- predictions -----------------------------------------------------------------------------------


def chance(name: str, prompt: Prompt, label: str, edits: tuple[Edit, ...] = ()) -> float:
    """What a model gives a token, in percent."""
    frame = look(name, prompt, bare(name), edits)
    return 100 * next(one.probability for one in frame.predictions if one.label == label)


def drawn(name: str, prompt: Prompt, label: str, sampling: Sampling) -> float:
    """What a token is drawn with, in percent."""
    frame = look(name, prompt, bare(name, sampling))
    share = next(one.drawn for one in frame.predictions if one.label == label)
    assert share is not None
    return 100 * share


def shifted(name: str, here: Prompt, there: Prompt, label: str, side: str) -> float:
    """A token's share in percent on one side of a comparison of prompts."""
    frame = look(name, here, bare(name), (), Against("prompt", prompt=there))
    assert frame.change is not None
    shift = next(one for one in frame.change.shifts if one.label == label)
    return 100 * (shift.before if side == "there" else shift.after)


def divergence(
    name: str, prompt: Prompt, edits: tuple[Edit, ...] = (), against: Against | None = None
) -> float:
    """Of the predictions, in bits."""
    frame = look(name, prompt, bare(name), edits, against or Against())
    assert frame.change is not None
    assert frame.change.divergence is not None
    return frame.change.divergence


def loss(name: str, text: str) -> float:
    """Nats a token."""
    frame = look(name, Prompt(text), Sight(head=(0, 0), gradient=True))
    assert isinstance(frame.gradient, Gradient)
    return frame.gradient.loss


def verdict(label: int, text: str, *silent: int) -> float:
    """The classifier's, in percent; without the tokens that are silent."""
    edits = tuple(Edit("token", "encoder", at=at) for at in silent)
    return 100 * look("sentiment", Prompt(text), bare("sentiment"), edits).labels[label]


def follows(first: str, second: str) -> float:
    """The next-sentence verdict in percent."""
    frame = look(BERT, Prompt(first, second=second), bare(BERT))
    assert frame.next_sentence is not None
    return 100 * frame.next_sentence


def written(name: str, source: str, silent: Sequence[Edit] = ()) -> int:
    """What a translator of dates writes with these heads silenced, its digits as one number."""
    sides, prompt = Sides(session(name)), Prompt(source)
    for _ in range(14):
        frame = sides.look(prompt, bare(name), UNALTERED.put(*silent))
        if frame.continued is None:
            break
        prompt = frame.continued
    target = session(name).tokenize(prompt)[1]
    assert target is not None
    return int(target.text.replace("-", ""))


def crossed(layer: int, head: int) -> Edit:
    """A head of cross-attention, silenced."""
    return Edit("head", "decoder", "cross", layer, head)


def own(layer: int, head: int) -> Edit:
    """A head of a decoder's own attention, silenced."""
    return Edit("head", "decoder", "self", layer, head)


# -- heads -----------------------------------------------------------------------------------------


def weight(
    name: str, prompt: Prompt, head: Head, cell: Cell, kind: AttentionKind = "self"
) -> float:
    """Of one cell, in the last stack."""
    frame = look(name, prompt, Sight(stack=last(name), kind=kind, head=head))
    assert frame.head is not None
    return float(frame.head.pattern[cell])


def reading(
    name: str, prompt: Prompt, which: Reading, head: Head | None, edits: tuple[Edit, ...] = ()
) -> float:
    """Of a head; of None, the mean over all heads."""
    sight = Sight(stack=last(name), asks=(ReadingsAsk(),))
    answer: Any = look(name, prompt, sight, edits).answers[ReadingsAsk()]
    values = answer.values[which]
    return float(values.mean() if head is None else values[head])


def seen(name: str, prompt: Prompt, stream: Stream, head: Head, query: int) -> int:
    """How many keys a query sees."""
    frame = look(name, prompt, Sight(stack=last(name), stream=stream, head=head))
    assert frame.head is not None
    return int(frame.head.shown[query].sum())


def number_of(name: str, prompt: Prompt, head: Head, cell: Cell, step: StepKind, at: int) -> float:
    """The ``at``-th number of a step of the arithmetic."""
    parts = told(name, prompt, DerivationAsk(*head, *cell, step)).step.parts
    return [part.value for part in parts if isinstance(part, Line)][at]


def lens(name: str, prompt: Prompt, position: int, label: str, row: int) -> float:
    """What a row of the lens gives the token that the last row says, in percent."""
    found = told(name, prompt, LensAsk(position, 1))
    assert found.labels[int(found.ids[-1, 0, 0])] == label
    return 100 * float(found.answers[row, 0])


def stream(name: str, layer: int) -> float:
    """The mean length of the residual stream that enters a layer; of one more, that leaves it."""
    layers = session(name).trace(Prompt(CAT))[0].stack(last(name)).layers
    entered = layers[layer].resid_in if layer < len(layers) else layers[-1].resid_out
    return float(entered[0].norm(dim=-1).mean())


# -- positions -------------------------------------------------------------------------------------


def likeness(name: str, apart: int) -> float:
    """The mean cosine of places so far apart; the first and the last are left out."""
    values = told(name, Prompt(CAT), AskLikeness(), session(name).config.stacks[0]).values
    return float(np.mean(np.diagonal(values[1:-1, 1:-1], apart)))


def agreement(name: str) -> float:
    """Of a learned table's likeness with that of the waves."""
    return float(told(name, Prompt(CAT), AskLikeness()).agreement)


def summand(name: str, place: int, part: str) -> float:
    """The length of what is added at a place."""
    parts = told(name, Prompt(CAT), AskSum(place)).parts
    return next(float(one.norm) for one in parts if one.name == part)


def bias(head: int, distance: int) -> float:
    """What T5's encoder adds to scores."""
    found = told("dates-t5", Prompt(DATE, "2026"), AskBias(), "encoder")
    return float(found.bias[head, found.distances.tolist().index(distance)])


def term(head: Head, distance: int) -> float:
    """XLNet's position part, the mean over queries."""
    found = told(XLNET, Prompt(CAT), AskTerm(head, 6))
    return float(found.mean[found.distances.tolist().index(distance)])
