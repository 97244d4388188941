"""Files that are written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from core.errors import Refusal, translate


def write_file(path: Path, data: bytes) -> None:
    """Write ``data`` beside its place and move it there; what was there stays until then.

    Raises:
        Refusal: if it can't be written.
    """
    try:
        place = path.resolve()
        if place.exists() and not place.is_file():
            place.write_bytes(data)  # a pipe takes it as it comes, a folder says why not
            return
        part = place.with_name(f"{place.name}.part")
        try:
            part.write_bytes(data)
            part.replace(place)
        finally:
            part.unlink(missing_ok=True)
    except (OSError, RuntimeError, ValueError) as error:
        # A RuntimeError for links that lead in a circle, a ValueError for a name that no file has.
        raise Refusal(
            translate("core", "{path} can't be written: {reason}."),
            path=path, reason=getattr(error, "strerror", None) or error,
        ) from error
