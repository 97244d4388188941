"""A folder of checkpoints that grows: what is whole, what is skipped and why, what is read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file

from core.against import Against
from core.checkpoint import write_checkpoint
from core.edits import Edit, Edits
from core.errors import Refusal
from core.folder_timeline import FolderTimeline
from core.frame import Prompt
from core.session import open_session
from core.sides import Sides
from core.timeline import weight_bytes
from core.trace import Sight
from core.watching import open_run
from tests.tiny_families import make_tiny

PROMPT = Prompt("The cat sat.")
SIGHT = Sight(head=(1, 2))


def write_step(run: Path, step: int, like: Path, name: str = "checkpoint-{}") -> Path:
    """A checkpoint of the model ``like``, in which each weight is the step's number."""
    folder = run / name.format(step)
    shutil.copytree(like, folder)
    fill(folder / "model.safetensors", step)
    return folder


def fill(path: Path, number: float) -> None:
    save_file({key: torch.full_like(tensor, number) for key, tensor in load_file(path).items()},
              path, {"format": "pt"})


def numbers_of(timeline: FolderTimeline, step: int) -> set[float]:
    """Every number in the weights of a step."""
    return {number for each in timeline.weights(step).values() for number in each.unique().tolist()}


def scanned(run: Path, budget: int = 2**30, patience: float = 0.0) -> FolderTimeline:
    timeline = FolderTimeline(run, budget, patience=patience)
    timeline.scan()
    return timeline


# -- layouts --------------------------------------------------------------------------------


def test_folders_of_every_trainer_are_steps_in_order_and_others_are_not(
    tmp_path: Path, tiny_model: Path
) -> None:
    names = [
        "checkpoint-20", "checkpoint-3", "checkpoint_100", "step_7", "checkpoints/checkpoint_1"]
    others = ["model", "checkpoint-best", "checkpoint-5.part", "tmp-checkpoint-6", "runs"]
    for name in (*names, *others):
        shutil.copytree(tiny_model, tmp_path / name)
    (tmp_path / "checkpoint-9").write_text("a file")
    timeline = scanned(tmp_path)
    assert timeline.steps == (1, 3, 7, 20, 100)
    assert timeline.place(1) == tmp_path / "checkpoints/checkpoint_1"
    assert not timeline.skipped


def test_a_step_is_looked_at_as_if_its_checkpoint_had_been_opened(
    tmp_path: Path, tiny_model: Path
) -> None:
    session = open_session(str(tiny_model))
    for step in (10, 20, 30):
        with torch.no_grad():
            for parameter in session.model.parameters():
                parameter.add_(torch.randn_like(parameter), alpha=0.1)
        write_checkpoint(tmp_path / f"checkpoint-{step}", session.model, session.tokenizer)
    session.timeline = scanned(tmp_path)
    session.weights_changed(1000)
    for step in (20, 10, 30, 20):
        wanted = open_session(str(tmp_path / f"checkpoint-{step}")).look(PROMPT, SIGHT)
        found = session.look(PROMPT, SIGHT, at=step)
        assert found.step == step
        assert found.kept == (10, 20, 30)
        np.testing.assert_array_equal(
            found.head.pattern, wanted.head.pattern)  # type: ignore[union-attr]
        assert found.predictions == wanted.predictions


def test_configuration_and_tokenizer_are_taken_from_the_run_where_checkpoints_have_none(
    tmp_path: Path, tiny_model: Path
) -> None:
    for name in ("config.json", "tokenizer.json"):
        shutil.copy(tiny_model / name, tmp_path)
    for step in (1, 2):
        (tmp_path / f"checkpoint_{step}").mkdir()
        shutil.copy(tiny_model / "model.safetensors", tmp_path / f"checkpoint_{step}")
    session = open_run(tmp_path, 2**30)
    assert session.step == 2
    assert session.look(PROMPT, SIGHT).predictions == open_session(
        str(tiny_model)).look(PROMPT, SIGHT).predictions


@pytest.mark.parametrize("family", ["bert", "t5", "llama"])
def test_other_families_are_timelines_too(family: str, tmp_path: Path) -> None:
    for step in (1, 2):
        make_tiny(family, tmp_path / f"checkpoint-{step}", seed=step)
    session = open_run(tmp_path, 2**30)
    prompt = Prompt("the cat sat", "katze" if len(session.config.stacks) == 2 else "")
    for step in (1, 2):
        wanted = open_session(str(tmp_path / f"checkpoint-{step}")).look(prompt, Sight())
        assert session.look(prompt, Sight(), at=step).predictions == wanted.predictions


def test_a_head_that_is_written_apart_or_left_out_is_the_same_head(
    tmp_path: Path, tiny_model: Path
) -> None:
    """Some programs write a tied matrix twice."""
    write_step(tmp_path, 1, tiny_model)
    folder = write_step(tmp_path, 2, tiny_model)
    tensors = load_file(folder / "model.safetensors")
    embedding = tensors["transformer.wte.weight"]
    save_file(tensors | {"lm_head.weight": embedding.clone()}, folder / "model.safetensors")
    timeline = scanned(tmp_path)
    assert timeline.weights(1).keys() == timeline.weights(2).keys()
    save_file(tensors | {"lm_head.weight": embedding + 1}, folder / "model.safetensors")
    timeline.scan()
    with pytest.raises(Refusal, match="tied_head is False, not True"):
        timeline.weights(2)
    assert timeline.steps == (1,)


# -- what comes and goes --------------------------------------------------------------------


def test_it_grows_as_the_folder_does_and_says_so(tmp_path: Path, tiny_model: Path) -> None:
    write_step(tmp_path, 1, tiny_model)
    timeline = FolderTimeline(tmp_path, 2**30, patience=0)
    assert timeline.steps == ()
    assert timeline.scan()
    assert not timeline.scan()
    write_step(tmp_path, 2, tiny_model)
    assert timeline.scan()
    assert timeline.steps == (1, 2)
    assert numbers_of(timeline, 2) == {2}


def test_files_must_rest_for_a_while_unless_they_are_old(tmp_path: Path, tiny_model: Path) -> None:
    folder = write_step(tmp_path, 1, tiny_model)
    timeline = FolderTimeline(tmp_path, 2**30, patience=0.2)
    assert not timeline.scan()
    time.sleep(0.21)
    assert timeline.scan()
    assert FolderTimeline(tmp_path, 2**30, patience=1e9).scan() is False
    for file in folder.iterdir():
        os.utime(file, (time.time() - 100,) * 2)
    patient = FolderTimeline(tmp_path, 2**30, patience=10)
    assert patient.scan()


def test_a_checkpoint_that_is_written_anew_is_read_anew(tmp_path: Path, tiny_model: Path) -> None:
    folder = write_step(tmp_path, 5, tiny_model)
    timeline = scanned(tmp_path)
    before = timeline.weights(5)
    assert timeline.weights(5) is before
    fill(folder / "model.safetensors", 6)
    timeline.scan()
    assert numbers_of(timeline, 5) == {6}
    assert timeline.weights(5) is not before


def test_one_that_vanished_is_refused_with_a_reason_and_others_go_on(
    tmp_path: Path, tiny_model: Path
) -> None:
    for step in (1, 2, 3):
        write_step(tmp_path, step, tiny_model)
    timeline = scanned(tmp_path)
    shutil.rmtree(timeline.place(2))
    with pytest.raises(Refusal, match=r"checkpoint-2.*No such file"):
        timeline.weights(2)
    assert timeline.steps == (1, 3)
    assert "checkpoint-2" in timeline.skipped
    assert timeline.nearest(2) == 1
    shutil.rmtree(timeline.place(1))
    assert timeline.scan()
    assert timeline.steps == (3,)
    assert not timeline.skipped
    assert numbers_of(timeline, 3) == {3}


def test_one_that_cannot_be_read_is_left_until_its_files_change(
    tmp_path: Path, tiny_model: Path
) -> None:
    write_step(tmp_path, 1, tiny_model)
    second = write_step(tmp_path, 2, tiny_model)
    weights = second / "model.safetensors"
    apart = load_file(weights)
    apart["lm_head.weight"] = torch.full_like(apart["transformer.wte.weight"], 9.0)
    save_file(apart, weights, {"format": "pt"})
    timeline = scanned(tmp_path)
    timeline.config = open_session(str(tiny_model)).model.config
    with pytest.raises(Refusal, match="tied_head is False, not True"):
        timeline.weights(2)
    assert not timeline.scan()
    assert timeline.steps == (1,)
    assert "tied_head" in str(timeline.skipped["checkpoint-2"])
    del apart["lm_head.weight"]
    save_file(apart, weights, {"format": "pt"})
    assert timeline.scan()
    assert numbers_of(timeline, 2) == {2}


def test_one_that_changed_since_the_last_scan_is_not_read(
    tmp_path: Path, tiny_model: Path
) -> None:
    folder = write_step(tmp_path, 1, tiny_model)
    timeline = scanned(tmp_path)
    fill(folder / "model.safetensors", 8)
    with pytest.raises(Refusal, match="written anew while it was read"):
        timeline.weights(1)
    timeline.scan()
    assert numbers_of(timeline, 1) == {8}


def test_weights_are_held_within_the_budget_and_the_last_ones_stay(
    tmp_path: Path, tiny_model: Path
) -> None:
    for step in range(6):
        write_step(tmp_path, step, tiny_model)
    timeline = scanned(tmp_path)
    one = weight_bytes(timeline.weights(0))
    timeline.budget = 3 * one
    held = {step: timeline.weights(step) for step in (1, 2, 3, 4)}
    assert timeline.used == 3 * one
    assert timeline.weights(2) is held[2]
    timeline.weights(5)
    assert timeline.weights(2) is held[2]
    assert timeline.weights(1) is not held[1]
    timeline.budget = 0
    assert numbers_of(timeline, 3) == {3}
    assert timeline.used == one


# -- what is skipped ------------------------------------------------------------------------


def test_another_family_or_shape_than_the_first_is_refused(
    tmp_path: Path, tiny_model: Path
) -> None:
    write_step(tmp_path, 1, tiny_model)
    make_tiny("bert", tmp_path / "checkpoint-2")
    theirs = transformers.GPT2LMHeadModel(transformers.GPT2Config(
        vocab_size=400, n_embd=32, n_layer=2, n_head=4, n_positions=64, n_inner=64))
    theirs.save_pretrained(tmp_path / "checkpoint-3")
    timeline = scanned(tmp_path)
    assert timeline.steps == (1,)
    assert "model_type is bert, not gpt2" in str(timeline.skipped["checkpoint-2"])
    said = str(timeline.skipped["checkpoint-3"])
    assert "is of another model than" in said
    assert "checkpoint-1" in said


def test_a_pickle_alone_is_refused_as_elsewhere(tmp_path: Path, tiny_model: Path) -> None:
    folder = write_step(tmp_path, 1, tiny_model)
    (folder / "model.safetensors").unlink()
    for name in ("optimizer.pt", "pytorch_model.bin", "training_args.bin"):
        (folder / name).write_bytes(b"\x80\x04N.")
    timeline = scanned(tmp_path)
    assert timeline.steps == ()
    assert "pytorch_model.bin is a pickle, which can run code" in str(
        timeline.skipped["checkpoint-1"])
    with pytest.raises(Refusal, match=r"pytorch_model\.bin is a pickle"):
        open_run(tmp_path, 2**30)


def test_what_is_not_whole_is_skipped_until_it_is(tmp_path: Path, tiny_model: Path) -> None:
    folder = write_step(tmp_path, 1, tiny_model)
    whole = (folder / "model.safetensors").read_bytes()
    timeline = FolderTimeline(tmp_path, 2**30, patience=0)
    for part in (0, 4, 200, len(whole) // 2, len(whole) - 1):
        (folder / "model.safetensors").write_bytes(whole[:part])
        timeline.scan()
        assert timeline.steps == ()
        assert "model.safetensors" in str(timeline.skipped["checkpoint-1"])
    (folder / "config.json").rename(folder / "later.json")
    (folder / "model.safetensors").write_bytes(whole)
    timeline.scan()
    assert "config.json" in str(timeline.skipped["checkpoint-1"])
    (folder / "later.json").rename(folder / "config.json")
    timeline.scan()
    assert timeline.steps == (1,)
    assert not timeline.skipped


def test_every_shard_that_the_index_names_must_be_there(tmp_path: Path, tiny_model: Path) -> None:
    folder = write_step(tmp_path, 4, tiny_model)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder)
    (folder / "model.safetensors").unlink()
    model.save_pretrained(folder, max_shard_size="20KB")
    shards = sorted(folder.glob("*.safetensors"))
    assert len(shards) > 2
    assert scanned(tmp_path).steps == (4,)
    raw = shards[1].read_bytes()
    shards[1].unlink()
    timeline = scanned(tmp_path)
    assert shards[1].name in str(timeline.skipped["checkpoint-4"])
    shards[1].write_bytes(raw[:-3])
    timeline.scan()
    assert shards[1].name in str(timeline.skipped["checkpoint-4"])
    shards[1].write_bytes(raw)
    timeline.scan()
    assert numbers_of(timeline, 4) == {4}


def test_of_two_folders_of_one_step_one_is_skipped(tmp_path: Path, tiny_model: Path) -> None:
    write_step(tmp_path, 1, tiny_model)
    write_step(tmp_path, 1, tiny_model, "step_{}")
    timeline = scanned(tmp_path)
    assert timeline.place(1).name == "checkpoint-1"
    assert "is of step 1" in str(timeline.skipped["step_1"])


def test_a_folder_that_is_not_there_or_holds_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="gone can't be read"):
        FolderTimeline(tmp_path / "gone", 2**30).scan()
    with pytest.raises(Refusal, match="holds no whole checkpoint yet"):
        open_run(tmp_path, 2**30)


# -- other programs, writing while it is watched --------------------------------------------

WRITER = """
    import json, os, sys, time
    from pathlib import Path
    like, run, way = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    raw = (like / "model.safetensors").read_bytes()
    head = 8 + int.from_bytes(raw[:8], "little")
    for step in range(1, 5):
        folder = run / (f"checkpoint-{step}" if way != "renamed" else f"part-{step}")
        folder.mkdir()
        (folder / "config.json").write_bytes((like / "config.json").read_bytes())
        data = raw[:head] + b"\\0\\0%c\\x3f" % (step + 1) * ((len(raw) - head) // 4)
        with (folder / "model.safetensors").open("wb", buffering=0) as file:
            if way == "reserved":
                file.truncate(len(data))
            piece = len(data) // 20
            for start in range(0, len(data), piece):
                file.write(data[start : start + piece])
                time.sleep(0.02)
        (folder / "tokenizer.json").write_bytes((like / "tokenizer.json").read_bytes())
        if way == "renamed":
            folder.rename(run / f"checkpoint-{step}")
"""


@pytest.mark.parametrize(("way", "patience"), [
    ("in place", 0.0), ("renamed", 0.0), ("reserved", 1.5)])
def test_a_slow_writer_is_never_read_half_way(
    way: str, patience: float, tmp_path: Path, tiny_model: Path
) -> None:
    """Each weight of a checkpoint is the same number; of a half-written one some would be 0."""
    run = tmp_path / "run"
    run.mkdir()
    writer = subprocess.Popen([
        sys.executable, "-c", textwrap.dedent(WRITER), str(tiny_model), str(run), way])
    timeline = FolderTimeline(run, 0, patience=patience)
    scans, seen, end = 0, set[int](), time.monotonic() + 60
    while len(seen) < 4:
        assert time.monotonic() < end
        timeline.scan()
        scans += 1
        for step in timeline.steps:
            number = int.from_bytes(bytes([0, 0, step + 1, 0x3F]), "little")
            wanted = float(np.array(number, dtype=np.uint32).view(np.float32))
            assert numbers_of(timeline, step) == {wanted}, (way, step)
            seen.add(step)
    assert writer.wait(10) == 0
    assert scans > 10
    assert not timeline.skipped


TRAINER = """
    import sys
    import torch
    from transformers import AutoModelForCausalLM, Trainer, TrainingArguments
    model = AutoModelForCausalLM.from_pretrained(sys.argv[1])
    ids = torch.randint(0, model.config.vocab_size, (64, 12), generator=torch.manual_seed(0))
    Trainer(
        model, TrainingArguments(
            sys.argv[2], max_steps=6, save_steps=2, per_device_train_batch_size=4, report_to=[],
            learning_rate=1e-2, disable_tqdm=True, use_cpu=True, logging_steps=1000),
        train_dataset=[{"input_ids": row, "labels": row} for row in ids],
    ).train()
    from accelerate import Accelerator
    from accelerate.utils import ProjectConfiguration
    accelerator = Accelerator(cpu=True, project_config=ProjectConfiguration(
        project_dir=sys.argv[3], automatic_checkpoint_naming=True))
    model = accelerator.prepare(model)
    for _ in range(2):
        accelerator.save_state()
"""


def test_runs_of_the_hugging_face_trainer_and_of_accelerate_are_watched(
    tmp_path: Path, tiny_model: Path
) -> None:
    run, other = tmp_path / "run", tmp_path / "other"
    for folder in (run, other):
        folder.mkdir()
        shutil.copy(tiny_model / "tokenizer.json", folder)
    shutil.copy(tiny_model / "config.json", other)
    trainer = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(TRAINER), str(tiny_model), str(run), str(other)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    timeline, end = FolderTimeline(run, 2**30, patience=0.1), time.monotonic() + 120
    while trainer.poll() is None or timeline.steps != (2, 4, 6):
        assert time.monotonic() < end, timeline.skipped
        if timeline.scan():
            timeline.weights(timeline.steps[-1])
        time.sleep(0.01)
    assert trainer.returncode == 0, trainer.communicate()[1].decode()[-2000:]
    trainer.communicate()
    assert not timeline.skipped
    session = open_run(run, 2**30)
    assert session.step == 6
    ids = torch.tensor([session.tokenize(PROMPT)[0].ids])
    found = {}
    for step in (2, 4, 6):
        theirs = transformers.AutoModelForCausalLM.from_pretrained(run / f"checkpoint-{step}")
        with torch.no_grad():
            wanted = theirs(ids).logits
        found[step] = session.trace(PROMPT, at=step)[0].logits
        torch.testing.assert_close(found[step], wanted, rtol=1e-4, atol=1e-4)
    assert not torch.allclose(found[2], found[6], atol=1e-2)
    saved = open_run(other, 2**30)
    assert saved.timeline is not None
    assert saved.timeline.steps == (0, 1)
    torch.testing.assert_close(
        saved.trace(PROMPT, at=0)[0].logits, found[6], rtol=1e-4, atol=1e-4)


def test_the_newest_step_is_looked_at_unless_one_is_asked_for(
    tmp_path: Path, tiny_model: Path
) -> None:
    write_step(tmp_path, 1, tiny_model)
    session = open_run(tmp_path, 2**30)
    here = dict(session.at(1).model.named_parameters())
    assert all(each.data_ptr() == here[name].data_ptr()  # they are not read twice
               for name, each in session.model.named_parameters())
    session.folder.patience = 0
    sides, edits = Sides(session), Edits((Edit("mlp", "decoder", layer=1),))
    assert session.look(PROMPT, SIGHT).step == 1
    shutil.copytree(tiny_model, tmp_path / "checkpoint-2")
    assert session.look(PROMPT, SIGHT).step == 1
    assert session.scan()
    wanted = open_session(str(tiny_model)).look(PROMPT, SIGHT)
    for found in (session.look(PROMPT, SIGHT), sides.look(PROMPT, SIGHT, Edits())):
        assert found.step == 2
        assert found.kept == (1, 2)
        assert found.predictions == wanted.predictions
    assert torch.equal(session.trace(PROMPT)[0].logits, session.trace(PROMPT, at=2)[0].logits)
    assert session.at(1).look(PROMPT, SIGHT).step == 1
    assert sides.look(PROMPT, SIGHT, edits).step == 2
    frame = sides.look(PROMPT, SIGHT, edits, Against("step", step=1))
    assert frame.beside is not None
    assert (frame.step, frame.beside.step) == (2, 1)
    other = Sides(open_session(str(tiny_model))).look(
        PROMPT, SIGHT, Edits(), Against("model", model=str(tmp_path)), session)
    assert other.change is not None
    assert other.change.divergence is None  # a tokenizer of its own
    assert other.change.streams is not None
    assert not other.change.streams.any()
    shutil.rmtree(tmp_path / "checkpoint-2")
    session.scan()
    assert session.look(PROMPT, SIGHT).step == 1
    shutil.rmtree(tmp_path / "checkpoint-1")
    session.scan()
    assert session.look(PROMPT, SIGHT).kept == ()


def test_where_the_newest_cannot_be_read_the_one_before_is_looked_at(
    tmp_path: Path, tiny_model: Path
) -> None:
    write_step(tmp_path, 1, tiny_model)
    session = open_run(tmp_path, 2**30)
    session.folder.patience = 0
    weights = write_step(tmp_path, 2, tiny_model) / "model.safetensors"
    tensors = load_file(weights)
    save_file(tensors | {"lm_head.weight": tensors["transformer.wte.weight"] + 1}, weights)
    assert session.scan()
    assert session.look(PROMPT, SIGHT).step == 1
    assert "tied_head is False" in str(session.folder.skipped["checkpoint-2"])
    assert not session.scan()


def test_the_card_of_a_run_names_its_folder_and_step(tmp_path: Path, tiny_model: Path) -> None:
    write_step(tmp_path, 300, tiny_model)
    session = open_run(tmp_path, 2**30)
    assert session.card.reference == str(tmp_path)
    assert session.card.step == 300
    assert session.look(PROMPT, SIGHT).step == 300
