"""Every page on bad input, in a real window: a picture of the frame or a sentence, no error.

One window a family is led through all of it, from each situation into the next, as it is the
change that leaves old selections and old numbers behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QWidget
from safetensors.torch import load_file, save_file

from app.panels.page import Page
from app.window import Window
from tests.conftest import wait_until
from tests.tiny_families import SENTENCE, make_tiny

Open = Callable[..., Window]
Pixels = NDArray[np.uint32]
WEIGHTS = "model.safetensors"


@dataclass(frozen=True)
class Family:
    marks: str
    """A text of special tokens alone."""
    thin: dict[str, int]
    """Settings of a model of one layer and two heads, each of width 1."""
    spoilt: str
    """A tensor of its second layer or so that is made NaN."""
    target: str = ""


FAMILIES = {
    "gpt2": Family("</s> [SEP]", {"n_embd": 2, "n_head": 2, "n_layer": 1},
                   "transformer.h.1.attn.c_attn.weight"),
    "bert": Family("[MASK] [SEP]", {
        "hidden_size": 2, "num_attention_heads": 2, "num_hidden_layers": 1},
        "bert.encoder.layer.1.attention.self.query.weight"),
    "t5": Family("</s> <unk>", {
        "d_model": 2, "d_kv": 1, "num_heads": 2, "num_layers": 1, "num_decoder_layers": 1},
        "decoder.block.1.layer.1.EncDecAttention.q.weight", target="katze sass auf der"),
}
@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Path]]:
    made = tmp_path_factory.mktemp("bad")
    found: dict[str, dict[str, Path]] = {}
    for name, family in FAMILIES.items():
        usual = make_tiny(name, made / name / "usual")
        broken = make_tiny(name, made / name / "broken")
        tensors = load_file(broken / WEIGHTS)
        tensors[family.spoilt][1, 1] = float("nan")
        save_file(tensors, broken / WEIGHTS)
        thin = make_tiny(name, made / name / "thin", **family.thin)
        found[name] = {"usual": usual, "thin": thin, "broken": broken}
    return found


def settled(window: Window) -> bool:
    """Whether what was last wished for has been answered, and all panels have it; an empty prompt
    has no picture."""
    answer, wish = window.answer, window.wish
    if answer is None or window.showing.pending:
        return False
    return answer.frame.card.reference == wish.model and (
        (answer.wish.prompt, answer.wish.sight) == (window.prompting.prompt, wish.sight))


def pixels(widget: QWidget) -> Pixels:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)
    return flat[:, : image.width()].copy()


def at_rest(page: Page) -> Pixels:
    """What it shows once it no longer changes: formulas are typeset one after another."""
    last = [pixels(page)]

    def rests() -> bool:
        last.append(pixels(page))
        later = any(timer.isActive() for timer in page.findChildren(QTimer))
        return not later and np.array_equal(*last[-2:])

    wait_until(rests)
    return last[-1]


def situations(window: Window, family: Family, made: dict[str, Path]) -> Iterator[str]:
    """Bring them about, one after another; each begins as the one before has left things."""
    def opens(name: str) -> None:
        window.opening.open(str(made[name]))
        wait_until(lambda: settled(window) and window.picture is not None
                   and window.picture.card.reference == str(made[name]))

    def types(text: str) -> None:
        window.editor.set_prompt(text)
        wait_until(lambda: settled(window))

    assert window.picture is not None
    assert window.picture.thumbnails is not None
    layers, heads = window.picture.thumbnails.shape[:2]
    window.selecting.pin((layers - 1, heads - 1))  # the last head and cell that there are
    wait_until(lambda: settled(window))
    window.selecting.step_cell(0, 0)
    yield "sentence"
    types("the cat")
    yield "shorter, the selection is beyond it"
    types("the")
    yield "one token"
    types(family.marks)
    yield "special tokens"
    types("")
    yield "empty"
    types(SENTENCE)
    opens("thin")
    yield "one layer of heads of width 1, fewer than before"
    types("the")
    yield "thin, one token"
    types(SENTENCE)
    opens("broken")
    window.selecting.pin((1, 7))
    wait_until(lambda: settled(window))
    window.selecting.step_cell(-1, -1)
    yield "broken"
    types("the")
    yield "broken, one token"
    types("")
    yield "broken, empty"
    types(SENTENCE)
    opens("usual")
    yield "sound again"


def complaints(window: Window, key: str, situation: str) -> Iterator[str]:
    """What is wrong with a page that is on screen."""
    frame, page = window.picture, window.pages.pages[key]
    assert frame is not None
    title, badge = page.title(frame, window.view), page.badge(frame, window.view)
    if "{" in title + badge or "{" in window.notice.text():
        yield "a template is shown"
    assert window.answer is not None
    told = window.answer.frame  # a template makes tokens of no text
    wanted = "is empty" if not told.queries.ids else "no numbers" if "broken" in situation else ""
    if (wanted not in window.notice.text()) if wanted else window.notice.text():
        yield f"the notice does not say {wanted!r}: {window.notice.text()!r}"
    if any(ask not in frame.answers for ask in page.asks(frame, window.view)):
        hints = [label.text() for label in window.pages.panels[key].findChildren(QLabel)
                 if label.isVisible()]
        if told.queries.ids or "Type a sentence above to see this." not in hints:
            yield "what it asks is not answered, and it does not say why"
        return
    wait_until(page.isVisible)
    shown = at_rest(page)
    if (shown == shown[0, 0]).mean() > 0.999:
        yield "it is blank"
    if stale(page, window, shown):
        yield "it shows what is not of the present frame"


def stale(page: Page, window: Window, shown: Pixels) -> bool:
    """Whether the page looks otherwise once all of it is drawn anew."""
    assert window.picture is not None
    page.set_theme(window.theme)
    page.retranslate()
    page.show_frame(window.picture, window.view)
    again = at_rest(page)
    return again.shape != shown.shape or bool((again != shown).mean() > 0.002)


@pytest.mark.parametrize("name", FAMILIES)
def test_every_page_shows_a_picture_or_a_sentence_on_bad_input(
    name: str, open_window: Open, folders: dict[str, dict[str, Path]]
) -> None:
    family, found, seen = FAMILIES[name], list[str](), 0
    window = open_window(SENTENCE, model=str(folders[name]["usual"]))
    window.resize(1000, 700)
    if family.target:
        window.target.set_prompt(family.target)
        wait_until(lambda: settled(window))
    keys = list(window.pages.panels)
    for situation in situations(window, family, folders[name]):
        for key in keys:
            window.pages.open(key)
            wait_until(lambda key=key: key in window.pages.pages and settled(window))
            found += [f"{situation}: {key}: {one}" for one in complaints(window, key, situation)]
            seen += 1
        window.pages.open(keys[0])
        wait_until(lambda: settled(window))
    assert not found, "\n".join(found)
    assert seen == 11 * len(keys)
    assert len(keys) >= 9
