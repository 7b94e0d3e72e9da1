"""What has to be derived for some predicates to come out right, told from the rules alone."""

from __future__ import annotations

import pytest

from subvent.diagnostics import Place
from subvent.policy.parsed import parsed
from subvent.policy.reach import Reach, Shapes
from subvent.policy.relevance import Relevance, may_fire, relevance
from subvent.policy.shapes import PLAIN, ROW
from subvent.policy.types import Rule

STATED: list[tuple[str, Shapes]] = [
    ("row", (("companies",), ROW)),
    ("value", (ROW, ("cost",), PLAIN)),
    ("value", (ROW, ("size",), PLAIN)),
    ("reading", (("mode",), ("strict",))),
    ("horizon", (PLAIN,)),
]


def ruled(*texts: str) -> list[Rule]:
    """Rules named by their numbers."""
    return [Rule(str(n), text, "derivation", Place("rules.lp")) for n, text in enumerate(texts)]


def needed(*texts: str) -> Relevance:
    """What is needed of some rules for all atoms of `goal`."""
    rules = ruled(*texts)
    return relevance(rules, Reach([parsed(rule) for rule in rules], STATED), {"goal"})


@pytest.mark.parametrize(
    ("rules", "kept"),
    [
        (("goal(X) :- big(X).", "big(X) :- value(X,cost,_).", "wide(X) :- value(X,size,_)."), "01"),
        (("goal(X) :- row(_,X), not big(X).", "big(X) :- value(X,cost,_)."), "01"),
        (("goal(N) :- N = #count { X : big(X) }.", "big(X) :- value(X,cost,_)."), "01"),
        (("goal(X) :- row(_,X), big(X) : value(X,rent,_).", "big(X) :- value(X,cost,_)."), "01"),
        (("goal(X) :- row(_,X), wide(X) : value(X,rent,_).",), "0"),
        (("goal(X) :- is(X,big).", "is(X,big) :- value(X,cost,_).", "is(X,wide) :- value(X,size,_)."), "01"),
        (("goal(X) :- is(X,of(a)).", "is(X,of(a)) :- row(_,X).", "is(X,of(b)) :- row(_,X)."), "01"),
        (("goal(X) :- big(X), reading(mode,lax).", "big(X) :- value(X,cost,_)."), ""),
        (("goal(X) :- next(X).", "next(X) :- row(_,X).", "next(X) :- goal(X)."), "012"),
    ],
)
def test_a_rule_is_kept_if_something_wanted_rests_on_it(rules: tuple[str, ...], kept: str) -> None:
    """Through what is asked for, denied or counted; told apart by constants, and under its reading only."""
    assert "".join(rule.id for rule in needed(*rules).rules) == kept


def test_a_fact_is_wanted_by_its_field() -> None:
    """Fields that nothing asks for may be left out; what names no field is wanted whole."""
    found = needed("goal(X) :- value(X,cost,V), horizon(V).")
    assert found.wants("value", "cost")
    assert found.wants("horizon", "horizon")
    assert not found.wants("value", "size")
    assert not found.wants("row", "companies")


@pytest.mark.parametrize(
    ("readers", "kept"),
    [
        (("{ claim(X) } :- own(X).", ":- claim(X), lost(X).", ":- claim(X), not lost(X)."), "02"),
        # What cannot fire derives nothing for another one.
        (("lost(X) :- gone(X).", ":- own(X), lost(X)."), ""),
        # What nobody reads wants nothing, and neither does what only that reads.
        (("{ claim(X) } :- own(X).", "dear(X) :- claim(X), cost(X).", "odd(X) :- dear(X)."), "0"),
        (("{ claim(X) } :- own(X).", "dear(X) :- claim(X).", "violated(X) :- dear(X)."), "012"),
        (("{ claim(X) } :- own(X).", "dear(X) :- claim(X).", ":- own(X), not dear(X)."), "012"),
    ],
)  # fmt: skip
def test_readers_want_something_if_they_may_fire_and_are_read(readers: tuple[str, ...], kept: str) -> None:
    """A premise that nothing derives keeps a rule from reading, and so does a head that nobody asks for."""
    rules = ruled("own(X) :- row(_,X).")
    reach = Reach([parsed(rule) for rule in rules], STATED)
    assert "".join(rule.id for rule in may_fire(ruled(*readers), reach)) == kept
