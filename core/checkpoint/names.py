"""Where each of our tensors lies in a file of another library: one declaration, read both ways."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from core.checkpoint.files import brief
from core.checkpoint.settings import Settings
from core.checkpoint.weights import Weights
from core.config import ModelConfig
from core.errors import Refusal, translate
from core.model import Transformer
from core.two_stream import build_model

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Source:
    """A tensor of theirs, or a part of one, and how it differs from ours: [out, in] or [out]."""

    name: str
    """Without the prefix of the family."""
    also: tuple[str, ...] = ()
    """Further names under which files hold the same numbers."""
    instead: str = ""
    """The name that is read where a file has it."""
    turned: bool = False
    """Theirs is [in, out]."""
    part: int = 0
    parts: int = 1
    """Theirs is several of ours, one below the other; this is the part counted from 0."""
    heads: int = 0
    """The parts alternate head by head, of which there are this many; 0 for whole by whole."""
    plus_one: bool = False
    """Ours is 1 + theirs."""
    shape: Shape = ()
    """Theirs, where its axes are split or more than ours."""

    def present(self, there: Container[str]) -> list[str]:
        """The name that is read, and those of its copies; none where nothing is there."""
        if self.instead in there:
            return [self.instead]
        return [name for name in (self.name, *self.also) if name in there]

    def stored(self, ours: Shape) -> Shape:
        """The shape of theirs."""
        return self.shape or self._flat(ours)

    def read(self, theirs: Tensor, ours: Shape) -> Tensor:
        """Ours from theirs."""
        whole = theirs.reshape(self._flat(ours))
        whole = whole.t() if self.turned else whole
        if self.heads:
            split = whole.reshape(self.heads, self.parts, -1, *whole.shape[1:])
            part = split[:, self.part].flatten(0, 1)
        else:
            part = whole.chunk(self.parts)[self.part]
        return (part + 1 if self.plus_one else part).contiguous()

    def write(self, ours: list[Tensor]) -> Tensor:
        """Theirs from all parts of it."""
        parts = [tensor - 1 if self.plus_one else tensor for tensor in ours]
        if self.heads:
            split = [part.reshape(self.heads, -1, *part.shape[1:]) for part in parts]
            whole = torch.stack(split, dim=1).flatten(0, 2)
        else:
            whole = torch.cat(parts)
        whole = whole.t() if self.turned else whole
        return whole.reshape(self.shape or whole.shape).contiguous()

    def _flat(self, ours: Shape) -> Shape:
        whole = (ours[0] * self.parts, *ours[1:])
        return whole[::-1] if self.turned else whole


Names = Iterator[tuple[str, Source]]
"""The name of each of our tensors, and its source; layer by layer, as they are asked for."""


class Family(Protocol):
    """What a file of this folder says about the checkpoints of one family."""

    @property
    def MODEL_TYPES(self) -> tuple[str, ...]:  # noqa: N802 - a constant of a file
        """As ``config.json`` has them."""

    @property
    def PREFIXES(self) -> tuple[str, ...]:  # noqa: N802
        """Of names in files whose class puts a head on the model."""

    @property
    def IGNORED(self) -> tuple[str, ...]:  # noqa: N802
        """Patterns of names that hold nothing this program computes with."""

    def to_config(self, settings: Settings, there: Container[str]) -> ModelConfig:
        """Our configuration from theirs, and from the tensors that are there."""

    def names(self, config: ModelConfig) -> Names:
        """Where our tensors lie; ``head.weight`` may be absent if ``config.tied_head``."""


def module(
    ours: str, theirs: str, bias: bool = True, turned: bool = False, plus_one: bool = False
) -> Names:
    """The weight, and the bias if there is one, of two modules that hold the same."""
    yield f"{ours}.weight", Source(f"{theirs}.weight", turned=turned, plus_one=plus_one)
    if bias:
        yield f"{ours}.bias", Source(f"{theirs}.bias")


def fused(ours: str, theirs: str, bias: bool = True, turned: bool = False, heads: int = 0) -> Names:
    """Query, key and value, of which theirs is one matrix."""
    for kind in ("weight", "bias") if bias else ("weight",):
        for part, name in enumerate(("query", "key", "value")):
            source = Source(f"{theirs}.{kind}", turned=turned, part=part, parts=3, heads=heads)
            yield f"{ours}.{name}.{kind}", source


class Shapes:
    """The shape of each of our tensors; nothing is allocated, however large the model.

    All layers of a stack are alike, so that one of each is enough to look at.
    """

    def __init__(self, config: ModelConfig) -> None:
        self._shapes = {
            name: tuple(tensor.shape)
            for name, tensor in empty_model(_one_layer(config)).state_dict().items()
        }

    def __iter__(self) -> Iterator[str]:
        """The names; of layers, those of the first."""
        return iter(self._shapes)

    def __getitem__(self, name: str) -> Shape:
        return self._shapes[re.sub(r"\.layers\.\d+\.", ".layers.0.", name)]


@lru_cache(maxsize=4)
def shapes_of(config: ModelConfig) -> Shapes:
    """Of one model; the checkpoints of a run are all alike."""
    return Shapes(config)


def _one_layer(config: ModelConfig) -> ModelConfig:
    return replace(
        config, encoder_layers=min(config.encoder_layers, 1),
        decoder_layers=min(config.decoder_layers, 1), windows=config.windows[:1],
    )


class _Undrawn(TorchFunctionMode):
    """No start is drawn for numbers that are not there: on meta that takes torch seconds."""

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        if getattr(func, "__name__", "") in ("normal_", "uniform_", "kaiming_uniform_"):
            return (args or tuple(kwargs.values()))[0]
        return func(*args, **(kwargs or {}))


def empty_model(config: ModelConfig) -> Transformer:
    """Its shapes, on meta: nothing is allocated, and no start drawn."""
    with torch.device("meta"), _Undrawn():
        return build_model(config)


@dataclass(frozen=True)
class Plan:
    """What will be read for a model: every name and shape has been held against the headers."""

    parts: dict[str, list[tuple[str, Source]]]
    """By their name, what becomes of it: our names, and how each is taken out of it."""
    copies: dict[str, list[str]]
    """By their name, further names of the same numbers."""
    shapes: Shapes

    @property
    def names(self) -> list[str]:
        """All of theirs that will be read."""
        return [*self.parts, *(copy for copies in self.copies.values() for copy in copies)]


def plan_model(weights: Weights, family: Family, config: ModelConfig) -> Plan:
    """Hold the headers against the configuration; nothing is read or allocated.

    Raises:
        Refusal: if a tensor is missing, of another shape or type, or of no use.
    """
    plan = Plan({}, {}, shapes_of(config))
    for ours, source in family.names(config):
        there = source.present(weights)
        if not there and ours == "head.weight" and config.tied_head:
            continue
        for name in there or [source.name]:
            weights.check(name, source.stored(plan.shapes[ours]))
        plan.parts.setdefault(there[0], []).append((ours, source))
        if there[1:]:
            plan.copies[there[0]] = there[1:]
    _refuse_unexpected(weights, set(plan.names), family)
    return plan


def read_model(weights: Weights, plan: Plan, config: ModelConfig) -> Transformer:
    """The model that the weights make.

    The file decides, whatever its config says, whether the head is the embedding.

    Raises:
        Refusal: if a file is cut short meanwhile, or copies of a tensor differ.
    """
    state = read_state(weights, plan)
    embedding = state["embedding.weight"]
    if config.head != "none":
        head = state.setdefault("head.weight", embedding)
        config = replace(config, tied_head=head is embedding or same_bits(head, embedding))
    model = empty_model(config)
    model.load_state_dict(state, assign=True)
    model.tie()
    return model.eval()


def read_state(weights: Weights, plan: Plan) -> dict[str, Tensor]:
    """Our tensors by their names; without ``head.weight`` where the file has none.

    Raises:
        Refusal: if a file is cut short meanwhile, or copies of a tensor differ.
    """
    state: dict[str, Tensor] = {}
    for name, parts in plan.parts.items():
        theirs = weights.read(name)
        for ours, source in parts:
            state[ours] = source.read(theirs, plan.shapes[ours])
        for copy in plan.copies.get(name, ()):
            if not same_bits(weights.read(copy), theirs):
                raise Refusal(
                    translate("core", "{path}: {key} and {other} differ; this program expects them "
                              "to be one."), path=weights.path, key=name, other=copy,
                )
    return state


def same_bits(one: Tensor, other: Tensor) -> bool:
    """Whether they are the same bit for bit, so that NaN equals itself."""
    return one.shape == other.shape and torch.equal(one.view(torch.uint8), other.view(torch.uint8))


def _refuse_unexpected(weights: Weights, taken: set[str], family: Family) -> None:
    unexpected = [
        key for name, key in weights.unexpected(taken)
        if not any(fnmatchcase(name, pattern) for pattern in family.IGNORED)
    ]
    if unexpected:
        raise Refusal(
            translate("core", "{path} holds {count} tensors that this family does not have, such "
                      "as {key}."), path=weights.path, count=len(unexpected),
            key=brief(unexpected[0]),
        )


def write_state(
    state: Mapping[str, Tensor], family: Family, config: ModelConfig
) -> dict[str, Tensor]:
    """Their tensors from ours, without prefix: the inverse of reading."""
    parts: dict[str, list[Tensor]] = {}
    sources: dict[str, Source] = {}
    for ours, source in family.names(config):
        if ours == "head.weight" and config.tied_head:
            continue
        parts.setdefault(source.name, []).append(state[ours])
        sources[source.name] = source
    return {name: sources[name].write(tensors) for name, tensors in parts.items()}
