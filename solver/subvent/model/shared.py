"""Costs that stand in two bases: which claim counts how much of them, as integer variables and rows.

For a claim c with grant w = floor(min(cap, rate * base)) and the split costs k it takes part in:

    given(k,c)   what c leaves to the other side of k, in units of 1/u fen      0 <= given <= u*shared
    lost(c)      fen its grant is smaller for it               0 <= lost <= w, gain -1
    lost(c)  >=  w*x - rate * (base*x - sum over k of given(k,c) / u)
    given(k,c) + given(k,d)  >=  u * shared * (x + y - 1)       c on the left, d on the right of k

Because `lost` is an integer the grant w - lost is floored to the fen by itself. A split may fall between
two fen; u makes every split at which a grant is a whole number of fen a whole number of units.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from math import floor, lcm
from typing import TYPE_CHECKING

from subvent.model.linear import LinearModel, Row, Variable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from subvent.logic.program import Split, SplitTerm

LEFT = "left"
LOST = "lost"
GIVEN = "given"


def add_splits(model: LinearModel, splits: Iterable[Split]) -> LinearModel:
    """The model with the shared costs of its claims. Names stay unique, the order canonical.

    Claims are found by name; one that is settled at 0 takes no part, one settled at 1 always does.
    """
    splits = tuple(splits)
    if not splits:
        return model
    draft = _Draft(model, unit(splits))
    parts: defaultdict[SplitTerm, list[str]] = defaultdict(list)
    for split in splits:
        _share(draft, split, parts)
    for term, given in sorted(parts.items()):
        _lose(draft, term, given)
    return draft.finished()


def unit(splits: Iterable[Split]) -> int:
    """Units of shared cost in one fen."""
    return lcm(1, *(n for split in splits for term in split.terms for n in (term.rate[0], term.base[1]) if n))


def grant(term: SplitTerm, given: Fraction) -> int:
    """Fen of a claim's grant when `given` fen of its base are counted elsewhere."""
    return max(0, floor(min(Fraction(term.cap), Fraction(*term.rate) * (Fraction(*term.base) - given))))


class _Draft:
    """A model in the making, its terms by name."""

    def __init__(self, model: LinearModel, units: int) -> None:
        self._model = model
        self.units = units
        self.variables = {v.name: v for v in model.variables}
        self.settled = dict(model.settled)
        self.rows: list[tuple[str, dict[str, int], int, tuple[str, ...]]] = [
            (r.name, {model.variables[j].name: a for j, a in r.terms}, r.upper, r.sources) for r in model.rows
        ]

    def possible(self, claim: str) -> bool:
        """Whether the claim can be made at all."""
        return claim in self.variables or self.settled.get(claim) == 1

    def add(self, name: str, upper: int, gain: int) -> str:
        """A new variable from 0 to `upper`."""
        self.variables[name] = Variable(name, 0, upper, gain)
        return name

    def row(self, name: str, terms: dict[str, int], upper: int, source: str) -> None:
        """A new row; claims settled at 1 move to the right side."""
        fixed = sum(a for variable, a in terms.items() if variable not in self.variables)
        kept = {variable: a for variable, a in terms.items() if a and variable in self.variables}
        self.rows.append((name, kept, upper - fixed, (source,)))

    def finished(self) -> LinearModel:
        """The model, in canonical order."""
        names = sorted(self.variables)
        place = {name: j for j, name in enumerate(names)}
        old = [v.name for v in self._model.variables]
        return self._model._replace(
            variables=tuple(self.variables[name] for name in names),
            rows=tuple(
                Row(name, tuple(sorted((place[v], a) for v, a in terms.items())), upper, sources)
                for name, terms, upper, sources in sorted(self.rows, key=lambda row: row[0])
            ),
            further=tuple(tuple((place[old[j]], w) for j, w in level) for level in self._model.further),
        )


def _share(draft: _Draft, split: Split, parts: defaultdict[SplitTerm, list[str]]) -> None:
    """The `given` variables of one shared cost, and a row for every pair of claims that share it."""
    sides: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
    shared = split.shared * draft.units
    made = [term for term in split.terms if draft.possible(term.claim)]
    if len({term.side for term in made}) < 2:  # noqa: PLR2004 - both sides
        return
    for term in made:
        given = draft.add(f"{GIVEN}({split.name},{term.claim})", shared, 0)
        parts[term._replace(side="", condition=())].append(given)
        sides[term.side == LEFT].append((term.claim, given))
    for left, left_given in sides[True]:
        for right, right_given in sides[False]:
            terms = {left_given: -1, right_given: -1, left: shared, right: shared}
            draft.row(f"{split.name}: {left} | {right}", terms, shared, split.name)


def _lose(draft: _Draft, term: SplitTerm, given: list[str]) -> None:
    """What a claim loses of its grant for what it leaves to others."""
    rate, base = Fraction(*term.rate), Fraction(*term.base)
    worth = grant(term, Fraction(0))
    lost = draft.add(f"{LOST}({term.claim})", worth, -1)
    per_unit = rate / draft.units
    scale = lcm(per_unit.denominator, (rate * base).denominator)
    terms = {term.claim: int(scale * (worth - rate * base)), lost: -scale}
    terms.update(dict.fromkeys(given, int(scale * per_unit)))
    draft.row(f"{LOST}({term.claim})", terms, 0, term.claim)
