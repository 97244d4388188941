"""The program as a person meets it: a process, a real screen, keys and a mouse."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.desk import Box, Picture, Program, Screen, part, places, running, until

PATIENCE_WHILE_IMPORTING = 3.0  # two seconds, and what the key waits for the import


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    missing = [name for name in ("Xvfb", "xdotool") if shutil.which(name) is None]
    if missing:
        reason = f"{' and '.join(missing)} can't be found; apt install xvfb xdotool"
        if os.environ.get("HEADLIGHT_E2E"):
            pytest.fail(reason)
        pytest.skip(reason)
    screen = Screen(tmp_path_factory.mktemp("screen") / "pixels")
    yield screen
    screen.close()


@pytest.fixture(scope="module")
def where(
    screen: Screen, tiny_model: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    return places(tiny_model, screen.name, tmp_path_factory.mktemp("measure"))


def see_window(screen: Screen, program: Program) -> str:
    """Wait for the window, and give it the keyboard: there is no window manager to do it."""

    def search() -> str:
        assert program.process.poll() is None, program.said()
        try:
            return screen.hand("search", "--onlyvisible", "--pid", str(program.process.pid))
        except subprocess.CalledProcessError:  # it found nothing
            return ""

    number = str(until(search, "the window")).split()[0]
    screen.hand("windowmove", number, "0", "0")  # where ``places`` measured; Qt guesses a frame
    screen.hand("windowfocus", "--sync", number)
    return number


def see_picture(screen: Screen, where: dict[str, Any]) -> Picture:
    """Wait for the sheet, which opens with its first head pinned, and for it to stand still."""
    until(lambda: framed(screen.picture(), where) == [(0, 0)], "the picture")
    return settled(screen, where["sheet"])


def settled(screen: Screen, box: Box) -> Picture:
    last = part(screen.picture(), box)
    for _ in range(200):
        time.sleep(0.25)
        now = part(screen.picture(), box)
        if np.array_equal(now, last):
            return now
        last = now
    raise AssertionError("the picture never stood still")


def inside(picture: Picture, squares: list[list[Box]]) -> list[Picture]:
    """The squares of the heads without their frames."""
    return [
        part(picture, (left + 3, top + 3, width - 6, height - 6))
        for row in squares for left, top, width, height in row
    ]


def framed(picture: Picture, where: dict[str, Any]) -> list[tuple[int, int]]:
    """The heads with a frame of the accent colour on all four sides."""
    found = []
    for layer, row in enumerate(where["squares"]):
        for head, (left, top, width, height) in enumerate(row):
            middle, half = left + width // 2, top + height // 2
            sides = (
                picture[half, left - 2], picture[half, left + width + 1],
                picture[top - 2, middle], picture[top + height + 1, middle],
            )
            if all(side == where["accent"] for side in sides):
                found.append((layer, head))
    return found


def click(screen: Screen, box: Box) -> None:
    left, top, width, height = box
    screen.hand("mousemove", str(left + width // 2), str(top + height // 2), "click", "1")


def look_away(screen: Screen) -> None:
    screen.hand("mousemove", "1390", "890")


def quit_by_key(screen: Screen, program: Program, seconds: float = 2.0) -> None:
    screen.hand("key", "ctrl+q")
    assert program.ends(seconds) == 0, program.said()
    assert program.left() == []
    assert program.said() == ""
    assert " ERROR " not in program.log()
    assert " WARNING " not in program.log()


def test_a_person_types_pins_moves_and_quits(
    screen: Screen, where: dict[str, Any], tiny_model: Path, tmp_path: Path
) -> None:
    look_away(screen)
    with running(tmp_path / "home", "--model", str(tiny_model), DISPLAY=screen.name) as program:
        see_window(screen, program)
        screen.hand("type", "--delay", "25", "The cat sat")
        before = see_picture(screen, where)
        screen.hand("type", "--delay", "25", " on the mat")
        until(lambda: (part(screen.picture(), where["sheet"]) != before).any(), "a change")
        settled(screen, where["sheet"])
        after = screen.picture()
        drawn = zip(
            inside(after, where["squares"]),
            inside(_placed(before, where["sheet"], after.shape), where["squares"]), strict=True,
        )
        changed = [float((now != then).mean()) for now, then in drawn]
        assert len(changed) == 12
        assert min(changed) > 0.1  # every head was drawn anew

        assert framed(after, where) == [(0, 0)]  # as it opens
        large = part(after, where["matrix"])
        click(screen, where["squares"][1][2])
        look_away(screen)
        until(lambda: framed(screen.picture(), where) == [(1, 2)], "the pin on the clicked head")
        pinned = settled(screen, where["matrix"])
        assert (pinned != large).mean() > 0.05

        screen.hand("key", "Right")
        until(lambda: framed(screen.picture(), where) == [(1, 3)], "the pin one to the right")
        screen.hand("key", "Right")  # the last head of the layer: it stays
        screen.hand("key", "Down")
        until(lambda: framed(screen.picture(), where) == [(2, 3)], "the pin one down")
        until(lambda: not np.array_equal(part(screen.picture(), where["matrix"]), pinned),
              "another large head")
        screen.hand("key", "Escape")
        until(lambda: framed(screen.picture(), where) == [], "no pin")
        quit_by_key(screen, program)


def _placed(piece: Picture, box: Box, shape: tuple[int, ...]) -> Picture:
    """A piece back where it was on the screen."""
    whole = np.zeros(shape, np.uint32)
    part(whole, box)[:] = piece
    return whole


def test_what_was_typed_is_there_the_next_time(
    screen: Screen, where: dict[str, Any], tiny_model: Path, tmp_path: Path
) -> None:
    look_away(screen)
    arguments = ("--model", str(tiny_model))
    with running(tmp_path / "home", *arguments, DISPLAY=screen.name) as program:
        see_window(screen, program)
        screen.hand("type", "--delay", "25", "she saw the sea")
        see_picture(screen, where)
        first = inside(screen.picture(), where["squares"])
        quit_by_key(screen, program)
    with running(tmp_path / "home", *arguments, DISPLAY=screen.name) as program:
        see_window(screen, program)
        see_picture(screen, where)
        again = inside(screen.picture(), where["squares"])
        assert all(np.array_equal(one, other) for one, other in zip(first, again, strict=True))
        screen.hand("type", "--delay", "25", " and")  # the prompt goes on where it ended
        until(lambda: not np.array_equal(inside(screen.picture(), where["squares"])[0], first[0]),
              "a longer prompt")
        quit_by_key(screen, program)


def test_closing_while_it_loads_ends_everything(
    screen: Screen, tiny_model: Path, tmp_path: Path
) -> None:
    with running(tmp_path / "home", "--model", str(tiny_model), DISPLAY=screen.name) as program:
        see_window(screen, program)
        assert "opened" not in program.log()
        screen.hand("key", "ctrl+q")
        assert program.ends(PATIENCE_WHILE_IMPORTING) == 0
        assert program.left() == []


def test_a_screen_that_goes_away_ends_it(tiny_model: Path, tmp_path: Path, screen: Screen) -> None:
    own = Screen(tmp_path / "pixels")
    try:
        with running(tmp_path / "home", "--model", str(tiny_model), DISPLAY=own.name) as program:
            see_window(own, program)
            own.close()
            assert program.ends(10) >= 0, "a signal ended it"
            assert program.left() == []
            assert "Traceback" not in program.said()
    finally:
        own.close()


@pytest.mark.parametrize("display", [None, ":987"])
def test_without_a_display_it_says_so_in_one_sentence(
    display: str | None, tiny_model: Path, tmp_path: Path
) -> None:
    environment = {} if display is None else {"DISPLAY": display}
    with running(tmp_path / "home", "--model", str(tiny_model), **environment) as program:
        assert program.ends(30) == 2
        said = program.said()
        assert said.startswith("headlight: ")
        assert said.count("\n") == 1
        assert "headlight snapshot" in said  # what to do instead
        assert (display or "no display") in said


def test_qt_may_draw_off_screen_without_a_display(tiny_model: Path, tmp_path: Path) -> None:
    arguments = ("--model", str(tiny_model), "--text", "The cat")
    with running(tmp_path / "home", *arguments, QT_QPA_PLATFORM="offscreen") as program:
        until(lambda: "opened" in program.log(), "the model")
        assert program.process.poll() is None
        program.process.send_signal(signal.SIGTERM)
        program.ends(10)
        assert program.said() == ""
        assert program.left() == []
