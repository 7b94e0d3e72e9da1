"""Solved problems to export: the example groups, and random portfolios of the oracle."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tests.oracle.generator import as_json, whole_portfolio, whole_readings

from subvent.export import Described, describe
from subvent.logic.session import InProcess
from subvent.plan import Solved, solve_portfolio, solve_rows
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.text_reader import read_portfolio

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = Path(__file__).parents[2] / "examples"
_PARTS = (("loans", "funds"), ("applicants", "contacts"))
GROUPS = ("manufacturing-group", "traditional-group")


@cache
def example(name: str) -> Solved:
    """An example group, planned once."""
    return solve_portfolio(EXAMPLES / f"{name}.yaml")


def drawn(seeds: range, folder: Path, **fixed: str) -> Iterator[tuple[int, Solved]]:
    """Random portfolios under random readings, planned: with loans and funds, and with contacts, in turn."""
    policies = load_policies()
    vocabulary = vocabulary_of(policies)
    known = {reading.name for reading in policies.readings}
    for seed in seeds:
        path = folder / "group.json"
        path.write_text(as_json(whole_portfolio(seed, _PARTS[seed % 2])), encoding="utf-8")
        readings = {name: a for name, a in {**whole_readings(seed), **fixed}.items() if name in known}
        yield seed, solve_rows(read_portfolio(path, vocabulary), policies, readings, InProcess())


def described(solved: Solved) -> Described:
    """Its model in words."""
    return describe(solved.problem, solved.plan)
