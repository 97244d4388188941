"""The trust line: the same folder and prompt in ``transformers``, compared tensor by tensor.

``python -m core.parity`` reads a folder and a prompt as JSON and writes the report as JSON, so
that a window can compare in a process of its own.
"""

from __future__ import annotations

import inspect
import json
import math
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor

from core.catalogue import find_model, make_card
from core.checkpoint import open_checkpoint
from core.errors import Refusal, translate
from core.frame import Prompt
from core.reference import Given, Tensors, run_reference, version
from core.session import Session
from core.trace import Trace

TOLERANCE = 1e-5
"""Absolute for patterns; elsewhere also relative to the largest entry, as rounding is."""
_MASKED = -1e29
"""Scores below are masked; transformers adds a large number where ours are -inf."""
_NEEDED = r"\.resid_in$|\.pattern$|\.final$|^logits$|^next_sentence$"
_WANTED = rf"{_NEEDED}|\.(q|k|v|scores|z)$"


@dataclass(frozen=True)
class Compared:
    """One tensor on both sides."""

    name: str
    """As in ``core.trace``."""
    shape: tuple[int, ...]
    """Ours, without the batch axis."""
    difference: float
    """The largest; not finite where shapes or what is masked differ."""
    tolerance: float

    @property
    def passed(self) -> bool:
        """Whether the difference is within the tolerance; one that is no number is not."""
        return self.difference <= self.tolerance

    @property
    def share(self) -> float:
        """The difference as a part of what is allowed, by which the worst is found."""
        share = self.difference / self.tolerance
        return math.inf if math.isnan(share) else share


@dataclass(frozen=True)
class Report:
    """What was compared, in the order in which the model runs."""

    model: str
    family: str
    version: str
    """Of ``transformers``."""
    tokens: tuple[int, ...]
    """Of the source, and of the target where there is one."""
    compared: tuple[Compared, ...]
    left_out: tuple[str, ...] = ()
    """Tensors of ours that this ``transformers`` does not tell; q, k, v, scores and z alone."""

    @property
    def passed(self) -> bool:
        """Whether something was compared, and all of it is within its tolerance."""
        return bool(self.compared) and all(one.passed for one in self.compared)

    @property
    def failed(self) -> tuple[Compared, ...]:
        """What is out of its tolerance."""
        return tuple(one for one in self.compared if not one.passed)

    def worst_first(self) -> tuple[Compared, ...]:
        """By difference as a part of the tolerance."""
        return tuple(sorted(self.compared, key=lambda one: one.share, reverse=True))

    def lines(self) -> Iterator[str]:
        """The report as text: a table, and the verdict as its last line."""
        wide = max(len(one.name) for one in self.compared)
        rows = [("tensor".ljust(wide), "shape", "difference", "tolerance", "")]
        rows += [
            (one.name.ljust(wide), " x ".join(map(str, one.shape)), f"{one.difference:.1e}",
             f"{one.tolerance:.1e}", "" if one.passed else "FAILED")
            for one in self.compared
        ]
        for name, shape, difference, tolerance, verdict in rows:
            yield f"{name}  {shape:>16}  {difference:>10}  {tolerance:>9}  {verdict}".rstrip()
        if self.left_out:
            yield f"not told by transformers {self.version}: {', '.join(self.left_out)}"
        yield (
            f"{'passed' if self.passed else 'FAILED'}: {self.model} ({self.family}), "
            f"{' and '.join(map(str, self.tokens))} tokens, {len(self.compared)} tensors compared "
            f"with transformers {self.version}, {len(self.failed)} of them out of tolerance"
        )

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Report:
        """The inverse of ``dataclasses.asdict`` through JSON."""
        compared = tuple(
            Compared(one["name"], tuple(one["shape"]), one["difference"], one["tolerance"])
            for one in told["compared"]
        )
        return cls(
            told["model"], told["family"], told["version"], tuple(told["tokens"]), compared,
            tuple(told["left_out"]),
        )


def compare(reference: str, prompt: Prompt) -> Report:
    """Run ``prompt`` through our model and through theirs, both in float32 on the CPU.

    Args:
        reference: a bundled name or a folder.
        prompt: with its target, second sentence and masked positions, as far as the model has any.

    Raises:
        Refusal: if ``transformers`` is missing, or one side can't open or run it.
    """
    number = version()  # before anything is loaded
    folder = find_model(reference)
    checkpoint = open_checkpoint(folder)
    cpu = torch.device("cpu")
    session = Session(checkpoint, make_card(reference, checkpoint, cpu), cpu)
    trace, given = _run_ours(session, prompt)
    theirs = run_reference(folder, session.config, given)
    ours = dict(trace.named())
    compared = tuple(_compare_named(ours, theirs))
    missing = [name for name in ours if re.search(_WANTED, name) and name not in theirs]
    unheard = [name for name in missing if re.search(_NEEDED, name)]
    if unheard:
        raise Refusal(
            translate("core", "transformers {version} does not tell {name} of this model, so "
                      "nothing is proven; install another version."),
            version=number, name=unheard[0],
        )
    tokens = tuple(ids.shape[1] for ids in (given.source, given.target) if ids is not None)
    return Report(
        checkpoint.name, checkpoint.family, number, tokens, compared, tuple(missing)
    )


def _run_ours(session: Session, prompt: Prompt) -> tuple[Trace, Given]:
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
    return trace, Given(told["source"], told.get("target"), told.get("segments"))


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


def answer(question: Mapping[str, Any]) -> dict[str, Any]:
    """One question of a window, answered in words that JSON holds."""
    prompt = dict(question["prompt"])
    prompt["masked"] = tuple(prompt.get("masked", ()))
    try:
        return {"report": asdict(compare(question["model"], Prompt(**prompt)))}
    except Refusal as refusal:
        values = {name: str(value) for name, value in refusal.values.items()}
        return {"refusal": refusal.template, "values": values}


def main(arguments: Sequence[str] = ()) -> int:
    """Answer what stands on standard input; what libraries print goes to standard error."""
    out, sys.stdout = sys.stdout, sys.stderr
    json.dump(answer(json.load(sys.stdin)), out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
