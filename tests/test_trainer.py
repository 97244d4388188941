"""What a trainer can be told: schedules, optimizers, accumulation, precision, norms, its state."""

from __future__ import annotations

import copy
import json
import math
import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from torch import Tensor, nn

from core.model import Transformer
from core.training.causal import Causal, causal_loss
from core.training.chance import chance_state, set_chance
from core.training.config import TrainConfig
from core.training.schedule import learning_rate
from core.training.text import Windows
from core.training.trainer import Trainer
from tests.randomised import randomise
from tests.test_training import SHAPE, TRAIN, make_trainer, tokens

STEPS = 40


def rates_of_theirs(schedule: Any) -> list[float]:
    """Of the optimizer, before each step."""
    rates = []
    for _ in range(STEPS):
        rates.append(schedule.optimizer.param_groups[0]["lr"])
        schedule.optimizer.step()
        schedule.step()
    return rates


def an_optimizer() -> torch.optim.Optimizer:
    return torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.01)


def ours(**settings: Any) -> list[float]:
    config = TrainConfig(**{
        "steps": STEPS, "batch": 1, "window": 1, "learning_rate": 0.01, "warmup": 0,
        "final_rate": 0.0, **settings,
    })
    return [learning_rate(step, config) for step in range(STEPS)]


# The rate


def test_a_line_a_cosine_and_a_constant_are_those_of_transformers() -> None:
    linear = transformers.get_linear_schedule_with_warmup(an_optimizer(), 0, STEPS)
    assert ours(schedule="linear") == pytest.approx(rates_of_theirs(linear), rel=1e-9)
    cosine = transformers.get_cosine_schedule_with_warmup(an_optimizer(), 0, STEPS)
    assert ours(schedule="cosine") == pytest.approx(rates_of_theirs(cosine), rel=1e-9)
    constant = transformers.get_constant_schedule(an_optimizer())
    assert ours(schedule="constant") == pytest.approx(rates_of_theirs(constant), rel=1e-9)


@pytest.mark.parametrize("warmup", [1, 7])
def test_the_inverse_square_root_is_that_of_transformers_a_step_on(warmup: int) -> None:
    """Theirs starts with a step at rate 0, which changes nothing."""
    schedule = transformers.get_inverse_sqrt_schedule(an_optimizer(), warmup)
    theirs = rates_of_theirs(schedule)
    assert theirs[0] == 0
    told = ours(schedule="inverse_sqrt", warmup=warmup)
    assert told[:-1] == pytest.approx(theirs[1:], rel=1e-9)


def test_the_inverse_square_root_is_equation_3_of_the_original_transformer() -> None:
    width, warmup = 512, 8
    highest = width**-0.5 * warmup**-0.5
    told = ours(schedule="inverse_sqrt", warmup=warmup, learning_rate=highest)
    by_hand = [
        width**-0.5 * min(step**-0.5, step * warmup**-1.5) for step in range(1, STEPS + 1)
    ]
    assert told == pytest.approx(by_hand, rel=1e-12)


@pytest.mark.parametrize("schedule", ["linear", "constant", "cosine", "inverse_sqrt"])
def test_every_schedule_rises_in_the_same_line(schedule: str) -> None:
    told = ours(schedule=schedule, warmup=5)
    assert told[:5] == pytest.approx([0.002, 0.004, 0.006, 0.008, 0.01])


def test_a_line_ends_at_its_share() -> None:
    told = ours(schedule="linear", final_rate=0.2, warmup=4)
    config = TrainConfig(steps=STEPS, batch=1, window=1, learning_rate=0.01, warmup=4,
                         final_rate=0.2, schedule="linear")
    assert learning_rate(STEPS, config) == pytest.approx(0.002)
    assert np.diff(told[4:]) == pytest.approx(-0.008 / 36)


def test_a_factor_multiplies_the_rate() -> None:
    trainer = make_trainer(replace(TRAIN, schedule="constant", warmup=0))
    trainer.step()
    assert trainer.rate == 0.01
    trainer.factor = 0.25
    trainer.step()
    assert trainer.rate == 0.0025
    assert {group["lr"] for group in trainer.optimizer.param_groups} == {0.0025}


# The update


def plain_steps(model: nn.Module, config: TrainConfig, optimizer: Any, count: int) -> list[float]:
    """The loop as anyone writes it, with torch's own parts; rates are constant."""
    windows = Windows(tokens(100), config.window, config.batch, 0.0, config.seed)
    losses = []
    for _ in range(count):
        rows = windows.draw()
        optimizer.zero_grad()
        loss = causal_loss(model(rows[:, :-1], keep=False).logits, rows[:, 1:])
        loss.backward()  # type: ignore[no-untyped-call]
        if config.clip:
            nn.utils.clip_grad_norm_(model.parameters(), config.clip)
        optimizer.step()
        losses.append(float(loss.detach()))
    return losses


@pytest.mark.parametrize("clip", [0.0, 0.5])
@pytest.mark.parametrize(("name", "kind"), [("adam", torch.optim.Adam),
                                            ("adamw", torch.optim.AdamW)])
def test_an_optimizer_is_that_of_torch(name: Any, kind: Any, clip: float) -> None:
    config = replace(TRAIN, optimizer=name, weight_decay=0.3, clip=clip, schedule="constant",
                     warmup=0)
    trainer = make_trainer(config)
    model = copy.deepcopy(trainer.model)
    decayed = [p for p in model.parameters() if p.ndim >= 2]
    free = [p for p in model.parameters() if p.ndim < 2]
    optimizer = kind([{"params": decayed, "weight_decay": 0.3}, {"params": free,
                      "weight_decay": 0.0}], lr=0.01, betas=config.betas, fused=True)
    theirs = plain_steps(model, config, optimizer, 12)
    assert [float(trainer.step()) for _ in range(12)] == theirs
    for one, other in zip(trainer.model.parameters(), model.parameters(), strict=True):
        assert torch.equal(one, other)


def test_defaults_are_the_loop_that_trained_the_models_that_ship() -> None:
    """AdamW fused, a cosine after a rise, clipped at 1: to the last bit."""
    trainer = make_trainer()
    model = copy.deepcopy(trainer.model)
    decayed = [p for p in model.parameters() if p.ndim >= 2]
    free = [p for p in model.parameters() if p.ndim < 2]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.1}, {"params": free, "weight_decay": 0.0}],
        lr=0.01, betas=(0.9, 0.95), fused=True,
    )
    windows = Windows(tokens(100), TRAIN.window, TRAIN.batch, 0.0, TRAIN.seed)
    for step in range(12):
        rate = 0.01 * (step + 1) / 4 if step < 4 else 0.01 * (
            0.1 + 0.9 * (1 + math.cos(math.pi * ((step - 4) / 196))) / 2)
        for group in optimizer.param_groups:
            group["lr"] = rate
        rows = windows.draw()
        optimizer.zero_grad(set_to_none=True)
        loss = causal_loss(model(rows[:, :-1], keep=False).logits, rows[:, 1:])
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        assert torch.equal(trainer.step(), loss.detach())
    for one, other in zip(trainer.model.parameters(), model.parameters(), strict=True):
        assert torch.equal(one, other)


def test_accumulated_batches_act_as_one_large_batch() -> None:
    rows = tokens(100)
    config = replace(TRAIN, accumulate=4, batch=3, clip=0.5)
    several = make_trainer(config)
    whole = copy.deepcopy(several.model)
    windows = Windows(rows, config.window, config.batch, 0.0, config.seed)
    large = torch.cat([windows.draw() for _ in range(4)])
    loss = causal_loss(whole(large[:, :-1], keep=False).logits, large[:, 1:])
    loss.backward()  # type: ignore[no-untyped-call]
    norm = nn.utils.clip_grad_norm_(whole.parameters(), 0.5)
    told = several.step()
    assert float(told) == pytest.approx(float(loss.detach()), rel=1e-6)
    assert float(several.gradient) == pytest.approx(float(norm), rel=1e-5)
    for one, other in zip(several.model.parameters(), whole.parameters(), strict=True):
        assert one.grad is not None
        assert other.grad is not None
        assert torch.allclose(one.grad, other.grad, atol=1e-6)


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_half_precision_changes_nothing_on_a_cpu(precision: Any) -> None:
    plain, half = make_trainer(), make_trainer(replace(TRAIN, precision=precision))
    assert [float(plain.step()) for _ in range(4)] == [float(half.step()) for _ in range(4)]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_half_precision_learns_on_a_gpu_with_weights_in_float32(precision: Any) -> None:
    config = replace(TRAIN, steps=300, learning_rate=0.02, weight_decay=0.0, precision=precision)
    torch.manual_seed(0)
    model = Transformer(SHAPE).cuda()
    trainer = Trainer(model, Causal(Windows(tokens(13), 12, 2, 0.0, 0), tokens(20), 1), config)
    losses = [float(trainer.step()) for _ in range(300)]
    assert losses[-1] < 0.1
    assert {p.dtype for p in model.parameters()} == {torch.float32}
    whole = Transformer(SHAPE).cuda()
    whole.load_state_dict(model.state_dict())
    ids = tokens(12)[None].cuda()
    with torch.autocast("cuda", getattr(torch, precision)):
        assert whole(ids).logits.dtype == getattr(torch, precision)


# The norms


@pytest.mark.parametrize("clip", [0.0, 0.05])
def test_norms_are_those_of_each_layer_before_the_clip(clip: float) -> None:
    config = replace(TRAIN, clip=clip)
    trainer = make_trainer(config)
    randomise(trainer.model, seed=3)
    raw = copy.deepcopy(trainer.model).double()
    rows = Windows(tokens(100), 12, 4, 0.0, 0).draw()
    causal_loss(raw(rows[:, :-1]).logits, rows[:, 1:]).backward()  # type: ignore[no-untyped-call]
    trainer.step()
    told = trainer.norms()
    assert list(told) == ["embedding", "decoder", "decoder.layers.0", "decoder.layers.1"]
    weights = dict(trainer.model.named_parameters())

    def by_hand(start: str, values: dict[str, Tensor]) -> float:
        return math.sqrt(sum(
            float((value.detach().double() ** 2).sum())
            for name, value in values.items() if name.startswith(start)
        ))

    gradients = {n: p.grad for n, p in raw.named_parameters() if p.grad is not None}
    for layer in ("decoder.layers.0.", "decoder.layers.1.", "embedding."):
        norm = told[layer.removesuffix(".")]
        assert norm.weight == pytest.approx(by_hand(layer, dict(weights)), rel=1e-5)
        assert norm.gradient == pytest.approx(by_hand(layer, gradients), rel=1e-4)
    squares = sum((norm.gradient or 0.0) ** 2 for norm in told.values())
    assert math.sqrt(squares) == pytest.approx(float(trainer.gradient), rel=1e-4)
    squares = sum(norm.weight**2 for norm in told.values())
    assert math.sqrt(squares) == pytest.approx(by_hand("", dict(weights)), rel=1e-5)


# The state


def test_a_trainer_goes_on_from_its_state_to_the_last_bit() -> None:
    shape = replace(SHAPE, dropout=0.1)
    whole, first = make_trainer(shape=shape), make_trainer(shape=shape)
    torch.manual_seed(5)
    expected = [float(whole.step()) for _ in range(10)]
    torch.manual_seed(5)
    losses = [float(first.step()) for _ in range(4)]
    state = {name: value.clone() for name, value in first.state().items()}
    chance, drawn = torch.get_rng_state(), json.loads(json.dumps(first.objective.state()))
    second = make_trainer(shape=shape, seed=9)
    second.model.load_state_dict(first.model.state_dict())
    second.set_state(4, state)
    second.objective.set_state(drawn)
    torch.set_rng_state(chance)
    assert losses + [float(second.step()) for _ in range(6)] == expected


@pytest.mark.parametrize("spoil", [
    lambda state: state.pop("embedding.weight/exp_avg"),
    lambda state: state.update({"embedding.weight/exp_avg": torch.zeros(3)}),
    lambda state: state.update({"nobody/exp_avg": torch.zeros(3)}),
    lambda state: state.update({"embedding.weight/colour": torch.zeros(13, 16)}),
    lambda state: state.clear(),
])
def test_a_state_of_another_model_is_refused(spoil: Any) -> None:
    trainer = make_trainer()
    trainer.step()
    state = trainer.state()
    spoil(state)
    with pytest.raises(ValueError, match=r"belongs to no parameter|is missing|holds nothing"):
        make_trainer().set_state(1, state)


# Settings


@pytest.mark.parametrize(("given", "sentence"), [
    ({"accumulate": 0}, "accumulate is 0; it must be a whole number from 1"),
    ({"keep_every": 0}, "keep_every is 0; it must be a whole number from 1"),
    ({"keep_last": -1}, "keep_last is -1; it must be a whole number from 0"),
])
def test_settings_out_of_range_are_refused(given: dict[str, int], sentence: str) -> None:
    with pytest.raises(Exception, match=sentence):
        TrainConfig(steps=1, batch=1, window=1, learning_rate=0.1, **given)  # type: ignore[arg-type]


# Chance


def test_every_kind_of_generator_goes_on_from_where_it_stood() -> None:
    def draw(generators: tuple[Any, ...]) -> list[float]:
        a, b, c = generators
        return [*torch.rand(7, generator=a).tolist(), *torch.randn(3, generator=a).tolist(),
                *b.random(5).tolist(), *b.integers(9, size=3).tolist(), c.random(), c.gauss(0, 1)]

    def make(seed: int) -> tuple[Any, ...]:
        return (torch.Generator().manual_seed(seed), np.random.default_rng(seed),
                random.Random(seed))

    one, two = make(1), make(2)
    draw(one)
    state = json.loads(json.dumps(chance_state(*one)))
    expected = draw(one)
    assert draw(two) != expected
    set_chance(state, *two)
    assert draw(two) == expected


@pytest.mark.parametrize("state", [None, [], [1], ["AAAA"], ["ä"], [None], "words", {}, [[1, 2]]])
def test_damaged_chance_is_told(state: Any) -> None:
    for generator in (torch.Generator(), np.random.default_rng(0), random.Random(0)):
        with pytest.raises(ValueError, match=r"^the state of chance is damaged$"):
            set_chance(state, generator)
