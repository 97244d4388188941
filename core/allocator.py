"""Memory that is freed stays with the process, so that the next trace need not be given it anew.

A trace is many tensors of some megabytes. The GNU allocator asks the system for each such block and
gives it back; all of its pages are then made, and zeroed, at every trace.
"""

from __future__ import annotations

import ctypes
import sys

# The parameters of mallopt(3).
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
_LARGEST = 32 << 20  # bytes; the allocator takes no larger threshold


def keep_freed_memory() -> bool:
    """Keep what is freed, but for blocks above 32 MiB; False where the allocator is another.

    To be called before there is a second thread: threads share one heap from then on, as the others
    can't grow large.
    """
    library = _library()
    if library is None:
        return False
    settings = ((_ARENA_MAX, 1), (_MMAP_THRESHOLD, _LARGEST), (_TRIM_THRESHOLD, 2**31 - 1))
    taken = [library.mallopt(name, value) for name, value in settings]
    return taken == [1, 1, 1]


def return_freed_memory() -> None:
    """Give back what nobody uses, once: a large model was let go, or there is a long rest."""
    library = _library()
    if library is not None:
        library.malloc_trim(0)


def _library() -> ctypes.CDLL | None:
    """The C library, where it is GNU's."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None
