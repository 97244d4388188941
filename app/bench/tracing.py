"""What a whole trace costs, beside the same pass without one and beside what others offer.

Random weights of GPT-2 small's size, one sentence. All take turns, every time in another order.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from itertools import cycle
from pathlib import Path
from typing import Any

import torch

from app.bench.machine import ratio, spread
from app.bench.random_model import make_model
from app.work import torch_threads
from core.frame import Prompt
from core.session import Session, open_session
from core.trace import Sight

_TEXT = (
    "The old man stood at the window and looked down at the street, where the lamps had just been "
    "lit. He had waited for his daughter since the morning, and now it was evening and the rain "
    "had begun to fall. "
)
OURS, BARE, MORE = "full trace", "the same pass, no capture", "one more token at the end"
EAGER = "transformers eager, attentions and hidden states"
LAST = "transformers eager, the same, logits of the last token alone"
LENS = "TransformerLens run_with_cache"
Act = Callable[[], object]


def measure_tracing(
    lengths: tuple[int, ...] = (128, 512), rounds: int = 16, model: str | None = None
) -> dict[str, Any]:
    """Every pattern and every residual of a text of each length, and the last token's logits.

    Args:
        lengths: in tokens.
        rounds: turns at the first length; longer ones have fewer.
        model: a folder; None for random weights of GPT-2 small's size.
    """
    torch.set_num_threads(torch_threads())
    with tempfile.TemporaryDirectory(prefix="headlight-bench-") as made:
        folder = Path(model) if model else make_model(Path(made) / "model")
        session = open_session(str(folder))
        others = _transformers(folder) | _transformer_lens(folder)
        result: dict[str, Any] = {
            "model": f"{session.card.name}, {session.card.parameters} parameters",
            "torch threads": torch_threads(),
        }
        for tokens in lengths:
            turns = max(4, rounds * lengths[0] // tokens)
            result[f"{tokens} tokens"] = _measure(session, others, tokens, turns)
    for name, package in ((EAGER, "transformers"), (LENS, "transformer_lens")):
        if name not in others:
            result[name] = f"{package} is not installed"
    return result


def _measure(
    session: Session, others: Mapping[str, Callable[[torch.Tensor], object]], tokens: int,
    rounds: int,
) -> dict[str, Any]:
    prompt, shorter = _prompts(session, tokens)
    read, _ = session.tokenize(prompt)
    ids, model = torch.tensor([read.ids]), session.model
    one_more = cycle((shorter, prompt))
    acts: dict[str, Act] = {
        OURS: lambda: model(ids, logits_at=[tokens - 1]),
        BARE: lambda: model(ids, logits_at=[tokens - 1], keep=False),
        MORE: lambda: session.look(next(one_more), Sight(thumbnails=False)),
    } | {name: (lambda run=run: run(ids)) for name, run in others.items()}
    seconds = take_turns(acts, rounds, before={MORE: acts[MORE]})
    figures: dict[str, Any] = {name: spread(taken) for name, taken in seconds.items()}
    figures[f"ratio, {OURS} / {BARE}"] = ratio(seconds[OURS], seconds[BARE])
    for name in others:
        figures[f"ratio, {OURS} / {name}"] = ratio(seconds[OURS], seconds[name])
        figures[f"ratio, {MORE} / {name}"] = ratio(seconds[MORE], seconds[name])
    return figures


def take_turns(
    acts: Mapping[str, Act], rounds: int, before: Mapping[str, Act] | None = None
) -> dict[str, list[float]]:
    """Seconds of each act by turn; the first two rounds warm up and do not count.

    Args:
        acts: by name.
        rounds: that count.
        before: what is done before an act, untimed.
    """
    seconds: dict[str, list[float]] = {name: [] for name in acts}
    names = list(acts)
    for turn in range(-2, rounds):
        at = turn % len(names)
        for name in names[at:] + names[:at]:
            with torch.inference_mode():
                if before and name in before:
                    before[name]()
                started = time.perf_counter()
                held = acts[name]()
                taken = time.perf_counter() - started
            del held
            if turn >= 0:
                seconds[name].append(taken)
    return seconds


def _prompts(session: Session, tokens: int) -> tuple[Prompt, Prompt]:
    """A prompt of so many tokens, and the same without the last."""
    text = _TEXT * (1 + tokens // 40)
    read, _ = session.tokenize(Prompt(text))
    whole, short = (read.text[: read.spans[at - 1][1]] for at in (tokens, tokens - 1))
    for prompt, count in ((whole, tokens), (short, tokens - 1)):
        found, _ = session.tokenize(Prompt(prompt))
        if found.ids != read.ids[:count]:
            raise RuntimeError("the text does not cut between these tokens")
    return Prompt(whole), Prompt(short)


def _transformers(folder: Path) -> dict[str, Callable[[torch.Tensor], object]]:
    """The same weights there."""
    if find_spec("transformers") is None:
        return {}
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(
        folder, attn_implementation="eager", dtype=torch.float32).eval()

    def run(ids: torch.Tensor, **options: int) -> object:
        return model(ids, output_attentions=True, output_hidden_states=True, **options)

    return {EAGER: run, LAST: lambda ids: run(ids, logits_to_keep=1)}


def _transformer_lens(folder: Path) -> dict[str, Callable[[torch.Tensor], object]]:
    """The same weights there."""
    if find_spec("transformer_lens") is None:
        return {}
    from transformer_lens.model_bridge import TransformerBridge
    from transformers import AutoTokenizer

    model = TransformerBridge.boot_transformers(
        str(folder), device="cpu", tokenizer=AutoTokenizer.from_pretrained(folder))
    return {LENS: model.eval().run_with_cache}
