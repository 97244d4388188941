"""Session files: what is written is read again, and what is made to hurt is told in a sentence."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import slots
from app.page_names import PAGES
from app.place import PANELS, Place
from app.session_file import (
    LIMIT,
    PAGE_SETTINGS,
    SIZES,
    VERSION,
    OpenFile,
    SavedSession,
    read_session,
    session_bytes,
    trouble,
    write_session,
)
from app.state import Attention, Quantity
from core.against import Against, Other
from core.asks.readings import READINGS
from core.config import AttentionKind, StackName
from core.edits import Edit, Edits, Part
from core.errors import Refusal
from core.frame import Prompt
from core.sampling import Sampling
from core.trace import Omit, Scale, Stream

# -- what is written is read ------------------------------------------------------------------

texts = st.text(st.characters(), max_size=60)  # surrogates too: Qt's text may hold half a pair
numbers = st.integers(0, 9999)
pairs = st.tuples(numbers, numbers)


def one(kind: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(get_args(kind))


def several(strategy: st.SearchStrategy[Any], most: int = 6) -> st.SearchStrategy[Any]:
    return st.lists(strategy, max_size=most).map(tuple)


prompts = st.builds(
    Prompt, source=texts, target=texts, second=texts, masked=several(numbers),
    written=several(numbers), order=st.none() | st.integers(0, 2**62), before=texts)
edits = st.lists(st.builds(
    Edit, part=one(Part), stack=one(StackName), kind=one(AttentionKind), layer=numbers, at=numbers,
    factor=st.floats(-8, 8)), max_size=5).map(lambda found: Edits().put(*found))
models = st.sampled_from(["english-gpt", "owner/name", "no such thing", "C:\\model"])
PLACES: dict[str, st.SearchStrategy[Any]] = {
    "model": models, "watch": st.booleans(), "recipe": st.sampled_from(["", "reverse"]),
    "playing": st.booleans(), "step": st.none() | st.integers(0, 10**12), "prompt": prompts,
    "panels": st.permutations(PANELS).flatmap(
        lambda names: st.integers(0, len(names)).map(lambda n: tuple(names[:n]))),
    "pages": st.lists(st.sampled_from(PAGES), min_size=1, max_size=2, unique=True).map(tuple),
    "attention": st.none() | one(Attention), "stream": one(Stream), "head": st.none() | pairs,
    "cell": st.none() | pairs, "quantity": one(Quantity),
    "tint": st.none() | st.sampled_from(READINGS), "scale": one(Scale), "omit": one(Omit),
    "renormalise": st.booleans(), "edits": edits,
    "against": st.none() | st.builds(
        Against, other=one(Other), prompt=prompts, head=pairs, model=models, step=numbers),
    "sampling": st.builds(
        Sampling, temperature=st.floats(0, 100), top_k=numbers, top_p=st.floats(0.01, 1),
        seed=st.integers(0, 2**62)),
    "beside": several(models, 4),
}
sessions = st.builds(
    SavedSession,
    place=st.builds(Place, **{
        part.name: PLACES[part.name] for part in fields(Place)}),
    size=st.none() | st.tuples(st.integers(1, 8000), st.integers(1, 8000)),
    maximised=st.booleans(),
    sizes=st.dictionaries(st.sampled_from(SIZES), st.lists(
        st.integers(0, 8000), min_size=1, max_size=4).map(tuple)),
    lecture=st.sampled_from(["", "03-encoder", "/folder"]), scene=st.sampled_from(["", "02-b"]),
    before=st.none() | st.builds(Place, **{
        part.name: PLACES[part.name] for part in fields(Place)}),
    open=st.none() | st.builds(
        OpenFile, file=st.text(max_size=9), seen=st.text(max_size=9), changed=st.booleans()),
    settings=st.dictionaries(st.sampled_from(PAGE_SETTINGS), st.text(max_size=20)),
)


@settings(max_examples=200, deadline=None)
@given(session=sessions)
def test_every_field_of_a_place_is_read_as_it_was_written(session: SavedSession) -> None:
    if session.size is None:  # nothing says whether no window is maximised
        session = replace(session, maximised=False)
    if not session.lecture:
        session = replace(session, scene="")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.headlight"
        seen = write_session(path, session)
        again = read_session(path)
        assert again == session
        assert again.seen == seen
        assert trouble(path, again) is None
        assert write_session(path, again) == seen


def test_a_file_speaks_the_words_of_scenes(tmp_path: Path) -> None:
    path = tmp_path / "a.headlight"
    place = Place(
        prompt=Prompt("The cat", target="Die", masked=(1,)), head=(2, 3), omit="first",
        edits=Edits().put(Edit("head", "decoder", layer=1, at=2)), recipe="reverse", playing=True)
    write_session(path, SavedSession(place))
    told = json.loads(path.read_bytes())
    assert told["headlight"] == VERSION
    spoken = told["place"]
    assert (spoken["prompt"], spoken["target"], spoken["mask"]) == ("The cat", "Die", [1])
    assert (spoken["head"], spoken["leave-out"], spoken["train"]) == ([2, 3], "first", "reverse")
    assert spoken["play"] is True
    assert spoken["alter"] == [{
        "part": "head", "stack": "decoder", "kind": "self", "layer": 1, "at": 2, "factor": 0.0}]


def test_what_is_left_out_is_as_usual(tmp_path: Path) -> None:
    path = tmp_path / "a.headlight"
    path.write_text('{"headlight": 1, "place": {"prompt": "Hello"}}')
    session = read_session(path)
    assert session == SavedSession(Place(prompt=Prompt("Hello")))
    assert trouble(path, session) is None


# -- models -----------------------------------------------------------------------------------


def test_a_model_below_the_file_is_named_from_there_and_moves_with_it(tmp_path: Path) -> None:
    (tmp_path / "work" / "models" / "mine").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    inside, outside = tmp_path / "work" / "models" / "mine", tmp_path / "elsewhere"
    path = tmp_path / "work" / "a.headlight"
    write_session(path, SavedSession(
        Place(model=str(inside), against=Against("model", model=str(outside)))))
    told = json.loads(path.read_bytes())["place"]
    assert told["model"] == "./models/mine"
    assert told["against"]["model"] == str(outside)
    (tmp_path / "work").rename(tmp_path / "moved")
    place = read_session(tmp_path / "moved" / "a.headlight").place
    assert place.model == str(tmp_path / "moved" / "models" / "mine")
    assert place.against is not None
    assert place.against.model == str(outside)


def test_a_lecture_below_the_file_moves_with_it_and_one_that_ships_keeps_its_name(
    tmp_path: Path
) -> None:
    for name in ("mine", "03-encoder"):
        (tmp_path / "work" / name).mkdir(parents=True)
    path = tmp_path / "work" / "a.headlight"
    write_session(path, SavedSession(lecture=str(tmp_path / "work" / "mine"), scene="01-a"))
    assert json.loads(path.read_bytes())["lecture"]["name"] == "./mine"
    (tmp_path / "work").rename(tmp_path / "moved")
    path = tmp_path / "moved" / "a.headlight"
    assert read_session(path).lecture == str(tmp_path / "moved" / "mine")
    write_session(path, SavedSession(lecture="03-encoder"))
    assert read_session(path).lecture == "03-encoder"


@pytest.mark.parametrize("reference", ["english-gpt", "owner/name", "/no/such/model"])
def test_what_is_no_folder_keeps_its_name(tmp_path: Path, reference: str) -> None:
    path = tmp_path / "a.headlight"
    write_session(path, SavedSession(Place(model=reference)))
    assert read_session(path).place.model == reference


def test_reading_makes_no_folder(tmp_path: Path) -> None:
    path = tmp_path / "a.headlight"
    path.write_text('{"headlight": 1, "place": {"model": "./not/there"}}')
    assert read_session(path).place.model == str(tmp_path / "not" / "there")
    assert [one.name for one in tmp_path.iterdir()] == ["a.headlight"]


# -- what another version wrote ---------------------------------------------------------------


def test_what_is_not_known_is_told_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.headlight"
    told = {
        "headlight": 1, "sound": [1, {"a": None}], "place": {"prompt": "Hi", "colour": "red"},
        "window": {"corner": 3}, "pages": {"theme": "dark"},
    }
    path.write_text(json.dumps(told))
    session = read_session(path)
    said = str(trouble(path, session))
    assert all(key in said for key in ("sound", "colour", "corner", "theme"))
    assert said.count("\n") == 0
    write_session(path, replace(session, place=replace(session.place, head=(1, 2))))
    again = json.loads(path.read_bytes())
    assert again["sound"] == [1, {"a": None}]
    assert again["place"]["colour"] == "red"
    assert again["place"]["head"] == [1, 2]
    assert again["window"]["corner"] == 3
    assert again["pages"] == {"theme": "dark"}
    assert "theme" not in session.settings


def test_a_newer_version_is_refused_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "a.headlight"
    raw = b'{"headlight": 2, "place": {"prompt": "from the future"}}'
    path.write_bytes(raw)
    with pytest.raises(Refusal, match="version 2") as refused:
        read_session(path)
    assert "newer Headlight" in str(refused.value)
    assert path.read_bytes() == raw


# -- what is made to hurt ---------------------------------------------------------------------


def placed(**values: Any) -> bytes:
    return json.dumps({"headlight": 1, "place": values}).encode()


def keyed(**values: Any) -> bytes:
    return json.dumps({"headlight": 1, **values}).encode()


GOOD = placed(prompt="The cat sat.", head=[1, 2])
EDIT = {"part": "head", "stack": "decoder"}
REFUSED: dict[str, bytes] = {
    "empty": b"", "white": b" \n\t ", "truncated": GOOD[:-9], "half a key": GOOD[:5],
    "binary": bytes(range(256)) * 8, "zeros": bytes(4096), "not UTF-8": GOOD[:-2] + b"\xff}",
    "UTF-16": GOOD.decode().encode("utf-16"), "a list": b"[1, 2]", "a number": b"7",
    "a text": b'"headlight"', "null": b"null", "two values": GOOD + GOOD,
    "another's JSON": b'{"name": "x", "version": 3}', "version 0": keyed(headlight=0),
    "version true": b'{"headlight": true}', "version text": b'{"headlight": "1"}',
    "version 1.0": b'{"headlight": 1.0}', "version -1": b'{"headlight": -1}',
    "a newer version": b'{"headlight": 99}',
    "a far newer one": b'{"headlight": 1' + b"0" * 30 + b"}",
    "a number of 5000 digits": b'{"headlight": ' + b"9" * 5000 + b"}",
    "a key twice": b'{"headlight": 1, "headlight": 1}',
    "a key twice inside": b'{"headlight": 1, "place": {"head": [1, 2], "head": [3, 4]}}',
    "many keys twice": b'{"headlight": 1, ' + b'"a": 1, ' * 100_000 + b'"b": 1}',
    "NaN": b'{"headlight": 1, "place": {"sample": {"temperature": NaN}}}',
    "Infinity": b'{"headlight": 1, "place": {"step": Infinity}}',
    "deep lists": b'{"headlight": 1, "place": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep objects": b'{"headlight": 1, "place": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001,
    "a comment": b'{"headlight": 1 /* hm */}', "a pickle": b"\x80\x04\x95\x0b\x00\x00\x00",
    "too large": placed(prompt="a" * (LIMIT + 1)), "all too large": b" " * (LIMIT + 1),
    "10^6 masks": placed(mask=list(range(10**6))),
}
SPOILT: dict[str, tuple[bytes, str]] = {
    "head 10^9": (placed(head=[10**9, 0]), "head"),
    "head negative": (placed(head=[-1, 0]), "head"),
    "head of three": (placed(head=[1, 2, 3]), "head"),
    "head of one": (placed(head=[1]), "head"),
    "head of texts": (placed(head=["1", "2"]), "head"),
    "head of floats": (placed(head=[1.0, 2.0]), "head"),
    "head of truth": (placed(head=[True, False]), "head"),
    "head nested": (placed(head=[[1], [2]]), "head"),
    "cell 10^300": (b'{"headlight": 1, "place": {"cell": [1' + b"0" * 300 + b", 1]}}", "cell"),
    "70000 masks": (placed(mask=[1] * 70_000), "mask"),
    "a mask 10^9": (placed(mask=[10**9]), "mask"),
    "masks no list": (placed(mask=3), "mask"), "step negative": (placed(step=-3), "step"),
    "step 10^30": (placed(step=10**30), "step"), "step text": (placed(step="newest"), "step"),
    "prompt a list": (placed(prompt=["a"]), "prompt"),
    "prompt null": (placed(prompt=None), "prompt"),
    "model a number": (placed(model=7), "model"),
    "model of 5000 letters": (placed(model="m" * 5000), "model"),
    "watch a number": (placed(watch=1), "watch"), "play a text": (placed(play="yes"), "play"),
    "an unknown panel": (placed(show=["prompt", "kitchen"]), "show"),
    "a panel twice": (placed(show=["prompt", "prompt"]), "show"),
    "no page": (placed(page=[]), "page"), "three pages": (placed(page=list(PAGES[:3])), "page"),
    "an unknown page": (placed(page=["kitchen"]), "page"),
    "a page twice": (placed(page=["head", "head"]), "page"),
    "attention": (placed(attention="all"), "attention"), "stream": (placed(stream=2), "stream"),
    "quantity": (placed(quantity=["pattern"]), "quantity"), "tint": (placed(tint="loud"), "tint"),
    "scale": (placed(scale={}), "scale"),
    "leave-out": (placed(**{"leave-out": "all"}), "leave-out"),
    "an edit of nothing": (placed(alter=[{}]), "alter"),
    "an edit of another part": (placed(alter=[EDIT | {"part": "soul"}]), "alter"),
    "an edit with more": (placed(alter=[EDIT | {"run": "rm -rf"}]), "alter"),
    "an edit by infinity": (
        placed(alter=[EDIT | {"factor": 0}]).replace(b": 0}", b": 1e999}"), "alter"),
    "an edit by 10^9": (placed(alter=[EDIT | {"factor": -1e9}]), "alter"),
    "70000 edits": (placed(alter=[{}] * 70_000), "alter"),
    "against": (placed(against={"other": "god"}), "against"),
    "against a text": (placed(against="untouched"), "against"),
    "against a head": (placed(against={"head": [1]}), "against"),
    "temperature": (placed(sample={"temperature": -1}), "sample"),
    "top-p": (placed(sample={"top_p": 2}), "sample"),
    "top-k": (placed(sample={"top_k": 10**18}), "sample"),
    "place a list": (keyed(place=[]), "place"), "window a text": (keyed(window="big"), "window"),
    "size 0": (keyed(window={"size": [0, 0]}), "size"),
    "size 10^9": (keyed(window={"size": [10**9, 10**9]}), "size"),
    "rows of texts": (keyed(window={"rows": ["a"]}), "rows"),
    "rows of 10^9": (keyed(window={"rows": [10**9]}), "rows"),
    "lecture": (keyed(lecture={"name": 3}), "name"),
    "scene": (keyed(lecture={"scene": 3}), "scene"),
    "before": (keyed(before=[1]), "before"),
    "open a list": (keyed(open=["x"]), "open"), "open else": (keyed(open={"file": 3}), "open"),
    "a setting": (keyed(pages={"lines": ["curved"]}), "lines"),
    "a long setting": (keyed(pages={"lines": "a" * 2000}), "lines"),
}


@pytest.mark.parametrize("raw", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_session_is_refused_in_a_sentence_and_untouched(
    tmp_path: Path, raw: bytes
) -> None:
    path = tmp_path / "hurt.headlight"
    path.write_bytes(raw)
    with pytest.raises(Refusal) as refused:
        read_session(path)
    said = str(refused.value)
    assert str(path) in said
    assert said.endswith(".")
    assert "\n" not in said
    assert len(said) < len(str(path)) + 200
    assert path.read_bytes() == raw


@pytest.mark.parametrize(("raw", "key"), SPOILT.values(), ids=SPOILT.keys())
def test_a_value_that_can_not_be_is_as_usual_and_told(
    tmp_path: Path, raw: bytes, key: str
) -> None:
    path = tmp_path / "hurt.headlight"
    if b'"place": {' in raw and key != "tint":  # what stands beside it is taken
        path.write_bytes(raw.replace(b'"place": {', b'"place": {"tint": "entropy", ', 1))
        assert read_session(path).place.tint == "entropy"
    path.write_bytes(raw)
    session = read_session(path)
    assert list(session.bad) == [key]
    assert replace(session, before=None) == SavedSession()
    said = str(trouble(path, session))
    assert key in said
    assert said.endswith("as usual.")
    assert "\n" not in said
    assert len(said) < len(str(path)) + 200


def test_several_values_that_can_not_be_are_told_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "hurt.headlight"
    path.write_bytes(placed(head=[-1, 0], cell="x", tint=3, step=2))
    session = read_session(path)
    said = str(trouble(path, session))
    assert set(session.bad) == {"head", "cell", "tint"}
    assert all(key in said for key in session.bad)
    assert said.count(".") == str(path).count(".") + 1
    assert session.place.step == 2


PLACES_TO_READ: dict[str, Callable[[Path], object]] = {
    "nothing": lambda path: None, "a folder": Path.mkdir, "a pipe": os.mkfifo,
    "a link to nothing": lambda path: path.symlink_to(path.parent / "gone"),
    "a circle of links": lambda path: path.symlink_to(path),
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "endless": lambda path: path.symlink_to("/dev/urandom"),
}


@pytest.mark.parametrize("make", PLACES_TO_READ.values(), ids=PLACES_TO_READ.keys())
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, make: Callable[[Path], object]) -> None:
    path = tmp_path / "a.headlight"
    make(path)
    with pytest.raises(Refusal, match=r"can't be read|no regular file"):
        read_session(path)


def test_a_name_that_no_file_has_is_refused() -> None:
    for name in ("a\0b.headlight", "n" * 300, "\ud800.headlight"):
        with pytest.raises(Refusal):
            read_session(Path(name))
        with pytest.raises(Refusal):
            write_session(Path(name), SavedSession())


# -- writing ----------------------------------------------------------------------------------


def test_a_link_stays_a_link_and_its_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    real, link = tmp_path / "far" / "real.headlight", tmp_path / "a.headlight"
    write_session(real, SavedSession())
    real.chmod(0o640)
    link.symlink_to(real)
    write_session(link, SavedSession(Place(prompt=Prompt("new"))))
    assert link.is_symlink()
    assert read_session(real).place.prompt.source == "new"
    assert real.stat().st_mode & 0o777 == 0o640
    assert [one.name for one in real.parent.iterdir()] == ["real.headlight"]


@pytest.mark.parametrize("name", [
    "a b.headlight", "好 👍🏽.headlight", "-rf.headlight", "%1 $HOME `x`.headlight", ".headlight",
    "n" * 245 + ".headlight", "a\nb.headlight",
])
def test_odd_names_are_names(tmp_path: Path, name: str) -> None:
    session = SavedSession(Place(prompt=Prompt("odd")))
    write_session(tmp_path / name, session)
    assert read_session(tmp_path / name) == session
    assert [one.name for one in tmp_path.iterdir()] == [name]


def test_what_could_not_be_read_again_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "a.headlight"
    write_session(path, SavedSession())
    before = path.read_bytes()
    with pytest.raises(Refusal, match=str(LIMIT)):
        write_session(path, SavedSession(Place(prompt=Prompt("a" * LIMIT))))
    assert path.read_bytes() == before


def test_a_disk_that_is_full_leaves_what_was_there(tmp_path: Path) -> None:
    import resource
    import signal

    path = tmp_path / "a.headlight"
    write_session(path, SavedSession())
    before = path.read_bytes()
    room = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, room[1]))
    try:
        with pytest.raises(Refusal, match="can't be written"):
            write_session(path, SavedSession(Place(prompt=Prompt("a" * 5000))))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, room)
        signal.signal(signal.SIGXFSZ, handler)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["a.headlight"]


@pytest.mark.parametrize("place", ["/proc/a.headlight", "/no/such/folder/a.headlight", "/dev/null"])
def test_where_nothing_can_be_written_is_told(place: str) -> None:
    with pytest.raises(Refusal, match=r"can't be written|no regular file"):
        write_session(Path(place), SavedSession())


# -- slots ------------------------------------------------------------------------------------

WRITER = """
import sys
from itertools import count
from pathlib import Path
from app.place import Place
from app.session_file import SavedSession, session_bytes
from app.slots import claim, take
from core.frame import Prompt
folder = Path(sys.argv[1])
slot = claim(folder) if not folder.exists() else take(folder / "0.headlight")
for number in count(int(sys.argv[2])):
    slot.write(session_bytes(SavedSession(Place(prompt=Prompt(f"{number} " + "a" * 5000)))))
    print(number, flush=True)
"""


def test_a_slot_is_whole_whenever_its_process_is_killed(tmp_path: Path) -> None:
    folder, chance, at = tmp_path / "windows", random.Random(0), 0
    for _ in range(12):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder), str(at)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        assert writer.stdout.readline()
        time.sleep(chance.uniform(0, 0.05))
        writer.kill()
        told = [int(line) for line in writer.stdout.read().split("\n")[:-1]] or [at]
        writer.wait()
        writer.stdout.close()
        session = slots.read(folder / "0.headlight")
        assert session is not None
        number, letters = session.place.prompt.source.split()
        assert letters == "a" * 5000
        assert int(number) >= told[-1]  # what was said to be on the disk is
        at = int(number) + 1
    assert list(slots.waiting(folder)) == [(folder / "0.headlight", session)]
    found = slots.adopt(folder)
    assert found is not None
    assert found[1] == session
    assert slots.adopt(folder) is None  # one window alone has it
    found[0].release()


def test_a_slot_holds_a_longer_prompt_than_a_file(tmp_path: Path) -> None:
    slot = slots.claim(tmp_path)
    assert slot is not None
    slot.write(session_bytes(SavedSession(Place(prompt=Prompt("sea, [{:" * 500_000)))))
    slot.release()
    session = slots.read(slot.path)
    assert session is not None
    assert session.place.prompt.source == "sea, [{:" * 500_000


def test_a_slot_that_is_damaged_is_passed_over_and_stays(tmp_path: Path) -> None:
    (tmp_path / "0.headlight").write_bytes(b"damaged")
    assert slots.adopt(tmp_path) is None
    slot = slots.claim(tmp_path)
    assert slot is not None
    assert slot.path.name == "1.headlight"
    assert (tmp_path / "0.headlight").read_bytes() == b"damaged"
    slot.release()


def test_no_more_slots_stay_than_eight_that_no_window_has(tmp_path: Path) -> None:
    raw = session_bytes(SavedSession())
    for number in range(12):
        slot = slots.claim(tmp_path)
        assert slot is not None
        slot.write(raw)
        slot.release()
        os.utime(slot.path, (number, number))
    held = [slots.claim(tmp_path) for _ in range(3)]
    assert len(list(tmp_path.glob("*.headlight"))) == 7
    times = [path.stat().st_mtime for path in tmp_path.glob("*.headlight")]
    assert min(times) == 5  # the oldest went
    for one in held:
        assert one is not None
        one.release()


# -- the command line -------------------------------------------------------------------------


def test_a_file_or_folder_is_opened_without_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.cli import parse

    monkeypatch.chdir(tmp_path)
    write_session(Path("a.headlight"), SavedSession())
    Path("mine").mkdir()
    Path("train").mkdir()  # a command comes before a folder of its name
    for words in (["a.headlight"], ["open", "a.headlight"], ["--lang", "zh", "a.headlight"],
                  ["a.headlight", "--lang", "zh"], ["--lang=zh", "a.headlight"]):
        options = parse(words)
        assert (options.command, options.session) == ("open", Path("a.headlight"))
        assert options.lang == ("zh" if len(words) > 1 and "open" not in words else None)
    options = parse(["mine", "--text", "Hi"])
    assert (options.session, options.model, options.text) == (None, "mine", "Hi")
    assert parse(["--text", "mine"]).command is None
    assert parse(["train", "--run", "r"]).command == "train"
    assert parse([]).session is None


@pytest.mark.parametrize(("words", "said"), [
    (["gone.headlight"], "There is no file gone.headlight."),
    (["a.headlight", "--text", "Hi"], "leave --text out"),
    (["--model", "english-gpt", "a.headlight"], "leave --model out"),
    (["a.headlight", "b.headlight"], "invalid choice: 'b.headlight'"),
])
def test_what_can_not_be_opened_is_refused_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str],
    words: list[str], said: str,
) -> None:
    from app.__main__ import main

    monkeypatch.chdir(tmp_path)
    for name in ("a", "b"):
        write_session(Path(f"{name}.headlight"), SavedSession())
    assert main(words) == 2
    told = capfd.readouterr().err
    assert said in told
    assert told.count("\n") == 1


# -- whatever stands in it --------------------------------------------------------------------

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8) | st.sampled_from(["head", "decoder", "self", "untouched", "token"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["part", "stack", "kind", "layer", "at", "factor", "other", "seed", "x"]),
        inner, max_size=4),
    max_leaves=8)
KEYS = [
    "prompt", "target", "second", "mask", "written", "order", "before", "model", "watch", "train",
    "play", "step", "show", "page", "attention", "stream", "head", "cell", "quantity", "tint",
    "scale", "leave-out", "renormalise", "alter", "against", "sample", "beside",
]


@settings(max_examples=300, deadline=None)
@given(place=st.dictionaries(st.sampled_from(KEYS), anything, max_size=6), rest=st.dictionaries(
    st.sampled_from(["window", "lecture", "pages", "before", "open", "else"]), anything,
    max_size=3))
def test_any_values_are_taken_or_told(place: dict[str, Any], rest: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.headlight"
        path.write_text(json.dumps({"headlight": 1, "place": place} | rest))
        session = read_session(path)
        said = trouble(path, session)
        assert said is None or "\n" not in str(said)
        write_session(path, session)
        again = read_session(path)
        assert again == session
        assert not again.bad


@settings(max_examples=300, deadline=None)
@given(at=st.integers(0, 10**6), new=st.binary(max_size=4), cut=st.integers(0, 8))
def test_any_damage_is_told_or_does_no_harm(at: int, new: bytes, cut: int) -> None:
    good = session_bytes(SavedSession(Place(
        prompt=Prompt("The cat sat.", masked=(1, 2)), head=(1, 2),
        edits=Edits().put(Edit("head", "decoder", layer=1)), against=Against())))
    at %= len(good)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.headlight"
        path.write_bytes(good[:at] + new + good[at + cut :])
        said = ""
        try:
            session = read_session(path)
            write_session(path, session)
            assert read_session(path) == session
        except Refusal as refusal:
            said = str(refusal)
        assert "\n" not in said
