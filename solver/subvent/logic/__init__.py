"""clingo, and nothing else of it than grounding: programs in, plain data out."""
