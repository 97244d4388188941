"""One model, looked at: single-threaded, deterministic, no Qt."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import torch

from core.answers import answer
from core.catalogue import find_model, make_card
from core.checkpoint import Checkpoint, Progress, open_checkpoint
from core.course import Course, read_course, run_course
from core.device import best_device
from core.edits import UNALTERED
from core.errors import NOT_KEPT, Refusal, translate
from core.first_broken import Search, ends_sound
from core.frame import Frame, ModelCard, Prompt
from core.gradients import tell_gradient
from core.inputs import mask_of, read_prompt, read_unmasked
from core.linear import prepare
from core.look import Look
from core.memory import WHOLE, Way
from core.model import See
from core.past import Past
from core.picture import Glimpse
from core.prediction import Predictor, follows, label_chances
from core.sampling import GREEDY, Sampling
from core.timeline import Steps, Weights, model_at
from core.tokens import Tokens
from core.trace import Sight, StackTrace, Trace

_SIDES = 2  # of a comparison of two steps


class Session:
    """A model and the last thing it was asked; a new sight on the same text runs nothing.

    A slim one keeps no layer of a trace once the sight is taken from it, and runs at each look.
    """

    edits = UNALTERED
    """What it runs with."""

    def __init__(self, checkpoint: Checkpoint, card: ModelCard, device: torch.device) -> None:
        self.model = checkpoint.model.to(device)
        self.tokenizer = checkpoint.tokenizer
        self.config = checkpoint.config
        self.generation = checkpoint.generation
        self.card = card
        self.device = device
        self.step = checkpoint.step
        """Training steps that the weights have seen, where that is known."""
        self.timeline: Steps | None = None
        """The weights of other steps."""
        self._then: list[tuple[Weights, Session]] = []
        self.seen: Look | None = None
        """What the last look found."""
        self._read: tuple[Prompt, tuple[Tokens, Tokens | None]] | None = None
        self._last: tuple[Tokens, Tokens | None, tuple[int, ...], Course] | None = None
        self._trace: Trace | None = None
        self._encoded: tuple[Tokens, StackTrace] | None = None
        self._past: tuple[Tokens, Tokens | None, Past] | None = None

    def close(self) -> None:
        """Let go of what it holds beside memory."""

    def tokenize(self, prompt: Prompt) -> tuple[Tokens, Tokens | None]:
        """Source tokens, and target tokens where the model has two stacks."""
        if self._read is None or self._read[0] != prompt:  # a model that learns reads it over again
            self._read = prompt, read_prompt(
                prompt, self.tokenizer, self.config, self.generation)
        return self._read[1]

    @torch.inference_mode(False)  # gradients may be asked of these weights too
    def at(self, step: int | None) -> Session:
        """This session with the weights of ``step``, or of the step nearest to it that there is.

        It is this one where that is the step of the live weights, or none was asked for. What
        another one computes is its own: no cache mixes steps. Ask the live one for every step.

        Raises:
            Refusal: if the weights of that step can't be read.
        """
        if step is None or self.timeline is None or not self.timeline.steps:
            return self
        kept = self.timeline.nearest(step)
        if self.step is not None and abs(self.step - step) <= abs(kept - step):
            return self
        return self._through(self.timeline, kept)

    def aside(self, step: int) -> Session:
        """As :meth:`at`, for one look: those that were looked at before stay at hand."""
        held = self._then
        try:
            return self.at(step)
        finally:
            self._then = held

    def _through(self, timeline: Steps, kept: int) -> Session:
        """This session with the weights of a step that the timeline has."""
        weights = timeline.weights(kept)
        found = next((then for known, then in self._then if known is weights), None)
        if found is None:
            found = copy.copy(self)
            found.model, found._then = model_at(self.model, weights), []
            found.weights_changed(kept)
        others = [pair for pair in self._then if pair[1] is not found]
        self._then = [(weights, found), *others][:_SIDES]
        return found

    @torch.inference_mode()
    def trace(
        self, prompt: Prompt, at: int | None = None
    ) -> tuple[Trace, Tokens, Tokens | None]:
        """The whole trace of ``prompt``, with a batch axis of 1, and its tokens.

        Args:
            prompt: what was typed.
            at: the training step whose weights are run, see :meth:`at`; None for the live ones.

        Raises:
            Refusal: if the prompt has no tokens, or the model was opened to keep fewer tensors.
        """
        if (then := self.at(at)) is not self:
            return then.trace(prompt)
        if self.card.slim:
            raise Refusal(NOT_KEPT)
        source, target = self.tokenize(prompt)
        if not source.ids:
            raise Refusal(translate("core", "The text has no tokens; type at least one word."))
        course = read_course(prompt, source, self.tokenizer, self.model)
        return self._run(source, target, None, course), source, target

    def look(self, prompt: Prompt, sight: Sight, at: int | None = None) -> Frame:
        """What ``sight`` wants to see of ``prompt``; without tokens, a frame with no picture.

        Args:
            prompt: what was typed.
            sight: what is on screen.
            at: the training step whose weights are run, see :meth:`at`; None for the live ones.
        """
        return self.at(at)._look(prompt, sight)

    @torch.inference_mode()
    def _look(self, prompt: Prompt, sight: Sight) -> Frame:
        started = time.perf_counter()
        source, target = self.tokenize(prompt)
        stack = sight.stack if sight.stack in self.config.stacks else self.config.stacks[-1]
        queries = target if target is not None and stack == "decoder" else source
        kind = sight.kind if target is not None and stack == "decoder" else "self"
        course = read_course(prompt, source, self.tokenizer, self.model)
        keys = source if kind == "cross" else course.keys(queries)
        if not source.ids:
            self.seen = None
            return Frame(prompt, sight, self.card, queries, keys, step=self.step, kept=self._kept())
        last = source if target is None else target
        at = self._position(sight.predict_at if stack == self.config.stacks[-1] else None, last)
        glimpse = Glimpse(sight, stack, kind, queries, keys)
        if self.card.slim:
            trace = self._pass(source, target, (at, len(last) - 1), course, glimpse)
        else:
            trace = self._cached(source, target, (at, len(last) - 1), course)
            glimpse.take(trace)
        broken = unreal = None
        if not ends_sound(trace):
            search = Search(sight, stack, kind, queries, keys)
            self._search(trace, search, source, target, course)
            broken, unreal = search.first(trace, self.model, self.card), search.marks
        mute = broken is not None and trace.logits is not None and bool(trace.logits.isnan().any())
        seen = Look(
            self.model, self.tokenizer, trace, source, target, stack, kind, sight.stream,
            queries, keys, at, sight.omit, sight.renormalise, self.edits,
            again=None if self.card.slim else self._again(source, target, course),
            original=read_unmasked(prompt, source, self.tokenizer, self.config).ids,
            timeline=self.timeline, step=self.step)
        self.seen = replace(seen, again=None)  # it would hold this session, and that the look
        predictor = Predictor(self.tokenizer, self.config, self.generation)
        return Frame(
            prompt, sight, self.card, queries, keys,
            thumbnails=glimpse.thumbnails,
            head=glimpse.head,
            predictions=() if mute else predictor.likeliest(trace, at, sight.sampling),
            predicted_at=at,
            predicted_in=last,
            behind_mask=last.ids[at] == mask_of(self.tokenizer, self.config),
            continued=None if mute else predictor.continued(prompt, last, trace, sight.sampling),
            next_sentence=follows(trace) if prompt.second and self.card.verdict else None,
            labels=label_chances(trace),
            order=course.order,
            broken=broken,
            unreal=unreal,
            answers=answer(sight.asks, seen),
            gradient=tell_gradient(sight, seen) if sight.gradient else None,
            step=self.step,
            kept=self._kept(),
            seconds=time.perf_counter() - started,
        )

    def _again(
        self, source: Tokens, target: Tokens | None, course: Course
    ) -> Callable[[], Trace]:
        def run() -> Trace:
            encoded, self._encoded = self._encoded, None  # it has no graph
            try:
                return self._run(source, target, None, course)
            finally:
                self._encoded = encoded

        return run

    def next_token(self, prompt: Prompt, sampling: Sampling = GREEDY) -> Prompt | None:
        """``prompt`` and the token drawn after it; None where there is nothing to add."""
        return self.look(prompt, Sight(thumbnails=False, sampling=sampling)).continued

    def generate(
        self, prompt: Prompt, limit: int, sampling: Sampling = GREEDY
    ) -> Iterator[Prompt]:
        """``prompt`` as it grows token by token, to its end, or by ``limit`` of them."""
        for _ in range(limit):
            grown = self.next_token(prompt, sampling)
            if grown is None:
                return
            yield (prompt := grown)

    def weights_changed(self, step: int | None = None) -> None:
        """Forget what was computed through weights that are no more.

        Args:
            step: training steps that the new ones have seen; None if that is as before.
        """
        self.seen = self._last = self._trace = self._encoded = self._past = None
        self.step = self.step if step is None else step

    def _kept(self) -> tuple[int, ...]:
        return () if self.timeline is None else self.timeline.steps

    def _position(self, wanted: int | None, tokens: Tokens) -> int:
        """The wanted one, or the nearest there is; else the first mask, else the last."""
        last = len(tokens) - 1
        if wanted is not None:
            return min(max(wanted, 0), last)
        mask = mask_of(self.tokenizer, self.config)
        return tokens.ids.index(mask) if mask in tokens.ids else last

    def _cached(
        self, source: Tokens, target: Tokens | None, at: tuple[int, ...], course: Course
    ) -> Trace:
        if self._trace is None or self._last != (source, target, at, course):
            past = self._common(source, target)
            self.seen = self._trace = self._last = self._past = None  # rows are written over
            self._trace = self._run(source, target, at, course, past=past)
            self._last = (source, target, at, course)
            self._past = None if past is None else (source, target, past)
        return self._trace

    def _common(self, source: Tokens, target: Tokens | None) -> Past | None:
        """The rows that hold for a text too, but for its last; None where all see all."""
        if self.config.stacks[-1] != "decoder":
            return None
        if self._past is None:
            return Past()
        before, before_target, past = self._past
        if target is None or before_target is None:
            return past.common(self._rows(before), self._rows(source))
        if self._rows(before) != self._rows(source):
            return Past()
        return past.common(before_target.ids, target.ids)

    def _rows(self, source: Tokens) -> Sequence[object]:
        """What the embedding makes a row of, by position."""
        segments = self._segments(source) or (0,) * len(source)
        return list(zip(source.ids, segments, strict=True))

    def _segments(self, source: Tokens) -> tuple[int, ...] | None:
        """The segments of a text, where the model knows them all."""
        told = self.config.segments > max(source.segments, default=0)
        return source.segments if told and source.segments else None

    def _pass(
        self, source: Tokens, target: Tokens | None, at: tuple[int, ...], course: Course,
        glimpse: Glimpse,
    ) -> Trace:
        """Run, and keep of each layer what ``glimpse`` takes."""
        if glimpse.stack == "encoder":
            self._encoded = None  # its layers are to be seen again
        return self._run(source, target, at, course, glimpse.see)

    def _search(
        self, trace: Trace, search: Search, source: Tokens, target: Tokens | None, course: Course
    ) -> None:
        """Show ``search`` all layers of a trace; of those that were let go, in a second pass."""
        if not self.card.slim:
            search.take(trace)
        else:
            self._encoded = None
            self._run(source, target, (0,), course, search.see)

    def _run(
        self, source: Tokens, target: Tokens | None, at: Sequence[int] | None, course: Course,
        see: See | None = None, past: Past | None = None,
    ) -> Trace:
        at = None if at is None else tuple(dict.fromkeys(at))  # each once
        led = run_course(self.model, source, at, course, self.device, see)
        if led is not None:
            return led

        def batch(numbers: Sequence[int]) -> torch.Tensor:
            return torch.tensor([numbers], device=self.device)

        known = self._segments(source)
        segments = None if known is None else batch(known)
        if target is None:
            trace: Trace = self.model(
                batch(source.ids), segments=segments, logits_at=at, see=see, past=past
            )
            return trace
        kept = self._encoded[1] if self._encoded and self._encoded[0] == source else None
        trace = self.model(
            batch(source.ids), batch(target.ids), segments=segments, logits_at=at, encoder=kept,
            see=see, past=past,
        )
        assert trace.encoder is not None  # there is a target
        self._encoded = (source, trace.encoder)
        return trace


def open_session(
    reference: str, way: Way = WHOLE, progress: Progress | None = None
) -> Session:
    """Open a bundled name, a folder, or a hub id that was downloaded, on the best device.

    Args:
        reference: of the model.
        way: how it is held in memory.
        progress: told how many bytes of how many are read; what it raises goes through.

    Raises:
        Refusal: if there is no such model, or it can't be read.
        TooLarge: if there is not enough memory.
    """
    dtype = getattr(torch, way.dtype)
    checkpoint = open_checkpoint(find_model(reference), dtype, progress, way.slim)
    device = best_device()
    if device.type == "cpu":
        prepare(checkpoint.model)
    return Session(checkpoint, make_card(reference, checkpoint, device, way.slim), device)
