"""Guesses at tokens counted: a model's, beside those of how often each token occurs."""

from __future__ import annotations

import torch
from torch import Tensor


class Tally:
    """What was asked, how surprising it was and how often the likeliest token was right."""

    def __init__(self, text: Tensor, vocabulary: int) -> None:
        """Count ``text``, [tokens], that was trained on, each token of ``vocabulary`` once more."""
        counts = torch.bincount(text, minlength=vocabulary).double() + 1
        self._chances = (counts / counts.sum()).log()
        self._common = int(counts.argmax())
        self.asked = self._right = self._unigram_right = 0
        self._nats = self._unigram_nats = 0.0

    def add(self, logits: Tensor, labels: Tensor) -> None:
        """Take [N, V] of a model as guesses at [N] tokens."""
        log_p = logits.double().cpu().log_softmax(-1)
        self.asked += len(labels)
        self._nats -= float(log_p[torch.arange(len(labels)), labels].sum())
        self._right += int((log_p.argmax(-1) == labels).sum())
        self._unigram_nats -= float(self._chances[labels].sum())
        self._unigram_right += int((labels == self._common).sum())

    @property
    def nats(self) -> float:
        """Mean cross-entropy of the model."""
        return self._nats / self.asked

    @property
    def right(self) -> float:
        """Share of tokens that the model found likeliest."""
        return self._right / self.asked

    @property
    def unigram_nats(self) -> float:
        """Mean cross-entropy of the counts alone."""
        return self._unigram_nats / self.asked

    @property
    def unigram_right(self) -> float:
        """Share of the most frequent token."""
        return self._unigram_right / self.asked
