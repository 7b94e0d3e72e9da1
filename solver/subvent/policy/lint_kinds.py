"""Whether what a rule writes as an argument can be what its word takes there: a benefit, a field, a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from subvent.diagnostics import Diagnostic, Text, diagnostic
from subvent.policy.parsed import parsed, place_in
from subvent.policy.syntax import Term
from subvent.policy.types import PolicySet, Rule
from subvent.policy.words import BENEFITS, CONDITIONS, DAYS, FIELDS, TERMS, YEARS, Signature

_DATE = 3
_MOST: Mapping[str, int] = {"months": 240, "days": 7300}
"""The kernel counts no further in months; a longer term is one of years."""
_KINDS: tuple[tuple[Mapping[Signature, tuple[int, ...]], Text], ...] = (
    (BENEFITS, Text("事项", "benefit")),
    (CONDITIONS, Text("条件", "condition")),
    (FIELDS, Text("字段", "field")),
    (TERMS, Text("years(N)、months(N) 或 days(N)", "years(N), months(N) or days(N)")),
    (YEARS, Text("years(N)", "years(N)")),
    (DAYS, Text("(年,月,日)", "(year,month,day)")),
)
_OPEN = frozenset(("variable", "external"))
"""What may come to anything."""


def lint_kinds(policies: PolicySet) -> Iterator[Diagnostic]:
    """Findings on arguments that are written where the word takes something else."""
    for rule in (rule for pack in policies.packs for rule in pack.rules):
        statement = parsed(rule)
        for atom in (*statement.heads, *(literal.atom for literal in statement.literals)):
            for positions, kind in _KINDS:
                for position in positions.get(atom.signature, ()):
                    yield from _argument(rule, atom, position, positions, kind)
            yield from _days(rule, atom)


def _days(rule: Rule, atom: Term) -> Iterator[Diagnostic]:
    """Days that no calendar has, and a window that ends before it begins."""
    found = []
    for position in DAYS.get(atom.signature, ()):
        term = atom.args[position]
        if term.kind != "tuple" or [part.kind for part in term.args] != ["number"] * _DATE:
            return
        written = rule.text[term.begin : term.end]
        place, citation = place_in(rule, term.begin), next(iter(rule.citations), None)
        try:
            found.append(date(*(int(part.name) for part in term.args)))
        except ValueError:
            yield diagnostic("policy.no-such-day", place, citation, day=written)
            return
        if found[-1] < found[0]:
            yield diagnostic("policy.window-order", place, citation, day=written)


def _argument(
    rule: Rule, atom: Term, position: int, of: Mapping[Signature, tuple[int, ...]], kind: Text
) -> Iterator[Diagnostic]:
    term = atom.args[position]
    for part in term.args if term.kind == "pool" else (term,):
        if part.kind not in _OPEN and not _is_one(part, of):
            form = _form(atom)
            yield diagnostic(
                "policy.wrong-kind",
                place_in(rule, part.begin),
                next(iter(rule.citations), None),
                term=rule.text[part.begin : part.end],
                word=atom.name,
                position=position + 1,
                kind=kind,
                form=form,
            )


def _is_one(term: Term, of: Mapping[Signature, tuple[int, ...]]) -> bool:
    if of is TERMS:
        number = term.args[0] if len(term.args) == 1 and term.name in _MOST else None
        return term.signature == ("years", 1) or (
            number is not None
            and (number.kind in _OPEN or (number.kind == "number" and int(number.name) <= _MOST[term.name]))
        )
    if of is YEARS:
        return term.signature == ("years", 1)
    if of is DAYS:
        return term.kind == "tuple" and len(term.args) == _DATE
    # Of names that nothing declares another check tells, and of texts and numbers in place of a field.
    return term.kind == "name" or (of is FIELDS and term.kind in ("string", "number"))


def _form(atom: Term) -> Text:
    """The word with what is known of its arguments."""
    zh, en = ["…"] * len(atom.args), ["…"] * len(atom.args)
    for positions, kind in _KINDS:
        for position in positions.get(atom.signature, ()):
            zh[position], en[position] = kind.zh, kind.en
    return Text(f"{atom.name}({', '.join(zh)})", f"{atom.name}({', '.join(en)})")
