"""Open questions side by side: what each answer alone brings and changes, and what knowing it is worth.

The *base* is the plan made with the given answers, all others by default. Claims are filed before the
answers are known. If an answer then turns out to hold, of the claims filed those are kept that together
are lawful and bring most under it; the others bring nothing, and nothing can be filed any more. The
*regret* of a plan under an answer is the best total under it less what is kept. The *value of knowing* a
question is the largest regret of the base plan under its answers, all others as in the base: the largest
loss that asking before filing avoids.

A question *matters* when some answer to it alone makes another plan. The plan to decide on now is the one
whose largest regret under the base and these answers is least, of all plans that are lawful under one of
them: whatever could be filed under none would cost nothing to file, and promise everything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from subvent.choice import claimed, preferences
from subvent.diagnostics import ResourceError, Text
from subvent.logic.session import Grounder
from subvent.logic.terms import text
from subvent.model.linear import without
from subvent.model.restricted import fixed
from subvent.optimise.search import Limits
from subvent.optimise.whole import optimise_whole
from subvent.policy.loader import vocabulary_of
from subvent.policy.types import PolicySet, Reading
from subvent.portfolio.types import Portfolio
from subvent.problem import Problem, posed, resolve_readings
from subvent.questions.open_questions import (
    Deciding,
    Effect,
    Guaranteed,
    Joint,
    Question,
    ReadingsCompared,
    Under,
)
from subvent.questions.outline import Line, Outline, changes, limited, opened, outline_of, outlined, words_of
from subvent.questions.regret import Least, View, is_choice, least_regret
from subvent.questions.standing import TooLarge, best_standing
from subvent.strictness import Answers, Comparison, Decision

REGRET_NODES = 500
"""Nodes of branch and bound for each answer that may make the plan of least regret lawful."""
REGRET_WORK = 400_000
"""More, where the answers are small: so many nodes times variables of all of them."""
PAIRED = 8
"""Of so many questions, the most costly ones, every two are answered together."""


def compare_readings(
    path: Path,
    policies: Sequence[str],
    readings: Mapping[str, str],
    time_limit: float | None = None,
) -> ReadingsCompared:
    """The open questions of the portfolio in a file. `readings` are the answers of the base.

    `policies` are pack ids or directories (none: all built-in packs), `time_limit` is in seconds. Raises
    InputError, PolicyError, ResourceError.
    """
    limits = limited(time_limit)
    with opened(path, policies, time_limit) as (policy_set, portfolio, grounder):
        return ReadingsComparison(policy_set, portfolio, readings, grounder, limits).made()


class _Scenario(NamedTuple):
    """One answer alone (None: the base), with its problem and the best claims; None past the limits."""

    asked: tuple[str, str] | None
    problem: Problem | None
    outline: Outline | None


class _Best(NamedTuple):
    """A plan with its largest regret, the answer under which it has that, and its regret under each."""

    regret: int
    plan: _Scenario
    under: _Scenario
    regrets: list[tuple[int, _Scenario]]


class ReadingsComparison:
    """The comparison while it is made."""

    def __init__(
        self,
        policies: PolicySet,
        portfolio: Portfolio,
        readings: Mapping[str, str],
        grounder: Grounder,
        limits: Limits,
    ) -> None:
        self._policies, self._portfolio = policies, portfolio
        self._vocabulary = vocabulary_of(policies)
        self._base = resolve_readings(policies, readings)
        self._grounder, self._limits = grounder, limits
        self._text = cache(text)  # the same claims are named under every answer
        self._comparison = Comparison(policies, portfolio, grounder, limits)
        self._constants = {benefit.name: benefit.constant for benefit in policies.benefits}

    def made(self) -> ReadingsCompared:
        """The finished comparison. Raises ResourceError when not even the base plan is found in time."""
        base, *scenarios = self._scenarios()
        assert base.outline is not None  # noqa: S101 - see `_solved`
        by_question: dict[str, list[_Scenario]] = {question.name: [] for question in self._policies.readings}
        for scenario in scenarios:
            if scenario.asked:
                by_question[scenario.asked[0]].append(scenario)
        matter = [q for q in self._policies.readings if _matters(base.outline, by_question[q.name])]
        questions = sorted(
            (self._question(q, base.outline, by_question[q.name]) for q in matter),
            key=lambda question: (-question.knowing_fen, -question.costs_fen),
        )
        open_ = [base, *(scenario for q in matter for scenario in by_question[q.name])]
        proven = all(scenario.outline is not None and scenario.outline.proven for scenario in open_)
        joint = self._joint(base.outline, questions) if proven else None
        deciding = self._deciding(open_) if proven and matter else None
        guaranteed, too_large = self._guaranteed([base, *scenarios]) if matter else (None, False)
        names = {question.name for question in matter}
        return ReadingsCompared(
            file=self._portfolio.file,
            base=base.outline,
            answers=self._base,
            given={
                q.name: self._base[q.name] for q in self._policies.readings if self._base[q.name] != q.default
            },
            questions=tuple(questions),
            idle=tuple(q.name for q in self._policies.readings if q.name not in names),
            joint=joint[0] if joint else (),
            together=joint[1] if joint else None,
            deciding=deciding,
            guaranteed=guaranteed,
            too_large=too_large,
            proven=joint is not None and (deciding is not None or (proven and not matter)),
            words=words_of(self._policies, self._portfolio),
        )

    def _scenarios(self) -> list[_Scenario]:
        """The base, then every other answer alone. What comes to the same decision is solved once."""
        asked = [
            (question.name, answer.name)
            for question in self._policies.readings
            for answer in question.answers
            if answer.name != self._base[question.name]
        ]
        tried = [self._base, *({**self._base, name: answer} for name, answer in asked)]
        known: dict[Decision, tuple[Problem | None, Outline | None]] = {}
        found = []
        for answers, decision in zip(tried, self._comparison.decisions(tried), strict=True):
            if decision not in known:
                known[decision] = self._solved(answers, decision, needed=not known)
            found.append(known[decision])
        return [_Scenario(one, *solved) for one, solved in zip([None, *asked], found, strict=True)]

    def _solved(
        self, answers: Answers, decision: Decision, *, needed: bool
    ) -> tuple[Problem | None, Outline | None]:
        """The problem and its best claims; nothing past the limits, unless there is nothing without them."""
        try:
            told = (self._policies, self._vocabulary, self._portfolio, answers)
            problem = posed(*told, (), decision, self._grounder)
            return problem, outlined(problem, self._limits)
        except ResourceError:
            if needed:
                raise
            return None, None

    def _question(self, question: Reading, base: Outline, scenarios: Sequence[_Scenario]) -> Question:
        labels = {answer.name: answer.label for answer in question.answers}
        taken = self._base[question.name]
        effects = tuple(
            self._effect(one.asked[1], labels[one.asked[1]], base, one) for one in scenarios if one.asked
        )
        return Question(question.name, question.label, question.citation, taken, labels[taken], effects)

    def _effect(self, answer: str, label: Text, base: Outline, scenario: _Scenario) -> Effect:
        best = scenario.outline
        if best is None or not (best.proven and base.proven):
            return Effect(answer, label, None, None, None, ())  # what is not the best plan proves no change
        regret = self._regret(base, scenario)
        return Effect(answer, label, best.total, best.total - base.total, regret, changes(base, best))

    def _regret(self, filed: Outline, scenario: _Scenario) -> int | None:
        """By how much the best total of the scenario exceeds what is kept of the claims filed."""
        if scenario.problem is None or scenario.outline is None:
            return None
        if filed.claims == scenario.outline.claims:
            return 0
        kept = self._comparison.optimum(
            without(scenario.problem.model, frozenset(self._not_filed(filed, scenario.problem)))
        )
        if kept is None or kept.proven is None:
            return None
        return scenario.outline.total - kept.proven

    def _not_filed(self, filed: Outline, problem: Problem) -> Iterator[str]:
        """The variables of what cannot be chosen any more: other claims, and other rows to make them for."""
        made_for = {
            (line.applicant, line.subject, (self._constants[line.benefit],), line.year): line.made_for
            for line in filed.claims
        }
        options = problem.options
        for claim in problem.candidates:
            row = made_for.get(claim[1:])
            if row is None:
                yield self._text(claim)
            for other in options.get((claim[2], claim[3]), ()):
                # A claim filed without naming a row may still be made for any.
                if row is None or row not in {"", other}:
                    yield self._text(("claim_for", *claim[1:], other))

    def _joint(
        self, base: Outline, questions: Sequence[Question]
    ) -> tuple[tuple[Joint, ...], Joint | None] | None:
        """What the answers that give least cost together: every two that interact, and all of them.

        None when some total was not proven.
        """
        costly = sorted((q for q in questions if q.costs_fen), key=lambda q: -q.costs_fen)
        groups = [*combinations(costly[:PAIRED], 2), tuple(costly)] if len(costly) > 1 else []
        tried = [{**self._base, **{q.name: q.least.answer for q in group}} for group in groups]
        try:
            totals = self._comparison.totals(self._comparison.decisions(tried)) if tried else []
        except ResourceError:
            return None
        found = []
        for group, total in zip(groups, totals, strict=True):
            if total is None or total.proven is None:
                return None
            found.append(
                Joint(
                    answers=tuple((q.name, q.least.answer) for q in group),
                    total_fen=total.proven,
                    together_fen=base.total - total.proven,
                    apart_fen=sum(q.costs_fen for q in group),
                )
            )
        pairs = sorted((one for one in found[:-1] if one.beyond_fen), key=lambda one: -abs(one.beyond_fen))
        return tuple(pairs), found[-1] if found else None

    def _deciding(self, scenarios: Sequence[_Scenario]) -> Deciding | None:
        """Of the best plans of all scenarios, the base first, the one whose largest regret is least."""
        best: _Best | None = None
        base_regret = 0
        seen: list[Mapping[Line, int]] = []
        for candidate in scenarios:
            if candidate.outline is None or candidate.outline.claims in seen:
                continue
            seen.append(candidate.outline.claims)
            regrets = [(self._regret(candidate.outline, scenario), scenario) for scenario in scenarios]
            known = [(regret, scenario) for regret, scenario in regrets if regret is not None]
            if len(known) < len(regrets):
                return None
            worst, under = max(known, key=lambda one: one[0])
            if candidate.asked is None:
                base_regret = worst
            if best is None or worst < best.regret:
                best = _Best(worst, candidate, under, known)
        if best is None:
            return None
        better, found = self._better(scenarios, best.regret)
        return self._decided(scenarios, better or best, base_regret, found, other=better is not None)

    def _better(self, scenarios: Sequence[_Scenario], known: int) -> tuple[_Best | None, Least]:
        """A plan with a largest regret below `known`, if one is found, and what is known of all plans."""
        views: dict[View, _Scenario] = {}
        for one in scenarios:
            if one.problem is not None and one.outline is not None:
                views.setdefault(View(one.problem.model, one.outline.total), one)
        size = sum(len(view.model.variables) for view in views) or 1
        limits = replace(self._limits, nodes=max(REGRET_NODES, REGRET_WORK // size))
        found = least_regret(tuple(views), known, limits)
        if found.filed is None:
            return None, found
        own = list(views.values())[found.own]
        if own.problem is None:
            return None, found
        plan = own._replace(outline=self._paid(own.problem, found.filed))
        # The regrets are worked out once more, as those of any other plan.
        regrets = [(self._regret(plan.outline, one), one) for one in scenarios] if plan.outline else []
        told = [(regret, one) for regret, one in regrets if regret is not None]
        if not told or len(told) < len(regrets):
            return None, found
        worst, under = max(told, key=lambda one: one[0])
        return (_Best(worst, plan, under, told) if worst < known else None), found

    def _decided(
        self,
        scenarios: Sequence[_Scenario],
        best: _Best,
        base_regret: int,
        found: Least,
        *,
        other: bool,
    ) -> Deciding | None:
        base, plan = scenarios[0].outline, best.plan.outline
        lost = plan and self._regret(plan, scenarios[0])
        if base is None or plan is None or lost is None:
            return None
        everywhere = [scenario.outline.claims for scenario in scenarios if scenario.outline]
        always = tuple(line for line in base.claims if all(line in claims for claims in everywhere))
        return Deciding(
            best_under=best.plan.asked,
            total_fen=base.total - lost,
            regret_fen=best.regret,
            under=best.under.asked,
            base_regret_fen=base_regret,
            changes=changes(base, plan),
            always=always,
            other=other,
            bound_fen=min(found.bound, best.regret),
            sought=found.sought,
            under_each=tuple(
                Under(one.asked, one.outline.total, one.outline.total - regret)
                for regret, one in best.regrets
                if one.outline is not None
            ),
        )

    def _guaranteed(self, scenarios: Sequence[_Scenario]) -> tuple[Guaranteed | None, bool]:
        """What can be filed under every answer, and whether that was not sought."""
        problems = [one.problem for one in scenarios if one.problem is not None]
        base = scenarios[0].outline
        if base is None or len(problems) < len(scenarios):
            return None, False
        preferred = preferences(problems[0])
        order = (*preferred.claims, *preferred.options)
        try:
            found = best_standing([p.model for p in problems], preferred.ties, order, self._limits)
        except TooLarge:
            return None, True
        if found is None:
            return None, False
        paid = {id(problem): self._paid(problem, found.filed) for problem in problems}
        told = [(one.asked, own) for one in scenarios if (own := paid[id(one.problem)]) is not None]
        if len(told) < len(scenarios):
            return None, False
        outlines = [own for _, own in told]
        under, least = min(told, key=lambda one: one[1].total)
        amounts = [{(*line[:4],): fen for line, fen in own.claims.items()} for own in outlines]
        return Guaranteed(
            total_fen=least.total,
            bound_fen=found.bound,
            under=under,
            base_fen=outlines[0].total,
            claims={line: min(own[(*line[:4],)] for own in amounts) for line in outlines[0].claims},
            changes=changes(base, outlines[0]),
        ), False

    def _paid(self, problem: Problem, filed: Collection[str]) -> Outline | None:
        """What claims bring under the answers of a problem, as they are filed; None past the limits."""
        made = {v.name: int(v.name in filed) for v in problem.model.variables if is_choice(v.name)}
        whole = optimise_whole(fixed(problem.model, made), (), (), self._limits)
        if not whole.found:
            return None
        values = {**made, **whole.values}
        return outline_of(problem, claimed(problem, preferences(problem), values), whole.bound)


def _matters(base: Outline, scenarios: Sequence[_Scenario]) -> bool:
    """Whether some answer makes another plan, or was not proven."""
    return any(
        one.outline is None or not one.outline.proven or one.outline.claims != base.claims
        for one in scenarios
    )
