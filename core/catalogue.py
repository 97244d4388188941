"""Where a model is found by its name, and what is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from core.cache import cached_folder, model_name
from core.errors import Refusal, translate
from core.fields import checked_fields
from core.files import write_file
from core.frame import ModelCard, NotableHead

if TYPE_CHECKING:
    import torch

    from core.checkpoint import Checkpoint

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
BUNDLED = RESOURCES / "models"
DEFAULT_MODEL = "english-gpt"
CARD = "headlight.json"


def program_version() -> str:
    """The version that is installed; ``unknown`` in a source tree that is not."""
    from importlib.metadata import PackageNotFoundError, version  # slow, and seldom needed

    try:
        return version("headlight")
    except PackageNotFoundError:
        return "unknown"


def bundled_models() -> list[str]:
    """Names of the models that ship with the program."""
    return sorted(folder.name for folder in BUNDLED.glob("*") if (folder / "config.json").is_file())


def find_model(reference: str) -> Path:
    """The folder of a bundled name, of a path, or of a hub id that was downloaded before.

    Raises:
        Refusal: if it is none of them.
    """
    if reference in bundled_models():
        return BUNDLED / reference
    try:
        folder = Path(reference).expanduser()
        if folder.is_dir():
            return folder
    except (OSError, RuntimeError):  # too long for a name; the home of nobody
        pass
    cached = cached_folder(reference)
    if cached is not None:
        return cached
    raise Refusal(
        translate("core", "{model} is neither a folder, nor a model downloaded from the hub, nor a "
                  "bundled one; bundled are {known}."),
        model=reference, known=", ".join(bundled_models()) or "none",
    )


def make_card(
    reference: str, checkpoint: Checkpoint, device: torch.device, slim: bool = False
) -> ModelCard:
    """What a window shows of a model; heads and a sentence come from the folder's card file."""
    from core.two_stream import TwoStreamConfig  # brings torch, which the window does not wait for

    folder = find_model(reference)
    text, notable = _read_card(folder / CARD)
    config = checkpoint.config
    layers, heads = config.layers(config.stacks[-1]), config.heads
    return ModelCard(
        reference=reference,
        name=model_name(folder),
        family=checkpoint.family,
        device=device.type,
        dtype=str(next(checkpoint.model.parameters()).dtype).removeprefix("torch."),
        parameters=sum(parameter.numel() for parameter in checkpoint.model.parameters()),
        context=config.context,
        heads=config.heads,
        layers={stack: config.layers(stack) for stack in config.stacks},
        key_heads=config.key_heads if config.key_heads != config.heads else 0,
        positions=config.positions,
        scaled=config.scale_scores,
        two_sentences=config.told_segments > 1,
        two_streams=isinstance(config, TwoStreamConfig),
        masks=config.head == "masked" and checkpoint.tokenizer.mask_id is not None,
        verdict=config.pooled,
        labels=config.labels,
        slim=slim,
        not_finite=checkpoint.not_finite,
        step=checkpoint.step,
        text=text,
        notable=tuple(
            one for one in notable if 0 <= one.layer < layers and 0 <= one.head < heads
        ),
    )


def write_card(folder: Path, text: str, notable: Sequence[NotableHead]) -> None:
    """Tell the window, in a file beside the model, a sentence and the heads to look at first.

    Raises:
        Refusal: if it can't be written.
    """
    import json  # not before the window is there

    told = {"text": text, "notable": [asdict(head) for head in notable]}
    words = json.dumps(told, indent=2, ensure_ascii=False) + "\n"
    write_file(folder / CARD, words.encode())


def _read_card(path: Path) -> tuple[str, tuple[NotableHead, ...]]:
    """The card file's words; a model opens without one, and with one that is damaged."""
    import json

    try:
        if not path.is_file():  # a pipe would be waited for
            return "", ()
        told = json.loads(path.read_bytes())
        heads = (checked_fields(NotableHead, head) for head in told["notable"])
        return str(told["text"]), tuple(NotableHead(**head) for head in heads)
    except (OSError, ValueError, TypeError, KeyError, RecursionError, Refusal):
        return "", ()
