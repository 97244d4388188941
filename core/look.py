"""All that one look at a prompt found, for whoever reads more out of it than weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from core.config import AttentionKind, StackName
from core.edits import UNALTERED, Edits
from core.errors import NOT_KEPT, Refusal
from core.model import Transformer
from core.omit import leave_out, left_out
from core.timeline import Steps
from core.tokens import Tokenizer, Tokens
from core.trace import AttentionTrace, LayerTrace, Omit, Stream, Trace


@dataclass(frozen=True)
class Look:
    """A trace, the model that it is of, and what is on screen of it."""

    model: Transformer
    tokenizer: Tokenizer
    trace: Trace
    source: Tokens
    target: Tokens | None
    """Where the model has two stacks."""
    stack: StackName
    kind: AttentionKind
    stream: Stream
    queries: Tokens
    """Of the attention on screen."""
    keys: Tokens
    at: int
    """The position of the last stack whose predictions are shown."""
    omit: Omit = "nothing"
    """Tokens that the pictures of attention leave out."""
    renormalise: bool = False
    """Whether what is left of a row sums to 1 again."""
    edits: Edits = UNALTERED
    """What was altered in the run."""
    again: Callable[[], Trace] | None = None
    """Runs it once more, with logits at all positions: a trace that gradients can be taken through.
    None where too little is kept."""
    original: tuple[int, ...] = ()
    """Ids of the source before any was hidden behind a mask."""
    timeline: Steps | None = None
    """The weights of other steps."""
    step: int | None = None
    """Training steps that these have seen, where that is known."""

    def scale(self, attention: Any) -> float:  # noqa: ANN401 - of either kind that there is
        """What an attention of the kind on screen multiplied q.k by in the run."""
        return 1.0 if self.edits.unscaled(self.stack, self.kind) else float(attention.scale)

    @property
    def layers(self) -> Sequence[LayerTrace]:
        """Of the stack and the stream on screen.

        Raises:
            Refusal: if the model was opened to keep fewer tensors.
        """
        layers = self.trace.stack(self.stack).layers
        if not layers:  # a model has at least one
            raise Refusal(NOT_KEPT)
        return [layer.on(self.stream) for layer in layers]

    @property
    def attention(self) -> Sequence[AttentionTrace]:
        """Of each of those layers, the kind on screen."""
        return [layer.attention(self.kind) for layer in self.layers]

    @property
    def without(self) -> tuple[list[int], list[int]]:
        """Queries and keys that are left out."""
        return left_out(self.queries, self.omit), left_out(self.keys, self.omit)

    def rest(self, pattern: Tensor, visible: Tensor) -> tuple[Tensor, Tensor]:
        """[head, query, key] as pictures show it, and [query, key] bool: what is shown of it."""
        return leave_out(pattern, visible, *self.without, self.renormalise)

    @property
    def tokens(self) -> Tokens:
        """Those that the stack on screen reads."""
        return self.target if self.target is not None and self.stack == "decoder" else self.source
