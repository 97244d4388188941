"""Steps a second of the trainer without a window, beside a plain loop and Hugging Face's."""

from __future__ import annotations

import copy
import logging
import math
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from app.bench.machine import ratio, spread
from app.work import torch_threads
from core.checkpoint import write_checkpoint
from core.linear import learn, learns
from core.model import Transformer
from core.training.config import TrainConfig
from core.training.recipe import Recipe
from core.training.run import Run
from core.training.text import encode_documents, read_corpus
from core.training.vocabulary import TokenizerConfig

SHAPE = {
    "width": 128, "heads": 4, "mlp_width": 512, "context": 64, "decoder_layers": 4,
}
WINDOW, BATCH, RATE = 64, 32, 1e-3
HELD_OUT = 50  # lines
WORDS = ("the", "a", "cat", "dog", "sat", "ran", "on", "to", "mat", "sea", "was", "warm", "long")
"""A text is drawn of them; what it says is no matter here."""


def measure_training(rounds: int = 16, steps: int = 4) -> dict[str, Any]:
    """Each takes turns of so many steps, every time in another order; the first turn warms up.

    Ours writes metrics as in any run. The plain loop is that of nanoGPT in float32: draw windows,
    forward, cross-entropy, backward, clip, fused AdamW, and the cosine of the rate. Both train the
    same model; matrices are multiplied there as torch does it by itself. Hugging Face's Trainer
    trains its own GPT-2 from the same weights, with labels shifted in the model, no evaluation, no
    checkpoints and no progress bar.
    """
    torch.set_num_threads(torch_threads())
    with tempfile.TemporaryDirectory(prefix="headlight-bench-") as folder:
        run = begin_run(Path(folder))
        corpus = read_corpus(Path(folder) / "text.txt", hold_out_lines=HELD_OUT)
        stream = encode_documents(run.tokenizer, corpus.train)
        turns: dict[str, _Turns] = {
            "ours": _Turns(lambda: take_steps(run, steps)),
            "plain loop": _Turns(_plain(run, stream, steps)),
        }
        if find_spec("transformers") is not None and find_spec("accelerate") is not None:
            turns["Hugging Face Trainer"] = _Turns(
                _theirs(run, stream, Path(folder), steps))
        for turn in range(rounds + 1):
            names = list(turns)
            for name in names[turn % len(names) :] + names[: turn % len(names)]:
                turns[name].take(count=turn > 0)
        faster = learns(run.model)
        run.close()
    result: dict[str, Any] = {
        "model": "decoder, 4 layers, width 128, 64 tokens, batch 32",
        "torch threads": torch_threads(), "steps a turn": steps,
        "ours multiplies through": "oneDNN" if faster else "what torch takes by itself",
    }
    for name, taken in turns.items():
        each = [seconds / steps for seconds in taken.seconds]
        result[name] = {"steps_a_second": round(len(each) / sum(each), 2), **spread(each)}
    ours = turns.pop("ours")
    for name, taken in turns.items():
        result[f"steps a second, ours / {name}"] = ratio(taken.seconds, ours.seconds)
        result[f"the same by processor time, {name}"] = ratio(taken.processor, ours.processor)
    if "Hugging Face Trainer" not in turns:
        result["Hugging Face Trainer"] = "needs transformers and accelerate"
    return result


_Spent = tuple[float, float]
"""Seconds, and those of the processor, which a busy host disturbs less."""


def _now() -> _Spent:
    return time.perf_counter(), time.process_time()


def _since(started: _Spent) -> _Spent:
    now = _now()
    return now[0] - started[0], now[1] - started[1]


@dataclass
class _Turns:
    act: Callable[[], _Spent]
    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def take(self, count: bool) -> None:
        seconds, processor = self.act()
        if count:
            self.seconds.append(seconds)
            self.processor.append(processor)


def begin_run(folder: Path) -> Run:
    """A run of ``SHAPE`` on words drawn by chance, which are in ``folder``'s ``text.txt``."""
    random = torch.Generator().manual_seed(0)
    picks = torch.randint(len(WORDS), (20_000,), generator=random).tolist()
    lines = [" ".join(WORDS[pick] for pick in picks[at : at + 10]) for at in range(0, 20_000, 10)]
    (folder / "text.txt").write_text(".\n".join(lines), encoding="utf-8")
    recipe = Recipe(
        "causal", SHAPE, TrainConfig(10_000, BATCH, WINDOW, RATE, keep_every=10_000),
        TokenizerConfig("byte_bpe", 1024), hold_out_lines=HELD_OUT,
    )
    return Run.begin(recipe, folder / "text.txt", folder / "run")


def take_steps(run: Run, steps: int) -> _Spent:
    """What they took, without a window."""
    started = _now()
    for _ in range(steps):
        loss = run.advance()
    float(loss)  # a GPU may not have done it yet
    return _since(started)


def _plain(run: Run, stream: Tensor, steps: int) -> Callable[[], _Spent]:
    """As in nanoGPT's train.py."""
    model: Transformer = copy.deepcopy(run.model)
    learn(model, False)
    device = model.embedding.weight.device
    decayed = [p for p in model.parameters() if p.dim() >= 2]
    free = [p for p in model.parameters() if p.dim() < 2]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.1}, {"params": free, "weight_decay": 0.0}],
        lr=RATE, betas=(0.9, 0.95), fused=True,
    )
    model.train()
    done = 0

    def act() -> _Spent:
        nonlocal done
        started = _now()
        for _ in range(steps):
            for group in optimizer.param_groups:
                group["lr"] = RATE * (0.55 + 0.45 * math.cos(math.pi * done / 10_000))
            at = torch.randint(len(stream) - WINDOW, (BATCH,))
            x = torch.stack([stream[i : i + WINDOW] for i in at]).to(device)
            y = torch.stack([stream[i + 1 : i + 1 + WINDOW] for i in at]).to(device)
            logits = model(x, keep=False).logits
            loss = F.cross_entropy(logits.view(-1, logits.size(-1)), y.view(-1))
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            done += 1
        float(loss.detach())
        return _since(started)

    return act


def _theirs(run: Run, stream: Tensor, folder: Path, steps: int) -> Callable[[], _Spent]:
    """A ``train`` a turn, of which only the steps and what is between them count."""
    from transformers import AutoModelForCausalLM, Trainer, TrainerCallback, TrainingArguments

    class Clock(TrainerCallback):  # type: ignore[misc]
        """From the first step's beginning to the last one's end."""

        began: _Spent | None = None
        spent: _Spent = (0.0, 0.0)

        def on_step_begin(self, *_: Any, **__: Any) -> None:
            self.began = self.began or _now()

        def on_step_end(self, *_: Any, **__: Any) -> None:
            self.spent = _since(self.began or _now())

    write_checkpoint(folder / "model", run.model, run.tokenizer)
    with _quiet():
        model = AutoModelForCausalLM.from_pretrained(folder / "model")
    starts = torch.randint(len(stream) - WINDOW, (steps * BATCH,))
    rows = [stream[at : at + WINDOW] for at in starts.tolist()]
    arguments = TrainingArguments(
        output_dir=str(folder / "theirs"), per_device_train_batch_size=BATCH, max_steps=steps,
        learning_rate=RATE, lr_scheduler_type="cosine", adam_beta2=0.95, weight_decay=0.1,
        optim="adamw_torch_fused", max_grad_norm=1.0, save_strategy="no", report_to=[],
        disable_tqdm=True, logging_strategy="no",
        dataloader_pin_memory=torch.cuda.is_available(),
    )
    clock = Clock()
    trainer = Trainer(
        model=model, args=arguments, callbacks=[clock],
        train_dataset=[{"input_ids": row, "labels": row} for row in rows],
    )

    def act() -> _Spent:
        clock.began = None
        with _quiet():
            trainer.train()
        return clock.spent

    return act


@contextmanager
def _quiet() -> Iterator[None]:
    """It shows bars and summaries."""
    logging.disable(logging.WARNING)
    ways = [(stream, os.dup(stream)) for stream in (1, 2)]
    null = os.open(os.devnull, os.O_WRONLY)
    for stream, _ in ways:
        os.dup2(null, stream)
    try:
        yield
    finally:
        for stream, out in ways:
            os.dup2(out, stream)
            os.close(out)
        os.close(null)
        logging.disable(logging.NOTSET)
