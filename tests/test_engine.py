"""The engine thread, with real models: what is answered, what is refused, and its end."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from app.engine import Engine, LatestBox
from app.state import Answer, Wish
from core.checkpoint import write_checkpoint
from core.config import ModelConfig
from core.errors import Refusal
from core.frame import Prompt
from core.model import Transformer
from core.training.vocabulary import train_tokenizer
from tests.conftest import TEXT, wait_until


@pytest.fixture(scope="session")
def slow_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model whose look at a long text takes some tens of milliseconds."""
    torch.manual_seed(0)
    tokenizer = train_tokenizer("byte_bpe", [TEXT], 300)
    config = ModelConfig(
        vocabulary=tokenizer.largest_id + 1, width=64, heads=8, head_width=8, mlp_width=128,
        context=512, decoder_layers=6,
    )
    folder = tmp_path_factory.mktemp("models") / "slow"
    write_checkpoint(folder, Transformer(config), tokenizer, step=0)
    return folder


class Listener:
    """Keeps what an engine says."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.answers: list[Answer] = []
        self.refusals: list[tuple[Refusal, Wish]] = []
        self.loaded: list[str] = []
        engine.answered.connect(self.take)
        engine.refused.connect(lambda refusal, wish: self.refusals.append((refusal, wish)))
        engine.loading.connect(self.loaded.append)

    def take(self) -> None:
        answer = self.engine.answers.take()
        if answer is not None:
            self.answers.append(answer)

    def await_answer(self, wish: Wish) -> Answer:
        wait_until(lambda: self.answers and self.answers[-1].wish == wish)
        return self.answers[-1]


@pytest.fixture
def listener(application: object) -> Iterator[Listener]:
    engine = Engine()
    listener = Listener(engine)
    engine.start()
    yield listener
    assert engine.stop(10)


def long_wish(folder: Path, number: int) -> Wish:
    return Wish(model=str(folder), prompt=Prompt(f"{number} " + TEXT * 8), asked=float(number))


# -- the slot ---------------------------------------------------------------------------------


@given(st.lists(st.one_of(st.none(), st.integers())))
def test_the_box_holds_the_newest_value_once(steps: list[int | None]) -> None:
    box: LatestBox[int] = LatestBox()
    held: int | None = None
    for step in steps:  # a number is put, None takes
        if step is None:
            assert box.take() == held
            held = None
        else:
            assert box.put(step) == (held is None)
            held = step


def test_two_threads_at_one_box_lose_only_what_was_replaced() -> None:
    box: LatestBox[int] = LatestBox()
    told, taken = [], []
    done = threading.Event()

    def give() -> None:
        for number in range(1, 30_001):
            if box.put(number):
                told.append(number)
        done.set()

    def take() -> None:
        while not done.is_set():
            value = box.take()
            if value is not None:
                taken.append(value)

    threads = [threading.Thread(target=give), threading.Thread(target=take)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    last = box.take()
    taken += [] if last is None else [last]
    assert taken == sorted(set(taken))
    assert taken[-1] == 30_000
    assert len(told) == len(taken)  # the taker is told exactly when there is something new


# -- wishes -----------------------------------------------------------------------------------


def test_of_two_hundred_wishes_few_are_answered_and_the_last_one_is(
    listener: Listener, slow_model: Path
) -> None:
    listener.engine.wish(long_wish(slow_model, 0))
    listener.await_answer(long_wish(slow_model, 0))
    for number in range(1, 201):
        listener.engine.wish(long_wish(slow_model, number))
        time.sleep(0.001)
    listener.await_answer(long_wish(slow_model, 200))
    asked = [answer.wish.asked for answer in listener.answers]
    assert asked == sorted(asked)
    assert len(asked) < 60
    answered = listener.answers[-1].frame
    assert answered.prompt.source.startswith("200 ")
    assert answered.queries.text == answered.prompt.source


def test_a_slow_screen_sees_the_newest_answer_and_no_backlog(
    listener: Listener, tiny_model: Path
) -> None:
    seen = []
    listener.engine.answered.connect(
        lambda: seen.append(time.perf_counter()), Qt.ConnectionType.DirectConnection
    )
    wish = Wish(model=str(tiny_model))
    for number in range(20):  # no event is handled meanwhile
        wish = Wish(model=str(tiny_model), prompt=Prompt(f"number {number}"), asked=number + 1.0)
        listener.engine.wish(wish)
        time.sleep(0.02)
    listener.await_answer(wish)
    assert len(listener.answers) == len(seen) == 1


def test_an_answer_holds_the_frame_of_its_own_wish(listener: Listener, tiny_model: Path) -> None:
    for text in ("a", "The cat", "好 👍🏽", ""):
        wish = Wish(model=str(tiny_model), prompt=Prompt(text))
        listener.engine.wish(wish)
        answer = listener.await_answer(wish)
        assert answer.frame.prompt == Prompt(text)
        assert answer.frame.sight == wish.sight


# -- refusals ---------------------------------------------------------------------------------


@pytest.mark.logs_errors
def test_a_look_that_raises_is_refused_once_and_logged_and_the_next_wish_is_answered(
    listener: Listener, tiny_model: Path, caplog: pytest.LogCaptureFixture
) -> None:
    listener.engine.wish(Wish(model=str(tiny_model), prompt=Prompt("The cat")))
    listener.await_answer(Wish(model=str(tiny_model), prompt=Prompt("The cat")))
    session = listener.engine._model.session
    assert session is not None
    weight = max(session.model.parameters(), key=lambda parameter: parameter.shape[0])
    whole = weight.data
    weight.data = whole[:1].clone()  # a vocabulary of one token
    broken = Wish(model=str(tiny_model), prompt=Prompt("The dog ran"))
    with caplog.at_level(logging.ERROR):
        listener.engine.wish(broken)
        wait_until(lambda: listener.refusals)
    assert [wish for _, wish in listener.refusals] == [broken]
    assert "could not be computed" in str(listener.refusals[0][0])
    logged = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(logged) == 1
    assert logged[0].exc_info is not None
    assert "Traceback" in caplog.text
    weight.data = whole
    listener.engine.wish(broken)
    assert listener.await_answer(broken).frame.predictions
    assert len(listener.refusals) == 1


def test_a_model_that_fails_to_load_is_refused_once_and_the_one_before_goes_on(
    listener: Listener, tiny_model: Path, tmp_path: Path
) -> None:
    good = Wish(model=str(tiny_model), prompt=Prompt("The cat"))
    listener.engine.wish(good)
    listener.await_answer(good)
    bad = str(tmp_path / "nothing")
    listener.engine.wish(Wish(model=bad, prompt=Prompt("The cat"), attempt=1))
    wait_until(lambda: listener.refusals)
    for text in ("The cat s", "The cat sa", "The cat sat"):
        wish = Wish(model=bad, prompt=Prompt(text), attempt=1)
        listener.engine.wish(wish)
        frame = listener.await_answer(wish).frame
        assert frame.card.reference == str(tiny_model)
        assert frame.prompt.source == text
    assert len(listener.refusals) == 1
    assert listener.loaded == [str(tiny_model), bad]
    listener.engine.wish(Wish(model=bad, prompt=Prompt("The"), attempt=2))  # opened once more
    wait_until(lambda: len(listener.refusals) == 2)


def test_a_first_model_that_fails_is_refused_once_and_another_one_opens(
    listener: Listener, tiny_model: Path, tmp_path: Path
) -> None:
    bad = str(tmp_path / "nothing")
    for text in ("a", "ab"):
        listener.engine.wish(Wish(model=bad, prompt=Prompt(text)))
        wait_until(lambda: listener.refusals)
    good = Wish(model=str(tiny_model), prompt=Prompt("abc"))
    listener.engine.wish(good)
    listener.await_answer(good)
    assert len(listener.refusals) == 1
    assert len(listener.answers) == 1


def test_a_mended_folder_opens_at_the_next_attempt(
    listener: Listener, tiny_model: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "mended"
    listener.engine.wish(Wish(model=str(folder), prompt=Prompt("a"), attempt=1))
    wait_until(lambda: listener.refusals)
    folder.symlink_to(tiny_model)
    wish = Wish(model=str(folder), prompt=Prompt("a"), attempt=2)
    listener.engine.wish(wish)
    assert listener.await_answer(wish).frame.card.reference == str(folder)


# -- the end ----------------------------------------------------------------------------------


def ends_soon(engine: Engine) -> None:
    started = time.perf_counter()
    assert engine.stop()
    assert time.perf_counter() - started < 2
    assert not [thread for thread in threading.enumerate() if thread.name == "engine"]


def test_stop_ends_an_idle_engine(application: object) -> None:
    engine = Engine()
    engine.start()
    ready = threading.Event()
    engine.ready.connect(ready.set, Qt.ConnectionType.DirectConnection)
    ready.wait(1)
    ends_soon(engine)


def test_stop_ends_an_engine_that_never_began(application: object) -> None:
    ends_soon(Engine())


def test_stop_ends_an_engine_that_loads(application: object, slow_model: Path) -> None:
    engine = Engine()
    loading = threading.Event()
    engine.loading.connect(lambda _: loading.set(), Qt.ConnectionType.DirectConnection)
    engine.start()
    engine.wish(long_wish(slow_model, 1))
    assert loading.wait(20)
    ends_soon(engine)


def test_stop_ends_an_engine_that_looks(listener: Listener, slow_model: Path) -> None:
    listener.engine.wish(long_wish(slow_model, 0))
    listener.await_answer(long_wish(slow_model, 0))
    listener.engine.wish(long_wish(slow_model, 1))
    time.sleep(0.005)
    ends_soon(listener.engine)


LEAVE = """
import sys, time
from PySide6.QtCore import QTimer
from app.application import leave, make_application, make_settings
from app.engine import Engine
from app.window import Window
from pathlib import Path
application = make_application()
engine = Engine()
window = Window(engine, make_settings(Path(sys.argv[1])), sys.argv[2])
window.show()
engine.start()
window.editor.insertPlainText("typed while it loads")
def close():
    print(time.time(), "torch" in sys.modules, engine.answers.take() is None, flush=True)
    window.close()
QTimer.singleShot(int(sys.argv[3]), close)
sys.exit(leave(engine, application.exec()))
"""


@pytest.mark.parametrize("milliseconds", [0, 300, 900])
def test_a_window_closed_while_torch_and_the_model_come_ends_within_two_seconds(
    tmp_path: Path, tiny_model: Path, milliseconds: int
) -> None:
    settings = tmp_path / "settings.ini"
    done = subprocess.run(
        [sys.executable, "-c", LEAVE, str(settings), str(tiny_model), str(milliseconds)],
        capture_output=True, text=True, timeout=60, check=False,
    )
    ended = time.time()
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert ended - float(done.stdout.split()[0]) < 2
    assert "typed while it loads" in settings.read_text()
