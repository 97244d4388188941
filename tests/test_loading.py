"""Progress, cancelling, memory and smaller types while a model is opened."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from core.catalogue import make_card
from core.checkpoint import estimate, open_checkpoint, room
from core.checkpoint.folder import open_folder
from core.checkpoint.size import trace_limit, trace_numbers
from core.config import ModelConfig
from core.errors import Cancelled, TooLarge
from core.frame import Prompt
from core.memory import Way, memory_available
from core.session import Session
from core.trace import Sight
from core.two_stream import TwoStreamConfig, build_model, reading
from tests.test_families import CASES, make_theirs, save
from tests.tiny_families import make_tiny

WEIGHTS = "model.safetensors"
CPU = torch.device("cpu")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return save(make_theirs(CASES["Llama"], 0), tmp_path / "model")


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_progress_rises_to_the_bytes_of_all_tensors(folder: Path) -> None:
    told: list[tuple[int, int]] = []
    open_checkpoint(folder, progress=lambda done, whole: told.append((done, whole)))
    size = sum(tensor.nbytes for tensor in load_file(folder / WEIGHTS).values())
    assert told[0] == (0, size)
    assert told[-1] == (size, size)
    assert told == sorted(told)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are counted on Linux")
@pytest.mark.parametrize("after", [0, 1000])
def test_cancelling_goes_through_and_leaves_no_file_open(after: int, folder: Path) -> None:
    def cancel(done: int, whole: int) -> None:
        if done >= after:
            raise Cancelled

    before = open_files()
    with pytest.raises(Cancelled):
        open_checkpoint(folder, progress=cancel)
    assert open_files() == before


@pytest.mark.parametrize("name", ["Llama", "T5", "BERT, both heads", "BART", "Gemma 2"])
def test_estimate_counts_the_numbers_of_the_file_and_of_a_trace(name: str, tmp_path: Path) -> None:
    folder = save(make_theirs(CASES[name], 0).half(), tmp_path / "model")
    told, checkpoint = estimate(folder), open_checkpoint(folder)
    taken = sum(parameter.numel() for parameter in checkpoint.model.parameters())
    assert told.parameters == taken
    assert (told.file_bytes, told.float32_bytes) == (2 * taken, 4 * taken)
    both = len(checkpoint.config.stacks) == 2
    with torch.no_grad():
        trace = checkpoint.model(torch.ones(1, 7, dtype=torch.long),
                                 torch.ones(1, 5, dtype=torch.long) if both else None)
    once = {id(tensor): tensor.numel() for _, tensor in trace.named()}
    assert told.trace_bytes(7, 5) == 4 * sum(once.values())
    assert trace_limit(checkpoint.config, 7) > trace_numbers(checkpoint.config, 7, 7, None, (0, 0))


def test_limit_of_a_trace_holds_both_streams_of_xlnet() -> None:
    config = TwoStreamConfig(
        vocabulary=9, width=8, heads=4, head_width=2, mlp_width=8, context=512, encoder_layers=3,
        positions="relative", qkv_bias=False, output_bias=False, norm_first=False)
    ids = torch.zeros(1, 100, dtype=torch.long)
    with torch.no_grad():
        trace = build_model(config)(
            ids, reads=reading(torch.arange(100))[None], segments=ids, logits_at=(0, 1))
    once = {id(tensor): tensor.numel() for _, tensor in trace.named()}
    assert trace_limit(config, 100) > sum(once.values()) > 0.5 * trace_limit(config, 100)


def tensor_sizes(config: ModelConfig, count: int) -> list[int]:
    """Of what one layer of a Llama keeps, by the legend of core.trace; streams are shared."""
    shape = config.shape("decoder")
    heads, shared = shape.heads * shape.head_width, shape.key_heads * shape.head_width
    square = shape.heads * count * count
    turned = count * (2 * heads + 2 * shared)  # q, k, q_flat, k_flat
    return [turned, count * shared, 2 * square, count * heads,
            3 * count * config.width, count * shape.mlp_width]


def test_model_larger_than_memory_is_refused_and_every_way_that_fits_is_offered(
    tmp_path: Path,
) -> None:
    folder = make_tiny("llama", tmp_path)
    told, tokens = estimate(folder), 64  # as many as the model reads
    with open_folder(folder) as opened:
        assert opened.config.context == tokens
        need = room.Need(opened.weights, opened.plan(), opened.config)
        exact, half = need.bytes(Way()), need.bytes(Way("bfloat16"))
        slim, least = need.bytes(Way(slim=True)), need.bytes(Way("bfloat16", True))
        logits = (tokens - 2) * opened.config.vocabulary  # all but two are never made
        numbers = told.parameters + told.trace_bytes(tokens, itemsize=1) - logits
        assert exact - half == 2 * numbers
        layers, held = 3, 2
        one = (exact - slim) // (layers - held)
        assert one == 4 * sum(tensor_sizes(opened.config, tokens))
        assert half < slim < exact
        room.check_room(folder, need, torch.float32, free=exact)
        room.check_room(folder, need, torch.float32, slim=True, free=slim)
        for free, offers in (
            (exact - 1, [Way(slim=True), Way("bfloat16")]),
            (slim, [Way(slim=True), Way("bfloat16")]),
            (slim - 1, [Way("bfloat16")]),
            (half - 1, [Way("bfloat16", True)]),
            (least - 1, []),
        ):
            with pytest.raises(TooLarge) as refused:
                room.check_room(folder, need, torch.float32, free=free)
            assert list(refused.value.values["offers"]) == offers
            assert f"in float32 with a text of {tokens} tokens" in str(refused.value)
            assert "MB are free" in str(refused.value)
        for dtype, kept, free, offers in (
            (torch.bfloat16, False, half - 1, [Way("bfloat16", True)]),
            (torch.float32, True, slim - 1, [Way("bfloat16", True)]),
            (torch.bfloat16, True, least - 1, []),
        ):
            with pytest.raises(TooLarge) as refused:
                room.check_room(folder, need, dtype, kept, free)
            assert list(refused.value.values["offers"]) == offers


@pytest.mark.parametrize(("files", "free"), [
    ({"proc/meminfo": "MemTotal: 9 kB\nMemAvailable:   8 kB\n"}, 8192),
    ({"proc/meminfo": "MemAvailable: 8 kB\n", "proc/self/cgroup": "0::/a/b\n",
      "sys/fs/cgroup/a/memory.max": "5000\n", "sys/fs/cgroup/a/memory.current": "4000\n",
      "sys/fs/cgroup/a/memory.stat": "anon 7\ninactive_file 300\n",
      "sys/fs/cgroup/a/b/memory.max": "max\n", "sys/fs/cgroup/a/b/memory.current": "1\n"}, 1300),
    ({"proc/meminfo": "MemAvailable: 8 kB\n", "proc/self/cgroup": "4:cpu,memory:/x\n",
      "sys/fs/cgroup/memory/x/memory.limit_in_bytes": "700",
      "sys/fs/cgroup/memory/x/memory.usage_in_bytes": "900"}, 0),
])
def test_memory_is_the_least_of_what_the_system_and_its_groups_leave(
    files: dict[str, str], free: int, tmp_path: Path
) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert memory_available(root=tmp_path) == free


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=str)
@pytest.mark.parametrize("name", ["Llama", "T5", "BERT, both heads"])
def test_halves_run_as_halves_and_are_shown_in_float32(
    name: str, dtype: torch.dtype, tmp_path: Path
) -> None:
    folder = save(make_theirs(CASES[name], 0), tmp_path / "model")
    frames = []
    for kind in (dtype, torch.float32):
        checkpoint = open_checkpoint(folder, kind)
        assert {parameter.dtype for parameter in checkpoint.model.parameters()} == {kind}
        session = Session(checkpoint, make_card(str(folder), checkpoint, CPU), CPU)
        frame = session.look(Prompt("w3 w7 w9", "w1 w5"), Sight(head=(1, 1)))
        assert frame.finite
        assert frame.head is not None
        assert frame.head.pattern.dtype == "float32"
        frames.append(frame.head.pattern)
    assert 0 < abs(frames[0] - frames[1]).max() < 0.1


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_tensors_that_hold_no_numbers_are_named(value: float, folder: Path) -> None:
    tensors = load_file(folder / WEIGHTS)
    tensors["model.layers.1.mlp.up_proj.weight"][3, 2] = value
    save_file(tensors, folder / WEIGHTS)
    checkpoint = open_checkpoint(folder)
    assert checkpoint.not_finite == ("layers.1.mlp.up_proj.weight",)


def test_code_that_lies_in_the_folder_is_never_run(folder: Path) -> None:
    (folder / "evil.py").write_text(f"open({str(folder / 'ran')!r}, 'w')")
    told = json.loads((folder / "config.json").read_text())
    told["auto_map"] = {"AutoModelForCausalLM": "evil.Model", "AutoConfig": "evil.Config"}
    (folder / "config.json").write_text(json.dumps(told | {"trust_remote_code": True}))
    assert open_checkpoint(folder).not_finite == ()
    assert not (folder / "ran").exists()
