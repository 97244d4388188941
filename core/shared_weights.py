"""The parameters of a model in memory that two processes map; who changes them and who reads them
take turns."""

from __future__ import annotations

import mmap
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import torch
from torch import Tensor, nn

if sys.platform != "win32":
    import fcntl

CAN_SHARE = sys.platform.startswith("linux")
"""Elsewhere memory is passed on in other ways."""
TORN = -1
"""The step of weights that are neither those before a change nor those after it."""
_STAMP = 64  # bytes before the first parameter; each begins at a multiple of it
_DOOR, _ROOM = 0, 1  # bytes of the file that are locked


class SharedWeights:
    """One block: a stamp, then each parameter by its name.

    The kernel locks it, and unlocks it when a process ends, however that comes. In one process, one
    thread at a time takes turns.
    """

    def __init__(self, handle: int) -> None:
        """Map what another process has made; ``handle`` is open as long as this is there.

        Args:
            handle: of the file, as the system counts it in this process.
        """
        self.handle = handle
        self._bytes = torch.frombuffer(mmap.mmap(handle, 0), dtype=torch.uint8)
        self._stamp = self._bytes[:16].view(torch.int64)

    def __del__(self) -> None:
        os.close(self.handle)

    @classmethod
    def of(cls, model: nn.Module) -> SharedWeights:
        """Make a block, and move the parameters of ``model`` into it; they are on the CPU."""
        handle = os.memfd_create("weights")
        os.ftruncate(handle, _STAMP + sum(_room(each) for each in model.parameters()))
        shared = cls(handle)
        shared.move_in(model)
        return shared

    def move_in(self, model: nn.Module) -> None:
        """Copy the parameters of ``model`` into the block, where they lie from now on."""
        for parameter, place in self._places(model):
            place.copy_(parameter.detach())
            parameter.data = place

    def show_through(self, model: nn.Module) -> None:
        """Let ``model`` have the parameters that are in the block.

        Raises:
            ValueError: if they are not those of such a model.
        """
        if len(self._bytes) != _STAMP + sum(_room(each) for each in model.parameters()):
            raise ValueError("these are the weights of another model")
        for parameter, place in self._places(model):
            parameter.data = place

    def _places(self, model: nn.Module) -> Iterator[tuple[nn.Parameter, Tensor]]:
        at = _STAMP
        for _, parameter in sorted(model.named_parameters(), key=lambda pair: pair[0]):
            size = parameter.numel() * parameter.itemsize
            yield parameter, self._bytes[at : at + size].view(parameter.dtype).view(parameter.shape)
            at += _room(parameter)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Within, nobody else reads or changes them. Who waits comes next: none comes twice in a
        row while the other is at the door."""
        with ExitStack() as inside:
            with self._locked(_DOOR):
                inside.enter_context(self._locked(_ROOM))
            yield

    @contextmanager
    def _locked(self, byte: int) -> Iterator[None]:
        fcntl.lockf(self.handle, fcntl.LOCK_EX, 1, byte)
        try:
            yield
        finally:
            fcntl.lockf(self.handle, fcntl.LOCK_UN, 1, byte)

    @contextmanager
    def change(self, step: int) -> Iterator[None]:
        """A turn in which they become those after ``step``; who is killed within leaves them as
        those of step ``TORN``, who fails as those of the step before."""
        with self.turn():
            after = self.stamped[1]
            self.stamp(TORN)
            try:
                yield
                after = step
            finally:
                self._stamp[1] = after

    def stamp(self, step: int) -> None:
        """Say that they are others now: those after ``step``."""
        self._stamp[0] += 1
        self._stamp[1] = step

    @property
    def stamped(self) -> tuple[int, int]:
        """How often they were others, and the step of which they are."""
        times, step = self._stamp.tolist()
        return times, step


def _room(parameter: nn.Parameter) -> int:
    """Bytes that it takes in the block."""
    return -(-parameter.numel() * parameter.itemsize // _STAMP) * _STAMP
