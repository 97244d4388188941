"""The other side: ``transformers`` runs the same folder, in its eager mode.

What it hands out is named by our legend (``core.trace``), so that comparing is looking up a name.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from core.checkpoint.files import reason
from core.config import ModelConfig
from core.errors import Refusal, translate
from core.parity.hearing import Call, Hear, hear_eager, hear_two_streams

Tensors = dict[str, Tensor]
"""By the names of our legend, each with its batch axis."""


@dataclass(frozen=True)
class Given:
    """What a model was asked."""

    source: Tensor
    """[B, S] ids."""
    target: Tensor | None = None
    """[B, T] ids."""
    segments: Tensor | None = None
    """[B, S]."""
    reads: Tensor | None = None
    """[B, S, S] bool, True where a query may read a key; with it both streams run (XLNet)."""


@dataclass(frozen=True)
class Told:
    """What their model answered, and the attentions that were heard meanwhile."""

    answer: Mapping[str, Any]
    calls: Sequence[Call]


Names = Callable[[ModelConfig, Told], Iterator[tuple[str, Tensor]]]


def name_layers(config: ModelConfig, told: Told) -> Iterator[tuple[str, Tensor]]:
    """The streams and attentions of every stack; hidden states begin with what enters layer 0.

    Raises:
        LookupError: if one is not there.
    """
    both, calls = len(config.stacks) == 2, iter(told.calls)
    for stack in config.stacks:
        prefix = f"{stack}_" if both else ""
        kinds = {"self": _layered(told, f"{prefix}attentions", config.layers(stack))}
        if both and stack == "decoder":
            kinds["cross"] = _layered(told, "cross_attentions", config.layers(stack))
        streams = _layered(told, f"{prefix}hidden_states", config.layers(stack) + 1)
        for layer in range(config.layers(stack)):
            yield f"{stack}.{layer}.resid_in", streams[layer]
            for kind, patterns in kinds.items():
                yield from _attention(f"{stack}.{layer}.{kind}", patterns[layer], calls)
        yield f"{stack}.final", streams[-1]


def name_streams(config: ModelConfig, told: Told) -> Iterator[tuple[str, Tensor]]:
    """The same of a content and a query stream, which come in turn where both ran (XLNet).

    Raises:
        LookupError: if one is not there.
    """
    count, calls = config.encoder_layers, iter(told.calls)
    patterns = _layered(told, "attentions", count)
    if not isinstance(patterns[0], tuple):
        yield from name_layers(config, told)
        return
    streams = _layered(told, "hidden_states", 2 * count + 2)
    for layer in range(count):
        for index, place in enumerate((f"encoder.{layer}", f"encoder.{layer}.query_stream")):
            yield f"{place}.resid_in", streams[2 * layer + index]
            yield from _attention(f"{place}.self", patterns[layer][index], calls)
    yield "encoder.final", streams[-2]
    yield f"encoder.{count - 1}.query_stream.resid_out", streams[-1]


def _layered(told: Told, name: str, count: int) -> Sequence[Any]:
    """As many as there should be; under another attention than eager there are none."""
    found: Sequence[Any] = told.answer.get(name) or ()
    if len(found) != count:
        raise LookupError(f"{name} has {len(found)} of {count}")
    return found


def _attention(
    place: str, pattern: Tensor, calls: Iterator[Call]
) -> Iterator[tuple[str, Tensor]]:
    yield f"{place}.pattern", pattern
    for part, tensor in next(calls, {}).items():
        yield f"{place}.{part}", tensor


@dataclass(frozen=True)
class Reference:
    """How the models of a family are opened, heard and named."""

    hear: Hear = hear_eager
    names: Names = name_layers
    bare: str = "AutoModel"
    """The class for a file that has no head."""
    headed: str = "AutoModelForCausalLM"
    """The class for one stack with a plain head."""


_REFERENCES: dict[str, Reference] = {
    "t5": Reference(bare="AutoModelForTextEncoding"),
    "xlnet": Reference(hear_two_streams, name_streams),
}


def version() -> str:
    """Which ``transformers`` is installed, without importing it.

    Raises:
        Refusal: if none is.
    """
    from importlib.metadata import PackageNotFoundError, version
    from importlib.util import find_spec

    try:
        if find_spec("transformers") is not None:
            return version("transformers")
    except (ImportError, PackageNotFoundError, ValueError):
        pass
    raise Refusal(translate(
        "core", "transformers is not installed, so there is nothing to compare with; install it "
        "with: pip install transformers."))


def run_reference(folder: Path, family: str, config: ModelConfig, given: Given) -> Tensors:
    """Run the folder's model in ``transformers``, in float32 on the CPU, and name what it tells.

    Raises:
        Refusal: if ``transformers`` is not there, can't open or run it, or tells no patterns.
    """
    number, reference = version(), _REFERENCES.get(family, Reference())
    try:
        theirs = _open(folder, _class_name(reference, config))
    except Exception as error:
        raise Refusal(
            translate("core", "transformers {version} can't open {path}: {reason}."),
            version=number, path=folder, reason=_first_line(error),
        ) from error
    try:
        return dict(_name(config, reference, _run(theirs, reference, given)))
    except Exception as error:
        raise Refusal(
            translate("core", "transformers {version} can't be compared with on {path}: {reason}."),
            version=number, path=folder, reason=_first_line(error),
        ) from error


def _class_name(reference: Reference, config: ModelConfig) -> str:
    """The class of ``transformers`` that has the heads of this file, and no others."""
    if config.labels:
        return "AutoModelForSequenceClassification"
    if config.pooled:
        return "AutoModelForPreTraining"
    if config.head == "none":
        return reference.bare if config.stacks == ("encoder",) else "AutoModel"
    if config.head == "masked":
        return "AutoModelForMaskedLM"
    return "AutoModelForSeq2SeqLM" if len(config.stacks) == 2 else reference.headed


def _open(folder: Path, name: str) -> Any:  # noqa: ANN401
    os.environ["HF_HUB_OFFLINE"] = "1"  # before the import: the network is never asked
    import transformers

    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    return getattr(transformers, name).from_pretrained(
        str(folder.resolve()), attn_implementation="eager", dtype=torch.float32,
        trust_remote_code=False, local_files_only=True, use_safetensors=True,
    ).eval()


def _run(theirs: Any, reference: Reference, given: Given) -> Told:  # noqa: ANN401
    arguments: dict[str, Any] = {"input_ids": given.source}
    if given.target is not None:
        arguments["decoder_input_ids"] = given.target
    if given.segments is not None:
        arguments["token_type_ids"] = given.segments
    if given.reads is not None:  # theirs says who may not be read, and which places are predicted
        arguments["perm_mask"] = (~given.reads).float()
        count = given.source.shape[1]
        arguments["target_mapping"] = torch.eye(count).expand(len(given.source), -1, -1)
    calls: list[Call] = []
    with torch.no_grad(), reference.hear(theirs, calls):
        answer = theirs(
            **arguments, output_attentions=True, output_hidden_states=True, return_dict=True
        )
    return Told(answer, calls)


def _name(
    config: ModelConfig, reference: Reference, told: Told
) -> Iterator[tuple[str, Tensor]]:
    yield from reference.names(config, told)
    first = "labels" if config.labels else "logits"
    for ours, names in (
        (first, ("logits", "prediction_logits")), ("next_sentence", ("seq_relationship_logits",))
    ):
        for name in names:
            if told.answer.get(name) is not None:
                yield ours, told.answer[name]


def _first_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return str(reason(error))
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rstrip(".:")[:300]
