"""What is wrong with a damaged JSON file is said in the language of the whole sentence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QTranslator

from app.language import say_refusal
from app.session_file import LIMIT, read_session
from core.checkpoint.files import parse_json, read_json, reason
from core.errors import Refusal
from core.no_json import WORDS
from core.training.recipe import read_recipe
from core.training.tables import rows

DAMAGED = [
    b"", b"{'a': 8}", b'{"a": 8', b'{"a" 8}', b'{"a": 8,}', b"[1,]", b"{} {}", b'{"a": "b',
    b'{"a": "\n"}', b'{"a": "\\x"}', b'{"a": "\\u12"}', b'{"a": "\xff"}', b'{"a": "\xe4\xbd"}',
    b'{"a": "\xe4\xbdx"}', b'{"a": 8, "a": 8}', b'{"a": NaN}', b'{"a": -Infinity}',
    b"[" * 10**5, b"[" * 3 * 10**6,
]


class Foreign(QTranslator):
    """Says that it has translated, and what."""

    def translate(  # type: ignore[override]
        self, context: str, source: str, disambiguation: str | None = None, count: int = -1
    ) -> str:
        """``source`` as it is, in brackets; only what is marked somewhere is known."""
        return f"«{source}»" if context == "core" else ""


@pytest.fixture
def foreign(application: QCoreApplication) -> Iterator[None]:
    translator = Foreign()
    application.installTranslator(translator)
    yield
    application.removeTranslator(translator)


def bare(said: str) -> str:
    return re.sub("[«»]", "", said)


@pytest.mark.parametrize("raw", DAMAGED, ids=[repr(raw[:12]) for raw in DAMAGED])
def test_every_reason_is_translated_with_its_sentence(
    foreign: None, tmp_path: Path, raw: bytes
) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(raw)
    for read in (read_json, read_recipe, read_session)[:2 if len(raw) > LIMIT else 3]:
        with pytest.raises(Refusal) as refused:
            read(path)
        why = refused.value.values["reason"]
        assert isinstance(why, Refusal), why
        said = say_refusal(refused.value)
        assert f"«{why.template}»".split("{", maxsplit=1)[0] in said
        assert bare(said) == str(refused.value), "English is as it was"
        what = why.values.get("what")
        assert what is None or f"«{what}»" in said


def test_of_a_table_the_line_is_that_of_its_file(foreign: None, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "a"}\n{"text": \n')
    with pytest.raises(Refusal) as refused:
        list(rows(path, ["text"]))
    assert str(refused.value) == f"{path}, line 2 is no JSON: Expecting value."
    assert "«Expecting value»" in say_refusal(refused.value)


@settings(deadline=None, max_examples=400)
@given(st.text('{}[]",:\\u0x1 \n\tab-.eEntf', max_size=14))
def test_no_reader_says_what_is_not_marked(text: str) -> None:
    found: ValueError | None = None
    try:
        parse_json(text.encode())
    except ValueError as error:
        found = error
    assert found is None or isinstance(reason(found), Refusal)
    assert found is None or str(reason(found)) == str(found).rstrip(".")
    if isinstance(found, json.JSONDecodeError):
        assert found.msg in WORDS
