"""What a portfolio could be planned without: the limits, conditions and caps of packs, each to be waived.

    found = provisions(policies)
    found.policies        # the same packs, but each provision holds only while it is not waived
    found.provisions[3]   # one of them; `waiver(3)` is the atom that waives it

A provision is all that one article says in one word of the kernel about one name: every `limit` called
`once`, the threshold of one benefit. Only words that take something away are provisions. Without a rate
or a base there would be no amount at all, and the tests of a condition mean nothing without the demand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from subvent.policy.lint_numbers import matches, numbers_of
from subvent.policy.parsed import parsed
from subvent.policy.phrases import Bound, numbers
from subvent.policy.syntax import Term
from subvent.policy.tokens import CLOSE, OPEN, tokenise
from subvent.policy.types import PolicySet, Rule
from subvent.policy.words import BENEFITS, Signature

Kind = Literal["limit", "shared-cap", "shared-cost", "condition", "threshold", "cap"]

KINDS: Mapping[Signature, tuple[Kind, int | None]] = {
    ("limit", 2): ("limit", 0),
    ("conflict", 1): ("limit", 0),
    ("group_limit", 2): ("limit", 0),
    ("violated", 1): ("limit", 0),
    ("barred", 5): ("limit", 4),
    ("pool", 2): ("shared-cap", 0),
    ("ceiling", 2): ("shared-cap", 0),
    ("split", 2): ("shared-cost", 0),
    ("off", 3): ("shared-cost", None),
    ("requires", 2): ("condition", 1),
    ("requires", 3): ("condition", 2),
    ("requires_in_year", 2): ("condition", 1),
    ("requires_in_year", 3): ("condition", 2),
    ("threshold", 3): ("threshold", 0),
    ("cap", 2): ("cap", 0),
}
"""Words whose facts and rules fall with their provision, with the position of its name."""

WAIVED = "_waived"
"""The predicate of waivers: a name that no pack gives."""
_UNCAPPED = "(2147483647,999999)"
"""The largest quantity there is: a cap of so much caps nothing."""
_LEAST = "least"
_RATE = "rate"
_SUMS: Mapping[str, Kind] = {"cap": "limit", "pool": "shared-cap"}
"""Theory atoms that bound a sum of money."""
_BOUNDS: Mapping[Kind, Bound] = {"threshold": "at least", "cap": "at most", "shared-cap": "at most"}


class Named(NamedTuple):
    """What tells a provision from the others of its pack: article, kind, and the name it is about.

    The name is that of a limit, condition or benefit; of what has none, of the predicate.
    """

    article: str
    kind: Kind
    name: str


@dataclass(frozen=True, slots=True)
class Provision:
    """Something that one article takes away, with the rules that say so and their phrases.

    First of the phrases are those of `telling`, which state its numbers best.
    """

    pack: str
    named: Named
    rules: tuple[Rule, ...]
    head: str
    """The first head that states it, as text; with variables where it is no fact."""
    phrases: tuple[str, ...]
    telling: tuple[str, ...]

    @property
    def kind(self) -> Kind:
        """In which way it takes something away."""
        return self.named.kind


class Provisions(NamedTuple):
    """Packs whose provisions can be waived, and the provisions in the order of the packs."""

    policies: PolicySet
    provisions: tuple[Provision, ...]


class _Stated(NamedTuple):
    """One statement of a rule without its pools: whose provision it is, and what it becomes when waived."""

    named: Named
    head: str
    """Its head; empty for a constraint or a sum, of which there is nothing but the whole rule."""
    waived: str
    """The head that holds in place of it; empty for none."""


def waiver(number: int) -> str:
    """The atom that waives a provision, by its place among them."""
    return f"{WAIVED}({number})"


def provisions(policies: PolicySet) -> Provisions:
    """The provisions of some packs, and the packs with a waiver for each."""
    found: dict[tuple[str, Named], int] = {}
    stating: list[list[tuple[Rule, str]]] = []
    packs = []
    for pack in policies.packs:
        rules = []
        for rule in pack.rules:
            stated = list(_stated(rule))
            numbered = []
            for one in stated:
                number = found.setdefault((pack.id, one.named), len(found))
                if number == len(stating):
                    stating.append([])
                stating[number].append((rule, one.head))
                numbered.append((number, one))
            rules.append(_with_waivers(rule, numbered) if stated else rule)
        packs.append(replace(pack, rules=tuple(rules)))
    listed = [_provision(pack, named, stating[number]) for (pack, named), number in found.items()]
    return Provisions(replace(policies, packs=tuple(packs)), tuple(listed))


def _provision(pack: str, named: Named, stating: Sequence[tuple[Rule, str]]) -> Provision:
    rules = tuple(dict.fromkeys(rule for rule, _ in stating))
    phrases = dict.fromkeys(phrase for rule in rules for phrase in rule.phrases)
    fits = sorted(phrases, key=lambda phrase: _misfit(phrase, named.kind, rules))
    best = tuple(
        phrase for phrase in fits if _misfit(phrase, named.kind, rules) == _misfit(fits[0], named.kind, rules)
    )
    return Provision(pack, named, rules, stating[0][1], tuple(fits), best)


def _misfit(phrase: str, kind: Kind, rules: Sequence[Rule]) -> int:
    """0 of a phrase that bounds by a number of the rules in the way of the provision, 1 if it states one."""
    stated = numbers(phrase)
    same = [
        number for rule in rules for used in numbers_of(rule) for number in stated if matches(used, number)
    ]
    return 2 - bool(same) - any(number.bound == _BOUNDS.get(kind) for number in same)


# ── statements of one rule ───────────────────────────────────────────────────────────────────────────


def _stated(rule: Rule) -> Iterator[_Stated]:
    """The provisions that a rule states: several when its head pools several names."""
    statement = parsed(rule)
    bound = _SUMS.get(statement.heads[0].name) if statement.kind == "theory" else None
    if statement.kind == "constraint" or bound:
        yield _Stated(Named(rule.article, bound or "limit", ""), "", "")
        return
    if statement.kind != "rule" or len(statement.heads) != 1:
        return
    head = statement.heads[0]
    kind, position = KINDS.get(head.signature, (None, None))
    if kind is None:
        if rule.stratum == "derivation" and head.name != _RATE and (limits := list(_limiting(head))):
            named = Named(rule.article, "cap", _name(_benefit(head)) or head.name)
            yield _Stated(named, _text(rule, head), _without(rule, head, limits))
        return
    place = head.args[position] if position is not None else None
    for name, alternative, whole in _spread_out(rule, head, place):
        waived = f"{head.name}({alternative},{_UNCAPPED})" if kind == "cap" else ""
        yield _Stated(Named(rule.article, kind, name or head.name), whole, waived)


def _spread_out(rule: Rule, head: Term, place: Term | None) -> Iterator[tuple[str, str, str]]:
    """Each name that a head pools in one place: the name, what stands there, the head that has it alone."""
    if place is None:
        yield "", "", _text(rule, head)
    # Of f(a,b;c,d) the alternatives of one place cannot be told apart in the text.
    elif place.kind != "pool" or rule.text[place.begin] != "(":
        yield _name(place), _text(rule, place), _text(rule, head)
    else:
        before, after = rule.text[head.begin : place.begin], rule.text[place.end : head.end]
        for alternative in place.args:
            text = _text(rule, alternative)
            yield _name(alternative), text, f"{before}{text}{after}"


def _name(term: Term | None) -> str:
    return term.name if term is not None and term.kind == "name" else ""


def _benefit(head: Term) -> Term | None:
    positions = BENEFITS.get(head.signature)
    return head.args[positions[0]] if positions else None


def _limiting(head: Term) -> Iterator[tuple[Term, Term]]:
    """Each `least` of an amount that the law limits by a number: the whole of it, and what is left without.

    A side that is a number limits the other; else one that holds a number, where the other holds none.
    """
    for term in head.walk():
        if term.kind != "name" or term.name != _LEAST or len(term.args) != 2:  # noqa: PLR2004 - least(A,B)
            continue
        one, other = term.args
        for limit, free in ((one, other), (other, one)):
            if _is_number(limit) and not _is_number(free):
                yield term, free
                break
        else:
            holding = [side for side in (one, other) if any(part.kind == "number" for part in side.walk())]
            if len(holding) == 1:
                yield term, other if holding[0] is one else one


def _is_number(term: Term) -> bool:
    return term.kind == "number" or (
        term.kind == "tuple" and all(part.kind == "number" for part in term.args)
    )


def _without(rule: Rule, head: Term, limits: Sequence[tuple[Term, Term]]) -> str:
    """The head with each outermost limited amount replaced by what it would be without its limit."""
    text, end = "", head.begin
    for term, free in limits:
        if term.begin >= end:
            text += rule.text[end : term.begin] + _text(rule, free)
            end = term.end
    return text + rule.text[end : head.end]


# ── rules as text ────────────────────────────────────────────────────────────────────────────────────


def _with_waivers(rule: Rule, stated: Sequence[tuple[int, _Stated]]) -> Rule:
    """A rule whose statements hold while they are not waived; what a cap turns into holds when it is."""
    lines = []
    for number, one in stated:
        if not one.head:
            lines.append(_with_premise(rule, f"not {waiver(number)}"))
            continue
        lines.append(_guarded(one.head, rule, f"not {waiver(number)}"))
        if one.waived:
            lines.append(_guarded(one.waived, rule, waiver(number)))
    return replace(rule, text="\n".join(lines))


def _guarded(head: str, rule: Rule, guard: str) -> str:
    rest = _rest(rule)
    return f"{head} :- {guard}." if rest == "." else f"{head} :- {guard}, {rest.removeprefix(':-').lstrip()}"


def _with_premise(rule: Rule, guard: str) -> str:
    """A constraint with one more premise, behind all others; a sum of which no part counts without it."""
    if parsed(rule).kind == "constraint":
        # A semicolon, for a comma would go on with a part that has a colon.
        return f"{rule.text.rstrip().removesuffix('.')}; {guard}."
    text, begin, conditional = "", 0, False
    opened: list[str] = []
    for token in tokenise(rule.text)[0]:
        outermost = opened == ["{"]
        if outermost and token.text in (";", "}"):
            text += rule.text[begin : token.begin] + f"{',' if conditional else ':'} {guard}"
            begin, conditional = token.begin, False
        conditional |= outermost and token.text == ":"
        if token.text in OPEN:
            opened.append(token.text)
        elif token.text in CLOSE:
            opened.pop()
    return text + rule.text[begin:]


def _rest(rule: Rule) -> str:
    """All of a rule behind its head: its body with the full stop."""
    return rule.text[parsed(rule).heads[0].end :].lstrip()


def _text(rule: Rule, term: Term) -> str:
    return rule.text[term.begin : term.end]
