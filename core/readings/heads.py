"""How well each head does a known job: the mean weight it puts where the job wants it.

A job names the keys that each query should look at. A head's score is the weight on them, summed
for each query and averaged over the queries that have any: from 0 to 1, NaN where no query has one.
The first position never counts, as it sees only itself in a causal model.

| job             | keys of position i                            | described by                   |
|-----------------|-----------------------------------------------|--------------------------------|
| previous_token  | i - 1                                         | Elhage et al. 2021             |
| first_token     | 0                                             | Xiao et al. 2023               |
| self            | i                                             |                                |
| duplicate_token | every j < i with the token of i               | Wang et al. 2022               |
| induction       | every j + 1 < i, where j has the token of i   | Elhage et al., Olsson et al.   |
| next_token      | i + 1; no job of a causal model               | Clark et al. 2019              |

Clark et al. 2019, "What Does BERT Look At?". Elhage et al. 2021, "A Mathematical Framework for
Transformer Circuits". Wang et al. 2022, "Interpretability in the Wild". Olsson et al. 2022,
"In-context Learning and Induction Heads": on repeated random tokens the induction score is their
prefix-matching score. Xiao et al. 2023, "Efficient Streaming Language Models with Attention Sinks".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from core.model import Transformer

NAMED = 0.25
"""The least share of its weight that a head must give to a job to be named by it."""


@dataclass(frozen=True)
class HeadScore:
    """One head, and how well it does a job."""

    layer: int
    head: int
    score: float


def previous_token(ids: Tensor) -> Tensor:
    """The keys that the job wants, [query, key] bool, for ``ids`` [position]; so do all below."""
    return _eye(ids, -1)


def next_token(ids: Tensor) -> Tensor:
    """The position after the query's."""
    wanted = _eye(ids, 1)
    wanted[:1] = False
    return wanted


def first_token(ids: Tensor) -> Tensor:
    """The first position, at which heads with nothing else to do often look."""
    wanted = torch.zeros_like(_eye(ids))
    wanted[1:, 0] = True
    return wanted


def itself(ids: Tensor) -> Tensor:
    """The query's own position."""
    wanted = _eye(ids)
    wanted[:1] = False
    return wanted


def duplicate_token(ids: Tensor) -> Tensor:
    """Each earlier place of the query's token."""
    return (ids[:, None] == ids[None]).tril(-1)


def induction(ids: Tensor) -> Tensor:
    """What followed each earlier place of the query's token; never the query itself."""
    return duplicate_token(ids).roll(1, dims=-1).tril(-1)  # the last column, rolled to 0, is empty


JOBS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "previous_token": previous_token,
    "first_token": first_token,
    "self": itself,
    "duplicate_token": duplicate_token,
    "induction": induction,
}


def mean_weight(pattern: Tensor, wanted: Tensor) -> Tensor:
    """The score of each head.

    Args:
        pattern: [head, query, key], with as many queries as keys.
        wanted: [query, key] bool.

    Returns:
        [head], NaN where nothing is wanted.
    """
    queries = wanted.any(dim=-1)  # (T)
    return pattern.where(wanted, 0.0).sum(dim=-1)[:, queries].mean(dim=-1)


@torch.inference_mode()
def score_heads(model: Transformer, ids: Tensor) -> dict[str, Tensor]:
    """The scores of all heads of a model with one stack, for each of ``JOBS``.

    Args:
        model: is run on one sequence at a time, so that only one trace is held.
        ids: [batch, position].

    Returns:
        [layer, head] each, the mean over those sequences in which a score is a number.
    """
    model.eval()
    sequences = [_score_sequence(model, row) for row in ids.to(model.embedding.weight.device)]
    return {job: torch.stack([scores[job] for scores in sequences]).nanmean(0) for job in JOBS}


def _score_sequence(model: Transformer, ids: Tensor) -> dict[str, Tensor]:
    trace = model(ids[None], logits_at=(0,))
    layers = trace.stack(model.config.stacks[0]).layers
    return {
        job: torch.stack([mean_weight(layer.self.pattern[0], keys(ids)) for layer in layers]).cpu()
        for job, keys in JOBS.items()
    }


def strongest(scores: Tensor, count: int = 1) -> tuple[HeadScore, ...]:
    """The heads with the highest of ``scores``, [layer, head], best first; NaN is none."""
    ranked = sorted(
        (HeadScore(layer, head, score)
         for layer, row in enumerate(scores.tolist())
         for head, score in enumerate(row) if not math.isnan(score)),
        key=lambda found: -found.score,
    )
    return tuple(ranked[:count])


def repeated_tokens(vocabulary: int, length: int, batch: int, seed: int) -> Tensor:
    """[batch, 2 x length] ids: random tokens, then the same again.

    No statistics of the text help here; only looking back does.
    """
    random = torch.Generator().manual_seed(seed)
    return torch.randint(vocabulary, (batch, length), generator=random).repeat(1, 2)


def _eye(ids: Tensor, diagonal: int = 0) -> Tensor:
    """True where key - query is ``diagonal``."""
    square = torch.ones(len(ids), len(ids), dtype=torch.bool, device=ids.device)
    return square.tril(diagonal).triu(diagonal)
