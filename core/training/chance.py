"""Where chance stands, as JSON and back: a run that goes on draws what it would have drawn."""

from __future__ import annotations

import base64
import random
from typing import Any

import numpy as np
import torch

Generator = torch.Generator | np.random.Generator | random.Random


def chance_state(*generators: Generator) -> list[Any]:
    """Where these stand, as JSON takes it."""
    return [_state(generator) for generator in generators]


def set_chance(state: object, *generators: Generator) -> None:
    """Put these where :func:`chance_state` found them.

    Raises:
        ValueError: if ``state`` is not of such generators.
    """
    try:
        for generator, one in zip(generators, _listed(state), strict=True):
            _set(generator, one)
    except (TypeError, ValueError, KeyError, RuntimeError, OverflowError) as error:
        raise ValueError("the state of chance is damaged") from error


def pack(state: torch.Tensor) -> str:
    """[bytes] uint8 as text."""
    return base64.b64encode(bytes(state.cpu().numpy())).decode()


def unpack(text: str) -> torch.Tensor:
    """[bytes] uint8, of :func:`pack`."""
    return torch.frombuffer(bytearray(base64.b64decode(text, validate=True)), dtype=torch.uint8)


def _listed(state: object) -> list[Any]:
    if not isinstance(state, list):
        raise TypeError
    return state


def _state(generator: Generator) -> Any:  # noqa: ANN401
    if isinstance(generator, torch.Generator):
        return pack(generator.get_state())
    if isinstance(generator, np.random.Generator):
        return generator.bit_generator.state
    return generator.getstate()


def _set(generator: Generator, state: Any) -> None:  # noqa: ANN401
    if isinstance(generator, torch.Generator):
        generator.set_state(unpack(state))
    elif isinstance(generator, np.random.Generator):
        generator.bit_generator.state = state
    else:
        version, words, gauss = state
        generator.setstate((version, tuple(words), gauss))
