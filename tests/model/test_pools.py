"""Caps that claims share: the model's optimum against enumeration, and how what is paid is told apart."""

from __future__ import annotations

import random
from contextlib import suppress
from fractions import Fraction
from itertools import product

import pytest

from subvent.certified import certified_bound, write
from subvent.diagnostics import PolicyError
from subvent.logic.program import Cut, CutTerm, Split, SplitTerm
from subvent.model.linear import LinearModel, Row, Variable, faults
from subvent.model.pools import add_cuts, paid, together
from subvent.model.shared import add_splits, grant, unit
from subvent.optimise.whole import optimise_whole

Instance = tuple[LinearModel, dict[str, int], tuple[Cut, ...]]


def plain(worth: dict[str, int], rows: tuple[Row, ...] = ()) -> LinearModel:
    """Claims that may be chosen freely but for the rows."""
    return LinearModel(tuple(Variable(name, 0, 1, fen) for name, fen in sorted(worth.items())), rows)


def test_a_claim_may_leave_more_than_it_has() -> None:
    """A base of 4 stands in two others with 3 each: it counts nothing, and neither of them loses for it."""
    sides = {
        name: SplitTerm("", name, 100, (1, 1), (base, 1), ()) for name, base in (("a", 9), ("b", 4), ("c", 9))
    }
    splits = [
        Split(f"split({x}{y})", (sides[x]._replace(side="left"), sides[y]._replace(side="right")), 3)
        for x, y in ("ab", "bc")
    ]
    b_is_made = Row("b", ((1, -1),), -1)
    whole_model = add_splits(plain({"a": 9, "b": 4, "c": 9}, (b_is_made,)), splits)
    assert faults(whole_model) == []
    assert optimise_whole(whole_model, (), ["a", "b", "c"]).total == 18


def cut(name: str, limit: int, *members: tuple[str, int], last: bool = False) -> Cut:
    """A cap on some claims that each draw by being made."""
    return Cut(name, tuple(CutTerm(fen, claim, claim) for claim, fen in members), limit, last)


def drawn(seed: int) -> Instance:
    """A random instance: 6 claims, at most one of some pairs, disjoint pools, and a ceiling over all."""
    rng = random.Random(seed)
    worth = {f"c{j}": rng.randint(1, 40) for j in range(6)}
    rows = tuple(
        Row(f"r{i}", tuple((j, 1) for j in sorted(rng.sample(range(6), 2))), 1)
        for i in range(rng.randint(0, 2))
    )
    names = list(worth)
    rng.shuffle(names)
    at = rng.randint(2, 4)
    cuts = [
        cut("p", rng.randint(0, 60), *((n, worth[n]) for n in names[:at])),
        cut("q", rng.randint(0, 60), *((n, worth[n]) for n in names[at:])),
    ]
    if rng.random() < 0.7:
        cuts.append(cut("z", rng.randint(0, 120), *worth.items(), last=True))
    return plain(worth, rows), worth, tuple(cuts)


def value(worth: dict[str, int], made: set[str], cuts: tuple[Cut, ...]) -> int:
    """What a choice brings, from the definition: each pool at most its limit, all of it the ceiling."""
    pools = [c for c in cuts if not c.last]
    pooled = {t.claim for c in pools for t in c.terms}
    total = sum(fen for name, fen in worth.items() if name in made and name not in pooled)
    total += sum(min(c.limit, sum(t.fen for t in c.terms if t.claim in made)) for c in pools)
    return min([total, *(c.limit for c in cuts if c.last)])


@pytest.mark.parametrize("seed", range(150))
def test_the_optimum_under_shared_caps_is_that_of_enumeration(seed: int) -> None:
    """No choice of claims brings more, and the certificate says so."""
    model, worth, cuts = drawn(seed)
    names = [v.name for v in model.variables]
    lawful = (
        {name for name, x in zip(names, values, strict=True) if x}
        for values in product((0, 1), repeat=len(names))
        if all(sum(a * values[j] for j, a in row.terms) <= row.upper for row in model.rows)
    )
    best = max(value(worth, made, cuts) for made in lawful)
    whole_model = add_cuts(model, cuts)
    assert faults(whole_model) == []
    whole = optimise_whole(whole_model, (dict.fromkeys(names, -1),), names)
    assert whole.total == best
    certificates = [solution.certificate for solution in whole.solutions]
    assert certified_bound(whole_model, write(whole.parts, certificates)) == best
    chosen = [name for name in names if whole.values[name] == 1]
    amounts = paid({name: worth[name] for name in chosen}, chosen, cuts, whole.values)
    assert sum(amounts.values()) == best
    assert all(0 <= amounts[name] <= worth[name] for name in chosen)


@pytest.mark.parametrize("seed", range(60))
def test_what_claims_bring_together_is_what_their_caps_allow(seed: int) -> None:
    """Pools first, then the ceiling, whichever claims are made."""
    _, worth, cuts = drawn(seed)
    made = {name for name in worth if random.Random(f"{seed}{name}").random() < 0.7}
    assert together({name: worth[name] for name in made}, made, cuts) == value(worth, made, cuts)


def test_a_pool_is_spread_over_the_years_as_pays_best() -> None:
    """A pool of 5 over two years, of which the first has room for 1: 1 and 4, not 3 and 2 cut to 1 and 2."""
    worth = {"first": 3, "second": 4}
    cuts = (
        cut("pool", 5, *worth.items()),
        cut("year one", 1, ("first", 3), last=True),
        cut("year two", 9, ("second", 4), last=True),
    )
    assert together(worth, worth, cuts) == 5


def test_a_cap_that_never_binds_leaves_no_trace() -> None:
    """Claims that together stay within the limit are not joined by it."""
    model = plain({"a": 3, "b": 4})
    assert add_cuts(model, [cut("k", 7, ("a", 3), ("b", 4))]) == model
    assert add_cuts(model, [cut("k", 6, ("a", 3), ("b", 4))]) != model


def test_a_claim_draws_on_the_pool_of_the_row_it_is_made_for() -> None:
    """One claim, two ways: it is made for the row whose pool has room."""
    variables = (Variable("c", 0, 1, 10), Variable("c for p", 0, 1, 0), Variable("c for q", 0, 1, 0))
    rows = (Row("one way", ((0, 1), (1, -1), (2, -1)), 0), Row("one row", ((1, 1), (2, 1)), 1))
    cuts = (
        Cut("p", (CutTerm(10, "c", "c for p"),), 4, last=False),
        Cut("q", (CutTerm(10, "c", "c for q"),), 9, last=False),
    )
    whole = optimise_whole(add_cuts(LinearModel(variables, rows), cuts), (), [v.name for v in variables])
    assert whole.total == 9
    assert whole.values["c for q"] == 1
    assert paid({"c": 10}, ["c", "c for q"], cuts, whole.values) == {"c": 9}


@pytest.mark.parametrize("seed", range(60))
def test_a_cost_shared_by_claims_on_pools_of_rows_counts_once(seed: int) -> None:
    """Each claim draws on the pool of the row it is made for, and leaves the other as much as pays best."""
    rng = random.Random(seed)
    bases = {name: rng.randint(4, 12) for name in ("a", "b")}
    rate = rng.choice([(1, 2), (3, 4)])
    sides = {
        name: SplitTerm(side, name, rng.randint(2, 9), rate, (bases[name], 1), ())
        for side, name in (("left", "a"), ("right", "b"))
    }
    split = Split("split", tuple(sides.values()), rng.randint(1, min(bases.values())))
    worth = {name: grant(term, Fraction(0)) for name, term in sides.items()}
    ways = [(name, f"{name} for {row}") for name in worth for row in ("p", "q")]
    variables = tuple(
        Variable(name, 0, 1, worth.get(name, 0)) for name in sorted([*worth, *(w for _, w in ways)])
    )
    place = {v.name: j for j, v in enumerate(variables)}
    rows = tuple(
        row
        for name in worth
        for own in [[place[way] for claim, way in ways if claim == name]]
        for row in (
            Row(f"{name} one way", ((place[name], 1), *((j, -1) for j in own)), 0),
            Row(f"{name} one row", tuple((j, 1) for j in own), 1),
            *(Row(f"{name} made {j}", ((place[name], -1), (j, 1)), 0) for j in own),
        )
    )
    cuts = tuple(
        Cut(
            row,
            tuple(CutTerm(worth[c], c, way) for c, way in ways if way.endswith(row)),
            rng.randint(0, 9),
            last=False,
        )
        for row in ("p", "q")
    )
    limit = {cut.name: cut.limit for cut in cuts}

    def brings(made: dict[str, str], given: Fraction) -> int:
        left = {"a": given, "b": split.shared - given} if len(made) > 1 else {}
        drawn = {name: grant(sides[name], left.get(name, Fraction(0))) for name in made}
        return sum(min(limit[row], sum(drawn[c] for c in made if made[c] == row)) for row in limit)

    made = [{}, *({n: r} for n in worth for r in limit), *({"a": r, "b": t} for r in limit for t in limit)]
    units = unit([split])
    best = max(brings(one, Fraction(k, units)) for one in made for k in range(split.shared * units + 1))
    model = add_cuts(add_splits(LinearModel(variables, rows), [split]), cuts)
    assert faults(model) == []
    assert optimise_whole(model, (), [v.name for v in variables]).total == best


def crossing(seed: int) -> Instance:
    """A random instance: 4 claims, at most one of some pair, and caps of both kinds over any of them."""
    rng = random.Random(seed)
    worth = {f"c{j}": rng.randint(1, 6) for j in range(4)}
    rows = (Row("r", tuple((j, 1) for j in sorted(rng.sample(range(4), 2))), 1),) * rng.randint(0, 1)
    cuts = []
    for number in range(rng.randint(2, 4)):
        names = rng.sample(sorted(worth), rng.randint(1, 4))
        last = rng.random() < 0.4
        cuts.append(cut(f"k{number}", rng.randint(0, 12), *((n, worth[n]) for n in names), last=last))
    return plain(worth, rows), worth, tuple(cuts)


def most_paid(worth: dict[str, int], made: set[str], cuts: tuple[Cut, ...]) -> int:
    """The most that a choice is paid, by trying every payment."""
    names = sorted(made)
    return max(
        sum(payment)
        for payment in product(*(range(worth[name] + 1) for name in names))
        for own in [dict(zip(names, payment, strict=True))]
        if all(sum(own.get(t.claim, 0) for t in c.terms) <= c.limit for c in cuts)
    )


@pytest.mark.parametrize("seed", range(120))
def test_a_claim_under_several_caps_is_paid_less_once(seed: int) -> None:
    """However caps overlap, the optimum is that of every payment tried; what is paid keeps to all."""
    model, worth, cuts = crossing(seed)
    pair = {f"c{j}" for row in model.rows for j, _ in row.terms}
    choices = [set(worth) - left_out for left_out in ([{one} for one in pair] or [set()])]
    best = max(most_paid(worth, made, cuts) for made in choices)
    whole_model = add_cuts(model, cuts)
    assert faults(whole_model) == []
    whole = optimise_whole(whole_model, (dict.fromkeys(worth, -1),), sorted(worth))
    assert whole.total == best
    made = [name for name in sorted(worth) if whole.values[name] == 1]
    amounts = paid({name: worth[name] for name in made}, made, cuts, whole.values)
    assert sum(amounts.values()) == best
    assert all(0 <= amounts[name] <= worth[name] for name in made)
    assert all(sum(amounts.get(t.claim, 0) for t in c.terms) <= c.limit for c in cuts)
    with suppress(PolicyError):
        assert together({name: worth[name] for name in made}, made, cuts) == most_paid(worth, set(made), cuts)


def test_caps_that_cross_in_three_ways_are_refused() -> None:
    """Of three claims any two under a cap: what they come to is not told by a flow, and is not guessed."""
    worth = dict.fromkeys("abc", 1)
    cuts = [cut(x + y, 1, (x, 1), (y, 1)) for x, y in ("ab", "bc", "ca")]
    with pytest.raises(PolicyError) as caught:
        together(worth, worth, cuts)
    assert [found.code for found in caught.value.diagnostics] == ["policy.caps-cross"]
