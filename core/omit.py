"""Which tokens are left out of the pictures of attention, and what becomes of the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from core.tokens import Tokens
    from core.trace import Omit


def left_out(tokens: Tokens, omit: Omit) -> list[int]:
    """Positions that are left out: marks of the template, and the first token where asked."""
    if omit == "nothing":
        return []
    marks = [at for at in range(len(tokens)) if not tokens.stands_for_text(at)]
    return sorted({*marks, 0}) if omit == "first" and len(tokens) else marks


def leave_out(
    pattern: Tensor, visible: Tensor, queries: list[int], keys: list[int], renormalise: bool
) -> tuple[Tensor, Tensor]:
    """A pattern of which some rows and columns are not shown.

    Args:
        pattern: [head, query, key].
        visible: [query, key] bool, False where a key is masked.
        queries: rows that are left out.
        keys: columns that are left out.
        renormalise: whether the rest of each row is made to sum to 1 again; a row of which
            nothing is left stays 0.

    Returns:
        The pattern, 0 where it is left out, and what is shown of it, [query, key] bool.
    """
    if not queries and not keys:
        return pattern, visible
    shown = visible.clone()
    shown[queries] = False
    shown[:, keys] = False
    kept = pattern * shown
    if renormalise:
        kept = kept / kept.sum(dim=-1, keepdim=True).clamp_min(1e-12)
    return kept, shown
