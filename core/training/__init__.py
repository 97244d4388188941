"""Text to weights: corpora and tokenizers, the objective, the loop."""
