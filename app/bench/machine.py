"""What the figures were measured on, and how samples become figures."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

_PACKAGES = ("headlight", "torch", "PySide6-Essentials", "pyqtgraph", "numpy", "transformers")


def machine() -> dict[str, Any]:
    """The processor, the system, and the versions of what does the work."""
    facts: dict[str, Any] = {
        "processor": _processor(), "cores": os.cpu_count(), "system": platform.platform(),
        "platform": os.environ.get("QT_QPA_PLATFORM", "the screen's"),
        "Python": platform.python_version(),
    }
    for name in _PACKAGES:
        facts[name] = _version(name)
    if hasattr(os, "getloadavg"):
        facts["load before"] = round(os.getloadavg()[0], 2)
    return facts


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """Median, percentiles and the longest of some durations, in milliseconds."""
    if not seconds:
        return {"n": 0}
    middle, p95, p99, longest = np.percentile(seconds, (50, 95, 99, 100)) * 1000
    return {
        "n": len(seconds), "median_ms": round(float(middle), 2), "p95_ms": round(float(p95), 2),
        "p99_ms": round(float(p99), 2), "max_ms": round(float(longest), 2),
    }


def ratio(ours: Sequence[float], reference: Sequence[float]) -> float:
    """Our median over the reference's."""
    return round(float(np.median(ours) / np.median(reference)), 3)
