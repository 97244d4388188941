"""Models beside the main one, in the engine: read in threads, looked at last, let go at once."""

from __future__ import annotations

import gc
import shutil
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app import besides
from app.engine import Engine
from app.state import SideAnswer, Wish
from app.training_command import find_recipe
from core.asks.beside import MeanAsk
from core.beside import Beside, SideChoice
from core.beside_look import look_beside, shared_prompt
from core.catalogue import BUNDLED
from core.checkpoint import room
from core.drive import Begin, Drive
from core.edits import Edit, Edits
from core.errors import Refusal, TooLarge
from core.frame import Frame, Prompt
from core.memory import Way
from core.session import Session, open_session
from core.sides import AlteredSession
from core.trace import Sight
from core.training.recipe import read_recipe
from tests.conftest import wait_until
from tests.test_engine import Listener

TEXT = "The cat sat on the mat."
MODELS = ("english-gpt", "english-bert", "english-xlnet", "dates-t5")
WISH = Wish(prompt=Prompt(TEXT), sight=Sight(head=(0, 0)), beside=Beside(MODELS))


class Listening(Listener):
    """Keeps what it says of the sides, too, and in which order things came."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.sides: list[SideAnswer] = []
        self.order: list[object] = []
        engine.answered.connect(lambda: self.order.append("main"))
        engine.sided.connect(self.take_sides)

    def take_sides(self) -> None:
        answer = self.engine.besides.box.take()
        if answer is not None:
            self.sides.append(answer)
            self.order.append(len(answer.sides))

    def await_sides(self, wish: Wish) -> SideAnswer:
        self.engine.wish(wish)
        wait_until(lambda: self.sides and self.sides[-1].whole and (
            self.sides[-1].wish, self.sides[-1].main) == (wish, wish.model))
        return self.sides[-1]


@pytest.fixture
def listener(application: object) -> Iterator[Listening]:
    engine = Engine()
    listener = Listening(engine)
    engine.start()
    yield listener
    assert engine.stop(10)


def frame_of(answer: SideAnswer, model: str) -> Frame:
    side = answer.sides[model]
    assert isinstance(side, Frame), side
    return side


def test_each_side_is_what_its_own_session_shows(listener: Listening) -> None:
    answer = listener.await_sides(WISH)
    shared, hidden = shared_prompt(open_session("english-gpt"), WISH.prompt)
    for model in MODELS:
        ours, own = frame_of(answer, model), open_session(model)
        assert WISH.beside is not None
        theirs = look_beside(
            own, shared, hidden, WISH.beside, WISH.sight, model == "english-gpt")
        assert ours.card == theirs.card
        assert ours.predictions == theirs.predictions
        assert ours.head is not None
        assert theirs.head is not None
        np.testing.assert_array_equal(ours.head.pattern, theirs.head.pattern)


def test_main_picture_comes_first_and_each_side_as_it_is_there(listener: Listening) -> None:
    listener.await_sides(WISH)
    assert listener.order[0] == "main"
    counts = [count for count in listener.order if count != "main"]
    assert counts == sorted(counts, key=int)  # type: ignore[call-overload]
    assert counts[-1] == 4
    assert any(not answer.whole for answer in listener.sides)


def test_without_the_wish_nothing_is_held_or_computed(listener: Listening) -> None:
    listener.await_sides(WISH)
    held = listener.engine.besides.holdings
    sessions = [weakref.ref(one.session) for one in held.values()]
    assert len(sessions) == 3
    assert all(isinstance(one(), Session) for one in sessions)
    count = len(listener.sides)
    hidden = replace(WISH, beside=None, prompt=Prompt("The dog ran."))
    listener.engine.wish(hidden)
    listener.await_answer(hidden)
    wait_until(lambda: not listener.engine.besides.holdings)
    gc.collect()
    assert not any(one() for one in sessions)
    assert len(listener.sides) == count
    again = listener.await_sides(WISH)
    assert set(again.sides) == set(MODELS)


def test_model_that_cannot_be_read_says_so_in_its_place(
    listener: Listening, tmp_path: Path
) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "config.json").write_text("{}")
    models = ("english-gpt", str(tmp_path / "broken"), "no/such-model", "english-bert")
    answer = listener.await_sides(replace(WISH, beside=Beside(models)))
    assert isinstance(frame_of(answer, "english-bert"), Frame)
    for model in models[1:3]:
        side = answer.sides[model]
        assert isinstance(side, Refusal)
        assert model.split("/")[-1] in str(side)
    assert not listener.refusals


def test_model_that_was_mended_is_read_once_it_is_tried_again(
    listener: Listening, tmp_path: Path
) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(BUNDLED / "english-bert", folder)
    (folder / "config.json").rename(tmp_path / "config.json")
    wish = replace(WISH, beside=Beside(("english-gpt", str(folder), "no/such-model")))
    refused = listener.await_sides(wish)
    assert isinstance(refused.sides[str(folder)], Refusal)
    (tmp_path / "config.json").rename(folder / "config.json")
    wish = replace(wish, prompt=Prompt("Another text."))
    typed = listener.await_sides(wish)
    assert typed.sides[str(folder)] is refused.sides[str(folder)], "not at each key"
    assert wish.beside is not None
    again = listener.await_sides(replace(wish, beside=replace(wish.beside, attempt=1)))
    assert frame_of(again, str(folder)).card.family == "bert"
    assert isinstance(again.sides["no/such-model"], Refusal)
    assert again.sides["no/such-model"] is not refused.sides["no/such-model"], "it was tried too"
    assert again.sides["english-gpt"] is typed.sides["english-gpt"], "that was shown all along"


def test_model_for_which_no_memory_is_left_is_refused_and_the_others_stay(
    listener: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener.await_sides(replace(WISH, beside=Beside(MODELS[:2])))
    monkeypatch.setattr(room, "memory_available", lambda device=None: 10_000_000)
    answer = listener.await_sides(replace(WISH, beside=Beside(MODELS[:3])))
    assert isinstance(frame_of(answer, "english-bert"), Frame)
    assert "free" in str(answer.sides["english-xlnet"])
    assert isinstance(answer.sides["english-xlnet"], Refusal)


def test_model_that_found_no_memory_is_read_once_another_has_left_some(
    listener: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = [10**10]
    given: list[object] = []
    monkeypatch.setattr(room, "memory_available", lambda device=None: free[0])
    monkeypatch.setattr(besides, "return_freed_memory", lambda: given.append(
        listener.engine.besides.holdings.get("english-bert")))
    listener.await_sides(replace(WISH, beside=Beside(MODELS[:2])))
    free[0] = 10_000_000
    refused = listener.await_sides(replace(WISH, beside=Beside(MODELS[:3])))
    assert isinstance(refused.sides["english-xlnet"], TooLarge)
    again = listener.await_sides(replace(
        WISH, prompt=Prompt("Another text."), beside=Beside(MODELS[:3])))
    assert again.sides["english-xlnet"] is refused.sides["english-xlnet"], "not at each key"
    assert not given
    free[0] = 10**10
    answer = listener.await_sides(replace(WISH, beside=Beside(("english-gpt", "english-xlnet"))))
    assert frame_of(answer, "english-xlnet").queries.ids
    assert given == [None], "what was let go is given back"


def test_a_key_asks_them_all_and_another_head_only_its_model(listener: Listening) -> None:
    first = listener.await_sides(WISH)
    assert WISH.beside is not None
    turned = replace(WISH, beside=replace(
        WISH.beside, choices=(("english-bert", SideChoice(head=(2, 1))),)))
    second = listener.await_sides(turned)
    same = {model: first.sides[model] is second.sides[model] for model in MODELS}
    assert same == {model: model != "english-bert" for model in MODELS}
    typed = listener.await_sides(replace(turned, prompt=Prompt(TEXT + " It slept.")))
    for model in MODELS:
        assert frame_of(typed, model).prompt.source == TEXT + " It slept."


def test_main_model_is_shown_as_it_is_altered(listener: Listening) -> None:
    edits = Edits((Edit("head", "decoder", "self", 1, 6, 0.0),))
    answer = listener.await_sides(replace(WISH, edits=edits))
    altered = AlteredSession(open_session("english-gpt"), edits)
    ours = frame_of(answer, "english-gpt")
    assert ours.predictions == altered.look(ours.prompt, ours.sight).predictions
    assert ours.predictions != open_session("english-gpt").look(
        ours.prompt, ours.sight).predictions


def test_empty_prompt_keeps_the_last_pictures(listener: Listening) -> None:
    first = listener.await_sides(WISH)
    empty = listener.await_sides(replace(WISH, prompt=Prompt("")))
    assert all(empty.sides[model] is first.sides[model] for model in MODELS)


def test_another_main_model_changes_places_with_one_of_them(listener: Listening) -> None:
    listener.await_sides(WISH)
    answer = listener.await_sides(replace(WISH, model="english-bert"))
    assert set(listener.engine.besides.holdings) == set(MODELS) - {"english-bert"}
    for model in MODELS:
        assert frame_of(answer, model).card.reference == model


def test_main_model_that_gave_way_is_gone_before_its_memory_is_given_back(
    listener: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    import app.engine

    listener.await_sides(replace(WISH, beside=Beside(MODELS[:2])))
    sides = listener.engine._sides
    assert sides is not None
    before, alive = weakref.ref(sides.session), []
    del sides
    monkeypatch.setattr(app.engine, "_REST", 600.0)  # it is given back then too
    monkeypatch.setattr(
        app.engine, "return_freed_memory", lambda: alive.append(before() is not None))
    gc.collect()
    gc.disable()
    try:
        listener.await_sides(replace(WISH, model="dates-t5", beside=Beside(MODELS[1:2])))
    finally:
        gc.enable()
    assert alive == [False]


def test_one_that_fails_takes_no_other_with_it(listener: Listening) -> None:
    """A text that the main model reads to its context, and another cuts much earlier."""
    answer = listener.await_sides(replace(WISH, prompt=Prompt("word " * 240)))
    assert frame_of(answer, "english-bert").queries.cut
    assert len(frame_of(answer, "english-gpt").queries) > len(
        frame_of(answer, "english-bert").queries)


def test_word_that_the_prompt_masks_is_hidden_for_a_main_model_without_masks_too(
    listener: Listening
) -> None:
    answer = listener.await_sides(replace(WISH, prompt=Prompt(TEXT, masked=(5,))))
    gpt, bert = frame_of(answer, "english-gpt"), frame_of(answer, "english-bert")
    assert gpt.predicted_at == 4
    assert gpt.queries.labels[5] == "·mat"
    assert bert.behind_mask
    assert bert.queries.text[slice(*bert.queries.groups[bert.prompt.masked[0]])] == "mat"


def test_model_that_keeps_fewer_tensors_says_that_it_has_no_mean(listener: Listening) -> None:
    wish = replace(WISH, way=Way(slim=True), beside=Beside(MODELS[:2], "mean"))
    answer = listener.await_sides(wish)
    slim, whole = frame_of(answer, "english-gpt"), frame_of(answer, "english-bert")
    assert slim.card.slim
    assert isinstance(slim.answers[MeanAsk(slim.sight.head[0])], Refusal)  # type: ignore[index]
    assert whole.told(MeanAsk(whole.sight.head[0])) is not None  # type: ignore[index]


def test_run_that_trains_is_looked_at_anew_with_each_picture_and_the_others_are_not(
    listener: Listening, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    wish = Wish(
        model=str(folder), prompt=Prompt("acb>"), begin=Begin(read_recipe(find_recipe("reverse"))),
        beside=Beside((str(folder), "english-bert")), drive=Drive(playing=True))
    listener.engine.wish(wish)

    def seen() -> list[tuple[Frame, Frame]]:
        whole = [one.sides for one in listener.sides if len(one.sides) == 2]
        return [(one[str(folder)], one["english-bert"]) for one in whole]  # type: ignore[misc]

    wait_until(lambda: len({ours.step for ours, _ in seen()}) > 3, 60)
    last = seen()
    assert len({id(other) for _, other in last}) == 1
    assert len({id(ours) for ours, _ in last}) >= len({ours.step for ours, _ in last})
    steps = [ours.step for ours, _ in last]
    assert steps == sorted(steps)  # type: ignore[type-var]
    listener.engine.wish(replace(wish, drive=Drive()))
