"""A tight ground program as a linear model whose 0/1 solutions are its answer sets.

`translate` reads like its recipe: read the completion, state the money, settle what is forced,
replace abbreviations, write rows, and put everything in an order that does not depend on how the
program was written. Named atoms that are not settled are variables of the same name; the model has
a solution for every answer set, equal on all named atoms, and no others.
"""

from __future__ import annotations

from collections import defaultdict
from math import gcd
from typing import TYPE_CHECKING, NamedTuple

from subvent.diagnostics import PolicyError, diagnostic
from subvent.model.completion import CONSTRAINT, Completion, conjunction, read, threshold
from subvent.model.drafts import Draft, Drafts, demand_exact, draft_denials
from subvent.model.inline import Naming, inline, merge_equals, resolve
from subvent.model.linear import LinearModel, Row, Variable, unique
from subvent.model.settle import propagate, settle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subvent.logic.program import GroundProgram, Money

_ROUNDS = 8
"""Replacing abbreviations may settle more, which may make more abbreviations; enough is enough."""


def translate(ground: GroundProgram) -> LinearModel:
    """The linear model of a tight ground program, in canonical order.

    Money statements make the objective (in fen); `#minimize` priorities follow as further
    objectives, highest first, or make the objective where there is no money.

    Raises PolicyError: `engine.positive-cycle` with the atoms and rules of a positive cycle,
    `engine.disjunction`, `engine.money-kind`, `engine.money-limit`.
    """
    completion = read(ground)
    objectives, pools = _state_money(completion, ground)
    settle(completion)
    alias = _simplified(completion)
    if completion.contradictory:
        # How far propagation came before it failed depends on where it began: tell nothing of it.
        return LinearModel((), (Row(CONSTRAINT, (), -1, (CONSTRAINT,)),))
    drafts = Drafts(completion, Naming(completion))
    draft_denials(drafts)
    constant, gains = _objective(drafts, alias, objectives[0])
    further = [_objective(drafts, alias, terms)[1] for terms in objectives[1:]]
    unlimited = _draft_pools(drafts, alias, pools, gains)
    demand_exact(drafts)
    drafts.define()
    keys = _Keys(drafts, [pool for pool in pools if pool.key not in unlimited], gains, further)
    return LinearModel(
        variables=keys.variables,
        rows=_rows(drafts.rows, keys),
        constant=constant + sum(unlimited.values()),
        further=tuple(keys.terms(weights) for weights in further),
        settled=_settled(completion),
    )


def _settled(completion: Completion) -> tuple[tuple[str, int], ...]:
    values = completion.values.items()
    return tuple(sorted((completion.symbols[a], int(v)) for a, v in values if a in completion.symbols))


def _simplified(completion: Completion) -> dict[int, int]:
    alias: dict[int, int] = {}
    for _ in range(_ROUNDS):
        inlined, changed = inline(completion)
        equal = merge_equals(completion, Naming(completion))
        replaced = {atom: resolve(equal, literal) for atom, literal in inlined.items()} | equal
        # What is replaced may stand in an objective alone, where no body changes.
        alias = {atom: resolve(replaced, literal) for atom, literal in alias.items()} | replaced
        if completion.contradictory or (not changed and not equal):
            break
        propagate(completion)
    return alias


class _Pool(NamedTuple):
    """`key` gains the least of `limit` and the sum of the terms (pairs of literal and fen)."""

    key: int
    name: str
    terms: tuple[tuple[int, int], ...]
    limit: int
    lowest: int = 0


def _state_money(
    completion: Completion, ground: GroundProgram
) -> tuple[list[list[tuple[int, int]]], list[_Pool]]:
    """Caps as denials; objectives and pools as weighted literals (0 stands for what is always true)."""
    gains: list[tuple[int, int]] = []
    pools: list[_Pool] = []
    for money in sorted(ground.money, key=lambda m: (m.kind, m.name)):
        terms = _weighted(completion, money)
        if money.kind == "maximize":
            gains += terms
            continue
        if money.kind not in ("cap", "pool"):
            raise PolicyError(diagnostic("engine.money-kind", name=money.name, kind=money.kind))
        if money.limit is None:
            raise PolicyError(diagnostic("engine.money-limit", name=money.name))
        if money.kind == "cap":
            left = money.limit - sum(fen for literal, fen in terms if not literal)
            drawn = threshold(left + 1, [term for term in terms if term[0]])
            completion.denials.append((money.name, drawn))
        else:
            pools.append(_Pool(-1 - len(pools), money.name, tuple(terms), money.limit))
    priorities: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for minimize in ground.minimize:
        priorities[minimize.priority] += [(literal, -weight) for literal, weight in minimize.body]
    further = [priorities[p] for p in sorted(priorities, reverse=True)]
    return ([gains, *further] if ground.money or not further else further), pools


def _weighted(completion: Completion, money: Money) -> list[tuple[int, int]]:
    """The elements of a statement (a set of tuples, each true by any of its conditions) as literals."""
    conditions: dict[tuple[str, int], set[tuple[int, ...]]] = defaultdict(set)
    for term in money.terms:
        conditions[term.key, term.fen].add(tuple(sorted(set(term.condition))))
    found = []
    for (_, fen), bodies in sorted(conditions.items()):
        if () in bodies:
            found.append((0, fen))
        elif len(bodies) == 1 and len(only := next(iter(bodies))) == 1:
            found.append((only[0], fen))
        else:
            found.append((completion.define(conjunction(body) for body in bodies), fen))
    return found


def _objective(
    drafts: Drafts, alias: dict[int, int], terms: list[tuple[int, int]]
) -> tuple[int, dict[int, int]]:
    """The constant, and the weight of each atom; demands the values that the objective rests on."""
    constant, weights = _linear(drafts.completion, alias, terms)
    for atom, weight in weights.items():
        if weight:
            drafts.demand(atom, lower=weight < 0)
    return constant, weights


def _linear(
    completion: Completion, alias: dict[int, int], terms: Sequence[tuple[int, int]]
) -> tuple[int, dict[int, int]]:
    constant = 0
    weights: dict[int, int] = defaultdict(int)
    for given, weight in terms:
        literal = resolve(alias, given)
        if not literal or completion.value(literal):
            constant += weight
        elif completion.value(literal) is None:
            constant += weight if literal < 0 else 0
            weights[abs(literal)] += weight if literal > 0 else -weight
    return constant, {atom: weight for atom, weight in weights.items() if weight}


def _draft_pools(
    drafts: Drafts, alias: dict[int, int], pools: list[_Pool], gains: dict[int, int]
) -> dict[int, int]:
    """A variable for each pool that can overflow; others are plain sums: their keys and constants."""
    unlimited: dict[int, int] = {}
    for index, pool in enumerate(pools):
        constant, weights = _linear(drafts.completion, alias, pool.terms)
        highest = constant + sum(w for w in weights.values() if w > 0)
        if highest <= pool.limit:
            unlimited[pool.key] = constant
            for atom, weight in weights.items():
                gains[atom] = gains.get(atom, 0) + weight
                drafts.demand(atom, lower=weight < 0)
            continue
        if all(w > 0 for w in weights.values()):
            # What one draw takes beyond the limit never counts, and hides the limit from the relaxation.
            weights = {atom: min(w, max(pool.limit - constant, 0)) for atom, w in weights.items()}
        lowest = min(pool.limit, constant + sum(w for w in weights.values() if w < 0))
        pools[index] = pool._replace(lowest=lowest)
        gains[pool.key] = 1
        row = [(pool.key, 1), *((atom, -w) for atom, w in sorted(weights.items()) if w)]
        drafts.rows.append(Draft(pool.name, tuple(row), constant, (pool.name,)))
        for atom, weight in weights.items():
            drafts.demand(atom, lower=weight < 0)
    return unlimited


class _Keys:
    """The variables in the order of their names, and the index of each key."""

    def __init__(
        self, drafts: Drafts, pools: list[_Pool], gains: dict[int, int], further: list[dict[int, int]]
    ) -> None:
        symbols = drafts.completion.symbols
        used = {key for row in drafts.rows for key, _ in row.terms if key > 0}
        used.update(atom for weights in (gains, *further) for atom in weights if atom > 0)
        settled = drafts.completion.values
        used.update(a for a in drafts.completion.supports if a in symbols and a not in settled)
        named = [(drafts.text(atom), atom, 0, 1) for atom in used]
        named += [(f"pool {p.name}", p.key, p.lowest, p.limit) for p in pools]
        named.sort()
        labels = unique([name for name, *_ in named])
        order = sorted(zip(labels, named, strict=True))
        self.index = {key: j for j, (_, (_, key, _, _)) in enumerate(order)}
        self.variables = tuple(
            Variable(label, lower, upper, gains.get(key, 0)) for label, (_, key, lower, upper) in order
        )

    def terms(self, weights: dict[int, int]) -> tuple[tuple[int, int], ...]:
        """Weights of keys as terms over indices, zeros left out."""
        return tuple(sorted((self.index[key], w) for key, w in weights.items() if w))


def _rows(drafts: list[Draft], keys: _Keys) -> tuple[Row, ...]:
    """The rows over indices: divisors taken out, of equal left sides the tightest, in order of names."""
    best: dict[tuple[tuple[int, int], ...], tuple[int, str, tuple[str, ...]]] = {}
    for draft in drafts:
        divisor = gcd(*(a for _, a in draft.terms)) or 1
        terms = tuple(sorted((keys.index[key], a // divisor) for key, a in draft.terms))
        candidate = (draft.upper // divisor, draft.name, draft.sources)
        best[terms] = min(best.get(terms, candidate), candidate)
    found = sorted((name, terms, upper, sources) for terms, (upper, name, sources) in best.items())
    labels = unique([name for name, *_ in found])
    named = zip(labels, found, strict=True)
    return tuple(sorted(Row(label, terms, upper, sources) for label, (_, terms, upper, sources) in named))
