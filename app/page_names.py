"""The pages' names as settings and the command line know them; without Qt, which may be missing."""

HEAD = "head"
"""The page that is there from the start."""
TRAINING = "training"
"""The page of a run."""
BESIDE = "beside"
"""The page of several models on one sentence."""
PAGES = (
    HEAD, "lines", "derivation", "positions", "activations", "weights", "lens", "readings", "flow",
    "generation", "changes", BESIDE, TRAINING,
)
"""In the order of their tabs."""
