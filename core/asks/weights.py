"""What the weights page asks: one matrix of a head or of its layer, what would change it, what did.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from core.asks.activations import Summary
from core.trace import Ask

if TYPE_CHECKING:  # the window opens before numpy is there
    import numpy as np
    from numpy.typing import NDArray

    from core.config import Activation, AttentionKind, Norm, StackName

MatrixName = Literal[
    "query", "key", "value", "place", "output", "into", "gate", "out", "norms", "head_norms",
    "embedding",
]
"""As rows times matrix (Vaswani et al. 2017): of the head W_Q, W_K, W_V, [width, head_width], its
rows of W_O, [head_width, width], and XLNet's W_R; of the layer W_1 and its gate,
[width, mlp_width], W_2, [mlp_width, width], and the gains of its norms, a row each; of the text the
rows of the embedding, [position, width]."""
OF_A_HEAD: tuple[MatrixName, ...] = ("query", "key", "value", "place", "output")
"""Those of which a head has a part of its own."""
Side = Literal["weights", "gradient", "change"]
"""The numbers; what each adds to the loss of the text; what became of them since another step."""
LossOf = Literal["label", "next", "hidden", "likeliest"]
"""What a loss is of: the likeliest label, each next token, the tokens behind the mask, the
likeliest token at the position whose predictions are on screen."""


@dataclass(frozen=True)
class WeightsPlace:
    """Which matrix it is; another than was asked for where the model has none such."""

    matrix: MatrixName
    stack: StackName
    kind: AttentionKind
    layer: int
    head: int
    key_head: int
    """The one that keys and values are of."""
    sharing: tuple[int, ...]
    """The heads that read it; one unless several do."""
    matrices: tuple[MatrixName, ...]
    """All that there are here."""
    rows: tuple[str, ...] = ()
    """Norms, by our own names, where each row is one."""
    bias: bool = False
    """Whether something is added to the product."""
    tied: bool = False
    """Whether the embedding makes the logits, too."""
    scaled: bool = False
    """Whether rows of the embedding are multiplied by the root of the width."""
    norm: Norm = "layer"
    activation: Activation = "gelu_tanh"


@dataclass(frozen=True)
class Entry:
    """One number of the whole matrix."""

    row: int
    column: int
    weight: float
    value: float
    """Of the side that is shown."""


@dataclass(frozen=True, eq=False)
class Spectra:
    """Singular values of what a head's matrices do together (Elhage et al. 2021), largest first.

    [min(width, head_width)] each, float64.
    """

    score: NDArray[np.float64]
    """Of W_Q W_K^T: which directions a query and a key are compared in."""
    write: NDArray[np.float64]
    """Of W_V W_O: which directions are read and written."""


@dataclass(frozen=True, eq=False)
class WeightsPicture:
    """One matrix, as far as there is room."""

    place: WeightsPlace
    side: Side
    summary: Summary
    """Of all of it; its positions are the rows."""
    largest: tuple[int, int] | None
    """Row and column of the number farthest from 0; None where none is a number."""
    values: NDArray[np.float32]
    """[row, column]; of each block of the matrix the number that is farthest from 0."""
    spots: NDArray[np.int64] | None
    """[row, column], row x columns + column of each; None where nothing was reduced."""
    entry: Entry | None = None
    """The one that was asked for."""
    spectra: Spectra | None = None
    """Of a head's."""
    loss: float | None = None
    """In nats, where gradients are shown."""
    loss_of: LossOf | None = None
    since: int | None = None
    """The step of the other weights, where changes are shown."""
    step: int | None = None
    """Of these, where it is known."""

    @property
    def norm(self) -> float:
        """The root of the sum of squares (Frobenius) of what is a number."""
        about = self.summary
        count = about.positions * about.width - about.broken
        return math.sqrt((about.deviation**2 + about.mean**2) * count)

    def spot(self, row: int, column: int) -> tuple[int, int]:
        """The row and the column of a value in the whole matrix."""
        if self.spots is None:
            return row, column
        whole = divmod(int(self.spots[row, column]), self.summary.width)
        return int(whole[0]), int(whole[1])


@dataclass(frozen=True)
class WeightsAsk(Ask[WeightsPicture]):
    """One matrix of the attention and the stack on screen."""

    matrix: MatrixName = "query"
    layer: int = 0
    head: int = 0
    side: Side = "weights"
    since: int | None = None
    """The other step; None for the first that is kept."""
    entry: tuple[int, int] | None = None
    """A row and a column whose number is wanted."""
    rows: int = 256
    """At most so many; more are reduced."""
    columns: int = 256
    """Likewise."""
