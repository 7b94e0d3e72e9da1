"""What a plan is asked: what else, what a rule costs, why not both, what would help, what answers change."""
