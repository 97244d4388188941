"""The Transformer, its text and its training. Imports torch and numpy, never Qt."""
