"""The facts and the model a second time, by other means: what checks a plan without trusting what made it.

Nothing here imports clingo, the grounder, the engine's exact arithmetic, its model or its optimiser.
"""
