"""Versions of a portfolio side by side: totals as plans find them, and the claims that differ."""

from __future__ import annotations

from pathlib import Path

import pytest

from subvent.diagnostics import InputError
from subvent.plan import plan_portfolio
from subvent.questions.outline import Change, Line, Outline, Version, changes, compare_versions

EXAMPLE = Path("examples/traditional-group.yaml")


def test_totals_and_claims_are_those_of_plans_made_one_by_one() -> None:
    """Under either set of answers the claims are those of `subvent plan`; what differs is told."""
    sides: list[dict[str, str]] = [{}, {"reclaim": "yearly", "honour-amount": "max"}]
    compared = compare_versions([Version(EXAMPLE, readings=side) for side in sides])
    plans = [plan_portfolio(EXAMPLE, readings=side) for side in sides]
    held = [{claim.id: claim.fen for claim in plan.claims} for plan in plans]
    for one, plan, claims in zip(compared, plans, held, strict=True):
        assert (one.outline.total, one.outline.bound) == (plan.total_fen, plan.bound_fen)
        assert {line.id: fen for line, fen in one.outline.claims.items()} == claims
    assert compared[0].changes == ()
    assert {(c.line.id, c.before, c.after) for c in compared[1].changes} == {
        (name, held[0].get(name), held[1].get(name))
        for name in {*held[0], *held[1]}
        if held[0].get(name) != held[1].get(name)
    }


def test_the_same_rows_in_another_form_are_the_same() -> None:
    """A workbook with the rows of a YAML file has the same claims for the same amounts."""
    first, second = compare_versions([Version(EXAMPLE), Version(EXAMPLE.with_suffix(".xlsx"))])
    assert first.outline == second.outline
    assert second.changes == ()


def test_changes_are_gained_lost_and_other_amounts_in_the_order_of_plans() -> None:
    """A claim made for another row is lost and gained; what is alike in both is not told."""
    same, less, gone, new = (Line("A", f"P{n}", "smart", 2026 - n % 2) for n in range(4))
    loan, other = Line("A", "L", "interest", 2026, "P1"), Line("A", "L", "interest", 2026, "P2")
    before = Outline({same: 5, less: 4, gone: 3, loan: 2}, 14)
    after = Outline({same: 5, less: 1, new: 9, other: 2}, 17)
    assert changes(before, after) == (
        Change(less, 4, 1),
        Change(new, None, 9),
        Change(loan, 2, None),
        Change(other, None, 2),
        Change(gone, 3, None),
    )


def test_answers_are_checked_before_anything_is_planned() -> None:
    """An answer that does not exist is refused, whichever version has it."""
    with pytest.raises(InputError, match="yearley"):
        compare_versions([Version(EXAMPLE), Version(EXAMPLE, readings={"reclaim": "yearley"})])
