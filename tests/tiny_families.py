"""Random models of transformers with words for tokens, one a family, as folders to be opened."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import transformers
from tokenizers import Tokenizer as Inner
from tokenizers import models, pre_tokenizers, processors

from tests.randomised import randomise

SENTENCE = "the cat sat on the mat because it was tired"
WORDS = [
    "<unk>", "[CLS]", "[SEP]", "[MASK]", "</s>", "the", "cat", "sat", "on", "mat", "because", "it",
    "was", "tired", "dog", "ran", "to", "and", "a", "day", "she", "saw", "sea", "katze", "sass",
    "auf", "der", "matte", "weil", "sie", "müde", "war", ".",
]
_LAYERED = {"num_hidden_layers": 3, "num_attention_heads": 8, "intermediate_size": 48}
SETTINGS: dict[str, tuple[str, dict[str, Any]]] = {
    "bert": ("BertForPreTraining", _LAYERED | {
        "hidden_size": 48, "max_position_embeddings": 64}),
    "gpt2": ("GPT2LMHeadModel", {
        "n_embd": 48, "n_layer": 3, "n_head": 8, "n_inner": 48, "n_positions": 64,
        "bos_token_id": 1, "eos_token_id": 4}),
    "llama": ("LlamaForCausalLM", _LAYERED | {
        "hidden_size": 48, "num_key_value_heads": 2, "head_dim": 16, "bos_token_id": 1,
        "eos_token_id": 4, "max_position_embeddings": 64}),
    "t5": ("T5ForConditionalGeneration", {
        "d_model": 48, "d_kv": 8, "d_ff": 48, "num_layers": 3, "num_decoder_layers": 2,
        "num_heads": 6, "relative_attention_num_buckets": 8, "pad_token_id": 0,
        "relative_attention_max_distance": 12, "decoder_start_token_id": 0, "eos_token_id": 4}),
}
_TEMPLATES = {
    "bert": ("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", [("[CLS]", 1), ("[SEP]", 2)]),
    "t5": ("$A </s>", None, [("</s>", 4)]),
}


def make_tiny(family: str, folder: Path, seed: int = 0, **changes: Any) -> Path:
    """Write ``bert``, ``gpt2``, ``llama`` or ``t5``; every parameter is random.

    Args:
        family: which one.
        folder: of the model.
        seed: of its numbers.
        changes: to its settings, by their names in transformers.
    """
    name, settings = SETTINGS[family]
    kind = getattr(transformers, name)
    config = kind.config_class(vocab_size=len(WORDS), **settings | changes)
    model = randomise(kind._from_config(config, attn_implementation="eager"), seed, 0.3)
    model.save_pretrained(folder)
    if family == "t5":
        (folder / "generation_config.json").write_text(json.dumps(
            {"decoder_start_token_id": 0, "eos_token_id": 4, "pad_token_id": 0}))
    inner = Inner(models.WordLevel({word: at for at, word in enumerate(WORDS)}, "<unk>"))
    inner.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    inner.add_special_tokens(WORDS[:5])
    if family in _TEMPLATES:
        inner.post_processor = processors.TemplateProcessing(*_TEMPLATES[family])
    inner.save(str(folder / "tokenizer.json"))
    return folder
