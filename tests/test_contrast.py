"""The sheet as a signed difference, against patterns subtracted one by one in float64."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import hypothesis
import numpy as np
import pytest
import torch
from hypothesis import strategies as st
from torch.nn import functional as F

from app.panels.sheet import HeadSheet
from app.state import View
from app.window import Window
from core.against import Against
from core.contrast import signed_sheet
from core.edits import Edit, Edits
from core.frame import Frame, Prompt
from core.look import Look
from core.session import Session, open_session
from core.sides import Sides
from core.trace import MASKED, Sight
from tests.conftest import wait_until
from tests.test_thumbnail import MASKS, mask
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


@pytest.fixture(scope="module")
def seen_by_one(tiny_model: Path) -> Look:
    session = open_session(str(tiny_model))
    session.look(Prompt(SENTENCE), Sight(thumbnails=False))
    assert session.seen is not None
    return session.seen


def pooled(values: torch.Tensor, seen: torch.Tensor, pixels: int) -> tuple[np.ndarray, ...]:
    """Levels and what is no number, as torch's own pooling tells it: [head, row, column]."""
    size = tuple(min(side, pixels) for side in seen.shape)
    values = values.masked_fill(~seen, 0.0)
    above, below = F.adaptive_max_pool2d(values, size), F.adaptive_max_pool2d(-values, size)
    far = torch.where(above >= below, above, -below)
    covered = F.adaptive_max_pool2d(seen[None].float(), size) > 0
    finite = far.nan_to_num(0.0, 0.0, 0.0)
    levels = (finite / (finite.abs().max() or 1.0) * 127 + 128.5).to(torch.uint8)
    levels = levels.masked_fill(~covered, MASKED)
    return levels.numpy(), (~far.isfinite() & covered).numpy()


@hypothesis.settings(max_examples=150, deadline=None)
@hypothesis.given(
    queries=st.integers(1, 150), keys=st.integers(1, 150), pixels=st.integers(1, 24),
    seed=st.integers(0, 2**32), kind=st.sampled_from(MASKS), wrong=st.booleans())
@hypothesis.example(queries=400, keys=400, pixels=24, seed=0, kind="causal", wrong=True)
def test_signed_pixels_are_those_of_a_pooling_of_both_signs(
    seen_by_one: Look, queries: int, keys: int, pixels: int, seed: int, kind: str, wrong: bool
) -> None:
    random = np.random.default_rng(seed)
    seen = torch.from_numpy(mask(kind, queries, keys, random))
    gap = random.standard_normal((2, queries, keys)).astype(np.float32)
    if wrong:  # masked cells too
        gap[random.random(gap.shape) < 0.01] = random.choice([np.nan, np.inf, -np.inf])
    values = torch.from_numpy(gap)

    found = signed_sheet(seen_by_one, Sight(pixels=pixels), [values], [seen])

    levels, unreal = pooled(values, seen, pixels)
    assert np.array_equal(found.levels[0], levels)
    assert (found.unreal is None) == (not unreal.any())
    assert found.unreal is None or np.array_equal(found.unreal[0], unreal)


def test_each_layer_has_the_mask_of_its_own(seen_by_one: Look) -> None:
    values = torch.randn(3, 2, 60, 60)
    seen = [torch.from_numpy(mask(kind, 60, 60, np.random.default_rng(0)))
            for kind in ("causal", "none", "causal")]
    found = signed_sheet(seen_by_one, Sight(pixels=7), list(values), seen)
    covered = [F.adaptive_max_pool2d(one[None].float(), 7)[0].bool().numpy() for one in seen]
    for levels, where in zip(found.levels, covered, strict=True):
        assert np.array_equal(levels != MASKED, np.broadcast_to(where, levels.shape))


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
