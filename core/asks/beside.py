"""What a page asks that shows several models side by side: the mean over the heads of a layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.trace import Ask

if TYPE_CHECKING:  # the window opens before numpy is there
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class MeanAsk(Ask["Mean"]):
    """The mean pattern of a layer, of the attention on screen."""

    layer: int
    """The nearest there is."""


@dataclass(frozen=True, eq=False)
class Mean:
    """[query, key]; cells that are masked or left out are 0."""

    layer: int
    heads: int
    """That it is the mean of."""
    pattern: NDArray[np.float32]
    shown: NDArray[np.bool_]
    """False where a key is masked, or a token is left out of the picture."""
