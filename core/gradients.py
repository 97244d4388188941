"""What more of an attention weight would do to the loss of the text at hand: its gradient."""

from __future__ import annotations

import torch

from core.contrast import signed_sheet
from core.errors import Refusal
from core.frame import Gradient
from core.look import Look
from core.readings.text_loss import run_again, text_loss
from core.trace import Sight, to_host


def tell_gradient(sight: Sight, look: Look) -> Gradient | Refusal:
    """Of every head of the attention on screen; small, and one head in full.

    Args:
        sight: which head, how large the thumbnails are, and which tokens they leave out.
        look: what is on screen.

    Returns:
        A refusal if this model and text have no loss, or too little was kept of the pass.
    """
    try:
        return _gradient(sight, look)
    except Refusal as refusal:
        return refusal.with_traceback(None)  # which would hold the look, and whose it is


def _gradient(sight: Sight, look: Look) -> Gradient:
    with torch.inference_mode(False), torch.enable_grad():
        trace = run_again(look)
        loss, _ = text_loss(trace, look)
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
