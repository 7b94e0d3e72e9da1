"""Why not both: whether some claims can stand together, what that costs, or which articles forbid it.

    answer = conflict_portfolio(Path("group.xlsx"), ("P1/lamp", "P1/pump"))
    answer.together        # the best plan that holds them all, or None
    answer.conflicts       # else the smallest sets of articles that forbid them, each with its instances

A set of articles forbids the claims when they cannot stand together though all other articles are left out.
A claim that nobody could file by itself is told apart, with its reasons. Every set that is told was solved
again: with all of it in force nothing lawful holds the claims, and without any one of its articles
something does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from subvent.account import readings_used
from subvent.choice import choose
from subvent.diagnostics import Citation, ResourceError
from subvent.explain import Finished, explain
from subvent.explain.asked import Asked, asked_claims, asked_rows
from subvent.explain.reasons import Case, shut_years, why_not
from subvent.logic.session import Grounder
from subvent.logic.terms import Atom, text
from subvent.model.linear import LinearModel, require_one
from subvent.model.restricted import concerned, fixed
from subvent.optimise.optimum import optimum_of
from subvent.optimise.search import Limits
from subvent.optimise.smallest import Set, Undecided, smallest_sets
from subvent.policy.loader import vocabulary_of
from subvent.policy.types import PolicySet
from subvent.portfolio.types import Portfolio
from subvent.problem import Problem, pose
from subvent.questions.about import SMALL, part_with
from subvent.questions.conflict_program import Selectable, selectable
from subvent.questions.conflict_words import Cause, Instance, Instances
from subvent.questions.insist import Insisting, Together
from subvent.questions.leaving import Leaving
from subvent.questions.outline import Line, Words, limited, opened, words_of
from subvent.result import Finding, PolicyUse, ReadingUse, Reason

MOST_CONFLICTS = 8
"""Sets of articles that are told; that there are more is said."""
MOST_INSTANCES = 6
"""Sets of instances that are told of each."""


@dataclass(frozen=True, slots=True)
class Impossible:
    """A claim that nothing makes lawful but other facts, another year or another history: why it is so."""

    asked: Asked
    reason: Reason
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One article of a conflict, with the claims that can stand when it alone of the conflict is left out."""

    cause: Cause
    witness: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Articles that together forbid the claims, none of them without the others.

    `instances`: the smallest sets of their limits that do so. `whole`: there are no further such sets.
    """

    parts: tuple[Part, ...]
    instances: tuple[tuple[Instance, ...], ...]
    whole: bool


class Preference(NamedTuple):
    """That one document prevails over another, where it says so."""

    citation: Citation
    over: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of some claims: the plan that holds them all, or what forbids them.

    `impossible` are those that nobody could file by themselves; the rest is about the others. `decided`:
    whether the time sufficed to know if they can stand together. `stand`: all of them can; `together` is
    then the best plan that holds them, None where none was found in time. `smallest`: no smaller set of
    articles than the first forbids them. `complete`: no other set does. `whole`: `together` is about all
    rows of the portfolio, not only those that have to do with the claims; the loss is the same.
    `preferences`: what the documents of the conflicts say of which of them prevails.
    """

    file: str
    sha256: str
    readings: tuple[ReadingUse, ...]
    policies: tuple[PolicyUse, ...]
    words: Words
    asked: tuple[Asked, ...]
    impossible: tuple[Impossible, ...] = ()
    stand: bool = False
    together: Together | None = None
    conflicts: tuple[Conflict, ...] = ()
    smallest: bool = True
    complete: bool = True
    decided: bool = True
    whole: bool = True
    preferences: tuple[Preference, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether all that is said is proven."""
        plans = self.together.proven if self.together else not self.stand
        return self.decided and self.smallest and plans


def conflict_portfolio(
    path: Path,
    claims: Sequence[str],
    policies: Sequence[str] = (),
    readings: Mapping[str, str] | None = None,
    time_limit: float | None = None,
) -> Answer:
    """Why claims of the portfolio in a file cannot stand together, or what it costs that they do.

    `policies` are pack ids or directories (none: all built-in packs), `readings` the answers chosen
    for open questions, `time_limit` seconds. Raises InputError, PolicyError, ResourceError.
    """
    limits = limited(time_limit)
    with opened(path, policies, time_limit) as (policy_set, portfolio, grounder):
        return conflict_rows(portfolio, policy_set, readings or {}, claims, grounder, limits)


def conflict_rows(
    portfolio: Portfolio,
    policies: PolicySet,
    readings: Mapping[str, str],
    claims: Sequence[str],
    grounder: Grounder,
    limits: Limits | None = None,
    *,
    small: int = SMALL,
) -> Answer:
    """The same of a portfolio that is already read. `small` as for `about.part_with`."""
    rows = asked_rows(portfolio, claims)
    part = part_with(portfolio, policies, readings, rows, grounder, small=small)
    problem = pose(policies, vocabulary_of(policies), part, readings, grounder)
    answer = conflict(problem, asked_claims(problem, claims, portfolio), grounder, limits or Limits())
    return answer if part is portfolio else replace(answer, whole=False)


def conflict(problem: Problem, asked: Sequence[Asked], grounder: Grounder, limits: Limits) -> Answer:
    """Whether the claims can stand together in a problem, and why not. Raises PolicyError, ResourceError."""
    answer = Answer(
        problem.portfolio.file,
        problem.portfolio.sha256,
        readings_used(problem.policies, problem.readings),
        tuple(
            PolicyUse(pack.id, pack.version, pack.document, pack.title, pack.sha256)
            for pack in problem.policies.packs
            if pack.rules
        ),
        words_of(problem.policies, problem.portfolio),
        tuple(asked),
    )
    wanted = [claim for one in asked for claim in one.claims]
    choice = selectable(problem, wanted, grounder) if wanted else None
    try:
        possible = [one for one in asked if choice and _Question(choice, (one,), limits).largest(frozenset())]
        if len(possible) < len(asked):
            answer = replace(answer, impossible=_impossible(problem, asked, possible, grounder))
        if choice is None or not possible:
            return answer
        question = _Question(choice, possible, limits)
        if question.largest(question.every) is not None:
            # What cannot be filed is in no plan: there is nothing to cost.
            return answer if answer.impossible else _costed(answer, problem, grounder, limits)
    except Undecided:
        return replace(answer, decided=False)
    return _forbidden(answer, problem, question, possible)


class _Solved(NamedTuple):
    """The demands that are met, and the claims that are then made."""

    met: Set
    claims: tuple[Atom, ...]


class _Question:
    """Whether some claims can stand together while some articles, or some of their limits, are in force."""

    def __init__(self, choice: Selectable, asked: Sequence[Asked], limits: Limits) -> None:
        self.articles = choice.articles
        self.every: Set = frozenset(range(len(choice.articles)))
        self._claims = choice.claims
        self._limits = limits
        model = choice.model
        place = {variable.name: j for j, variable in enumerate(model.variables)}
        names = [[name for claim in one.claims if (name := text(claim)) in place] for one in asked]
        for number, ways in enumerate(names):
            model = require_one(model, tuple(place[name] for name in ways), f"asked({number})")
        waivers = {atom for article in choice.articles for atom in article.waivers}
        self._model = concerned(model, [name for ways in names for name in ways], waivers)
        here = {variable.name for variable in self._model.variables}
        self.instances = [name for name in choice.instances if name in here]

    def largest(self, kept: Set) -> _Solved | None:
        """As many articles as can be in force with `kept` while the claims stand; None: not even those.

        Raises Undecided at the limits.
        """
        values = dict.fromkeys(self.instances, 0)
        values |= {atom: 0 for number in kept for atom in self.articles[number].waivers}
        return self._solved(values, [article.waivers for article in self.articles])

    def largest_instances(self, articles: Set, kept: Set) -> _Solved | None:
        """As many limits of these articles alone as can be in force with `kept`. Raises Undecided."""
        values = {
            atom: int(number not in articles)
            for number, article in enumerate(self.articles)
            for atom in article.waivers
        }
        values |= {self.instances[number]: 0 for number in kept}
        return self._solved(values, [(name,) for name in self.instances])

    def _solved(self, values: Mapping[str, int], selectors: Sequence[Sequence[str]]) -> _Solved | None:
        model = fixed(self._model, values)
        wishes = {name for names in selectors for name in names}
        solution = optimum_of(_wishing(model, wishes, self._claims), self._limits)
        if solution.status == "infeasible":
            return None
        if not solution.values:
            raise Undecided
        found = dict(values) | {v.name: x for v, x in zip(model.variables, solution.values, strict=True)}
        met = frozenset(
            number for number, names in enumerate(selectors) if not any(found.get(name) for name in names)
        )
        made = (claim for name, claim in self._claims.items() if found.get(name) == 1)
        return _Solved(met, tuple(sorted(made, key=lambda claim: (claim[4], *claim[1:4]))))


def _wishing(model: LinearModel, wishes: Iterable[str], claims: Iterable[str]) -> LinearModel:
    """The model with the objective that few selectors are 1, and among such that few claims are made."""
    few = dict.fromkeys(claims, -1)
    many = dict.fromkeys(wishes, -1 - len(few))
    gains = few | many
    return model._replace(variables=tuple(v._replace(gain=gains.get(v.name, 0)) for v in model.variables))


# ── together ──────────────────────────────────────────────────────────────────────────────────────────


def _costed(answer: Answer, problem: Problem, grounder: Grounder, limits: Limits) -> Answer:
    """The answer with what insisting on all claims costs, as far as the time suffices."""
    demands = [[text(claim) for claim in one.claims] for one in answer.asked]
    try:
        insisting = Insisting(problem, choose(problem, limits))
        found = insisting.together(demands, limits, Leaving(problem, grounder))
    except ResourceError:
        found = None
    return replace(answer, stand=True, together=found)


# ── not together ──────────────────────────────────────────────────────────────────────────────────────


def _impossible(
    problem: Problem, asked: Sequence[Asked], possible: Sequence[Asked], grounder: Grounder
) -> tuple[Impossible, ...]:
    told = explain(
        problem.policies,
        problem.vocabulary,
        Finished.of(problem, ()),
        problem.facts,
        (),
        evaluate=grounder.derive,
    )
    years = shut_years(told)
    constants = {benefit.name: benefit.constant for benefit in problem.policies.benefits}
    found = []
    for one in asked:
        if one in possible:
            continue
        case: Case = why_not(told, one.subject, (constants[one.benefit],), one.year)
        findings = list(case.findings)
        if one.year is not None and not findings:
            said = years.get((one.subject, one.benefit, one.year), ())
            findings = [Finding("shut", "", shown, year=one.year) for shown in said]
        found.append(Impossible(one, case.reason, tuple(findings)))
    return tuple(found)


def _forbidden(answer: Answer, problem: Problem, question: _Question, asked: Sequence[Asked]) -> Answer:
    def largest(kept: Set) -> Set | None:
        solved = question.largest(kept)
        return None if solved is None else solved.met

    found = smallest_sets(len(question.articles), largest, MOST_CONFLICTS)
    words = Instances(problem, [claim for one in asked for claim in one.claims])
    conflicts = [(words.rank(question.articles[n] for n in one), one) for one in found.sets]
    told = []
    try:
        for _, articles in sorted(conflicts, key=lambda ranked: (len(ranked[1]), ranked[0])):
            told.append(_conflict(question, articles, words))
    except Undecided:
        return replace(answer, conflicts=tuple(told), smallest=bool(told), complete=False)
    return replace(
        answer,
        conflicts=tuple(told),
        smallest=found.proven,
        complete=found.complete,
        preferences=tuple(_preferences(problem.policies, told)),
    )


def _preferences(policies: PolicySet, conflicts: Iterable[Conflict]) -> Iterator[Preference]:
    """What the packs declare of documents that some conflicts cite."""
    cited = {part.cause.pack: part.cause.document for one in conflicts for part in one.parts}
    for pack in policies.packs:
        for other in pack.prevails_over if pack.id in cited else ():
            if other.pack in cited:
                yield Preference(other.citation, cited[other.pack])


def _conflict(question: _Question, articles: Set, words: Instances) -> Conflict:
    """A set of articles, solved again, with the smallest sets of their limits that forbid the claims."""
    every = frozenset(range(len(question.instances)))

    def largest(kept: Set) -> Set | None:
        solved = question.largest_instances(articles, kept)
        return None if solved is None else solved.met

    witnesses = {left: question.largest_instances(articles - {left}, every) for left in articles}
    if question.largest_instances(articles, every) is not None or None in witnesses.values():
        # Rules that forbid the more the fewer of them are in force: there is no smallest set of such.
        raise Undecided
    found = smallest_sets(len(question.instances), largest, MOST_INSTANCES)
    limits = [[words.key(question.instances[number]) for number in sorted(one)] for one in found.sets]
    named = {key for keys in limits for key in keys}
    parts = [
        Part(words.cause(question.articles[left], named), words.lines(solved.claims))
        for left, solved in sorted(witnesses.items(), key=lambda one: words.rank([question.articles[one[0]]]))
        if solved is not None
    ]
    stated = [one for number in sorted(articles) for one in question.articles[number].provisions]
    told = tuple(tuple(words.instance(key, stated) for key in keys) for keys in limits if keys)
    return Conflict(tuple(parts), told, found.complete)
