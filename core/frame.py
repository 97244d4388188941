"""What goes into a look and what comes out; frozen, numpy only, so that it may cross threads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from core.edits import UNALTERED, Edits
from core.errors import Refusal

if TYPE_CHECKING:  # the window opens before numpy is there
    import numpy as np
    from numpy.typing import NDArray

    from core.against import Change
    from core.broken import Broken
    from core.config import PositionScheme, StackName
    from core.drive import Training
    from core.tokens import Tokens
    from core.trace import Ask, Sight

A = TypeVar("A")


@dataclass(frozen=True)
class Prompt:
    """What the person typed."""

    source: str = ""
    target: str = ""
    """For models with two stacks."""
    second: str = ""
    """The sentence after the separator, for models with segments (BERT)."""
    masked: tuple[int, ...] = ()
    """Positions of the source that are hidden behind the mask token (BERT)."""
    written: tuple[int, ...] = ()
    """Ids of the tokens that the model wrote itself after what was typed: after the target, or
    after the source of a decoder without an encoder."""
    order: int | None = None
    """Seed of the order in which positions are read (XLNet); None reads all of them both ways."""
    before: str = ""
    """Text that was read before, and is remembered as columns of keys (XLNet)."""


@dataclass(frozen=True)
class NotableHead:
    """A head that does one nameable thing, and how much of its attention does it."""

    role: str
    """``previous_token``, ``induction``, or ``alignment`` of cross-attention."""
    layer: int
    head: int
    score: float
    """From 0 to 1; see ``core.readings.heads``."""


@dataclass(frozen=True)
class ModelCard:
    """The facts of a model that a window shows."""

    reference: str
    """The name or folder it was asked for by."""
    name: str
    family: str
    device: str
    parameters: int
    context: int
    heads: int
    layers: dict[StackName, int]
    key_heads: int = 0
    """Heads of keys and values in a layer; 0 for one a query head."""
    positions: PositionScheme = "learned"
    scaled: bool = True
    """Its scores are q.k times a scale (none are in T5)."""
    two_sentences: bool = False
    """It tells two sentences apart (segments)."""
    masks: bool = False
    """It has a mask token, and says what stands behind it."""
    verdict: bool = False
    """It says whether the second sentence follows the first."""
    labels: tuple[str, ...] = ()
    """What it tells apart, where it is a classifier."""
    two_streams: bool = False
    """XLNet: a content stream, and a query stream that does not see its own token."""
    dtype: str = "float32"
    """The type in which it runs."""
    slim: bool = False
    """It keeps of a trace what is looked at alone, so that less memory is enough."""
    not_finite: tuple[str, ...] = ()
    """Tensors of its file that hold NaN or an infinity."""
    step: int | None = None
    """Training steps its weights have seen, where the file says so."""
    text: str = ""
    """A sentence that shows it well."""
    notable: tuple[NotableHead, ...] = ()


TermName = Literal["content", "bias", "position", "segment"]


@dataclass(frozen=True, eq=False)
class Term:
    """A part of scores, [query, key] float32; the terms add up to the scores where unmasked."""

    name: TermName
    """``content`` and ``bias`` in T5; ``content``, ``position`` and ``segment`` in XLNet."""
    scores: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Turn:
    """Queries and keys of one head before and after rotation, [position, head_width] float32."""

    query_before: NDArray[np.float32]
    query_after: NDArray[np.float32]
    key_before: NDArray[np.float32]
    key_after: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class HeadPicture:
    """One head in full precision, [query, key] float32; masked cells: weight 0, score -inf."""

    layer: int
    head: int
    pattern: NDArray[np.float32]
    scores: NDArray[np.float32]
    shown: NDArray[np.bool_]
    """False where a key is masked, or a token is left out of the picture."""
    terms: tuple[Term, ...] = ()
    """What the scores are a sum of; none where they are one product."""
    turn: Turn | None = None
    """For rotary positions."""
    key_head: int | None = None
    """The key head it reads; ``head`` itself unless several share one."""


@dataclass(frozen=True, eq=False)
class Contrast:
    """A signed value of every cell of every head, small."""

    levels: NDArray[np.uint8]
    """[layer, head, row, column]: ``core.trace.MASKED``, or 1 to 255 for ``-most`` to ``most``,
    128 for 0."""
    most: float
    """The largest of any head, its sign left out; 0 where all are 0."""
    unreal: NDArray[np.bool_] | None = None
    """[layer, head, row, column], True where a pixel covers a value that is no number; None where
    none does."""


@dataclass(frozen=True, eq=False)
class Gradient:
    """What more of each attention weight would do to the loss of the text."""

    sheet: Contrast
    head: NDArray[np.float32] | None
    """[query, key] of the head in full precision, in nats; None where it is not wanted."""
    loss: float
    """In nats; see ``core.gradients``."""


@dataclass(frozen=True)
class Prediction:
    """A token that may come next, or stand behind the mask."""

    label: str
    probability: float
    text: str | None
    """What it adds to the prompt; None where it is a part of a character."""
    drawn: float | None = None
    """The probability with which the sight's sampling draws it; None from what does not write."""


@dataclass(frozen=True, eq=False)
class Frame:
    """One answer: the part of a trace that the sight asked for."""

    prompt: Prompt
    sight: Sight
    card: ModelCard
    queries: Tokens
    keys: Tokens
    thumbnails: NDArray[np.uint8] | None = None
    """[layer, head, row, column], see ``core.thumbnail.reduce_pattern``."""
    head: HeadPicture | None = None
    predictions: tuple[Prediction, ...] = ()
    predicted_at: int | None = None
    """The position that the predictions follow."""
    predicted_in: Tokens | None = None
    """The tokens that it counts in: those of the last stack, whichever stack is shown."""
    behind_mask: bool = False
    """Whether that position is masked: its predictions are of the token that stands there."""
    continued: Prompt | None = None
    """The prompt and the token that the model would write next; None where it does not write, and
    where the text is at its end or fills the context."""
    next_sentence: float | None = None
    """The probability that the second sentence follows the first (BERT)."""
    labels: tuple[float, ...] = ()
    """The probability of each of the card's labels; none where they are no numbers."""
    order: tuple[int, ...] = ()
    """By position, when it is read (XLNet)."""
    seconds: float = 0.0
    """What the look took."""
    broken: Broken | None = None
    """Where the model first computes a value that is no number; None where all are numbers."""
    unreal: NDArray[np.bool_] | None = None
    """[layer, head, row, column], True where a thumbnail's pixel covers a weight that is no number;
    None where none does, or no thumbnails are wanted."""
    answers: Mapping[Ask[Any], object] = field(default_factory=dict)
    """To each ask of the sight, its answer, or the Refusal that says why there is none."""

    step: int | None = None
    """Training steps that the weights which made it have seen, where that is known."""
    kept: tuple[int, ...] = ()
    """The steps whose weights the timeline has, in order."""
    gradient: Gradient | Refusal | None = None
    """Where the sight asks for it."""
    training: Training | None = None
    """Where the run is that trains the model; None where none does."""
    edits: Edits = UNALTERED
    """What was altered in the model that made it."""
    beside: Frame | None = None
    """The other side of a comparison: its head, thumbnails and predictions."""
    change: Change | None = None
    """What is otherwise there; None for another head of the same pass."""

    @property
    def finite(self) -> bool:
        """Whether the model ends in numbers."""
        return self.broken is None

    def told(self, ask: Ask[A] | None) -> A | None:
        """The answer to ``ask``; None where it was not asked, or there is none."""
        found = None if ask is None else self.answers.get(ask)
        return None if isinstance(found, Refusal) else found  # type: ignore[return-value]

    def declined(self, ask: Ask[Any] | None) -> Refusal | None:
        """Why there is no answer to ``ask``."""
        found = None if ask is None else self.answers.get(ask)
        return found if isinstance(found, Refusal) else None
