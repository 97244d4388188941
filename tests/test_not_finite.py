"""Values that are no numbers: named where they first appear, for every family, and marked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtWidgets import QLabel
from safetensors.torch import load_file, save_file
from torch.nn.functional import adaptive_max_pool2d

from app.paint.colour import colour_table
from app.paint.palette import SIGHTS, as_seen, from_hex, to_linear
from app.theme import DARK, LIGHT, Theme
from app.window import Window
from core.broken import Broken
from core.edits import Edit, Edits
from core.frame import Frame, Gradient, Prompt
from core.memory import WHOLE, Way
from core.session import Session, open_session
from core.sides import Sides
from core.timeline import Timeline
from core.trace import Sight
from tests.conftest import wait_until
from tests.test_slim import make

NAN = float("nan")
TEXT = "the cat sat on the mat"
WEIGHTS = "model.safetensors"
Index = tuple[int, ...]

CASES: dict[str, tuple[str, Index, float, Broken]] = {
    # name of the tensor in the file, index of the spoilt entry, its value, what is to be found
    "llama, embedding": (
        "model.embed_tokens.weight", (6, 1), NAN,
        Broken("decoder.embed", position=1, parameter="embed_tokens.weight")),
    "llama, query": (
        "model.layers.1.self_attn.q_proj.weight", (50, 2), NAN,
        Broken("decoder.1.self.q_flat", 3, None, "layers.1.self_attn.q_proj.weight")),
    "llama, key": (
        "model.layers.1.self_attn.k_proj.weight", (20, 2), float("inf"),
        Broken("decoder.1.self.k_flat", 1, None, "layers.1.self_attn.k_proj.weight")),
    "llama, value": (
        "model.layers.2.self_attn.v_proj.weight", (3, 2), NAN,
        Broken("decoder.2.self.v", 0, None, "layers.2.self_attn.v_proj.weight")),
    "llama, output": (
        "model.layers.2.self_attn.o_proj.weight", (3, 2), NAN,
        Broken("decoder.2.resid_mid", None, None, "layers.2.self_attn.o_proj.weight")),
    "llama, norm before attention": (
        "model.layers.2.input_layernorm.weight", (3,), NAN,
        Broken("decoder.2.self.q_flat", None, None, "layers.2.input_layernorm.weight")),
    "llama, norm before feed-forward": (
        "model.layers.0.post_attention_layernorm.weight", (3,), NAN,
        Broken("decoder.0.mlp_act", None, None, "layers.0.post_attention_layernorm.weight")),
    "llama, gate": (
        "model.layers.0.mlp.gate_proj.weight", (3, 1), NAN,
        Broken("decoder.0.mlp_act", None, None, "layers.0.mlp.gate_proj.weight")),
    "llama, feed-forward": (
        "model.layers.1.mlp.down_proj.weight", (3, 1), NAN,
        Broken("decoder.1.mlp_out", None, None, "layers.1.mlp.down_proj.weight")),
    "llama, last norm": (
        "model.norm.weight", (3,), NAN, Broken("decoder.final", None, None, "norm.weight")),
    "llama, head": (
        "lm_head.weight", (3, 4), NAN, Broken("logits", None, None, "lm_head.weight")),
    "llama, overflow": (
        "model.layers.1.mlp.down_proj.weight", (), 3.4e38, Broken("decoder.1.mlp_out")),
    "bert, place": (
        "bert.embeddings.position_embeddings.weight", (3, 1), NAN,
        Broken("encoder.positions", None, 3, "embeddings.position_embeddings.weight")),
    "bert, segment": (
        "bert.embeddings.token_type_embeddings.weight", (0, 1), NAN,
        Broken("encoder.segments", None, 0, "embeddings.token_type_embeddings.weight")),
    "bert, norm of the embeddings": (
        "bert.embeddings.LayerNorm.bias", (1,), NAN,
        Broken("encoder.0.resid_in", None, None, "embeddings.LayerNorm.bias")),
    "bert, norm behind attention": (
        "bert.encoder.layer.1.attention.output.LayerNorm.weight", (1,), NAN,
        Broken("encoder.1.resid_mid", None, None,
               "encoder.layer.1.attention.output.LayerNorm.weight")),
    "bert, norm behind feed-forward": (
        "bert.encoder.layer.2.output.LayerNorm.weight", (1,), NAN,
        Broken("encoder.2.resid_out", None, None, "encoder.layer.2.output.LayerNorm.weight")),
    "bert, head": (
        "cls.predictions.transform.dense.weight", (1, 1), NAN,
        Broken("logits", None, None, "cls.predictions.transform.dense.weight")),
    "bert, verdict": (
        "cls.seq_relationship.weight", (1, 1), NAN,
        Broken("next_sentence", None, None, "cls.seq_relationship.weight")),
    "t5, bias": (
        "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", (0, 2), NAN,
        Broken("encoder.0.self.bias", 2, None,
               "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight")),
    "t5, end of the encoder": (
        "encoder.final_layer_norm.weight", (1,), NAN,
        Broken("encoder.final", None, None, "encoder.final_layer_norm.weight")),
    "t5, cross query": (
        "decoder.block.1.layer.1.EncDecAttention.q.weight", (17, 1), NAN,
        Broken("decoder.1.cross.q", 2, None, "decoder.block.1.layer.1.EncDecAttention.q.weight")),
    "t5, cross key": (
        "decoder.block.1.layer.1.EncDecAttention.k.weight", (17, 1), NAN,
        Broken("decoder.1.cross.k", 2, None, "decoder.block.1.layer.1.EncDecAttention.k.weight")),
    "t5, cross output": (
        "decoder.block.0.layer.1.EncDecAttention.o.weight", (1, 1), NAN,
        Broken("decoder.0.resid_cross", None, None,
               "decoder.block.0.layer.1.EncDecAttention.o.weight")),
    "xlnet, place": (
        "transformer.layer.1.rel_attn.r", (1, 2, 0), NAN,
        Broken("encoder.1.self.position", 2, None, "layer.1.rel_attn.r")),
    "xlnet, segment": (
        "transformer.layer.1.rel_attn.r_s_bias", (1, 0), NAN,
        Broken("encoder.1.self.segment", 1, None, "layer.1.rel_attn.r_s_bias")),
    "xlnet, start of the query stream": (
        "transformer.mask_emb", (0, 0, 1), NAN,
        Broken("encoder.0.query_stream.resid_in", None, None, "mask_emb")),
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    for family in ("llama", "bert", "t5", "xlnet"):
        make(family, folder / family)
    return folder


def spoil(folder: Path, key: str, at: Index, value: float) -> None:
    tensors = load_file(folder / WEIGHTS)
    tensors[key][at or ...] = value
    save_file(tensors, folder / WEIGHTS)


def spoilt(sound: Path, name: str, folder: Path, way: Way = WHOLE) -> tuple[Session, Frame]:
    family = name.split(",")[0]
    for file in (sound / family).iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    key, at, value, _ = CASES[name]
    spoil(folder, key, at, value)
    session = open_session(str(folder), way)
    return session, session.look(prompt_of(family), Sight(head=(0, 0)))


def prompt_of(family: str) -> Prompt:
    if family == "xlnet":
        return Prompt("猫 sat où sat", order=1)
    second = "the dog ran" if family == "bert" else ""
    return Prompt(TEXT, target="katze sass" if family == "t5" else "", second=second)


@pytest.mark.parametrize("way", [WHOLE, Way(slim=True)], ids=["whole", "slim"])
@pytest.mark.parametrize("name", CASES)
def test_the_first_tensor_and_the_parameter_behind_it_are_named(
    name: str, way: Way, sound: Path, tmp_path: Path
) -> None:
    _, frame = spoilt(sound, name, tmp_path, way)
    assert frame.broken == CASES[name][3]
    assert not frame.finite


@pytest.mark.parametrize("way", [WHOLE, Way(slim=True)], ids=["whole", "slim"])
@pytest.mark.parametrize("family", ["llama", "bert", "t5", "xlnet"])
def test_a_sound_model_is_looked_at_where_it_ends_and_nowhere_else(
    family: str, way: Way, sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = open_session(str(sound / family), way)
    looked: list[tuple[int, ...]] = []
    real = torch.Tensor.isfinite
    monkeypatch.setattr(
        torch.Tensor, "isfinite", lambda x: looked.append(tuple(x.shape)) or real(x))
    frame = session.look(prompt_of(family), Sight(head=(0, 0)))
    assert frame.broken is None
    assert frame.unreal is None
    ends = [(1, 1 if family in ("llama", "t5") else 2, session.config.vocabulary)]
    assert [shape for shape in looked if shape != (1, 2)] in (ends, [(1, 1, ends[0][2])])


def test_pixels_over_weights_that_are_no_numbers_are_told_apart(
    sound: Path, tmp_path: Path
) -> None:
    frames = {
        slim: spoilt(sound, "llama, query", make_folder(tmp_path / str(slim)), Way(slim=slim))[1]
        for slim in (False, True)
    }
    causal = np.tri(6, dtype=bool)
    for frame in frames.values():
        assert frame.unreal is not None
        assert not frame.unreal[0].any()
        assert [bool(head.any()) for head in frame.unreal[1]] == [head == 3 for head in range(8)]
        assert (frame.unreal[1, 3] == causal).all()
        assert (frame.unreal[2] == causal).all()


def make_folder(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_a_reduced_pixel_over_one_such_weight_is_marked(sound: Path, tmp_path: Path) -> None:
    session, _ = spoilt(sound, "llama, query", tmp_path)
    frame = session.look(prompt_of("llama"), Sight(pixels=2))
    assert frame.unreal is not None
    assert frame.unreal[1, 3].tolist() == [[True, False], [True, True]]
    left = session.look(prompt_of("llama"), Sight(omit="first"))
    assert left.unreal is not None
    assert not left.unreal[1, 3, 0].any()
    assert not left.unreal[1, 3, :, 0].any()


@pytest.mark.parametrize("pixels", [5, 24, 64])
def test_of_a_long_text_each_pixel_over_such_weights_is_marked(
    pixels: int, sound: Path, tmp_path: Path
) -> None:
    session, _ = spoilt(sound, "llama, query", tmp_path)
    prompt = Prompt(" ".join([TEXT] * 15))
    for head in range(8):
        frame = session.look(prompt, Sight(pixels=pixels, head=(1, head), omit="first"))
        assert frame.unreal is not None
        assert frame.head is not None
        wrong = torch.from_numpy(~np.isfinite(frame.head.pattern) & frame.head.shown)
        size = [min(side, pixels) for side in wrong.shape]
        pooled = adaptive_max_pool2d(wrong[None].float(), size)[0].bool().numpy()
        assert np.array_equal(frame.unreal[1, head], pooled)
        assert pooled.any() == (head == 3)


@pytest.mark.parametrize("factor", [0.0, 0.5])
def test_an_edit_does_not_hide_where_it_begins(factor: float, sound: Path, tmp_path: Path) -> None:
    session, frame = spoilt(sound, "llama, query", tmp_path)
    edits = Edits().put(Edit("head", "decoder", "self", 0, 1, factor))
    altered = Sides(session).look(frame.prompt, frame.sight, edits)
    assert altered.broken == frame.broken


def test_an_edit_that_overflows_is_no_fault_of_the_file(sound: Path) -> None:
    session = open_session(str(sound / "llama"))
    edits = Edits().put(Edit("mlp", "decoder", "self", 1, 0, 3e38))
    frame = Sides(session).look(prompt_of("llama"), Sight(), edits)
    assert frame.broken is not None
    assert (frame.broken.tensor, frame.broken.parameter) == ("decoder.1.mlp_out", None)
    assert session.look(prompt_of("llama"), Sight()).broken is None


def test_nothing_is_predicted_or_written_out_of_what_is_no_number(
    sound: Path, tmp_path: Path
) -> None:
    _, frame = spoilt(sound, "llama, query", tmp_path)
    assert frame.predictions == ()
    assert frame.continued is None
    _, frame = spoilt(sound, "bert, verdict", make_folder(tmp_path / "verdict"))
    assert frame.next_sentence is None
    assert len(frame.predictions) == 10  # the other head is sound


def test_each_training_step_is_judged_by_its_own_weights(sound: Path) -> None:
    session = open_session(str(sound / "llama"))
    session.timeline = timeline = Timeline(10**8)
    for step in (0, 1):
        session.weights_changed(step)
        timeline.offer(step, session.model)
        if not step:
            with torch.no_grad():
                session.model.decoder.layers[2].mlp.out.weight[0, 0] = NAN
    prompt = prompt_of("llama")
    assert session.look(prompt, Sight(), at=0).broken is None
    for at in (1, None):
        broken = session.look(prompt, Sight(), at=at).broken
        assert broken == Broken("decoder.2.mlp_out", None, None, "layers.2.mlp.down_proj.weight")


def test_a_text_that_is_cut_hides_no_damage(sound: Path, tmp_path: Path) -> None:
    from app import captions

    session, _ = spoilt(sound, "llama, query", tmp_path)
    said = captions.notice(session.look(Prompt("the cat " * 40), Sight()), pictured=True)
    assert "head 3" in said
    assert "The model reads 64 tokens" in said


SAID = {
    "llama, query": "first in the queries before they turn of decoder layer 1, self-attention, "
                    "head 3. The parameter layers.1.self_attn.q_proj.weight holds them itself",
    "llama, embedding": "first in the token embeddings of the decoder. Position 1 is the first",
    "llama, head": "first in the logits.",
    "llama, overflow": "first in the feed-forward output of decoder layer 1. The file of the model "
                       "holds numbers alone",
    "t5, cross query": "first in the queries of decoder layer 1, cross-attention, head 2.",
    "xlnet, start of the query stream": "first in the stream that enters of query stream layer 0.",
}


@pytest.mark.parametrize("name", SAID)
def test_the_notice_names_tensor_layer_and_parameter(
    name: str, sound: Path, tmp_path: Path
) -> None:
    from app import captions

    _, frame = spoilt(sound, name, tmp_path)
    assert SAID[name] in captions.notice(frame, pictured=True)


def test_the_window_marks_such_cells_and_says_what_the_colour_is(
    open_window: Callable[..., Window], sound: Path, tmp_path: Path
) -> None:
    spoilt(sound, "llama, query", tmp_path)
    window = open_window(TEXT, str(tmp_path))
    wait_until(lambda: window.complete)
    window.selecting.pin((1, 3))
    wait_until(lambda: window.complete)
    mark = int(window.theme.broken[1:], 16)

    def share(widget: object, box: object = None) -> float:
        image = widget.grab(*(() if box is None else (box,))).toImage()  # type: ignore[attr-defined]
        seen = [image.pixel(x, y) & 0xFFFFFF for x in range(0, image.width(), 2)
                for y in range(0, image.height(), 2)]
        return seen.count(mark) / len(seen)

    assert share(window.sheet, window.sheet.square((1, 3)).toRect()) > 0.4
    assert share(window.sheet, window.sheet.square((0, 3)).toRect()) < 0.05
    assert "no numbers" in window.sheet.tip((1, 3))
    assert "no numbers" not in window.sheet.tip((0, 3))
    assert "in 9 heads weights are no numbers" in window.sheet.accessibleDescription()
    assert window.matrix is not None
    assert share(window.matrix) > 0.15
    window.selecting.step_cell(0, 0)
    assert "weight NaN, score NaN" in window.matrix.reading()
    assert "head 3" in window.notice.text()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_mark_is_on_no_scale_for_any_eye(theme: Theme) -> None:
    pixels = np.concatenate([
        colour_table(name, theme.masked) for name in (theme.weights, theme.signed)])
    scale = np.stack([pixels >> shift & 255 for shift in (16, 8, 0)], -1) / 255
    for sight in SIGHTS:
        mark = as_seen(from_hex(theme.broken)[None], sight)
        others = as_seen(to_linear(scale), sight)
        assert np.linalg.norm(others - mark, axis=-1).min() > 0.1, sight


def test_headlight_trace_says_it(
    sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from app.__main__ import main

    spoilt(sound, "llama, query", tmp_path)
    out = tmp_path / "a.safetensors"
    assert main(["trace", "--model", str(tmp_path), "--text", TEXT, "--out", str(out)]) == 0
    told = capsys.readouterr()
    assert out.is_file()
    assert "layer 1, self-attention, head 3. The parameter layers.1.self_attn.q_proj" in told.err
    assert main(["trace", "--model", str(sound / "llama"), "--text", TEXT,
                 "--out", str(out)]) == 0
    assert capsys.readouterr().err == ""


def test_gradient_and_difference_are_marked_and_compare_nothing(
    open_window: Callable[..., Window], sound: Path, tmp_path: Path
) -> None:
    spoilt(sound, "llama, query", tmp_path)
    window = open_window(TEXT, str(tmp_path))
    window.selecting.show_quantity("gradient")
    wait_until(lambda: window.complete)
    assert window.picture is not None
    assert isinstance(window.picture.gradient, Gradient)
    unreal = window.picture.gradient.sheet.unreal
    assert unreal is not None
    assert unreal[0, 0].tolist() == np.tri(6, dtype=bool).tolist()  # the loss is no number
    assert "no numbers" in window.sheet.tip((0, 0))
    window.selecting.step_cell(0, 0)
    assert window.matrix is not None
    assert "gradient NaN" in window.matrix.reading()
    assert "NaN nats" in window.matrix.reading()
    window.selecting.show_quantity("pattern")
    window.pages.open("changes")
    window.selecting.pin((0, 1))
    wait_until(lambda: window.complete)
    window.altering.silence("head")
    wait_until(lambda: window.complete and window.picture.change is not None)
    change, page = window.picture.change, window.changes
    assert change is not None
    assert page is not None
    assert (change.shifts, change.divergence) == ((), None)
    assert "The predictions are no numbers." in [
        label.text() for label in page.findChildren(QLabel)]
    image = page.map.grab().toImage()
    mark = int(window.theme.broken[1:], 16)
    assert any(image.pixel(x, y) & 0xFFFFFF == mark
               for x in range(0, image.width(), 4) for y in range(0, image.height(), 4))
