"""The loop: draw a batch, follow the gradient of its loss, step AdamW."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from core.config import TrainConfig
from core.model import Transformer
from core.training.objective import Objective


def learning_rate(step: int, config: TrainConfig) -> float:
    """Linear rise, then a cosine down to ``final_rate`` of the highest."""
    if step < config.warmup:
        return config.learning_rate * (step + 1) / config.warmup
    done = (step - config.warmup) / max(config.steps - config.warmup, 1)
    cosine = (1 + math.cos(math.pi * min(done, 1.0))) / 2
    return config.learning_rate * (config.final_rate + (1 - config.final_rate) * cosine)


class Trainer:
    """Trains one model towards one objective; repeatable by its seed."""

    def __init__(self, model: Transformer, objective: Objective, config: TrainConfig) -> None:
        self.model, self.objective, self.config = model, objective, config
        self.done = 0
        decayed = [p for p in model.parameters() if p.ndim >= 2]
        free = [p for p in model.parameters() if p.ndim < 2]
        self.optimizer = torch.optim.AdamW(
            [{"params": decayed, "weight_decay": config.weight_decay},
             {"params": free, "weight_decay": 0.0}],
            lr=config.learning_rate, betas=config.betas, fused=True,
        )

    def step(self) -> Tensor:
        """One update; answers its loss in nats, left on the device."""
        self.model.train()
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.done, self.config)
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.objective.loss(self.model)
        loss.backward()  # type: ignore[no-untyped-call]
        if self.config.clip:
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.config.clip)
        self.optimizer.step()
        self.done += 1
        return loss.detach()
