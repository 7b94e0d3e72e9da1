"""Runs the packs' worked cases, and tells which changes of a rule they would not notice.

Planning lies above packs, so `policy.cases` and `policy.mutants` are handed what plans: this.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from subvent.diagnostics import Diagnostic
from subvent.explain import explain, unclaimed
from subvent.logic.ground import GroundingError
from subvent.logic.session import InProcess
from subvent.logic.terms import Atom, Term, text
from subvent.optimise.search import Limits
from subvent.plan import choose
from subvent.policy.cases import Case, Outcome, Reason, run_cases
from subvent.policy.mutants import mutate
from subvent.policy.types import PolicySet
from subvent.portfolio.vocabulary import Vocabulary
from subvent.problem import Problem, pose, review


def test_policies(policies: PolicySet) -> tuple[Diagnostic, ...]:
    """The worked cases that do not come out as they say, and what is wrong with how cases are written."""
    return run_cases(policies, solve)
