"""How q, k, v, scores and z are had from models of ``transformers`` while they run.

Each way is a context around their model; what it hears goes into ``calls``, one for each attention
in the order in which they run, under our names and with our axes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

Call = dict[str, Tensor]
Hear = Callable[[Any, list[Call]], AbstractContextManager[None]]


class Softmaxes(TorchFunctionMode):
    """Keeps what goes into each softmax: scores as they are when they become a pattern."""

    def __init__(self) -> None:
        super().__init__()
        self.inputs: list[Tensor] = []

    def __torch_function__(
        self, called: Any, types: Any, args: Any = (), kwargs: Any = None  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Every function of torch that is called meanwhile."""
        if called is torch.nn.functional.softmax:
            self.inputs.append(args[0] if args else kwargs["input"])
        return called(*args, **(kwargs or {}))

    def add_to(self, call: Call) -> None:
        """The scores, if there was one softmax."""
        if len(self.inputs) == 1:
            call["scores"] = self.inputs[0]


@contextmanager
def replaced(owner: Any, name: str, value: object) -> Iterator[None]:  # noqa: ANN401
    """Let ``owner`` have this instead, for a while."""
    own = name in vars(owner)
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        if own:
            setattr(owner, name, before)
        else:
            delattr(owner, name)


@contextmanager
def hear_eager(theirs: Any, calls: list[Call]) -> Iterator[None]:  # noqa: ANN401
    """The one function of a family's file through which all its layers attend."""
    home = sys.modules[type(theirs).__module__]
    eager = getattr(home, "eager_attention_forward", None)
    if eager is None:  # an older transformers has none for some families
        yield
        return

    def attend(
        module: object, query: Tensor, key: Tensor, value: Tensor, *rest: object, **more: object
    ) -> Any:  # noqa: ANN401
        with Softmaxes() as softmaxes:
            answer = eager(module, query, key, value, *rest, **more)
        call = {"q": query, "k": key, "v": value, "z": answer[0].transpose(1, 2)}
        softmaxes.add_to(call)
        bias = more.get("position_bias")
        if isinstance(bias, Tensor):
            call["bias"] = bias
        calls.append(call)
        return answer

    with replaced(home, "eager_attention_forward", attend):
        yield


@contextmanager
def hear_two_streams(theirs: Any, calls: list[Call]) -> Iterator[None]:  # noqa: ANN401
    """XLNet: a method of each layer, called once a stream; axes are [position, batch, head]."""

    def ours(tensor: Tensor) -> Tensor:
        return tensor.permute(1, 2, 0, 3)

    def attend(
        core: Any, q: Tensor, k: Tensor, v: Tensor, *rest: object, **more: object  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        with Softmaxes() as softmaxes:
            answer = core(q, k, v, *rest, **more)
        z = answer[0] if isinstance(answer, tuple) else answer
        call = {"q": ours(q), "k": ours(k), "v": ours(v), "z": ours(z)}
        softmaxes.add_to(call)
        calls.append(call)
        return answer

    with ExitStack() as held:
        for module in theirs.modules():
            core = getattr(module, "rel_attn_core", None)
            if core is not None:
                held.enter_context(replaced(module, "rel_attn_core", partial(attend, core)))
        yield
