"""The other side of a comparison: ``transformers`` runs the same folder, in its eager mode.

What it hands out is named by our legend (``core.trace``), so that comparing is looking up a name.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from core.checkpoint.files import reason
from core.config import ModelConfig
from core.errors import Refusal, translate

Tensors = dict[str, Tensor]
"""By the names of our legend, each with its batch axis."""


@dataclass(frozen=True)
class Given:
    """What a model was asked, as ids."""

    source: Tensor
    target: Tensor | None = None
    segments: Tensor | None = None


@dataclass
class Heard:
    """The attentions of one pass, in the order in which they ran, under our names for a part."""

    calls: list[Tensors] = field(default_factory=list)


Listen = Callable[[Any, Heard], Any]
"""Makes of their model a context in which its attentions are heard."""


class _Softmaxes(TorchFunctionMode):
    """Keeps what goes into each softmax: scores as they are when they become a pattern."""

    def __init__(self) -> None:
        super().__init__()
        self.inputs: list[Tensor] = []

    def __torch_function__(
        self, called: Any, types: Any, args: Any = (), kwargs: Any = None  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        if called is torch.nn.functional.softmax:
            self.inputs.append(args[0] if args else kwargs["input"])
        return called(*args, **(kwargs or {}))


@contextmanager
def _listen_to_eager(theirs: Any, heard: Heard) -> Iterator[None]:  # noqa: ANN401
    """The one function through which most families attend."""
    home = sys.modules[type(theirs).__module__]
    eager = getattr(home, "eager_attention_forward", None)
    if eager is None:  # an older transformers has none for some families
        yield
        return

    def attend(
        module: Any, query: Tensor, key: Tensor, value: Tensor,  # noqa: ANN401
        *rest: Any, **more: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        with _Softmaxes() as softmaxes:
            answer = eager(module, query, key, value, *rest, **more)
        call = {"q": query, "k": key, "v": value, "z": answer[0].transpose(1, 2)}
        if len(softmaxes.inputs) == 1:
            call["scores"] = softmaxes.inputs[0]
        if isinstance(more.get("position_bias"), Tensor):
            call["bias"] = more["position_bias"]
        heard.calls.append(call)
        return answer

    home.eager_attention_forward = attend  # type: ignore[attr-defined]
    try:
        yield
    finally:
        home.eager_attention_forward = eager  # type: ignore[attr-defined]


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
    except (PackageNotFoundError, ValueError):
        pass
    raise Refusal(translate(
        "core", "transformers is not installed, so there is nothing to compare with; install it "
        "with: pip install transformers."))


def run_reference(folder: Path, config: ModelConfig, given: Given) -> Tensors:
    """Run the folder's model in ``transformers``, in float32 on the CPU, and name what it tells.

    Raises:
        Refusal: if ``transformers`` is not there, can't open the folder, or tells no patterns.
    """
    theirs = _open(folder, config)
    heard = Heard()
    arguments = {
        "input_ids": given.source, "decoder_input_ids": given.target,
        "token_type_ids": given.segments,
    }
    with torch.no_grad(), _listen_to_eager(theirs, heard):
        told = theirs(
            **{name: ids for name, ids in arguments.items() if ids is not None},
            **({"use_cache": False} if hasattr(theirs.config, "use_cache") else {}),
            output_attentions=True, output_hidden_states=True, return_dict=True,
        )
    return _named(config, told, heard)


def _class_name(config: ModelConfig) -> str:
    """The class of ``transformers`` with the heads that this file has."""
    if config.head == "none" and not config.pooled:
        return "AutoModelForTextEncoding" if config.stacks == ("encoder",) else "AutoModel"
    if config.stacks == ("encoder",):
        return "AutoModelForPreTraining" if config.pooled else "AutoModelForMaskedLM"
    return "AutoModelForCausalLM" if len(config.stacks) == 1 else "AutoModelForSeq2SeqLM"


def _open(folder: Path, config: ModelConfig) -> Any:  # noqa: ANN401
    number = version()
    os.environ["HF_HUB_OFFLINE"] = "1"  # before the import: nothing is asked of the network
    try:
        import transformers

        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        kind = getattr(transformers, _class_name(config))
        theirs = kind.from_pretrained(
            str(folder.resolve()), attn_implementation="eager", dtype=torch.float32,
            trust_remote_code=False, local_files_only=True, use_safetensors=True,
        )
    except Exception as error:
        raise Refusal(
            translate("core", "transformers {version} can't open {path}: {reason}."),
            version=number, path=folder, reason=_first_line(error),
        ) from error
    return theirs.eval()


def _first_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return reason(error)
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rstrip(".:")[:300]


def _named(config: ModelConfig, told: Mapping[str, Any], heard: Heard) -> Tensors:
    """Their answer under our names."""
    both = len(config.stacks) == 2
    seen: Tensors = {}
    calls = iter(heard.calls)
    for stack in config.stacks:
        prefix = f"{stack}_" if both else ""
        kinds: dict[str, Any] = {"self": told.get(f"{prefix}attentions") or ()}
        if both and stack == "decoder":
            kinds["cross"] = told.get("cross_attentions") or ()
        streams = told.get(f"{prefix}hidden_states") or ()
        layers = config.layers(stack)
        if any(len(patterns) != layers for patterns in kinds.values()) or (
            len(streams) != layers + 1
        ):
            raise Refusal(
                translate("core", "transformers {version} tells no patterns or hidden states of "
                          "this model; install another version."), version=version())
        for layer in range(layers):
            seen[f"{stack}.{layer}.resid_in"] = streams[layer]
            for kind, patterns in kinds.items():
                seen[f"{stack}.{layer}.{kind}.pattern"] = patterns[layer]
                for part, tensor in next(calls, {}).items():
                    seen[f"{stack}.{layer}.{kind}.{part}"] = tensor
        seen[f"{stack}.final"] = streams[-1]
    for ours, names in (
        ("logits", ("logits", "prediction_logits")), ("next_sentence", ("seq_relationship_logits",))
    ):
        found = next((told[name] for name in names if told.get(name) is not None), None)
        if found is not None:
            seen[ours] = found
    return seen
