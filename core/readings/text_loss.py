"""The loss that a text itself tells, in nats, the mean where there are several:

- a classifier: of the label that is likeliest;
- a model that writes: of each next token;
- one that fills gaps: of the tokens behind the mask, or, where none is hidden, of the likeliest
  token at the position whose predictions are on screen.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from core.asks.weights import LossOf
from core.errors import NOT_KEPT, Refusal, translate
from core.look import Look
from core.trace import Trace

NO_HEAD = translate("core", "The gradient is of a loss; this model has no head that predicts.")
TOO_SHORT = translate("core", "The gradient is of the loss of each next token; type two tokens.")


def run_again(look: Look) -> Trace:
    """The pass that ``look`` is of, with logits at all positions; for whoever takes a gradient.

    Raises:
        Refusal: if the model was opened to keep fewer tensors.
    """
    if look.again is None:
        raise Refusal(NOT_KEPT)
    return look.again()


def text_loss(trace: Trace, look: Look) -> tuple[Tensor, LossOf]:
    """The loss, [], and what it is of.

    Args:
        trace: with logits at all positions.
        look: what is on screen.

    Raises:
        Refusal: if this model and text have none.
    """
    if trace.labels is not None:
        return -_wide(trace.labels[0]).log_softmax(-1).max(), "label"
    if trace.logits is None:
        raise Refusal(NO_HEAD)
    logits = _wide(trace.logits[0])  # (T, V)
    ids = list((look.target or look.source).ids)
    if trace.decoder is not None:
        if len(ids) < 2:
            raise Refusal(TOO_SHORT)
        wanted = torch.tensor(ids[1:], device=logits.device)
        return F.cross_entropy(logits[:-1], wanted), "next"
    was = look.original
    hidden = [at for at, (shown, true) in enumerate(zip(ids, was, strict=True)) if shown != true]
    if hidden:
        wanted = torch.tensor([was[at] for at in hidden], device=logits.device)
        return F.cross_entropy(logits[hidden], wanted), "hidden"
    return -logits[look.at].log_softmax(-1).max(), "likeliest"


def _wide(logits: Tensor) -> Tensor:
    """At least in float32."""
    return logits.float() if logits.itemsize < 4 else logits
