"""Our trace beside theirs, tensor by tensor."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor

from core.catalogue import find_model, make_card
from core.checkpoint import open_checkpoint
from core.errors import Refusal, translate
from core.frame import Prompt
from core.parity.reference import Given, Tensors, run_reference, version
from core.parity.report import Compared, Report
from core.session import Session
from core.trace import Trace

TOLERANCE = 1e-5
"""Absolute for patterns; elsewhere also relative to the largest entry, as rounding is."""
_MASKED = -1e29
"""Scores below are masked; transformers adds a large number where ours are -inf."""
_NEEDED = r"\.(resid_in|pattern|final)$|^logits$|^next_sentence$|^labels$"
_WANTED = rf"{_NEEDED}|\.(q|k|v|scores|z)$"


def compare(reference: str, prompt: Prompt) -> Report:
    """Open a model on the CPU, in float32, and compare it; see :func:`compare_session`.

    Args:
        reference: a bundled name or a folder.
        prompt: with its target, second sentence and masked positions, as far as the model has any.

    Raises:
        Refusal: if ``transformers`` is missing, or one side can't open or run the model.
    """
    version()  # before anything is loaded
    checkpoint, cpu = open_checkpoint(find_model(reference)), torch.device("cpu")
    return compare_session(Session(checkpoint, make_card(reference, checkpoint, cpu), cpu), prompt)


def compare_session(session: Session, prompt: Prompt) -> Report:
    """Run ``prompt`` through our model, and through theirs from the same folder.

    Every pattern, every hidden state, and the logits are compared, or else it is refused; q, k, v,
    scores and z wherever this ``transformers`` tells them, and the report says where it does not.

    Args:
        session: on the CPU, where the reference runs too.
        prompt: see :func:`compare`.

    Raises:
        Refusal: see :func:`compare`.
    """
    card, number = session.card, version()
    trace, given = run_ours(session, prompt)
    theirs = run_reference(find_model(card.reference), card.family, session.config, given)
    ours = dict(trace.named())
    missing = [name for name in ours if re.search(_WANTED, name) and name not in theirs]
    for name in missing:
        if re.search(_NEEDED, name):
            raise Refusal(
                translate("core", "transformers {version} does not tell {name} of this model, so "
                          "nothing is proven; install another version."),
                version=number, name=name,
            )
    return Report(
        model=card.name, family=card.family, version=number,
        tokens=tuple(ids.shape[1] for ids in (given.source, given.target) if ids is not None),
        compared=tuple(_compare_named(ours, theirs)), left_out=tuple(missing),
    )


def run_ours(session: Session, prompt: Prompt) -> tuple[Trace, Given]:
    """Our trace, and exactly what our model was given for it."""
    asked: list[Mapping[str, Any]] = []
    signature = inspect.signature(session.model.forward)

    def note(_: object, args: tuple[Any, ...], named: dict[str, Any]) -> None:
        asked.append(signature.bind(*args, **named).arguments)

    noting = session.model.register_forward_pre_hook(note, with_kwargs=True)
    try:
        trace, _, _ = session.trace(prompt)
    finally:
        noting.remove()
    told = asked[-1]
    return trace, Given(
        told["source"], told.get("target"), told.get("segments"), told.get("reads")
    )


def _compare_named(ours: Tensors, theirs: Tensors) -> Iterator[Compared]:
    for name, mine in ours.items():
        if name in theirs:
            yield compare_tensors(name, mine, theirs[name])


def compare_tensors(name: str, ours: Tensor, theirs: Tensor) -> Compared:
    """The largest difference, and what is allowed for a tensor of this name."""
    shape = tuple(ours.shape[1:])
    if ours.shape != theirs.shape:
        return Compared(name, shape, math.inf, TOLERANCE)
    mine, other = ours.detach().double(), theirs.detach().double()
    if name.endswith(".scores"):
        other = other.masked_fill(other < _MASKED, -math.inf)
    apart = torch.where(mine == other, 0.0, (mine - other).abs())
    finite = other[other.isfinite()]
    largest = 0.0 if name.endswith(".pattern") or not len(finite) else float(finite.abs().max())
    return Compared(name, shape, float(apart.max()), TOLERANCE * (1 + largest))
