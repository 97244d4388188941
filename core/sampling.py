"""How the next token is drawn: temperature, the k likeliest, the likeliest that make up p; a seed.

Fan et al. 2018, "Hierarchical Neural Story Generation" (top-k). Holtzman et al. 2020, "The Curious
Case of Neural Text Degeneration" (top-p, or nucleus).
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import Refusal, translate

if TYPE_CHECKING:  # the window opens before torch is there
    from torch import Tensor


@dataclass(frozen=True)
class Sampling:
    """Settings of generation; as they stand, it takes the likeliest token."""

    temperature: float = 0.0
    """Logits are divided by it; 0 always takes the likeliest."""
    top_k: int = 0
    """Only so many of the likeliest are drawn from; 0 for all."""
    top_p: float = 1.0
    """Only the likeliest are drawn from that together reach this share, by at least one."""
    seed: int = 0
    """Starts the random numbers."""

    def __post_init__(self) -> None:
        if not 0 <= self.temperature < math.inf:
            raise Refusal(
                translate("core", "The temperature is {value}; it must be 0 or above."),
                value=self.temperature,
            )
        if self.top_k < 0:
            raise Refusal(
                translate("core", "top-k is {value}; it must be 0 or above."), value=self.top_k
            )
        if not 0 < self.top_p <= 1:
            raise Refusal(
                translate("core", "top-p is {value}; it must be above 0 and at most 1."),
                value=self.top_p,
            )

    @property
    def greedy(self) -> bool:
        """Whether nothing is left to chance."""
        return self.temperature == 0


GREEDY = Sampling()


def narrow(logits: Tensor, sampling: Sampling) -> Tensor:
    """The logits that are drawn from: divided by the temperature, -inf for tokens left out.

    The temperature comes first, then top-k, then top-p of what is left.

    Args:
        logits: [..., V].
        sampling: how; where it is greedy the likeliest stays alone, the first of equals.
    """
    if sampling.greedy:
        best = logits.argmax(dim=-1, keepdim=True)
        return logits.new_full(logits.shape, -math.inf).scatter(-1, best, logits.gather(-1, best))
    logits = logits / sampling.temperature
    if 0 < sampling.top_k < logits.shape[-1]:
        least = logits.topk(sampling.top_k).values[..., -1:]
        logits = logits.masked_fill(logits < least, -math.inf)  # equals of the last stay too
    if sampling.top_p < 1:
        ordered, place = logits.sort(dim=-1)
        out = ordered.softmax(dim=-1).cumsum(dim=-1) <= 1 - sampling.top_p
        out[..., -1] = False
        logits = logits.masked_fill(out.scatter(-1, place, out), -math.inf)
    return logits


def chances(logits: Tensor, sampling: Sampling) -> Tensor:
    """[..., V], the probability with which each token is drawn."""
    highest = logits.amax(dim=-1, keepdim=True)  # at 0 no temperature makes it overflow
    return narrow(logits - highest, sampling).softmax(dim=-1)


def draw(logits: Tensor, sampling: Sampling, position: int) -> int:
    """The token at ``position``.

    The same text, seed and position draw the same token again, on any machine: a token that was
    taken back comes back.

    Args:
        logits: [V].
        sampling: how.
        position: of the token that is drawn.
    """
    if sampling.greedy:
        return int(logits.argmax())
    import torch

    share = chances(logits.double(), sampling).cumsum(dim=0)
    place = number(sampling.seed, position) * share[-1:]
    token = int(torch.searchsorted(share, place, right=True))
    last = int(torch.searchsorted(share, share[-1:]))  # that has a share
    return min(token, last, len(logits) - 1)


def number(seed: int, position: int) -> float:
    """A random number of a seed and a position, from 0 to below 1."""
    return random.Random(f"{seed} {position}").random()
