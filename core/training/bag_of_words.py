"""Logistic regression on the words of a text and their neighbours: what a classifier must beat.

min_W  mean -log softmax(sum of W over a text's features)[label] + strength / 2 |W|^2; a feature
is a word or two in a row, there or not (as in Wang and Manning 2012).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex
import torch
from torch import Tensor
from torch.nn import functional as F

from core.training.labelled import Example

STRENGTHS = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3)
"""Of the penalty; validation chooses."""
_WORD = regex.compile(r"\w+(?:'\w+)*|[^\w\s]")
_ROUNDS = 200


def features(text: str) -> list[str]:
    """Words and marks in small letters, and each two in a row; each once, as they come."""
    words = _WORD.findall(text.lower())
    return list(dict.fromkeys([*words, *map(" ".join, pairwise(words))]))


@dataclass(frozen=True)
class BagOfWords:
    """A fitted regression."""

    places: dict[str, int]
    """The row of each feature; the last row of ``weights``, which every text has, is no word."""
    weights: Tensor
    """[feature + 1, label] float64."""
    labels: tuple[str, ...]
    strength: float

    @classmethod
    def fit(
        cls, examples: Sequence[Example], labels: Sequence[str], strength: float
    ) -> BagOfWords:
        """The least loss there is, by L-BFGS (Liu and Nocedal 1989); the problem is convex."""
        found = dict.fromkeys(one for text, _ in examples for one in features(text))
        places = {one: at for at, one in enumerate(found)}
        rows, offsets = _rows([text for text, _ in examples], places)
        answers = torch.tensor([labels.index(label) for _, label in examples])
        weights = torch.zeros(len(places) + 1, len(labels), dtype=torch.float64)
        weights.requires_grad_()
        search = torch.optim.LBFGS(
            [weights], max_iter=_ROUNDS, tolerance_grad=1e-7, tolerance_change=1e-12,
            line_search_fn="strong_wolfe")

        def loss() -> Tensor:
            search.zero_grad()
            told = F.embedding_bag(rows, weights, offsets, mode="sum")
            found = F.cross_entropy(told, answers) + strength / 2 * weights[:-1].square().sum()
            found.backward()  # type: ignore[no-untyped-call]
            return found

        search.step(loss)  # type: ignore[no-untyped-call]
        return cls(places, weights.detach(), tuple(labels), strength)

    @torch.inference_mode()
    def judge(self, texts: Sequence[str]) -> Tensor:
        """[N, L] float64 log-probabilities."""
        rows, offsets = _rows(texts, self.places)
        return F.embedding_bag(rows, self.weights, offsets, mode="sum").log_softmax(-1)

    def right(self, examples: Sequence[Example]) -> float:
        """The share of texts whose likeliest label is theirs."""
        best = self.judge([text for text, _ in examples]).argmax(-1)
        wanted = torch.tensor([self.labels.index(label) for _, label in examples])
        return float((best == wanted).double().mean())


def best_bag_of_words(
    train: Sequence[Example], validation: Sequence[Example], labels: Sequence[str]
) -> BagOfWords:
    """With the strength that is right most often on ``validation``; then fitted on both."""
    tried = [BagOfWords.fit(train, labels, strength) for strength in STRENGTHS]
    best = max(tried, key=lambda one: one.right(validation))
    return BagOfWords.fit([*train, *validation], labels, best.strength)


def _rows(texts: Sequence[str], places: dict[str, int]) -> tuple[Tensor, Tensor]:
    """Rows of each text's features, one text behind the other, and where each text begins."""
    rows: list[int] = []
    starts = []
    for text in texts:
        starts.append(len(rows))
        rows += [places[one] for one in features(text) if one in places]
        rows.append(len(places))
    return torch.tensor(rows), torch.tensor(starts)
