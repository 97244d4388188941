"""The window, its thread, and the commands without a window. No tensor maths."""
