"""A whole trace as one safetensors file; names and axes in ``core.trace``."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from core.broken import Broken
from core.catalogue import program_version
from core.files import write_file
from core.first_broken import first_broken
from core.frame import Prompt
from core.session import Session
from core.tokens import Tokens

if TYPE_CHECKING:
    from torch import Tensor


def write_trace(
    session: Session, prompt: Prompt, path: Path, warn: Callable[[Broken], None] | None = None
) -> int:
    """Write every tensor of one forward pass; returns how many.

    Args:
        session: runs it.
        prompt: what it runs on.
        path: of the file.
        warn: told where values first are no numbers, if some are not.

    Raises:
        Refusal: if the prompt has no tokens, or the file can't be written.
    """
    from safetensors.torch import save

    trace, source, target = session.trace(prompt)
    tensors = {
        name: (tensor if _is_shared(name, tensor) else tensor[0]).cpu().contiguous().clone()
        for name, tensor in trace.named()
    }
    broken = first_broken(trace, session.model, session.card)
    if broken is not None and warn is not None:
        warn(broken)
    # save_file would leave a file that nobody else may read, whatever the umask.
    write_file(path, save(tensors, metadata=_metadata(session, prompt, source, target)))
    return len(tensors)


def _is_shared(name: str, tensor: Tensor) -> bool:
    """Whether it has no batch axis to lose: positions that are the same for every text."""
    return name.endswith(".positions") and tensor.ndim == 2


def _metadata(
    session: Session, prompt: Prompt, source: Tokens, target: Tokens | None
) -> dict[str, str]:
    card = session.card
    told = {"model": card.name, "family": card.family, "version": program_version()}
    step = session.at(None).step
    if step is not None:
        told["step"] = str(step)
    if session.edits:
        told["alterations"] = json.dumps([asdict(edit) for edit in session.edits.all])
    if card.two_sentences:
        told["source.segments"] = json.dumps(source.segments)
    if card.masks:
        told["source.masked"] = json.dumps(sorted(set(prompt.masked)))
    for name, tokens in (("source", source), ("target", target)):
        if tokens is not None:
            told |= {
                f"{name}.text": tokens.text[: tokens.kept].encode("utf-8", "replace").decode(),
                f"{name}.pieces": json.dumps(tokens.labels, ensure_ascii=False),
                f"{name}.spans": json.dumps(tokens.spans),
            }
    return told
