"""Two looks side by side: a model with alterations, and what it is held against."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from core.against import Against, Change, Shift
from core.alter import altered
from core.contrast import contrast
from core.edits import Edits
from core.frame import Frame, Prompt
from core.look import Look
from core.session import Session
from core.trace import Sight, Trace, to_host

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from core.course import Course
    from core.model import See
    from core.past import Past
    from core.tokens import Tokens

SHIFTS = 10


class AlteredSession(Session):
    """The same model, run with edits; what it computed is kept apart."""

    def __init__(self, session: Session, edits: Edits) -> None:
        self.__dict__.update(session.__dict__)
        self.edits = edits
        self._then = []
        self.weights_changed()

    def _run(
        self, source: Tokens, target: Tokens | None, at: Sequence[int] | None, course: Course,
        see: See | None = None, past: Past | None = None,
    ) -> Trace:
        with altered(self.model, self.edits):
            return super()._run(source, target, at, course, see, past)

    def _common(self, source: Tokens, target: Tokens | None) -> Past | None:
        return None  # an edit counts positions from the start of the text


class Sides:
    """Looks at one model, altered or not, and at the other side where one is wished for."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._altered: tuple[tuple[object, ...], AlteredSession] | None = None
        self._other: tuple[tuple[object, ...], AlteredSession] | None = None

    def look(
        self, prompt: Prompt, sight: Sight, edits: Edits, against: Against | None = None,
        model: Session | None = None, at: int | None = None,
    ) -> Frame:
        """The frame of ``sight``; where ``against`` says so, with the other side's beside it.

        Args:
            prompt: what was typed.
            sight: what is on screen.
            edits: what is altered.
            against: what it is held against.
            model: the other model, where it is held against one.
            at: the training step whose weights are looked at, see ``Session.at``; None for the
                live ones.
        """
        base, edits = self.session.at(at), self._there(edits)
        session = self._side(base, edits)
        frame = replace(session.look(prompt, sight), edits=edits)
        if against is None or (against.other == "model" and model is None):
            return frame
        other, other_prompt, other_sight = self._against(
            base, prompt, sight, edits, against, model)
        beside = other.look(other_prompt, other_sight)
        change = _change(session.seen, other.seen, against)
        if change is not None and sight.difference:
            assert session.seen is not None  # else there is no change
            assert other.seen is not None
            change = replace(change, sheet=contrast(session.seen, other.seen, sight))
        return replace(frame, beside=beside, change=change)

    def side(self, at: int | None, edits: Edits) -> Session:
        """The model with the weights of a step, see ``Session.at``, and with ``edits``."""
        return self._side(self.session.at(at), self._there(edits))

    def _there(self, edits: Edits) -> Edits:
        """Without a scale that the model does not have: its scores are what they were."""
        return edits if self.session.card.scaled else edits.without("scale")

    def _side(self, base: Session, edits: Edits) -> Session:
        """``base`` with ``edits``; itself without any."""
        if not edits:
            self._altered = None
            return base
        key = base, base.step, edits  # a run takes steps between two looks
        if self._altered is None or self._altered[0] != key:
            self._altered = key, AlteredSession(base, edits)
        return self._altered[1]

    def _against(
        self, base: Session, prompt: Prompt, sight: Sight, edits: Edits, against: Against,
        model: Session | None,
    ) -> tuple[Session, Prompt, Sight]:
        plain = replace(sight, asks=())
        if against.other == "untouched":
            return base, prompt, plain
        if against.other == "model":
            assert model is not None  # the caller has looked
            return model.at(None), prompt, plain
        if against.other == "head":
            return self._side(base, edits), prompt, replace(
                plain, head=against.head, thumbnails=False)
        if against.other == "step":
            then = self.session.at(against.step)
            return self._apart(then, edits, prompt) if edits else then, prompt, plain
        return self._apart(base, edits, against.prompt), against.prompt, plain

    def _apart(self, base: Session, edits: Edits, prompt: Prompt) -> Session:
        """``base`` with ``edits``, and a trace of its own for ``prompt``."""
        key = base, base.step, edits, prompt
        if self._other is None or self._other[0] != key:
            self._other = key, AlteredSession(base, edits)
        return self._other[1]

    def weights_changed(self, step: int | None = None) -> None:
        """Forget what was computed through weights that are no more; ``step`` made the new ones."""
        self.session.weights_changed(step)
        self._altered = self._other = None


def _change(here: Look | None, there: Look | None, against: Against) -> Change | None:
    if here is None or there is None or against.other == "head":
        return None
    return Change(_streams(here, there), *_shifts(here, there))


def _streams(here: Look, there: Look) -> NDArray[np.float32] | None:
    if here.tokens.ids != there.tokens.ids or len(here.layers) != len(there.layers):
        return None
    rows = []
    for ours, theirs in zip(here.layers, there.layers, strict=True):
        if ours.resid_out.shape != theirs.resid_out.shape:
            return None
        gap = (ours.resid_out - theirs.resid_out)[0].norm(dim=-1)
        rows.append(gap / theirs.resid_out[0].norm(dim=-1))
    return to_host(torch.stack(rows))


def _shifts(here: Look, there: Look) -> tuple[tuple[Shift, ...], float | None]:
    sides = _predicted(here), _predicted(there)
    if sides[0] is None or sides[1] is None:
        return (), None
    (ours, name, named), (theirs, _, as_named) = sides[0], sides[1]
    if ours.shape != theirs.shape or named != as_named:
        return (), None
    if not (ours.isfinite().all() and theirs.isfinite().all()):
        return (), None
    after, before = ours.double().log_softmax(-1), theirs.double().log_softmax(-1)
    wanted = {*before.topk(min(SHIFTS, len(before))).indices.tolist(),
              *after.topk(min(SHIFTS, len(after))).indices.tolist()}
    found = [
        Shift(name(at), float(before[at].exp()), float(after[at].exp())) for at in wanted
    ]
    likeliest = sorted(found, key=lambda shift: -max(shift.after, shift.before))[:SHIFTS]
    likeliest.sort(key=lambda shift: -abs(shift.after - shift.before))
    bits = float((after.exp() * (after - before)).nan_to_num(0.0).sum() / torch.log(
        torch.tensor(2.0, dtype=torch.float64)))
    return tuple(likeliest), max(bits, 0.0)


def _predicted(look: Look) -> tuple[Tensor, Callable[[int], str], object] | None:
    """Logits of tokens, or of a classifier's labels; what each is called; what both sides must
    have in common to be compared. None where the model predicts nothing."""
    if look.trace.logits is not None:
        return look.trace.logits[0, 0], look.tokenizer.name, id(look.tokenizer)
    if look.trace.labels is not None:
        labels = look.model.config.labels
        return look.trace.labels[0], labels.__getitem__, labels
    return None
