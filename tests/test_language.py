"""Chinese is complete, true to its templates, and drawn."""

from __future__ import annotations

import os
import re
import shutil
import string
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.language import has_chinese_font, install_language, language_of, say_refusal
from app.window import Window
from core.catalogue import RESOURCES
from core.errors import SAID_BY_THE_SYSTEM, Refusal

ROOT = Path(__file__).parent.parent
SOURCE = RESOURCES / "i18n" / "zh_CN.ts"


@pytest.fixture
def chinese(application: object) -> Iterator[None]:
    install_language("zh")
    yield
    install_language("en")


def _messages(path: Path) -> dict[tuple[str, str], str]:
    found = {}
    for context in ElementTree.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            unfinished = translation.get("type") is not None
            key = (context.findtext("name", ""), message.findtext("source", ""))
            found[key] = "" if unfinished else translation.text or ""
    return found


def _values(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _tool(name: str) -> str:
    tool = shutil.which(name, path=str(Path(sys.executable).parent))
    assert tool, f"PySide6 brings {name}"
    return tool


def test_every_string_of_the_program_is_translated(tmp_path: Path) -> None:
    fresh = tmp_path / "zh_CN.ts"
    files = [str(path) for part in ("app", "core") for path in (ROOT / part).rglob("*.py")]
    subprocess.run([_tool("pyside6-lupdate"), *files, "-ts", str(fresh)], check=True,
                   capture_output=True)
    wanted, have = _messages(fresh), _messages(SOURCE)
    assert len(wanted) > 100
    assert [key for key in wanted if not have.get(key)] == []
    assert [key for key in have if key not in wanted] == [], "no longer in the program"


def test_a_translation_names_the_same_values_as_its_source() -> None:
    for (_, source), translation in _messages(SOURCE).items():
        assert _values(translation) == _values(source), source


def test_menu_letters_survive_translation() -> None:
    for (_, source), translation in _messages(SOURCE).items():
        letter = re.search("&(.)", source)
        if letter:
            assert f"(&{letter[1].upper()})" in translation, source


def test_the_compiled_file_is_that_of_the_source(tmp_path: Path) -> None:
    fresh = tmp_path / "zh_CN.qm"
    subprocess.run([_tool("pyside6-lrelease"), str(SOURCE), "-qm", str(fresh)], check=True,
                   capture_output=True)
    assert fresh.read_bytes() == SOURCE.with_suffix(".qm").read_bytes()


def test_a_refusal_is_said_in_chinese_with_its_values(chinese: None) -> None:
    refusal = Refusal("{path} is no regular file.", path="/tmp/x")
    assert say_refusal(refusal) == "/tmp/x 不是普通文件。"
    assert str(refusal) == "/tmp/x is no regular file."


def test_what_the_system_says_of_a_file_is_known_to_be_translated() -> None:
    assert {code: os.strerror(code) for code in SAID_BY_THE_SYSTEM} == SAID_BY_THE_SYSTEM


def test_an_unknown_language_is_english() -> None:
    assert language_of("fr") == language_of("system") or language_of("fr") == "en"
    assert language_of("zh") == "zh"


def test_the_window_speaks_chinese_at_once_and_goes_back(
    open_window: Callable[..., Window],
) -> None:
    window = open_window()
    assert window.sheet_panel.title.text() == "Heads"
    window.dress.set_language("zh")
    from tests.conftest import wait_until

    wait_until(lambda: window.sheet_panel.title.text() == "注意力头")
    titles = [action.text() for action in window.menuBar().actions()]
    assert titles[0] == "文件(&F)"
    assert all(re.search("[\u4e00-\u9fff]", title) for title in titles), titles
    assert "第 0 层" in window.matrix_panel.title.text()
    window.dress.set_language("en")
    wait_until(lambda: window.sheet_panel.title.text() == "Heads")


@pytest.mark.skipif(shutil.which("fc-list") is None, reason="fontconfig's tools are not installed")
def test_the_program_knows_whether_it_can_draw_chinese(application: object) -> None:
    listed = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=True)
    assert has_chinese_font() == bool(listed.stdout.strip())
