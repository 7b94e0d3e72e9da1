"""Every number of the law that a rule uses stands in the phrases of its own block, and is used as they say.

Which numbers are the law's follows from where they stand: arguments that are bounds, rates, caps, terms,
dates, codes, counts. Structural are nothing, as a count or a quantity, an offset added to a variable, the
0 or 1 that an @-function answers, and the unit that makes a quantity of a count: `times((1,0),N)`, compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from subvent.diagnostics import Citation, Diagnostic, Place, diagnostic
from subvent.policy.parsed import parsed, place_in
from subvent.policy.phrases import Bound, Kind, Stated, numbers
from subvent.policy.syntax import Statement, Term
from subvent.policy.types import Rule

_PAIR, _DATE = 2, 3
_ONE = (1, 0)
_LOWER: frozenset[Bound] = frozenset(("at least", "above"))
_UPPER: frozenset[Bound] = frozenset(("at most", "below"))


class Role(NamedTuple):
    """What a number is to a word: its kind, the bound it sets, and whether its phrase must say so.

    `weighed`: it stands in what @reaches compares, where a share is an amount to be reached, or not to be.
    """

    kind: Kind | None
    bound: Bound
    said: bool
    weighed: bool = False


_ROLES: dict[tuple[str, int, int], Role] = {
    ("at_least", 3, 2): Role(None, "at least", said=True),
    ("threshold", 3, 2): Role(None, "at least", said=True),
    ("at_most", 3, 2): Role(None, "at most", said=True),
    ("at_least_share", 4, 2): Role("percent", "at least", said=True),
    ("cap", 2, 1): Role("quantity", "at most", said=True),
    ("rate", 2, 1): Role("percent", "at most", said=False),
    ("rate", 3, 2): Role("percent", "at most", said=False),
    ("feeds", 3, 1): Role("percent", "at most", said=False),
    ("share", 2, 0): Role("percent", "at most", said=False),
    ("upto", 2, 0): Role("percent", "at most", said=False),
    ("years", 1, 0): Role("years", "", said=False),
    ("months", 1, 0): Role("months", "", said=False),
    ("days", 1, 0): Role("days", "", said=False),
    ("within_term", 4, 2): Role("years", "at most", said=True),
    ("passed", 4, 2): Role("years", "at least", said=True),
    ("in_years_after", 3, 2): Role("years", "at most", said=True),
    ("in_term", 4, 2): Role("date", "at least", said=False),
    ("limit", 2, 1): Role("integer", "", said=False),
    ("group_limit", 2, 1): Role("integer", "", said=False),
}
"""By name, arity and position. Positions that are not named take a number of any kind."""

_SPANS = frozenset(("years", "months", "days"))
_ANY = Role(None, "", said=False)
_WEIGHED = _ANY._replace(weighed=True)


class Used(NamedTuple):
    """A number of the law in a rule."""

    rule: Rule
    term: Term
    value: tuple[int, ...]
    role: Role

    @property
    def place(self) -> Place:
        """Where it stands."""
        return place_in(self.rule, self.term.begin)


def lint_numbers(rules: Sequence[Rule]) -> Iterator[Diagnostic]:
    """Findings on the numbers of a pack's rules, block by block."""
    for _, block in groupby(rules, key=lambda rule: (rule.place.file, rule.article, rule.phrases)):
        of_block = list(block)
        stated = [(phrase, number) for phrase in of_block[0].phrases for number in numbers(phrase)]
        used = [number for rule in of_block for number in numbers_of(rule)]
        for number in used:
            yield from _compared(number, stated)
        yield from _half_ranges(of_block[0], stated, {number.value for number in used})


def numbers_of(rule: Rule) -> Iterator[Used]:
    """The numbers of the law in one rule, the structural ones left out."""
    statement = parsed(rule)
    for root, role in _roots(statement):
        yield from _inside(rule, root, role)


def _roots(statement: Statement) -> Iterator[tuple[Term, Role]]:
    for head in statement.heads:
        yield head, _ANY
    for literal in statement.literals:
        yield literal.atom, _ANY
    for comparison in statement.comparisons:
        sides = (comparison.left, comparison.right)
        # What @reaches and the like answer is 0 or 1 by convention.
        if any(side.kind == "external" for side in sides):
            sides = tuple(side for side in sides if side.kind == "external")  # type: ignore[assignment]
        for side in sides:
            yield side, _ANY
    for term in statement.terms:
        yield term, _ANY


def _inside(rule: Rule, term: Term, role: Role) -> Iterator[Used]:
    if term.kind == "number" and int(term.name):
        yield Used(rule, term, (int(term.name),), role)
    elif (written := _written(term)) is not None:
        if written != (0, 0):
            yield Used(rule, term, written, role)
    elif term.kind == "operation":
        offset = term.name in ("+", "-") and any(part.kind == "variable" for part in term.args)
        for part in term.args:
            if not (offset and part.kind == "number"):
                yield from _inside(rule, part, role)
    elif term.kind in ("pool", "tuple"):
        for part in term.args:
            yield from _inside(rule, part, role)
    else:
        yield from _of_arguments(rule, term, role)


def _of_arguments(rule: Rule, term: Term, role: Role) -> Iterator[Used]:
    """The numbers in the arguments of a word, each in the role that its place gives it."""
    weighed = role.weighed or term.name == "reaches"
    parts = map(_counted, term.args) if term.name == "reaches" else term.args
    for position, part in enumerate(parts):
        own = _ROLES.get((term.name, len(term.args), position))
        if weighed:
            own = _WEIGHED._replace(kind=own.kind if own else None)
        elif own and term.name in _SPANS:
            # The bound of a term of years is set by the word around it: within_term(_, _, years(2), _).
            own = own._replace(bound=role.bound, said=role.said)
        yield from _inside(rule, part, own or (role if term.name in ("least", "most", "sum") else _ANY))


def _counted(side: Term) -> Term:
    """Of a count made a quantity the count alone."""
    made = side.signature == ("times", 2) and _written(side.args[0]) == _ONE
    return side.args[1] if made else side


def _written(term: Term) -> tuple[int, ...] | None:
    """A tuple of numbers; of a day of every year (the year a variable, or one moved) the year is 0."""
    if term.kind != "tuple":
        return None
    numbers = tuple(int(part.name) for part in term.args if part.kind == "number")
    if len(numbers) == len(term.args):
        return numbers
    last = [part.kind for part in term.args[1:]]
    return (0, *numbers) if len(term.args) == _DATE and last == ["number", "number"] else None


def _compared(used: Used, stated: Sequence[tuple[str, Stated]]) -> Iterator[Diagnostic]:
    """Whether a phrase states the number, and whether its words set the bound that the rule sets."""
    rule = used.rule
    same = [(phrase, number) for phrase, number in stated if matches(used, number)]
    shown = rule.text[used.term.begin : used.term.end]
    if not same:
        citation = Citation(rule.document, rule.article, rule.phrases[0] if rule.phrases else "")
        yield diagnostic("policy.number-not-stated", used.place, citation, number=shown)
        return
    citation = Citation(rule.document, rule.article, same[0][0])
    wanted = used.role.bound
    if not wanted:
        return
    said = {number.bound for _, number in same}
    side, other = (_LOWER, _UPPER) if wanted in _LOWER else (_UPPER, _LOWER)
    if wanted in said:
        return
    if said & side:
        yield diagnostic("policy.bound-excludes", used.place, citation, number=shown)
    elif said & other:
        code = "policy.bound-is-lower" if wanted in _UPPER else "policy.bound-is-upper"
        yield diagnostic(code, used.place, citation, number=shown)
    elif used.role.said:
        yield diagnostic("policy.bound-not-said", used.place, citation, number=shown)


def matches(used: Used, stated: Stated) -> bool:
    """Whether a number of a rule is one that a phrase states, as what it stands for there."""
    value, kind = used.value, used.role.kind
    if stated.kind == "code" and len(value) <= _PAIR:
        # Four digits may be a code, and may be an amount of something.
        stated = stated._replace(kind="integer", value=(int("".join(map(str, stated.value))),))
    if len(value) == _DATE and not value[0]:
        return stated.kind == "date" and stated.value[1:] == value[1:]
    if len(value) == 1:
        if kind is None and stated.kind == "date":
            return stated.value[0] == value[0]
        return stated.value == value and kind in (None, stated.kind)
    if len(value) == _PAIR:
        whole = stated.kind in ("quantity", "percent", "integer", "months", "days")
        return whole and value == (*stated.value, 0)[:_PAIR]
    return stated.value == value and stated.kind == ("date" if len(value) == _DATE else "code")


def _half_ranges(
    rule: Rule, stated: Sequence[tuple[str, Stated]], used: set[tuple[int, ...]]
) -> Iterator[Diagnostic]:
    """Spans of a phrase of which the rules use one end only."""
    for phrase, number in stated:
        if number.range_with and number.value in used and number.range_with not in used:
            yield diagnostic(
                "policy.half-a-range",
                rule.place,
                Citation(rule.document, rule.article, phrase),
                used="-".join(map(str, number.value)),
                missing="-".join(map(str, number.range_with)),
            )
