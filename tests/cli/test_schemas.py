"""What `why`, `facts` and `compare` print for programs is as `subvent schema` says, on our examples."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.commands import ran
from tests.schemas import faults

from subvent.document.answers import ANSWERS, answer_schema
from subvent.explain.why import Questions
from subvent.plan import plan_portfolio

GROUP, OTHER = (f"examples/{name}-group.yaml" for name in ("manufacturing", "traditional"))
NOW = "examples/manufacturing-group.xlsx"


@cache
def schema(name: str) -> dict[str, Any]:
    """The schema of what a command prints."""
    return answer_schema(name)


def conforms(name: str, text: str) -> Any:
    """What a command printed, which its schema and the models that it is made of take."""
    data = json.loads(text)
    assert list(faults(data, schema(name), schema(name))) == []
    ANSWERS[name].validate_json(text)
    return data


@pytest.mark.parametrize(
    ("arguments", "has"),
    [
        # Claimed, outbid, asked for another year, interest, an honour, and what stands beside the total.
        (("why", NOW, "TX-05"), "claims"),
        (("why", NOW, "TX-04", "equipment"), "not_claimed"),
        (("why", NOW, "TX-04", "2027"), "steps"),
        (("why", GROUP, "DK-01"), "steps"),
        (("why", GROUP, "RY-03"), "steps"),
        (("why", GROUP, "SB-01"), "beside"),
        (("why", GROUP, "TX-04", "equipment", "--takes"), "answers"),
        (("why", OTHER, "FZ-01", "--takes"), "rates"),
        (("facts", GROUP), "facts"),
        (("facts", OTHER), "inputs"),
        (("compare", GROUP, OTHER), "versions"),
        (("compare", GROUP, "--against", "exclusivity=one-ever"), "versions"),
        (("compare", GROUP, "--readings"), "questions"),
        (("compare", OTHER, "--readings"), "base"),
    ],
    ids=lambda given: given if isinstance(given, str) else " ".join(given),
)
def test_what_a_command_prints_is_as_its_schema_says(
    arguments: tuple[str, ...], has: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """It is valid, and nothing that the case is there for is empty."""
    assert ran(*arguments, "--format", "json") == 0
    assert conforms(arguments[0], capfd.readouterr().out)[has]


def test_every_answer_about_the_examples_is_as_the_schema_says() -> None:
    """Of each row of both groups, whatever became of it."""
    for path in (GROUP, OTHER):
        plan = plan_portfolio(Path(path), ())
        asked = Questions(plan)
        subjects = {one.subject for one in (*plan.claims, *plan.not_claimed)}
        for subject in sorted(subjects):
            conforms("why", asked.json(subject))


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_the_command_prints_the_schema(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Every object in it is closed: what is not described is not printed."""
    assert ran("schema", name) == 0
    told = json.loads(capfd.readouterr().out)
    assert told == schema(name)
    objects = [one for one in told["$defs"].values() if one.get("type") == "object"]
    assert {one["additionalProperties"] for one in objects} == {False}


def test_what_is_none_of_it_is_refused_by_the_schema() -> None:
    """A key too few, one too many, an amount that is a number."""
    for name, data in (
        ("facts", {}),
        ("why", {"claims": [], "more": 1}),
        ("compare", {"versions": [{"total_yuan": 1}]}),
    ):
        assert list(faults(data, schema(name), schema(name)))
