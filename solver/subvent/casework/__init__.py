"""The packs' worked cases: run, changed rule by rule, and laid over the documents."""
