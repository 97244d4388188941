"""The page of arithmetic where there is hardly any, and where some is no number."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from safetensors.torch import load_file, save_file

from app.paint.words import isolated
from core.asks.derivation import STEPS
from core.errors import NOT_KEPT
from core.memory import Way
from tests.conftest import wait_until
from tests.test_derivation_bad_input import make_small
from tests.test_derivation_page import Open, cell, open_page, press, settle, title, told
from tests.tiny_families import SENTENCE, make_tiny


def test_a_shorter_text_and_another_model_keep_no_cell_that_is_not_there(
    open_window: Open, tmp_path: Path
) -> None:
    window, page = open_page(open_window, cell=(5, 5))
    page.choose("z")
    settle(window, page)
    window.editor.set_prompt("a")
    wait_until(lambda: window.complete and len(window.picture.keys) == 1)  # type: ignore[union-attr]
    settle(window, page)
    assert cell(page)[2:] == (0, 0)
    assert "(0) looks at" in title(window)
    window.editor.set_prompt("")
    wait_until(lambda: window.answer.frame.predicted_at is None)  # type: ignore[union-attr]
    assert cell(page)[2:] == (0, 0)  # what was there stays
    window.editor.set_prompt(SENTENCE)
    window.opening.open(str(make_tiny("t5", tmp_path)))
    wait_until(lambda: window.complete and window.picture.card.family == "t5")  # type: ignore[union-attr]
    settle(window, page)
    assert cell(page)[0] < 2
    assert page.derivation.step.kind == "z"  # type: ignore[union-attr]
    assert page.canvas.grab().toImage().width() > 0


def test_weights_that_are_no_numbers_are_said(
    open_window: Open, tiny_model: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(tiny_model, folder)
    tensors = load_file(folder / "model.safetensors")
    name = next(name for name in tensors if name.endswith("h.1.attn.c_attn.weight"))
    tensors[name][3, 17] = float("nan")  # of the queries of head 2
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    window, page = open_page(open_window, model=str(folder))
    assert page._below.text() == ""
    for step in STEPS[1:]:
        page.choose(step)
        settle(window, page)
        assert "NaN" in told(page)
        image = page.canvas.grab().toImage()
        assert not image.isNull()
        if page.derivation.step.gap is not None:  # type: ignore[union-attr]
            assert page._below.text() == "Some of these numbers are NaN or infinite."


@pytest.mark.parametrize("shape", [
    {"heads": 8, "head_width": 1}, {"width": 1, "heads": 1, "head_width": 1},
])
def test_heads_of_one_dimension_in_a_model_of_one_layer(
    shape: dict[str, int], open_window: Open, tmp_path: Path
) -> None:
    make_small(tmp_path / "small", **shape)
    window, page = open_page(open_window, model=str(tmp_path / "small"), text="The cat")
    assert cell(page)[0] == 0
    for step in STEPS:
        assert page.derivation.step.kind == step  # type: ignore[union-attr]
        assert page.canvas.grab().toImage().width() > 0
        press(window, page, Qt.Key.Key_Right)


def test_a_text_of_special_tokens_alone(open_window: Open, tmp_path: Path) -> None:
    model = str(make_tiny("bert", tmp_path))
    window, page = open_page(open_window, model=model, text="[SEP]", cell=(1, 2))
    assert title(window) == "Layer 1, head 2: “{}” (1) looks at “{}” (2)".format(
        *[isolated("[SEP]")] * 2)
    page.choose("softmax")
    settle(window, page)
    assert "Σ_k A_ik = 1.0000" in told(page)


def test_a_smaller_type_is_why_it_differs(
    open_window: Open, tiny_model: Path, tmp_path: Path
) -> None:
    window, page = open_page(open_window)
    page.choose("softmax")
    settle(window, page)
    assert "in another order" in page._below.text()
    window.opening.open(str(shutil.copytree(tiny_model, tmp_path / "half")), Way("bfloat16"))
    wait_until(lambda: window.complete and window.picture.card.dtype == "bfloat16")  # type: ignore[union-attr]
    window.selecting.pin((1, 2))
    window.selecting.look(replace(window.view, held=(3, 1)))
    settle(window, page)
    assert page._below.text().endswith("the model runs in bfloat16.")
    assert page._below.text().startswith("Computed again, it differs by ")


def test_a_model_that_keeps_fewer_tensors_is_refused_in_a_sentence(
    open_window: Open, tiny_model: Path, tmp_path: Path
) -> None:
    window, page = open_page(open_window)
    window.opening.open(str(shutil.copytree(tiny_model, tmp_path / "slim")), Way(slim=True))
    wait_until(lambda: window.complete and window.picture.card.slim)  # type: ignore[union-attr]
    window.selecting.pin((1, 2))
    wait_until(lambda: window.complete and page._hint.isVisible())
    assert page._hint.text() == NOT_KEPT
    assert page.derivation is None
