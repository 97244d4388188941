"""What tests share: a real application off screen, a small real model, and no leak left behind."""

from __future__ import annotations

import gc
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

# Before Qt is imported: no screen, and no file of the person who runs the tests.
_HOME = tempfile.TemporaryDirectory(prefix="headlight-tests-")
os.environ["QT_QPA_PLATFORM"] = "offscreen"
for _name in ("CONFIG", "DATA", "CACHE", "STATE"):
    os.environ[f"XDG_{_name}_HOME"] = str(Path(_HOME.name) / _name.lower())
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_DEACTIVATE_ASYNC_LOAD"] = "1"  # its threads may outlive the load, and a test
os.environ["OMP_NUM_THREADS"] = "1"  # torch's threads spin where cores are shared

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from app.window import Window

TEXT = (
    "The cat sat on the mat because it was tired. The dog ran to the cat, and the cat ran away. "
    "It was a warm day, and it was a long day. She saw the sea, and the sea saw her. "
)


@pytest.fixture(scope="session")
def application() -> QApplication:
    """Qt, once."""
    from app.application import make_application

    return make_application()


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a random GPT-2 of 3 layers, 4 heads and 64 positions, byte-level BPE."""
    import torch

    from core.checkpoint import write_checkpoint
    from core.config import ModelConfig
    from core.model import Transformer
    from core.training.vocabulary import train_tokenizer

    torch.manual_seed(0)
    tokenizer = train_tokenizer("byte_bpe", [TEXT], 400)
    config = ModelConfig(
        vocabulary=tokenizer.largest_id + 1, width=32, heads=4, head_width=8, mlp_width=64,
        context=64, decoder_layers=3,
    )
    model = Transformer(config)
    for parameter in model.parameters():  # the usual start leaves patterns almost uniform
        torch.nn.init.normal_(parameter, std=0.3)
    folder = tmp_path_factory.mktemp("models") / "tiny"
    write_checkpoint(folder, model, tokenizer, step=7)
    return folder


def wait_until(
    condition: Callable[[], object], seconds: float = 20.0, at_once: bool = False
) -> None:
    """Run the event loop until ``condition`` holds and the panels of every window follow its
    sheet; with ``at_once`` they may still have to.

    Raises:
        AssertionError: if it never does.
    """
    from PySide6.QtCore import QCoreApplication, QEventLoop

    end = time.monotonic() + seconds
    while not ((at_once or _panels_follow()) and condition()):
        assert time.monotonic() < end, "it never came"
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        time.sleep(0.002)


def _panels_follow() -> bool:
    if "app.window" not in sys.modules:
        return True
    from PySide6.QtWidgets import QApplication

    from app.window import Window

    return not any(
        isinstance(part, Window) and part.showing.pending
        for part in QApplication.topLevelWidgets())


@pytest.fixture
def small_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A disk of as many kB as its parameter says."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={request.param}k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def open_window(
    application: QApplication, tiny_model: Path, tmp_path: Path
) -> Iterator[Callable[..., Window]]:
    """A function that opens a real window on the tiny model and waits for its first picture."""
    from PySide6.QtCore import QCoreApplication, QEvent, QObject

    from app.application import make_settings
    from app.engine import Engine
    from app.language import install_language
    from app.window import Window

    opened: list[Window] = []
    font = application.font()
    gc.freeze()  # what was there before is not looked through again

    def open_one(
        text: str | None = "The cat sat.", model: str | None = None, settings: Path | None = None,
        wait: bool = True, watch: bool = False, hint: bool = False,
    ) -> Window:
        kept = make_settings(settings or tmp_path / "settings.ini")
        kept.setValue("hinted", "" if hint else "yes")
        window = Window(
            Engine(), kept, model or str(tiny_model), text, watch,
        )
        opened.append(window)
        window.show()
        window.engine.start()
        if wait:
            wait_until(lambda: window.complete)
        return window

    yield open_one
    held: list[weakref.ref[QObject]] = []
    while opened:
        window = opened.pop()
        window.close()
        assert window.engine.stop(10), "the engine did not end"
        held += [weakref.ref(window), weakref.ref(window.engine)]
        window.deleteLater()
        del window
    install_language("en")  # a test that fails in Chinese fails alone
    application.setFont(font)  # as does one of large type
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    widgets = [part for part in application.topLevelWidgets() if not part.inherits("QTipLabel")]
    parts = (*widgets, *(one() for one in held))
    left = [type(part).__name__ for part in parts if part is not None]
    assert not left, left


@pytest.fixture(autouse=True)
def nothing_left_behind(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """Fail a test that logs an error or a Qt warning, or leaves a thread or a window."""
    threads = set(threading.enumerate())
    yield
    loud = [
        record.getMessage() for record in caplog.get_records("call")
        if record.levelno >= logging.ERROR
        or (record.levelno >= logging.WARNING and record.name == "headlight"
            and "propagateSizeHints" not in record.getMessage())  # off screen, Qt's own
    ]
    allowed = request.node.get_closest_marker("logs_errors")
    assert allowed or not loud, loud
    left = [
        thread for thread in threading.enumerate()
        if thread not in threads and (not thread.daemon or thread.name == "engine")
    ]
    assert not left, left


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with a text to train on, and one that is held out."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "train.txt").write_text("the cat sat on the mat. 好 " * 40, encoding="utf-8")
    (folder / "held.txt").write_text("A dog; quite another thing! 好奇 " * 3, encoding="utf-8")
    return folder
