"""``headlight``: the window, or one of the commands without a window."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; 0, or 2 with one sentence on standard error."""
    code = _run(arguments)
    if arguments is None and "WORLD_SIZE" in os.environ:
        # One of torchrun's: threads that torch leaves behind may abort Python while it ends.
        sys.stdout.flush()
        sys.stderr.flush()
        logging.shutdown()
        os._exit(code)
    return code


def _run(arguments: Sequence[str] | None) -> int:
    from app.cli import parse
    from core.allocator import keep_freed_memory
    from core.errors import Refusal

    keep_freed_memory()
    try:
        options = parse(sys.argv[1:] if arguments is None else arguments)
        if options.command not in (None, "open", "watch"):
            from app.commands import run_command

            return run_command(options)
        from app.preflight import check_display

        check_display()
        from app.application import run_window

        code = run_window(options)
        if arguments is None:  # our own process; Python takes most of a second to take torch down
            logging.shutdown()
            os._exit(code)
        return code
    except Refusal as refusal:
        print("headlight:", *str(refusal).splitlines(), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
