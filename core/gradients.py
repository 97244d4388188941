"""What more of an attention weight would do to the loss of the text at hand: its gradient.

The loss is the one that the text itself tells, in nats, the mean where there are several:

- a classifier: of the label that is likeliest;
- a model that writes: of each next token;
- one that fills gaps: of the tokens behind the mask, or, where none is hidden, of the likeliest
  token at the position whose predictions are on screen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from core.contrast import signed_sheet
from core.errors import Refusal, translate
from core.frame import Gradient
from core.look import Look
from core.trace import Sight, Trace, to_host

NO_HEAD = translate("core", "The gradient is of a loss; this model has no head that predicts.")
TOO_SHORT = translate("core", "The gradient is of the loss of each next token; type two tokens.")


def pattern_gradient(
    look: Look, sight: Sight, original: Sequence[int], run: Callable[[], Trace]
) -> Gradient:
    """Of every head of the attention on screen; small, and one head in full.

    Args:
        look: what is on screen.
        sight: which head, how large the thumbnails are, and which tokens they leave out.
        original: ids of the source before any was hidden behind a mask.
        run: the pass that ``look`` is of, with logits at all positions.

    Raises:
        Refusal: if this model and text have no loss.
    """
    with torch.inference_mode(False), torch.enable_grad():
        trace = run()
        loss = _loss(trace, look, original)
        layers = [layer.on(look.stream) for layer in trace.stack(look.stack).layers]
        attention = [layer.attention(look.kind) for layer in layers]
        patterns = [one.pattern for one in attention]
        # The query stream of the last layer, or what no prediction reads, has no part in it.
        found = torch.autograd.grad(loss, patterns, allow_unused=True)
    slopes = [
        torch.zeros_like(pattern[0]) if slope is None else slope[0].float()
        for slope, pattern in zip(found, patterns, strict=True)
    ]
    visible = [one.visible[0] for one in attention]
    head = None
    if sight.head is not None and 0 <= sight.head[0] < len(slopes) and (
            0 <= sight.head[1] < len(slopes[0])):
        layer, at = sight.head
        head = to_host(slopes[layer][at].masked_fill(~visible[layer], 0.0))
    return Gradient(signed_sheet(look, sight, slopes, visible), head, float(loss.detach()))


def _loss(trace: Trace, look: Look, original: Sequence[int]) -> Tensor:
    if trace.labels is not None:
        return -trace.labels[0].float().log_softmax(-1).max()
    if trace.logits is None:
        raise Refusal(NO_HEAD)
    logits = trace.logits[0].float()  # (T, V)
    ids = list((look.target or look.source).ids)
    if trace.decoder is not None:
        if len(ids) < 2:
            raise Refusal(TOO_SHORT)
        return F.cross_entropy(logits[:-1], torch.tensor(ids[1:], device=logits.device))
    hidden = [at for at, (shown, was) in enumerate(zip(ids, original, strict=True)) if shown != was]
    if hidden:
        wanted = torch.tensor([original[at] for at in hidden], device=logits.device)
        return F.cross_entropy(logits[hidden], wanted)
    return -logits[look.at].log_softmax(-1).max()
