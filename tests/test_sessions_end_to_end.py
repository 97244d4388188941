"""Killed while someone types, and started again: a process, a real screen, keys."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import numpy as np

from app.place import Place
from app.session_file import SavedSession, read_session, write_session
from core.frame import Prompt
from tests.desk import Program, Screen, running, until
from tests.test_end_to_end import (  # noqa: F401 - fixtures
    inside,
    look_away,
    quit_by_key,
    screen,
    see_picture,
    see_window,
    where,
)


def kept(home: Path) -> list[str]:
    """The texts that windows have written down."""
    return [read_session(path).place.prompt.source
            for path in home.rglob("windows/*.headlight")]


def kill(program: Program) -> None:
    program.process.send_signal(signal.SIGKILL)
    program.process.wait(10)


def test_what_was_typed_before_a_kill_is_there_the_next_time(
    screen: Screen, where: dict[str, Any], tiny_model: Path, tmp_path: Path,  # noqa: F811
) -> None:
    look_away(screen)
    home, arguments = tmp_path / "home", ("--model", str(tiny_model))
    with running(home, *arguments, DISPLAY=screen.name) as program:
        see_window(screen, program)
        screen.hand("type", "--delay", "25", "she saw the sea")
        see_picture(screen, where)
        first = inside(screen.picture(), where["squares"])
        until(lambda: kept(home) == ["she saw the sea"], "all that was typed, on the disk")
        kill(program)
        assert program.left() == []
    with running(home, *arguments, DISPLAY=screen.name) as program:
        see_window(screen, program)
        see_picture(screen, where)
        again = inside(screen.picture(), where["squares"])
        assert all(np.array_equal(one, other) for one, other in zip(first, again, strict=True))
        screen.hand("type", "--delay", "25", " and")  # it goes on where it ended
        until(lambda: kept(home) == ["she saw the sea and"], "what was typed to it")
        quit_by_key(screen, program)


def test_a_kill_in_the_middle_of_a_key_takes_a_second_at_most(
    screen: Screen, tiny_model: Path, tmp_path: Path,  # noqa: F811
) -> None:
    look_away(screen)
    home, arguments = tmp_path / "home", ("--model", str(tiny_model))
    whole = ""
    load = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    for word in ("the cat sat on ", "the mat because ", "it was so tired "):
        with running(home, *arguments, DISPLAY=screen.name) as program:
            see_window(screen, program)
            until(lambda: "opened" in program.log(), "the model")
            screen.hand("type", "--delay", "120", word)
            kill(program)  # with the last key just pressed
            (found,) = kept(home)
            assert (whole + word).startswith(found or "-")
            assert len(found) >= len(whole + word) - 9 * load  # keys of one second
            assert program.said() == ""
            whole = found


def test_a_file_on_the_command_line_opens_with_all_that_it_keeps(
    screen: Screen, where: dict[str, Any], tiny_model: Path, tmp_path: Path,  # noqa: F811
) -> None:
    look_away(screen)
    path = tmp_path / "mine.headlight"
    write_session(path, SavedSession(Place(str(tiny_model), prompt=Prompt("The cat"), head=(0, 0))))
    with running(tmp_path / "home", str(path), DISPLAY=screen.name) as program:
        number = see_window(screen, program)
        see_picture(screen, where)
        assert screen.hand("getwindowname", number) == "mine.headlight — Headlight"
        screen.hand("type", "--delay", "25", " sat")
        until(lambda: screen.hand("getwindowname", number) == "mine.headlight* — Headlight",
              "the star of what is new")
        screen.hand("key", "ctrl+s")
        until(lambda: json.loads(path.read_bytes())["place"]["prompt"] == "The cat sat", "the file")
        with running(tmp_path / "home", str(path), DISPLAY=screen.name) as second:
            until(lambda: list((tmp_path / "home").rglob("files/*.lock")), "the lock")
            until(lambda: "(copy)" in _names(screen, second), "a copy")
            kill(second)
        time.sleep(0.5)
        see_window(screen, program)
        quit_by_key(screen, program)


def _names(screen: Screen, program: Program) -> str:  # noqa: F811
    try:
        numbers = screen.hand("search", "--onlyvisible", "--pid", str(program.process.pid)).split()
        return " ".join(screen.hand("getwindowname", number) for number in numbers)
    except subprocess.CalledProcessError:  # it found nothing
        return ""
