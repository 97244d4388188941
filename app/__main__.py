"""``headlight``: the window, or one of the commands without a window."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; 0, or 2 with one sentence on standard error."""
    from app.cli import parse, run_command
    from core.errors import Refusal

    options = parse(sys.argv[1:] if arguments is None else arguments)
    try:
        if options.command is not None:
            return run_command(options)
        from app.preflight import check_display

        check_display()
        from app.application import run_window

        return run_window(options)
    except Refusal as refusal:
        print(f"headlight: {refusal}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
