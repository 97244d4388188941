"""One model, looked at: single-threaded, deterministic, no Qt."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from core.catalogue import find_model, make_card
from core.checkpoint import Checkpoint, open_checkpoint
from core.device import best_device
from core.errors import Refusal, translate
from core.frame import Frame, HeadPicture, ModelCard, Prediction, Prompt
from core.tokens import Tokens
from core.trace import AttentionTrace, Sight, Trace, reduce_pattern, to_host

PREDICTIONS = 10


class Session:
    """A model and the last thing it was asked; a new sight on the same text runs nothing."""

    def __init__(self, checkpoint: Checkpoint, card: ModelCard, device: torch.device) -> None:
        self.model = checkpoint.model.to(device)
        self.tokenizer = checkpoint.tokenizer
        self.config = checkpoint.config
        self.card = card
        self.device = device
        self._last: tuple[Tokens, Tokens | None, tuple[int, ...]] | None = None
        self._trace: Trace | None = None

    def tokenize(self, prompt: Prompt) -> tuple[Tokens, Tokens | None]:
        """Source tokens, and target tokens where the model has two stacks."""
        source = self.tokenizer.encode(prompt.source, self.config.context)
        if len(self.config.stacks) < 2:
            return source, None
        return source, self.tokenizer.encode(prompt.target, self.config.context)

    @torch.inference_mode()
    def trace(self, prompt: Prompt) -> tuple[Trace, Tokens, Tokens | None]:
        """The whole trace of ``prompt``, with a batch axis of 1, and its tokens.

        Raises:
            Refusal: if the prompt has no tokens.
        """
        source, target = self.tokenize(prompt)
        if not source.ids or (target is not None and not target.ids):
            raise Refusal(translate("core", "The text has no tokens; type at least one word."))
        return self._run(source, target, None), source, target

    @torch.inference_mode()
    def look(self, prompt: Prompt, sight: Sight) -> Frame:
        """What ``sight`` wants to see of ``prompt``; without tokens, a frame with no picture."""
        started = time.perf_counter()
        source, target = self.tokenize(prompt)
        stack = sight.stack if sight.stack in self.config.stacks else self.config.stacks[-1]
        queries = target if target is not None and stack == "decoder" else source
        kind = sight.kind if target is not None and stack == "decoder" else "self"
        keys = source if kind == "cross" else queries
        if not source.ids or (target is not None and not target.ids):
            return Frame(prompt, sight, self.card, queries, keys)
        last = source if target is None else target
        at = _position(sight.predict_at if stack == self.config.stacks[-1] else None, last)
        trace = self._cached(source, target, (at,))
        layers = [layer.attention(kind) for layer in trace.stack(stack).layers]
        return Frame(
            prompt, sight, self.card, queries, keys,
            thumbnails=_thumbnails(layers, sight) if sight.thumbnails else None,
            head=_head(layers, sight.head),
            predictions=self._predictions(trace),
            predicted_at=at,
            predicted_in=last,
            seconds=time.perf_counter() - started,
            finite=bool(torch.isfinite(_last(trace)).all()),
        )

    def _cached(self, source: Tokens, target: Tokens | None, at: tuple[int, ...]) -> Trace:
        if self._trace is None or self._last != (source, target, at):
            self._trace = self._run(source, target, at)
            self._last = (source, target, at)
        return self._trace

    def _run(self, source: Tokens, target: Tokens | None, at: Sequence[int] | None) -> Trace:
        def batch(tokens: Tokens) -> torch.Tensor:
            return torch.tensor([tokens.ids], device=self.device)

        trace: Trace = self.model(
            batch(source), None if target is None else batch(target), logits_at=at
        )
        return trace

    def _predictions(self, trace: Trace) -> tuple[Prediction, ...]:
        """The likeliest tokens; none from a model without a head."""
        if trace.logits is None:
            return ()
        best = trace.logits[0, -1].softmax(-1).topk(min(PREDICTIONS, self.config.vocabulary))
        return tuple(
            Prediction(self.tokenizer.name(token), probability, self.tokenizer.plain(token))
            for probability, token in zip(best.values.tolist(), best.indices.tolist(), strict=True)
        )


def _position(wanted: int | None, tokens: Tokens) -> int:
    """The wanted one, or the nearest there is; the last where none is named."""
    last = len(tokens) - 1
    return last if wanted is None else min(max(wanted, 0), last)


def _last(trace: Trace) -> torch.Tensor:
    """What the model ends in: logits where it has a head, else the last stream."""
    last = trace.decoder or trace.encoder
    assert last is not None  # a model has at least one stack
    return last.final if trace.logits is None else trace.logits


def _thumbnails(layers: Sequence[AttentionTrace], sight: Sight) -> NDArray[np.uint8]:
    parts = [
        reduce_pattern(layer.pattern[0], layer.visible[0], sight.pixels, sight.scale)
        for layer in layers
    ]
    return to_host(torch.stack(parts))


def _head(layers: Sequence[AttentionTrace], wanted: tuple[int, int] | None) -> HeadPicture | None:
    if wanted is None:
        return None
    layer, head = wanted
    if not (0 <= layer < len(layers) and 0 <= head < layers[layer].pattern.shape[1]):
        return None
    seen = layers[layer]
    return HeadPicture(layer, head, to_host(seen.pattern[0, head]), to_host(seen.scores[0, head]))


def open_session(reference: str) -> Session:
    """Open a bundled name or a folder, on the best device.

    Raises:
        Refusal: if there is no such model, or it can't be read.
    """
    checkpoint = open_checkpoint(find_model(reference))
    device = best_device()
    return Session(checkpoint, make_card(reference, checkpoint, device), device)
