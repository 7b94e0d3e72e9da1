"""Prices in an invented city, whose rules the engine has never seen: by trying every set of claims."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations
from pathlib import Path

import pytest

from subvent.logic.session import InProcess
from subvent.logic.terms import Atom
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.text_reader import read_portfolio
from subvent.problem import pose
from subvent.questions.price import Prices, price_rows

CITY = Path(__file__).resolve().parents[1] / "cities"
PACKS = load_policies((str(CITY / "linhai"),))
GROUP = read_portfolio(CITY / "group.yaml", vocabulary_of(PACKS))
FEN = 1_000_000
"""Fen in 万元."""


@pytest.fixture(scope="module")
def found() -> Prices:
    """The prices of every provision of the city for its group."""
    return price_rows(GROUP, PACKS, {}, InProcess())


def price(found: Prices, article: str, kind: str, name: str) -> int | None:
    """One price in fen."""
    (one,) = [p for p in found.prices if (p.article, p.kind, p.name) == (article, kind, name)]
    return one.fen


def best(claims: Sequence[tuple[Atom, int]], waived: Collection[str]) -> int:
    """The most that claims of one company bring under the city's limits, by trying every set of them."""
    buildings = {row.id: row.fields.get("building") for row in GROUP.rows["projects"]}

    def lawful(chosen: Sequence[Atom]) -> bool:
        return not set(broken(chosen)) - set(waived)

    def broken(chosen: Sequence[Atom]) -> Iterator[str]:
        for one, other in combinations(chosen, 2):
            if one[2] == other[2]:
                yield "once"
            kinds = {one[3][0], other[3][0]}
            if kinds == {"solar", "workshop"} and buildings[one[2]] == buildings[other[2]] is not None:
                yield "same_roof"
        years = [claim[4] for claim in chosen]
        if any(years.count(year) > 2 for year in years):
            yield "two_a_year"

    sets = (chosen for n in range(len(claims) + 1) for chosen in combinations(claims, n))
    return max(sum(fen for _, fen in chosen) for chosen in sets if lawful([claim for claim, _ in chosen]))


def total(waived: Collection[str] = ()) -> int:
    """The most that the group's claims bring."""
    problem = pose(PACKS, vocabulary_of(PACKS), GROUP, {}, InProcess())
    applicants = {claim[1] for claim in problem.candidates}
    return sum(
        best([(c, problem.worth[c]) for c in problem.candidates if c[1] == applicant], waived)
        for applicant in applicants
    )


@pytest.mark.parametrize("limit", ["two_a_year", "once", "same_roof"])
def test_limits_cost_what_trying_every_set_shows(limit: str, found: Prices) -> None:
    """The optimum without the limit, less the optimum with it, over all sets of claims."""
    assert found.total_fen == total()
    assert price(found, "5", "limit", limit) == total({limit}) - total()


def test_a_cap_within_an_amount_is_a_cap() -> None:
    """S2 has 2,500 kW at 0.03 and is capped at 60: 15 more without; the caps of articles 3 and 4 likewise."""
    found = price_rows(GROUP, PACKS, {}, InProcess())
    assert price(found, "2", "cap", "solar") == 15 * FEN
    assert price(found, "3", "cap", "workshop") == 20 * FEN
    assert price(found, "4", "cap", "course") == 25 * FEN // 10


def test_conditions_and_thresholds_are_priced_where_they_are_asked(found: Prices) -> None:
    """The age that 乙 lacks costs it 28.5; W2's 23 × 25 % fail the threshold."""
    assert price(found, "1", "condition", "settled") == 285 * FEN // 10
    assert price(found, "3", "threshold", "workshop") == 575 * FEN // 100
    (age,) = [p for p in found.told if p.name == "settled"]
    assert [share.key for share in age.by_company] == ["乙"]


def test_every_provision_has_its_words_and_its_phrase(found: Prices) -> None:
    """In the words of the pack, quoted from the block of the rule; the best phrase comes first."""
    (roof,) = [p for p in found.prices if p.name == "same_roof"]
    assert roof.label.zh == "厂房…的光伏与数字工坊只选其一"
    assert roof.label.en == "building … takes solar or a workshop"
    assert roof.phrases[0] == "同一厂房的屋顶光伏与数字工坊只能选择其一"
    (cap,) = [p for p in found.prices if (p.kind, p.name) == ("cap", "solar")]
    assert (cap.label.zh, cap.phrases[0]) == ("“屋顶光伏”的上限", "单个项目补助上限为60万元")
    assert all(p.phrases and p.rules and p.document for p in found.prices)
