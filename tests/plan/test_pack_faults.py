"""A pack of one's own that lint rejects makes no plan: a misspelt word would lose a rule in silence."""

import shutil
from pathlib import Path

import pytest
from tests.packs import changed_pack

from subvent.diagnostics import PolicyError
from subvent.plan import plan_portfolio
from subvent.policy.lint import lint
from subvent.policy.loader import load_policies

CITIES = Path(__file__).parents[1] / "cities"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("solar_kw", "solar_kv"), ("\nrate(", "\nratee("), ("\ncap(", "\ncapp("), ("requires(", "require(")],
)
def test_a_misspelt_word_is_refused_with_its_place(right: str, wrong: str, tmp_path: Path) -> None:
    """The plan is refused, and the file and line of the word are named."""
    pack = changed_pack(tmp_path / "city", CITIES / "linhai", right, wrong)
    with pytest.raises(PolicyError) as caught:
        plan_portfolio(CITIES / "group.yaml", policies=(str(pack),))
    assert all(fault.place is not None for fault in caught.value.diagnostics)


def test_a_register_that_is_not_finished_bars_no_plan(tmp_path: Path) -> None:
    """Nothing that is planned rests on the register: what it lacks is found by lint and coverage."""
    pack = tmp_path / "city"
    shutil.copytree(CITIES / "linhai", pack)
    (pack / "register.toml").write_text('numbers = ["1"]\n', encoding="utf-8")
    plan = plan_portfolio(CITIES / "group.yaml", policies=(str(pack),), time_limit=None)
    assert plan.claims
    assert "policy.number-without-item" in {found.code for found in lint(load_policies([str(pack)]))}
