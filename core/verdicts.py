"""What a model says of a text as a whole: whether one follows another, and what kind it is."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from core.config import ModelConfig
from core.linear import Linear


class NextSentence(nn.Module):
    """From the first position: does the second sentence follow? (Devlin et al. 2019)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.pool = Linear(width, width)
        self.verdict = Linear(width, 2)

    def forward(self, x: Tensor) -> Tensor:
        """[B, T, D] to [B, 2]: logits of "follows" and "does not"."""
        return self.verdict(torch.tanh(self.pool(x[:, 0])))  # type: ignore[no-any-return]


class Classifier(nn.Module):
    """Which label a text has, from the one position that has seen all of it.

    In an encoder the first, through a layer and a nonlinearity (Devlin et al. 2019); in a decoder
    the last that is no padding, through one matrix (Radford et al. 2018).
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        encoder = config.stacks == ("encoder",)
        self.pool = Linear(config.width, config.width) if encoder else None
        self.dropout = nn.Dropout(config.dropout)
        self.verdict = Linear(config.width, len(config.labels), bias=encoder)
        self.activate = torch.relu if config.label_activation == "relu" else torch.tanh

    def forward(self, x: Tensor, visible: Tensor | None = None) -> Tensor:
        """[B, T, D], and [B, T] bool that is False for padding, to [B, L] logits."""
        if self.pool is not None:
            told = self.activate(self.pool(x[:, 0]))
        elif visible is None:
            told = x[:, -1]
        else:
            places = torch.arange(x.shape[1], device=x.device)
            last = torch.where(visible, places, 0).amax(dim=1)
            told = x[torch.arange(len(x), device=x.device), last]
        return self.verdict(self.dropout(told))  # type: ignore[no-any-return]
