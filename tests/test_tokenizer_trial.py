"""A tokenizer that fails, does not end or ends its process is refused, and this one goes on."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from core.checkpoint import attempt
from core.checkpoint.trial import try_tokenizer
from core.checkpoint.vocabulary import open_tokenizer
from core.errors import Refusal
from core.training.vocabulary import train_tokenizer

Part = dict[str, Any]


def made(**parts: Any) -> Part:
    """A small tokenizer that reads anything, with ``parts`` put in."""
    told: Part = json.loads(train_tokenizer("characters", ["The cat sat. aaa"], 280).inner.to_str())
    return told | parts


def written(folder: Path, told: Part) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "tokenizer.json").write_text(json.dumps(told))
    return folder


def replacing(old: str, new: str, times: int = 1) -> Part:
    rule = {"type": "Replace", "pattern": {"String": old}, "content": new}
    return {"type": "Sequence", "normalizers": [rule] * times}


def splitting(pattern: str) -> Part:
    return {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False}


TEMPLATE = {
    "type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 0}}],
    "pair": [{"Sequence": {"id": "B", "type_id": 0}}], "special_tokens": {},
}
HOSTILE: dict[str, Part] = {
    "panic": made(pre_tokenizer=splitting("(a+)+$")),
    "panic_on_one_letter": made(pre_tokenizer=splitting("(q+q+)+z")),
    "abort": made(normalizer=replacing("a", "aa" * 64, times=8)),
    "abort_on_one_word": made(normalizer=replacing("xyzzy", "xyzzyxyzzy", times=60)),
    "endless": made(normalizer={
        "type": "Sequence", "normalizers": [
            {"type": "Replace", "pattern": {"Regex": "(x?){0,30}y"}, "content": "y"}
        ] * 16_000,
    }),
    "ill_charsmap": made(normalizer={
        "type": "Precompiled", "precompiled_charsmap": "/////w=="
    }),
    "unknown_mark": made(post_processor=TEMPLATE | {
        "single": [{"SpecialToken": {"id": "[X]", "type_id": 0}}]
    }),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_tokenizer_is_refused_in_five_seconds_by_one_sentence(
    name: str, tmp_path: Path
) -> None:
    folder = written(tmp_path / name, HOSTILE[name])
    started = time.perf_counter()
    with pytest.raises(Refusal) as caught:
        open_tokenizer(folder, "gpt2")
    assert time.perf_counter() - started < 5
    said = str(caught.value)
    assert str(folder / "tokenizer.json") in said
    assert "\n" not in said
    assert len(said.replace(str(folder), "")) < 300


def test_one_that_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = tmp_path / "endless.py"
    endless.write_text("while True: pass")
    monkeypatch.setattr("core.checkpoint.trial._ATTEMPT", endless)
    monkeypatch.setattr("core.checkpoint.trial.SECONDS", 0.5)
    started = time.perf_counter()
    with pytest.raises(Refusal, match=r"tokenizer\.json was tried and had not ended after 0\.5"):
        try_tokenizer(b"{}", tmp_path / "tokenizer.json")
    assert time.perf_counter() - started < 3


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"null", b'{"model": 3}'])
def test_what_is_no_tokenizer_is_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"tokenizer\.json is no tokenizer"):
        try_tokenizer(content, tmp_path / "tokenizer.json")


def test_a_sound_tokenizer_opens_and_reads_the_same(tmp_path: Path) -> None:
    tokenizer = train_tokenizer("byte_bpe", ["The cat sat on the mat."], 270)
    folder = written(tmp_path / "sound", json.loads(tokenizer.inner.to_str()))
    opened = open_tokenizer(folder, "gpt2")
    assert opened.encode("The cat! 好", 50) == tokenizer.encode("The cat! 好", 50)


def test_ids_past_the_embedding_are_refused(tmp_path: Path) -> None:
    folder = written(tmp_path / "past", made())
    largest = open_tokenizer(folder, "gpt2").largest_id
    assert open_tokenizer(folder, "gpt2", largest + 1).largest_id == largest
    with pytest.raises(Refusal, match=f"ids up to {largest}, but the model has {largest} tokens"):
        open_tokenizer(folder, "gpt2", largest)


def test_an_id_past_the_embedding_in_the_template_alone_is_refused(tmp_path: Path) -> None:
    folder = written(tmp_path / "template", made(post_processor=TEMPLATE | {
        "single": [{"SpecialToken": {"id": "[X]", "type_id": 0}}],
        "special_tokens": {"[X]": {"id": "[X]", "ids": [70_000], "tokens": ["[X]"]}},
    }))
    with pytest.raises(Refusal, match="ids up to 70000, but the model has 300"):
        open_tokenizer(folder, "gpt2", 300)


def test_the_trial_imports_nothing_of_this_program() -> None:
    code = (
        "import runpy, sys; runpy.run_path(sys.argv[1]); "
        "print(sorted(n for n in sys.modules if n.split('.')[0] in ('core', 'torch', 'PySide6')))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, attempt.__file__],
        capture_output=True, text=True, check=True, timeout=60,
    )
    assert done.stdout.strip() == "[]"


def test_a_bundled_tokenizer_needs_no_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.checkpoint.trial._ATTEMPT", Path("/nowhere/attempt.py"))
    from core.catalogue import BUNDLED

    assert open_tokenizer(BUNDLED / "english-gpt", "gpt2").encode("The cat", 9).ids
