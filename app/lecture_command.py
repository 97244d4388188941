"""``headlight lecture``: tells whoever writes one what is wrong in it, file and line."""

from __future__ import annotations

import argparse
from typing import Any

from app.lectures.reading import LANGUAGES, find_lecture, read_lecture


def add_lecture(commands: Any) -> None:  # noqa: ANN401 - argparse does not name its type
    """What the command can be given."""
    lecture = commands.add_parser(
        "lecture", help="check a lecture's files; status 1 where something is wrong")
    lecture.add_argument(
        "folder", type=find_lecture, metavar="FOLDER",
        help="the lecture's; or a shipped one's name")


def check_lecture(options: argparse.Namespace) -> int:
    """Print every trouble, in any language; 1 where there is one, else 0.

    Raises:
        Refusal: if the folder holds no lecture.
    """
    from app.preflight import check_qt

    check_qt()
    from app.lecture_proof import prove
    from app.paint.formula_troubles import check_formulas

    lectures = [read_lecture(options.folder, language) for language in LANGUAGES]
    told = {
        (trouble.file, trouble.line, str(trouble.text)): None
        for lecture in lectures
        for trouble in (*lecture.all_troubles, *check_formulas(lecture), *prove(lecture))
    }
    for file, line, text in sorted(told):
        print(f"{file}:{line}: {text}")
    count, wrong = len(lectures[0].scenes), len(told)
    print(f"{count} {'scene' if count == 1 else 'scenes'}, "
          f"{wrong or 'no'} {'trouble' if wrong == 1 else 'troubles'}")
    return 1 if told else 0

