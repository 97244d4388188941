"""What a causal model has learnt of a task: the characters that the text before them determines."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from core.checkpoint import Checkpoint
from core.frame import NotableHead
from core.readings.heads import HeadScore, strongest
from core.training.alignment import align
from core.training.tasks import Task
from core.training.text import Corpus

ALIGNED = 100
"""Held-out texts that heads are measured on."""
NAMED = 3
"""Heads that are named, at most."""


@dataclass(frozen=True)
class TaskReport:
    """On held-out texts."""

    texts: int
    exact: float
    """Share of texts in which each determined character is the likeliest of those it may be."""
    each: float
    """Share of those characters."""
    aligned: tuple[HeadScore, ...]
    """Of self-attention: the weight that the query before a determined character puts on those
    that tell it; best first."""
    chance: float
    """The same of an even pattern."""

    def notable(self) -> tuple[NotableHead, ...]:
        """None: a card names jobs that any text can give."""
        return ()

    def __str__(self) -> str:
        heads = ", ".join(f"layer {h.layer} head {h.head} ({h.score:.3f})" for h in self.aligned)
        return "\n".join([
            f"held-out texts                        {self.texts}",
            f"right to the last character           {self.exact:.4f}",
            f"characters that are determined        {self.each:.4f} right",
            f"weight on what tells them             {heads}",
            f"weight of an even pattern             {self.chance:.3f}",
        ])


def report_task(checkpoint: Checkpoint, corpus: Corpus, task: Task) -> TaskReport:
    """Measure a causal model on texts whose task says what is determined."""
    assert task.told is not None
    told = [(text, text, task.told(text, text)) for text in corpus.held_out]
    marks = [_right(checkpoint, text, [bool(t) for t in telling], task.among)
             for text, _, telling in told]
    scores, chance = align(checkpoint, told[:ALIGNED])
    return TaskReport(
        len(marks), sum(bool(row.all()) for row in marks) / len(marks),
        float(torch.cat(marks).double().mean()), strongest(scores, NAMED), chance,
    )


@torch.inference_mode()
def _right(checkpoint: Checkpoint, text: str, determined: list[bool], among: str) -> Tensor:
    """[determined] bool; nothing before a text determines its first character."""
    model, tokenizer = checkpoint.model.eval(), checkpoint.tokenizer
    coded = tokenizer.inner.encode(text)
    ids = torch.tensor(coded.ids)
    logits = model(ids[None, :-1], keep=False).logits[0]
    if among:
        allowed = torch.tensor(tokenizer.inner.encode(among).ids)
        logits = torch.full_like(logits, -torch.inf).index_copy(1, allowed, logits[:, allowed])
    asked = torch.tensor([determined[start] for start, _ in coded.offsets[1:]])
    right: Tensor = logits.argmax(-1) == ids[1:]
    return right[asked]
