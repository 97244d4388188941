"""Files that one process at a time holds, and disks where none can be held."""

from __future__ import annotations

import logging
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no such locks
    fcntl = None  # type: ignore[assignment]

log = logging.getLogger(__name__)
LOCKS = fcntl is not None
"""Whether this system tells what another holds."""


def hold(path: Path, descriptor: int, who: str) -> None:
    """Lock an open file; where that can't be done it is anyone's, and the log says so.

    Args:
        path: of the file, for the log.
        descriptor: of the file; whoever closes it lets it go.
        who: are kept apart by it, for the log.

    Raises:
        BlockingIOError: if another has it.
    """
    why = "this system has no locks"
    try:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
    except BlockingIOError:
        raise
    except OSError as error:  # a disk of the network, most of the time
        why = error.strerror or str(error)
    log.warning("%s can't be locked (%s): %s can't be kept apart there", path, why, who)


def is_free(descriptor: int) -> bool:
    """Whether no other holds an open file, as far as that can be told; this process does then."""
    try:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # nothing can be locked there
        return True
    return True
