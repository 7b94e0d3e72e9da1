"""A saved plan: the shape of its JSON, written and read back strictly, and how two of them differ."""
