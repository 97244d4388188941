"""Lectures written for a test."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, settings

from app.lectures.reading import read_lecture
from app.lectures.scene import Scene, Trouble

FOLDER = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
"""For properties of files in ``tmp_path``, which are written anew each time."""


def write(folder: Path, **files: str) -> Path:
    """A lecture of these files; ``a_zh`` is a.zh.md, ``s1`` is 01-s.md."""
    folder.mkdir(exist_ok=True)
    for name, text in {"lecture": "---\ntitle: A lecture\n---\nAbout.\n", **files}.items():
        stem, _, language = name.partition("_")
        stem = f"0{stem[1:]}-s" if stem[0] == "s" else stem
        ending = f".{language}.md" if language else ".md"
        (folder / f"{stem}{ending}").write_text(text, encoding="utf-8")
    return folder


def scene(folder: Path, header: str, words: str = "Words.") -> Scene:
    """The one scene with these lines of a header."""
    return read_lecture(write(folder, s1=f"---\n{header}\n---\n{words}")).scenes[0]


def told(troubles: tuple[Trouble, ...]) -> list[tuple[str, int]]:
    return [(trouble.file, trouble.line) for trouble in troubles]
