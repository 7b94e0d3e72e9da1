"""What insisting on an outbid claim changes: the best lawful plan that holds it, claim by claim."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from tests.conflict.test_random import PACKS, posed

from subvent.diagnostics import Language, Text
from subvent.explain.insisted import Insisted, Moved, insisted_data, insisted_lines
from subvent.explain.layout import width
from subvent.explain.why import Questions
from subvent.logic.session import InProcess
from subvent.logic.terms import text
from subvent.optimise import losses
from subvent.optimise.search import Limits
from subvent.plan import Solved, plan_portfolio, solve_portfolio, solve_rows
from subvent.policy.loader import vocabulary_of
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.types import Portfolio
from subvent.problem import violated
from subvent.questions import insist
from subvent.questions.about import part_about
from subvent.questions.insist import insisted, questions_about
from subvent.result import Unclaimed

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from portfolios import instance

EXAMPLE = Path(__file__).parents[2] / "examples" / "manufacturing-group.xlsx"
ASKED = ("DC-03", "smart")
WAN = 1_000_000
"""Fen in 万元."""


def outbid(solved: Solved) -> list[Unclaimed]:
    """What something else brings more than, of which the loss is known."""
    return [entry for entry in solved.plan.not_claimed if entry.loss_fen is not None]


@pytest.fixture(scope="module")
def questions() -> Questions:
    """What is told of the battery factory's project."""
    return questions_about(EXAMPLE, *ASKED)


def test_the_battery_factory_as_smart_renovation(questions: Questions) -> None:
    """DC-03 brings 10% of 51,000 as major; as smart the cap of 5,000, and DC-04 has to wait a year for it."""
    found = (questions.insisted or {})[ASKED]
    moved = {one.id: (one.before, one.after) for one in found.changes}
    assert moved == {
        "电池/DC-03/major/2025": (5_100 * WAN, None),
        "电池/DC-03/smart/2025": (None, 5_000 * WAN),
        "电池/DC-04/smart/2025": (2_160 * WAN, None),
        "电池/DC-04/smart/2026": (None, 2_160 * WAN),
    }
    assert found.loss == 100 * WAN
    assert found.total == questions.plan.total_fen - 100 * WAN
    assert found.proven


def test_a_question_finds_the_loss_that_the_plan_had_no_time_for(
    questions: Questions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing is left for the losses of many, the plan tells none; asked about one, it is the same."""
    (known,) = questions.why(*ASKED).not_claimed
    monkeypatch.setattr(losses, "_NODES", 0)
    monkeypatch.setattr(losses, "_WORK", 0)
    (unknown,) = Questions(plan_portfolio(EXAMPLE)).why(*ASKED).not_claimed
    assert (unknown.loss_fen, unknown.possible) == (None, None)
    anew = questions_about(EXAMPLE, *ASKED)
    (found,) = anew.why(*ASKED).not_claimed
    assert (found.loss_fen, found.possible) == (known.loss_fen, True) == (100 * WAN, True)
    assert "坚持申报它，合计会少 100万元" in anew.text(*ASKED)


def test_a_workbook_has_the_losses_that_the_plan_had_no_time_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each entry that is insisted on and proven, the same as where the plan has time."""
    known = {(one.subject, one.benefit): one.loss_fen for one in outbid(solve_portfolio(EXAMPLE))}
    monkeypatch.setattr(losses, "_NODES", 0)
    monkeypatch.setattr(losses, "_WORK", 0)
    monkeypatch.setattr(insist, "_SECONDS", None)
    solved = solve_portfolio(EXAMPLE)
    told = insist.told_of(solved)
    found = insist.with_losses(solved.plan, told).not_claimed
    filled = {(one.subject, one.benefit): one.loss_fen for one in found if one.loss_fen is not None}
    assert len(filled) > len(outbid(solved))
    assert filled.items() <= known.items()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_text_and_json_tell_total_and_changes(questions: Questions, language: Language) -> None:
    """The total with it, and what comes and goes; the same in JSON, in yuan."""
    text = " ".join(questions.text(*ASKED, language=language).split())
    assert {
        "zh": "坚持申报它，合计会少 100万元 含它的最优方案合计 32,468.275万元，与最优方案相比：",
        "en": "insisting on it would cost 100万元 The best plan that holds it comes to 32,468.275万元; "
        "against the best plan:",
    }[language] in text
    assert "− 5,100.00 " in text
    assert "+ 2,160.00 " in text
    (entry,) = json.loads(questions.json(*ASKED))["not_claimed"]
    assert entry["if_insisted"]["total_yuan"] == "324682750.00"
    assert entry["if_insisted"]["loss_yuan"] == entry["loss_yuan"] == "1000000.00"
    changes = {change["id"]: change for change in entry["if_insisted"]["changes"]}
    assert changes["电池/DC-03/smart/2025"] == {
        "id": "电池/DC-03/smart/2025", "before_yuan": None, "after_yuan": "50000000.00", "forced_by": [],
    }  # fmt: skip
    forced = [one["citations"][0]["article"] for one in changes["电池/DC-04/smart/2025"]["forced_by"]]
    assert forced == ["附b", "三注2"]
    assert {
        "zh": "因：企业 电池 在2025年“智能化改造”类只申报一个项目 [2]",
        "en": "because company 电池 files one project of smart renovation in 2025 [2]",
    }[language] in text


@pytest.mark.parametrize("seed", range(840_000, 840_012))
def test_the_changes_make_a_lawful_plan_with_the_claim(seed: int, tmp_path: Path) -> None:
    """They give lawful claims that hold it, for the loss that is told; what is forced out is not lawful."""
    posing = posed(seed, tmp_path)
    solved = solve_rows(posing.portfolio, PACKS, posing.readings, InProcess())
    names = {benefit.constant: benefit.name for benefit in PACKS.benefits}
    atoms = {f"{a}/{s}/{names[b[0]]}/{y}": claim for claim in posing.candidates for _, a, s, b, y in [claim]}
    entries = outbid(solved)
    told = insisted(solved.problem, solved.chosen, entries, Limits())
    assert len(told) == len(entries)
    caps = {text(atom[1]) for arity in (2, 3) for atom in solved.problem.of("draws", arity)}
    for entry in entries:
        found = told[entry.subject, entry.benefit]
        claims = {claim.id: claim.fen for claim in solved.plan.claims}
        for one in found.changes:
            assert claims.pop(one.id, None) == one.before
            if one.after is not None:
                claims[one.id] = one.after
        held = [atoms[one] for one in claims]
        assert any(claim[2] == entry.subject and names[claim[3][0]] == entry.benefit for claim in held)
        assert not violated(posing, held, InProcess())
        for one in found.changes:
            if one.after is None and {force.name for force in one.forced} - caps:
                assert violated(posing, [*held, atoms[one.id]], InProcess())
        assert found.total == sum(claims.values())
        assert found.loss == entry.loss_fen == -sum(one.gain for one in found.changes)
        assert found.proven


def test_a_part_changes_as_the_whole_does(tmp_path: Path) -> None:
    """Of the rows that a question is about the changes are those of the whole; the total is left out."""
    path = tmp_path / "group.json"
    path.write_text(json.dumps(instance(40).portfolio), encoding="utf-8")
    portfolio = read_portfolio(path, vocabulary_of(PACKS))
    whole = _solved(portfolio)
    everything = insisted(whole.problem, whole.chosen, outbid(whole), Limits())
    assert everything
    subject, benefit = next(iter(everything))
    part = _solved(part_about(portfolio, PACKS, {}, subject, InProcess(), small=0))
    entries = [entry for entry in outbid(part) if (entry.subject, entry.benefit) == (subject, benefit)]
    (found,) = insisted(part.problem, part.chosen, entries, Limits(), whole=False).values()
    assert found == everything[subject, benefit]._replace(total=None)


def _solved(portfolio: Portfolio) -> Solved:
    return solve_rows(portfolio, PACKS, {}, InProcess())


def test_of_too_many_entries_it_is_said_that_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loss still stands, without the changes; the answer says how to know: one by one, or longer."""
    monkeypatch.setattr(insist, "MOST", 0)
    questions = questions_about(EXAMPLE, "电池")
    said: tuple[tuple[Language, str, str], ...] = (
        ("zh", "项没有列出坚持申报时的变化：写明项目和类别，逐项再问", "放宽 --time-limit 再问"),
        (
            "en",
            "entries it is not told what insisting on them changes: ask about one subject and benefit",
            "raise --time-limit and ask again",
        ),
    )
    for language, of_several, of_one in said:
        assert of_several in " ".join(questions.text("电池", language=language).split())
        assert of_one in " ".join(questions.text(*ASKED, language=language).split())
    (entry,) = json.loads(questions.json(*ASKED))["not_claimed"]
    assert entry["loss_yuan"] == "1000000.00"
    assert entry["if_insisted"] is None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_not_proven_is_said_to_be_so(language: Language) -> None:
    """A plan that the time did not suffice for is shown as such, without a loss in JSON; lines fit."""
    said = Text("星河 · P · 智能化改造 · 2025", "Galaxy · P · smart renovation · 2025")
    found = Insisted(None, 5 * WAN, (Moved("A/P/smart/2025", said, 7 * WAN, 2 * WAN),), proven=False)
    lines = list(insisted_lines(found, language, 60))
    shown = " ".join(" ".join(lines).split())
    assert {
        "zh": "含它的最优方案与最优方案相比（未能在时限内证明）：",
        "en": "The best plan that holds it, against the best plan (not proven in the time given):",
    }[language] in shown
    assert "~ 7.00 → 2.00" in shown
    assert max(map(width, lines)) <= 60
    data = insisted_data(found)
    assert data
    assert data["total_yuan"] is data["loss_yuan"] is None
