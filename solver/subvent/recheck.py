"""What a check of a plan derives a second time: facts, what claims share, the rows of its certificate.

clingo and the engine's model are believed only where `subvent.audit`, which shares no code with them,
comes to the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from subvent.audit.evaluate import evaluate
from subvent.audit.grounding import ground
from subvent.audit.meaning import Meaning
from subvent.audit.propagation import Search
from subvent.audit.reader import read_statements
from subvent.audit.relaxation import doubts
from subvent.audit.rules import AuditError, GroundAtom
from subvent.audit.written import facts_of, written
from subvent.derivation import given
from subvent.diagnostics import Diagnostic, diagnostic
from subvent.display import shortened
from subvent.logic.terms import Atom, text
from subvent.problem import Problem

_MOST = 5
"""Atoms, rows or names told one by one; of more only the number."""


def rechecked(
    problem: Problem, certificate: Mapping[str, Any], chosen: Collection[Atom]
) -> Iterator[Diagnostic]:
    """Where the second derivation differs, in facts, in what is shared, in the rows that a bound rests on.

    `chosen` are the plan's claims, with the row that each is made for, as `Problem.chosen` gives them.
    """
    try:
        facts = facts_of(given(problem.policies, problem.facts.values()))
        atoms = evaluate(problem.policies.program("derivation"), facts)
        differing = list(_facts(problem.atoms, atoms))
        yield from differing
        if differing:
            return  # of other facts another model follows: what differs then would be noise
        meaning = Meaning(ground(list(read_statements(problem.policies.program("decision"))), atoms))
        yield from _shared(problem, meaning)
        yield from _model(problem, meaning, used_rows(certificate))
        yield from _lawful(meaning, {text(atom) for atom in chosen})
    except AuditError as error:
        yield diagnostic("verify.not-evaluated", reason=str(error))


def _facts(first: AbstractSet[Atom], second: AbstractSet[GroundAtom]) -> Iterator[Diagnostic]:
    yield from _told("verify.fact-not-derived", map(written, first - second))
    yield from _told("verify.fact-left-out", map(written, second - first))


def _told(code: str, names: Iterable[str]) -> Iterator[Diagnostic]:
    """A finding for each of the first names, and one for how many more there are."""
    ordered = sorted(names)
    for name in ordered[:_MOST]:
        yield diagnostic(code, name=shortened(name))
    if len(ordered) > _MOST:
        yield diagnostic("verify.and-more", count=len(ordered) - _MOST)


def _shared(problem: Problem, meaning: Meaning) -> Iterator[Diagnostic]:
    """The shared caps and costs of the plan's problem against those of the meaning."""
    first: dict[str, object] = {
        cut.name: (frozenset((t.fen, t.claim, t.drawn) for t in cut.terms), cut.limit, cut.last)
        for cut in problem.cuts
        if cut.terms
    }
    second: dict[str, object] = {
        pool.name: (frozenset(map(tuple, pool.draws)), pool.limit, pool.ceiling)
        for pool in meaning.pools
        if pool.draws
    }
    first |= {
        split.name: (split.shared, frozenset((t.side, t.claim, t.cap, *t.rate, *t.base) for t in split.terms))
        for split in problem.splits
        if split.terms
    }
    second |= {
        cost.name: (
            cost.fen,
            frozenset(
                (s.side, s.claim, s.cap, *s.rate.as_integer_ratio(), *s.base.as_integer_ratio())
                for s in cost.sides
            ),
        )
        for cost in meaning.shared
        if cost.sides
    }
    yield from _told(
        "verify.sharing-differs", (n for n in {*first, *second} if first.get(n) != second.get(n))
    )


def _model(problem: Problem, meaning: Meaning, used: Collection[str]) -> Iterator[Diagnostic]:
    found = doubts(meaning, problem.model, used)
    yield from _told("verify.choice-left-out", found.choices)
    yield from _told("verify.variable-differs", found.variables)
    yield from _told("verify.row-not-shown", found.rows)


def _lawful(meaning: Meaning, chosen: Collection[str]) -> Iterator[Diagnostic]:
    """The plan's claims against the rows of the meaning."""
    values = {variable: int(name in chosen) for name, variable in meaning.choices.items()}
    if not Search(meaning.rows, values).consistent:
        yield diagnostic("verify.claims-break-rows")


def used_rows(certificate: Mapping[str, Any]) -> set[str]:
    """The names of the rows that have a multiplier or a price in a certificate, whatever else is in it."""
    found: set[str] = set()
    waiting: list[object] = [certificate]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Sequence) and not isinstance(node, str):
            waiting += node
        elif isinstance(node, Mapping):
            for key, value in node.items():
                if key in ("multipliers", "prices") and isinstance(value, Mapping):
                    found |= {str(name) for name in value}
                else:
                    waiting.append(value)
    return found
