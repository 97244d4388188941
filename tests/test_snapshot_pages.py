"""``headlight snapshot --panel`` draws any page, as a window shows it."""

from __future__ import annotations

import numpy as np
import pytest

from app.page_names import PAGES
from tests.conftest import wait_until
from tests.test_exporting import Open, on_screen, turn_to
from tests.test_snapshot import TEXT, Snap, load, pixels, snap

__all__ = ["snap"]


@pytest.mark.parametrize("key", PAGES)
def test_page_is_that_of_a_window(key: str, snap: Snap, open_window: Open) -> None:
    ours = pixels(load(snap("--panel", key)))
    window = open_window(text=TEXT)
    window.resize(1280, 800)
    wait_until(lambda: window.complete)
    turn_to(window, key)
    real = on_screen(window.pages.panels[key])
    assert ours.shape == real.shape
    assert len(np.unique(ours.reshape(-1, 3), axis=0)) > 5
    assert np.array_equal(ours[8:-8, 8:-8], real[8:-8, 8:-8])


def test_the_head_is_the_matrix(snap: Snap) -> None:
    assert np.array_equal(
        pixels(load(snap("--panel", "head"))), pixels(load(snap("--panel", "matrix"))))
