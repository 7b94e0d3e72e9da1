"""What an aggregate comes to: of the set of tuples that its elements give."""

from __future__ import annotations

from collections.abc import Collection

from subvent.audit.ordering import order
from subvent.audit.rules import AuditError, Value

INFIMUM: Value = ("#inf",)
SUPREMUM: Value = ("#sup",)


def summary(function: str, tuples: Collection[tuple[Value, ...]]) -> Value:
    """The value of an aggregate over a set of tuples; sums leave out what is no number."""
    if function == "#count":
        return len(tuples)
    firsts = [one[0] for one in tuples if one]
    if function == "#min":
        return min(firsts, key=order, default=SUPREMUM)
    if function == "#max":
        return max(firsts, key=order, default=INFIMUM)
    total = sum(first for first in firsts if isinstance(first, int) and (function == "#sum" or first > 0))
    if abs(total) >= 2**31:
        raise AuditError(f"{total} does not fit 32 bits")
    return total
