"""The sheet as a signed difference, against patterns subtracted one by one in float64."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.panels.sheet import HeadSheet
from app.state import View
from app.window import Window
from core.against import Against
from core.edits import Edit, Edits
from core.frame import Frame, Prompt
from core.session import Session, open_session
from core.sides import Sides
from core.trace import MASKED, Sight
from tests.conftest import wait_until
from tests.tiny_families import SENTENCE, make_tiny

Open = Callable[..., Window]
FAMILIES = ["gpt2", "bert", "llama", "t5"]


@pytest.fixture(scope="module", params=FAMILIES)
def session(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, tiny_model: Path
) -> Session:
    if request.param == "gpt2":
        return open_session(str(tiny_model))
    return open_session(str(make_tiny(request.param, tmp_path_factory.mktemp(request.param))))


def prompt_for(session: Session) -> Prompt:
    return Prompt(SENTENCE, "katze sass auf" if len(session.config.stacks) == 2 else "")


def differ(session: Session, sight: Sight) -> tuple[Frame, np.ndarray, np.ndarray]:
    """The frame; and [layer, head, query, key] of the gap and of what is seen, head by head."""
    prompt, stack = prompt_for(session), session.config.stacks[-1]
    edits = Edits((Edit("mlp", stack, layer=0, factor=0.0),))
    sides = Sides(session)
    frame = sides.look(prompt, sight, edits, Against())
    gaps, seen = [], []
    for layer in range(session.card.layers[stack]):
        for head in range(session.card.heads):
            one = Sight(stack=stack, head=(layer, head), thumbnails=False)
            there = session.look(prompt, one).head
            here = sides.look(prompt, one, edits).head
            assert here is not None
            assert there is not None
            gaps.append(np.where(here.shown, here.pattern.astype(np.float64), 0)
                        - np.where(there.shown, there.pattern.astype(np.float64), 0))
            seen.append(here.shown)
    shape = session.card.layers[stack], session.card.heads, *gaps[0].shape
    return frame, np.array(gaps).reshape(shape), np.array(seen).reshape(shape)


def test_levels_are_the_gap_of_every_cell(session: Session) -> None:
    stack = session.config.stacks[-1]
    frame, gap, seen = differ(session, Sight(stack=stack, difference=True))
    assert frame.change is not None
    found = frame.change.sheet
    assert found is not None
    assert found.most == pytest.approx(np.abs(gap).max(), abs=1e-6)
    assert found.most > 0.001
    assert (gap[0] == 0).all()  # nothing before the silenced part is otherwise
    told = (found.levels.astype(np.float64) - 128) / 127 * found.most
    assert np.abs(told - gap)[seen].max() <= found.most / 127 + 1e-6
    assert (found.levels[0][seen[0]] == 128).all()
    assert (found.levels[~seen] == MASKED).all()
    assert (found.levels[seen] != MASKED).all()


def test_a_pixel_shows_what_differs_most_of_what_it_covers(session: Session) -> None:
    stack = session.config.stacks[-1]
    frame, gap, seen = differ(session, Sight(stack=stack, difference=True, pixels=3))
    assert frame.change is not None
    found = frame.change.sheet
    assert found is not None
    told = (found.levels.astype(np.float64) - 128) / 127 * found.most
    rows, columns = gap.shape[2:]
    for row in range(3):
        for column in range(3):
            down = slice(row * rows // 3, -(-(row + 1) * rows // 3))
            across = slice(column * columns // 3, -(-(column + 1) * columns // 3))
            cells = gap[:, :, down, across].reshape(*gap.shape[:2], -1)
            farthest = np.abs(cells).max(-1)
            anything = seen[:, :, down, across].any((2, 3))
            close = np.abs(np.abs(told[:, :, row, column]) - farthest) <= found.most / 127 + 1e-6
            assert close[anything].all()
            assert (found.levels[:, :, row, column][~anything] == MASKED).all()


def test_nothing_is_made_that_was_not_asked_for(session: Session) -> None:
    frame, _, _ = differ(session, Sight(stack=session.config.stacks[-1]))
    assert frame.change is not None
    assert frame.change.sheet is None


def test_texts_of_other_lengths_have_no_difference_cell_by_cell(session: Session) -> None:
    sight = Sight(stack=session.config.stacks[-1], difference=True)
    prompt = prompt_for(session)
    shorter = Prompt("the cat", "katze" if prompt.target else "")
    frame = Sides(session).look(prompt, sight, Edits(), Against("prompt", shorter))
    assert frame.change is not None
    assert frame.change.sheet is None


def test_the_same_on_both_sides_is_a_sheet_of_zeros(session: Session) -> None:
    sight = Sight(stack=session.config.stacks[-1], difference=True)
    frame = Sides(session).look(prompt_for(session), sight, Edits(), Against())
    assert frame.change is not None
    found = frame.change.sheet
    assert found is not None
    assert found.most == 0
    assert set(np.unique(found.levels)) <= {MASKED, 128}


def test_the_sheet_of_a_real_window_follows_the_quantity(open_window: Open) -> None:
    window = open_window("The cat sat on the mat.")
    window.selecting.pin((1, 1))
    window.altering.silence("mlp")
    wait_until(lambda: window.complete)
    sheet: HeadSheet = window.sheet
    plain = sheet.grab().toImage()
    window.selecting.show_quantity("difference")
    wait_until(lambda: window.complete and window.picture.change.sheet is not None)  # type: ignore[union-attr]
    gap = window.picture.change.sheet  # type: ignore[union-attr]
    badge = window.sheet_panel.badge.text()
    assert "altered model" in badge
    assert f"{gap.most:.3g}" in badge
    signed = sheet.grab().toImage()
    assert signed != plain
    middle = sheet.square((0, 0)).center().toPoint()  # a weight that is as it was
    centre = signed.pixelColor(middle)
    assert max(abs(centre.red() - centre.green()), abs(centre.green() - centre.blue())) < 24
    window.selecting.show_quantity("pattern")
    wait_until(lambda: window.complete and not window.answer.wish.sight.difference)  # type: ignore[union-attr]
    assert sheet.grab().toImage() == plain
    assert "difference" not in window.sheet_panel.badge.text()


def test_without_another_side_the_sheet_shows_weights(open_window: Open) -> None:
    window = open_window()
    window.selecting.show_quantity("difference")
    wait_until(lambda: window.complete)
    assert window.picture is not None
    assert window.picture.change is None
    assert "difference" not in window.sheet_panel.badge.text()
    assert window.view == View(pinned=window.view.pinned, quantity="difference")
