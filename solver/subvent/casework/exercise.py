"""What a worked case does to each rule: on which of its sides it exercises it.

A rule is run again over the finished derivation, as `_fires(i,head) :- body`, with the claims that were
best as facts. What its two sides are depends on what its head says:

| head | sides |
|---|---|
| a condition | met, failed; met, unknown where nothing can fail it; failed where nothing can meet it |
| a cap | binds, free: the share of the cost passes it, or does not |
| a rate, a base, an amount | counts for an eligible row, idle for one that suits the benefit |
| what an amount cannot be told without | counts, idle |
| a limit | bars: one more claim would break it; lets: claims count for it and it bars none |
| a shared cap | binds, free: what the claims bring, or would with one more, passes it, or does not |
| a remark | raised, quiet: the plan has claims, and it is not raised |
| anything else, unless it is a fact | fires |
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from subvent.derivation import names_in
from subvent.explain.finished import Finished
from subvent.explain.statements import Literal, Statement, statements
from subvent.logic.exact import evaluate
from subvent.logic.session import Grounder, InProcess
from subvent.logic.terms import Atom, Term, parse, text
from subvent.policy.types import PolicySet, Rule
from subvent.policy.words import CONDITIONS, LIMITS, QUESTIONS, REMARK, SET_BY, Signature
from subvent.problem import Problem, review, violated

_FIRES = "_fires"
_CONSTANT = re.compile(r"[a-z]\w*")
_ASKING = frozenset(("requires", "requires_in_year", "advises"))
_ANSWERS = frozenset((("met", 2), ("failed", 2)))
_COMBINING = frozenset(("all_of", "any_of", "through"))
_ONLY_MET, _ONLY_FAILED = frozenset(("stated", "met")), frozenset(("failed",))
_SHARED_CAPS = frozenset(("pool", "ceiling", "draws", "spends", "feeds"))
_CAP: Signature = ("cap", 2)
_MISSING: Signature = ("missing", 3)
_AMOUNTS: Mapping[Signature, int] = {
    ("rate", 2): 0,
    ("base_field", 2): 0,
    ("rate", 3): 1,
    ("base", 3): 1,
    ("amount", 3): 1,
    ("spread", 4): 1,
    _MISSING: 1,
}
"""Words of an amount with the position of the benefit; with three arguments the subject stands first."""

_OWN_LIMITS: Mapping[Signature, int] = {("violated", 1): 0, ("barred", 5): 4}
"""Words by which a pack forbids claims without counting them, with the position of the limit's name."""

_SIDES: Mapping[Signature, tuple[str, ...]] = {
    _CAP: ("binds", "free"),
    REMARK: ("raised", "quiet"),
    **dict.fromkeys(_AMOUNTS, ("counts", "idle")),
    **{
        signature: ("binds", "free") if signature[0] in _SHARED_CAPS else ("bars", "lets")
        for signature in (*LIMITS, *SET_BY, *_OWN_LIMITS)
    },
}
"""The sides of words that have the same ones whatever they speak of; conditions are looked at one by one."""

Sides = dict[str, set[str]]
"""Rule id → the sides on which it is exercised."""


def sides_of(policies: PolicySet) -> dict[str, tuple[str, ...]]:
    """The sides that each rule of the packs has, by its id; a fact that only names something has none."""
    found: dict[str, tuple[str, ...]] = {
        rule.id: ("bars", "lets") for rule in _rules(policies) if _is_constraint(rule)
    }
    program = _compiled(_rules(policies))
    for statement in program.statements:
        # A rule with a pool is several statements.
        sides = (*found.get(statement.rule.id, ()), *_kind(statement, program.answers))
        found[statement.rule.id] = tuple(dict.fromkeys(sides))
    return found


def exercised(
    problem: Problem, claims: Iterable[Atom], made_for: Mapping[Atom, str], grounder: Grounder
) -> Sides:
    """The sides of each rule that a problem and the claims made on it, each for its row, exercise."""
    claims = frozenset(problem.chosen(claims, made_for))
    remarks = review(problem, claims, grounder)
    program = _compiled(_rules(problem.policies))
    atoms = problem.atoms | remarks | claims
    lines = program.able(atoms)
    names = names_in(lines)
    given = [text(atom) for atom in atoms if atom[0] in names]
    fired: defaultdict[int, list[Atom]] = defaultdict(list)
    for _, index, head in (*_always(program), *grounder.derive(lines, given, (_FIRES,))):
        fired[index].append(head)
    watch = _Watch(problem, claims, Finished(atoms), program.answers, *_limits(problem, claims, grounder))
    sides: Sides = defaultdict(set)
    for index, statement in enumerate(program.statements):
        sides[statement.rule.id].update(watch.sides(statement, fired[index]))
    for rule in filter(_is_constraint, _rules(problem.policies)):
        sides[rule.id].update(watch.of_limit(("constraint", rule.id)))
    return sides


@dataclass(frozen=True, slots=True)
class _Program:
    lines: tuple[str, ...]
    """What tells that a statement fires, each for its statement."""
    statements: tuple[Statement, ...]
    answers: Mapping[str, frozenset[str]]
    """By answer, met or failed, the conditions that some rule can give it, by the word they begin with."""

    def able(self, atoms: Collection[Atom]) -> str:
        """The lines of the statements with a body that may fire over these atoms.

        Each premise needs some of its predicate, and for each constant in it some that has that there.
        """
        there = {(atom[0], len(atom) - 1) for atom in atoms}
        constants = {
            (atom[0], len(atom) - 1, place, part[0])
            for atom in atoms
            for place, part in enumerate(atom[1:])
            if isinstance(part, tuple) and len(part) == 1
        }

        def may_hold(premise: Literal) -> bool:
            return premise.signature in there and all(
                (*premise.signature, place, part) in constants
                for place, part in enumerate(premise.arguments)
                if _CONSTANT.fullmatch(part)
            )

        return "\n".join(
            line
            for line, one in zip(self.lines, self.statements, strict=True)
            if one.body and all(map(may_hold, one.of_kind("premise")))
        )


def _rules(policies: PolicySet) -> tuple[Rule, ...]:
    return tuple(rule for pack in policies.packs for rule in pack.rules)


def _is_constraint(rule: Rule) -> bool:
    return rule.text.startswith(":-")


@lru_cache(maxsize=4)
def _compiled(rules: tuple[Rule, ...]) -> _Program:
    found = statements(rules)
    lines = []
    for index, statement in enumerate(found):
        body = "; ".join(literal.text for literal in statement.body)
        head = f"{_FIRES}({index},{statement.head.atom})"
        lines.append(f"{head} :- {body}." if body else f"{head}.")
    answers = {answer: _answered(found, answer) for answer in ("met", "failed")}
    return _Program(tuple(lines), found, answers)


@lru_cache(maxsize=4)
def _facts(lines: tuple[str, ...]) -> tuple[Atom, ...]:
    return tuple(InProcess().derive("\n".join(lines), (), (_FIRES,)))


def _always(program: _Program) -> tuple[Atom, ...]:
    """The firings of the statements without a body, which fire in every case alike."""
    stated = zip(program.lines, program.statements, strict=True)
    return _facts(tuple(line for line, one in stated if not one.body))


def _answered(found: Iterable[Statement], answer: str) -> frozenset[str]:
    others = _ONLY_MET if answer == "failed" else _ONLY_FAILED
    answered = {"total"}
    parts = []
    for head in (statement.head for statement in found):
        if head.name in _COMBINING:
            parts.append((_condition(head), head.arguments[-1].partition("(")[0]))
        elif head.signature in QUESTIONS and head.name not in others:
            answered.add(_condition(head))
    while more := {whole for whole, part in parts if part in answered} - answered:
        answered |= more
    return frozenset(answered)


def _condition(head: Literal) -> str:
    """The word that the name of a head's condition begins with; a variable where any may stand."""
    if head.signature == ("threshold", 3):
        return "total"
    last = head.name in _ASKING or head.signature in _ANSWERS
    return head.arguments[-1 if last else 0].partition("(")[0]


def _kind(statement: Statement, answers: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    signature = statement.head.signature
    if signature in _SIDES:
        return _SIDES[signature]
    if signature in QUESTIONS or (signature in CONDITIONS and signature[0] in _ASKING):
        word = _condition(statement.head)
        # A variable stands for conditions of all kinds.
        sides = tuple(side for side, can in answers.items() if word in can or word[:1].isupper())
        return (*sides, "unknown") if sides == ("met",) else sides
    return ("fires",) if statement.body else ()


def _limits(
    problem: Problem, claims: frozenset[Atom], grounder: Grounder
) -> tuple[frozenset[Term], frozenset[Term]]:
    """The limits that keep something from being claimed, and those that claims count for."""
    barring = {atom[5] for atom in problem.of("barred", 5)}
    for candidate in problem.candidates:
        for more in () if candidate in claims else _ways(problem, candidate):
            barring.update(violated(problem, [*claims, *more], grounder))
    split: defaultdict[Term, set[Term]] = defaultdict(set)
    counting = set()
    for name, arity in SET_BY:
        for atom in problem.of(name, arity):
            if not claims.isdisjoint(atom):
                counting.add(atom[1])
                if name == "splits":
                    split[atom[1]].add(atom[2])
    barring |= {limit for limit, claimed in split.items() if len(claimed) > 1}
    return frozenset(barring | _exceeded(problem, claims)), frozenset(counting)


def _ways(problem: Problem, candidate: Atom) -> list[list[Atom]]:
    """What one more claim makes true, for each row that it can be made for."""
    rows = problem.options.get((candidate[2], candidate[3]), [])
    return [problem.chosen([candidate], {candidate: row}) for row in rows] or [[candidate]]


def _exceeded(problem: Problem, claims: frozenset[Atom]) -> set[Term]:
    """The shared caps that the claims, or one claim more, would pass but for the cap."""
    made = set(map(text, claims))
    found: set[Term] = set()
    for cut in problem.cuts:
        drawn = sum(term.fen for term in cut.terms if term.drawn in made)
        more = max((term.fen for term in cut.terms if term.claim not in made), default=0)
        if drawn + more > cut.room({feed.claim: feed.fen for feed in cut.feeds if feed.claim in made}):
            named = parse(cut.name)  # cut(K) or ceiling(K)
            found.update(named[1:] if isinstance(named, tuple) else ())
    return found


@dataclass(slots=True)
class _Watch:
    """A finished plan, asked on which side it has each rule."""

    problem: Problem
    claims: frozenset[Atom]
    finished: Finished
    answers: Mapping[str, frozenset[str]]
    barring: frozenset[Term]
    counting: frozenset[Term]

    def sides(self, statement: Statement, heads: list[Atom]) -> Iterator[str]:
        signature = statement.head.signature
        kind = _kind(statement, self.answers)
        if kind == ("raised", "quiet"):
            if heads or self.claims:
                yield "raised" if heads else "quiet"
        elif signature in _AMOUNTS:
            yield from self._of_amount(statement, heads)
        elif signature in _ANSWERS:
            yield from self._of_answer(statement, heads)
        elif signature in _OWN_LIMITS:
            yield from self._of_name(statement)
        else:
            for head in heads:
                yield from self._of_head(signature, head)
            if heads and kind == ("fires",):
                yield "fires"

    def _of_head(self, signature: Signature, head: Atom) -> Iterator[str]:
        if signature == _CAP:
            yield from self._of_cap(head)
        elif signature in LIMITS:
            yield from self._named(signature, self.of_limit(head[1 + LIMITS[signature]]))
        elif signature in SET_BY:
            yield from self._named(signature, self._of_mention(head[1 + 0]))
        elif signature[0] in _ASKING:
            yield from self._of_asked(head)
        elif signature == ("threshold", 3):
            yield from self._of_condition(("total", head[1]))
        elif signature in QUESTIONS:
            yield from self._of_condition(head[1])

    def _of_condition(self, condition: Term) -> Iterator[str]:
        for row in (atom[1] for atom in self.finished.all("asked", 2) if atom[2] == condition):
            yield self._answer(row, condition)

    def _answer(self, row: Term, condition: Term) -> str:
        held = (side for side in ("met", "failed") if (side, row, condition) in self.finished)
        return next(held, "unknown")

    def _of_asked(self, head: Atom) -> Iterator[str]:
        """Met or failed by a row that is asked this for this benefit."""
        name, *rest = head
        benefit, condition = rest[-2:]
        for _, subject, asking, asked in self.finished.all(name, 3):
            if (asking, asked) == (benefit, condition) and (len(rest) == 2 or subject == rest[0]):  # noqa: PLR2004
                for row in (subject, *(("at", subject, year) for year in self._years(subject, benefit))):
                    if ("asked", row, condition) in self.finished:
                        yield self._answer(row, condition)

    def _years(self, subject: Term, benefit: Term) -> list[Term]:
        return [atom[3] for atom in self.finished.all("proposed", 3, subject, benefit)]

    def _of_answer(self, statement: Statement, heads: list[Atom]) -> Iterator[str]:
        """A rule of a condition's own: this answer by this rule, the other by whichever."""
        name, word = statement.head.name, _condition(statement.head)
        if heads:
            yield name
        for _, row, condition in self.finished.all("asked", 2):
            answer = self._answer(row, condition) if _functor(condition) == word else name
            if answer != name:
                yield answer

    def _of_cap(self, head: Atom) -> Iterator[str]:
        for _, subject, benefit, cap, rate, cost in self.finished.all("graded", 5):
            if (benefit, cap) == head[1:] and ("eligible", _row(subject), benefit) in self.finished:
                yield "binds" if evaluate(("share", rate, cost)) > evaluate(cap) else "free"

    def _of_amount(self, statement: Statement, heads: list[Atom]) -> Iterator[str]:
        signature = statement.head.signature
        position = _AMOUNTS[signature]
        named = statement.head.arguments[position]
        benefits = {head[1 + position] for head in heads} or {(named,)}
        given = {head[1] for head in heads} if position else None
        by_year = position == 1 and statement.head.arguments[0].startswith("at(")
        for _, subject, benefit in self.finished.all("suits", 2):
            if benefit not in benefits:
                continue
            eligible = signature == _MISSING or ("eligible", subject, benefit) in self.finished
            years = self._years(subject, benefit)
            for row in [("at", subject, year) for year in years] if by_year else [subject]:
                holds = bool(heads) and (given is None or row in given)
                yield "counts" if holds and eligible else "idle"

    def _named(self, signature: Signature, sides: Iterable[str]) -> Iterator[str]:
        words = {"bars": "binds", "lets": "free"} if signature[0] in _SHARED_CAPS else {}
        return (words.get(side, side) for side in sides)

    def of_limit(self, limit: Term) -> Iterator[str]:
        if limit in self.barring:
            yield "bars"
        elif limit in self.counting:
            yield "lets"

    def _of_mention(self, limit: Term) -> Iterator[str]:
        """A claim that counts for a limit: where both sides are there to count, one of them is barred."""
        yield from self.of_limit(limit)
        if any(_functor(other) == _functor(limit) for other in self.counting - self.barring):
            yield "lets"

    def _of_name(self, statement: Statement) -> Iterator[str]:
        """A prohibition of a pack's own is known by its name, for it counts no claims."""
        word = statement.head.arguments[_OWN_LIMITS[statement.head.signature]].partition("(")[0]
        if any(_functor(limit) == word for limit in self.barring):
            yield "bars"
        elif self.claims:
            yield "lets"


def _row(subject: Term) -> Term:
    """The row itself of what is asked anew in a filing year."""
    return subject[1] if isinstance(subject, tuple) and subject[0] == "at" else subject


def _functor(term: Term) -> str:
    return str(term[0]) if isinstance(term, tuple) and term else str(term)
