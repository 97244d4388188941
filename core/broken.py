"""Where a model first computes a value that is no number, and how that is said; without torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import Refusal, translate


@dataclass(frozen=True)
class Broken:
    """The first tensor, in the order of computation, that holds NaN or an infinity."""

    tensor: str
    """As the legend of ``core.trace`` names it, such as ``decoder.2.self.q``."""
    head: int | None = None
    """The first head of it with such a value, a key head of k and v; None where all have some."""
    position: int | None = None
    """Likewise the first position."""
    parameter: str | None = None
    """What holds NaN or an infinity itself and is used there, by its name in the model's file."""


_TENSORS = {
    "embed": translate("core", "the token embeddings"),
    "positions": translate("core", "the position embeddings"),
    "segments": translate("core", "the segment embeddings"),
    "resid_in": translate("core", "the stream that enters"),
    "q": translate("core", "the queries"),
    "q_flat": translate("core", "the queries before they turn"),
    "k": translate("core", "the keys"),
    "k_flat": translate("core", "the keys before they turn"),
    "v": translate("core", "the values"),
    "content": translate("core", "the content term of the scores"),
    "bias": translate("core", "the bias of the scores"),
    "position": translate("core", "the position term of the scores"),
    "segment": translate("core", "the segment term of the scores"),
    "scores": translate("core", "the scores"),
    "pattern": translate("core", "the weights"),
    "z": translate("core", "z, the weighted values"),
    "resid_mid": translate("core", "the stream after attention"),
    "resid_cross": translate("core", "the stream after cross-attention"),
    "mlp_act": translate("core", "the feed-forward activations"),
    "mlp_out": translate("core", "the feed-forward output"),
    "resid_out": translate("core", "the stream that leaves"),
    "final": translate("core", "the last stream"),
    "logits": translate("core", "the logits"),
    "next_sentence": translate("core", "the next-sentence verdict"),
    "labels": translate("core", "the labels"),
}
_KINDS = {
    "self": translate("core", "self-attention"), "cross": translate("core", "cross-attention"),
}
_STACKS = {
    "encoder": translate("core", "encoder"), "decoder": translate("core", "decoder"),
    "query": translate("core", "query stream"),
}


def say_broken(broken: Broken, file_holds: Sequence[str] = ()) -> list[Refusal]:
    """Sentences that name the place, and the cause where it is known.

    Args:
        broken: the place.
        file_holds: tensors of the model's file that hold NaN or an infinity.
    """
    said = [_say_place(broken)]
    if broken.position is not None:
        said.append(Refusal(
            translate("core", "Position {position} is the first with them."),
            position=broken.position))
    if broken.parameter is not None:
        said.append(Refusal(
            translate("core", "The parameter {name} holds them itself: the model is damaged."),
            name=broken.parameter))
    elif file_holds:
        said.append(Refusal(
            translate("core", "The file of the model holds them, in {name}."),
            name=", ".join(file_holds[:3])))
    else:
        said.append(Refusal(
            translate("core", "The file of the model holds numbers alone: the computation goes "
                      "beyond what its type can hold.")))
    return said


def _say_place(broken: Broken) -> Refusal:
    parts = broken.tensor.split(".")
    stack, tensor = parts[0], parts[-1]
    if "query_stream" in parts:
        stack = "query"
    values = {"tensor": _TENSORS[tensor], "stack": _STACKS.get(stack)}
    if len(parts) == 1:
        return Refusal(
            translate("core", "Some values are no numbers (NaN or infinite), first in {tensor}."),
            **values)
    if len(parts) == 2:
        return Refusal(
            translate("core", "Some values are no numbers (NaN or infinite), first in {tensor} of "
                      "the {stack}."), **values)
    values["layer"] = parts[1]
    if parts[-2] not in _KINDS:
        return Refusal(
            translate("core", "Some values are no numbers (NaN or infinite), first in {tensor} of "
                      "{stack} layer {layer}."), **values)
    values["kind"] = _KINDS[parts[-2]]
    if broken.head is None:
        return Refusal(
            translate("core", "Some values are no numbers (NaN or infinite), first in {tensor} of "
                      "{stack} layer {layer}, {kind}."), **values)
    return Refusal(
        translate("core", "Some values are no numbers (NaN or infinite), first in {tensor} of "
                  "{stack} layer {layer}, {kind}, head {head}."), head=broken.head, **values)
