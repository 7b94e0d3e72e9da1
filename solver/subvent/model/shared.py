"""Costs that stand in two bases: which claim counts how much of them, as integer variables and rows.

For a claim c with grant w = floor(min(cap, rate * base)) and the split costs k it takes part in:

    given(k,c)   what c leaves to the other side of k, in units of 1/u fen      0 <= given <= u*shared
    lost(c)      fen its grant is smaller for it               0 <= lost <= w, gain -1
    lost(c)  >=  w*x - rate * (base*x - sum over k of given(k,c) / u)
    given(k,c) + given(k,d)  >=  u * shared * (x + y - 1)       c on the left, d on the right of k

Because `lost` is an integer the grant w - lost is floored to the fen by itself. A split may fall between
two fen; u makes every split at which a grant is a whole number of fen a whole number of units.

A claim whose costs k come to more than its base may leave more than it has: it brings nothing then, which
void(c) says (0 or 1, M what its grant would fall below nothing by):

    lost(c)  >=  w*x - rate * (base*x - sum over k of given(k,c) / u) - M*void(c)
    lost(c)  >=  w*void(c)
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from math import floor, lcm
from typing import TYPE_CHECKING

from subvent.model.extension import Extension

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from subvent.logic.program import Split, SplitTerm
    from subvent.model.linear import LinearModel

LEFT = "left"
LOST = "lost"
GIVEN = "given"
VOID = "void"


def add_splits(model: LinearModel, splits: Iterable[Split]) -> LinearModel:
    """The model with the shared costs of its claims. Names stay unique, the order canonical.

    Claims are found by name; one that is settled at 0 takes no part, one settled at 1 always does.
    """
    splits = tuple(splits)
    if not splits:
        return model
    draft, units = Extension(model), unit(splits)
    parts: defaultdict[SplitTerm, dict[str, int]] = defaultdict(dict)
    for split in splits:
        _share(draft, split, units, parts)
    for term, given in sorted(parts.items()):
        _lose(draft, term, units, given)
    return draft.finished()


def unit(splits: Iterable[Split]) -> int:
    """Units of shared cost in one fen."""
    return lcm(1, *(n for split in splits for term in split.terms for n in (term.rate[0], term.base[1]) if n))


def grant(term: SplitTerm, given: Fraction) -> int:
    """Fen of a claim's grant when `given` fen of its base are counted elsewhere."""
    return max(0, floor(min(Fraction(term.cap), Fraction(*term.rate) * (Fraction(*term.base) - given))))


def _share(draft: Extension, split: Split, units: int, parts: defaultdict[SplitTerm, dict[str, int]]) -> None:
    """The `given` variables of one shared cost, and a row for every pair of claims that share it.

    `parts` gets those of each claim, with the fen of the cost.
    """
    sides: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
    shared = split.shared * units
    made = [term for term in split.terms if draft.possible(term.claim)]
    if len({term.side for term in made}) < 2:  # noqa: PLR2004 - both sides
        return
    for term in made:
        given = draft.add(f"{GIVEN}({split.name},{term.claim})", shared, 0)
        parts[term._replace(side="", condition=())][given] = split.shared
        sides[term.side == LEFT].append((term.claim, given))
    for left, left_given in sides[True]:
        for right, right_given in sides[False]:
            terms = {left_given: -1, right_given: -1, left: shared, right: shared}
            draft.row(f"{split.name}: {left} | {right}", terms, shared, split.name)


def _lose(draft: Extension, term: SplitTerm, units: int, given: Mapping[str, int]) -> None:
    """What a claim loses of its grant for what it leaves to others."""
    rate, base = Fraction(*term.rate), Fraction(*term.base)
    worth = grant(term, Fraction(0))
    lost = draft.add(f"{LOST}({term.claim})", worth, -1)
    per_unit, below = rate / units, rate * (sum(given.values()) - base)
    scale = lcm(per_unit.denominator, (rate * base).denominator, below.denominator)
    terms = {term.claim: int(scale * (worth - rate * base)), lost: -scale}
    terms.update(dict.fromkeys(given, int(scale * per_unit)))
    if below > 0:
        void = draft.add(f"{VOID}({term.claim})", 1, 0)
        terms[void] = -int(scale * below)
        draft.row(void, {void: worth, lost: -1}, 0, term.claim)
    draft.row(f"{LOST}({term.claim})", terms, 0, term.claim)
