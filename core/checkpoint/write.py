"""One of our models as a folder that ``transformers`` opens too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import torch

from core.checkpoint import bert, gpt2, marian, own, t5, xlnet
from core.checkpoint.files import reason
from core.checkpoint.names import Family, write_state
from core.config import ModelConfig
from core.errors import Refusal, translate
from core.files import write_file
from core.model import Transformer
from core.tokens import Tokenizer


class Layout(Family, Protocol):
    """A family whose folders this program also writes."""

    @property
    def BARE(self) -> tuple[str, ...]:  # noqa: N802 - a constant of a file
        """Beginnings of names that have no prefix in a file."""

    def from_config(self, config: ModelConfig) -> dict[str, Any]:
        """The values of their ``config.json`` for one of our models."""


_LAYOUTS: Mapping[tuple[str, ...], Layout] = {
    ("decoder",): gpt2, ("encoder",): bert, ("encoder", "decoder"): marian,
}
_BY_POSITIONS: Mapping[str, Layout] = {"bucketed": t5, "relative": xlnet}
_ROLES = {
    "<|endoftext|>": "eos_token", "<pad>": "pad_token", "</s>": "eos_token", "[PAD]": "pad_token",
    "[UNK]": "unk_token", "[CLS]": "cls_token", "[SEP]": "sep_token", "[MASK]": "mask_token",
    "<unk>": "unk_token", "<cls>": "cls_token", "<sep>": "sep_token", "<mask>": "mask_token",
}


def layout(config: ModelConfig) -> Layout:
    """The family in whose layout such a model is written; its places tell, or else its stacks."""
    if own.is_ours(config):
        return own
    return _BY_POSITIONS.get(config.positions) or _LAYOUTS[config.stacks]


def write_checkpoint(
    folder: Path,
    model: Transformer,
    tokenizer: Tokenizer,
    dtype: torch.dtype = torch.float32,
    step: int | None = None,
) -> None:
    """Write a model in its family's own layout; ``transformers`` opens it too, where it has one.

    Each file is written beside its place and then moved there, so that none is ever half there.

    Raises:
        Refusal: for a model that has no place in that layout, or a folder that can't be written.
    """
    from safetensors.torch import save

    family = layout(model.config)
    values = family.from_config(model.config) | _token_ids(model.config, tokenizer) | {
        "torch_dtype": str(dtype).removeprefix("torch.")
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(
            translate("core", "{path} can't be written: {reason}."),
            path=folder, reason=reason(error),
        ) from error
    prefix = next(iter(family.PREFIXES), "")
    tensors = {
        name if name.startswith(family.BARE) else prefix + name:
            tensor.to(dtype).contiguous().clone()
        for name, tensor in write_state(model.state_dict(), family, model.config).items()
    }
    steps = {} if step is None else {"step": str(step)}
    # save_file would leave a file that nobody else may read, whatever the umask.
    write_file(folder / "model.safetensors", save(tensors, metadata={"format": "pt", **steps}))
    write_file(folder / "config.json", _json(values))
    write_file(folder / "tokenizer.json", tokenizer.inner.to_str(pretty=True).encode())
    inputs = {"model_input_names": ["input_ids", "token_type_ids", "attention_mask"]}
    write_file(folder / "tokenizer_config.json", _json(
        {"tokenizer_class": "PreTrainedTokenizerFast"} | _special(tokenizer)
        | (inputs if model.config.told_segments else {}) | {
            "model_max_length": model.config.context, "clean_up_tokenization_spaces": False,
        }
    ))


def _special(tokenizer: Tokenizer) -> dict[str, str]:
    """The tokens of this tokenizer that have a part to play, by their part."""
    known = tokenizer.inner.get_vocab(with_added_tokens=True)
    return {role: token for token, role in _ROLES.items() if token in known}


def _token_ids(config: ModelConfig, tokenizer: Tokenizer) -> dict[str, int]:
    """Of padding, and of where a translation starts and ends."""
    known = tokenizer.inner.get_vocab(with_added_tokens=True)
    ids: dict[str, int] = {
        role: known[token] for role, token in _special(tokenizer).items()
        if role == "pad_token" or config.stacks == ("encoder", "decoder")
    }
    values = {f"{role}_id": token for role, token in ids.items()}
    if config.decoder_layers and "pad_token" in ids:
        values["decoder_start_token_id"] = ids["pad_token"]
    return values


def _json(values: Mapping[str, Any]) -> bytes:
    return (json.dumps(values, indent=2) + "\n").encode()
