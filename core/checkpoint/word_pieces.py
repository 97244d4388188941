"""BERT's vocabulary of whole words and their pieces: ``vocab.txt``, one a line."""

from __future__ import annotations

from pathlib import Path

from core.checkpoint.added import Names, Part, template
from core.checkpoint.files import read_lines
from core.errors import Refusal, translate


def bert(folder: Path, names: Names) -> Part:
    """Words of letters and marks of punctuation, between [CLS] and [SEP]."""
    path = folder / "vocab.txt"
    vocabulary = _lines(path)
    unknown = names.role("unk_token", "[UNK]")
    first, last = names.role("cls_token", "[CLS]"), names.role("sep_token", "[SEP]")
    if unknown not in vocabulary:
        raise Refusal(
            translate("core", "{path} has no {token}, which stands for unknown words."),
            path=path, token=unknown,
        )
    added = names.added(vocabulary, vocabulary, {
        "unk_token": "[UNK]", "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]",
        "mask_token": "[MASK]",
    })
    ids = vocabulary | {part["content"]: part["id"] for part in added}
    return {
        "added_tokens": added,
        "normalizer": {
            "type": "BertNormalizer", "clean_text": True,
            "handle_chinese_chars": names.flag("tokenize_chinese_chars", True),
            "strip_accents": names.flag("strip_accents", None),
            "lowercase": names.flag("do_lower_case", True),
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": template(
            f"{first}:0 $A:0 {last}:0", f"{first}:0 $A:0 {last}:0 $B:1 {last}:1",
            {first: ids[first], last: ids[last]},
        ),
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {
            "type": "WordPiece", "unk_token": unknown, "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100, "vocab": vocabulary,
        },
    }


def _lines(path: Path) -> dict[str, int]:
    """The id of a piece is the number of its line; of two that are the same, the later's."""
    lines = read_lines(path)
    if not lines[-1]:
        lines.pop()
    return {line.rstrip(): number for number, line in enumerate(lines)}
