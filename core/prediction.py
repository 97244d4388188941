"""What a model says after a text: the likeliest tokens, the one it writes, and its verdicts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from core.checkpoint.generation import Generation
from core.config import ModelConfig
from core.frame import Prediction, Prompt
from core.sampling import Sampling, chances, draw
from core.tokens import Tokenizer, Tokens
from core.trace import Trace

PREDICTIONS = 10


@dataclass(frozen=True)
class Predictor:
    """Reads them from a trace; its logits are of the position asked for, and of the last."""

    tokenizer: Tokenizer
    config: ModelConfig
    generation: Generation

    def likeliest(self, trace: Trace, at: int, sampling: Sampling) -> tuple[Prediction, ...]:
        """The likeliest tokens after position ``at``; none from a model without a head."""
        if trace.logits is None:
            return ()
        best = trace.logits[0, 0].softmax(-1).topk(min(PREDICTIONS, self.config.vocabulary))
        drawn: list[float] | list[None] = [None] * len(best.indices)
        if trace.decoder is not None:
            drawn = chances(self._heard(trace, 0, at), sampling)[best.indices].tolist()
        return tuple(
            Prediction(self.tokenizer.name(token), probability, self.tokenizer.plain(token), share)
            for probability, token, share in zip(
                best.values.tolist(), best.indices.tolist(), drawn, strict=True)
        )

    def continued(
        self, prompt: Prompt, last: Tokens, trace: Trace, sampling: Sampling
    ) -> Prompt | None:
        """What generation makes of ``prompt`` in one step; None where there is nothing to add."""
        written = prompt.written
        full = last.cut or len(last) >= self.config.context
        if trace.decoder is None or trace.logits is None or full:
            return None
        if written and written[-1] in self.generation.ends:
            return None
        token = draw(self._heard(trace, -1, len(last) - 1), sampling, len(last))
        return replace(prompt, written=(*written, token))

    def _heard(self, trace: Trace, row: int, at: int) -> Tensor:
        """[V] logits after position ``at`` as generation hears them, in double precision.

        They are a row of those that the trace has. Some ids are never written; one may always be
        written first.
        """
        assert trace.logits is not None  # the caller has looked
        logits = trace.logits[0, row].to(torch.float64, copy=True)
        first = self.generation.first
        if first is None or trace.encoder is None or at:
            logits[list(self.generation.never)] = -torch.inf
            return logits
        only = torch.full_like(logits, -torch.inf)
        only[first] = 0.0
        return only


def follows(trace: Trace) -> float | None:
    """The probability that the second sentence follows the first."""
    told = trace.next_sentence
    if told is None or not told.isfinite().all():
        return None
    return float(told[0].softmax(-1)[0])


def label_chances(trace: Trace) -> tuple[float, ...]:
    """The probability of each label; none from a model that tells none apart, or tells no number.
    """
    told = trace.labels
    return tuple(told[0].softmax(-1).tolist()) if told is not None and told.isfinite().all() else ()
