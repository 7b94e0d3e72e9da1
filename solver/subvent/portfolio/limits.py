"""How large a portfolio file may be: far beyond any real group, far below what would hurt."""

LARGEST_FILE = 64 * 2**20
"""Bytes."""
MOST_CELLS = 4_000_000
"""Values after all references inside the file are followed."""
LONGEST_LIST = 10_000
"""Values in one list or map of a row, and those in a list of rows that are no rows."""
MOST_FAULTS = 10_000
"""Errors after which the check of a file ends."""
DEEPEST = 20
"""Levels of nesting; the format needs five."""
