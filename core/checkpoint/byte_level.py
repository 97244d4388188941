"""GPT-2's vocabulary of bytes and its kin: ``vocab.json`` with the ids, ``merges.txt``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.checkpoint.added import Names, Part, template
from core.checkpoint.files import read_json, read_lines
from core.errors import Refusal, translate

_END = "<|endoftext|>"
_QWEN_WORDS = (  # Qwen2's own pattern: single digits, contractions in either case
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def gpt2(folder: Path, names: Names) -> Part:
    """Words with the space before them; no marks of its own."""
    roles = {"bos_token": _END, "eos_token": _END, "unk_token": _END}
    told, ids = _bytes(folder, names, roles)
    return told | {"post_processor": _ends(names, roles, ids)}


def roberta(folder: Path, names: Names) -> Part:
    """GPT-2's words between <s> and </s>; two sentences have two </s> between them."""
    told, ids = _bytes(folder, names, {
        "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "sep_token": "</s>",
        "pad_token": "<pad>", "cls_token": "<s>", "mask_token": "<mask>",
    })
    first, last = names.role("cls_token", "<s>"), names.role("sep_token", "</s>")
    return told | {"post_processor": {
        "type": "RobertaProcessing", "sep": [last, ids[last]], "cls": [first, ids[first]],
        "trim_offsets": names.flag("trim_offsets", True),
        "add_prefix_space": names.flag("add_prefix_space", False),
    }}


def neox(folder: Path, names: Names) -> Part:
    """GPT-2's words of a text in normal form C."""
    roles = {
        "bos_token": _END, "eos_token": _END, "unk_token": _END, "pad_token": "<|padding|>"
    }
    told, ids = _bytes(folder, names, roles)
    return told | {"normalizer": {"type": "NFC"}, "post_processor": _ends(names, roles, ids)}


def qwen(folder: Path, names: Names) -> Part:
    """Normal form C, and words cut by Qwen2's own pattern."""
    roles = {"eos_token": _END, "unk_token": _END, "pad_token": _END}
    told, ids = _bytes(folder, names, roles)
    words = {
        "type": "Split", "pattern": {"Regex": _QWEN_WORDS}, "behavior": "Isolated",
        "invert": False,
    }
    letters = told["pre_tokenizer"] | {"use_regex": False}
    return told | {
        "normalizer": {"type": "NFC"},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [words, letters]},
        "post_processor": _ends(names, roles, ids),
    }


def _bytes(folder: Path, names: Names, roles: dict[str, str]) -> tuple[Part, dict[str, int]]:
    """All but the template, and the id of every token."""
    vocabulary = read_vocabulary(folder / "vocab.json")
    added = names.added(vocabulary, vocabulary, roles)
    told: dict[str, Any] = {
        "added_tokens": added,
        "normalizer": None,
        "pre_tokenizer": {
            "type": "ByteLevel", "trim_offsets": True, "use_regex": True,
            "add_prefix_space": names.flag("add_prefix_space", False),
        },
        "decoder": {
            "type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True
        },
        "model": {
            "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": "",
            "end_of_word_suffix": "", "fuse_unk": False, "byte_fallback": False,
            "vocab": vocabulary, "merges": _merges(folder / "merges.txt"),
        },
    }
    return told, vocabulary | {part["content"]: part["id"] for part in added}


def _ends(names: Names, roles: dict[str, str], ids: dict[str, int]) -> Part:
    """Marks at either end where the folder asks for them."""
    first = names.role("bos_token", roles.get("bos_token", ""))
    last = names.role("eos_token", roles["eos_token"])
    first = first if names.flag("add_bos_token", False) else ""
    last = last if names.flag("add_eos_token", False) else ""
    return ends(first, last, ids)


def ends(first: str, last: str, ids: dict[str, int]) -> Part:
    """A template with ``first`` before and ``last`` behind each text; "" for none."""
    def one(name: str, segment: int) -> str:
        words = (first, name, last)
        return " ".join(f"{word}:{segment}" for word in words if word)

    marks = {word: ids[word] for word in (first, last) if word}
    return template(one("$A", 0), f"{one('$A', 0)} {one('$B', 1)}", marks)


def read_vocabulary(path: Path) -> dict[str, int]:
    """Tokens and their ids.

    Raises:
        Refusal: if an id is no number from 0 on, or is given twice.
    """
    vocabulary = read_json(path)
    for token, number in vocabulary.items():
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < 2**31:
            raise Refusal(
                translate("core", "{path}: the id of {token} is {found}; expected a number."),
                path=path, token=repr(token)[:60], found=repr(number)[:60],
            )
    if len(set(vocabulary.values())) < len(vocabulary):
        raise Refusal(translate("core", "{path} gives two tokens the same id."), path=path)
    return vocabulary


def _merges(path: Path) -> list[list[str]]:
    """Pairs of tokens, the most frequent first; a line that says the version is no pair."""
    pairs = []
    for number, line in enumerate(read_lines(path), 1):
        pair = line.removesuffix("\r").split(" ")
        if line.startswith("#version") or pair == [""]:
            continue
        if len(pair) != 2:
            raise Refusal(
                translate("core", "{path}: line {number} is {found}; expected two tokens."),
                path=path, number=number, found=repr(line)[:60],
            )
        pairs.append(pair)
    return pairs
