"""The commands as a person types them: a trace against transformers, and bad input of each."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from PySide6.QtWidgets import QApplication
from safetensors import safe_open
from transformers import AutoTokenizer, GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

from app.__main__ import main
from core.catalogue import bundled_models, program_version
from core.training.vocabulary import train_tokenizer
from tests.conftest import TEXT
from tests.randomised import randomise, same_pattern, same_stream

PROMPT = "The cat sat on the mat 好 because it was 👍🏽 tired."
ROOT = Path(__file__).parent.parent
WIDTH, HEADS, LAYERS, CONTEXT = 24, 3, 3, 64

VARIANTS: dict[str, dict[str, Any]] = {
    "as GPT-2": {},
    "one head of one layer": {"n_head": 1, "n_layer": 1},
    "narrow feed-forward, ReLU": {"n_inner": 10, "activation_function": "relu"},
    "scores not scaled": {"scale_attn_weights": False, "layer_norm_epsilon": 1e-3},
    "a head of its own": {"tie_word_embeddings": False, "activation_function": "gelu"},
}


def save_theirs(folder: Path, **settings: Any) -> None:
    """A random GPT-2 and its tokenizer, both written by transformers."""
    inner = train_tokenizer("byte_bpe", [TEXT], 300).inner
    config = GPT2Config(**{
        "vocab_size": inner.get_vocab_size(), "n_embd": WIDTH, "n_head": HEADS, "n_layer": LAYERS,
        "n_positions": CONTEXT, "bos_token_id": 0, "eos_token_id": 0, **settings,
    })
    randomise(GPT2LMHeadModel(config), seed=1, spread=0.4).save_pretrained(folder)
    PreTrainedTokenizerFast(tokenizer_object=inner).save_pretrained(folder)


def read(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    with safe_open(path, framework="pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, file.metadata()  # noqa: SIM118


def legend(layers: int, heads: int, mlp: int, vocabulary: int, n: int) -> dict[str, list[int]]:
    """Names and axes as design.md tells them, for a model with a decoder alone."""
    each = {
        "resid_in": [n, WIDTH], "resid_mid": [n, WIDTH], "resid_out": [n, WIDTH],
        "mlp_out": [n, WIDTH], "mlp_act": [n, mlp],
        "self.scores": [heads, n, n], "self.pattern": [heads, n, n],
        **{f"self.{part}": [heads, n, WIDTH // heads] for part in "qkvz"},
    }
    return {
        "source.ids": [n], "logits": [n, vocabulary],
        **{f"decoder.{name}": [n, WIDTH] for name in ("embed", "positions", "final")},
        **{f"decoder.{i}.{name}": axes for i in range(layers) for name, axes in each.items()},
    }


@pytest.mark.parametrize("settings", VARIANTS.values(), ids=VARIANTS)
def test_trace_of_a_folder_saved_by_transformers_has_the_numbers_of_transformers(
    settings: dict[str, Any], tmp_path: Path
) -> None:
    save_theirs(tmp_path / "theirs", **settings)
    out = tmp_path / "trace.safetensors"

    assert main(["trace", "--model", str(tmp_path / "theirs"), "--text", PROMPT,
                 "--out", str(out)]) == 0

    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "theirs")
    given = tokenizer(PROMPT, return_offsets_mapping=True)
    theirs = GPT2LMHeadModel.from_pretrained(tmp_path / "theirs", attn_implementation="eager")
    with torch.no_grad():
        told = theirs(
            torch.tensor([given["input_ids"]]), output_attentions=True, output_hidden_states=True
        )
    tensors, metadata = read(out)
    config = theirs.config
    n = len(given["input_ids"])
    assert {name: list(tensor.shape) for name, tensor in tensors.items()} == legend(
        config.n_layer, config.n_head, config.n_inner or 4 * WIDTH, config.vocab_size, n
    )
    assert tensors["source.ids"].tolist() == given["input_ids"]
    assert tensors["source.ids"].dtype == torch.int64

    compared = {}
    for layer in range(config.n_layer):
        pattern, stream = f"decoder.{layer}.self.pattern", f"decoder.{layer}.resid_in"
        compared[pattern] = same_pattern(tensors[pattern], told.attentions[layer][0])
        compared[stream] = same_stream(tensors[stream], told.hidden_states[layer][0])
    compared["decoder.final"] = same_stream(tensors["decoder.final"], told.hidden_states[-1][0])
    compared["logits"] = same_stream(tensors["logits"], told.logits[0])
    assert len(compared) == 2 * config.n_layer + 2
    assert all(compared.values()), compared

    last = config.n_layer - 1
    assert torch.equal(
        tensors["decoder.0.resid_in"], tensors["decoder.embed"] + tensors["decoder.positions"]
    )
    with torch.no_grad():
        normed = theirs.transformer.ln_f(tensors[f"decoder.{last}.resid_out"])
    assert same_stream(normed, told.hidden_states[-1][0])

    assert metadata["model"] == "theirs"
    assert metadata["family"] == "gpt2"
    assert metadata["version"] == program_version() != "unknown"
    assert "step" not in metadata  # transformers does not say one
    assert metadata["source.text"] == PROMPT
    spans = [tuple(span) for span in json.loads(metadata["source.spans"])]
    assert spans == given["offset_mapping"]
    pieces = json.loads(metadata["source.pieces"])
    assert len(pieces) == n
    plain = [(piece, PROMPT[a:b]) for piece, (a, b) in zip(pieces, spans, strict=True)
             if PROMPT[a:b].isascii()]
    assert len(plain) > 8
    assert all(piece == text.replace(" ", "·") for piece, text in plain)


def test_trace_says_the_step_of_the_weights_and_that_a_text_was_cut(
    tiny_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "trace.safetensors"
    assert main(["trace", "--model", str(tiny_model), "--text", TEXT * 9, "--out", str(out)]) == 0
    tensors, metadata = read(out)
    assert metadata["step"] == "7"
    assert len(tensors["source.ids"]) == 64
    assert TEXT.startswith(metadata["source.text"][:50])
    assert len(metadata["source.text"]) < len(TEXT * 9)
    assert capsys.readouterr().out == f"{out}: {len(tensors)} tensors\n"


def test_model_may_be_named_before_the_command(tiny_model: Path, tmp_path: Path) -> None:
    out = tmp_path / "trace.safetensors"
    assert main(["--model", str(tiny_model), "trace", "--text", "a cat", "--out", str(out)]) == 0
    assert read(out)[1]["model"] == "tiny"


def test_trace_file_is_as_readable_as_any_other_and_replaces_what_was_there(
    tiny_model: Path, tmp_path: Path
) -> None:
    out, other = tmp_path / "trace.safetensors", tmp_path / "other"
    out.write_text("old")
    other.write_text("")
    assert main(["trace", "--model", str(tiny_model), "--text", "a", "--out", str(out)]) == 0
    assert out.stat().st_mode == other.stat().st_mode
    assert read(out)[0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "trace.safetensors"]


def test_trace_as_a_process_of_its_own(tiny_model: Path, tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside.safetensors", tmp_path / "outside.safetensors"
    words = ["trace", "--model", str(tiny_model), "--text", PROMPT, "--out"]
    assert main([*words, str(inside)]) == 0
    done = subprocess.run(
        [sys.executable, "-m", "app", *words, str(outside)],
        cwd=ROOT, capture_output=True, text=True, timeout=200, check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    (ours, told), (theirs, told_too) = read(inside), read(outside)
    assert told == told_too
    assert ours.keys() == theirs.keys()
    # Another number of threads may add in another order.
    assert all(torch.allclose(ours[name], theirs[name], atol=1e-5) for name in ours)


# -- bad input ------------------------------------------------------------------------------


@pytest.fixture
def here(
    application: QApplication, tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A folder with a good model and with everything that is bad."""
    for name in ("foreign", "out.safetensors", "out.png", "out.svg", "out.pdf", "cut"):
        (tmp_path / name).mkdir()
    for path in tiny_model.iterdir():
        shutil.copy(path, tmp_path / "cut" / path.name)
    weights = tmp_path / "cut/model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    shutil.copytree(tiny_model, tmp_path / "tiny")
    (tmp_path / "a_file").write_text("text")
    (tmp_path / "bad.json").write_text("{")
    for ending in ("safetensors", "png", "svg", "pdf"):
        (tmp_path / f"full.{ending}").symlink_to("/dev/full")
        (tmp_path / f"circle.{ending}").symlink_to(f"circle.{ending}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refusal(capfd: pytest.CaptureFixture[str], arguments: list[str]) -> str:
    """What is said to ``arguments``: one sentence, and nothing else anywhere."""
    capfd.readouterr()
    assert main(arguments) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith("headlight: ")
    assert err.endswith(".\n")
    assert err.count("\n") == 1, err
    assert "Traceback" not in err
    return err


TRACE = ["trace", "--model", "tiny", "--text", "a cat", "--out"]
SNAPSHOT = ["snapshot", "--model", "tiny", "--text", "a cat", "--out"]
TRAIN = ["train", "--objective", "causal", "--recipe", "tang-gpt"]

BOTH = [
    (["--model", "nobody", "--text", "a"],
     "nobody is neither a folder, nor a model downloaded from the hub"),
    (["--model", "x" * 5000, "--text", "a"], "neither a folder"),
    (["--model", "~nobody/x", "--text", "a"], "neither a folder"),
    (["--model", "two\nlines", "--text", "a"], "two lines is neither"),
    (["--model", "a_file", "--text", "a"], "neither a folder"),
    (["--model", "foreign", "--text", "a"], "foreign/config.json can't be read"),
    (["--model", "cut", "--text", "a"], "cut/model.safetensors is damaged"),
    (["--model", "tiny", "--text", ""], "The text has no tokens"),
    (["--model", "tiny"], "The following arguments are required: --text"),
]
CASES: list[tuple[list[str], str]] = [
    *[(["trace", *words, "--out", "t.safetensors"], said) for words, said in BOTH],
    *[(["snapshot", *words, "--out", "t.png"], said) for words, said in BOTH],
    *[([*TRACE, out], said) for out, said in (
        ("missing/t.safetensors", "there is no folder missing"),
        ("out.safetensors", "out.safetensors can't be written: Is a directory"),
        ("t.bin", "t.bin should end in .safetensors"),
        ("a_file/t.safetensors", "there is no folder a_file"),
        ("/proc/t.safetensors", "can't be written: No such file or directory"),
        ("full.safetensors", "can't be written: No space left on device"),
        ("circle.safetensors", "can't be written"),
        ("t" * 300 + ".safetensors", "can't be written: File name too long"),
    )],
    *[([*SNAPSHOT, out], said) for end in ("png", "svg", "pdf") for out, said in (
        (f"missing/t.{end}", "there is no folder missing"),
        (f"out.{end}", f"out.{end} can't be written: Is a directory"),
        (f"/proc/t.{end}", "can't be written: No such file or directory"),
        (f"full.{end}", "can't be written: No space left on device"),
    )],
    ([*SNAPSHOT, "t.jpg"], "t.jpg should end in .png or .svg or .pdf"),
    *[([*SNAPSHOT, "t.png", "--size", size], f"--size is {size!r}"[:40]) for size in (
        "0x0", "100x100", "719x480", "99999x99999", "9" * 5000 + "x9", "big", "1280", "", "1x2x3",
        "１２８０x800",
    )],
    ([*SNAPSHOT, "t.png", "--size=-1280x800"], "--size is '-1280x800'"),
    *[([*SNAPSHOT, "t.png", "--head", head], f"--head is {head!r}") for head in (
        "x", "1", "-1.0", "1.2.3", "", "1.x",
    )],
    ([*SNAPSHOT, "t.png", "--head", "3.0"], "There is no layer 3, head 0; this model has 3 layers"),
    ([*SNAPSHOT, "t.png", "--head", "0.4"], "There is no layer 0, head 4; this model has 3 layers"),
    *[([*SNAPSHOT, "t.png", "--pixels", n], "--pixels is") for n in ("0", "-1", "nan", "inf", "9")],
    ([*SNAPSHOT, "t.png", "--pixels", "two"], "invalid float value: 'two'"),
    *[([*SNAPSHOT, "t.png", option, "mauve"], f"Argument {option}: invalid choice: 'mauve'")
      for option in ("--theme", "--panel", "--scale", "--lang")],
    (["train"], "The following arguments are required: --run"),
    ([*TRAIN, "--run", "r", "--data", "missing"], "missing"),
    ([*TRAIN, "--run", "r"], "This recipe needs data; name them with --data"),
    (["train", "--run", "r", "--objective", "masked", "--recipe", "dates"],
     "The recipe dates is for the objective translation, not masked"),
    ([*TRAIN, "--run", "r", "--data", "a_file", "--recipe", "none"], "none is no recipe"),
    ([*TRAIN, "--run", "r", "--data", "a_file", "--recipe", "bad.json"], "bad.json is no recipe"),
    ([*TRAIN, "--run", "r", "--data", "a_file", "--init", "nobody"], "nobody is neither a folder"),
    ([*TRAIN, "--run", "r", "--data", "a_file", "--steps", "0"], "steps"),
    ([*TRAIN, "--run", "r", "--data", "a_file", "--steps", "many"], "invalid int value: 'many'"),
    (["evaluate", "--model", "nobody", "--data", "a_file"], "nobody is neither a folder"),
    (["evaluate", "--model", "tiny", "--data", "missing"], "missing"),
    (["evaluate", "--model", "tiny", "--data", "a_file", "--recipe", "none"], "none is no recipe"),
    (["bench"], "The following arguments are required: what"),
    (["bench", "patience"], "invalid choice: 'patience'"),
    (["trance"], "There is no command and no file trance; perhaps trace was meant."),
    (["--lang", "en", "Snapsot", "--out", "t.png"], "perhaps snapshot was meant."),
    (["hello"], "no file hello; the commands are trace, snapshot, train, watch, open, lecture, "),
    (["missing/tiny"], "There is no command and no file missing/tiny; the commands are "),
    (["models", "--all"], "Unrecognized arguments: --all"),
    (["--txet"], "Unrecognized arguments: --txet"),
    (["--lang", "la"], "Argument --lang: invalid choice: 'la'"),
]


@pytest.mark.parametrize(("arguments", "said"), CASES, ids=lambda value: str(value)[:60])
def test_bad_input_is_refused_in_one_sentence(
    arguments: list[str], said: str, here: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.lstat().st_mtime_ns for path in here.rglob("*")}
    assert said in refusal(capfd, arguments)
    # Nothing half-written is left, and nothing that was there has gone.
    assert {path: path.lstat().st_mtime_ns for path in here.rglob("*")} == before


@pytest.mark.parametrize("small_disk", [8], indirect=True)
@pytest.mark.parametrize("ending", ["safetensors", "png", "svg", "pdf"])
def test_disk_that_fills_up_keeps_the_file_that_was_there(
    ending: str, small_disk: Path, here: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = small_disk / f"out.{ending}"
    out.write_text("old")
    words = TRACE if ending == "safetensors" else SNAPSHOT
    assert "No space left on device" in refusal(capfd, [*words, str(out)])
    assert [path.name for path in small_disk.iterdir()] == [out.name]
    assert out.read_text() == "old"


# -- commands that are quick ----------------------------------------------------------------

QUICK = """
import sys
from app.__main__ import main
try:
    code = main(sys.argv[1:])
except SystemExit as end:
    code = end.code
heavy = {"torch", "numpy", "PySide6", "transformers", "tokenizers", "pyqtgraph"}
print(code, sorted(heavy & sys.modules.keys()), file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["models"], lambda: "".join(f"{name}\n" for name in bundled_models())),
        (["--version"], lambda: f"headlight {program_version()}\n"),
        (["--help"], lambda: None),
        (["trace", "--help"], lambda: None),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_words_alone_need_neither_torch_nor_qt(
    arguments: list[str], said: Callable[[], str | None]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", QUICK, *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
        env={**os.environ, "COLUMNS": "80"},
    )
    assert done.stderr == "0 []\n"
    expected = said()
    if expected is not None:
        assert done.stdout == expected
    else:
        assert done.stdout.startswith("usage: headlight")
        assert "--model" in done.stdout
        assert "--text" in done.stdout


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    assert end.value.code == 0
    words = capsys.readouterr().out.split()
    commands = {"trace", "snapshot", "train", "watch", "evaluate", "bench", "models"}
    assert commands <= set(words)
