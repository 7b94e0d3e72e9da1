"""The optimum: right, proven in integers, singled out among its equals, and silent about it.

SUBVENT_OPTIMUM_SEEDS sets how many random models are compared with enumeration (default 600).
"""

from __future__ import annotations

import os
import random
import time

import pytest

from subvent.logic.ground import observe
from subvent.model.certificate import Branching, Certificate, Leaf, evaluate
from subvent.model.components import components
from subvent.model.linear import LinearModel, Row, Variable, broken, require_one, total
from subvent.model.translate import translate
from subvent.optimise.optimum import optimise, optimum_of
from subvent.optimise.relaxation import silence
from subvent.optimise.search import Limits

from .models import best_point, including, named, random_model, solutions

SEEDS = int(os.environ.get("SUBVENT_OPTIMUM_SEEDS", "600"))
BATCH = 100


@pytest.mark.parametrize("first", range(0, SEEDS, BATCH))
def test_the_one_best_point_is_found_and_proven(first: int) -> None:
    """Values, total and ties agree with enumeration, and the certificate proves the total exactly."""
    for seed in range(first, min(first + BATCH, SEEDS)):
        model, dice = random_model(seed), random.Random(seed)
        ties = [[-1] * len(model.variables), [dice.randint(-3, 3) for _ in model.variables]]
        found, best = optimise(model, ties), best_point(model, ties)
        assert evaluate(model, found.certificate) == found.bound, seed
        if best is None:
            assert found.status == "infeasible", seed
            continue
        assert (found.status, found.unique, found.values) == ("optimal", True, best), seed
        assert found.total == found.bound == total(model, best), seed


def test_insisting_is_proven_too() -> None:
    """The best with one of some variables at 1 agrees with enumeration and has its own certificate."""
    for seed in range(250):
        model = random_model(seed)
        wanted = [j for j, v in enumerate(model.variables) if v.upper == 1][: 1 + seed % 3]
        found = including(model, wanted)
        worths = [total(model, xs) for xs in solutions(model) if any(xs[j] for j in wanted)]
        assert evaluate(require_one(model, tuple(wanted)), found.certificate) == found.bound, seed
        assert (found.status, found.values == ()) == (
            ("optimal", False) if worths else ("infeasible", True)
        ), seed
        assert not worths or found.total == max(worths), seed


def test_a_fen_that_only_fractions_reach_is_decided() -> None:
    """Two funds leave a fen that a billionth of a claim would use: it is soon proven that no plan does."""
    gains = {
        "equipment 2028": (1, 303_400_000),
        "iiot 2026": (1, 500_000_000),
        "iiot 2027": (1, 500_000_000),
        "smart 2026": (1, 339_619_448),
        "smart 2027": (1, 339_619_448),
        "platform 2026": (1, 1_000_000_000),
        "platform 2028": (1, 1_000_000_000),
        "cut 2027": (2_339_619_448, -1),
    }
    fen = {name: gain for name, (_, gain) in gains.items()}
    rows = [
        (f"fund {year}", {name: own for name, own in fen.items() if str(year) in name}, ceiling)
        for year, ceiling in ((2026, 1_000_000_001), (2027, 300_000_001), (2028, 0))
    ]
    of_one = (("iiot", "smart"), ("platform",))
    rows += [("once", {name: 1 for name in fen if name.startswith(kinds)}, 1) for kinds in of_one]
    found = optimise(named(gains, rows), limits=Limits(nodes=100))
    assert (found.status, found.total) == ("optimal", 1_300_000_001)


def test_without_any_time_nothing_at_all_is_a_choice() -> None:
    """A limit that is over before the search begins still leaves a lawful point and a bound above it."""
    model = _group(30, 1)
    found = optimise(model, (), None, Limits(deadline=time.monotonic() - 1))
    assert found.status in {"feasible", "optimal"}
    assert broken(model, found.values) == ()
    assert found.bound >= found.total


def test_changed_multipliers_never_prove_less_than_the_truth() -> None:
    """Whatever single multiplier of a certificate changes, its bound stays at or above the optimum."""
    for seed in range(120):
        model = random_model(seed)
        found = optimise(model)
        tree = found.certificate.tree
        if found.status != "optimal" or not isinstance(tree, Leaf):
            continue
        for row in model.rows:
            for step in (-1, 1, 10**9):
                changed = dict(tree.multipliers)
                changed[row.name] = max(0, changed.get(row.name, 0) + step)
                certificate = Certificate(found.certificate.denominator, Leaf(changed))
                assert evaluate(model, certificate) >= found.total, seed


def _group(companies: int, seed: int) -> LinearModel:
    """Claims of companies: one a project, one a company, kind and year, one kind apart from the others."""
    dice = random.Random(seed)
    lines = []
    for p in range(5 * companies):
        for kind in dice.sample("abcdefg", 2):
            worth = dice.choice([500, 1000, 5000, dice.randint(50, 60000)])
            years = dice.sample(range(4), dice.randint(1, 4))
            lines += [f"can({p // 5},{p},{kind},{year},{worth})." for year in years]
    rules = """{ claim(A,P,B,Y) } :- can(A,P,B,Y,_).
    violated(one(P)) :- can(_,P,_,_,_), 2 <= #count { B,Y : claim(A,P,B,Y) }.
    violated(kind(A,B,Y)) :- can(A,_,B,Y,_), 2 <= #count { P : claim(A,P,B,Y) }.
    violated(apart(A,Y)) :- can(A,_,_,Y,_), 1 <= #count { P : claim(A,P,g,Y) },
      1 <= #count { P,B : claim(A,P,B,Y), B != g }.
    :- violated(_).
    #maximize { W,P,B,Y : claim(A,P,B,Y), can(A,P,B,Y,W) }."""
    dice.shuffle(lines)
    return translate(observe("\n".join([*lines, rules])))


def test_a_group_of_forty_projects_is_quick() -> None:
    """Eight companies with forty projects are proven, ties and all, in well under a second."""
    model = _group(8, 3)
    optimise(model._replace(rows=model.rows[:1]))
    begun = time.perf_counter()
    found = [optimise(part, [[-1] * len(part.variables)]) for part in components(model)]
    assert time.perf_counter() - begun < 1
    assert {(s.status, s.unique) for s in found} == {("optimal", True)}


def test_the_order_of_the_input_changes_nothing() -> None:
    """The same group written in another order has the same model and the same solution."""
    model = _group(3, 5)
    permuted = LinearModel(model.variables, tuple(reversed(model.rows)))
    first = optimise(model, [[-1] * len(model.variables)])
    assert first.values == optimise(permuted, [[-1] * len(model.variables)]).values
    assert broken(model, first.values) == ()


def test_of_two_doors_the_one_to_more_is_decided_first() -> None:
    """Two companies may file at half; it is asked first of the one whose claim brings ten times as much."""
    names = ("a used", "b used", "claim a", "claim b")
    rows = (((0, 2),), 1), (((1, 2),), 1), (((0, -1), (2, 1)), 0), (((1, -1), (3, 1)), 0)
    variables = [Variable(name, 0, 1, gain) for name, gain in zip(names, (0, 0, 5, 50), strict=True)]
    model = LinearModel(tuple(variables), tuple(Row(str(i), *row) for i, row in enumerate(rows)))
    found = optimise(model)
    assert (found.values, found.bound) == ((0, 0, 0, 0), 0)
    assert isinstance(found.certificate.tree, Branching)
    assert found.certificate.tree.variable == "b used"


def test_amounts_a_fen_apart_are_told_apart() -> None:
    """A difference of one fen in ten billion yuan decides, and is proven."""
    huge = 10**12
    rows = tuple(Row(f"r{i}", ((i, 1), (i + 1, 1)), 1) for i in range(6))
    model = LinearModel(tuple(Variable(f"x{i}", 0, 1, huge + (i == 3)) for i in range(7)), rows)
    found = optimise(model)
    assert found.total == found.bound == 4 * huge
    found = optimise(
        model._replace(
            variables=tuple(v._replace(gain=huge + (i == 1)) for i, v in enumerate(model.variables[:2])),
            rows=rows[:1],
        )
    )
    assert (found.values, found.total, found.bound) == ((0, 1), huge + 1, huge + 1)


def _knapsack() -> LinearModel:
    dice = random.Random(7)
    sizes = [dice.randint(10**8, 10**9) for _ in range(40)]
    variables = tuple(Variable(f"x{i:02}", 0, 1, size) for i, size in enumerate(sizes))
    return LinearModel(variables, (Row("fund", tuple(enumerate(sizes)), sum(sizes) // 2 - 1),))


def test_what_is_not_closed_is_said_and_still_bounded() -> None:
    """A subset-sum knapsack ends as feasible with an honest bound, the same way each time."""
    model, limits = _knapsack(), Limits(nodes=40, effort=0.05)
    first = optimise(model, limits=limits)
    assert first.status in {"feasible", "optimal"}
    assert total(model, first.values) == first.total <= first.bound == evaluate(model, first.certificate)
    assert first.bound <= model.rows[0].upper
    assert optimise(model, limits=limits) == first


def test_a_deadline_that_has_passed_still_gives_a_bound() -> None:
    """Without any time there is a root bound and whatever the root found, never an error."""
    model = _knapsack()
    found = optimise(model, limits=Limits(deadline=time.monotonic() - 1))
    assert found.bound == evaluate(model, found.certificate)
    assert found.status in {"feasible", "unknown", "optimal"}


def test_further_objectives_come_before_tie_breaks() -> None:
    """`#minimize` of lower priority decides before the caller's tie-breaks do."""
    model = LinearModel(
        tuple(Variable(f"x{i}", 0, 1, 1) for i in range(3)),
        (Row("one", ((0, 1), (1, 1), (2, 1)), 1),),
        further=(((1, 1), (2, 1)),),
    )
    assert optimise(model, [[5, 0, 1]]).values == (0, 0, 1)
    assert optimise(model, [], [2, 1, 0]).values == (0, 0, 1)
    assert optimise(model, [], [0]).values == (0, 1, 0) or optimise(model, [], [0]).values == (0, 0, 1)


def test_nothing_reaches_stdout(capfd: pytest.CaptureFixture[str]) -> None:
    """Solvers are silent at the level of the descriptor, and stdout works again afterwards."""
    with silence():
        os.write(1, b"chatter")
    optimise(_knapsack(), limits=Limits(nodes=40, effort=0.05))
    print("result")  # noqa: T201
    assert capfd.readouterr().out == "result\n"


def test_empty_and_fixed_models_have_their_trivial_optimum() -> None:
    """No variables, no rows, or nothing left to choose: the optimum needs no solver."""
    assert optimise(LinearModel((), (), 7))[:3] == ((), 7, 7)
    fixed = LinearModel((Variable("a", 1, 1, 3), Variable("b", 0, 1, -1), Variable("c", 0, 1, 0)), (), 0)
    assert optimise(fixed).values == (1, 0, 1)
    impossible = LinearModel((), (Row("never", (), -1),))
    assert optimise(impossible).status == "infeasible"


def test_a_fen_too_little_is_seen() -> None:
    """Where only one of some amounts counts, and all others lost must be less than they are by one fen."""
    for seed in range(30):
        dice = random.Random(seed)
        gains = [dice.randrange(400_000_000, 1_000_000_000, 100) for _ in range(dice.randint(2, 4))]
        lost = sum(gains) - max(gains)
        assert optimum_of(_of_one(gains, lost - 1), Limits(nodes=300)).status == "infeasible", seed
        found = optimum_of(_of_one(gains, lost), Limits(nodes=300))
        assert (found.status, found.total) == ("optimal", -lost), seed


def _of_one(gains: list[int], most: int) -> LinearModel:
    """What is filed, what of it counts, and what of all is lost, which must not be more than `most`."""
    size = len(gains)
    variables = [Variable(f"{kind} {i}", 0, 1, 0) for kind in ("filed", "counts") for i in range(size)]
    rows = [Row(f"counts {i}", ((i, -1), (size + i, 1)), 0) for i in range(size)]
    rows.append(Row("one counts", tuple((size + i, 1) for i in range(size)), 1))
    paid = tuple((size + i, -gain) for i, gain in enumerate(gains))
    rows.append(Row("lost", (*paid, (2 * size, -1)), -sum(gains)))
    return LinearModel((*variables, Variable("lost", 0, most, -1)), tuple(rows))


def test_what_is_no_better_than_what_is_known_is_not_looked_for() -> None:
    """Against a total known from elsewhere: a better point is found and proven, else none is better."""
    for seed in range(200):
        model = random_model(seed)
        best = max((total(model, point) for point in solutions(model)), default=None)
        if best is None:
            continue
        better, none = optimum_of(model, least=best - 1), optimum_of(model, least=best)
        assert (better.status, better.total) == ("optimal", best), seed
        assert (none.values, none.bound <= best) == ((), True), seed
        assert evaluate(model, none.certificate) == none.bound, seed


def test_where_it_is_split_first_does_not_change_what_is_best() -> None:
    """Whatever is said to decide most, the total is the best one, and proven."""
    for seed in range(200):
        model, dice = random_model(seed), random.Random(seed)
        first = {j for j in range(len(model.variables)) if dice.random() < 0.5}
        best = max((total(model, point) for point in solutions(model)), default=None)
        found = optimum_of(model, first=first)
        if best is None:
            assert found.status == "infeasible", seed
        else:
            assert (found.status, found.total) == ("optimal", best), seed
            assert evaluate(model, found.certificate) == best, seed
