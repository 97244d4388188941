"""A trace holds every tensor of its legend, and the tensors hold to one another."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import hypothesis
import pytest
import torch
from hypothesis import strategies as st
from torch import Tensor, nn

from core.attention import Attention
from core.config import ModelConfig, StackName
from core.model import Layer, Transformer
from core.thumbnail import reduce_pattern
from core.trace import AttentionTrace, Scale, Trace, to_host
from tests.randomised import randomise, same_pattern, same_stream

# All different, so that no axis can be taken for another; heads x head_width is not the width.
BATCH, SOURCE, TARGET = 2, 7, 5
DECODER = ModelConfig(
    vocabulary=23, width=12, heads=3, head_width=6, mlp_width=17, context=9, decoder_layers=2,
    positions="sinusoidal", activation="gelu",
)
ENCODER = replace(DECODER, encoder_layers=2, decoder_layers=0)
BOTH = replace(DECODER, encoder_layers=2, decoder_layers=3, tied_head=False)

shapes = pytest.mark.parametrize(
    "config", [DECODER, ENCODER, BOTH], ids=["decoder", "encoder", "both"]
)
norms = pytest.mark.parametrize("norm_first", [False, True], ids=["post-norm", "pre-norm"])
TIGHT = 1e-12  # float64


def some_ids(count: int, seed: int) -> Tensor:
    return torch.randint(23, (BATCH, count), generator=torch.Generator().manual_seed(seed))


def padding(*lengths: int, of: int) -> Tensor:
    return torch.arange(of) < torch.tensor(lengths)[:, None]


def run(model: Transformer, padded: bool = False, keep: bool = True) -> Trace:
    both = len(model.config.stacks) == 2
    trace: Trace = model(
        some_ids(SOURCE, 0), some_ids(TARGET, 1) if both else None,
        padding(3, SOURCE, of=SOURCE) if padded else None,
        padding(TARGET, 2, of=TARGET) if padded and both else None,
        keep=keep,
    )
    return trace


def stack_shapes(name: StackName, config: ModelConfig, length: int) -> dict[str, tuple[int, ...]]:
    """The legend of core.trace for one stack, with numbers for its words."""
    stream, heads = (length, 12), (3, length, 6)
    told: dict[str, tuple[int, ...]] = {f"{name}.embed": stream, f"{name}.final": stream}
    if config.positions != "none":
        told[f"{name}.positions"] = stream
    cross = name == "decoder" and len(config.stacks) == 2
    for layer in range(config.layers(name)):
        at = f"{name}.{layer}"
        for part in ("resid_in", "resid_mid", "resid_out", "mlp_out"):
            told[f"{at}.{part}"] = stream
        told[f"{at}.mlp_act"] = (length, 17)
        if cross:
            told[f"{at}.resid_cross"] = stream
        for kind, keys in (("self", length), ("cross", SOURCE)):
            if kind == "self" or cross:
                told |= {f"{at}.{kind}.{part}": heads for part in "qz"}
                told |= {f"{at}.{kind}.{part}": (3, keys, 6) for part in "kv"}
                told |= {f"{at}.{kind}.{part}": (3, length, keys) for part in ("scores", "pattern")}
    return told


@shapes
@norms
@pytest.mark.parametrize("positions", ["sinusoidal", "learned", "none"])
def test_trace_names_every_tensor_of_the_legend_with_its_axes_and_no_other(
    positions: str, norm_first: bool, config: ModelConfig
) -> None:
    config = replace(config, positions=positions, norm_first=norm_first)  # type: ignore[arg-type]
    both = len(config.stacks) == 2
    expected: dict[str, tuple[int, ...]] = {"source.ids": (SOURCE,)}
    if both:
        expected["target.ids"] = (TARGET,)
    for name in config.stacks:
        length = TARGET if both and name == "decoder" else SOURCE
        expected |= stack_shapes(name, config, length)
    expected["logits"] = (TARGET if both else SOURCE, 23)

    named = list(run(Transformer(config)).named())

    # Positions alone have no batch axis: they are the same for every text.
    found = {
        name: tuple(value.shape) if name.endswith(".positions") else tuple(value.shape[1:])
        for name, value in named
    }
    assert found == expected
    assert len(named) == len(expected)
    assert all(value.shape[0] == BATCH for name, value in named if ".positions" not in name)


@shapes
@norms
@pytest.mark.parametrize("padded", [False, True], ids=["whole", "padded"])
def test_residual_stream_is_what_came_in_and_what_each_sublayer_wrote(
    padded: bool, norm_first: bool, config: ModelConfig
) -> None:
    model = randomise(Transformer(replace(config, norm_first=norm_first)).double(), 5)
    trace = run(model, padded)

    def written(attention: Attention, z: Tensor) -> Tensor:
        heads = z.transpose(1, 2).reshape(BATCH, z.shape[2], 18)
        return heads @ attention.output.weight.T + attention.output.bias

    def leave(norm: nn.Module, stream: Tensor) -> Tensor:
        left: Tensor = stream if norm_first else norm(stream)
        return left

    for name in config.stacks:
        seen = trace.stack(name)
        stack = model.encoder if name == "encoder" else model.decoder
        assert stack is not None
        assert len(seen.layers) == config.layers(name)
        assert seen.positions is not None
        stream = seen.embed + seen.positions
        for layer, part in zip(seen.layers, stack.layers, strict=True):
            assert isinstance(part, Layer)
            assert torch.equal(layer.resid_in, stream)
            middle = layer.resid_in + written(part.self_attention, layer.self.z)
            assert same_stream(layer.resid_mid, leave(part.self_norm, middle), TIGHT)
            before = layer.resid_mid
            if part.cross_attention is not None:
                assert layer.cross is not None
                assert layer.resid_cross is not None
                assert part.cross_norm is not None
                crossed = before + written(part.cross_attention, layer.cross.z)
                assert same_stream(layer.resid_cross, leave(part.cross_norm, crossed), TIGHT)
                before = layer.resid_cross
            after = leave(part.mlp_norm, before + layer.mlp_out)
            assert same_stream(layer.resid_out, after, TIGHT)
            assert same_stream(
                layer.mlp_out, layer.mlp_act @ part.mlp.out.weight.T + part.mlp.out.bias, TIGHT
            )
            stream = layer.resid_out
        assert stack.norm is not None
        assert same_stream(seen.final, stack.norm(stream), TIGHT)
    last = trace.stack(config.stacks[-1])
    assert same_stream(trace.logits, last.final @ model.head.weight.T, TIGHT)


@shapes
@norms
def test_query_key_and_value_are_projections_of_what_enters_the_sublayer(
    norm_first: bool, config: ModelConfig
) -> None:
    model = randomise(Transformer(replace(config, norm_first=norm_first)).double(), 6)
    trace = run(model)

    def project(linear: nn.Linear, stream: Tensor) -> Tensor:
        flat = stream @ linear.weight.T + linear.bias
        return torch.stack(flat.chunk(3, dim=-1), dim=1)  # [batch, head, position, head_width]

    def holds(attention: Attention, seen: AttentionTrace | None, x: Tensor, memory: Tensor) -> bool:
        assert seen is not None
        return (
            same_stream(seen.q, project(attention.query, x), TIGHT)
            and same_stream(seen.k, project(attention.key, memory), TIGHT)
            and same_stream(seen.v, project(attention.value, memory), TIGHT)
        )

    for name in config.stacks:
        stack = model.encoder if name == "encoder" else model.decoder
        assert stack is not None
        for layer, part in zip(trace.stack(name).layers, stack.layers, strict=True):
            assert isinstance(part, Layer)
            x = part.self_norm(layer.resid_in) if norm_first else layer.resid_in
            assert holds(part.self_attention, layer.self, x, x)
            if part.cross_attention is not None and part.cross_norm is not None:
                assert trace.encoder is not None
                x = part.cross_norm(layer.resid_mid) if norm_first else layer.resid_mid
                assert holds(part.cross_attention, layer.cross, x, trace.encoder.final)


@shapes
@pytest.mark.parametrize("scaled", [True, False], ids=["scaled", "unscaled"])
@pytest.mark.parametrize("padded", [False, True], ids=["whole", "padded"])
def test_scores_patterns_and_z_follow_from_query_key_and_value(
    padded: bool, scaled: bool, config: ModelConfig
) -> None:
    model = randomise(Transformer(replace(config, scale_scores=scaled)).double(), 7, 0.3)
    trace = run(model, padded)
    checked = 0
    for name in config.stacks:
        for index, layer in enumerate(trace.stack(name).layers):
            for kind in ("self", "cross") if layer.cross is not None else ("self",):
                seen = layer.attention(kind)
                queries, keys = seen.scores.shape[-2:]
                where = torch.ones(BATCH, queries, keys, dtype=torch.bool)
                if name == "decoder" and kind == "self":
                    where = where.tril()
                if padded:
                    own = keys == SOURCE
                    real = padding(3, SOURCE, of=SOURCE) if own else padding(TARGET, 2, of=TARGET)
                    where = where & real[:, None]
                assert torch.equal(seen.visible, where), (name, index, kind)

                hidden = ~where[:, None].expand_as(seen.scores)
                products = torch.einsum("bhqd,bhkd->bhqk", seen.q, seen.k)
                products = products / math.sqrt(6) if scaled else products
                assert bool((seen.scores[hidden] == -math.inf).all())
                assert same_stream(seen.scores[~hidden], products[~hidden], TIGHT)
                assert bool((seen.pattern[hidden] == 0).all())
                powers = products.exp().masked_fill(hidden, 0)
                assert same_pattern(seen.pattern, powers / powers.sum(-1, keepdim=True), TIGHT)
                assert same_pattern(seen.pattern.sum(-1), torch.ones(BATCH, 3, queries), TIGHT)
                z = torch.einsum("bhqk,bhkd->bhqd", seen.pattern, seen.v)
                assert same_stream(seen.z, z, TIGHT)
                checked += 1
    assert checked == {2: 2, 5: 2 + 2 * 3}[config.encoder_layers + config.decoder_layers]


@shapes
@norms
@pytest.mark.parametrize("padded", [False, True], ids=["whole", "padded"])
@pytest.mark.parametrize("seed", range(2))
def test_fused_pass_gives_the_logits_of_the_traced_one_and_no_layers(
    seed: int, padded: bool, norm_first: bool, config: ModelConfig
) -> None:
    config = replace(config, norm_first=norm_first, scale_scores=False)
    model = randomise(Transformer(config), seed, 0.3)
    kept, fused = run(model, padded), run(model, padded, keep=False)
    for name in config.stacks:
        assert fused.stack(name).layers == ()
        assert same_stream(fused.stack(name).final, kept.stack(name).final)
    assert same_stream(fused.logits, kept.logits)


VARIANTS: dict[str, dict[str, Any]] = {
    "window": {"windows": (3, 0)},
    "grouped": {"heads": 4, "key_heads": 2, "head_width": 4},
    "one key head": {"key_heads": 1},
    "bias": {"positions": "bucketed", "buckets": 4, "bucket_distance": 6},
    "rotary": {"positions": "rotary"},
    "rotary, grouped, window, normed": {
        "positions": "rotary", "key_heads": 1, "windows": (2, 4), "query_norm": True,
        "norm": "rms", "gated": True, "mlp_bias": False, "qkv_bias": False,
    },
    "bias and window": {"positions": "bucketed", "buckets": 4, "bucket_distance": 6,
                        "windows": (2, 3)},
    "capped": {"score_cap": 2.0, "logit_cap": 3.0, "norm_written": True},
    "parallel": {"parallel": True, "score_scale": 0.7},
}


@pytest.mark.parametrize("padded", [None, "left", "right"])
@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS.keys())
def test_fused_pass_of_every_kind_of_attention_gives_the_logits_of_the_traced_one(
    variant: dict[str, Any], padded: str | None
) -> None:
    config = replace(DECODER, **variant)
    model = randomise(Transformer(config), 3, 0.4)
    visible = None if padded is None else padding(3, SOURCE, of=SOURCE)
    if visible is not None and padded == "left":
        visible = visible.flip(1)
    ids = some_ids(SOURCE, 0)

    kept, fused = (model(ids, None, visible, keep=keep) for keep in (True, False))

    assert kept.logits is not None
    assert fused.logits is not None
    assert torch.isfinite(kept.logits).all()
    assert fused.stack("decoder").layers == ()
    real = torch.ones(BATCH, SOURCE, dtype=torch.bool) if visible is None else visible
    assert same_stream(fused.logits[real], kept.logits[real])


@pytest.mark.parametrize("window", [1, 3, 100])
def test_window_lets_a_query_see_itself_and_the_keys_just_before(window: int) -> None:
    model = randomise(Transformer(replace(DECODER, windows=(window, 0))), 3, 0.4)
    windowed, whole = (layer.self.visible[0] for layer in model(some_ids(9, 0)).decoder.layers)
    query, key = torch.arange(9)[:, None], torch.arange(9)[None, :]
    assert torch.equal(windowed, (key <= query) & (key > query - window))
    assert torch.equal(whole, key <= query)


def test_query_heads_read_the_key_head_of_their_group() -> None:
    model = randomise(
        Transformer(replace(DECODER, heads=6, key_heads=2, head_width=4)).double(), 3
    )
    seen = model(some_ids(SOURCE, 0)).decoder.layers[0].self
    assert (seen.q.shape[1], seen.k.shape[1], seen.v.shape[1]) == (6, 2, 2)
    for head in range(6):
        scores = seen.q[:, head] @ seen.k[:, head // 3].mT / 2
        shown = seen.visible
        assert same_stream(seen.scores[:, head][shown], scores[shown], TIGHT)
        assert same_stream(seen.z[:, head], seen.pattern[:, head] @ seen.v[:, head // 3], TIGHT)


def test_scores_of_bucketed_positions_are_content_and_bias_and_of_capped_ones_stay_below() -> None:
    config = replace(DECODER, positions="bucketed", buckets=4, bucket_distance=6)
    model = randomise(Transformer(config).double(), 3)
    for layer in model(some_ids(SOURCE, 0)).decoder.layers:
        seen = layer.self
        assert torch.equal(seen.bias[0], model.decoder.positions.bias(seen.q[:, 0])[0])
        total = seen.content + seen.bias
        shown = seen.visible[:, None].expand_as(total)
        assert torch.equal(seen.scores[shown], total[shown])
    capped = randomise(Transformer(replace(DECODER, score_cap=0.5, logit_cap=0.25)).double(), 3)
    trace = capped(some_ids(SOURCE, 0))
    seen = trace.decoder.layers[0].self
    shown = seen.visible[:, None].expand_as(seen.scores)
    plain = 0.5 * torch.tanh(seen.q @ seen.k.mT / math.sqrt(6) / 0.5)
    assert same_stream(seen.scores[shown], plain[shown], TIGHT)
    assert float(trace.logits.detach().abs().max()) <= 0.25
    flat = capped.head(trace.decoder.final)
    assert same_stream(trace.logits, 0.25 * torch.tanh(flat / 0.25), TIGHT)


def test_stack_or_attention_that_a_model_lacks_is_a_lookup_error() -> None:
    trace = run(Transformer(DECODER))
    with pytest.raises(LookupError, match="no encoder"):
        trace.stack("encoder")
    with pytest.raises(LookupError, match="no cross-attention"):
        trace.stack("decoder").layers[0].attention("cross")


def level(weight: float, scale: Scale) -> int:
    """1 to 255 for a weight of 0 to 1, in float64; half a level up."""
    if scale == "root":
        weight = math.sqrt(weight)
    elif scale == "log":
        weight = 1 - math.log10(max(weight, 1e-4)) / -4
    return 1 + math.floor(254 * weight + 0.5)


WEIGHTS = [1.0, 0.0, 0.25, 0.75, 0.01, 1e-4, 1e-6, 0.5]
BY_HAND: dict[Scale, list[int]] = {
    "linear": [255, 1, 65, 192, 4, 1, 1, 128],  # 0.75 x 254 = 190.5, and 0.01 x 254 = 2.54
    "root": [255, 1, 128, 221, 26, 4, 1, 181],  # roots 0.5, 0.866, 0.1, 0.01, 0.001, 0.7071
    "log": [255, 1, 217, 247, 128, 1, 1, 236],  # 0.8495, 0.9688, 0.5, 0, 0, 0.9247
}


@pytest.mark.parametrize("scale", BY_HAND)
def test_levels_are_those_worked_by_hand(scale: Scale) -> None:
    pattern = torch.tensor(WEIGHTS).reshape(1, 2, 4)
    reduced = reduce_pattern(pattern, torch.ones(2, 4, dtype=torch.bool), 8, scale)
    assert reduced.dtype == torch.uint8
    assert reduced.tolist() == [[BY_HAND[scale][:4], BY_HAND[scale][4:]]]


@pytest.mark.parametrize("scale", BY_HAND)
def test_masked_cells_are_0_and_visible_ones_never(scale: Scale) -> None:
    pattern = torch.tensor([[[1.0, 0.0], [0.0, 1.0]]])
    visible = torch.tensor([[True, False], [True, True]])
    assert reduce_pattern(pattern, visible, 2, scale).tolist() == [[[255, 0], [1, 255]]]


def test_a_weight_that_is_no_number_shows_as_the_lowest_visible_level() -> None:
    pattern = torch.tensor([[[math.nan, 0.5]]])
    assert reduce_pattern(pattern, torch.ones(1, 2, dtype=torch.bool), 2, "linear").tolist() == [
        [[1, 128]]
    ]


def test_pixel_of_a_longer_pattern_shows_the_largest_weight_it_covers() -> None:
    pattern = torch.zeros(2, 4, 6)
    pattern[0, 0, 1], pattern[0, 3, 4], pattern[1, 2, 3] = 0.5, 1.0, 0.25
    visible = torch.ones(4, 6, dtype=torch.bool)
    visible[:2, 3:] = False  # the whole upper right pixel
    visible[2, 3:5] = False  # a part of the lower right one
    assert reduce_pattern(pattern, visible, 2, "linear").tolist() == [
        [[128, 0], [1, 255]], [[1, 0], [1, 65]]
    ]


def test_only_the_side_that_is_too_long_is_reduced() -> None:
    pattern = torch.tensor([[[0.5, 0.0, 0.0, 0.5], [0.0, 1.0, 0.0, 0.0]]])
    visible = torch.ones(2, 4, dtype=torch.bool)
    assert reduce_pattern(pattern, visible, 2, "linear").tolist() == [[[128, 128], [255, 1]]]
    assert reduce_pattern(pattern.mT, visible.T, 2, "linear").tolist() == [[[128, 255], [128, 1]]]


@hypothesis.settings(max_examples=150, deadline=None)
@hypothesis.given(
    queries=st.integers(1, 24), keys=st.integers(1, 24), pixels=st.integers(1, 26),
    seed=st.integers(0, 2**32), share=st.floats(0, 1), scale=st.sampled_from(list(BY_HAND)),
)
def test_pixel_is_masked_exactly_where_all_its_cells_are_and_else_shows_their_largest(
    queries: int, keys: int, pixels: int, seed: int, share: float, scale: Scale
) -> None:
    random = torch.Generator().manual_seed(seed)
    visible = torch.rand(queries, keys, generator=random) < share
    pattern = torch.rand(2, queries, keys, generator=random) ** 4 * visible
    before = pattern.clone()

    reduced = reduce_pattern(pattern, visible, pixels, scale)

    rows, columns = min(queries, pixels), min(keys, pixels)
    assert reduced.shape == (2, rows, columns)
    assert torch.equal(pattern, before)
    for row in range(rows):
        covered = slice(row * queries // rows, -(-(row + 1) * queries // rows))
        for column in range(columns):
            across = slice(column * keys // columns, -(-(column + 1) * keys // columns))
            for head in range(2):
                shown = int(reduced[head, row, column])
                if not visible[covered, across].any():
                    assert shown == 0
                else:
                    weight = float(pattern[head, covered, across].max())
                    assert abs(shown - level(weight, scale)) <= 1  # float32 at a rounding edge
                    assert shown >= 1


def test_host_copy_is_read_only_and_does_not_follow_the_tensor() -> None:
    parameter = nn.Parameter(torch.arange(6.0).reshape(2, 3))
    copy = to_host(parameter.T)
    with torch.no_grad():
        parameter.fill_(9.0)
    assert copy.tolist() == [[0.0, 3.0], [1.0, 4.0], [2.0, 5.0]]
    assert copy.flags.c_contiguous
    with pytest.raises(ValueError, match="read-only"):
        copy[0, 0] = 1.0


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.uint8, torch.bool])
def test_a_copy_from_a_gpu_is_what_was_there(dtype: torch.dtype) -> None:
    there = (torch.rand(3, 5, 7, device="cuda") * 200).to(dtype)
    wanted = there.cpu().float() if dtype == torch.bfloat16 else there.cpu()
    copy = to_host(there.transpose(0, 2))
    there.zero_()
    assert copy.tolist() == wanted.transpose(0, 2).tolist()
    assert not copy.flags.writeable
