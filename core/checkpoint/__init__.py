"""Checkpoint folders in the Hugging Face layout: read safely, written for others to open."""

from core.checkpoint.folder import Checkpoint, open_checkpoint, write_checkpoint

__all__ = ["Checkpoint", "open_checkpoint", "write_checkpoint"]
