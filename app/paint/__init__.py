"""Colour and pixels: arrays in, images out."""
