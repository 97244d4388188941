"""Translation (Vaswani et al. 2017): the decoder is told the right tokens so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from core.errors import Refusal, translate
from core.model import Transformer
from core.tokens import Tokenizer
from core.training.config import TrainConfig
from core.training.drawn_rows import DrawnRows
from core.training.objective import Confusion
from core.training.tables import is_table, lines, named, rows
from core.training.vocabulary import PAD, STOP, mark_id

Pair = tuple[str, str]
"""A text and its translation."""
Coded = tuple[list[int], list[int]]
"""Tokens of both, each with its end."""


@dataclass(frozen=True)
class PairCorpus:
    """Pairs to train on and pairs to measure on; none is in both."""

    train: tuple[Pair, ...]
    held_out: tuple[Pair, ...]


@dataclass(frozen=True)
class PairBatch:
    """Padded on the right."""

    source: Tensor
    """[B, S] ids."""
    source_visible: Tensor
    """[B, S] bool."""
    target: Tensor
    """[B, T]: what the decoder reads, the labels one place later."""
    labels: Tensor
    """[B, T]: what it must say."""
    asked: Tensor
    """[B, T] bool, False for padding."""


def read_pairs(path: Path, hold_out_lines: int, columns: Sequence[str] = ()) -> PairCorpus:
    """Read a UTF-8 file of lines: a text, a tab, its translation; or two columns of a table.

    Args:
        path: a file.
        hold_out_lines: that many pairs at the end are measured on.
        columns: of a table; ``source`` and ``target`` if empty.

    Raises:
        Refusal: if the file can't be read, a line is no pair, or nothing is left to train on or
            to measure on.
    """
    if is_table(path, columns):
        columns = named(columns, "source", "target")
        pairs = [(source, target) for _, (source, target) in rows(path, columns)]
    else:
        pairs = [_pair(path, number, line) for number, line in lines(path)]
    cut = len(pairs) - hold_out_lines
    if cut <= 0 or hold_out_lines <= 0:
        raise Refusal(
            translate("core", "{path} has {lines} lines and {held_out} are held out; both parts "
                      "need one."), path=path, lines=len(pairs), held_out=hold_out_lines,
        )
    return PairCorpus(tuple(pairs[:cut]), tuple(pairs[cut:]))


def _pair(path: Path, number: int, line: str) -> Pair:
    parts = line.split("\t")
    if len(parts) != 2 or not all(part.strip() for part in parts):
        raise Refusal(
            translate("core", "{path}, line {line}: expected a text, a tab and its translation."),
            path=path, line=number,
        )
    return parts[0], parts[1]


def shift_right(labels: Tensor, start: int) -> Tensor:
    """[B, T]: what a decoder reads to say ``labels``: ``start``, then all but the last."""
    return torch.cat([torch.full_like(labels[:, :1], start), labels[:, :-1]], dim=1)


def translation_loss(
    logits: Tensor, labels: Tensor, asked: Tensor, smoothing: float = 0.0
) -> Tensor:
    """Mean cross-entropy of the asked tokens, in nats.

    Args:
        logits: [B, T, V].
        labels: [B, T].
        asked: [B, T] bool.
        smoothing: this share of each target goes to all tokens alike (Szegedy et al. 2016).
    """
    return F.cross_entropy(logits[asked], labels[asked], label_smoothing=smoothing)


class Translation(DrawnRows):
    """Say in the target what the source says."""

    unit = "nats a token"
    confusion: Confusion = ()

    def __init__(
        self, train: Sequence[Coded], held_out: Sequence[Coded], start: int, config: TrainConfig
    ) -> None:
        """``start`` begins every target and fills short rows."""
        super().__init__((len(a) + len(b) for a, b in train), config)
        self.train, self._held_out, self.start = train, held_out, start

    @classmethod
    def of(
        cls, corpus: PairCorpus, tokenizer: Tokenizer, model: Transformer, config: TrainConfig
    ) -> Translation:
        """Learn from ``corpus``.

        Raises:
            Refusal: if the model does not have both stacks, the tokenizer has no start or end, or
                a text has more tokens than ``config.window``.
        """
        if model.config.stacks != ("encoder", "decoder"):
            raise Refusal(
                translate("core", "The objective translation trains an encoder and a decoder; this "
                          "model has {stacks}."), stacks=" + ".join(model.config.stacks),
            )
        start, _ = mark_id(tokenizer, PAD), mark_id(tokenizer, STOP)
        train, held_out = encode(corpus.train, tokenizer), encode(corpus.held_out, tokenizer)
        longest = max(len(ids) for pair in (*train, *held_out) for ids in pair)
        if longest > config.window:
            raise Refusal(
                translate("core", "A text has {tokens} tokens and the window only {window}; raise "
                          "window and context."), tokens=longest, window=config.window,
            )
        return cls(train, held_out, start, config)

    def draw(self) -> PairBatch:
        """The next pairs; the same seed draws the same ones."""
        rows = torch.randint(len(self.train), (self.batch,), generator=self.random)
        return collate([self.train[row] for row in rows.tolist()], self.start)

    def loss(self, model: Transformer) -> Tensor:
        """Of the next pairs, in nats a token of the target."""
        return self._loss(model, self.draw(), self.smoothing)

    @torch.inference_mode()
    def held_out(self, model: Transformer) -> float:
        """Of all held-out pairs, without smoothing."""
        model.eval()
        total, count = 0.0, 0
        for first in range(0, len(self._held_out), 64):
            batch = collate(self._held_out[first : first + 64], self.start)
            asked = int(batch.asked.sum())
            total += float(self._loss(model, batch)) * asked
            count += asked
        return total / count

    @staticmethod
    def _loss(model: Transformer, batch: PairBatch, smoothing: float = 0.0) -> Tensor:
        device = model.embedding.weight.device
        logits = model(
            batch.source.to(device), batch.target.to(device), batch.source_visible.to(device),
            keep=False,
        ).logits
        return translation_loss(
            logits, batch.labels.to(device), batch.asked.to(device), smoothing
        )


def encode(pairs: Sequence[Pair], tokenizer: Tokenizer) -> list[Coded]:
    """Tokens of each pair."""
    sources = tokenizer.inner.encode_batch([source for source, _ in pairs])
    targets = tokenizer.inner.encode_batch([target for _, target in pairs])
    return [(a.ids, b.ids) for a, b in zip(sources, targets, strict=True)]


def collate(pairs: Sequence[Coded], start: int) -> PairBatch:
    """One batch of these pairs."""
    source, source_visible = _pad([source for source, _ in pairs], start)
    labels, asked = _pad([target for _, target in pairs], start)
    return PairBatch(source, source_visible, shift_right(labels, start), labels, asked)


def _pad(rows: Sequence[list[int]], fill: int) -> tuple[Tensor, Tensor]:
    """[B, longest] ids, and which of them are real."""
    longest = max(map(len, rows))
    ids = torch.tensor([row + [fill] * (longest - len(row)) for row in rows])
    sizes = torch.tensor([len(row) for row in rows])
    return ids, torch.arange(longest) < sizes[:, None]
