"""Changed plans, readings and portfolios: what is accepted is true, what is refused says where.

SUBVENT_AUDIT_MUTATIONS sets how many are tried (default 60); `python -m tests.audit.mutations 2000` counts
them by kind.
"""

import os

from tests.audit.mutations import mutated

COUNT = int(os.environ.get("SUBVENT_AUDIT_MUTATIONS", "60"))


def test_nothing_untrue_is_accepted_and_refusals_name_what_was_changed() -> None:
    """By the oracle accepted claims are lawful and worth what they say, and nothing beats the bound."""
    found = mutated(COUNT)
    assert found.faults == []
    assert found.accepted.total() + found.refused.total() >= COUNT
    assert found.refused.total() > found.accepted.total() > 0
