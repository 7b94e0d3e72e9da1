"""What the open questions are worth: the totals by default, all strict, and with one strict answer each.

Of a chain the last answer is the strictest. Of the other questions it is the answers that together
give least, found by trying every combination that can; where those are too many, by descent, and then
it is said. A total counts only when it is proven. Nothing is explained here: all readings are derived
together, and what comes to the same decision is optimised once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations, product
from math import prod
from time import monotonic
from typing import NamedTuple

from subvent.decision import decided, decided_each, worth_of
from subvent.derivation import able_program, given, names_in
from subvent.diagnostics import PolicyError
from subvent.logic.ground import BySignature
from subvent.logic.session import Grounder
from subvent.logic.terms import Atom
from subvent.logic.worlds import Worlds
from subvent.model.components import components
from subvent.model.direct import Stated
from subvent.model.linear import LinearModel
from subvent.optimise.optimum import Solution, optimum_of
from subvent.optimise.priced import best_untied
from subvent.optimise.search import Limits
from subvent.policy.loader import vocabulary_of
from subvent.policy.types import PolicySet, Reading
from subvent.portfolio.facts import facts, reading_atom
from subvent.portfolio.types import Portfolio
from subvent.problem import pose, refused_as_policy_error, resolve_readings
from subvent.result import StrictAlone, Strictness

MOST = 256
"""Combinations of answers to unordered questions; more are not all tried."""

_SOON = 40
"""Nodes of branch and bound in which a plan is soon found."""

Answers = Mapping[str, str]
Decision = frozenset[Atom]
"""What a decision is about: the derived atoms that it names."""


class Total(NamedTuple):
    """The best that was found under some answers, and what is proven that nothing exceeds, in fen."""

    reached: int
    bound: int

    @property
    def proven(self) -> int | None:
        """The total, if it is proven."""
        return self.reached if self.reached == self.bound else None


class Lowest(NamedTuple):
    """Of the answers that were tried those that give least; `every`: nothing can give less."""

    answers: Answers
    total: Total | None
    tried: int
    every: bool


class Comparison:
    """Totals of one portfolio under many answers. Past the deadline of `limits` no more are tried.

    Its methods raise PolicyError when the packs cannot be grounded, ResourceError at the grounder's
    limits.
    """

    def __init__(
        self,
        policies: PolicySet,
        portfolio: Portfolio,
        grounder: Grounder,
        limits: Limits,
        most: int = MOST,
    ) -> None:
        self._policies = policies
        self._questions = policies.readings
        self._decision = policies.program("decision")
        self._portfolio = portfolio
        self._vocabulary = vocabulary_of(policies)
        self._facts = given(policies, facts(portfolio, self._vocabulary, {}))
        self._grounder = grounder
        self._limits = limits
        self._most = most
        self._tried: list[Answers] = []
        self._known: dict[Decision, Total] = {}
        self._apart = True
        self._solutions: dict[LinearModel, Solution] = {}

    def strictness(self, *, taken: bool = False) -> Strictness:
        """The comparison as plans tell it. `taken`: the plan itself is made with the strictest answers."""
        worlds = self._each_alone({})
        derived = self._derived(worlds)
        default, *totals = self.totals(_decisions(derived))
        lowest = self._lowest({}, derived)
        by_question: dict[str, list[tuple[str, Total | None]]] = {q.name: [] for q in self._questions}
        for (name, answer), total in zip(self._strict_answers(), totals, strict=True):
            by_question[name].append((answer, total))
        return Strictness(
            default_fen=default and default.proven,
            strict_fen=lowest.total and lowest.total.proven,
            answers=tuple(sorted(lowest.answers.items())),
            combinations=lowest.tried,
            every_combination=lowest.every,
            alone=tuple(_alone(question, by_question[question.name]) for question in self._questions),
            taken=taken,
        )

    def lowest(self, fixed: Answers) -> Lowest:
        """The answers to all questions that together give least, those in `fixed` being given."""
        return self._lowest(fixed, self._derived(self._each_alone(fixed)))

    def _lowest(self, fixed: Answers, derived: Worlds) -> Lowest:
        """`derived` comes of each strict answer alone: what is idle there is idle in every mixture."""
        idle = set(derived.idle)
        start = resolve_readings(self._policies, fixed)
        free: dict[str, tuple[str, ...]] = {}
        for question in self._questions:
            asked = {question.default, *question.strictest}
            if question.name in fixed:
                continue
            start[question.name] = question.strictest[0]
            if len(question.strictest) > 1 and not all(reading_atom(question.name, a) in idle for a in asked):
                free[question.name] = question.strictest
        if prod(map(len, free.values())) > self._most:
            return self._descended(start, free)
        tried = [{**start, **dict(zip(free, chosen, strict=True))} for chosen in product(*free.values())]
        return self._least(tried)

    def _descended(self, start: Answers, free: Mapping[str, Sequence[str]]) -> Lowest:
        """From `start` always to the least of all that differ in one answer, or else in two."""
        best, tried = self._least([start]), 1
        for width in (1, 2, 1):
            while True:
                changes = [
                    {**best.answers, **dict(zip(names, chosen, strict=True))}
                    for names in combinations(free, width)
                    for chosen in product(*(free[name] for name in names))
                ]
                found = self._least([best.answers, *changes])
                tried += len(changes)
                if found.total is None or found.answers == best.answers:
                    break
                best = found
        return best._replace(tried=tried, every=False)

    def _least(self, tried: Sequence[Answers]) -> Lowest:
        """The first of those that give least. What a total falls short of its bound it may still gain.

        Where a plan soon found brings as much as another's total, its own is not worked out: it is no less.
        """
        decisions = self.decisions(tried)
        soon = self._soon(decisions)
        least: tuple[int, int, Total] | None = None
        known = 0
        for reached, place in sorted((fen, place) for place, fen in enumerate(soon) if fen is not None):
            if least is not None and (reached, place) > least:
                known += 1
                continue
            (total,) = self.totals([decisions[place]])
            if total is not None:
                known += 1
                least = min(least or (total.reached, place, total), (total.reached, place, total))
        if least is None:
            return Lowest(tried[0], None, 0, every=False)
        return Lowest(tried[least[1]], least[2], known, every=known == len(tried))

    def _soon(self, decisions: Sequence[Decision]) -> list[int | None]:
        """What a plan of each decision brings that is soon found, in fen; None where the time was over."""
        new = [decision for decision in dict.fromkeys(decisions) if decision not in self._known]
        found: dict[Decision, int] = {}
        limits = replace(self._limits, nodes=_SOON, effort=0.0)
        for decision, stated in zip(new, self._stated(new), strict=False):
            total = self.optimum(stated.model, limits)
            found[decision] = total.reached if total else 0  # claiming nothing is lawful
            if total is not None and total.proven is not None:
                self._known[decision] = total
        known = {decision: self._known[decision].reached for decision in decisions if decision in self._known}
        return [(found | known).get(decision) for decision in decisions]

    def _stated(self, decisions: Sequence[Decision]) -> Iterator[Stated]:
        """What there is to decide on in each of several decisions, until the time is over."""
        stated = decided_each(self._policies, decisions, self._grounder)
        for _ in decisions:
            if self._limits.deadline is not None and monotonic() > self._limits.deadline:
                break
            try:
                yield refused_as_policy_error(partial(next, stated))
            except PolicyError:
                # Under the answers that bring it about it is refused with the rules that say it.
                told = partial(pose, self._policies, self._vocabulary, self._portfolio)
                for answers in self._tried:
                    told(answers, self._grounder, "decision")
                raise

    def _strict_answers(self) -> list[tuple[str, str]]:
        return [(question.name, answer) for question in self._questions for answer in question.strictest]

    def _each_alone(self, fixed: Answers) -> list[Answers]:
        """The given answers, else the default ones; then each strict answer alone among them."""
        start = resolve_readings(self._policies, fixed)
        return [start, *({**start, name: answer} for name, answer in self._strict_answers())]

    def _derived(self, tried: Sequence[Answers]) -> Worlds:
        """What the decision is about, under each of the answers."""
        self._tried += tried
        worlds = [[reading_atom(*pair) for pair in sorted(answers.items())] for answers in tried]
        every = {pair for answers in tried for pair in answers.items()}
        program = able_program(self._policies, self._vocabulary, self._portfolio, {}, every)
        names = names_in(self._decision)
        derive = self._grounder.derive_worlds
        return refused_as_policy_error(partial(derive, program, self._facts, worlds, names))

    def decisions(self, tried: Sequence[Answers]) -> list[Decision]:
        """What there is to decide on under each of the answers to all questions."""
        return _decisions(self._derived(tried))

    def totals(self, decisions: Sequence[Decision]) -> list[Total | None]:
        """The best total of each decision; None where the time was over."""
        new = [decision for decision in dict.fromkeys(decisions) if decision not in self._known]
        for decision, stated in zip(new, self._stated(new), strict=False):
            total = self._total(decision, stated.model)
            if total is not None:
                self._known[decision] = total
        return [self._known.get(decision) for decision in decisions]

    def _total(self, decision: Decision, model: LinearModel) -> Total | None:
        """The best total of a decision whose own rules stand beside it, or of all of it ground together.

        Both have the same optima. What the second one alone has proven once, it is asked for at once.
        """
        total = self.optimum(model) if self._apart else None
        if total is not None and total.proven is not None:
            return total
        groups = BySignature(decision)
        whole = partial(decided, self._policies, groups, worth_of(groups), self._grounder)
        found = self.optimum(refused_as_policy_error(whole).model)
        if found is not None and found.proven is not None:
            self._apart = False
        return found or total

    def optimum(self, model: LinearModel, limits: Limits | None = None) -> Total | None:
        """The best total of a model, each component optimised once; None where the time was over.

        `limits` are how far the components are searched that are not known, if not as far as any.
        """
        reached = bound = model.constant
        for component in components(model):
            solution = self._solutions.get(component)
            if solution is None:
                solution = optimum_of(component, limits) if limits else best_untied(component, self._limits)
            if solution.status not in ("optimal", "feasible"):
                return None
            if limits is None or solution.status == "optimal":
                self._solutions[component] = solution
            reached += solution.total
            bound += solution.bound
        return Total(reached, bound)


def strictest(comparison: Comparison, fixed: Answers) -> tuple[Answers, Strictness]:
    """The answers of a plan all strict but for those in `fixed`, and the comparison that it tells."""
    answers = comparison.lowest(fixed).answers if fixed else None
    told = comparison.strictness(taken=True)
    return answers or dict(told.answers), told


def _decisions(derived: Worlds) -> list[Decision]:
    return [frozenset([*derived.common, *added]) for added in derived.added]


def _alone(question: Reading, tried: Sequence[tuple[str, Total | None]]) -> StrictAlone:
    """Of one question's strictest answers the one that gives least."""
    found = [(total.reached, answer, total) for answer, total in tried if total is not None]
    if len(found) < len(tried):
        name, proven = tried[0][0], None
    else:
        _, name, total = min(found, key=lambda one: one[0])
        proven = total.proven
    answer = next(answer for answer in question.answers if answer.name == name)
    return StrictAlone(question.name, name, question.label, answer.label, question.citation, proven)
