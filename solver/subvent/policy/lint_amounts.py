"""Whether amounts are amounts, speak of the row or of its filing year as they should, and can lack a fact.

What is no amount is only found when claims are derived, and what speaks of the wrong one, or does not say
which fact it lacks, leaves a benefit that nobody can claim, without a word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from subvent.diagnostics import Diagnostic, Text, diagnostic
from subvent.policy.parsed import parsed, place_in
from subvent.policy.syntax import Term
from subvent.policy.types import PolicySet, Rule
from subvent.policy.words import (
    COUNTING,
    EVALUATED,
    FIELDS,
    LIMIT_AMOUNTS,
    OPERATORS,
    QUESTIONS,
    STATEMENTS,
    Signature,
)
from subvent.portfolio.nearest import suggestion
from subvent.portfolio.vocabulary import Vocabulary

_PAIR = 2
_PER_CENT = 100
_NUMBERS = {"share": (0,), "upto": (0,), "part": (0, 1), "times": (0, 1), "full": (0, 1)}
"""The arguments of an operator that may be bare numbers."""
_DIVISORS = {"part": (1,), "full": (0,)}
"""Those that nothing can be divided by when they are nothing."""
_OF_A_ROW: dict[Signature, int] = {("base", 3): 1, ("rate", 3): 1, ("amount", 3): 1, ("spread", 4): 1}
"""Words that speak of a row, or of at(ROW,YEAR) of a yearly benefit, with the position of the benefit."""
_FEEDS: Signature = ("feeds", 3)
_RATES = {"share": 0, "upto": 0}
"""The argument of an operator that is a rate."""
_OF_RATES = frozenset(("percent", "quantity", "integer"))
"""The types of field whose values may be a rate: 20 is 20 %."""
_MEASURES = frozenset(("money", "quantity", "percent"))
"""The types of field whose values are amounts."""
_OF_AMOUNTS = frozenset(("fen", "reaches"))
"""The @-functions of amounts."""
_OF_NO_FIELD = frozenset(("suits", "reading", "row", "subject"))
_ROW_WORDS = STATEMENTS | {"row", "subject", "suits", "proposed", "assumed"}


def lint_amounts(policies: PolicySet, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    """Findings on the amounts of the packs' rules."""
    types = _types(vocabulary)
    heads = [(rule, head) for pack in policies.packs for rule in pack.rules for head in parsed(rule).heads]
    yearly = {name for _, head in heads if head.signature == ("yearly", 1) for name in _names(head.args[0])}
    for rule, head in heads:
        yield from _given(rule, head, types)
        if head.signature in _OF_A_ROW:
            yield from _row_or_year(rule, head, yearly)
    # A count is compared as it is.
    compared = {name: found - {"integer", "year"} for name, found in types.items()}
    for rule in (rule for pack in policies.packs for rule in pack.rules):
        for called in parsed(rule).parts():
            if called.kind == "external" and called.name in _OF_AMOUNTS:
                for term in (part for part in called.args if part.kind != "number"):
                    yield from _amount(rule, term)
                yield from _measured(rule, called, called.args, compared)
    yield from _never_missing(heads)


def _types(vocabulary: Vocabulary) -> dict[str, set[str]]:
    """The types of the fields of one name, in whatever lists."""
    types: defaultdict[str, set[str]] = defaultdict(set)
    for spec in vocabulary.all_lists:
        for field in spec.fields:
            types[field.constant].add(field.value_type)
    return types


def _given(rule: Rule, head: Term, types: Mapping[str, Collection[str]]) -> Iterator[Diagnostic]:
    """What stands in a head for an amount, and is none."""
    amounts = [head.args[position] for position in EVALUATED.get(head.signature, ())]
    for term in amounts:
        yield from _amount(rule, term)
    if head.signature in LIMIT_AMOUNTS:
        yield from _limit(rule, head)
        amounts.append(head.args[1])
    if head.signature == _FEEDS:
        yield from _share(rule, head)
    yield from _measured(rule, head, amounts, types)


def _names(term: Term) -> tuple[str, ...]:
    """The constants that an argument may stand for; none of a variable."""
    if term.kind == "pool":
        return tuple(name for part in term.args for name in _names(part))
    return (term.name,) if term.kind == "name" and not term.args else ()


def _amount(rule: Rule, term: Term) -> Iterator[Diagnostic]:
    """What stands in an expression for an amount, and is none."""
    if term.kind == "name" and term.name in COUNTING and len(term.args) == OPERATORS[term.name]:
        yield _finding("policy.count-no-amount", rule, term)
    else:
        yield from _expression(rule, term)


def _expression(rule: Rule, term: Term) -> Iterator[Diagnostic]:
    """What is neither an amount nor a count; a bare number is one where a rate or a count is meant."""
    operator = term.kind == "name" and term.name in OPERATORS
    if term.kind == "pool" or (operator and len(term.args) == OPERATORS[term.name]):
        for position, part in enumerate(term.args):
            if operator and position not in _NUMBERS.get(term.name, ()):
                yield from _amount(rule, part)
            elif part.kind != "number":
                yield from _expression(rule, part)
        if any(_is_nothing(term.args[at]) for at in _DIVISORS.get(term.name, ())) or (
            term.name == "upto" and _is_all(term.args[0])
        ):
            yield _finding("policy.not-an-amount", rule, term, nearest=Text("", ""))
    elif term.kind in ("name", "string", "number") or (term.kind == "tuple" and len(term.args) != _PAIR):
        misspelt = term.args and not operator
        near = suggestion(term.name, OPERATORS, listed=False) if misspelt else Text("", "")
        yield _finding("policy.not-an-amount", rule, term, nearest=near)


def _is_nothing(term: Term) -> bool:
    parts = term.args if term.kind == "tuple" else (term,)
    return all(part.kind == "number" and not int(part.name) for part in parts)


def _is_all(term: Term) -> bool:
    """A hundred per cent or more, of which no largest amount is a share."""
    return term.kind == "number" and int(term.name) >= _PER_CENT


def _measured(
    rule: Rule, head: Term, amounts: Iterable[Term], types: Mapping[str, Collection[str]]
) -> Iterator[Diagnostic]:
    """Variables that stand in an amount for what is none: a day, a year, a count, a yes or no."""
    stated = _stated(rule)
    rates = [part.args[_RATES[part.name]] for term in amounts for part in term.walk() if _is_rated(part)]
    rates += [head.args[2]] if head.signature == ("rate", 3) else []
    rates += [head.args[1]] if head.signature == _FEEDS else []
    for variable in (term for term in rates if term.kind == "variable"):
        field = stated.get(variable.name, "")
        if types.get(field) and not _OF_RATES & set(types[field]):
            shown = ", ".join(sorted(types[field]))
            yield _finding("policy.field-no-rate", rule, variable, word=head.name, name=field, type=shown)
    for term in amounts:
        for variable, counted in _amounts_in(term):
            field = stated.get(variable.name, "")
            fitting = _MEASURES | {"integer"} if counted else _MEASURES
            if types.get(field) and not fitting & set(types[field]):
                shown = ", ".join(sorted(types[field]))
                yield _finding(
                    "policy.field-no-amount", rule, variable, word=head.name, name=field, type=shown
                )


def _stated(rule: Rule) -> dict[str, str]:
    """The field whose value each variable of a rule is."""
    found: dict[str, str] = {}
    for literal in parsed(rule).literals:
        atom = literal.atom
        if atom.name in STATEMENTS and atom.signature in FIELDS and not literal.negative:
            for name in _names(atom.args[1]):
                found.setdefault(atom.args[-1].name, name)
    return found


def _is_rated(term: Term) -> bool:
    return term.kind == "name" and term.name in _RATES and len(term.args) == OPERATORS[term.name]


def _amounts_in(term: Term, *, counted: bool = False) -> Iterator[tuple[Term, bool]]:
    """The variables of an expression that stand for amounts, each with whether a count would do."""
    if term.kind == "variable":
        yield term, counted
    elif term.kind in ("name", "external", "pool"):
        for position, part in enumerate(term.args):
            if term.name in COUNTING:
                yield from _amounts_in(part, counted=True)
            elif position not in _NUMBERS.get(term.name, ()) or part.name in COUNTING:
                yield from _amounts_in(part)


def _limit(rule: Rule, head: Term) -> Iterator[Diagnostic]:
    """The amount of a shared cap or a shared cost is a pair: nothing evaluates it."""
    term = head.args[1]
    parts = term.args if term.kind == "pool" else (term,)
    for part in parts:
        if part.kind not in ("variable", "external") and not (
            part.kind == "tuple" and len(part.args) == _PAIR
        ):
            yield _finding("policy.limit-no-amount", rule, part, limit=head.name)


def _share(rule: Rule, head: Term) -> Iterator[Diagnostic]:
    """What feeds a pool does so at a rate in per cent: a number above zero, a pair or a variable."""
    term = head.args[1]
    for part in term.args if term.kind == "pool" else (term,):
        pair = part.kind == "tuple" and len(part.args) == _PAIR
        if (part.kind not in ("number", "variable") and not pair) or _is_nothing(part):
            yield _finding("policy.feeds-no-rate", rule, part)


def _row_or_year(rule: Rule, head: Term, yearly: set[str]) -> Iterator[Diagnostic]:
    """A word that speaks of the row though its benefit is yearly, or of the filing year though it is not."""
    row = head.args[0]
    for name in _names(head.args[_OF_A_ROW[head.signature]]):
        if row.signature == ("at", 2) and name not in yearly:
            yield _finding("policy.not-yearly", rule, row, benefit=name, word=head.name)
        elif name in yearly and row.kind == "variable" and _is_row(rule, row.name):
            yield _finding("policy.by-year", rule, row, benefit=name, word=head.name, row=row.name)


def _is_row(rule: Rule, variable: str) -> bool:
    """Whether a variable stands for a row of the portfolio in the body."""
    return any(
        literal.atom.args[0].kind == "variable" and literal.atom.args[0].name == variable
        for literal in parsed(rule).literals
        if literal.atom.name in _ROW_WORDS and literal.atom.args
    )


def _never_missing(heads: list[tuple[Rule, Term]]) -> Iterator[Diagnostic]:
    """Notes on amounts of which no rule says that they lack a fact."""
    given: dict[str, tuple[Rule, Term]] = {}
    said: defaultdict[str, bool] = defaultdict(bool)
    everywhere = False
    for rule, head in heads:
        if head.signature in {("base", 3), ("amount", 3)}:
            for name in _names(head.args[1]):
                given.setdefault(name, (rule, head))
        elif head.signature == ("missing", 3):
            names = _names(head.args[1])
            everywhere |= not names
            said.update(dict.fromkeys(names, True))
    tested = {field for _, head in heads if head.signature in QUESTIONS for field in _fields(head)}
    for name, (rule, head) in given.items():
        stated = {field for literal in parsed(rule).literals for field in _fields(literal.atom)}
        asked = {literal.atom.name for literal in parsed(rule).literals}
        # Where a condition tests the field, it is the condition that is unknown without it; what asks for
        # nothing but the row lacks nothing.
        if not (said[name] or everywhere or asked <= _OF_NO_FIELD or (stated and stated <= tested)):
            yield diagnostic(
                "policy.never-missing",
                place_in(rule, head.begin),
                next(iter(rule.citations), None),
                "note",
                benefit=name,
                word=head.name,
            )


def _fields(atom: Term) -> Iterator[str]:
    """The fields that an atom names."""
    for position in FIELDS.get(atom.signature, ()):
        yield from _names(atom.args[position])


def _finding(code: str, rule: Rule, term: Term, **values: object) -> Diagnostic:
    written = rule.text[term.begin : term.end]
    citation = next(iter(rule.citations), None)
    return diagnostic(code, place_in(rule, term.begin), citation, "error", term=written, **values)
