"""What a classifier has learnt: held-out texts judged, beside a regression on their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch.nn import functional as F

from core.checkpoint import Checkpoint
from core.errors import Refusal, translate
from core.frame import NotableHead
from core.readings.heads import NAMED, HeadScore, score_heads, strongest
from core.training.bag_of_words import best_bag_of_words
from core.training.classification import (
    Coded,
    confusion_of,
    divide,
    encode_labelled,
    judge,
    share_right,
)
from core.training.labelled import Labelled
from core.training.objective import Confusion

SEQUENCES = 32
"""Texts that heads are scored on, the longest there are."""
_LEAST = 8
_WIDEST = 12


@dataclass(frozen=True)
class LabelReport:
    """On held-out texts, which chose neither the model's step nor the baseline's strength."""

    labels: tuple[str, ...]
    trained: int
    """Texts that were learnt from, or validated."""
    confusion: Confusion
    """[label, said]: how many texts of each label were said to have which."""
    nats: float
    """A text."""
    words: Confusion
    """The confusion of a logistic regression on words and their pairs."""
    words_nats: float
    strength: float
    """Of that regression's penalty."""
    previous_token: tuple[HeadScore, ...]

    @property
    def right(self) -> float:
        """Share of texts."""
        return share_right(self.confusion)

    @property
    def words_right(self) -> float:
        """The same of the regression."""
        return share_right(self.words)

    def notable(self) -> tuple[NotableHead, ...]:
        """Heads that look at the token before."""
        return tuple(
            NotableHead("previous_token", head.layer, head.head, round(head.score, 3))
            for head in self.previous_token if head.score >= NAMED
        )

    def __str__(self) -> str:
        name = f"words and their pairs, L2 {self.strength:g}"
        return "\n".join([
            f"trained on                            {self.trained} texts",
            f"held out                              {sum(map(sum, self.confusion))} texts",
            f"model                                 {self.right:.4f} right, "
            f"{self.nats:.4f} nats a text",
            f"{name:<38}{self.words_right:.4f} right, {self.words_nats:.4f} nats a text",
            *_table("model", self.labels, self.confusion),
            *_table("words and their pairs", self.labels, self.words),
            "previous token                        " + ", ".join(
                f"layer {h.layer} head {h.head} ({h.score:.3f})" for h in self.previous_token),
        ])


def report_labels(checkpoint: Checkpoint, corpus: Labelled) -> LabelReport:
    """Judge all held-out texts; the regression is fitted on the others in the same call.

    Raises:
        Refusal: if the model does not tell the labels of ``corpus`` apart.
    """
    config = checkpoint.config
    if set(config.labels) != set(corpus.labels):
        raise Refusal(
            translate("core", "The model tells {ours} apart and the data have {theirs}."),
            ours=", ".join(config.labels) or "–", theirs=", ".join(corpus.labels),
        )
    labels = config.labels
    rows = encode_labelled(corpus.held_out, labels, checkpoint.tokenizer, config.context)
    told, wanted = judge(checkpoint.model, rows)
    regression = best_bag_of_words(*divide(corpus), labels)
    by_words = regression.judge([text for text, _ in corpus.held_out])
    return LabelReport(
        labels, len(corpus.train),
        confusion_of(told, wanted), float(F.nll_loss(told, wanted)),
        confusion_of(by_words, wanted), float(F.nll_loss(by_words, wanted)), regression.strength,
        _heads(checkpoint, rows),
    )


def _heads(checkpoint: Checkpoint, rows: Sequence[Coded]) -> tuple[HeadScore, ...]:
    longest = sorted((ids for ids, _ in rows), key=len)[-SEQUENCES:]
    least = len(longest[0])
    if least < _LEAST:
        return ()
    scores = score_heads(checkpoint.model, torch.tensor([ids[:least] for ids in longest]))
    return strongest(scores["previous_token"], 3)


def _table(
    title: str, labels: Sequence[str], confusion: Sequence[Sequence[int]]
) -> list[str]:
    """Rows are what texts are, columns what was said."""
    short = [label[:_WIDEST] for label in labels]
    wide = max(6, *map(len, short))
    heading = f"{title + ': is, down, said':<38}"
    return [
        heading + "  ".join(f"{name:>{wide}}" for name in short),
        *(f"{name:<38}" + "  ".join(f"{count:>{wide}}" for count in row)
          for name, row in zip(short, confusion, strict=True)),
    ]
