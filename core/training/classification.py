"""Telling labels apart: a classifier on a trained trunk (Radford et al. 2018)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from core.checkpoint.write import layout
from core.config import ModelConfig, TrainConfig
from core.errors import Refusal, translate
from core.model import Transformer
from core.tokens import Tokenizer
from core.training.chance import chance_state, set_chance
from core.training.labelled import Example, Labelled

VALIDATION = 0.1
"""Share of the training texts that choose the best step, and the baseline's strength."""
_AT_ONCE = 64
_LENGTHS = 16

Coded = tuple[tuple[int, ...], int]
"""Tokens of a text, and the place of its label."""


def divide(corpus: Labelled) -> tuple[tuple[Example, ...], tuple[Example, ...]]:
    """The training texts, in two: what is learnt from, and what validates; always the same.

    What ``corpus`` holds out chooses nothing, so that it measures everything alike.
    """
    order = torch.randperm(len(corpus.train), generator=torch.Generator().manual_seed(0)).tolist()
    cut = max(round(len(order) * VALIDATION), 1)
    if cut >= len(order):
        raise Refusal(translate("core", "There is one text to train on; give more."))
    return (tuple(corpus.train[at] for at in sorted(order[cut:])),
            tuple(corpus.train[at] for at in sorted(order[:cut])))


def classifier_config(config: ModelConfig, labels: Sequence[str], dropout: float) -> ModelConfig:
    """``config`` with a classifier in place of its heads; a text is one segment.

    Raises:
        Refusal: for a model with both stacks, or one that could not be written.
    """
    made = replace(
        config, labels=tuple(labels), head="none", head_bias=False, tied_head=True, pooled=False,
        segments=min(config.segments, 1), dropout=dropout,
    )
    layout(made).from_config(made)
    return made


def make_classifier(model: Transformer, labels: Sequence[str], dropout: float) -> Transformer:
    """A model that goes on from ``model`` and tells ``labels`` apart.

    Its pooler goes on from that of BERT's next sentence; its classifier from one of the same
    labels; what neither has, begins anew.

    Raises:
        Refusal: for a model with both stacks, or one that could not be written.
    """
    made = Transformer(classifier_config(model.config, labels, dropout))
    there = model.state_dict()
    if model.config.labels != made.config.labels:
        there = {name: part for name, part in there.items() if not name.startswith("classifier.")}
    there |= {
        name.replace("next_sentence.pool", "classifier.pool"): part
        for name, part in there.items() if name.startswith("next_sentence.pool")
    }
    if made.segments is not None:
        there["segments.weight"] = there["segments.weight"][: made.config.segments]
    wanted = made.state_dict()
    made.load_state_dict(wanted | {name: part for name, part in there.items() if name in wanted})
    return made


def encode_labelled(
    examples: Sequence[Example], labels: Sequence[str], tokenizer: Tokenizer, window: int
) -> list[Coded]:
    """Each text as a prompt is read, its end cut where it has more than ``window`` tokens."""
    places = {label: at for at, label in enumerate(labels)}
    return [(tokenizer.encode(text, window).ids, places[label]) for text, label in examples]


def collate(rows: Sequence[Coded]) -> tuple[Tensor, Tensor, Tensor]:
    """ids [B, T] and bool [B, T], False where they are padding, on the right; labels [B]."""
    longest = max(len(ids) for ids, _ in rows)
    ids = torch.tensor([[*ids, *[0] * (longest - len(ids))] for ids, _ in rows])
    sizes = torch.tensor([len(ids) for ids, _ in rows])
    visible = torch.arange(longest) < sizes[:, None]
    return ids, visible, torch.tensor([label for _, label in rows])


def label_logits(model: Transformer, rows: Sequence[Coded]) -> tuple[Tensor, Tensor]:
    """[B, L] of one batch, and its labels [B], both where the model is."""
    device = model.embedding.weight.device
    ids, visible, labels = (part.to(device) for part in collate(rows))
    told = model(ids, source_visible=visible, logits_at=[], keep=False).labels
    assert told is not None  # the model tells labels apart
    return told, labels


@torch.inference_mode()
def judge(model: Transformer, rows: Sequence[Coded]) -> tuple[Tensor, Tensor]:
    """[N, L] float64 log-probabilities of all ``rows``, and their labels [N], on the CPU."""
    model.eval()
    told = [label_logits(model, rows[at : at + _AT_ONCE]) for at in range(0, len(rows), _AT_ONCE)]
    logits, labels = (torch.cat(parts).cpu() for parts in zip(*told, strict=True))
    return logits.double().log_softmax(-1), labels


class Classification:
    """Say which of a few labels a text has."""

    unit = "nats a text"

    def __init__(
        self, train: Sequence[Coded], validation: Sequence[Coded], config: TrainConfig
    ) -> None:
        self.validation, self.batch, self.smoothing = validation, config.batch, config.smoothing
        self.train = sorted(train, key=lambda row: len(row[0]))
        self.random = torch.Generator().manual_seed(config.seed)

    @property
    def tokens(self) -> int:
        """In a batch of texts of mean length."""
        return round(sum(len(ids) for ids, _ in self.train) / len(self.train) * self.batch)

    @classmethod
    def of(
        cls, corpus: Labelled, tokenizer: Tokenizer, model: Transformer, config: TrainConfig
    ) -> Classification:
        """Learn from ``corpus``, but for what :func:`divide` keeps to validate.

        Raises:
            Refusal: if the model does not tell its labels apart.
        """
        if model.config.labels != corpus.labels:
            raise Refusal(
                translate("core", "The model tells {ours} apart and the data have {theirs}."),
                ours=", ".join(model.config.labels) or "–", theirs=", ".join(corpus.labels),
            )
        train, validation = (
            encode_labelled(part, corpus.labels, tokenizer, config.window)
            for part in divide(corpus)
        )
        return cls(train, validation, config)

    def draw(self) -> list[Coded]:
        """The next texts, each as likely as any; the same seed draws the same ones.

        Those of a batch are of a like length, so that little of it is padding.
        """
        size = max(len(self.train) // _LENGTHS, 8 * self.batch)
        first = int(torch.randint(len(self.train), (), generator=self.random)) // size * size
        alike = self.train[first : first + size]
        rows = torch.randint(len(alike), (self.batch,), generator=self.random)
        return [alike[row] for row in rows.tolist()]

    def loss(self, model: Transformer) -> Tensor:
        """Of the next texts, in nats a text."""
        told, labels = label_logits(model, self.draw())
        return F.cross_entropy(told, labels, label_smoothing=self.smoothing)

    def held_out(self, model: Transformer) -> float:
        """Of the texts that validate, without smoothing."""
        told, labels = judge(model, self.validation)
        return float(F.nll_loss(told, labels))

    def set_batch(self, size: int) -> None:
        """Texts in a batch, from now on."""
        self.batch = size

    def state(self) -> Any:  # noqa: ANN401
        """Of the chance that draws texts."""
        return chance_state(self.random)

    def set_state(self, state: Any) -> None:  # noqa: ANN401
        """The inverse."""
        set_chance(state, self.random)
