"""The same portfolio gives the same plan, in whatever order and form it is written."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from tests.oracle.generator import as_json, random_portfolio

from subvent.plan import plan_portfolio
from subvent.report.json import plan_json


def shuffled(value: Any, dice: random.Random) -> Any:
    """The data with its rows, keys and lists of kinds in another order."""
    if isinstance(value, dict):
        keys = list(value)
        dice.shuffle(keys)
        return {key: shuffled(value[key], dice) for key in keys}
    if isinstance(value, list):
        items = [shuffled(item, dice) for item in value]
        dice.shuffle(items)
        return items
    return value


def comparable(path: Path) -> str:
    """The plan's JSON without what may differ from run to run."""
    data = json.loads(plan_json(plan_portfolio(path)))
    del data["run"], data["certificate"]
    return json.dumps(data, ensure_ascii=False)


@pytest.mark.parametrize("seed", [3, 5, 8, 13, 21])
def test_the_order_of_the_input_changes_nothing(seed: int, tmp_path: Path) -> None:
    """Rows, keys and lists in another order give the same plan, to the byte."""
    path = tmp_path / "group.json"
    portfolio = random_portfolio(seed)
    path.write_text(as_json(portfolio), encoding="utf-8")
    first = comparable(path)
    path.write_text(as_json(shuffled(portfolio, random.Random(seed))), encoding="utf-8")
    assert comparable(path) == first
