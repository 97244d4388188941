"""Every family against transformers eager: randomised tiny models that it saved, opened by us."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from safetensors.torch import load_file
from tokenizers import Tokenizer as Inner
from tokenizers import models, pre_tokenizers
from torch import Tensor

from core.checkpoint import Checkpoint, open_checkpoint
from core.checkpoint.folder import FAMILIES
from core.checkpoint.names import write_state
from core.checkpoint.weights import bare_name
from core.trace import AttentionTrace, StackTrace, Trace
from tests.randomised import difference, randomise

WORDS, LAYERS, BATCH, SOURCE, TARGET = 31, 2, 2, 9, 7
SEEDS = (0, 1)
PADDINGS = ("none", "left", "right")


@dataclass(frozen=True)
class Case:
    """A class of transformers and the settings of its configuration."""

    model: str
    settings: dict[str, Any]
    prepare: Callable[[Any], object] = lambda theirs: None
    """What else is done to the reference before it is saved."""
    untied: bool = False
    """The head is not the embedding."""

    @property
    def both(self) -> bool:
        return self.model.startswith(("T5For", "Bart", "Marian"))


def untie(name: str) -> Callable[[Any], object]:
    """Give the head numbers of its own."""
    def prepare(theirs: Any) -> None:
        theirs.get_submodule(name).weight = torch.nn.Parameter(
            torch.randn(WORDS, theirs.get_input_embeddings().weight.shape[1],
                        generator=torch.Generator().manual_seed(7)) * 0.3
        )
    return prepare


def draw_bias(theirs: Any) -> None:
    """A bias that is a buffer, so that it is no parameter to be drawn with the others."""
    theirs.final_logits_bias.normal_(generator=torch.Generator().manual_seed(8))


BERT = {
    "hidden_size": 24, "num_hidden_layers": LAYERS, "num_attention_heads": 3,
    "intermediate_size": 40, "max_position_embeddings": 16, "layer_norm_eps": 1e-5,
}
DISTIL = {"dim": 24, "n_layers": LAYERS, "n_heads": 3, "hidden_dim": 40,
          "max_position_embeddings": 16}
T5 = {"d_model": 24, "d_kv": 6, "d_ff": 40, "num_layers": LAYERS, "num_heads": 3,
      "relative_attention_num_buckets": 8, "relative_attention_max_distance": 12}
GATED = {"feed_forward_proj": "gated-gelu", "tie_word_embeddings": False, "num_decoder_layers": 3,
         "num_heads": 5}
BART = {"d_model": 24, "encoder_layers": LAYERS, "decoder_layers": 3, "encoder_attention_heads": 3,
        "decoder_attention_heads": 4, "encoder_ffn_dim": 40, "decoder_ffn_dim": 36,
        "max_position_embeddings": 16, "pad_token_id": 1, "decoder_start_token_id": 2}
LLAMA = {
    "hidden_size": 24, "num_hidden_layers": LAYERS, "num_attention_heads": 4,
    "num_key_value_heads": 2, "intermediate_size": 40, "max_position_embeddings": 16,
    "head_dim": 8, "pad_token_id": 0, "bos_token_id": 0, "eos_token_id": 0,
}
QWEN2 = {name: value for name, value in LLAMA.items() if name != "head_dim"}
LLAMA3 = {"rope_type": "llama3", "rope_theta": 100.0, "factor": 8.0, "low_freq_factor": 1.0,
          "high_freq_factor": 4.0, "original_max_position_embeddings": 64}
WINDOW = {"use_sliding_window": True, "sliding_window": 3}
NEOX = {  # heads of 16, so that more than one pair turns and its base matters
    "hidden_size": 48, "num_hidden_layers": LAYERS, "num_attention_heads": 3,
    "intermediate_size": 40, "max_position_embeddings": 16,
}

CASES: dict[str, Case] = {
    "BERT, both heads": Case("BertForPreTraining", BERT),
    "BERT, masked words": Case("BertForMaskedLM", BERT | {"hidden_act": "gelu_new"}),
    "BERT, untied": Case("BertForMaskedLM", BERT | {"tie_word_embeddings": False}, untied=True),
    "BERT, bare": Case("BertModel", BERT | {"hidden_act": "relu", "type_vocab_size": 3}),
    "RoBERTa": Case("RobertaForMaskedLM", BERT | {"hidden_act": "relu", "type_vocab_size": 1}),
    "RoBERTa, another padding": Case("RobertaForMaskedLM", BERT | {"pad_token_id": 4}),
    "RoBERTa, bare": Case("RobertaModel", BERT),
    "XLM-RoBERTa": Case("XLMRobertaForMaskedLM", BERT),
    "DistilBERT": Case("DistilBertForMaskedLM", DISTIL),
    "DistilBERT, sinusoidal": Case("DistilBertForMaskedLM", DISTIL | {
        "sinusoidal_pos_embds": True, "activation": "relu"}),
    "DistilBERT, bare": Case("DistilBertModel", DISTIL),
    "T5": Case("T5ForConditionalGeneration", T5),
    "T5 1.1": Case("T5ForConditionalGeneration", T5 | GATED, untie("lm_head"), untied=True),
    "T5, gated, tied": Case("T5ForConditionalGeneration", T5 | GATED | {
        "feed_forward_proj": "gated-silu"}),
    "T5, scaled though untied": Case("T5ForConditionalGeneration", T5 | {
        "scale_decoder_outputs": True, "tie_word_embeddings": False}, untie("lm_head"), True),
    "T5, encoder": Case("T5EncoderModel", T5),
    "BART": Case("BartForConditionalGeneration", BART, draw_bias),
    "BART, scaled, untied": Case("BartForConditionalGeneration", BART | {
        "scale_embedding": True, "activation_function": "relu"}, untie("lm_head"), untied=True),
    "Marian": Case("MarianMTModel", BART | {
        "scale_embedding": True, "activation_function": "swish"}, draw_bias),
    "Llama": Case("LlamaForCausalLM", LLAMA | {"head_dim": None}, untied=True),
    "Llama, biases, wide heads, tied": Case("LlamaForCausalLM", LLAMA | {
        "attention_bias": True, "mlp_bias": True, "tie_word_embeddings": True}),
    "Llama, linear": Case("LlamaForCausalLM", LLAMA | {
        "num_key_value_heads": 1, "rope_parameters": {
            "rope_type": "linear", "factor": 3.0, "rope_theta": 500.0}}, untied=True),
    "Llama 3": Case("LlamaForCausalLM", LLAMA | {"rope_parameters": LLAMA3}, untied=True),
    "Llama, bare": Case("LlamaModel", LLAMA),
    "Mistral": Case("MistralForCausalLM", LLAMA | {"sliding_window": 3}, untied=True),
    "Mistral, no window": Case("MistralForCausalLM", LLAMA | {"sliding_window": None}, untied=True),
    "Qwen 2": Case("Qwen2ForCausalLM", QWEN2, untied=True),
    "Qwen 2, windows above": Case("Qwen2ForCausalLM", QWEN2 | WINDOW | {
        "max_window_layers": 1, "tie_word_embeddings": True}),
    "Qwen 3": Case("Qwen3ForCausalLM", LLAMA | {"attention_bias": True}, untied=True),
    "Qwen 3, windows by layer": Case("Qwen3ForCausalLM", LLAMA | WINDOW | {
        "layer_types": ["sliding_attention", "full_attention"]}, untied=True),
    "Gemma": Case("GemmaForCausalLM", LLAMA | {"num_key_value_heads": 1}),
    "Gemma, untied": Case("GemmaForCausalLM", LLAMA | {"tie_word_embeddings": False}, untied=True),
    "Gemma 2": Case("Gemma2ForCausalLM", LLAMA | {
        "sliding_window": 3, "query_pre_attn_scalar": 5, "attn_logit_softcapping": 2.0,
        "final_logit_softcapping": 3.0}),
    "Gemma 2, uncapped": Case("Gemma2ForCausalLM", LLAMA | {
        "sliding_window": 4, "attn_logit_softcapping": None, "final_logit_softcapping": None,
        "layer_types": ["full_attention", "sliding_attention"]}),
    "GPT-NeoX": Case("GPTNeoXForCausalLM", NEOX, untied=True),
    "GPT-NeoX, one after another": Case("GPTNeoXForCausalLM", NEOX | {
        "use_parallel_residual": False, "attention_bias": False, "hidden_act": "gelu_new",
        "rope_parameters": {"rope_type": "default", "partial_rotary_factor": 0.5,
                            "rope_theta": 100.0}}, untied=True),
    "GPT-NeoX, tied": Case("GPTNeoXForCausalLM", NEOX | {"tie_word_embeddings": True}),
}


def write_tokenizer(folder: Path) -> None:
    inner = Inner(models.WordLevel({f"w{index}": index for index in range(WORDS)}, unk_token="w0"))
    inner.pre_tokenizer = pre_tokenizers.Whitespace()
    inner.save(str(folder / "tokenizer.json"))


def make_theirs(case: Case, seed: int) -> Any:
    """A model of transformers in which no parameter keeps its start."""
    kind = getattr(transformers, case.model)
    config = kind.config_class(**{"vocab_size": WORDS, **case.settings})
    theirs = randomise(kind._from_config(config, attn_implementation="eager"), seed, 0.3)
    with torch.no_grad():
        for name, parameter in theirs.named_parameters():
            if name.endswith("embed_positions.weight") and case.model.startswith("Marian"):
                parameter.copy_(theirs.get_submodule(name.removesuffix(".weight")).create_weight())
        case.prepare(theirs)
    return theirs


@dataclass
class Inputs:
    source: Tensor
    target: Tensor | None
    source_visible: Tensor | None
    target_visible: Tensor | None
    segments: Tensor | None


def make_inputs(case: Case, theirs: Any, seed: int, padding: str) -> Inputs:
    random = torch.Generator().manual_seed(seed + 100)
    pad = theirs.config.pad_token_id or 0

    def text(count: int, lengths: tuple[int, int]) -> tuple[Tensor, Tensor | None]:
        ids = torch.randint(5, WORDS, (BATCH, count), generator=random)
        if padding == "none":
            return ids, None
        visible = torch.arange(count) < torch.tensor(lengths)[:, None]
        visible = visible.flip(1) if padding == "left" else visible
        return ids.where(visible, pad), visible

    source, source_visible = text(SOURCE, (5, 8))
    target, target_visible = text(TARGET, (7, 4)) if case.both else (None, None)
    rows = getattr(theirs.config, "type_vocab_size", 0)
    segments = torch.randint(rows, (BATCH, SOURCE), generator=random) if rows else None
    return Inputs(source, target, source_visible, target_visible, segments)


@dataclass
class Probe:
    """What goes through transformers' own eager attention, call by call."""

    calls: list[dict[str, Tensor]] = field(default_factory=list)

    def wrap(self, eager: Any) -> Any:
        def attend(module: Any, query: Tensor, key: Tensor, value: Tensor, *rest: Any, **more: Any
                   ) -> tuple[Tensor, Tensor]:
            z, pattern = eager(module, query, key, value, *rest, **more)
            self.calls.append({"q": query, "k": key, "v": value, "z": z.transpose(1, 2)})
            return z, pattern
        return attend


def run_theirs(theirs: Any, given: Inputs, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Probe]:
    probe = Probe()
    arguments: dict[str, Any] = {"input_ids": given.source}
    for name, value in (
        ("attention_mask", given.source_visible), ("decoder_attention_mask", given.target_visible),
    ):
        if value is not None:
            arguments[name] = value.long()
    if given.target is not None:
        arguments["decoder_input_ids"] = given.target
    if given.segments is not None:
        arguments["token_type_ids"] = given.segments
    if "use_cache" in theirs.config:
        arguments["use_cache"] = False
    source = sys.modules[type(theirs).__module__]
    with monkeypatch.context() as patch, torch.no_grad():
        patch.setattr(source, "eager_attention_forward", probe.wrap(source.eager_attention_forward))
        out = theirs(**arguments, output_attentions=True, output_hidden_states=True)
    return out, probe


@dataclass(frozen=True)
class Compared:
    name: str
    difference: float
    allowed: float


def compare(
    checkpoint: Checkpoint, theirs: Any, given: Inputs, monkeypatch: pytest.MonkeyPatch
) -> list[Compared]:
    """Every tensor that both have, at real positions."""
    out, probe = run_theirs(theirs, given, monkeypatch)
    with torch.no_grad():
        trace: Trace = checkpoint.model(
            given.source, given.target, given.source_visible, given.target_visible, given.segments
        )
    calls = iter(probe.calls)
    seen: list[Compared] = []

    def stream(name: str, ours: Tensor, other: Tensor, real: Tensor) -> None:
        largest = 1e-5 + 1e-5 * float(other.abs().max())
        seen.append(Compared(name, difference(ours[real], other[real]), largest))

    def attention(
        name: str, ours: AttentionTrace, pattern: Tensor, queries: Tensor, keys: Tensor
    ) -> None:
        def rows(tensor: Tensor, real: Tensor) -> Tensor:
            return tensor.transpose(1, 2)[real]  # [real position, head, ...]

        seen.append(Compared(
            f"{name}.pattern", difference(rows(ours.pattern, queries), rows(pattern, queries)), 1e-5
        ))
        told = next(calls)
        for part, real in (("q", queries), ("k", keys), ("v", keys), ("z", queries)):
            mine, other = rows(getattr(ours, part), real), rows(told[part], real)
            largest = 1e-5 + 1e-5 * float(other.abs().max())
            seen.append(Compared(f"{name}.{part}", difference(mine, other), largest))

    def stack(
        name: str, ours: StackTrace, patterns: Any, crossed: Any, streams: Any,
        real: Tensor, memory: Tensor,
    ) -> None:
        layers = len(ours.layers)
        assert len(patterns) == layers  # under another implementation it is empty
        assert len(streams) == layers + 1
        assert len(crossed) == (layers if ours.layers[0].cross is not None else 0)
        for index, layer in enumerate(ours.layers):
            stream(f"{name}.{index}.resid_in", layer.resid_in, streams[index], real)
            attention(f"{name}.{index}.self", layer.self, patterns[index], real, real)
            if layer.cross is not None:
                attention(f"{name}.{index}.cross", layer.cross, crossed[index], real, memory)
        stream(f"{name}.final", ours.final, streams[-1], real)

    def real(ids: Tensor, visible: Tensor | None) -> Tensor:
        return torch.ones_like(ids, dtype=torch.bool) if visible is None else visible

    source = last = real(given.source, given.source_visible)
    if trace.encoder is not None and trace.decoder is not None:
        assert given.target is not None
        last = real(given.target, given.target_visible)
        stack("encoder", trace.encoder, out.encoder_attentions, (), out.encoder_hidden_states,
              source, source)
        stack("decoder", trace.decoder, out.decoder_attentions, out.cross_attentions,
              out.decoder_hidden_states, last, source)
    else:
        name = checkpoint.config.stacks[0]
        stack(name, trace.stack(name), out.attentions, (), out.hidden_states, source, source)
    assert next(calls, None) is None
    logits = out.get("logits", out.get("prediction_logits"))
    assert (trace.logits is None) == (logits is None)
    if trace.logits is not None:
        stream("logits", trace.logits, logits, last)
    verdict = out.get("seq_relationship_logits")
    assert (trace.next_sentence is None) == (verdict is None)
    if trace.next_sentence is not None:
        stream("next_sentence", trace.next_sentence, verdict, torch.tensor([True] * BATCH))
    return seen


def expected_count(checkpoint: Checkpoint) -> int:
    """Patterns, q, k, v, z and streams of each layer; the last stream of each stack; the heads."""
    config = checkpoint.config
    cross = 5 * config.decoder_layers if len(config.stacks) == 2 else 0
    layers = config.encoder_layers + config.decoder_layers
    return 6 * layers + cross + len(config.stacks) + (config.head != "none") + config.pooled


def save(theirs: Any, folder: Path) -> Path:
    theirs.save_pretrained(folder)
    write_tokenizer(folder)
    return folder


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", CASES)
def test_every_tensor_of_a_family_is_that_of_transformers(
    name: str, seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = CASES[name]
    theirs = make_theirs(case, seed)
    checkpoint = open_checkpoint(save(theirs, tmp_path))
    assert checkpoint.config.tied_head == (not case.untied)
    for padding in PADDINGS:
        given = make_inputs(case, theirs, seed, padding)
        seen = compare(checkpoint, theirs, given, monkeypatch)
        assert len(seen) == expected_count(checkpoint)
        wrong = [found for found in seen if not found.difference <= found.allowed]
        assert not wrong, (padding, wrong)
    assert_written_as_read(checkpoint, tmp_path)


def assert_written_as_read(checkpoint: Checkpoint, folder: Path) -> None:
    """Writing is the inverse of reading, for each tensor of the file that is read."""
    family, config = FAMILIES[checkpoint.family], checkpoint.config
    theirs = {
        bare_name(name, family.PREFIXES): tensor
        for name, tensor in load_file(folder / "model.safetensors").items()
    }
    written = write_state(checkpoint.model.state_dict(), family, config)
    read = {source.name: source.present(theirs) for _, source in family.names(config)}
    assert written.keys() == {name for name, present in read.items() if present}
    for name, tensor in written.items():
        allowed = 1e-6 if "norm" in name else 0  # Gemma's are stored less one
        assert difference(tensor, theirs[read[name][0]]) <= allowed, name
