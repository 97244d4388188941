"""The loop: draw, predict the next token, step AdamW."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from core.config import TrainConfig
from core.model import Transformer
from core.training.text import Windows


def causal_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Mean cross-entropy of the next token, in nats.

    Args:
        logits: [B, T, V] of positions 0 to T - 1.
        targets: [B, T] ids of positions 1 to T.
    """
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


def learning_rate(step: int, config: TrainConfig) -> float:
    """Linear rise, then a cosine down to ``final_rate`` of the highest."""
    if step < config.warmup:
        return config.learning_rate * (step + 1) / config.warmup
    done = (step - config.warmup) / max(config.steps - config.warmup, 1)
    cosine = (1 + math.cos(math.pi * min(done, 1.0))) / 2
    return config.learning_rate * (config.final_rate + (1 - config.final_rate) * cosine)


class Trainer:
    """Trains one model on next-token prediction; single-threaded, repeatable by its seed."""

    def __init__(self, model: Transformer, windows: Windows, config: TrainConfig) -> None:
        self.model, self.windows, self.config = model, windows, config
        self.done = 0
        decayed = [p for p in model.parameters() if p.ndim >= 2]
        free = [p for p in model.parameters() if p.ndim < 2]
        self.optimizer = torch.optim.AdamW(
            [{"params": decayed, "weight_decay": config.weight_decay},
             {"params": free, "weight_decay": 0.0}],
            lr=config.learning_rate, betas=config.betas, fused=True,
        )

    def step(self) -> Tensor:
        """One update; answers its loss in nats a token, left on the device."""
        self.model.train()
        device = self.model.embedding.weight.device
        rows = self.windows.draw().to(device)
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.done, self.config)
        self.optimizer.zero_grad(set_to_none=True)
        loss = causal_loss(self.model(rows[:, :-1], keep=False).logits, rows[:, 1:])
        loss.backward()  # type: ignore[no-untyped-call]
        if self.config.clip:
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.config.clip)
        self.optimizer.step()
        self.done += 1
        return loss.detach()


@torch.inference_mode()
def held_out_nats(model: Transformer, stream: Tensor, window: int, batch: int = 8) -> float:
    """Total cross-entropy of a stream, in nats, each token once.

    Windows overlap by half, so that all but the first tokens are predicted from at least half a
    window of text before them.

    Args:
        model: a causal model.
        stream: [tokens]; its first token is given, not predicted.
        window: tokens the model sees at once.
        batch: windows at a time.
    """
    if len(stream) < 2:
        return 0.0
    model.eval()
    device = model.embedding.weight.device
    stride, total = max(window // 2, 1), 0.0
    starts = list(range(0, max(len(stream) - 1 - window, 0) + stride, stride))
    starts = [min(start, max(len(stream) - 1 - window, 0)) for start in starts]
    counted = 0  # tokens predicted so far
    for first in range(0, len(starts), batch):
        some = starts[first : first + batch]
        rows = torch.stack([stream[start : start + window + 1] for start in some]).to(device)
        logits = model(rows[:, :-1], keep=False).logits
        nats = F.cross_entropy(logits.transpose(1, 2), rows[:, 1:], reduction="none")
        for start, row in zip(some, nats, strict=True):
            fresh = max(counted - start, 0)
            total += float(row[fresh:].double().sum())
            counted = max(counted, start + row.shape[0])
    return total
