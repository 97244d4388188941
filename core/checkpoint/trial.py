"""A tokenizer from a stranger is tried in a process of its own before it is used in this one.

The library can panic, back-track for very long, or take all memory until the system ends it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from core.errors import Refusal, translate

SECONDS = 4.0
MEMORY = 500_000_000  # bytes
_ATTEMPT = Path(__file__).with_name("attempt.py")


def try_tokenizer(content: bytes, path: Path) -> None:
    """Open and use a ``tokenizer.json`` where it can do no harm.

    Args:
        content: the file.
        path: whence it came, for the sentence.

    Raises:
        Refusal: if it fails there, ends that process, or does not end.
    """
    quiet = {"RUST_BACKTRACE": "0", "TOKENIZERS_PARALLELISM": "false"}
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_ATTEMPT), str(MEMORY)],
            input=content, capture_output=True, timeout=SECONDS, check=False,
            env=os.environ | quiet,
        )
    except subprocess.TimeoutExpired as error:
        raise Refusal(
            translate("core", "{path} was tried and had not ended after {seconds} seconds; it is "
                      "not opened."), path=path, seconds=f"{SECONDS:g}",
        ) from error
    except OSError as error:
        raise Refusal(
            translate("core", "{path} can't be tried in a process of its own: {reason}."),
            path=path, reason=error.strerror or error,
        ) from error
    if done.returncode:
        raise Refusal(
            translate("core", "{path} was tried and ended its process ({status}), in {memory} MB "
                      "of memory; it is not opened."),
            path=path, status=done.returncode, memory=MEMORY // 10**6,
        )
    said = done.stdout.decode("utf-8", "replace").strip()
    if said:
        raise Refusal(
            translate("core", "{path} is no tokenizer this program can read: {reason}."),
            path=path, reason=said.rstrip("."),
        )
