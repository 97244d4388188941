"""The benchmarks measure the real program, and their arithmetic is right."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def threads() -> Iterator[None]:
    """Benchmarks choose torch's threads; other tests chose their own."""
    import torch

    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def test_a_spread_is_in_milliseconds() -> None:
    from app.bench.machine import spread

    hundred = [number / 1000 for number in range(101)]  # 0 to 100 ms: percentiles are themselves
    assert spread(hundred) == {
        "n": 101, "median_ms": 50.0, "p95_ms": 95.0, "p99_ms": 99.0, "max_ms": 100.0,
    }
    assert spread([]) == {"n": 0}


def test_a_ratio_is_of_medians() -> None:
    from app.bench.machine import ratio

    assert ratio([1.0, 2.0, 90.0], [4.0, 8.0, 9.0]) == 0.25


def test_a_stall_is_felt_by_every_moment_within_it() -> None:
    from app.bench.typing import waits

    found = waits([0.0, 0.001, 0.0055], step=0.001)  # no beat for 4.5 ms
    assert found == pytest.approx([0, 0, 0.0035, 0.0025, 0.0015, 0.0005])


def test_painting_times_both_sheets(application: QApplication, threads: None) -> None:
    from app.bench.painting import measure_painting

    result = measure_painting((16,), many=(8,), repeats=6)
    for figures in (result["16 tokens"], result["24 x 16 heads, 8 tokens"]):
        for name in ("reduce the patterns", "new thumbnails to painted sheet"):
            assert figures[name]["n"] == 6
            assert figures[name]["median_ms"] > 0
        assert figures["reference"]["n"] == 2
        assert figures["ratio"] > 0


def test_typing_accounts_for_every_key(
    application: QApplication, tiny_model: Path, threads: None
) -> None:
    from app.bench.typing import measure_typing

    figures = measure_typing(str(tiny_model), seconds=1.0)
    assert figures["keys"] == 15
    assert figures["key echoed in the editor"]["n"] == 15
    painted = figures["key to painted sheet"]
    assert figures["keys superseded by a newer one"] == round(1 - painted["n"] / 15, 3)
    assert figures["key to all panels painted"]["n"] == painted["n"]
    assert figures["key to painted sheet"]["median_ms"] >= figures[
        "the look alone, in the engine"]["median_ms"]
    assert figures["ratio, the look alone"] > 0
    stages = dict(figures["of a key in the middle half, ms"])
    whole = stages.pop("in all")
    assert sum(stages.values()) == pytest.approx(whole, abs=0.1)
    assert stages["the pass"] > 0
    assert whole <= painted["max_ms"] + 0.1


def test_moving_the_selection_runs_no_model_and_asks_nothing_for_hidden_pages(
    application: QApplication, tiny_model: Path, threads: None
) -> None:
    from app.bench.selecting import measure_selecting
    from app.pages import Pages

    figures = measure_selecting(str(tiny_model), steps=4)
    pages = Pages()
    assert {"the sheet alone", *pages.panels} <= set(figures)
    pages.deleteLater()
    for page in pages.panels:
        for kind in ("another head", "another cell"):
            measured = figures[page][kind]
            assert measured["n"] == 4, page
            assert measured["forward passes"] == 0, page
            assert measured["answers for hidden pages"] == 0, page
    assert figures["head"]["another head"]["kilobytes moved a key"] > 0
    assert figures["derivation"]["another cell"]["answers a key"] > 0
    for page in ("head", "readings", "generation"):  # they answer from what is at hand
        assert figures[page]["another cell"]["answers a key"] == 0, page


def test_a_count_of_what_is_moved_takes_each_array_once() -> None:
    import numpy as np

    from app.bench.selecting import moved_bytes
    from core.frame import Frame, ModelCard, Prompt
    from core.tokens import Tokens
    from core.trace import Sight

    card = ModelCard(
        reference="", name="", family="gpt2", device="cpu", parameters=0, context=4, heads=1,
        layers={"decoder": 1})
    small = np.zeros((1, 1, 4, 4), np.uint8)
    read = Tokens("", (1,), ((0, 0),))
    frame = Frame(Prompt(), Sight(), card, read, read, thumbnails=small)
    assert moved_bytes(frame) == 16
    from dataclasses import replace

    assert moved_bytes(replace(frame, beside=frame)) == 16


def test_the_window_is_painted_before_anything_heavy_is_imported() -> None:
    from app.bench.startup import measure_startup

    figures = measure_startup(repeats=2)
    assert figures["empty PySide6 window"]["n"] == 2
    assert figures["headlight, process start to first window painted"]["n"] == 2
    assert figures["torch imported by then"] is False
    assert figures["heavy modules imported by then"] == []


def test_memory_is_measured_where_the_system_tells_it(
    application: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.bench import run_bench
    from core.errors import Refusal

    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr("app.bench.machine.machine", dict)
    with pytest.raises(Refusal, match="Linux"):
        run_bench("soak", "english-gpt")


def test_a_result_reads_as_lines() -> None:
    from app.bench import lines

    assert list(lines({"a": 1, "b": {"c": 2}})) == ["a: 1", "b:", "  c: 2"]


def test_the_check_script_runs_the_command_of_the_readme() -> None:
    command = '\npip install -e ".[test]" && pytest\n'
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")
    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_tracing_holds_a_whole_trace_against_the_bare_pass_and_the_peers(
    tiny_model: Path, threads: None
) -> None:
    from app.bench.tracing import BARE, EAGER, LAST, LENS, MORE, OURS, measure_tracing

    result = measure_tracing((12, 24), rounds=4, model=str(tiny_model))
    for tokens in (12, 24):
        figures = result[f"{tokens} tokens"]
        for name in (OURS, BARE, MORE, EAGER, LAST):
            assert figures[name]["n"] == 4
            assert figures[name]["median_ms"] > 0
        for other in (BARE, EAGER, LAST):
            ours, theirs = figures[OURS]["median_ms"], figures[other]["median_ms"]
            rounding = 0.005 / ours + 0.005 / theirs + 0.0005 / (ours / theirs)
            assert figures[f"ratio, {OURS} / {other}"] == pytest.approx(
                ours / theirs, rel=1.1 * rounding)
    assert result.get(LENS) == "transformer_lens is not installed" or LENS in figures


def test_turns_are_taken_by_all_in_every_order() -> None:
    from app.bench.tracing import take_turns

    order: list[str] = []
    acts = {name: (lambda name=name: order.append(name)) for name in "abc"}
    seconds = take_turns(acts, 3, before={"b": lambda: order.append("-")})
    assert {name: len(taken) for name, taken in seconds.items()} == {"a": 3, "b": 3, "c": 3}
    rounds = "".join(order).replace("-b", "b")
    assert [rounds[at : at + 3] for at in range(0, 15, 3)] == ["bca", "cab", "abc", "bca", "cab"]


def test_growth_weighs_a_trace_by_the_tensors_it_holds(threads: None) -> None:
    import torch

    from app.bench.growth import measure_growth, trace_bytes
    from core.config import ModelConfig
    from core.model import Transformer

    heads, width, tokens = 2, 8, 5
    config = ModelConfig(
        vocabulary=11, width=width, heads=heads, head_width=4, mlp_width=16, context=8,
        decoder_layers=1)
    trace = Transformer(config)(torch.zeros(1, tokens, dtype=torch.long), logits_at=[4])
    squares = 2 * heads * tokens * tokens  # scores and patterns
    at_least = 4 * (squares + 3 * tokens * width + tokens * 16 + 11)
    assert at_least < trace_bytes(trace) < 4 * at_least
    result = measure_growth((4, 8), ((1, 2, 32),), ((1, 2, 32),), rounds=2)
    by_tokens = result["GPT-2 small's size, by tokens"]
    small, large = (by_tokens[f"{count} tokens"]["megabytes of a trace"] for count in (4, 8))
    assert 0 < small < large


def test_a_soak_types_every_key_and_takes_every_step(
    application: QApplication, threads: None
) -> None:
    from app.bench.soak import measure_soak

    result = measure_soak(keys=30, steps=30)
    for part in ("30 keys", "30 steps of reverse, looked at"):
        assert result[part]["late / early"] == pytest.approx(
            result[part]["late_mb"] / result[part]["early_mb"], rel=1e-3)
        assert result[part]["early_mb"] > 50
