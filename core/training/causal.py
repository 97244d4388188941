"""The next token (Radford et al. 2018): each position predicts the one after it."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from core.errors import Refusal, translate
from core.model import Transformer
from core.tokens import Tokenizer
from core.training.chance import chance_state, set_chance
from core.training.config import TrainConfig
from core.training.objective import Confusion
from core.training.text import Corpus, Windows, encode_documents


def causal_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Mean cross-entropy of the next token, in nats.

    Args:
        logits: [B, T, V] of positions 0 to T - 1.
        targets: [B, T] ids of positions 1 to T.
    """
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


class Causal:
    """Predict the next token of running text."""

    unit = "nats a byte"
    confusion: Confusion = ()

    def __init__(self, windows: Windows, held_out: Tensor, size: int) -> None:
        """Train on ``windows``; measure on ``held_out``, [tokens], of ``size`` bytes."""
        self.windows, self._held_out, self._size = windows, held_out, size

    @property
    def tokens(self) -> int:
        """In one batch."""
        return self.windows.batch * self.windows.window

    @classmethod
    def of(
        cls, corpus: Corpus, tokenizer: Tokenizer, model: Transformer, config: TrainConfig
    ) -> Causal:
        """Learn from ``corpus``.

        Raises:
            Refusal: if the model reads both ways, the tokenizer does not fit, or text is short.
        """
        if model.config.stacks != ("decoder",):
            raise Refusal(
                translate("core", "The objective causal trains a decoder alone; this model has "
                          "{stacks}."), stacks=" + ".join(model.config.stacks),
            )
        stream = encode_documents(tokenizer, corpus.train)
        stride = _stride(stream, len(corpus.train), config.window) if corpus.alike else 1
        windows = Windows(stream, config.window, config.batch, config.repeats, config.seed, stride)
        size = sum(len(document.encode()) for document in corpus.held_out)
        return cls(windows, encode_documents(tokenizer, corpus.held_out), size)

    def loss(self, model: Transformer) -> Tensor:
        """Of the next windows, in nats a token."""
        rows = self.windows.draw().to(model.embedding.weight.device)
        return causal_loss(model(rows[:, :-1], keep=False).logits, rows[:, 1:])

    def held_out(self, model: Transformer) -> float:
        """Of the whole held-out text, in nats a byte of UTF-8."""
        window, stride = self.windows.window, self.windows.stride
        return held_out_nats(model, self._held_out, window, stride=stride) / self._size

    def set_batch(self, size: int) -> None:
        """Windows in a batch, from now on."""
        self.windows.batch = size

    def state(self) -> list[Any]:
        """Of the windows' chance."""
        return chance_state(self.windows.random)

    def set_state(self, state: object) -> None:
        """The inverse."""
        set_chance(state, self.windows.random)


def _stride(stream: Tensor, texts: int, window: int) -> int:
    """Tokens of a text and its end, where all have as many and a window holds one; else 1."""
    size = len(stream) // texts
    even = size * texts == len(stream) and bool((stream[size - 1 :: size] == stream[-1]).all())
    return size if even and size <= window + 1 else 1


@torch.inference_mode()
def held_out_nats(
    model: Transformer, stream: Tensor, window: int, batch: int = 8, stride: int = 1
) -> float:
    """Total cross-entropy of a stream, in nats, each token once.

    Windows overlap by half, so that all but the first tokens are predicted from at least half a
    window of text before them; with a ``stride``, each begins at a multiple of it and none overlap.

    Args:
        model: a causal model.
        stream: [tokens]; its first token is given, not predicted.
        window: tokens the model sees at once.
        batch: windows at a time.
        stride: tokens of a document, its end included, where all are alike.
    """
    if len(stream) < 2:
        return 0.0
    model.eval()
    device = model.embedding.weight.device
    total, apart = 0.0, stride if stride > 1 else max(window // 2, 1)
    starts = list(range(0, max(len(stream) - 1 - window, 0) + apart, apart))
    starts = [min(start, max(len(stream) - 1 - window, 0)) for start in starts]
    counted = 0  # tokens predicted so far
    for first in range(0, len(starts), batch):
        some = starts[first : first + batch]
        rows = torch.stack([stream[start : start + window + 1] for start in some]).to(device)
        logits = model(rows[:, :-1], keep=False).logits
        nats = F.cross_entropy(logits.transpose(1, 2), rows[:, 1:], reduction="none")
        for start, row in zip(some, nats, strict=True):
            fresh = max(counted - start, 0)
            total += float(row[fresh:].double().sum())
            counted = max(counted, start + row.shape[0])
    return total
