"""``python -m tests.parity_table``: the README's table, from a comparison of every family."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from core.frame import Prompt
from core.parity.compare import compare
from core.parity.report import Compared
from tests import test_families, test_two_stream
from tests.test_parity import GPT2, TARGET, TEXT

SEEDS = range(3)


def folders(place: Path) -> Iterator[tuple[str, Path]]:
    """Each family's name and a random model of it, for every layout and seed."""
    for seed in SEEDS:
        for name, case in {"GPT-2": GPT2, **test_families.CASES}.items():
            folder = place / f"{seed} {name}"
            yield name.split(",")[0], test_families.save(
                test_families.make_theirs(case, seed), folder)
        for name in ("both ways", "one way", "bare"):
            theirs = test_two_stream.make_theirs(test_two_stream.CASES[name], seed)
            folder = place / f"{seed} XLNet {name}"
            folder.mkdir()
            yield "XLNet", test_two_stream.save(theirs, folder)


def main() -> int:
    found: dict[str, list[Compared]] = {}
    with TemporaryDirectory() as place:
        for family, folder in folders(Path(place)):
            orders = (None, 1) if family == "XLNet" else (None,)
            for order in orders:
                report = compare(str(folder), Prompt(TEXT, TARGET, order=order))
                found.setdefault(family, []).extend(report.compared)
    for family, compared in found.items():
        def largest(ending: str, of: list[Compared] = compared) -> str:
            told = [one.difference for one in of if one.name.endswith(ending)]
            return f"{max(told):.1e}" if told else "-"

        worst = max(one.share for one in compared)
        print(f"| {family} | {len(compared)} | {largest('.pattern')} | {largest('.resid_in')} | "
              f"{largest('logits')} | {worst:.0%} |")
    return 0 if all(one.passed for rows in found.values() for one in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
