"""Imported once, by the process that those which train are forked from: all that they need."""

from __future__ import annotations

import torch

import app.training_process  # noqa: F401 - what it brings is wanted here

torch.optim.AdamW([torch.zeros(1)])  # torch imports most of a second's worth with the first
