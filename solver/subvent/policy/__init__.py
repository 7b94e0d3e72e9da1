"""Packs: law as annotated clingo, checked, with its citations; lint, worked cases and mutants."""
