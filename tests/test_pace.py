"""When a run's picture leaves the engine, and what a key does not wait for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.pace import Pace
from app.work import say_failure
from core.drive import Drive
from core.frame import Prompt
from core.live import LiveSession
from tests.conftest import wait_until
from tests.test_live import (  # noqa: F401 - fixtures
    Person,
    engine,
    live,
    person,
    recipe,
)


def test_a_step_before_a_long_wait_is_pictured_also_where_the_screen_is_slow(
    live: LiveSession,  # noqa: F811
) -> None:
    pace = Pace(live)
    pace.follow(Drive(playing=True))
    pace.step()
    assert not pace.picture_due(taken=False), "the next comes at once"
    pace.follow(Drive(playing=True, speed=0.01))
    pace.step()
    assert pace.picture_due(taken=False), "the next comes in minutes"


def test_a_key_is_answered_before_heads_are_read_at_other_steps(person: Person) -> None:  # noqa: F811
    person.drive(steps=20)
    person.settle()
    person.want(sight=replace(person.wish.sight, curves=24))

    def curve(at: int) -> int:
        training = person.answers[at].frame.training
        assert training is not None
        return len(training.curves["previous_token"].steps) if (
            "previous_token" in training.curves) else 0

    wait_until(lambda: curve(-1) == 21)
    text = Prompt("a dog ran to the mat")
    person.want(prompt=text)
    wait_until(lambda: person.frame.prompt == text and curve(-1) == 21)
    of_text = [at for at, answer in enumerate(person.answers) if answer.frame.prompt == text]
    assert {curve(at) for at in of_text} <= {0, 21}, "nor are any of the text before"


def test_a_model_is_looked_at_without_dropout_after_a_step_that_failed(
    live: LiveSession,  # noqa: F811
) -> None:
    windows = live.run.objective.windows  # type: ignore[attr-defined]
    windows.stream = windows.stream.float()  # no tokens any more
    with pytest.raises(RuntimeError):
        live.advance()
    assert not live.model.training
    assert live.run.done == 0


def test_a_step_that_finds_no_memory_says_what_helps() -> None:
    assert "make the batch smaller" in str(say_failure(MemoryError(), trains=True))
    assert "shorten the text" in str(say_failure(RuntimeError("CUDA out of memory")))
    assert "could not go on" in str(say_failure(ValueError(), trains=True))
