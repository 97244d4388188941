"""What is particular to a family, in a real window: clicked, typed and read by a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from app.panels.strip import TokenStrip
from app.window import Window
from core.frame import Frame
from tests.conftest import wait_until
from tests.tiny_families import SENTENCE, make_tiny
from tests.window_hands import press

Open = Callable[..., Window]
NONE = Qt.KeyboardModifier.NoModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    from tests import test_two_stream_session as xlnet

    made = tmp_path_factory.mktemp("families")
    found = {name: str(make_tiny(name, made / name)) for name in ("bert", "llama", "t5")}
    found["endless"] = str(make_tiny("t5", made / "endless", seed=3))
    theirs = xlnet.make_theirs(xlnet.Case(), 0)
    xlnet.save(theirs, made / "xlnet")
    xlnet.write_tokenizer(made / "xlnet")
    return found | {"xlnet": str(made / "xlnet")}


def settled(window: Window) -> bool:
    return window.complete and window.wish.prompt == window.prompting.prompt


def frame_of(window: Window) -> Frame:
    wait_until(lambda: settled(window))
    assert window.picture is not None
    return window.picture


def strike(strip: TokenStrip, position: int) -> None:
    place = strip.box(position).center().toPoint()
    QTest.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, NONE, place)


# -- two stacks -------------------------------------------------------------------------------


def test_only_a_model_with_two_stacks_has_a_target(
    open_window: Open, folders: dict[str, str]
) -> None:
    window = open_window(SENTENCE, model=folders["t5"])
    assert window.target.isVisible()
    write = window.layout_.prompt.write
    assert write.isVisible()
    assert write.width() <= write.sizeHint().width()
    assert not window.second.isVisible()
    assert window.layout_.attention.values() == ["encoder", "decoder", "cross"]
    window.opening.open(folders["llama"])
    wait_until(lambda: settled(window) and window.layout_.prompt.card is not None
               and window.layout_.prompt.card.reference == folders["llama"])
    assert not window.target.isVisible()
    assert not window.layout_.attention.isVisible()
    assert window.prompt_panel.title.text() == "Prompt"


@pytest.mark.parametrize(("key", "value", "rows", "columns"), [
    (Qt.Key.Key_1, "encoder", 11, 11), (Qt.Key.Key_2, "decoder", 4, 4),
    (Qt.Key.Key_3, "cross", 4, 11),
])
def test_each_attention_has_the_axes_of_its_own_tokens(
    open_window: Open, folders: dict[str, str], key: Qt.Key, value: str, rows: int, columns: int
) -> None:
    window = open_window(SENTENCE, model=folders["t5"])
    QTest.keyClicks(window.target, "katze sass auf")
    window.selecting.pin((1, 3))
    press(window, key, ALT)
    frame = frame_of(window)
    assert window.layout_.attention.value() == value
    assert window.matrix is not None
    assert window.matrix._cells.shape_of == (rows, columns)
    assert tuple(window.matrix._queries._labels) == frame.queries.labels
    assert tuple(window.matrix._keys._labels) == frame.keys.labels
    labels = (frame.queries.labels[-1], frame.keys.labels[-1])
    assert labels == {"encoder": ("</s>", "</s>"), "decoder": ("auf", "auf"),
                      "cross": ("auf", "</s>")}[value]
    window.matrix._point((1, 2))
    lit = [len(editor.extraSelections()) for editor in (window.editor, window.target)]
    assert lit == {"encoder": [2, 0], "decoder": [0, 2], "cross": [1, 1]}[value]


def test_a_pin_beyond_the_other_stack_moves_to_its_last_layer(
    open_window: Open, folders: dict[str, str]
) -> None:
    window = open_window(SENTENCE, model=folders["t5"])
    window.selecting.show_attention("encoder")
    frame_of(window)
    window.selecting.pin((2, 5))
    window.selecting.show_attention("cross")
    frame = frame_of(window)
    wait_until(lambda: settled(window))
    assert window.view.pinned == (1, 5)
    assert frame.thumbnails is not None
    assert frame.thumbnails.shape[:2] == (2, 6)


def test_the_model_writes_to_the_end_of_its_target(
    open_window: Open, folders: dict[str, str]
) -> None:
    window = open_window(SENTENCE, model=folders["t5"])
    press(window, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    wait_until(lambda: not window.layout_.prompt.writing)
    assert window.prompting.prompt.written == (15, 10, 5, 10, 5, 4)  # greedy, by transformers
    assert window.target.prompt() == "ran because the because the"
    assert frame_of(window).queries.labels[-1] == "</s>"


def test_the_model_writes_its_greedy_target_token_by_token_and_esc_stops_it(
    open_window: Open, folders: dict[str, str]
) -> None:
    window = open_window(SENTENCE, model=folders["endless"])
    lengths: list[int] = []
    window.pictured.connect(lambda answer, _: lengths.append(len(answer.frame.queries)))
    QTest.mouseClick(window.layout_.prompt.write, Qt.MouseButton.LeftButton)
    assert "Esc" in window.layout_.prompt.write.text()
    wait_until(lambda: len(window.prompting.prompt.written) >= 6, at_once=True)
    press(window, Qt.Key.Key_Escape)
    assert window.layout_.prompt.write.text() == "Write the target"
    assert window.view.pinned is not None  # Esc stopped, and released nothing
    written = frame_of(window).prompt.written
    theirs = transformers.T5ForConditionalGeneration.from_pretrained(folders["endless"])
    ids = torch.tensor([window.engine._model.session.tokenizer.encode(SENTENCE, 64).ids])  # type: ignore[union-attr]
    wanted = theirs.eval().generate(ids, max_new_tokens=len(written), do_sample=False)[0, 1:]
    assert list(written) == wanted.tolist()[: len(written)]
    assert len(set(lengths)) >= min(len(written), 3)  # the picture grew on the way
    count = len(written)
    QTest.qWait(60)
    assert len(window.prompting.prompt.written) == count
    words = [window.engine._model.session.tokenizer.name(one) for one in written]  # type: ignore[union-attr]
    shown = window.target.prompt().split()
    assert shown == [word for word in words if word not in ("</s>", "<unk>", "[CLS]", "[SEP]",
                                                            "[MASK]")]


def test_typing_in_the_target_stops_the_writing_and_keeps_what_is_written(
    open_window: Open, folders: dict[str, str]
) -> None:
    window = open_window(SENTENCE, model=folders["t5"])
    QTest.keyClicks(window.target, "katze")
    window.prompting.write()
    wait_until(lambda: window.target.prompt() != "katze" or not window.layout_.prompt.writing)
    QTest.keyClicks(window.target, " mat")
    assert not window.layout_.prompt.writing
    frame_of(window)
    assert window.prompting.prompt.written == ()
    assert window.prompting.prompt.target == window.target.prompt()
    assert window.target.prompt().startswith("katze")
    assert window.target.prompt().endswith(" mat")


def test_a_predicted_token_is_added_to_the_target(
    open_window: Open, folders: dict[str, str]
) -> None:
    window = open_window(SENTENCE, model=folders["t5"])
    frame = frame_of(window)
    window.prompting.add_likeliest(window.answer)
    assert window.target.prompt() == frame.predictions[0].text
    assert window.editor.prompt() == SENTENCE


# -- scores and their parts -------------------------------------------------------------------


def test_t5_shows_content_bias_and_their_sum_each_on_a_scale_of_its_own(
    open_window: Open, folders: dict[str, str]
) -> None:
    window = open_window(SENTENCE, model=folders["t5"])
    window.selecting.show_attention("encoder")
    window.selecting.pin((1, 2))
    frame = frame_of(window)
    assert frame.head is not None
    chooser = window.layout_.quantity
    shown = ["pattern", "scores", "content", "bias"]
    assert chooser.values() == [*shown, "gradient"]
    content, bias = (term.scores for term in frame.head.terms)
    np.testing.assert_allclose(content + bias, frame.head.scores, atol=1e-5)
    parts = {"scores": frame.head.scores, "content": content, "bias": bias}
    assert window.matrix is not None
    pictures = []
    for value in shown:
        QTest.mouseClick(chooser.button(value), Qt.MouseButton.LeftButton)
        assert chooser.value() == value
        pictures.append(window.matrix.grab().toImage())
        if value != "pattern":
            assert window.matrix._bar._most == pytest.approx(float(np.abs(parts[value]).max()))
    assert all(one != other for at, one in enumerate(pictures) for other in pictures[:at])
    window.matrix._point((2, 3))
    said = f"content {content[2, 3]:.4f} + bias {bias[2, 3]:.4f}".replace("-", "−")
    assert said in window.matrix.reading()
    for wanted in ("gradient", "pattern"):
        press(window, Qt.Key.Key_F6)
        assert window.view.quantity == wanted
    for wanted in ("gradient", "bias"):
        press(window, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
        assert window.view.quantity == wanted


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("quantity", ["pattern", "scores"])
def test_masked_cells_have_a_colour_that_no_weight_has(
    open_window: Open, folders: dict[str, str], theme: str, quantity: Any
) -> None:
    window = open_window(SENTENCE, model=folders["llama"])
    window.dress.set_theme(theme)
    window.selecting.pin((0, 0))
    window.selecting.show_quantity(quantity)
    frame_of(window)
    assert window.matrix is not None
    pixels = window.matrix._cells._pixels
    count = len(pixels)
    future = np.triu(np.ones((count, count), bool), 1)
    assert not pixels[future].any()  # the hatch is seen through them
    assert pixels[~future].all()
    sheet = window.sheet.grab().toImage()
    box = window.sheet.square((0, 0))
    corner = sheet.pixelColor(QPointF(box.right() - 4, box.top() + 4).toPoint())
    assert corner.name() == window.theme.masked


def test_a_translator_opens_on_the_head_that_aligns_and_names_it_there_alone(
    open_window: Open
) -> None:
    window = open_window(None, model="dates")
    wait_until(lambda: settled(window) and window.wish.sight.kind == "cross")
    frame = frame_of(window)
    known = frame.card.notable[0]
    assert window.view.pinned == (known.layer, known.head)
    title = f"Layer {known.layer}, head {known.head}"
    named = f"{title} · alignment head ({known.score:.2f})"
    wait_until(lambda: window.matrix_panel.title.text() == named)
    window.selecting.show_attention("encoder")
    wait_until(lambda: settled(window) and window.matrix_panel.title.text() == title)


# -- rotary positions and shared key heads ----------------------------------------------------


def test_a_rotary_head_shows_q_and_k_before_and_after(
    open_window: Open, folders: dict[str, str]
) -> None:
    window = open_window(SENTENCE, model=folders["llama"])
    window.selecting.pin((1, 5))
    frame = frame_of(window)
    assert frame.head is not None
    assert frame.head.turn is not None
    assert window.matrix is not None
    rotation = window.matrix._rotation
    assert rotation.isVisible()
    window.matrix._point((3, 0))
    (query, before, after, _), (key, still, unmoved, _) = rotation.rows()
    assert "sat" in query or "on" in query
    assert "(3)" in query
    assert "(0)" in key
    assert np.array_equal(before, frame.head.turn.query_before[3])
    assert np.array_equal(after, frame.head.turn.query_after[3])
    assert not np.allclose(before, after)
    window.resize(1600, 1000)
    window.dress.zoom_text(16)  # for the last row: names are read whole
    names = [name for name, *_ in rotation.rows()]
    assert max(map(rotation.fontMetrics().horizontalAdvance, names)) <= rotation.name_width()
    np.testing.assert_allclose(still, unmoved, atol=1e-6)  # position 0 is turned by nothing
    np.testing.assert_allclose(np.linalg.norm(before), np.linalg.norm(after), rtol=1e-5)
    window.opening.open(folders["t5"])
    wait_until(lambda: settled(window) and not rotation.isVisible())


def test_heads_that_share_a_key_head_say_which(
    open_window: Open, folders: dict[str, str]
) -> None:
    window = open_window(SENTENCE, model=folders["llama"])
    window.selecting.pin((1, 5))
    frame = frame_of(window)
    assert frame.head is not None
    assert frame.head.key_head == 1
    assert window.matrix_panel.title.text() == "Layer 1, head 5 · reads key head 1"
    assert window.sheet.tip((0, 3)) == "Layer 0, head 3: reads key head 0, as 4 of 8 do"
    image = window.sheet.grab().toImage()
    left, right = window.sheet.square((0, 4)), window.sheet.square((0, 7))
    accent = window.theme.accent
    line = [image.pixelColor(int(x), int(y)).name() for x in (left.center().x(),
            right.center().x()) for y in range(int(left.top()) - 7, int(left.top()) - 2)]
    assert line.count(accent) >= 2


# -- masks and two sentences ------------------------------------------------------------------


def test_a_click_masks_a_token_and_another_shows_it_again(
    open_window: Open, folders: dict[str, str]
) -> None:
    window = open_window(SENTENCE, model=folders["bert"])
    strip = window.layout_.prompt.strip
    assert strip.isVisible()
    assert window.predictions._predictions == ()  # nothing is masked
    strike(strip, 2)
    frame = frame_of(window)
    assert frame.queries.labels[2] == "[MASK]"
    theirs = transformers.BertForPreTraining.from_pretrained(folders["bert"]).eval()
    with torch.inference_mode():
        logits = theirs(torch.tensor([frame.queries.ids])).prediction_logits[0, 2]
    wanted = logits.double().softmax(-1).topk(10).values.tolist()
    assert [p.probability for p in window.predictions._predictions] == pytest.approx(wanted, 1e-4)
    assert window.predictions_panel.title.text().startswith("Behind the mask at token 2")
    strike(strip, 0)  # [CLS] stands for no word
    assert window.prompting.prompt.masked == (2,)
    strike(strip, 2)
    assert frame_of(window).queries.labels[2] == "cat"


def test_keys_mask_a_token_and_an_axis_can_be_clicked(
    open_window: Open, folders: dict[str, str]
) -> None:
    window = open_window(SENTENCE, model=folders["bert"])
    strip = window.layout_.prompt.strip
    strip.setFocus()
    for _ in range(3):
        press(strip, Qt.Key.Key_Right)
    press(strip, Qt.Key.Key_Space)
    assert window.prompting.prompt.masked == (3,)
    frame_of(window)
    assert window.matrix is not None
    axis = window.matrix._keys
    wide = axis.sceneBoundingRect()
    place = QPointF(wide.left() + wide.width() * 5.5 / 12, wide.center().y())
    QTest.mouseClick(window.matrix._plot.viewport(), Qt.MouseButton.LeftButton, NONE,
                     window.matrix._plot.mapFromScene(place))
    wait_until(lambda: window.prompting.prompt.masked == (3, 5))
    press(window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert window.prompting.prompt.masked == ()


def test_a_mask_stays_with_its_word_while_words_come_before_it(
    open_window: Open, folders: dict[str, str]
) -> None:
    window = open_window(SENTENCE, model=folders["bert"])
    strike(window.layout_.prompt.strip, 3)
    frame_of(window)
    window.editor.moveCursor(window.editor.textCursor().MoveOperation.Start)
    QTest.keyClicks(window.editor, "because ")
    wait_until(lambda: settled(window) and window.prompting.prompt.masked == (4,))
    frame = frame_of(window)
    start, end = frame.queries.groups[4]
    assert frame.queries.text[start:end] == "sat"


def test_a_prediction_takes_the_place_of_the_mask(
    open_window: Open, folders: dict[str, str]
) -> None:
    window = open_window(SENTENCE, model=folders["bert"])
    strike(window.layout_.prompt.strip, 2)
    frame = frame_of(window)
    word = str(frame.predictions[0].text)
    window.prompting.add_likeliest(window.answer)
    assert window.editor.prompt() == SENTENCE.replace("cat", word)
    assert window.prompting.prompt.masked == ()


def test_the_verdict_on_the_second_sentence_follows_each_key(
    open_window: Open, folders: dict[str, str]
) -> None:
    window = open_window(SENTENCE, model=folders["bert"])
    panel = window.layout_.prompt
    assert panel.second.isVisible()
    assert panel.verdict.isVisible()
    assert panel.verdict.probability is None
    theirs = transformers.BertForPreTraining.from_pretrained(folders["bert"]).eval()
    said = []
    for words in ("she saw", " the sea"):
        QTest.keyClicks(panel.second, words)
        frame = frame_of(window)
        with torch.inference_mode():
            told = theirs(
                torch.tensor([frame.queries.ids]),
                token_type_ids=torch.tensor([frame.queries.segments]),
            ).seq_relationship_logits[0].double().softmax(-1)[0].item()
        assert panel.verdict.probability == pytest.approx(told, abs=1e-5)
        said.append(told)
    assert said[0] != said[1]
    at = frame.queries.labels.index("sea")
    window.matrix._point((at, 2))
    assert len(panel.second.extraSelections()) == 1
    assert len(panel.source.extraSelections()) == 1


# -- XLNet ------------------------------------------------------------------------------------


def test_the_second_title_is_whole_beside_a_verdict_and_large_type(
    open_window: Open, folders: dict[str, str]
) -> None:
    window = open_window(SENTENCE, model=folders["bert"])
    window.resize(1024, 700)
    window.dress.zoom_text(8)
    QTest.qWait(50)
    panel = window.layout_.prompt
    assert panel.verdict.isVisible()
    assert window.width() == 1024
    for title in (panel.source_title, panel.other_title):
        assert title.drawn() == title.text()
    window.dress.zoom_text(0)
    QTest.qWait(50)
    measure, words = panel.verdict.fontMetrics(), "follows the first"
    assert panel.verdict.width() > panel.verdict.sizeHint().width() + measure.horizontalAdvance(
        words)


def test_an_order_is_drawn_shown_with_the_tokens_and_given_up(
    open_window: Open, folders: dict[str, str]
) -> None:
    window = open_window("猫 sat où 😀 sat", model=folders["xlnet"])
    panel = window.layout_.prompt
    assert panel.draw.isVisible()
    assert not panel.undraw.isEnabled()
    press(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    first = frame_of(window).order
    assert sorted(first) == list(range(len(first)))
    assert panel.strip._order == first
    QTest.mouseClick(panel.draw, Qt.MouseButton.LeftButton)
    second = frame_of(window).order
    assert second != first
    frame = frame_of(window)
    assert frame.head is not None
    rank = np.array(second)
    hidden = np.isneginf(frame.head.scores)[:, -len(rank):]
    own = np.eye(len(rank), dtype=bool)
    assert (hidden == ((rank[None] >= rank[:, None]) & ~own)).all()
    QTest.mouseClick(panel.undraw, Qt.MouseButton.LeftButton)
    assert frame_of(window).order == ()


def test_either_stream_and_each_term_of_xlnet_is_shown(
    open_window: Open, folders: dict[str, str]
) -> None:
    window = open_window("猫 sat où 😀 sat", model=folders["xlnet"])
    window.prompting.draw_order()
    content = frame_of(window)
    assert window.layout_.stream.values() == ["content", "query"]
    assert window.layout_.quantity.values() == [
        "pattern", "scores", "content", "position", "segment", "gradient"]
    press(window, Qt.Key.Key_5, ALT)
    query = frame_of(window)
    assert window.layout_.stream.value() == "query"
    assert content.head is not None
    assert query.head is not None
    assert not np.array_equal(content.head.pattern, query.head.pattern)
    assert np.isneginf(np.diagonal(query.head.scores)).all()  # it does not see itself
