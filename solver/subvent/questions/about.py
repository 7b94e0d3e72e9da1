"""The plan of what a question is about: of a large portfolio only the rows that have to do with it.

Rows that no reference connects have nothing to do with each other where the rules are local
(`policy.locality`) and no limit is shared between them: then the plan of the connected rows is, claim by
claim and reason by reason, that part of the plan of all. Where it is not so, the whole is planned.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from subvent.decision import bound_by_own_rules
from subvent.derivation import portfolio_locality
from subvent.diagnostics import Diagnostic, InputError
from subvent.explain.not_there import no_subject
from subvent.logic.session import ChildProcess, Grounder
from subvent.logic.terms import Term
from subvent.model.direct import BINDING
from subvent.plan import Solved, Wanted, read_input, solve_rows
from subvent.policy.loader import vocabulary_of
from subvent.policy.locality import Locality
from subvent.policy.types import PolicySet
from subvent.portfolio.filings import filings
from subvent.portfolio.shards import connected
from subvent.portfolio.types import Portfolio
from subvent.portfolio.vocabulary import Vocabulary
from subvent.problem import Problem, pose, resolve_readings
from subvent.questions.within import explained_within

SMALL = 300
"""Rows up to which the whole is planned: it takes no longer than to find out what may be left out."""
_SHARED = (*BINDING, ("spends", 2))
"""What counts a claim for a limit, the limit being the first argument."""


class About(NamedTuple):
    """The plan of the rows that a question is about, with what it solves. `whole`: they are all rows."""

    solved: Solved
    whole: bool


def solve_about(
    path: Path,
    asked: str,
    policies: Sequence[str] = (),
    readings: Mapping[str, str] | None = None,
    time_limit: float | None = None,
) -> About:
    """A plan that says of a row (by id or name) and of an applicant what the plan of the whole file says.

    What insisting would cost it does not say of others. All of the file is read and checked. `time_limit` is
    in seconds. Raises InputError, also where nothing goes by that name, PolicyError, ResourceError.
    """
    policy_set, portfolio, remarks = read_input(path, policies)
    given = readings or {}
    with ChildProcess(time_limit) as grounder:
        part = part_about(portfolio, policy_set, given, asked, grounder)
        ids = frozenset(_ids_called(portfolio, asked))
        wanted = Wanted(time_limit, insisting_on=ids)
        if part is not portfolio:
            return About(solve_rows(part, policy_set, given, grounder, wanted), whole=False)
        own = _told_apart(portfolio, policy_set, given, ids)
        if own is not None:
            decided = solve_rows(portfolio, policy_set, given, grounder, replace(wanted, reasons="never"))
            within = explained_within(decided, *own, ids, grounder, time_limit)
            if within is not None:
                return About(within, whole=True)
        return About(solve_rows(portfolio, policy_set, given, grounder, wanted, remarks=remarks), whole=True)


def _told_apart(
    portfolio: Portfolio, policies: PolicySet, readings: Mapping[str, str], ids: Collection[str]
) -> tuple[Portfolio, Locality] | None:
    """The rows connected with some, and what of the rules is not local; None where they are all rows.

    So they are where rules join rows that do not refer to each other.
    """
    if sum(map(len, portfolio.rows.values())) <= SMALL:
        return None
    vocabulary = vocabulary_of(policies)
    local = portfolio_locality(policies, vocabulary, portfolio, resolve_readings(policies, readings))
    part = portfolio if local.joining else connected(portfolio, vocabulary, ids)
    return None if part is portfolio else (part, local)


def part_about(
    portfolio: Portfolio,
    policies: PolicySet,
    readings: Mapping[str, str],
    asked: str,
    grounder: Grounder,
    *,
    small: int = SMALL,
) -> Portfolio:
    """The rows that decide what a plan says of a row or applicant: the whole portfolio if any may.

    `small` is the number of rows up to which that is not tried. Raises InputError where nothing goes by
    that name, PolicyError, ResourceError.
    """
    if sum(map(len, portfolio.rows.values())) <= small:
        return portfolio
    ids = ids_called(portfolio, vocabulary_of(policies), asked)
    return part_with(portfolio, policies, readings, ids, grounder, small=small)


def part_with(
    portfolio: Portfolio,
    policies: PolicySet,
    readings: Mapping[str, str],
    ids: Collection[str],
    grounder: Grounder,
    *,
    small: int = SMALL,
) -> Portfolio:
    """The rows that decide what a plan says of the rows of these ids: the whole portfolio if any may.

    `small` as for `part_about`. Raises InputError for answers that do not exist, PolicyError, ResourceError.
    """
    if sum(map(len, portfolio.rows.values())) <= small:
        return portfolio
    part = connected_part(portfolio, policies, resolve_readings(policies, readings), ids)
    if part is portfolio:
        return portfolio
    problem = pose(policies, vocabulary_of(policies), part, readings, grounder, "decision")
    return portfolio if is_coupled(problem) else part


def connected_part(
    portfolio: Portfolio,
    policies: PolicySet,
    answers: Mapping[str, str],
    ids: Collection[str],
    stating: Portfolio | None = None,
) -> Portfolio:
    """The rows connected with some, where the rules derive nothing about them from others; else all rows.

    `stating` is a portfolio of the same rows that states all that may come to be stated of them. Limits may
    still be shared with other rows: that `is_coupled` tells of what can be claimed.
    """
    vocabulary = vocabulary_of(policies)
    local = portfolio_locality(policies, vocabulary, stating or portfolio, answers)
    return portfolio if local.joining or local.told else connected(portfolio, vocabulary, ids)


def ids_called(portfolio: Portfolio, vocabulary: Vocabulary, asked: str) -> set[str]:
    """The rows that go by an id or a name. Raises InputError, naming the nearest, where none does."""
    ids = _ids_called(portfolio, asked)
    if not ids:
        raise InputError(_unknown(portfolio, vocabulary, asked))
    return ids


def _ids_called(portfolio: Portfolio, asked: str) -> set[str]:
    return {
        row.id for rows in portfolio.rows.values() for row in rows if asked in _called(row.id, row.fields)
    }


def _called(name: str, fields: Mapping[str, object]) -> tuple[str, str]:
    return name, str(fields.get("name", ""))


def is_coupled(problem: Problem) -> bool:
    """Whether claims of these rows may share a limit with those of others: one that names none of them."""
    if bound_by_own_rules(problem.policies, problem.groups):
        return True
    rows = {row.id for rows in problem.portfolio.rows.values() for row in rows}
    limits = {atom[1] for signature in _SHARED for atom in problem.of(*signature)}
    return not all(any(name in rows for name in _strings(limit)) for limit in limits)


def _strings(term: Term) -> Iterator[str]:
    if isinstance(term, str):
        yield term
    elif isinstance(term, tuple):
        for part in term[1:]:
            yield from _strings(part)


def _unknown(portfolio: Portfolio, vocabulary: Vocabulary, asked: str) -> Diagnostic:
    """That nothing goes by a name, with what is nearest among the rows that can be claimed for."""
    specs = [spec for spec in vocabulary.lists.values() if spec.subject]
    rows = [(row, spec.subject) for spec in specs for row in portfolio.rows.get(spec.name, ())]
    names = {
        name for row, of in rows for name in (*_called(row.id, row.fields), str(row.fields.get(of or "", "")))
    }
    filed = filings(portfolio, vocabulary)
    return no_subject(asked, names - {""}, [row.id for row, _ in rows], filed)
