"""The hub: what is asked for, what is kept of a download that ends early, what opens without it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from huggingface_hub import close_session, constants, snapshot_download
from huggingface_hub.utils import validate_repo_id

from core.cache import cache_folder, cached_folder, cached_models, is_hub_id
from core.catalogue import find_model
from core.checkpoint import open_checkpoint
from core.checkpoint.download import download
from core.checkpoint.hub import ask_hub, wanted_files
from core.errors import Cancelled, Refusal
from tests.loopback import COMMIT, Hub, Loopback, files_of

ID = "someone/tiny"
WEIGHTS = "model.safetensors"
NEEDED = {"config.json", WEIGHTS, "tokenizer.json", "tokenizer_config.json"}


@pytest.fixture
def hub(tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub that has the tiny model, and an empty cache."""
    server = Loopback(files_of(tiny_model))
    monkeypatch.setenv("HF_ENDPOINT", server.hub.address)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr("core.checkpoint.download._PAUSE", 0.02)
    yield server.hub
    close_session()
    server.close()


def refusal_of(reference: str = ID) -> str:
    with pytest.raises(Refusal) as refused:
        download(ask_hub(reference))
    said = str(refused.value)
    assert said.endswith(".")
    assert "\n" not in said
    return said


def parts() -> dict[str, int]:
    """Sizes of what is there in part."""
    return {path.name: path.stat().st_size for path in cache_folder().rglob("*.incomplete")}


# -- what would be downloaded -----------------------------------------------------------------


def test_only_json_safetensors_and_vocabularies_would_be_downloaded(hub: Hub) -> None:
    model = ask_hub(ID)
    assert {file.name for file in model.files} == NEEDED
    assert {file.name: file.size for file in model.files} == {
        name: len(hub.files[name]) for name in NEEDED
    }
    assert model.size == model.missing == sum(len(hub.files[name]) for name in NEEDED)
    assert hub.sent == 0
    assert not cache_folder().exists()


def test_weights_in_parts_come_with_their_index_and_a_single_file_without() -> None:
    shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
    index = "model.safetensors.index.json"
    others = ["config.json", "a.bin", "pytorch_model.bin.index.json", "x.py", "vocab.txt",
              "model.fp16.safetensors", "merges.txt", "spiece.model", "tokenizer.model",
              "source.spm", "target.spm", "sentencepiece.bpe.model", "../config.json",
              ".hidden.json", "flax_model.msgpack"]
    known = {"config.json", "vocab.txt", "merges.txt", "spiece.model", "tokenizer.model",
             "source.spm", "target.spm", "sentencepiece.bpe.model"}
    assert set(wanted_files([*shards, index, *others])) == {*shards, index, *known}
    assert set(wanted_files([*shards, index, WEIGHTS, *others])) == {WEIGHTS, *known}


# -- the download -----------------------------------------------------------------------------


def test_downloaded_model_opens_and_is_found_by_its_id_without_network(
    hub: Hub, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, int]] = []
    model = ask_hub(ID)
    folder = download(model, lambda done, total: told.append((done, total)))
    assert {path.name for path in folder.iterdir()} == NEEDED
    for name in NEEDED:
        assert (folder / name).read_bytes() == (tiny_model / name).read_bytes()
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (model.size, model.size)
    assert {total for _, total in told} == {model.size}
    before = len(hub.asked)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert find_model(ID) == cached_folder(ID) == folder
    assert cached_models() == [ID]
    assert open_checkpoint(find_model(ID)).family == "gpt2"
    assert len(hub.asked) == before


def test_download_asks_for_nothing_but_what_was_told_and_says_nothing_of_this_machine(
    hub: Hub
) -> None:
    code = ("from core.checkpoint import download, hub\n"
            f"download.download(hub.ask_hub('{ID}'))")
    telling = ("HF_HUB_OFFLINE", "HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK")
    clean = {name: value for name, value in os.environ.items() if name not in telling}
    done = subprocess.run([sys.executable, "-c", code], env=clean, check=True, timeout=60,
                          capture_output=True)
    assert done.stdout == done.stderr == b""
    paths = {path.rsplit("/", 1)[1] for _, path, _ in hub.asked if "/resolve/" in path}
    assert paths == NEEDED
    assert not [agent for agent in hub.agents if "torch" in agent]
    assert {method for method, _, _ in hub.asked} == {"GET", "HEAD"}


def test_what_is_there_is_not_downloaded_twice(hub: Hub) -> None:
    first = download(ask_hub(ID))
    sent = hub.sent
    again = ask_hub(ID)
    assert again.missing == 0
    assert download(again) == first
    assert hub.sent == sent


def test_cancelled_download_keeps_its_part_is_not_opened_and_goes_on_from_there(hub: Hub) -> None:
    size = len(hub.files[WEIGHTS])
    assert size > 150_000
    hub.pause = 0.01
    model = ask_hub(ID)

    def stop(done: int, total: int) -> None:
        if 0 < total - done < size // 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        download(model, stop)
    (kept,) = parts().values()
    assert size // 4 < kept < size
    assert cached_folder(ID) is None
    assert cached_models() == []
    hub.pause = 0
    again = ask_hub(ID)
    assert again.missing < model.missing - kept // 2
    folder = download(again)
    assert hub.got(WEIGHTS)[-1] == f"bytes={kept}-"
    assert (folder / WEIGHTS).read_bytes() == hub.files[WEIGHTS]
    assert parts() == {}


def test_slow_hub_is_heard_all_along(hub: Hub) -> None:
    hub.pause = 0.02
    times: list[float] = []
    download(ask_hub(ID), lambda done, total: times.append(time.monotonic()))
    assert times[-1] - times[0] > 0.5
    assert max(late - early for early, late in pairwise(times)) < 0.6


# -- what goes wrong --------------------------------------------------------------------------


def test_line_that_breaks_is_taken_up_again_where_it_broke(hub: Hub) -> None:
    hub.cut, hub.cuts = {WEIGHTS: 70_000}, 2
    folder = download(ask_hub(ID))
    asked = hub.got(WEIGHTS)
    assert len(asked) == 3
    starts = [int(part.removeprefix("bytes=").rstrip("-") or 0) for part in asked]
    assert starts == sorted(set(starts))
    assert (folder / WEIGHTS).read_bytes() == hub.files[WEIGHTS]


def test_line_that_breaks_for_good_says_how_far_it_came_and_the_rest_comes_later(hub: Hub) -> None:
    hub.cut = {WEIGHTS: 0}
    said = refusal_of()
    assert "broke off after 0 of" in said
    assert f"{len(hub.files[WEIGHTS]):,}" in said
    assert cached_folder(ID) is None
    hub.cut = {}
    assert (download(ask_hub(ID)) / WEIGHTS).read_bytes() == hub.files[WEIGHTS]


def test_hub_that_knows_no_ranges_sends_all_once_more(hub: Hub) -> None:
    hub.cut, hub.cuts, hub.ranges = {WEIGHTS: 70_000}, 1, False
    folder = download(ask_hub(ID))
    assert len(hub.got(WEIGHTS)) == 2
    assert (folder / WEIGHTS).read_bytes() == hub.files[WEIGHTS]


@pytest.mark.parametrize("change", [
    lambda data: data + b"more", lambda data: data[:-1] + b"?", lambda data: b"?" * len(data),
], ids=["longer", "one byte", "another"])
def test_file_that_is_not_what_was_told_is_not_kept(hub: Hub, change: object) -> None:
    hub.sends = {WEIGHTS: change(hub.files[WEIGHTS])}  # type: ignore[operator]
    said = refusal_of()
    assert said.startswith(f"{WEIGHTS} of {ID} is not what the hub said")
    assert cached_folder(ID) is None
    assert sum(parts().values()) == 0
    hub.sends = {}
    assert (download(ask_hub(ID)) / WEIGHTS).read_bytes() == hub.files[WEIGHTS]


def test_file_that_ends_too_soon_is_no_model(hub: Hub) -> None:
    hub.sends = {WEIGHTS: hub.files[WEIGHTS][:1000]}
    assert "broke off after 1,000 of" in refusal_of()
    assert cached_folder(ID) is None


def test_sizes_that_do_not_agree_are_refused_before_a_byte_is_read(hub: Hub) -> None:
    model = ask_hub(ID)
    hub.claims = {WEIGHTS: 17}
    with pytest.raises(Refusal, match="is not what the hub said"):
        download(model)
    assert hub.got(WEIGHTS) == []


def test_model_that_is_not_there_is_refused_by_name(hub: Hub) -> None:
    assert refusal_of("someone/else").startswith("The hub has no someone/else")


@pytest.mark.parametrize(("status", "code", "words"), [
    (401, "", "The hub does not let you read someone/tiny (status 401)"),
    (401, "RepoNotFound", "The hub has no someone/tiny, or it is private"),
    (401, "GatedRepo", "someone/tiny is open only to those who accept its terms"),
    (403, "GatedRepo", "someone/tiny is open only to those who accept its terms"),
    (403, "", "The hub does not let you read someone/tiny (status 403)"),
    (404, "RepoNotFound", "The hub has no someone/tiny"),
    (429, "", "The hub answers with status 429"),
    (500, "", "The hub answers with status 500"),
    (503, "", "The hub answers with status 503"),
])
def test_answer_of_no_is_told_in_a_sentence(hub: Hub, status: int, code: str, words: str) -> None:
    hub.status, hub.code = status, code
    assert refusal_of().startswith(words)


def test_hub_that_says_no_in_the_middle_is_told_in_a_sentence(hub: Hub) -> None:
    model = ask_hub(ID)
    hub.status, hub.code = 401, "GatedRepo"
    with pytest.raises(Refusal, match="accept its terms"):
        download(model)
    assert cached_folder(ID) is None


def test_hub_that_can_not_be_reached_is_told_with_its_address(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert refusal_of().startswith("The hub at http://127.0.0.1:9 can't be reached")


def test_hub_is_not_asked_where_the_user_forbids_it(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert refusal_of().startswith("HF_HUB_OFFLINE is set")
    assert hub.asked == []


@pytest.mark.parametrize("name", [
    "", "a/b/c", "../x", "a b", "a//b", "/etc", "a/..", "x" * 97, "ä/b", "a--b/c", "-a/b",
    "a/b.git", "a\0b", "a/b\n", "https://x/y",
])
def test_what_has_not_the_form_of_an_id_is_refused_and_not_asked_for(hub: Hub, name: str) -> None:
    assert not is_hub_id(name)
    assert "is no id of the hub" in refusal_of(name)
    assert cached_folder(name) is None
    assert hub.asked == []


@pytest.mark.parametrize("name", ["gpt2", "google/t5-v1_1-small", "openai-community/gpt2",
                                  "Qwen/Qwen2.5-0.5B", "_a/b", "a/0"])
def test_form_of_an_id_is_that_of_the_client(name: str) -> None:
    validate_repo_id(name)
    assert is_hub_id(name)


def test_model_without_safetensors_is_refused(hub: Hub) -> None:
    del hub.files[WEIGHTS]
    assert f"has no {WEIGHTS}" in refusal_of()
    hub.files[WEIGHTS] = b"x"
    del hub.files["config.json"]
    assert "has no config.json" in refusal_of()


def test_cache_that_can_not_be_written_is_told(hub: Hub) -> None:
    cache_folder().write_bytes(b"")
    assert refusal_of().startswith(f"{cache_folder()}")


# -- what is in the cache ---------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["config.json", WEIGHTS])
def test_model_that_another_program_fetched_in_part_is_not_found(hub: Hub, missing: str) -> None:
    folder = download(ask_hub(ID))
    (folder / missing).unlink()
    assert cached_folder(ID) is None
    with pytest.raises(Refusal, match="neither a folder"):
        find_model(ID)


def test_model_in_parts_is_found_when_all_parts_are_there(hub: Hub) -> None:
    folder = download(ask_hub(ID))
    (folder / WEIGHTS).rename(folder / "model-00001-of-00002.safetensors")
    (folder / "model.safetensors.index.json").write_text("{}")
    assert cached_folder(ID) is None
    shutil.copy(folder / "config.json", folder / "model-00002-of-00002.safetensors")
    assert cached_folder(ID) == folder


@pytest.mark.parametrize("commit", ["", "../../../x", "main", "\xff" * 40, "a" * 100])
def test_damaged_name_of_a_commit_counts_as_absent(hub: Hub, commit: str) -> None:
    download(ask_hub(ID))
    (cache_folder() / "models--someone--tiny" / "refs" / "main").write_bytes(
        commit.encode("latin-1"))
    assert cached_folder(ID) is None
    assert cached_models() == []


def test_client_reads_what_was_downloaded_here(hub: Hub) -> None:
    folder = download(ask_hub(ID))
    found = snapshot_download(
        ID, cache_dir=cache_folder(), local_files_only=True)
    assert Path(found) == folder
    assert folder.name == COMMIT


def test_cache_is_where_the_client_has_it(tmp_path: Path) -> None:
    code = ("from core.cache import cache_folder; from huggingface_hub import constants; "
            "import sys; sys.exit(str(cache_folder()) != constants.HF_HUB_CACHE)")
    clean = {name: value for name, value in os.environ.items()
             if not name.startswith(("HF_", "HUGGINGFACE_", "XDG_CACHE"))}
    for told in ({}, {"HF_HOME": str(tmp_path)}, {"HF_HUB_CACHE": "~/x"},
                 {"XDG_CACHE_HOME": str(tmp_path)}, {"HUGGINGFACE_HUB_CACHE": "/y"}):
        subprocess.run([sys.executable, "-c", code], env=clean | told, check=True, timeout=60)


def test_looking_into_the_cache_imports_no_client() -> None:
    code = ("import sys, core.catalogue; from core.cache import cached_models; cached_models(); "
            "sys.exit('huggingface_hub' in sys.modules)")
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
