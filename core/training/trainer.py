"""The loop: draw batches, follow the gradient of their loss, step the optimizer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from core.model import Transformer
from core.training.config import TrainConfig
from core.training.objective import Objective
from core.training.schedule import learning_rate

if TYPE_CHECKING:
    from core.training.parallel import Others


@dataclass(frozen=True)
class Norm:
    """Of the parameters of one layer together: the square root of the sum of all squares."""

    weight: float
    gradient: float | None
    """Of the last step, before it was clipped; None if no step was taken since it was made."""


class Trainer:
    """Trains one model towards one objective; repeatable by its seed."""

    def __init__(self, model: Transformer, objective: Objective, config: TrainConfig) -> None:
        self.model, self.objective, self.config = model, objective, config
        self.done = 0
        """Steps so far."""
        self.factor = 1.0
        """The schedule's rates are multiplied by it."""
        self.rate = 0.0
        """Of the last step."""
        self.gradient = torch.zeros(())
        """The norm of the last step's gradient before it was clipped, left on the device."""
        decayed = [p for p in model.parameters() if p.ndim >= 2]
        free = [p for p in model.parameters() if p.ndim < 2]
        kind = torch.optim.AdamW if config.optimizer == "adamw" else torch.optim.Adam
        self.optimizer = kind(
            [{"params": decayed, "weight_decay": config.weight_decay},
             {"params": free, "weight_decay": 0.0}],
            lr=config.learning_rate, betas=config.betas, fused=True,
        )
        self.others: Others | None = None
        """Processes that take a share of each pass."""
        self.updating: Callable[[], AbstractContextManager[Any]] = nullcontext
        """The weights are changed within."""
        self._device = model.embedding.weight.device
        half = self._device.type == "cuda" and config.precision != "float32"
        self.half: torch.dtype | None = getattr(torch, config.precision) if half else None
        """What passes are computed in, if not in the weights' type."""
        # Small gradients would vanish in float16 (Micikevicius et al. 2018).
        self.scaler = torch.amp.GradScaler("cuda", enabled=self.half is torch.float16)

    def step(self) -> Tensor:
        """One update; answers its loss in nats, left on the device."""
        self.model.train()
        self.rate = learning_rate(self.done, self.config) * self.factor
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate
        self.optimizer.zero_grad(set_to_none=True)
        if self.others is not None:
            self.others.hand_out()
        loss = self._backward()
        for _ in range(1, self.config.accumulate):
            loss += self._backward()
        if self.others is not None:
            self.others.sum_up()
        self.scaler.unscale_(self.optimizer)
        self.gradient = self._clip()
        with self.updating():
            self.scaler.step(self.optimizer)
        self.scaler.update()
        self.done += 1
        return loss

    def _backward(self) -> Tensor:
        """Add one batch's share to the gradient; its share of the loss."""
        with self._autocast(), self._helped():
            loss = self.objective.loss(self.model) / self.config.accumulate
        self.scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
        return loss.detach()

    def _autocast(self) -> AbstractContextManager[Any]:
        return nullcontext() if self.half is None else torch.autocast("cuda", self.half)

    def _helped(self) -> AbstractContextManager[Any]:
        return nullcontext() if self.others is None else self.others.helping()

    def _clip(self) -> Tensor:
        if self.config.clip:
            return torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.config.clip)
        gradients = [p.grad for p in self.model.parameters() if p.grad is not None]
        return torch.nn.utils.get_total_norm(gradients)

    def norms(self) -> Mapping[str, Norm]:
        """Of each layer, such as ``decoder.layers.0``, and of what is in none: ``embedding``.

        It waits for the device; ask when someone looks.
        """
        parts: dict[str, list[torch.nn.Parameter]] = {}
        for name, parameter in self.model.named_parameters():
            parts.setdefault(_part(name), []).append(parameter)
        if not parts:
            return {}
        norm = torch.nn.utils.get_total_norm
        weights = torch.stack([norm([p.detach() for p in part]) for part in parts.values()])
        gradients = torch.stack([
            norm([torch.zeros_like(p) if p.grad is None else p.grad for p in part])
            for part in parts.values()
        ])
        if self.config.clip:
            gradients = gradients * (self.gradient / self.config.clip).clamp(min=1.0)
        stepped = any(p.grad is not None for p in self.model.parameters())
        told = zip(weights.tolist(), gradients.tolist(), strict=True)
        return {name: Norm(weight, gradient if stepped else None)
                for name, (weight, gradient) in zip(parts, told, strict=True)}

    def state(self) -> dict[str, Tensor]:
        """What the optimizer remembers, by parameter and kind: ``head.weight/exp_avg``."""
        return {
            f"{name}/{kind}": value
            for name, parameter in self.model.named_parameters()
            for kind, value in self.optimizer.state.get(parameter, {}).items()
        }

    def set_state(self, done: int, state: Mapping[str, Tensor]) -> None:
        """Go on after ``done`` steps with what :meth:`state` told.

        Raises:
            ValueError: if it is not of such a model.
        """
        shapes = dict(self._slots())
        for name, value in state.items():
            if name not in shapes or value.shape != shapes[name]:
                raise ValueError(f"{name} of shape {list(value.shape)} belongs to no parameter")
        if done and not state:
            raise ValueError("it holds nothing")
        for name, parameter in self.model.named_parameters():
            kept = {kind: state.get(f"{name}/{kind}") for kind in _KINDS}
            if any(value is not None for value in kept.values()):
                if any(value is None for value in kept.values()):
                    raise ValueError(f"a part of {name} is missing")
                self.optimizer.state[parameter] = {
                    kind: value.to(self._device) for kind, value in kept.items()
                    if value is not None
                }
        self.done = done

    def _slots(self) -> Iterator[tuple[str, torch.Size]]:
        for name, parameter in self.model.named_parameters():
            for kind in _KINDS:
                yield f"{name}/{kind}", torch.Size() if kind == "step" else parameter.shape


_KINDS = ("step", "exp_avg", "exp_avg_sq")


def _part(name: str) -> str:
    """The layer of a parameter; what is in none goes by the beginning of its name."""
    found = re.match(r".*?\.layers\.\d+", name)
    return found[0] if found else name.split(".")[0]
