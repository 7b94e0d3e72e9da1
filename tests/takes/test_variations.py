"""Many changes of facts derived together: what follows under each, and how many are grounded at a time."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from subvent.logic.session import InProcess
from subvent.logic.worlds import World, Worlds
from subvent.optimise.search import Limits
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.text_reader import read_portfolio
from subvent.problem import resolve_readings
from subvent.questions.takes.measures import Changes, measures
from subvent.questions.takes.scope import Scope
from subvent.questions.takes.variations import Variations

PACKS = load_policies()
VOCABULARY = vocabulary_of(PACKS)


class Counting(InProcess):
    """Grounds in this process, and counts the worlds of each grounding."""

    def __init__(self) -> None:
        self.worlds: list[int] = []

    def derive_worlds(
        self, program: str, facts: Sequence[str], worlds: Sequence[World], keep: Collection[str] = ()
    ) -> Worlds:
        """As any grounder."""
        self.worlds.append(len(worlds))
        return super().derive_worlds(program, facts, worlds, keep)


def variations(
    folder: Path,
    energy: dict[str, int],
    grounder: InProcess,
    moving: tuple[str, str] = ("companies", "energy_tce"),
    **rows: Any,
) -> Variations:
    """A company with a green project: its energy consumption may change, or what `moving` names."""
    company = {"id": "A", "city": "深圳", "industry_code": "3922", "energy_tce": energy}
    project: dict[str, Any] = {"id": "P", "applicant": "A", "kinds": ["green"], "filing_years": [2025]}
    stated = {"unit": "万元", "as_of": "2025-05-06", "horizon": [2025], "companies": [company]}
    path = folder / "group.json"
    path.write_text(json.dumps(stated | {"projects": [project]} | rows), encoding="utf-8")
    portfolio = read_portfolio(path, VOCABULARY)
    found = Variations(PACKS, Scope(portfolio), resolve_readings(PACKS, {}), grounder, Limits())
    (row,) = portfolio.rows[moving[0]]
    field = next(one for one in VOCABULARY.spec(moving[0]).fields if one.name == moving[1])
    found.measure(measures(row, field, portfolio, VOCABULARY))
    return found


def test_what_follows_under_each_of_many_changes_is_what_follows_under_it_alone(tmp_path: Path) -> None:
    """Every atom that is read is the same, though few groundings serve all, and each makes few mixtures."""
    grounder = Counting()
    found = variations(tmp_path, {"2022": 900, "2023": 1000, "2024": 1100}, grounder)
    scales = list(found.measures.values())
    sets: list[Changes] = [frozenset({(one.key, 10**9 * n)}) for one in scales for n in range(1, 6)]
    sets += [frozenset((one.key, 10**9 * n) for one in scales) for n in range(1, 6)]
    together = [world.atoms for world in found.derive(sets)]
    assert len(grounder.worlds) < len(sets) / 3
    assert together == [found.derive([one])[0].atoms for one in sets]


def test_a_change_of_every_year_counts_for_each_of_them(tmp_path: Path) -> None:
    """Values that one measure gives to all years mix with each other: only three are ground at once."""
    grounder = Counting()
    found = variations(tmp_path, {}, grounder)
    (every,) = found.measures.values()
    assert len(every.years) > 2
    found.derive([frozenset({(every.key, 10**9 * n)}) for n in range(1, 10)])
    now, *changed = grounder.worlds
    assert (now, changed) == (1, [3, 3, 3])


def test_where_sums_over_years_are_compared_few_are_ground_at_once(tmp_path: Path) -> None:
    """Of a loan's interest the best years count: what every year may come to is ground by itself."""
    loan = {"id": "L", "borrower": "A", "kind": "loan", "interest_paid": {"2024": 200}}
    grounder = Counting()
    found = variations(tmp_path, {}, grounder, ("loans", "interest_paid"), loans=[loan])
    scales = list(found.measures.values())
    sets: list[Changes] = [frozenset({(one.key, 10**9 * n)}) for one in scales for n in range(1, 4)]
    together = [world.atoms for world in found.derive(sets)]
    assert sorted(grounder.worlds) == [1, 1, 1, 1, 3]
    assert together == [found.derive([one])[0].atoms for one in sets]
