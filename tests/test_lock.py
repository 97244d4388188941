"""Locks between windows, and where a disk has none."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

import pytest

from app import slots
from app.lock import Lock, holder, is_held

OPEN = Path("/proc/self/fd")


def no_locks(descriptor: int, how: int) -> None:
    """As flock ends on a disk of the network that has no locks."""
    raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))


def test_one_has_it_until_it_is_released(tmp_path: Path) -> None:
    path = tmp_path / "a" / "0.lock"
    lock = Lock.take(path)
    assert lock is not None
    assert Lock.take(path) is None
    assert is_held(path)
    assert holder(path) == os.getpid()
    lock.release()
    assert not path.exists()
    assert not is_held(path)


@pytest.mark.skipif(not OPEN.is_dir(), reason="open files are not told here")
def test_where_nothing_can_be_locked_the_log_says_so_and_no_file_stays_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(fcntl, "flock", no_locks)
    path = tmp_path / "0.lock"
    before = len(list(OPEN.iterdir()))
    first, second = Lock.take(path), Lock.take(path)
    assert first is not None
    assert second is not None
    assert not is_held(path)
    assert "two windows can't be kept apart there" in caplog.text
    assert str(path) in caplog.text
    first.release()
    second.release()
    assert len(list(OPEN.iterdir())) == before


@pytest.mark.skipif(not OPEN.is_dir(), reason="open files are not told here")
def test_a_lock_that_can_t_be_written_leaves_no_file_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    before = len(list(OPEN.iterdir()))
    with pytest.raises(OSError, match="space"):
        Lock.take(tmp_path / "0.lock")
    assert len(list(OPEN.iterdir())) == before
    monkeypatch.undo()
    again = Lock.take(tmp_path / "0.lock")
    assert again is not None
    again.release()


def test_a_window_keeps_what_it_shows_where_nothing_can_be_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fcntl, "flock", no_locks)
    slot = slots.claim(tmp_path)
    assert slot is not None
    slot.write(b"{}")
    slot.release()
    assert (tmp_path / "0.headlight").read_bytes() == b"{}"
