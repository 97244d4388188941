"""Where chance stands, as JSON and back: a run that goes on draws what it would have drawn, and
whatever else draws in its process."""

from __future__ import annotations

import base64
import random
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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


_TURN = threading.RLock()
"""Who draws from torch's own generators: a new run begins in a thread beside the one that trains.
"""


class Chance:
    """Torch's own generators as one run has them: starts and dropout draw from no others.

    They are lent to it for as long as it draws, so that runs do not disturb each other; who draws
    in another thread waits until then.
    """

    def __init__(self, seed: int, device: torch.device) -> None:
        """As ``seed`` starts them, for a model on ``device``."""
        self._gpu, self._seed = device.type == "cuda", seed
        self._kept = self._start(seed)

    def _start(self, seed: int) -> dict[str, torch.Tensor]:
        """Where a seed starts them."""
        with _TURN:
            before = self._read()
            torch.manual_seed(seed)
            started = self._read()
            self._put(before)
        return started

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Within, torch draws what the run is to draw next; then what it would have drawn."""
        with _TURN:
            before = self._read()
            self._put(self._kept)
            try:
                yield
            finally:
                self._kept = self._read()
                self._put(before)

    def state(self) -> dict[str, str]:
        """Where they stand, as JSON takes it."""
        return {name: pack(state) for name, state in self._kept.items()}

    def set_state(self, told: Mapping[str, Any], step: int = 0) -> None:
        """Put them where :meth:`state` found them at ``step``; a GPU's, where there was none, to a
        start that the run's seed and the step give.

        Raises:
            ValueError: if that is not of such generators.
        """
        if not isinstance(told.get("torch"), str):
            raise ValueError("the state of chance is damaged")
        started = self._start(random.Random(f"{self._seed} {step}").getrandbits(63))
        with _TURN:
            before = self._read()
            try:
                self._put(started | {
                    name: unpack(told[name]) for name in started if name in told})
                self._kept = self._read()
            except (TypeError, RuntimeError) as error:
                raise ValueError("the state of chance is damaged") from error
            finally:
                self._put(before)

    def _read(self) -> dict[str, torch.Tensor]:
        states = {"torch": torch.get_rng_state()}
        return states | ({"cuda": torch.cuda.get_rng_state()} if self._gpu else {})

    @staticmethod
    def _put(states: Mapping[str, torch.Tensor]) -> None:
        torch.set_rng_state(states["torch"])
        if "cuda" in states:
            torch.cuda.set_rng_state(states["cuda"])


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
