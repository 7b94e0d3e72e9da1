"""How large a portfolio file may be: far beyond any real group, far below what would hurt."""

LARGEST_FILE = 64 * 2**20
"""Bytes."""
MOST_CELLS = 4_000_000
"""Values after all references inside the file are followed."""
DEEPEST = 20
"""Levels of nesting; the format needs five."""
