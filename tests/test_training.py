"""The loss, the schedule, the update and the measure, each by hand."""

from __future__ import annotations

import copy
import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from core.config import ModelConfig
from core.model import Transformer
from core.training.causal import Causal, causal_loss, held_out_nats
from core.training.config import TrainConfig
from core.training.text import Windows
from core.training.trainer import Trainer, learning_rate
from tests.randomised import difference, randomise

SHAPE = ModelConfig(
    vocabulary=13, width=16, heads=2, head_width=8, mlp_width=24, context=16, decoder_layers=2
)
TRAIN = TrainConfig(steps=200, batch=4, window=12, learning_rate=0.01, warmup=4)


def tokens(count: int, seed: int = 0) -> Tensor:
    return torch.randint(13, (count,), generator=torch.Generator().manual_seed(seed))


def make_trainer(config: TrainConfig = TRAIN, shape: ModelConfig = SHAPE, seed: int = 0) -> Trainer:
    torch.manual_seed(seed)
    windows = Windows(tokens(100), config.window, config.batch, config.repeats, config.seed)
    return Trainer(Transformer(shape), Causal(windows, tokens(20), 1), config)


def surprise(model: Transformer, before: Tensor, token: Tensor) -> float:
    """-ln p(token | before) in float64, from the last position alone."""
    logits = model(before[None]).logits[0, -1].detach().double()
    return float(logits.exp().sum().log() - logits[token])


# The loss


def test_the_loss_is_the_mean_surprise_in_nats() -> None:
    logits = torch.randn(2, 3, 5, generator=torch.Generator().manual_seed(0))
    targets = torch.tensor([[0, 4, 2], [3, 3, 1]])
    by_hand = 0.0
    for rows, ids in zip(logits.tolist(), targets.tolist(), strict=True):
        for row, token in zip(rows, ids, strict=True):
            by_hand += math.log(math.fsum(math.exp(x) for x in row)) - row[token]
    assert float(causal_loss(logits, targets)) == pytest.approx(by_hand / 6, abs=1e-6)


def test_equal_logits_lose_the_logarithm_of_the_vocabulary() -> None:
    targets = torch.tensor([[1, 2, 3]])
    assert float(causal_loss(torch.zeros(1, 3, 7), targets)) == pytest.approx(math.log(7), abs=1e-6)


@pytest.mark.parametrize("keep", [True, False])
def test_no_logit_depends_on_a_later_token(keep: bool) -> None:
    model = randomise(Transformer(SHAPE), seed=1)
    ids = tokens(12)
    logits = model(ids[None], keep=keep).logits[0]
    for at in range(1, 12):
        changed = ids.clone()
        changed[at:] = (changed[at:] + 1 + tokens(12 - at, seed=at) % 12) % 13
        after = model(changed[None], keep=keep).logits[0]
        assert difference(after[:at], logits[:at]) <= 1e-5
        assert difference(after[at], logits[at]) > 0.1


def test_a_step_predicts_each_token_from_those_before_it() -> None:
    trainer = make_trainer()
    model = copy.deepcopy(trainer.model)
    rows = Windows(tokens(100), 12, 4, 0.0, 0).draw()
    by_hand = [surprise(model, row[:at], row[at]) for row in rows for at in range(1, 13)]
    assert len(by_hand) == 48
    assert float(trainer.step()) == pytest.approx(sum(by_hand) / 48, abs=1e-5)


# The rate


def test_the_rate_rises_linearly_and_falls_as_a_cosine() -> None:
    config = replace(TRAIN, steps=12, warmup=4, learning_rate=1.0, final_rate=0.1)
    rates = {step: learning_rate(step, config) for step in (0, 1, 2, 3, 4, 6, 8, 12, 99)}
    assert rates == pytest.approx({
        0: 0.25, 1: 0.5, 2: 0.75, 3: 1.0, 4: 1.0,
        6: 0.1 + 0.9 * (1 + math.sqrt(0.5)) / 2,  # a quarter of the way down
        8: 0.55, 12: 0.1, 99: 0.1,
    })


def test_a_rate_without_a_rise_starts_at_its_highest() -> None:
    config = replace(TRAIN, steps=10, warmup=0, learning_rate=0.3, final_rate=0.0)
    assert learning_rate(0, config) == 0.3
    assert learning_rate(10, config) == pytest.approx(0.0, abs=1e-12)
    assert learning_rate(5, replace(config, warmup=10)) == pytest.approx(0.18)


# The update


def test_an_update_is_adamw_with_decay_on_matrices_alone() -> None:
    config = replace(TRAIN, weight_decay=0.5, betas=(0.8, 0.95))
    trainer = make_trainer(config)
    randomise(trainer.model, seed=2)
    names = dict(trainer.model.named_parameters())
    value = {name: p.detach().double() for name, p in names.items()}
    mean = {name: torch.zeros_like(v) for name, v in value.items()}
    square = {name: torch.zeros_like(v) for name, v in value.items()}
    for step in range(3):
        trainer.step()
        rate = 0.01 * (step + 1) / 4
        for name, parameter in names.items():
            assert parameter.grad is not None
            gradient = parameter.grad.double()  # as clipped; see the test below
            mean[name] = 0.8 * mean[name] + 0.2 * gradient
            square[name] = 0.95 * square[name] + 0.05 * gradient**2
            if parameter.ndim == 2:
                value[name] -= rate * 0.5 * value[name]
            straight = mean[name] / (1 - 0.8 ** (step + 1))
            spread = (square[name] / (1 - 0.95 ** (step + 1))).sqrt()
            value[name] -= rate * straight / (spread + 1e-8)
            assert difference(parameter, value[name]) <= 2e-6
            value[name] = parameter.detach().double()  # each step by itself


def gradients(model: Transformer, rows: Tensor) -> dict[str, Tensor]:
    model = copy.deepcopy(model).double()
    causal_loss(model(rows[:, :-1]).logits, rows[:, 1:]).backward()  # type: ignore[no-untyped-call]
    return {name: p.grad for name, p in model.named_parameters() if p.grad is not None}


@pytest.mark.parametrize(("clip", "clipped"), [(0.0, False), (1e6, False), (0.25, True)])
def test_the_whole_gradient_is_shortened_to_the_clip(clip: float, clipped: bool) -> None:
    trainer = make_trainer(replace(TRAIN, clip=clip))
    randomise(trainer.model, seed=3)
    raw = gradients(trainer.model, Windows(tokens(100), 12, 4, 0.0, 0).draw())
    norm = math.sqrt(sum(float((g**2).sum()) for g in raw.values()))
    assert norm > 0.5
    trainer.step()
    for name, parameter in trainer.model.named_parameters():
        expected = raw[name] * (0.25 / norm if clipped else 1)
        assert parameter.grad is not None
        assert difference(parameter.grad, expected) <= 1e-5 * max(float(expected.abs().max()), 1)


def test_one_batch_can_be_learnt_by_heart() -> None:
    config = replace(TRAIN, steps=300, learning_rate=0.02, weight_decay=0.0)
    torch.manual_seed(0)
    windows = Windows(tokens(13), 12, 2, 0.0, 0)  # the one window that there is
    trainer = Trainer(Transformer(SHAPE), Causal(windows, tokens(20), 1), config)
    losses = [float(trainer.step()) for _ in range(300)]
    assert losses[0] == pytest.approx(math.log(13), abs=0.1)
    assert losses[-1] < 0.05


def test_dropout_acts_in_a_step_and_not_in_a_measure() -> None:
    plain, dropping = make_trainer(), make_trainer(shape=replace(SHAPE, dropout=0.5))
    nats = [held_out_nats(trainer.model, tokens(40), 12) for trainer in (plain, dropping)]
    assert nats[0] == nats[1]
    losses = [float(trainer.step()) for trainer in (plain, dropping)]
    assert abs(losses[0] - losses[1]) > 1e-3
    nats = [held_out_nats(trainer.model, tokens(40), 12) for trainer in (dropping, dropping)]
    assert nats[0] == nats[1]


def test_the_same_seed_gives_the_same_losses_to_the_last_bit() -> None:
    def losses(seed: int) -> list[float]:
        config = replace(TRAIN, repeats=0.5, seed=seed)
        trainer = make_trainer(config, replace(SHAPE, dropout=0.1), seed)
        return [float(trainer.step()) for _ in range(20)]

    assert losses(0) == losses(0)
    assert losses(0) != losses(1)


# The measure


def surprise_token_by_token(model: Transformer, stream: Tensor, window: int) -> float:
    """Each token from the first window that reaches it; windows start half a window apart."""
    apart, last = max(window // 2, 1), max(len(stream) - 1 - window, 0)
    total = 0.0
    for at in range(1, len(stream)):
        start = min(max(math.ceil((at - window) / apart), 0) * apart, last)
        assert start == 0 or at - start > window // 2
        total += surprise(model, stream[start:at], stream[at])
    return total


@pytest.mark.parametrize("window", [1, 2, 5, 6])
@pytest.mark.parametrize("batch", [1, 3])
def test_held_out_loss_counts_every_token_but_the_first_once(window: int, batch: int) -> None:
    model = randomise(Transformer(SHAPE), seed=4, spread=0.3)
    for length in [*range(2, 2 * window + 5), 3 * window, 5 * window + 1, 40]:
        stream = tokens(length, seed=length)
        ours = held_out_nats(model, stream, window, batch)
        assert ours == pytest.approx(surprise_token_by_token(model, stream, window), rel=1e-5)


@pytest.mark.parametrize("length", [2, 3, 12, 13, 14, 18, 19, 24, 25, 26, 100])
def test_a_model_that_knows_nothing_loses_the_logarithm_of_the_vocabulary(length: int) -> None:
    model = Transformer(replace(SHAPE, tied_head=False))
    torch.nn.init.zeros_(model.head.weight)
    nats = held_out_nats(model, tokens(length), 12)
    assert nats == pytest.approx((length - 1) * math.log(13), rel=1e-6)


@pytest.mark.parametrize("length", [0, 1])
def test_a_stream_with_nothing_to_predict_loses_nothing(length: int) -> None:
    assert held_out_nats(Transformer(SHAPE), tokens(length), 12) == 0.0
