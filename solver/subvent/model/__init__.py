"""From a ground program to independent linear models, and the check of their certificates."""
