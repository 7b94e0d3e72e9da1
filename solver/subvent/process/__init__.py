"""The process that plans: its memory, its end from outside, how far it came, what the system refuses."""
