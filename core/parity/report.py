"""What a comparison found; no torch, so that a window can hold it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Compared:
    """One tensor on both sides."""

    name: str
    """As in ``core.trace``."""
    shape: tuple[int, ...]
    """Ours, without the batch axis."""
    difference: float
    """The largest; not finite where shapes or masks differ, or an entry is no number."""
    tolerance: float

    @property
    def passed(self) -> bool:
        """Whether the difference is within the tolerance; one that is no number is not."""
        return self.difference <= self.tolerance

    @property
    def share(self) -> float:
        """The difference as a part of what is allowed, by which the worst is found."""
        share = self.difference / self.tolerance
        return math.inf if math.isnan(share) else share

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """Name, shape, difference and tolerance as words."""
        shape = " × ".join(map(str, self.shape))
        return self.name, shape, f"{self.difference:.1e}", f"{self.tolerance:.1e}"


@dataclass(frozen=True)
class Report:
    """What was compared, in the order in which the model runs."""

    model: str
    family: str
    version: str
    """Of ``transformers``."""
    tokens: tuple[int, ...]
    """How many, of the source, and of the target where there is one."""
    compared: tuple[Compared, ...]
    left_out: tuple[str, ...] = ()
    """Tensors of ours that this ``transformers`` does not tell; q, k, v, scores and z alone."""

    @property
    def passed(self) -> bool:
        """Whether something was compared, and all of it is within its tolerance."""
        return bool(self.compared) and not self.failed

    @property
    def failed(self) -> tuple[Compared, ...]:
        """What is out of its tolerance."""
        return tuple(one for one in self.compared if not one.passed)

    def worst_first(self) -> tuple[Compared, ...]:
        """By difference as a part of the tolerance."""
        return tuple(sorted(self.compared, key=lambda one: one.share, reverse=True))

    def lines(self) -> Iterator[str]:
        """The report as text: a table, and the verdict as its last line."""
        rows = [("tensor", "shape", "difference", "tolerance"), *(c.cells for c in self.compared)]
        wide = [max(len(row[column]) for row in rows) for column in range(4)]
        verdicts = ["", *("" if one.passed else "FAILED" for one in self.compared)]
        for (name, *numbers), verdict in zip(rows, verdicts, strict=True):
            cells = (cell.rjust(width) for cell, width in zip(numbers, wide[1:], strict=True))
            yield "  ".join((name.ljust(wide[0]), *cells, verdict)).rstrip()
        if self.left_out:
            yield f"not told by transformers {self.version}: {', '.join(self.left_out)}"
        yield (
            f"{'passed' if self.passed else 'FAILED'}: {self.model} ({self.family}), "
            f"{' and '.join(map(str, self.tokens))} tokens: {len(self.compared)} tensors compared "
            f"with transformers {self.version}, {len(self.failed)} out of tolerance"
        )

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Report:
        """The inverse of ``dataclasses.asdict`` through JSON."""
        compared = tuple(
            Compared(**{**one, "shape": tuple(one["shape"])}) for one in told["compared"]
        )
        return cls(**{
            **told, "tokens": tuple(told["tokens"]), "compared": compared,
            "left_out": tuple(told["left_out"]),
        })
