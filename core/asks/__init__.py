"""What each panel asks of a look, and what it is told: frozen, and no torch at run time."""
