"""Vocabularies of SentencePiece files: T5, XLNet, XLM-RoBERTa (Unigram) and Llama (BPE)."""

from __future__ import annotations

import base64
from pathlib import Path

from core.checkpoint.added import Names, Part, special, template
from core.checkpoint.byte_level import ends
from core.checkpoint.spiece import Kind, SentencePieces, read_sentence_pieces
from core.errors import Refusal, translate

_SPACE = "▁"
_MOST_EXTRA = 10_000
Scored = list[tuple[str, float]]


def t5(folder: Path, names: Names) -> Part:
    """Pieces, then <extra_id_99> to <extra_id_0>; </s> behind each text."""
    model = _unigram_file(folder / "spiece.model")
    extra = names.values.get("extra_ids", 100)
    if isinstance(extra, bool) or not isinstance(extra, int) or not 0 <= extra <= _MOST_EXTRA:
        raise Refusal(
            translate("core", "{path}: {name} is {value}; expected a number up to {most}."),
            path=folder / "tokenizer_config.json", name="extra_ids", value=repr(extra)[:60],
            most=_MOST_EXTRA,
        )
    sentinels = [f"<extra_id_{number}>" for number in range(extra - 1, -1, -1)]
    scored = _scored(model) + [(token, 0.0) for token in sentinels]
    roles = {"eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
    told, ids = _unigram(
        model, scored, model.unknown, names, roles, [*_apart(model), *map(special, sentinels)]
    )
    marks = {"</s>": ids[names.role("eos_token", "</s>")]}
    return told | {
        "normalizer": _charsmap(model),
        "post_processor": template("$A:0 </s>:0", "$A:0 </s>:0 $B:0 </s>:0", marks),
    }


def xlnet(folder: Path, names: Names) -> Part:
    """Accents are taken off; <sep> and <cls> stand behind the text, <cls> in a segment of its own.
    """
    model = _unigram_file(folder / "spiece.model")
    roles = {
        "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "sep_token": "<sep>",
        "pad_token": "<pad>", "cls_token": "<cls>", "mask_token": "<mask>",
    }
    told, ids = _unigram(model, _scored(model), model.unknown, names, roles, _apart(model))
    last, whole = names.role("sep_token", "<sep>"), names.role("cls_token", "<cls>")
    rules: list[Part] = [
        {"type": "Replace", "pattern": {"String": "``"}, "content": '"'},
        {"type": "Replace", "pattern": {"String": "''"}, "content": '"'},
        {"type": "NFKD"}, {"type": "StripAccents"},
    ]
    if names.flag("do_lower_case", False):
        rules.append({"type": "Lowercase"})
    charsmap = _charsmap(model)
    return told | {
        "normalizer": {
            "type": "Sequence", "normalizers": rules + ([charsmap] if charsmap else []),
        },
        "post_processor": template(
            f"$A:0 {last}:0 {whole}:2", f"$A:0 {last}:0 $B:1 {last}:1 {whole}:2",
            {last: ids[last], whole: ids[whole]},
        ),
    }


def xlm_roberta(folder: Path, names: Names) -> Part:
    """The file's pieces behind fairseq's own four marks, and <mask> at the end."""
    model = _unigram_file(folder / "sentencepiece.bpe.model")
    roles = {
        "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "sep_token": "</s>",
        "pad_token": "<pad>", "cls_token": "<s>", "mask_token": "<mask>",
    }
    marks = [names.role(role, roles[role])
             for role in ("bos_token", "pad_token", "eos_token", "unk_token")]
    mask = names.role("mask_token", "<mask>")
    scored = [(mark, 0.0) for mark in marks] + _scored(model)[3:] + [(mask, 0.0)]
    told, ids = _unigram(model, scored, 3, names, roles, _apart(model))
    first, last = marks[0], marks[2]
    return told | {
        "normalizer": _charsmap(model),
        "post_processor": template(
            f"{first}:0 $A:0 {last}:0", f"{first}:0 $A:0 {last}:0 {last}:0 $B:0 {last}:0",
            {first: ids[first], last: ids[last]},
        ),
    }


def llama(folder: Path, names: Names) -> Part:
    """Merges by the rank of what they make; what has no piece is spelled in bytes."""
    path = folder / "tokenizer.model"
    model = read_sentence_pieces(path)
    if not model.merges:
        raise Refusal(
            translate("core", "{path} is a Unigram model; expected BPE."), path=path
        )
    roles = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
    ids = {piece.text: number for number, piece in enumerate(model.pieces)}
    added = names.added(ids, ids, roles, _apart(model))
    ids |= {part["content"]: part["id"] for part in added}
    first = names.role("bos_token", "<s>") if names.flag("add_bos_token", False) else ""
    last = names.role("eos_token", "</s>") if names.flag("add_eos_token", False) else ""
    prefix = names.flag("add_prefix_space", True)
    legacy = names.flag("legacy", False)
    back: list[Part] = [
        {"type": "Replace", "pattern": {"String": _SPACE}, "content": " "},
        {"type": "ByteFallback"}, {"type": "Fuse"},
    ]
    if prefix:
        back.append({"type": "Strip", "content": " ", "start": 1, "stop": 0})
    scheme = "never" if not prefix else "always" if legacy else "first"
    return {
        "added_tokens": added,
        "normalizer": None,
        "pre_tokenizer": {
            "type": "Metaspace", "replacement": _SPACE, "prepend_scheme": scheme, "split": False,
        },
        "post_processor": ends(first, last, ids),
        "decoder": {"type": "Sequence", "decoders": back},
        "model": {
            "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
            "end_of_word_suffix": None, "fuse_unk": True, "byte_fallback": True,
            "vocab": {piece.text: number for number, piece in enumerate(model.pieces)},
            "merges": _merges(model),
        },
    }


def _merges(model: SentencePieces) -> list[list[str]]:
    """Every way to make a piece out of two, the best piece first."""
    ids = {piece.text: number for number, piece in enumerate(model.pieces)}
    found = []
    for piece in model.pieces:
        for cut in range(1, len(piece.text)):
            left, right = piece.text[:cut], piece.text[cut:]
            if left in ids and right in ids:
                found.append((ids[piece.text], len(left), len(right), ids[left], left, right))
    return [[left, right] for *_, left, right in sorted(found)]


def _unigram_file(path: Path) -> SentencePieces:
    model = read_sentence_pieces(path)
    if model.merges:
        raise Refusal(
            translate("core", "{path} is a BPE model; expected Unigram."), path=path
        )
    return model


def _unigram(
    model: SentencePieces, scored: Scored, unknown: int, names: Names, roles: dict[str, str],
    apart: list[Part],
) -> tuple[Part, dict[str, int]]:
    """All but the normalizer and the template, and the id of every token."""
    ids = {token: number for number, (token, _) in enumerate(scored)}
    added = names.added(ids, ids, roles, apart)
    space = {
        "type": "Metaspace", "replacement": _SPACE, "prepend_scheme": "always", "split": True
    }
    told: Part = {
        "added_tokens": added,
        "pre_tokenizer": {
            "type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, space],
        },
        "decoder": space,
        "model": {
            "type": "Unigram", "unk_id": unknown, "byte_fallback": False,
            "vocab": [[token, score] for token, score in scored],
        },
    }
    return told, ids | {part["content"]: part["id"] for part in added}


def _scored(model: SentencePieces) -> Scored:
    return [(piece.text, piece.score) for piece in model.pieces]


def _apart(model: SentencePieces) -> list[Part]:
    """Pieces that are marks, or that a person set apart: never cut, never part of another."""
    return [
        special(piece.text, piece.kind is Kind.CONTROL)
        for piece in model.pieces if piece.kind in (Kind.CONTROL, Kind.USER)
    ]


def _charsmap(model: SentencePieces) -> Part | None:
    if not model.charsmap:
        return None
    table = base64.b64encode(model.charsmap).decode()
    return {"type": "Precompiled", "precompiled_charsmap": table}
