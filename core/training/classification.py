"""Telling labels apart: a classifier on a trained trunk (Radford et al. 2018)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor
from torch.nn import functional as F

from core.checkpoint.write import layout
from core.config import ModelConfig
from core.errors import Refusal, translate
from core.model import Transformer
from core.tokens import Tokenizer
from core.training.config import TrainConfig
from core.training.drawn_rows import DrawnRows
from core.training.labelled import Example, Labelled
from core.training.masked import marks_of
from core.training.objective import Confusion
from core.training.vocabulary import MASK, mark_id

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


def label_logits(model: Transformer, ids: Tensor, visible: Tensor) -> Tensor:
    """[B, L] where the model is, of [B, T] and [B, T]."""
    device = model.embedding.weight.device
    told: Tensor | None = model(
        ids.to(device), source_visible=visible.to(device), logits_at=[], keep=False
    ).labels
    assert told is not None  # the model tells labels apart
    return told


@torch.inference_mode()
def judge(model: Transformer, rows: Sequence[Coded]) -> tuple[Tensor, Tensor]:
    """[N, L] float64 log-probabilities of all ``rows``, and their labels [N], on the CPU."""
    model.eval()
    told = [
        label_logits(model, *collate(rows[at : at + _AT_ONCE])[:2]).double().log_softmax(-1).cpu()
        for at in range(0, len(rows), _AT_ONCE)
    ]
    return torch.cat(told), torch.tensor([label for _, label in rows])


def confusion_of(told: Tensor, wanted: Tensor) -> Confusion:
    """[label, said] of [N, L] and [N]."""
    count = told.shape[1]
    cells = torch.bincount(wanted * count + told.argmax(-1), minlength=count * count)
    return tuple(map(tuple, cells.reshape(count, count).tolist()))


def share_right(confusion: Confusion) -> float:
    """The share of all texts whose label was said."""
    return sum(row[at] for at, row in enumerate(confusion)) / sum(map(sum, confusion))


class Classification(DrawnRows):
    """Say which of a few labels a text has; some of its tokens may be hidden meanwhile.

    What hides changes with each draw, so that no label can be told by one rare word learnt by
    heart (Devlin et al. 2019, for the mask; Iyyer et al. 2015, for dropping words).
    """

    unit = "nats a text"
    confusion: Confusion = ()

    def __init__(
        self, train: Sequence[Coded], validation: Sequence[Coded], config: TrainConfig,
        tokenizer: Tokenizer,
    ) -> None:
        super().__init__((len(ids) for ids, _ in train), config)
        self.validation, self.hidden = validation, config.hidden
        self._fixed = marks_of(tokenizer)
        self._mask = mark_id(tokenizer, MASK) if config.hidden else 0
        self.train = sorted(train, key=lambda row: len(row[0]))

    @classmethod
    def of(
        cls, corpus: Labelled, tokenizer: Tokenizer, model: Transformer, config: TrainConfig
    ) -> Classification:
        """Learn from ``corpus``, but for what :func:`divide` keeps to validate.

        Raises:
            Refusal: if the model does not tell its labels apart, or the tokenizer has no mask
                to hide tokens behind.
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
        return cls(train, validation, config, tokenizer)

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
        ids, visible, labels = collate(self.draw())
        if self.hidden:
            chosen = torch.rand(ids.shape, generator=self.random) < self.hidden
            ids = torch.where(chosen & ~self._fixed[ids], self._mask, ids)
        told = label_logits(model, ids, visible)
        return F.cross_entropy(told, labels.to(told.device), label_smoothing=self.smoothing)

    def held_out(self, model: Transformer) -> float:
        """Of the texts that validate, without smoothing."""
        told, labels = judge(model, self.validation)
        self.confusion = confusion_of(told, labels)
        return float(F.nll_loss(told, labels))
