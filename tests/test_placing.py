"""The window's place: taken, left, and found again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import fields, replace

import pytest
from PySide6.QtTest import QTest

from app.place import PANELS, Place
from app.window import Window
from core.against import Against
from core.edits import Edit, Edits
from core.frame import Prompt
from core.sampling import Sampling

from .conftest import wait_until

OTHER = Place(
    model="english-bert", prompt=Prompt("The cat sat.", second="It slept.", masked=(2, 3)),
    panels=("prompt", "sheet", "pages"), pages=("lines", "readings"), attention="encoder",
    head=(2, 1), cell=(1, 4), quantity="scores", tint="previous_token", scale="log",
    omit="special", renormalise=True, edits=Edits((Edit("head", "encoder", layer=1, at=2),)),
    against=Against("head", head=(0, 3)), sampling=Sampling(0.5, 4, 0.9, 7),
)


def go(window: Window, place: Place) -> None:
    window.placing.set(place)
    wait_until(lambda: window.complete)


def test_a_place_that_was_set_is_the_one_that_is_taken(open_window: Callable[..., Window]) -> None:
    window = open_window()
    go(window, OTHER)
    taken = window.placing.take()
    for field in fields(Place):
        assert getattr(taken, field.name) == getattr(OTHER, field.name), field.name
    assert window.picture is not None
    assert window.picture.prompt == OTHER.prompt
    assert window.picture.queries.labels[2:4] == ("[MASK]", "[MASK]")


def test_a_place_is_found_again_after_another(open_window: Callable[..., Window]) -> None:
    window = open_window("The dog ran.")
    window.selecting.pin((2, 1))
    window.selecting.step_cell(0, 0)
    before = window.placing.take()
    go(window, OTHER)
    go(window, before)
    assert window.placing.take() == before
    assert window.picture is not None
    assert window.picture.prompt.source == "The dog ran."


def test_the_same_model_is_not_read_again(open_window: Callable[..., Window]) -> None:
    window = open_window()
    attempt = window.wish.attempt
    go(window, replace(window.placing.take(), head=(1, 2), prompt=Prompt("Another text.")))
    assert window.wish.attempt == attempt
    assert window.view.pinned == (1, 2)
    assert window.editor.prompt() == "Another text."


def test_with_no_head_named_the_models_own_is_pinned(open_window: Callable[..., Window]) -> None:
    window = open_window()
    go(window, Place("english-gpt", prompt=Prompt("the cat sat, the cat")))
    assert window.picture is not None
    best = window.picture.card.notable[0]
    assert window.view.pinned == (best.layer, best.head)


@pytest.mark.parametrize("hidden", PANELS[:-1])
def test_a_hidden_panel_is_not_on_screen_and_asks_nothing(
    open_window: Callable[..., Window], hidden: str
) -> None:
    window = open_window()
    place = replace(
        window.placing.take(), pages=("readings",),
        panels=tuple(name for name in PANELS if name != hidden))
    go(window, place)
    parts = {
        "prompt": window.prompt_panel, "sheet": window.sheet_panel,
        "predictions": window.predictions_panel, "pages": window.pages,
    }
    for name, part in parts.items():
        assert part.isVisibleTo(window) == (name != hidden), name
    if hidden == "sheet":
        assert not window.wish.sight.thumbnails
    assert bool(window.wish.sight.asks) == (hidden != "pages")
    assert window.placing.take().panels == place.panels


def test_menus_check_what_a_place_chose(open_window: Callable[..., Window]) -> None:
    window = open_window()
    go(window, replace(window.placing.take(), scale="log", omit="first", renormalise=True))
    checked = {action.text().replace("&", "") for action in window.actions_.all()
               if action.isChecked()}
    assert {"Logarithmic", "Special tokens and the first", "Renormalise the rest"} <= checked
    assert "Linear" not in checked


def test_a_model_that_is_not_there_leaves_the_old_one(open_window: Callable[..., Window]) -> None:
    window = open_window()
    here = window.wish.model
    window.placing.set(Place("no-such-model", prompt=Prompt("A text.")))
    wait_until(lambda: window.refusal is not None)
    wait_until(lambda: window.complete)
    assert window.wish.model == here
    assert "no-such-model" in window.notice.text()
    assert window.editor.prompt() == "A text."


def test_a_place_behind_one_of_another_model_is_reached_at_once_too(
    open_window: Callable[..., Window]
) -> None:
    window = open_window()
    place = replace(
        window.placing.take(), prompt=Prompt("The dog ran."), head=(1, 2), cell=(2, 1),
        quantity="scores")
    window.placing.set(OTHER)  # nobody waits for it
    go(window, place)
    assert (window.view.pinned, window.view.held) == ((1, 2), (2, 1))
    assert window.view.quantity == "scores"


def test_a_model_that_is_there_before_it_is_told_that_it_comes_is_there(
    open_window: Callable[..., Window]
) -> None:
    window = open_window("The cat sat.", "english-gpt")
    window.ask()
    time.sleep(0.3)  # an answer waits to be taken
    for model in ("tang-gpt", "english-gpt"):  # and all that follows, while the window is busy
        window.opening.open(model)
        end = time.monotonic() + 20
        while time.monotonic() < end:
            held = window.engine.answers.take()
            if held is not None:
                window.engine.answers.put(held)
                if held.frame.card.reference == model:
                    break
            time.sleep(0.05)
    QTest.qWait(200)
    assert window.loading is None
    assert window.complete
    assert window.wish.model == "english-gpt"
