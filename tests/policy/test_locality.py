"""Which rules stay among rows that references connect, told from the rules alone."""

from __future__ import annotations

import pytest

from subvent.diagnostics import Place
from subvent.policy.locality import Locality, locality_of
from subvent.policy.parsed import parsed
from subvent.policy.reach import Reach
from subvent.policy.shapes import PLAIN, ROW, TEXT, Shape, ShapeError
from subvent.policy.types import Rule

STATED: list[tuple[str, tuple[Shape, ...]]] = [
    ("row", (("companies",), ROW)),
    ("subject", (ROW, ROW, ("projects",))),
    ("value", (ROW, ("cost",), PLAIN)),
    ("value", (("portfolio",), ("as_of",), PLAIN)),
    ("text", (ROW, ("city",), TEXT)),
    ("link", (ROW, ("parent",), ROW)),
    ("reading", (("mode",), ("strict",))),
]


def found(*rules: str) -> Locality:
    """The locality of some rules, named by their numbers."""
    held = [Rule(str(n), text, "derivation", Place("rules.lp")) for n, text in enumerate(rules)]
    return locality_of(held, Reach([parsed(rule) for rule in held], STATED))


@pytest.mark.parametrize(
    "rule",
    [
        "big(X) :- value(X,cost,V), V > (10,0).",
        "older(A,B) :- link(A,parent,B), text(A,city,C), text(B,city,C).",
        "both(X,Y) :- subject(X,A,_), subject(Y,A,_), X < Y.",
        "limit(own(A),1) :- subject(_,A,_).",
        "alone(X) :- subject(X,_,_), not link(X,parent,_).",
        "many(A,N) :- row(companies,A), N = #count { S : subject(S,A,_) }.",
        "first(A,M) :- row(companies,A), M = #min { V : value(A,cost,V) }, value(A,cost,M).",
        "dated(X,D) :- subject(X,_,_), value(portfolio,as_of,D).",
        "both(X,Y) :- subject(X,_,_), subject(Y,_,_), reading(mode,lax).",
        "grown(X,N+1) :- value(X,cost,N).",
    ],
)
def test_a_rule_over_connected_rows_is_local(rule: str) -> None:
    """Rows joined by variables that stand for rows, and rules that cannot fire, join nothing else."""
    assert found(rule) == Locality((), {})


@pytest.mark.parametrize(
    "rule",
    [
        "pair(X,Y) :- subject(X,_,_), subject(Y,_,_), X < Y.",
        "same_city(A,B) :- text(A,city,C), text(B,city,C).",
        "named(A,B) :- text(A,city,B), row(companies,B).",
        "only(A) :- row(companies,A), not text(_,city,_).",
        "total(N) :- N = #count { S : subject(S,_,_) }.",
        "share(A,N) :- row(companies,A), N = #count { S : subject(S,_,_) }.",
        "share(A,N) :- row(companies,A), N = #count { S : subject(S,A,_); B : row(companies,B) }.",
        "every(A) :- row(companies,A), text(A,city,C) : value(A,cost,_).",
    ],
)
def test_a_rule_that_joins_unconnected_rows_is_named(rule: str) -> None:
    """A join without a common row, a text that may be an id, a count or a lack over all: not local."""
    assert found("big(X) :- value(X,cost,_).", rule).joining


@pytest.mark.parametrize(
    "counted",
    ["{ X : filed(X) }", "{ X : filed(X), row(companies,X) }", "{ M : reading(mode,M), not filed(_) }"],
)
def test_a_count_that_takes_in_no_row_tells_of_none(counted: str) -> None:
    """Where nothing can be filed, how much was is known without any row."""
    assert found(f"taken(M,N) :- reading(mode,M), N = #count {counted}.") == Locality((), {})
    filed = "filed(X) :- row(companies,X)."
    assert found(f"taken(M,N) :- reading(mode,M), N = #count {counted}.", filed).joining


def test_a_rule_that_forgets_its_row_has_to_be_told() -> None:
    """What follows from some row and names none is told, and all that rests on it alone with it."""
    rules = ("some(Y) :- value(_,cost,Y).", "more(Y) :- some(Y).", "own(X,Y) :- more(Y), row(companies,X).")
    assert found(*rules) == Locality((), {("some", 1): ((PLAIN,),), ("more", 1): ((PLAIN,),)})


@pytest.mark.parametrize(
    "rule",
    [
        "none(X) :- row(companies,X), not some(_).",
        "sum(X,N) :- row(companies,X), N = #count { Y : some(Y) }.",
    ],
)
def test_the_lack_of_what_is_told_is_not_local(rule: str) -> None:
    """Whether nothing is told, or how much, is known of the whole only."""
    assert found("some(Y) :- value(_,cost,Y).", rule).joining == ("1",)


@pytest.mark.parametrize(
    "rule", ["in(box(X)) :- in(X).", "least(A,M) :- row(companies,A), M = #min { V : value(A,cost,V) }."]
)
def test_what_cannot_be_told_is_not_followed(rule: str) -> None:
    """Recursion that nests rows ever deeper, the least value of some: given up rather than run on."""
    with pytest.raises(ShapeError):
        found("in(X) :- row(companies,X).", rule)


def test_an_answer_not_taken_joins_nothing() -> None:
    """A rule counts only under the reading that it belongs to."""
    joins = "pair(X,Y) :- row(companies,X), row(companies,Y), reading(mode,{})."
    assert found(joins.format("strict")).joining
    assert not found(joins.format("lax")).joining
