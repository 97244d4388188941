"""Each of many spoilt folders is refused in one sentence, soon, in little memory, and no more."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import test_two_stream as xlnet
from tests.hostile import CASES
from tests.spoiling import FAMILIES
from tests.test_families import CASES as MODELS
from tests.test_families import Case, make_theirs, save

GPT2 = Case("GPT2LMHeadModel", {"n_embd": 24, "n_layer": 2, "n_head": 3, "n_inner": 40,
                                "n_positions": 16, "bos_token_id": 0, "eos_token_id": 0})

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="memory is measured as Linux tells it"
)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("good")
    for name in FAMILIES:
        if name == "XLNet":
            xlnet.save(xlnet.make_theirs(xlnet.Case(), 0), folder / name)
        else:
            save(make_theirs(GPT2 if name == "GPT-2" else MODELS[name], 0), folder / name)
    return folder


@pytest.fixture(scope="module")
def answers(good: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    scratch = tmp_path_factory.mktemp("scratch") / "folder"
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile", str(good), str(scratch)], check=False,
        capture_output=True, text=True, timeout=120, cwd=Path(__file__).parent.parent,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return {name: rest for name, *rest in told}


def test_there_are_many_cases_and_each_was_answered(answers: dict[str, list[Any]]) -> None:
    assert len(CASES) == len(answers) == 232


@pytest.mark.parametrize("name", CASES)
def test_spoilt_folder_is_refused_at_once_and_the_open_session_goes_on(
    name: str, answers: dict[str, list[Any]]
) -> None:
    kind, sentence, seconds, memory, same = answers[name]
    assert kind == "refused", sentence
    assert [word for word in CASES[name].told if word not in sentence] == [], sentence
    assert sentence.endswith(".")
    assert sentence.isprintable()
    assert len(sentence) < 600
    assert seconds < 5
    assert memory < 500 * 10**6
    assert same
