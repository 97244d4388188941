"""What the window shows, part by part; no panel knows another, or the engine."""
