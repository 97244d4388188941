"""The Transformer against torch.nn, and its gradients against finite differences."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn
from torch.func import functional_call

from core.attention import Attention, Scene
from core.config import Activation, ModelConfig, RotaryConfig
from core.errors import Refusal
from core.model import Layer, Transformer
from core.positions import sinusoids
from tests.randomised import randomise, same_pattern, same_stream

TINY = ModelConfig(
    vocabulary=19, width=12, heads=3, head_width=4, mlp_width=20, context=16, decoder_layers=2
)
BATCH, QUERIES, KEYS = 2, 6, 9
TIGHT = 1e-12  # float64

seeds = pytest.mark.parametrize("seed", range(3))
norms = pytest.mark.parametrize("norm_first", [False, True], ids=["post-norm", "pre-norm"])


def draw(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def draw_ids(*shape: int, seed: int = 0) -> Tensor:
    return torch.randint(TINY.vocabulary, shape, generator=torch.Generator().manual_seed(seed))


def seen(*lengths: int, of: int) -> Tensor:
    """[batch, 1, keys], False for padding on the right."""
    return (torch.arange(of) < torch.tensor(lengths)[:, None])[:, None]


def hidden_future(count: int) -> Tensor:
    """torch's own convention: True where a query may not look."""
    return torch.ones(count, count, dtype=torch.bool).triu(1)


def state_of_attention(theirs: nn.MultiheadAttention) -> dict[str, Tensor]:
    weights, biases = theirs.in_proj_weight.chunk(3), theirs.in_proj_bias.chunk(3)
    state = {"output.weight": theirs.out_proj.weight, "output.bias": theirs.out_proj.bias}
    for name, weight, bias in zip(("query", "key", "value"), weights, biases, strict=True):
        state |= {f"{name}.weight": weight, f"{name}.bias": bias}
    return state


def under(prefix: str, state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {f"{prefix}.{name}": value for name, value in state.items()}


def state_of_layer(theirs: nn.Module) -> dict[str, Tensor]:
    """A torch.nn encoder or decoder layer, in our names."""
    parts = {"self_norm": theirs.norm1, "mlp.into": theirs.linear1, "mlp.out": theirs.linear2}
    state = under("self_attention", state_of_attention(theirs.self_attn))  # type: ignore[arg-type]
    if isinstance(theirs, nn.TransformerDecoderLayer):
        state |= under("cross_attention", state_of_attention(theirs.multihead_attn))
        parts |= {"cross_norm": theirs.norm2, "mlp_norm": theirs.norm3}
    else:
        parts |= {"mlp_norm": theirs.norm2}
    for name, part in parts.items():
        state |= under(name, part.state_dict())  # type: ignore[union-attr]
    return state


def their_settings(config: ModelConfig) -> dict[str, object]:
    return {
        "d_model": config.width, "nhead": config.heads, "dim_feedforward": config.mlp_width,
        "dropout": 0.0, "activation": config.activation, "norm_first": config.norm_first,
        "layer_norm_eps": config.norm_eps, "batch_first": True,
    }


@seeds
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("padded", [False, True], ids=["whole", "padded"])
@pytest.mark.parametrize("kind", ["self", "causal", "cross"])
def test_attention_with_copied_weights_equals_multihead_attention(
    kind: str, padded: bool, dtype: torch.dtype, seed: int
) -> None:
    theirs = randomise(nn.MultiheadAttention(12, 3, batch_first=True), seed).to(dtype)
    ours = Attention(TINY, "decoder").to(dtype)
    ours.load_state_dict(state_of_attention(theirs))
    memory = draw(BATCH, KEYS, 12, seed=seed).to(dtype)
    x = draw(BATCH, QUERIES, 12, seed=seed + 9).to(dtype) if kind == "cross" else memory
    visible = seen(4, KEYS, of=KEYS) if padded else None

    written, trace = ours(x, memory, Scene(visible, kind == "causal"))
    expected, pattern = theirs(
        x, memory, memory, average_attn_weights=False,
        key_padding_mask=None if visible is None else ~visible[:, 0],
        attn_mask=hidden_future(KEYS) if kind == "causal" else None,
    )

    assert trace is not None
    assert pattern.shape == (BATCH, 3, x.shape[1], KEYS)
    tolerance = 1e-5 if dtype == torch.float32 else TIGHT
    assert same_pattern(trace.pattern, pattern, tolerance)
    assert same_stream(written, expected, tolerance)


@seeds
@norms
@pytest.mark.parametrize("causal", [False, True], ids=["all", "causal"])
@pytest.mark.parametrize("activation", ["relu", "gelu"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_layer_with_copied_weights_equals_encoder_layer(
    dtype: torch.dtype, activation: Activation, causal: bool, norm_first: bool, seed: int
) -> None:
    config = replace(TINY, norm_first=norm_first, activation=activation, norm_eps=1e-3)
    theirs = nn.TransformerEncoderLayer(**their_settings(config))  # type: ignore[arg-type]
    theirs = randomise(theirs, seed).to(dtype)
    ours = Layer(config, "decoder").to(dtype)
    ours.load_state_dict(state_of_layer(theirs))
    x, visible = draw(BATCH, QUERIES, 12, seed=seed).to(dtype), seen(3, QUERIES, of=QUERIES)

    out, trace = ours(x, Scene(visible, causal), None, None)
    expected = theirs(
        x, src_mask=hidden_future(QUERIES) if causal else None,
        src_key_padding_mask=~visible[:, 0],
    )

    assert trace is not None
    assert same_stream(out, expected, 1e-5 if dtype == torch.float32 else TIGHT)


@seeds
@norms
@pytest.mark.parametrize("activation", ["relu", "gelu"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_layer_with_copied_weights_equals_decoder_layer(
    dtype: torch.dtype, activation: Activation, norm_first: bool, seed: int
) -> None:
    config = replace(TINY, norm_first=norm_first, activation=activation, encoder_layers=1)
    theirs = nn.TransformerDecoderLayer(**their_settings(config))  # type: ignore[arg-type]
    theirs = randomise(theirs, seed).to(dtype)
    ours = Layer(config, "decoder").to(dtype)
    ours.load_state_dict(state_of_layer(theirs))
    x, memory = draw(BATCH, QUERIES, 12, seed=seed), draw(BATCH, KEYS, 12, seed=seed + 9)
    visible, memory_visible = seen(QUERIES, 4, of=QUERIES), seen(2, KEYS, of=KEYS)

    out, _ = ours(
        x.to(dtype), Scene(visible, True), memory.to(dtype), Scene(memory_visible, False)
    )
    expected = theirs(
        x.to(dtype), memory.to(dtype), tgt_mask=hidden_future(QUERIES),
        tgt_key_padding_mask=~visible[:, 0], memory_key_padding_mask=~memory_visible[:, 0],
    )

    assert same_stream(out, expected, 1e-5 if dtype == torch.float32 else TIGHT)


@seeds
@norms
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_encoder_decoder_equals_torch_stacks_between_an_embedding_and_a_head(
    dtype: torch.dtype, norm_first: bool, seed: int
) -> None:
    config = replace(
        TINY, encoder_layers=2, decoder_layers=3, norm_first=norm_first, activation="relu",
        positions="sinusoidal", scale_embedding=True, tied_head=False,
    )
    settings = their_settings(config)
    encoder = randomise(nn.TransformerEncoder(
        nn.TransformerEncoderLayer(**settings), 2, nn.LayerNorm(12),  # type: ignore[arg-type]
        enable_nested_tensor=False,
    ), seed).to(dtype)
    decoder = randomise(nn.TransformerDecoder(
        nn.TransformerDecoderLayer(**settings), 3, nn.LayerNorm(12),  # type: ignore[arg-type]
    ), seed + 9).to(dtype)
    embedding, head = draw(19, 12, seed=seed).to(dtype), draw(19, 12, seed=seed + 1).to(dtype)
    ours = Transformer(config).to(dtype).eval()
    state = {"embedding.weight": embedding, "head.weight": head}
    for name, stack in (("encoder", encoder), ("decoder", decoder)):
        assert stack.norm is not None
        state |= under(f"{name}.norm", stack.norm.state_dict())
        for index, layer in enumerate(stack.layers):
            state |= under(f"{name}.layers.{index}", state_of_layer(layer))
    ours.load_state_dict(state)
    source, target = draw_ids(BATCH, KEYS, seed=seed), draw_ids(BATCH, QUERIES, seed=seed + 9)
    source_visible = seen(5, KEYS, of=KEYS)[:, 0]
    target_visible = seen(QUERIES, 2, of=QUERIES)[:, 0]

    trace = ours(source, target, source_visible, target_visible)

    def embed(ids: Tensor) -> Tensor:
        return embedding[ids] * math.sqrt(12) + sinusoids(ids.shape[1], 12).to(dtype)

    memory = encoder(embed(source), src_key_padding_mask=~source_visible)
    final = decoder(
        embed(target), memory, tgt_mask=hidden_future(QUERIES),
        tgt_key_padding_mask=~target_visible, memory_key_padding_mask=~source_visible,
    )
    tolerance = 1e-5 if dtype == torch.float32 else TIGHT
    assert same_stream(trace.encoder.final, memory, tolerance)
    assert same_stream(trace.decoder.final, final, tolerance)
    assert same_stream(trace.logits, final @ head.T, tolerance)


def test_query_that_sees_no_key_reads_nothing_and_spoils_no_other() -> None:
    model = randomise(Transformer(TINY), 3)
    ids = torch.tensor([[7, 7, 3, 4, 5]])
    visible = torch.tensor([[False, False, True, True, True]])  # padding on the left

    kept, fused = model(ids, None, visible), model(ids, None, visible, keep=False)

    for layer in kept.decoder.layers:
        assert torch.equal(layer.self.pattern[:, :, :2], torch.zeros(1, 3, 2, 5))
        assert torch.equal(layer.self.z[:, :, :2], torch.zeros(1, 3, 2, 4))
    assert torch.isfinite(kept.logits).all()
    assert same_stream(kept.logits, fused.logits)
    kept.logits[0, -1].logsumexp(-1).backward()
    for parameter in model.parameters():
        assert parameter.grad is not None
        assert torch.isfinite(parameter.grad).all()


@pytest.mark.parametrize("padded", [False, True], ids=["whole", "padded"])
@pytest.mark.parametrize("keep", [False, True], ids=["fused", "kept"])
def test_last_queries_alone_give_the_last_rows_of_causal_attention(
    keep: bool, padded: bool
) -> None:
    attention = randomise(Attention(TINY, "decoder").double(), 0)
    x, visible = draw(BATCH, KEYS, 12), seen(3, KEYS, of=KEYS) if padded else None

    whole, _ = attention(x, x, Scene(visible, True))
    last, trace = attention(x[:, -2:], x, Scene(visible, True, keep=keep))

    assert (trace is not None) == keep

    assert same_stream(last, whole[:, -2:], TIGHT)


def test_later_tokens_change_no_earlier_logits_of_a_decoder() -> None:
    model = randomise(Transformer(TINY).double(), 1)
    ids = draw_ids(1, 8)
    before = model(ids).logits

    for at in range(8):
        changed = ids.clone()
        changed[0, at] = (ids[0, at] + 1) % 19
        after = model(changed).logits
        assert torch.equal(after[:, :at], before[:, :at])
        assert not torch.isclose(after[:, at:], before[:, at:]).all(-1).any()


def test_every_position_of_an_encoder_reads_the_last_token() -> None:
    model = randomise(Transformer(replace(TINY, encoder_layers=2, decoder_layers=0)).double(), 1)
    ids = draw_ids(1, 8)
    changed = ids.clone()
    changed[0, -1] = (ids[0, -1] + 1) % 19
    assert not torch.isclose(model(changed).logits, model(ids).logits).all(-1).any()


def test_logits_are_given_for_the_positions_asked_for() -> None:
    model = randomise(Transformer(TINY).double(), 2)
    ids = draw_ids(2, 7)
    assert same_stream(model(ids, logits_at=(5, 0)).logits, model(ids).logits[:, [5, 0]], TIGHT)


def test_tied_head_is_the_embedding_and_an_untied_one_is_not() -> None:
    tied, untied = Transformer(TINY), Transformer(replace(TINY, tied_head=False))
    assert tied.head.weight is tied.embedding.weight
    assert sum(p.numel() for p in untied.parameters()) - sum(
        p.numel() for p in tied.parameters()
    ) == 19 * 12


def test_dropout_falls_on_what_is_read_and_never_on_the_pattern_shown() -> None:
    model = randomise(Transformer(replace(TINY, dropout=0.5)), 4)
    ids = draw_ids(1, 9)
    still, again = model(ids).logits, model(ids).logits
    model.train()
    trace = model(ids)
    assert torch.equal(still, again)
    assert not torch.allclose(trace.logits, still)
    for layer in trace.decoder.layers:
        assert same_pattern(layer.self.pattern.sum(-1), torch.ones(1, 3, 9))


def test_what_writes_to_the_stream_starts_smaller_by_the_root_of_its_writers() -> None:
    config = replace(TINY, width=96, head_width=32, mlp_width=96, encoder_layers=2)
    model = Transformer(config)
    for stack, writers in ((model.encoder, 2 * 2), (model.decoder, 2 * 3)):
        assert stack is not None
        written = [
            value for name, value in stack.named_parameters()
            if name.endswith(("attention.output.weight", "mlp.out.weight"))
        ]
        assert len(written) == writers
        start = pytest.approx(0.02 / math.sqrt(writers), rel=0.05)
        assert [float(weight.detach().std()) for weight in written] == [start] * writers
        into = stack.get_parameter("layers.0.mlp.into.weight")
        assert float(into.detach().std()) == pytest.approx(0.02, rel=0.05)


def test_two_stacks_without_a_target_and_a_cross_layer_without_a_memory_are_errors() -> None:
    config = replace(TINY, encoder_layers=1)
    with pytest.raises(ValueError, match="needs a target"):
        Transformer(config)(torch.zeros(1, 3, dtype=torch.int64))
    with pytest.raises(ValueError, match="needs a memory"):
        Layer(config, "decoder")(torch.zeros(1, 3, 12), Scene(None, True), None, None)


def gradients_check(module: nn.Module, *inputs: Tensor, call: tuple[object, ...] = ()) -> bool:
    """Backward against finite differences along random directions, for inputs and parameters."""
    names = [name for name, _ in module.named_parameters()]
    given = [tensor.requires_grad_() for tensor in inputs]

    def run(*tensors: Tensor) -> Tensor:
        values = dict(zip(names, tensors[len(given) :], strict=True))
        out = functional_call(module, values, (*tensors[: len(given)], *call))
        first: Tensor = out[0] if isinstance(out, tuple) else out.logits
        return first

    parameters = [parameter.detach().requires_grad_() for parameter in module.parameters()]
    return torch.autograd.gradcheck(run, (*given, *parameters), fast_mode=True)


SMALLEST = ModelConfig(
    vocabulary=5, width=4, heads=2, head_width=3, mlp_width=5, context=4, decoder_layers=1,
    activation="gelu",
)
keeps = pytest.mark.parametrize("keep", [False, True], ids=["fused", "kept"])


@keeps
def test_gradients_of_attention_equal_finite_differences(keep: bool) -> None:
    attention = randomise(Attention(SMALLEST, "decoder").double(), 0)
    call = (Scene(seen(3, 2, of=3), True, keep=keep),)
    assert gradients_check(attention, draw(2, 3, 4), draw(2, 3, 4, seed=1), call=call)


@keeps
@norms
@pytest.mark.parametrize("activation", ["relu", "gelu"])
def test_gradients_of_a_layer_equal_finite_differences(
    activation: Activation, norm_first: bool, keep: bool
) -> None:
    config = replace(SMALLEST, norm_first=norm_first, activation=activation, encoder_layers=1)
    layer = randomise(Layer(config, "decoder").double(), 0)
    memory = draw(2, 3, 4, seed=1)
    scene = Scene(seen(3, 2, of=3), True, keep=keep)
    call = (scene, memory, Scene(seen(2, 3, of=3), False, keep=keep))
    assert gradients_check(layer, draw(2, 3, 4), call=call)


@norms
@pytest.mark.parametrize("encoder_layers", [0, 1], ids=["decoder", "encoder and decoder"])
def test_gradients_of_a_model_equal_finite_differences(
    encoder_layers: int, norm_first: bool
) -> None:
    config = replace(
        SMALLEST, encoder_layers=encoder_layers, norm_first=norm_first, activation="gelu_tanh"
    )
    model = randomise(Transformer(config).double(), 0)
    source = torch.tensor([[1, 0, 4]])
    target = torch.tensor([[2, 3]]) if encoder_layers else None
    assert gradients_check(model, call=(source, target))


@pytest.mark.parametrize(("change", "sentence"), [
    ({"width": 0}, "width is 0; it must be a whole number from 1 to 16777216."),
    ({"heads": True}, "heads is True; it must be a whole number from 1 to 16777216."),
    ({"context": 2.5}, "context is 2.5; it must be a whole number from 1 to 16777216."),
    ({"vocabulary": 10**9},
     "vocabulary is 1000000000; it must be a whole number from 1 to 16777216."),
    ({"decoder_layers": -1}, "decoder_layers is -1; it must be a whole number from 0 to 16777216."),
    ({"decoder_layers": 0}, "The model has no layers; it needs at least one."),
    ({"positions": "alibi"},
     "positions is 'alibi'; known are learned, sinusoidal, halves, bucketed, rotary, relative, "
     "none."),
    ({"activation": "swish"}, "activation is 'swish'; known are gelu, gelu_tanh, relu, silu."),
    ({"heads": 2**13, "head_width": 2**12}, "8192 heads of 4096 are too wide to be shown."),
    ({"key_heads": 2}, "3 heads can't share 2 key heads evenly."),
    ({"decoder_heads": 5}, "5 decoder heads can't share a width of 12 evenly."),
    ({"decoder_heads": 2, "key_heads": 3}, "2 heads can't share 3 key heads evenly."),
    ({"windows": (3,)}, "1 attention windows are given for 2 layers."),
    ({"windows": (3, -1)}, "An attention window is -1; it must not be below 0."),
    ({"positions": "rotary", "rotary": RotaryConfig(share=0.25)},
     "Rotary positions turn pairs; 1 of a head's 4 dimensions are none."),
    ({"positions": "bucketed", "buckets": 3},
     "buckets is 3; it must be a whole number from 4 to 16777216."),
    ({"positions": "bucketed", "bucket_distance": 31},
     "bucket_distance is 31; it must be a whole number from 32 to 16777216."),
    ({"positions": "sinusoidal", "width": 7},
     "Sinusoidal positions need an even width; this one is 7."),
    ({"dropout": 1.0}, "Dropout is 1.0; it must be from 0 to below 1."),
    ({"dropout": math.nan}, "Dropout is nan; it must be from 0 to below 1."),
])
def test_configuration_out_of_range_is_refused(change: dict[str, object], sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        replace(TINY, **change)  # type: ignore[arg-type]
    assert str(refused.value) == sentence


def test_stacks_come_in_the_order_in_which_they_run() -> None:
    both = replace(TINY, encoder_layers=3)
    assert both.stacks == ("encoder", "decoder")
    assert [both.layers(stack) for stack in both.stacks] == [3, 2]
    assert TINY.stacks == ("decoder",)
