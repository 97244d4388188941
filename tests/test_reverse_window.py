"""A real window learns to reverse words; back in time, the anti-diagonal is gone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.window import Window
from core.catalogue import RESOURCES
from core.drive import Begin
from core.training.recipe import read_recipe
from tests.conftest import wait_until

SOURCE, TARGET = "stream", "maerts"
STEPS = 450


def anti_diagonal(window: Window) -> float:
    """Of the best head, the mean weight of each target letter's query on the letter it writes."""
    wait_until(lambda: window.complete, 60)
    layers, heads = window.picture.thumbnails.shape[:2]  # type: ignore[union-attr]
    found = []
    for layer in range(layers):
        for head in range(heads):
            window.selecting.pin((layer, head))
            wait_until(lambda at=(layer, head): window.complete and (
                window.picture.head.layer, window.picture.head.head) == at)  # type: ignore[union-attr]
            pattern = window.picture.head.pattern  # type: ignore[union-attr]
            assert pattern.shape == (len(TARGET) + 1, len(SOURCE) + 1)  # a start, and an end
            found.append(np.mean([
                pattern[at, len(SOURCE) - 1 - at] for at in range(len(TARGET))]))
    return float(max(found))


def test_the_anti_diagonal_comes_and_is_gone_again_when_one_goes_back(
    open_window: Callable[..., Window], tmp_path: Path
) -> None:
    recipe = read_recipe(RESOURCES / "recipes" / "reverse.json")
    window = open_window("the")
    window.steering.begin(tmp_path / "run", Begin(recipe))
    wait_until(lambda: window.complete and window.steering.training is not None, 120)
    window.editor.set_prompt(SOURCE)
    window.target.set_prompt(TARGET)
    window.selecting.show_attention("cross")
    before = anti_diagonal(window)
    assert before < 0.4, "nothing is learned yet"
    window.steering.step(STEPS)
    wait_until(lambda: window.steering.training.done == STEPS  # type: ignore[union-attr]
               and not window.steering.training.working, 240)  # type: ignore[union-attr]
    after = anti_diagonal(window)
    assert after > 0.6, "an even pattern has 1 / 7"
    QTest.keyClick(window, Qt.Key.Key_Home, Qt.KeyboardModifier.AltModifier)
    wait_until(lambda: window.complete and window.picture.step == 0)  # type: ignore[union-attr]
    assert anti_diagonal(window) == before
    QTest.keyClick(window, Qt.Key.Key_End, Qt.KeyboardModifier.AltModifier)
    wait_until(lambda: window.complete and window.picture.step == STEPS)  # type: ignore[union-attr]
    assert anti_diagonal(window) == after
