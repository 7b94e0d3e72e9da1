"""What claims share of money, as rows: caps and budgets, shared costs, pools and ceilings.

A claim c that is made brings its worth w, less lost(c) for costs that are counted elsewhere, less
cut(k,c) for every pool k that is used up; what a ceiling k takes from all of its claims is cut(k).
A shared cost k of Q fen leaves given(k,c) of the base to the other side, counted in units of 1/u fen,
u such that every share at which a grant is whole is a whole number of units.

A claim that can be made without drawing on a pool loses there lost(k,c), which is no more than lost(c) and
than what it draws. Where it may be under several pools at a time, or several ceilings, all share one cut(c).
So do those that draw on a pool to which a share of what others are paid is added, and those others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from math import floor, lcm
from typing import NamedTuple

from subvent.audit.amounts import worth
from subvent.audit.grounding import Conjunction, Instance
from subvent.audit.rows import Literal, Rows
from subvent.audit.rules import AuditError, Value
from subvent.audit.written import written

_PER_UNIT = 1_000_000


class Side(NamedTuple):
    """A claim with a shared cost in its base. It brings the least of `cap` and `rate` of `base`, in fen."""

    side: str
    claim: str
    cap: int
    rate: Fraction
    base: Fraction

    def grant(self) -> int:
        """Whole fen of it when nothing of its base counts elsewhere."""
        return max(0, floor(min(self.rate * self.base, Fraction(self.cap))))


class Shared(NamedTuple):
    """A cost of `fen` that stands in the bases of both sides."""

    name: str
    sides: tuple[Side, ...]
    fen: int


class Draw(NamedTuple):
    """A claim that takes `fen` out of a pool when the atom `drawn` is true."""

    fen: int
    claim: str
    drawn: str


class Feed(NamedTuple):
    """A claim of `fen` of which the part `rate` of what it is paid is added to the limit of a pool."""

    fen: int
    claim: str
    rate: Fraction


class Pool(NamedTuple):
    """What its draws bring together counts up to `limit` fen; a ceiling does so after everything else."""

    name: str
    draws: tuple[Draw, ...]
    limit: int
    ceiling: bool
    feeds: tuple[Feed, ...] = ()


def fen(quantity: Value | None) -> int:
    """Whole fen of a quantity. Raises AuditError when it is none."""
    if quantity is None:
        raise AuditError("an amount is missing")
    value = worth(quantity) * _PER_UNIT
    if value.denominator != 1:
        raise AuditError(f"{written(quantity)} is no whole number of fen")
    return int(value)


def shared_costs(instances: Iterable[Instance]) -> list[Shared]:
    """The shared costs of the statements, by name."""
    found = {}
    for one in _named(instances, "split"):
        sides = set()
        for (side, cap, rate, base, claim), _ in one.elements:
            sides.add(
                Side(written(side), written(claim), fen(cap), worth(rate) / 100, worth(base) * _PER_UNIT)
            )
        found[_name(one)] = Shared(_name(one), tuple(sorted(sides)), fen(one.limit))
    return [found[name] for name in sorted(found)]


def pools(instances: Iterable[Instance]) -> list[Pool]:
    """The shared caps of the statements: those of one name, then ceilings, each in order."""
    found = []
    for one in (*_named(instances, "cut"), *_named(instances, "ceiling")):
        draws, feeds = set(), set()
        for (amount, claim, drawn), _ in one.elements:
            if isinstance(drawn, tuple) and drawn[0] == "feeds":
                feeds.add(Feed(fen(amount), written(claim), worth(drawn[1]) / 100))
            else:
                draws.add(Draw(fen(amount), written(claim), written(drawn)))
        ceiling = one.head is not None and one.head[0] == "ceiling"
        found.append(Pool(_name(one), tuple(sorted(draws)), fen(one.limit), ceiling, tuple(sorted(feeds))))
    return sorted(found)


def _named(instances: Iterable[Instance], name: str) -> list[Instance]:
    return [one for one in instances if one.kind == "money" and one.head and one.head[0] == name]


def _name(instance: Instance) -> str:
    return written(instance.head or ())


Condition = Callable[[Iterable[Conjunction]], Literal]
"""The literal that is true when one of the conjunctions is."""


class MoneyRows:
    """Writes the money of statements into rows. `named` gets the variables that have a name of their own."""

    def __init__(self, rows: Rows, named: dict[str, Literal], possible: Callable[[str], bool]) -> None:
        self._rows = rows
        self._named = named
        self._possible = possible
        self._cuts: defaultdict[str, list[int]] = defaultdict(list)
        self._both: dict[str, int] = {}
        self._told: set[str] = set()

    def objective(self, instances: Iterable[Instance], condition: Condition) -> None:
        """The sum of all `&maximize` elements, each counted once; `&cap` and `&pool` statements."""
        instances = list(instances)
        ways: defaultdict[tuple[Value, ...], list[Conjunction]] = defaultdict(list)
        for one in _named(instances, "maximize"):
            for terms, conjunction in one.elements:
                ways[terms].append(conjunction)
        for terms, conjunctions in ways.items():
            self._rows.gain(condition(conjunctions), fen(terms[0]))
        for one in _named(instances, "cap"):
            self._rows.add_literals(_drawn(one, condition), fen(one.limit))
        for one in _named(instances, "pool"):
            self._counted(one, _drawn(one, condition))

    def _counted(self, pool: Instance, drawn: list[tuple[Literal, int]]) -> None:
        """The objective gains the least of what is drawn and the limit."""
        rows, limit = self._rows, fen(pool.limit)
        if sum(weight for _, weight in drawn if weight > 0) <= limit:
            for literal, weight in drawn:
                rows.gain(literal, weight)
            return
        if any(weight < 0 for _, weight in drawn):
            raise AuditError(f"amounts below zero in a pool are not read: {pool.text}")
        counted = self._named[f"pool {_name(pool)}"] = rows.variable(limit)
        rows.gain(counted, 1)
        # One draw alone cannot count beyond the limit.
        for weights in (drawn, [(literal, min(weight, limit)) for literal, weight in drawn]):
            rows.add_literals([(counted, 1), *((literal, -weight) for literal, weight in weights)], 0)

    def shared(self, costs: Iterable[Shared], units: int) -> None:
        """What claims lose of their grants for costs that stand in two bases, in `units` of a fen or less."""
        costs = list(costs)
        sizes = [n for cost in costs for s in cost.sides for n in (s.rate.numerator, s.base.denominator) if n]
        units = lcm(units, *sizes)
        given: defaultdict[Side, list[int]] = defaultdict(list)
        whole_of: defaultdict[Side, int] = defaultdict(int)
        for cost in costs:
            for side in self._one_shared(cost, units, given):
                whole_of[side] += cost.fen
        for side, parts in sorted(given.items()):
            lost = self._money(f"lost({side.claim})", side.grant())
            # scale·(w·x - lost) <= scale·rate·(base·x - parts/u), everything a whole number.
            step, whole = side.rate / units, side.rate * side.base
            scale = lcm(step.denominator, whole.denominator, (side.rate * whole_of[side]).denominator)
            terms: list[tuple[Literal, int]] = [
                (self._named[side.claim], int(scale * (side.grant() - whole))),
                (lost, -scale),
                *((part, int(scale * step)) for part in parts),
            ]
            if whole_of[side] > side.base:
                # It may leave more than it has, and brings nothing then.
                void = self._money(f"void({side.claim})", 1, gain=0)
                terms.append((void, -int(scale * side.rate * (whole_of[side] - side.base))))
                self._rows.add_literals([(void, side.grant()), (lost, -1)], 0)
            self._rows.add_literals(terms, 0)

    def _one_shared(self, cost: Shared, units: int, given: defaultdict[Side, list[int]]) -> list[Side]:
        made = [side for side in cost.sides if self._possible(side.claim)]
        if len({side.side for side in made}) < 2:  # noqa: PLR2004 - both sides
            return []
        variables = {}
        for side in made:
            variables[side] = self._money(f"given({cost.name},{side.claim})", cost.fen * units, gain=0)
            given[side._replace(side="")].append(variables[side])
        whole = cost.fen * units
        for one in made:
            for other in made:
                if one.side == "left" and other.side != "left":
                    claims = [(self._named[side.claim], whole) for side in (one, other)]
                    parts: list[tuple[Literal, int]] = [(variables[one], -1), (variables[other], -1)]
                    self._rows.add_literals([*claims, *parts], whole)
        return [side._replace(side="") for side in made]

    def pools(self, found: Iterable[Pool]) -> None:
        """What is cut from claims under pools and, of what is left then, under ceilings."""
        found = list(found)
        binding = [one for one in sorted(found, key=lambda one: one.ceiling) if self._binds(one)]
        for claim, most in sorted(_at_a_time(binding, self._draws).items()):
            cut = self._both[claim] = self._money(f"cut({claim})", most)
            less = [(one, 1) for one in (cut, *self._lost(claim))]
            self._rows.add_literals([*less, (self._named[claim], -most)], 0)
        self._told = _fed_and_feeding(found)
        for pool in binding:
            (self._under_ceiling if pool.ceiling else self._under_pool)(pool, self._draws(pool))

    def _draws(self, pool: Pool) -> Mapping[str, list[Draw]]:
        drawing: defaultdict[str, list[Draw]] = defaultdict(list)
        for draw in pool.draws:
            if draw.fen > 0 and self._possible(draw.drawn):
                drawing[draw.claim].append(draw)
        return drawing

    def _binds(self, pool: Pool) -> bool:
        return sum(map(_most, self._draws(pool).values())) > pool.limit

    def _under_pool(self, pool: Pool, drawing: Mapping[str, list[Draw]]) -> None:
        together: list[tuple[Literal, int]] = []
        for claim, draws in drawing.items():
            drawn = [(self._named[draw.drawn], draw.fen) for draw in draws]
            if claim in self._both:
                less = self._there(pool, claim, draws, [self._both[claim], *self._lost(claim)])
            else:
                cut = self._money(f"cut({pool.name},{claim})", _most(draws))
                self._cuts[claim].append(cut)
                less = [cut, *self._there(pool, claim, draws, self._lost(claim))]
                self._no_more(less, drawn)
            together += [*((one, -1) for one in less), *drawn]
        scale = lcm(*(feed.rate.denominator for feed in pool.feeds))
        together = [(one, scale * a) for one, a in together]
        for feed in pool.feeds:
            if feed.fen and self._possible(feed.claim):
                share = int(scale * feed.rate)
                cuts = [self._both[feed.claim]] if feed.claim in self._both else []
                together.append((self._named[feed.claim], -share * feed.fen))
                together += [(one, share) for one in (*cuts, *self._lost(feed.claim))]
        self._rows.add_literals(together, scale * pool.limit)

    def _under_ceiling(self, pool: Pool, drawing: Mapping[str, list[Draw]]) -> None:
        together: list[tuple[Literal, int]] = []
        others: list[tuple[Literal, int]] = []
        most = 0
        for claim, draws in drawing.items():
            cuts = [self._both[claim]] if claim in self._both else self._cuts[claim]
            most += 0 if claim in self._both else _most(draws)
            own = [(self._named[draw.drawn], draw.fen) for draw in draws]
            own += [(one, -1) for one in (*self._lost(claim), *cuts)]
            together += own
            others += [] if claim in self._told and claim in self._both else own
        if most:
            cut = self._money(f"cut({pool.name})", most)
            if len(others) < len(together):
                # It takes nothing off those whose payment is told apart.
                self._rows.add_literals([(cut, 1), *((one, -a) for one, a in others)], 0)
            together.append((cut, -1))
        self._rows.add_literals(together, pool.limit)

    def _there(self, pool: Pool, claim: str, draws: list[Draw], less: list[int]) -> list[int]:
        """What the claim brings less, where it draws on the pool; all of it where it always does."""
        if not less or any(draw.drawn == claim for draw in draws):
            return less
        there = self._money(f"lost({pool.name},{claim})", _most(draws), gain=0)
        self._rows.add_literals([(there, 1), *((one, -1) for one in less)], 0)
        self._no_more([there], [(self._named[draw.drawn], draw.fen) for draw in draws])
        return [there]

    def _no_more(self, less: Iterable[int], drawn: Iterable[tuple[Literal, int]]) -> None:
        self._rows.add_literals([*((one, 1) for one in less), *((x, -fen) for x, fen in drawn)], 0)

    def _money(self, name: str, upper: int, gain: int = -1) -> int:
        variable = self._rows.variable(upper)
        self._named[name] = variable
        if gain:
            self._rows.gain(variable, gain)
        return variable

    def _lost(self, claim: str) -> list[int]:
        found = self._named.get(f"lost({claim})")
        return [found] if isinstance(found, int) else []


def _most(draws: Iterable[Draw]) -> int:
    return max(draw.fen for draw in draws)


def _at_a_time(pools: Sequence[Pool], draws: Callable[[Pool], Mapping[str, list[Draw]]]) -> dict[str, int]:
    """The claims that two pools, or two ceilings, can hold for at once, with the most that they draw.

    Those that feed pools, or draw on what is fed, are among them.
    """
    ways: defaultdict[str, list[tuple[bool, set[str]]]] = defaultdict(list)
    most: defaultdict[str, int] = defaultdict(int)
    for pool in pools:
        for claim, drawing in draws(pool).items():
            ways[claim].append((pool.ceiling, {draw.drawn for draw in drawing}))
            most[claim] = max(most[claim], _most(drawing))
    several = {
        claim
        for claim, found in ways.items()
        for (one, first), (other, second) in combinations(found, 2)
        if one == other and (claim in first | second or first & second)
    }
    return {claim: most[claim] for claim in several | (_fed_and_feeding(pools) & most.keys())}


def _fed_and_feeding(pools: Iterable[Pool]) -> set[str]:
    """The claims a share of which is added to pools, and those that draw on such pools."""
    fed = [pool for pool in pools if pool.feeds]
    return {draw.claim for pool in fed for draw in pool.draws} | {
        feed.claim for pool in fed for feed in pool.feeds
    }


def _drawn(instance: Instance, condition: Condition) -> list[tuple[Literal, int]]:
    """The elements of a statement, a set of tuples, as weighted literals."""
    ways: defaultdict[tuple[Value, ...], list[Conjunction]] = defaultdict(list)
    for terms, conjunction in instance.elements:
        ways[terms].append(conjunction)
    return [(condition(conjunctions), fen(terms[0])) for terms, conjunctions in ways.items()]
