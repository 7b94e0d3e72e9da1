"""The proven optimum of a linear model, and ties broken always in the same way."""
