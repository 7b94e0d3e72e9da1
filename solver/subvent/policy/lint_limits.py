"""Whether every limit has something that falls under it, and whatever falls under one a limit that is set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from subvent.diagnostics import Diagnostic, diagnostic
from subvent.policy.lint_reach import Reached
from subvent.policy.loader import MANIFEST
from subvent.policy.parsed import parsed, place_in
from subvent.policy.reach import Way
from subvent.policy.shapes import Shape, is_constant
from subvent.policy.syntax import Term
from subvent.policy.toml_lines import Lines
from subvent.policy.types import PolicySet, Rule
from subvent.policy.words import CLAIMS, SET_BY, Signature
from subvent.portfolio.nearest import suggestion

SIDES = ("left", "right")
_SETTERS = frozenset(setter for setters in SET_BY.values() for setter in setters)
_COUNTED = frozenset((("limit", 2), ("group_limit", 2)))
_CLAIM, _BENEFIT, _YEAR = ("claim", 4), 2, 3
_ONE_YEAR = frozenset((("recurring", 1), ("yearly", 1), ("aside", 1), ("filed_in", 2)))
_OVER_YEARS = frozenset(("counts", "group", "draws"))
_Keys = Mapping[Signature, set[str]]
_ANY = "*"
"""Stands for the names of a limit that a variable ranges over: any may be meant."""


def lint_limits(policies: PolicySet, found: Reached | None) -> Iterator[Diagnostic]:
    """Findings on the limits of the packs' rules and on what falls under them.

    `found` is what the rules may derive, where that can be told.
    """
    keys: defaultdict[Signature, set[str]] = defaultdict(set)
    for rule in policies.rules:
        for head in parsed(rule).heads:
            if head.signature in _SETTERS or head.signature in SET_BY:
                keys[head.signature].update(name for _, name in _names(head.args[0]))
    if found is not None:
        yield from _claimed_anew(policies, found)
    for rule in (rule for pack in policies.packs for rule in pack.rules):
        for head in parsed(rule).heads:
            if head.signature in SET_BY:
                yield from _member(rule, head, keys)
            elif head.signature in _SETTERS:
                yield from _limit(rule, head, keys)


def _names(term: Term) -> Iterator[tuple[Term, str]]:
    """What a limit's name may be: constants with the number of their arguments, or anything."""
    if term.kind == "pool":
        for part in term.args:
            yield from _names(part)
    else:
        yield term, f"{term.name}/{len(term.args)}" if term.kind == "name" else _ANY


def _claimed_anew(policies: PolicySet, found: Reached) -> Iterator[Diagnostic]:
    """Notes on benefits that a row may be claimed for in every filing year, in full each time."""
    own = {rule.id for pack in policies.packs for rule in pack.rules}
    every = {benefit.constant for pack in policies.packs for benefit in pack.benefits}
    once: set[str] = set()
    for rule, ways in zip(found.rules, found.reach.ways, strict=True):
        if rule.id in own:
            if rule.stratum == "decision":
                return  # What rules of a pack's own forbid is not followed.
            for head in parsed(rule).heads:
                if (at := _limits_over_years(head)) is not None:
                    once.update(_benefits(head, at, ways, every))
    for pack in policies.packs:
        lines = Lines((pack.directory / MANIFEST).read_text(encoding="utf-8"), pack.manifest_name)
        for benefit in pack.benefits:
            if benefit.constant not in once:
                place = lines.place("benefits", benefit.name)
                yield diagnostic("policy.claimed-anew", place, None, "note", name=benefit.name)


def _limits_over_years(head: Term) -> tuple[int, ...] | None:
    """Where a head names the benefit of which it says that a row is not simply claimed anew every year.

    The position of an argument, and of one within that; None where the head says nothing like that.
    """
    if head.signature in _ONE_YEAR:
        return (0,)
    if head.signature == ("barred", 5):
        return (2,)
    if head.name not in _OVER_YEARS or head.signature not in CLAIMS:
        return None
    claim = head.args[CLAIMS[head.signature]]
    year = claim.args[_YEAR] if claim.signature == _CLAIM else None
    within = {part.name for part in head.args[0].walk()}
    if year is None or (year.kind == "variable" and year.name in within):
        return None
    return CLAIMS[head.signature], _BENEFIT


def _benefits(head: Term, at: Sequence[int], ways: Iterable[Way], every: Collection[str]) -> Iterator[str]:
    """The benefits that may stand there, by all the ways in which the rule may fire."""
    for signature, shapes in (atom for way in ways for atom in way.heads):
        if signature == head.signature:
            shape: Shape = ("", *shapes)
            for position in at:
                shape = shape[position + 1]
            yield from (shape[0],) if is_constant(shape) else every


def _member(rule: Rule, head: Term, keys: _Keys) -> Iterator[Diagnostic]:
    """What falls under no limit, is no claim, or is on neither side."""
    citation = next(iter(rule.citations), None)
    setters = SET_BY[head.signature]
    for term, name in _names(head.args[0]):
        known = {one for setter in setters for one in keys.get(setter, ())}
        if name != _ANY and not known & {name, _ANY}:
            yield diagnostic(
                "policy.limit-not-set",
                place_in(rule, term.begin),
                citation,
                word=f"{head.name}/{len(head.args)}",
                name=name,
                setters=", ".join(setter for setter, _ in setters),
                nearest=suggestion(name, known, listed=False),
            )
    if head.signature in CLAIMS:
        claim = head.args[CLAIMS[head.signature]]
        if claim.kind != "variable" and claim.signature != ("claim", 4):
            place = place_in(rule, claim.begin)
            yield diagnostic("policy.counts-no-claim", place, citation, word=head.name)
    if head.signature == ("splits", 3):
        side = head.args[1]
        if side.kind != "variable" and (side.name not in SIDES or side.args):
            yield diagnostic("policy.no-such-side", place_in(rule, side.begin), citation)


def _limit(rule: Rule, head: Term, keys: _Keys) -> Iterator[Diagnostic]:
    """A limit under which nothing falls, or that counts up to what is no number."""
    citation = next(iter(rule.citations), None)
    for word, setters in SET_BY.items():
        # What was granted before, and the rows that claims are made for, need not be spoken of.
        if head.signature not in setters or word in {("spends", 2), ("draws", 3), ("feeds", 3)}:
            continue
        members = keys.get(word, set()) | (keys.get(("draws", 3), set()) if head.name == "pool" else set())
        for term, name in _names(head.args[0]):
            if name != _ANY and not members & {name, _ANY}:
                yield diagnostic(
                    "policy.limit-of-none",
                    place_in(rule, term.begin),
                    citation,
                    limit=head.name,
                    name=name,
                    word=word[0],
                    nearest=suggestion(name, members, listed=False),
                )
    # A number that is no variable and not written as one is below zero, or counts nothing.
    if head.signature in _COUNTED and head.args[1].kind not in {"number", "variable"}:
        place = place_in(rule, head.args[1].begin)
        yield diagnostic("policy.limit-no-number", place, citation, limit=head.name)
