"""What claims share, straight from the derivation: costs that stand in two bases, and caps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from subvent.logic.exact import to_fen
from subvent.logic.ground import BySignature, share, split_term
from subvent.logic.program import Cut, CutTerm, Feed, Split, SplitTerm
from subvent.logic.terms import Atom, Term, text


def splits_of(groups: BySignature, names: Mapping[Atom, str]) -> tuple[Split, ...]:
    """The shared costs of some candidates, whose names are given."""
    graded: defaultdict[tuple[Term, Term], list[tuple[Term, Term, Term]]] = defaultdict(list)
    for _, subject, benefit, *by in groups.unordered("graded", 5):
        graded[subject, benefit].append((by[0], by[1], by[2]))
    sides: defaultdict[Term, set[SplitTerm]] = defaultdict(set)
    for _, key, side, claim in groups.unordered("splits", 3):
        if (name := names.get(claim)) is not None:
            sides[key].update(split_term(side, *by, name) for by in graded[claim[2], claim[3]])
    found = [
        Split(text(("split", key)), tuple(sorted(sides[key])), to_fen(shared))
        for _, key, shared in groups.unordered("split", 2)
        if key in sides
    ]
    return tuple(sorted(found))


def cuts_of(groups: BySignature, names: Mapping[Atom, str], worth: Mapping[Atom, int]) -> tuple[Cut, ...]:
    """The caps that some candidates share, and the ceilings on what is left of them.

    `names` are those of the candidates; `worth` is in fen.
    """
    drawn: defaultdict[Term, set[CutTerm]] = defaultdict(set)
    for _, key, claim in groups.unordered("draws", 2):
        if (name := names.get(claim)) is not None:
            drawn[key].add(CutTerm(worth[claim], name, name))
    ceilings = [
        Cut(text(("ceiling", key)), tuple(sorted(drawn[key])), to_fen(limit), last=True)
        for _, key, limit in groups.unordered("ceiling", 2)
        if key in drawn
    ]
    serving = {atom[1:] for atom in groups.unordered("serves", 3)}
    for _, key, claim, row in groups.unordered("draws", 3):
        name = names.get(claim)
        if name is not None and (claim[2], claim[3], row) in serving:
            drawn[key].add(CutTerm(worth[claim], name, text(("claim_for", *claim[1:], row))))
    fed: defaultdict[Term, set[Feed]] = defaultdict(set)
    for _, key, rate, claim in groups.unordered("feeds", 3):
        if (name := names.get(claim)) is not None:
            fed[key].add(Feed(worth[claim], name, share(rate)))
    pools = [
        Cut(
            text(("cut", key)),
            tuple(sorted(drawn[key])),
            to_fen(limit),
            last=False,
            feeds=tuple(sorted(fed[key])),
        )
        for _, key, limit in groups.unordered("pool_room", 2)
        if key in drawn
    ]
    return tuple(sorted((*ceilings, *pools)))
