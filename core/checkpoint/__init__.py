"""Checkpoint folders in the Hugging Face layout: read safely, written for others to open."""

from core.checkpoint.folder import Checkpoint, open_checkpoint
from core.checkpoint.memory import Estimate, estimate
from core.checkpoint.weights import Progress
from core.checkpoint.write import write_checkpoint

__all__ = [
    "Checkpoint", "Estimate", "Progress", "estimate", "open_checkpoint", "write_checkpoint",
]
