"""Tokens that are left out of the pictures of attention, worked out by hand and in a window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.window import Window
from core.frame import Prompt
from core.omit import leave_out
from core.session import Session, open_session
from core.trace import MASKED, Omit, Sight
from tests.conftest import wait_until
from tests.tiny_families import SENTENCE, make_tiny


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny("bert", tmp_path_factory.mktemp("bert"))


@pytest.fixture(scope="module")
def session(bert: Path) -> Session:
    return open_session(str(bert))


def test_the_rest_of_a_row_sums_to_one_again_by_hand() -> None:
    pattern = torch.tensor([[[0.5, 0.2, 0.3], [0.6, 0.4, 0.0], [0.1, 0.1, 0.8]]])
    visible = torch.ones(3, 3, dtype=torch.bool)
    kept, shown = leave_out(pattern, visible, [2], [0], True)
    torch.testing.assert_close(
        kept, torch.tensor([[[0, 0.4, 0.6], [0, 1.0, 0.0], [0, 0.0, 0.0]]]))
    assert shown.tolist() == [[False, True, True], [False, True, True], [False] * 3]
    kept, _ = leave_out(pattern, visible, [], [0], False)
    torch.testing.assert_close(kept[0, :, 1:], pattern[0, :, 1:])
    assert visible.all()


@pytest.mark.parametrize(("omit", "columns"), [("special", {0, 11}), ("first", {0, 11})])
def test_marks_of_the_template_are_left_out_of_every_head(
    session: Session, omit: Omit, columns: set[int]
) -> None:
    plain = session.look(Prompt(SENTENCE), Sight(head=(1, 2)))
    frame = session.look(Prompt(SENTENCE), Sight(head=(1, 2), omit=omit, renormalise=True))
    assert [frame.keys.labels[at] for at in sorted(columns)] == ["[CLS]", "[SEP]"]
    assert frame.thumbnails is not None
    assert plain.thumbnails is not None
    assert frame.head is not None
    assert plain.head is not None
    rest = [at for at in range(len(frame.keys)) if at not in columns]
    assert (frame.thumbnails[..., list(columns)] == MASKED).all()
    assert (frame.thumbnails[..., list(columns), :] == MASKED).all()
    assert (plain.thumbnails != MASKED).all()
    part = plain.head.pattern.astype(np.float64)[np.ix_(rest, rest)]
    np.testing.assert_allclose(
        frame.head.pattern[np.ix_(rest, rest)], part / part.sum(1, keepdims=True), atol=1e-6)
    np.testing.assert_array_equal(frame.head.scores, plain.head.scores)


def test_a_text_of_special_tokens_alone_leaves_nothing(session: Session) -> None:
    frame = session.look(Prompt("[CLS] [SEP]"), Sight(head=(0, 0), omit="first", renormalise=True))
    assert frame.head is not None
    assert np.isfinite(frame.head.pattern).all()


def test_a_key_leaves_special_tokens_out_and_the_panels_say_so(
    open_window: Callable[..., Window], bert: Path
) -> None:
    window = open_window(SENTENCE, str(bert))
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(window, Qt.Key.Key_5, control)
    wait_until(lambda: window.complete)
    window.matrix._point((3, 0))  # type: ignore[union-attr]
    assert "left out" in window.matrix.reading()  # type: ignore[union-attr]
    for panel in (window.sheet_panel, window.matrix_panel):
        assert panel.badge.text() == "special tokens left out"
    QTest.keyClick(window, Qt.Key.Key_7, control)
    wait_until(lambda: window.complete)
    assert "rows renormalised" in window.matrix_panel.badge.text()
    head = window.picture.head  # type: ignore[union-attr]
    assert head is not None
    np.testing.assert_allclose(head.pattern[1:-1].sum(1), 1, atol=1e-6)
    assert window.choices.omit == "special"
    QTest.keyClick(window, Qt.Key.Key_4, control)
    wait_until(lambda: window.complete)
    assert window.sheet_panel.badge.text() == ""
