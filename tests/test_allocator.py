"""A trace that is let go leaves its memory to the next one."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the GNU allocator is Linux's")

_COUNT = """
import json, resource, sys
from core.allocator import keep_freed_memory, return_freed_memory
if sys.argv[1] == "kept":
    assert keep_freed_memory()
import torch

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    blocks = [torch.ones(2_000_000) for _ in range(8)]  # 8 MB each, as a pattern of 12 heads
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

def resident():
    return int(open("/proc/self/statm").read().split()[1])

faults(), faults()  # the heap grows at first
again, full = faults(), resident()
return_freed_memory()
print(json.dumps([again, full - resident()]))
"""


def count(how: str) -> tuple[int, int]:
    """Pages that were made for the third trace, and pages that were given back at the end."""
    done = subprocess.run(
        [sys.executable, "-c", _COUNT, how], capture_output=True, text=True, check=True)
    made, given = json.loads(done.stdout)
    return made, given


def test_another_trace_is_given_no_new_pages() -> None:
    pages = 8 * 8_000_000 // 4096
    made, given = count("kept")
    assert made < pages // 100
    assert given > pages // 2, "what nobody uses is given back when it is asked for"


def test_without_it_every_page_is_made_again() -> None:
    made, _ = count("usual")
    assert made > 8 * 8_000_000 // 4096 // 2
