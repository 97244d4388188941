"""How much memory there is to be had, on the machine and on its GPU."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

_ROOT = Path("/")


@dataclass(frozen=True)
class Way:
    """How a model is held in memory."""

    dtype: str = "float32"
    """The type in which it runs: ``float32``, or ``bfloat16`` for half the memory."""
    slim: bool = False
    """Whether each layer of a trace is let go once what is on screen has been taken from it."""


WHOLE = Way()
"""Every number exact and every tensor kept."""


def memory_available(device: torch.device | None = None, root: Path = _ROOT) -> int | None:
    """Bytes that may still be asked for; None where the system does not say.

    Args:
        device: None for the machine's own memory.
        root: where the system's files are.
    """
    if device is not None and device.type == "cuda":
        import torch

        return int(torch.cuda.mem_get_info(device)[0])
    told = [_meminfo(root), *_limits(root)]
    known = [free for free in told if free is not None]
    return max(0, min(known)) if known else _elsewhere()


def readable_size(count: int) -> str:
    """Bytes as a person reads them: 1 kB, 17 MB, 1.4 GB."""
    if count < 10**6:
        return f"{-(-count // 1000)} kB"
    if count < 10**9:
        return f"{round(count / 10**6)} MB"
    return f"{count / 10**9:.1f} GB"


def _meminfo(root: Path) -> int | None:
    """What Linux could give without swapping."""
    return _named(root / "proc/meminfo", "MemAvailable:", 1024)


def _limits(root: Path) -> list[int | None]:
    """What is left below the limit of each control group that this process is in."""
    left: list[int | None] = []
    for line in _read(root / "proc/self/cgroup").splitlines():
        _, kinds, place = [*line.split(":", 2), "", ""][:3]
        second = kinds == ""
        if not second and "memory" not in kinds.split(","):
            continue
        base = root / ("sys/fs/cgroup" if second else "sys/fs/cgroup/memory")
        most, used, cached = (
            ("memory.max", "memory.current", "inactive_file") if second
            else ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
        )
        inside = base / place.lstrip("/")
        for group in (inside, *inside.parents):
            if not group.is_relative_to(base):
                break
            limit, now = _read(group / most).strip(), _read(group / used).strip()
            if limit.isdecimal() and now.isdecimal():
                freed = _named(group / "memory.stat", cached) or 0  # the cache gives way
                left.append(int(limit) - int(now) + freed)
    return left


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _named(path: Path, name: str, unit: int = 1) -> int | None:
    """The number after ``name`` at the beginning of a line."""
    for line in _read(path).splitlines():
        words = line.split()
        if len(words) > 1 and words[0] == name and words[1].isdecimal():
            return int(words[1]) * unit
    return None


def _elsewhere() -> int | None:
    """Windows says what is free; others at least what there is."""
    if sys.platform == "win32":
        import ctypes

        class Status(ctypes.Structure):
            _fields_ = (
                ("length", ctypes.c_ulong), ("load", ctypes.c_ulong),
                *((name, ctypes.c_ulonglong) for name in (
                    "total", "available", "total_page", "available_page", "total_virtual",
                    "available_virtual", "available_extended")),
            )

        status = Status(length=ctypes.sizeof(Status))
        found = ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
        return int(status.available) if found else None
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
