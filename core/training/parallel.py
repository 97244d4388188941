"""One run on several processes, as ``torchrun`` starts them: each computes some rows of a batch.

The first process does all that a run does: it draws, measures, steps and writes. Wherever its model
runs in a step, it hands the others their rows, gets what the model makes of them, and computes the
loss of the whole batch, which is therefore that of one process, whatever it is a mean of. Going
back, each process gets the gradient of what it made; those of the weights are summed in the first.

Others hold a copy of the model and nothing else; they get its weights anew at each step. Rows and
commands go through gloo, numbers through nccl where there are GPUs.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import torch
import torch.distributed as dist
from torch import Tensor, nn

from core.device import best_device
from core.errors import Refusal, translate
from core.linear import learn, learns
from core.model import Transformer
from core.products import works
from core.trace import Trace
from core.two_stream import build_model

if TYPE_CHECKING:
    from core.training.trainer import Trainer

_PATIENCE = timedelta(days=7)  # a measure may take long, and the others wait for it
_TOLD = ("logits", "next_sentence", "labels")


@contextmanager
def joined() -> Iterator[int]:
    """Be one of the processes that ``torchrun`` started; which, from 0. Alone it is 0.

    Raises:
        Refusal: if there are more processes than GPUs.
    """
    if not {"RANK", "WORLD_SIZE", "MASTER_ADDR"} <= os.environ.keys():
        yield 0
        return
    gpu = best_device().type == "cuda"
    if gpu:
        place, there = int(os.environ.get("LOCAL_RANK", "0")), torch.cuda.device_count()
        if place >= there:
            raise Refusal(
                translate("core", "There are {there} GPUs on this machine and more processes; "
                          "start one for each."), there=there)
        torch.cuda.set_device(place)
    dist.init_process_group("nccl" if gpu else "gloo", timeout=_PATIENCE)
    _Commands.group = dist.new_group(backend="gloo", timeout=_PATIENCE) if gpu else None
    try:
        yield dist.get_rank()
        _tell("end")
    except Refusal:  # never in the middle of a pass
        _tell("end")
        raise
    finally:
        dist.destroy_process_group()


@contextmanager
def leading(trainer: Trainer) -> Iterator[None]:
    """Let the others help this trainer, if there are any."""
    if dist.is_available() and dist.is_initialized():
        trainer.others = Others(trainer.model, trainer.half)
    try:
        yield
    finally:
        trainer.others = None


class Others:
    """The other processes, as the first one sees them."""

    def __init__(self, model: Transformer, half: torch.dtype | None) -> None:
        """``half`` is the type that passes are computed in, if not the weights'."""
        self._model, self._half = model, half
        self._sizes: list[int] = []
        _tell("model", model.config, learns(model))

    def hand_out(self) -> None:
        """Give them the weights as they are now."""
        drops = self._model.config.dropout  # each drops rows of its own, the same ones once more
        _tell("weights", int(torch.randint(2**62, ())) if drops else None)
        dist.broadcast(_flat(list(self._model.parameters())), 0)

    @contextmanager
    def helping(self) -> Iterator[None]:
        """Within, each pass of the model is shared out."""
        handles = (
            self._model.register_forward_pre_hook(self._share_out, with_kwargs=True),
            self._model.register_forward_hook(self._gather),
        )
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()

    def sum_up(self) -> None:
        """Add their gradients of the weights to the ones here."""
        _tell("sum")
        parameters = list(self._model.parameters())
        total = _flat_gradients(parameters)
        dist.reduce(total, 0)
        for parameter, part in _of_each(parameters, total):
            if parameter.grad is not None:
                parameter.grad.copy_(part)

    def _share_out(
        self, model: nn.Module, given: tuple[Any, ...], named: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Cut what goes into a pass; the first rows stay here."""
        rows = torch.arange(len(given[0])).tensor_split(dist.get_world_size())
        self._sizes = [len(part) for part in rows]
        cuts = [slice(int(part[0]), int(part[-1]) + 1) for part in rows if len(part)]
        shares = [
            ([_cut(one, cut) for one in given], {name: _cut(one, cut) for name, one in
                                                 named.items()})
            for cut in cuts]
        _tell("pass", self._half, [
            ([_cpu(one) for one in one_given], {name: _cpu(one) for name, one in one_named.items()})
            for one_given, one_named in shares])
        return tuple(shares[0][0]), shares[0][1]

    def _gather(self, model: nn.Module, given: tuple[Any, ...], trace: Trace) -> Trace:
        """Put together what all have made."""
        parts = _parts(trace)
        whole = dict(zip(parts, _Gather.apply(self._sizes, *parts.values()), strict=True))  # type: ignore[no-untyped-call]
        final = whole.pop("final", None)
        if final is not None:
            if trace.decoder is not None:
                trace = replace(trace, decoder=replace(trace.decoder, final=final))
            elif trace.encoder is not None:
                trace = replace(trace, encoder=replace(trace.encoder, final=final))
        if trace.logits is not None and "logits" not in whole:
            whole["logits"] = trace.logits.new_empty(sum(self._sizes), *trace.logits.shape[1:])
        return replace(trace, **whole)


class _Gather(torch.autograd.Function):
    """Rows of this process, then those of the others; their gradients go back to them."""

    @staticmethod
    def forward(ctx: Any, sizes: list[int], *mine: Tensor) -> tuple[Tensor, ...]:  # noqa: ANN401
        ctx.sizes = sizes
        found = [[part.detach()] for part in mine]
        for place, size in enumerate(sizes[1:], 1):
            for parts in found if size else ():
                theirs = parts[0].new_empty(size, *parts[0].shape[1:])
                dist.recv(theirs, place)
                parts.append(theirs)
        return tuple(map(torch.cat, found))

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:  # noqa: ANN401
        shares = [torch.split(gradient, ctx.sizes) for gradient in gradients]
        for place, size in enumerate(ctx.sizes[1:], 1):
            for share in shares if size else ():
                dist.send(share[place].contiguous(), place)
        return None, *(share[0] for share in shares)


def follow() -> None:
    """Help the first process until it says that it is over; it decides when to stop."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    device, model = best_device(), None
    while (told := _hear())[0] != "end":
        if told[0] == "model":
            model = build_model(told[1]).to(device).train()
            learn(model, told[2] and works())
            continue
        assert model is not None  # it was told first
        if told[0] == "weights":
            if told[1] is not None:
                torch.manual_seed(told[1] + dist.get_rank())
            _take_weights(list(model.parameters()))
        elif told[0] == "pass":
            _pass(model, told[1], told[2])
        else:
            dist.reduce(_flat_gradients(list(model.parameters())), 0)
            model.zero_grad(set_to_none=True)


@torch.no_grad()
def _take_weights(parameters: list[nn.Parameter]) -> None:
    flat = torch.empty_like(_flat(parameters))
    dist.broadcast(flat, 0)
    for parameter, part in _of_each(parameters, flat):
        parameter.copy_(part)


def _pass(
    model: Transformer, half: torch.dtype | None,
    shares: list[tuple[list[Any], Mapping[str, Any]]],
) -> None:
    """Run the rows of this process, there and back."""
    if dist.get_rank() >= len(shares):
        return  # there were fewer rows than processes
    device = model.embedding.weight.device
    given, named = shares[dist.get_rank()]
    with nullcontext() if half is None else torch.autocast(device.type, half):
        trace = model(
            *(_there(one, device) for one in given),
            **{name: _there(one, device) for name, one in named.items()})
    parts = list(_parts(trace).values())
    for part in parts:
        dist.send(part.detach().contiguous(), 0)
    gradients = [torch.empty_like(part) for part in parts]
    for gradient in gradients:
        dist.recv(gradient, 0)
    torch.autograd.backward(parts, gradients)


def _parts(trace: Trace) -> dict[str, Tensor]:
    """What an objective reads of a pass, by name; each begins with the axis of rows."""
    found = {
        name: part for name in _TOLD if (part := getattr(trace, name)) is not None and part.numel()}
    if "logits" not in found:
        last = trace.decoder or trace.encoder
        assert last is not None  # a model has a stack
        found["final"] = last.final
    return found


def _flat(parameters: list[nn.Parameter]) -> Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in parameters])


def _flat_gradients(parameters: list[nn.Parameter]) -> Tensor:
    return torch.cat([
        (torch.zeros_like(one) if one.grad is None else one.grad).detach().flatten()
        for one in parameters])


def _of_each(parameters: list[nn.Parameter], flat: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    parts = torch.split(flat, [parameter.numel() for parameter in parameters])
    for parameter, part in zip(parameters, parts, strict=True):
        yield parameter, part.view_as(parameter)


def _cut(value: object, rows: slice) -> object:
    return value[rows] if isinstance(value, Tensor) else value


def _cpu(value: object) -> object:
    return value.cpu().clone() if isinstance(value, Tensor) else value  # a view takes all with it


def _there(value: object, device: torch.device) -> object:
    return value.to(device) if isinstance(value, Tensor) else value


class _Commands:
    """Where commands go; None is where all else goes."""

    group: dist.ProcessGroup | None = None


def _tell(*told: object) -> None:
    """In the first process: say this to the others."""
    if dist.get_rank() == 0:
        dist.broadcast_object_list([told], 0, group=_Commands.group)


def _hear() -> tuple[Any, ...]:
    """In the others: what the first one says."""
    told: list[Any] = [None]
    dist.broadcast_object_list(told, 0, group=_Commands.group)
    return told[0]  # type: ignore[no-any-return]
