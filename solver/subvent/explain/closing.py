"""Why a filing year is closed to a claim: by its date, by the history, or because it brings nothing."""

from __future__ import annotations

from collections.abc import Iterable

from subvent.diagnostics import Citation
from subvent.explain.explanation import Explanation
from subvent.logic.terms import Atom, Term, text
from subvent.result import Finding

_HORIZON: Term = ("horizon",)
NOTHING: Term = ("nothing",)
CLOSING = frozenset((_HORIZON, NOTHING))
"""Causes of the kernel's own that close a filing year: it is not planned, or it brings nothing."""


def closing_finding(told: Explanation, atom: Atom, year: int) -> Finding:
    """What closes a year, said of the atom that says so: `shut`, or `barred` by the history or a pack."""
    cause = atom[-1]
    is_barred = atom[0] == "barred"
    shown = told.words.cause(cause)
    leaf = None
    if not is_barred and cause not in CLOSING:
        leaf = next(iter(told.conditions.leaves(("at", atom[1], year), cause, "failed")), None)
        # A condition on the year names the year itself.
        shown = told.conditions.sentence(*leaf) if leaf else shown
    elif not is_barred:
        shown = told.words.term(cause)
    node = told.nodes.get(atom)
    # The kernel bars what the history has used up; a pack bars for reasons of its own.
    by_pack = node is not None and node.rule is not None and bool(node.rule.document)
    phrase = "year_barred" if is_barred and not by_pack else "year_shut"
    own = leaf is not None and str(year) in shown.zh
    said = shown if own else told.words.say(phrase, year=str(year), cause=shown)
    return Finding(
        kind="barred" if is_barred else "shut",
        name=text(cause),
        text=said,
        citations=_closing_law(told, atom, by_pack=by_pack),
        year=year,
    )


def _closing_law(told: Explanation, atom: Atom, *, by_pack: bool) -> tuple[Citation, ...]:
    if by_pack:
        return _own_law(told, [atom])
    if atom[0] == "barred":
        return _limit_law(told, atom)
    _, subject, benefit, year, cause = atom
    # What closes a year is what is asked of it, not how the year comes to be proposed; no law plans years.
    required = ("requires_in_year", subject, benefit, cause)
    leaves = told.conditions.leaves(("at", subject, year), cause, "failed") if required in told.nodes else ()
    closing = [required, *(("failed", *leaf) for leaf in leaves)]
    return law_below(told, closing if required in told.nodes else [atom] if cause == NOTHING else [])


def _limit_law(told: Explanation, barred: Atom) -> tuple[Citation, ...]:
    """The phrases behind a limit that history has used up; not those of the conditions that were met."""
    node = told.nodes.get(barred)
    limits = (
        [child for child in node.children if child[0] in {"counts", "left", "right", "group"}] if node else []
    )
    return _own_law(told, limits)


def _own_law(told: Explanation, atoms: Iterable[Atom]) -> tuple[Citation, ...]:
    """The phrases of the rules that derive some atoms, not of what lies below them."""
    return tuple(citation for _, citation in told.cited(atom for atom in atoms if atom in told.nodes))


def law_below(told: Explanation, atoms: Iterable[Atom]) -> tuple[Citation, ...]:
    """The phrases of the law below some atoms, of those that are proven."""
    return told.citations(atom for atom in atoms if atom in told.nodes)
