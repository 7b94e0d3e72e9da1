"""`conflict` asks only what the claims have to do with: its answers are those about the whole file."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tests.conflict.test_cases import articles, ask, project

from subvent.diagnostics import InputError, ResourceError
from subvent.logic.session import InProcess
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.types import Portfolio
from subvent.questions import conflict as engine
from subvent.questions.conflict import Answer, conflict_rows

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from portfolios import instance

POLICIES = load_policies()


def read(coupling: str, folder: Path) -> Portfolio:
    """A synthetic portfolio of 40 projects."""
    path = folder / "group.json"
    path.write_text(json.dumps(instance(40, coupling).portfolio), encoding="utf-8")
    return read_portfolio(path, vocabulary_of(POLICIES))


def told(answer: Answer) -> Answer:
    """An answer without what differs between a part and the whole: whose totals and claims are told."""
    return replace(answer, words=None, together=None, whole=True)  # type: ignore[arg-type]


@pytest.mark.parametrize("coupling", ["none", "green-alone", "loans", "contacts", "fund"])
def test_the_part_answers_as_the_whole_does(coupling: str, tmp_path: Path) -> None:
    """Of every class of coupling, claims near and far: the same verdict, articles, loss and changes."""
    portfolio, readings = read(coupling, tmp_path), dict(instance(40, coupling).readings)
    kinds = {row.id: row.fields["kinds"] for row in portfolio.rows["projects"]}
    first, second, third = (f"{row}/{kinds[row][0]}" for row in ("P000003", "P000020", "P000031"))
    twice = [f"P000003/{kind}" for kind in kinds["P000003"][:2]]
    for claims in ((first, second), (first, second, third), (first, first), (*twice, third)):
        one, whole = (
            conflict_rows(portfolio, POLICIES, readings, claims, InProcess(), small=small)
            for small in (0, 1000)
        )
        assert whole.whole
        assert one.whole == (coupling in {"contacts", "fund"})
        assert told(one) == told(whole)
        assert (one.together is None) == (whole.together is None)
        if one.together and whole.together:
            assert (one.together.loss, one.together.changes) == (whole.together.loss, whole.together.changes)


def test_what_there_is_not_is_told_as_of_the_whole(tmp_path: Path) -> None:
    """Of a part too, the nearest row is looked for in all of the file, and every fault is told."""
    portfolio = read("none", tmp_path)
    with pytest.raises(InputError) as wrong:
        conflict_rows(portfolio, POLICIES, {}, ("P0000033/smart", "P000003/none"), InProcess(), small=0)
    assert [d.code for d in wrong.value.diagnostics] == ["why.no-such-subject", "why.no-such-benefit"]
    assert "P000033" in wrong.value.diagnostics[0].way_out.en


def test_claims_far_apart_cost_what_each_costs(tmp_path: Path) -> None:
    """Two that no limit joins can stand together; insisting on both costs the sum."""
    projects = (
        project("P", "smart, major")
        + project("Q", "smart, equipment")
        + project("R", "smart, equipment", applicant="B")
    )
    losses = []
    for claims in (("Q/equipment",), ("R/equipment",), ("Q/equipment", "R/equipment")):
        answer = ask(tmp_path, *claims, projects=projects)
        assert answer.together is not None
        losses.append(answer.together.loss)
    assert losses[0] + losses[1] == losses[2]


def test_one_claim_said_twice_is_one(tmp_path: Path) -> None:
    """The same claim again, by another of its names or without its year, changes nothing."""
    projects = project("P", "smart") + project("Q", "smart")
    answer = ask(tmp_path, "P/smart/2025", "A/P/smart/2025", "P/smart", projects=projects)
    assert answer.together is not None
    assert [one.year for one in answer.asked] == [2025, None]
    assert answer.together.loss == 0


def test_of_several_claims_only_those_that_clash_are_told(tmp_path: Path) -> None:
    """A third claim that nothing joins to the two that exclude each other is in no set and no limit."""
    projects = project("P", "smart") + project("Q", "smart") + project("R", "smart", applicant="B")
    answer = ask(tmp_path, "P/smart", "Q/smart", "R/smart", projects=projects)
    assert articles(answer) == [["三注2"]]
    ((limits,),) = [one.instances for one in answer.conflicts]
    assert [line.subject for line in limits[0].claims] == ["P", "Q"]


def test_a_claim_that_is_already_held_is_forbidden_by_what_was_filed(tmp_path: Path) -> None:
    """What was granted before cannot be claimed again, with or without other claims."""
    history = (
        "history:\n  - {applicant: A, subject: P, benefit: smart, year: 2025, status: granted, amount: 8}\n"
    )
    projects = project("P", "smart") + project("R", "smart", applicant="B")
    for claims in (("P/smart",), ("P/smart", "R/smart")):
        answer = ask(tmp_path, *claims, projects=projects, more=history)
        assert not answer.stand
        assert articles(answer) or answer.impossible


def test_the_cost_may_be_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """That claims can stand together stays told where the time ends before the best plan is found."""

    def late(*_: object) -> None:
        raise ResourceError

    monkeypatch.setattr(engine, "choose", late)
    answer = ask(tmp_path, "P/smart", projects=project("P", "smart"))
    assert answer.stand
    assert answer.together is None
    assert not answer.proven
