"""A trace that is let go leaves its memory to the next one."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable

import pytest

from app.window import Window

from .conftest import wait_until

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the GNU allocator is Linux's")

_COUNT = """
import json, resource, sys
from core.allocator import keep_freed_memory, return_freed_memory
if sys.argv[1] == "kept":
    assert keep_freed_memory()
import torch

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    blocks = [torch.ones(3_000_000) for _ in range(24)]  # as patterns of 12 heads, 500 tokens
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

def resident():
    return int(open("/proc/self/statm").read().split()[1])

faults()
again, full = faults(), resident()
return_freed_memory()
print(json.dumps([again, full - resident()]))
"""


def count(how: str) -> tuple[int, int]:
    """Pages that were made for the second trace, and pages that were given back at the end."""
    done = subprocess.run(
        [sys.executable, "-c", _COUNT, how], capture_output=True, text=True, check=True)
    made, given = json.loads(done.stdout)
    return made, given


_PAGES = 24 * 12_000_000 // 4096


def test_another_trace_is_given_far_fewer_new_pages() -> None:
    usual, _ = count("usual")
    kept, given = count("kept")
    assert usual > 0.9 * _PAGES
    assert kept < 0.5 * _PAGES
    assert given > 0.5 * _PAGES, "what nobody uses is given back when it is asked for"


def test_an_engine_at_rest_gives_memory_back_and_answers_the_next_key(
    open_window: Callable[..., Window], monkeypatch: pytest.MonkeyPatch
) -> None:
    import app.engine

    given: list[str] = []
    monkeypatch.setattr(app.engine, "_REST", 0.05)
    monkeypatch.setattr(
        app.engine, "return_freed_memory", lambda: given.append(threading.current_thread().name))
    window = open_window()
    wait_until(lambda: bool(given))
    window.editor.set_prompt("Another text.")
    wait_until(lambda: window.complete and window.picture is not None
               and window.picture.prompt.source == "Another text.")
    before = len(given)
    window.editor.set_prompt("And one more.")
    wait_until(lambda: len(given) > before)
    assert set(given) == {"engine"}, "never in the thread of the window"


def test_a_model_that_gave_way_to_another_leaves_its_memory_to_the_machine(
    open_window: Callable[..., Window], monkeypatch: pytest.MonkeyPatch
) -> None:
    import app.engine

    alive: list[bool] = []
    window = open_window(model="dates-t5")
    sides = window.engine._sides
    assert sides is not None
    before = weakref.ref(sides.session)
    del sides
    monkeypatch.setattr(
        app.engine, "return_freed_memory", lambda: alive.append(before() is not None))
    gc.collect()
    gc.disable()
    try:
        window.ask(model="english-gpt")
        wait_until(lambda: window.complete)
    finally:
        gc.enable()
    assert alive == [False], "once, when it is gone"
