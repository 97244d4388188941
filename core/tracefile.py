"""A whole trace as one safetensors file; names and axes in ``core.trace``."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import Refusal, translate
from core.frame import Prompt
from core.session import Session
from core.tokens import Tokens

if TYPE_CHECKING:
    from torch import Tensor


def write_trace(session: Session, prompt: Prompt, path: Path) -> int:
    """Write every tensor of one forward pass; returns how many.

    Raises:
        Refusal: if the prompt has no tokens, or the file can't be written.
    """
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    trace, source, target = session.trace(prompt)
    tensors = {
        name: (tensor if _is_shared(name, tensor) else tensor[0]).cpu().contiguous().clone()
        for name, tensor in trace.named()
    }
    try:
        save_file(tensors, path, metadata=_metadata(session, source, target))
    except (OSError, SafetensorError) as error:
        raise Refusal(
            translate("core", "{path} can't be written: {reason}."), path=path, reason=error
        ) from error
    return len(tensors)


def _is_shared(name: str, tensor: Tensor) -> bool:
    """Whether it has no batch axis to lose: positions that are the same for every text."""
    return name.endswith(".positions") and tensor.ndim == 2


def _metadata(session: Session, source: Tokens, target: Tokens | None) -> dict[str, str]:
    card = session.card
    told = {
        "model": card.name, "family": card.family, "step": str(card.step), "version": _version(),
        "source.pieces": json.dumps(source.labels, ensure_ascii=False),
        "source.spans": json.dumps(source.spans),
        "source.text": source.text[: source.kept].encode("utf-8", "replace").decode(),
    }
    if target is not None:
        told |= {
            "target.pieces": json.dumps(target.labels, ensure_ascii=False),
            "target.spans": json.dumps(target.spans),
        }
    return told


def _version() -> str:
    try:
        return version("headlight")
    except PackageNotFoundError:  # run from a source tree that was never installed
        return "unknown"
