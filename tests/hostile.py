"""Folders that are spoilt in every way, opened one after another in a process of its own.

Run as ``python -m tests.hostile GOOD SCRATCH``: GOOD holds a folder a family. For each case a line
of JSON says what was answered, how long it took and how much memory it took, and whether the
session that was open before still answers the same.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path

from tests.hostile_folders import every_config, every_place
from tests.hostile_weights import every_header, of_each_family
from tests.hostile_xlnet import every_xlnet
from tests.spoiling import Case, Spoil

CASES: dict[str, Case] = dict(
    one for kind in (of_each_family, every_header, every_config, every_place, every_xlnet)
    for one in kind()
)


def main(good: Path, scratch: Path) -> None:
    """Try all cases, with no more than so much memory beyond what the program itself takes."""
    import resource

    import torch

    from core.checkpoint import open_checkpoint
    from core.errors import Refusal
    from core.frame import Prompt
    from core.session import open_session
    from core.trace import Sight

    torch.set_num_threads(1)
    session = open_session(str(good / "GPT-2"))
    sight = Sight(head=(1, 1))
    before = session.look(Prompt("w3 w7 w9"), sight)
    used = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_DATA, (used + 500 * 10**6,) * 2)
    for name, case in CASES.items():
        folder = scratch / "model"
        shutil.rmtree(scratch, ignore_errors=True)
        shutil.copytree(good / case.base, folder)
        case.spoil(folder)
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
        start, meanwhile = peak(), case.meanwhile

        def watch(done: int, whole: int, folder: Path = folder, then: Spoil | None = meanwhile,
                  ) -> None:
            if then is not None and done:
                then(folder)

        started = time.process_time()
        try:
            open_checkpoint(folder, progress=watch)
            answer, kind = "", "opened"
        except Refusal as refusal:
            answer, kind = str(refusal), "refused"
        except BaseException as error:
            answer, kind = repr(error), "failed"
        seconds, most = time.process_time() - started, peak() - start
        session.look(Prompt("w1"), sight)
        after = session.look(Prompt("w3 w7 w9"), sight)
        same = before.head is not None and after.head is not None and bool(
            (before.head.pattern == after.head.pattern).all()
        )
        answer = answer.replace(str(folder), "…")
        print(json.dumps([name, kind, answer, seconds, most, same]), flush=True)


def peak() -> int:
    """Bytes of memory that this process has had at once."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) * 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
