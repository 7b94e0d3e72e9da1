"""Planning anew since an earlier plan: what still stands, and the best plan with so many changes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.oracle.every import Made, every_set
from tests.oracle.facts import Row
from tests.oracle.generator import (
    as_json,
    random_portfolio,
    random_readings,
    whole_portfolio,
    whole_readings,
)

from subvent.diagnostics import InputError, PolicyError
from subvent.plan import plan_portfolio
from subvent.questions.replan import Replanned, replan
from subvent.report.json import plan_json
from subvent.report.json_alternatives import replan_json
from subvent.report.text_replan import replan_text

Filing = tuple[str, str, int]
GROUP = """\
unit: 万元
as_of: 2027-05-06
horizon: [2026, 2027]
companies: [{id: A, legal_person: true, operates_in_shenzhen: true, industry_code: "3922",
             good_standing: true}]
projects:
  - {id: P1, applicant: A, kinds: [smart], total_investment: 4000, audited_cost: 3000,
     filing_years: [2026, 2027], completed: true, in_shenzhen: true, filed_before_start: true}
  - {id: P2, applicant: A, kinds: [smart, equipment], total_investment: 3000, audited_cost: 2000,
     filing_years: [2026], completed: true, in_shenzhen: true, filed_before_start: true}
"""
"""P1 as smart 600, P2 as smart 400 in the other year."""
MORE = (
    GROUP.replace("[2026, 2027]", "[2027, 2028]").replace(
        "horizon: [2027, 2028]", "horizon: [2026, 2027, 2028]"
    )
    + """\
  - {id: P3, applicant: A, kinds: [smart], total_investment: 3000, audited_cost: 1000, filing_years: [2027],
     completed: true, in_shenzhen: true, filed_before_start: true}
"""
)
"""P1 may be filed in 2028 too; P3, 200, in 2027 alone."""


def earlier_plan(portfolio: Path, folder: Path, readings: dict[str, str] | None = None) -> Path:
    """The plan of a portfolio, saved."""
    path = folder / "earlier.json"
    path.write_text(plan_json(plan_portfolio(portfolio, readings=readings)), encoding="utf-8")
    return path


def saved(folder: Path, text: str, name: str = "group.yaml") -> Path:
    """A portfolio in a file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def distance(kept: frozenset[Filing], other: frozenset[Filing]) -> int:
    """Claims added and dropped; of one subject and benefit whichever are more, for the others are moved."""
    added = Counter(filing[:2] for filing in other - kept)
    dropped = Counter(filing[:2] for filing in kept - other)
    return sum(max(added[pair], dropped[pair]) for pair in added | dropped)


def filings(found: Replanned) -> frozenset[Filing]:
    """What still stands."""
    return frozenset((line.subject, line.benefit, line.year) for line in found.kept.claims)


def check(found: Replanned, sets: list[Made], context: object) -> None:
    """Kept claims and stages are those found by trying every lawful set."""
    before = {(line.subject, line.benefit, line.year) for line in found.earlier.claims}
    assert found.kept.total == max(one.total for one in sets if one.filings <= before), context
    kept = filings(found)
    totals = [stage.outline.total for stage in found.stages]
    assert totals == sorted(set(totals)), context
    assert totals[0] == found.kept.total, context
    assert totals[-1] == found.best_total == max(one.total for one in sets), context
    for count in range(found.stages[-1].changed + 1):
        right = max(one.total for one in sets if distance(kept, one.filings) <= count)
        stage = [stage for stage in found.stages if stage.changed <= count][-1]
        assert stage.outline.total == right, (context, count)
    assert found.proven, context
    lost = {(one.line.subject, one.line.benefit, one.line.year) for one in found.lost}
    assert lost == before - kept, context


@pytest.mark.parametrize("start", range(0, 24, 6))
def test_stages_are_the_best_plans_with_so_many_changes(start: int, tmp_path: Path) -> None:
    """Under other answers, or with a claim filed since, each stage is the best of all sets as near."""
    tried = 0
    for seed in range(start, start + 6):
        portfolio, answers = (
            (whole_portfolio(seed), whole_readings(seed))
            if seed % 2
            else (random_portfolio(seed), random_readings(seed))
        )
        path = saved(tmp_path, as_json(portfolio), f"{seed}.json")
        plan = earlier_plan(path, tmp_path, answers if seed % 3 else None)
        now: Row = dict(portfolio)
        claims = plan_portfolio(path, readings=answers).claims
        if seed % 3 and claims:
            held = claims[seed % len(claims)]
            entry = {"applicant": held.applicant, "subject": held.subject, "benefit": held.benefit}
            if all(
                (row["subject"], row["year"]) != (held.subject, held.year) for row in now.get("history", [])
            ):
                now["history"] = [*now.get("history", []), {**entry, "year": held.year, "status": "filed"}]
        sets = every_set(now, answers, 13)
        if sets is None:
            continue
        tried += 1
        path = saved(tmp_path, as_json(now), f"{seed}-now.json")
        check(replan(path, plan, readings=answers), sets, seed)
    assert tried


def test_nothing_changed_needs_no_change(tmp_path: Path) -> None:
    """The earlier plan is the best one, and stands as it is."""
    path = saved(tmp_path, GROUP)
    found = replan(path, earlier_plan(path, tmp_path))
    assert [stage.changed for stage in found.stages] == [0]
    assert (found.lost, found.revalued, found.notes) == ((), (), ())
    assert found.kept.claims == found.earlier.claims


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        ("total_investment: 4000", "total_investment: 900", "unmet"),
        ("total_investment: 4000, ", "", "unknown"),
        ("filing_years: [2026, 2027]", "filing_years: [2026]", "closed"),
        ("id: P1", "id: P7", "gone"),
        ("id: P1, applicant: A", "id: P1, applicant: B", "applicant"),
        ("kinds: [smart]", "kinds: [equipment]", "kind"),
        (
            "projects:",
            "history: [{applicant: A, subject: P1, benefit: smart, year: 2027, status: filed}]\nprojects:",
            "filed",
        ),
    ],
)
def test_what_does_not_stand_says_why(old: str, new: str, cause: str, tmp_path: Path) -> None:
    """Each way in which an earlier claim falls has its own reason, with the finding where there is one."""
    group = GROUP.replace("companies: [", "companies: [{id: B}, ")
    plan = earlier_plan(saved(tmp_path, group), tmp_path)
    found = replan(saved(tmp_path, group.replace(old, new), "now.yaml"), plan)
    assert [(one.line.subject, one.line.year, one.cause) for one in found.lost] == [("P1", 2027, cause)]
    assert bool(found.lost[0].findings) is (cause in {"unmet", "unknown", "closed"})


def test_what_history_says_of_a_claim_is_told_beside_it(tmp_path: Path) -> None:
    """Whoever plans anew sees what was granted, and that something was refused, beside what was planned."""
    plan = earlier_plan(saved(tmp_path, GROUP), tmp_path)
    filed = (
        "history: [{applicant: A, subject: P1, benefit: smart, year: 2027, status: granted, amount: 500},"
        " {applicant: A, subject: P2, benefit: smart, year: 2026, status: refused}]\nprojects:"
    )
    now = GROUP.replace("projects:", filed).replace("filing_years: [2026],", "filing_years: [2027],")
    found = replan(saved(tmp_path, now, "now.yaml"), plan)
    assert {one.line.subject: [(f.year, f.status, f.fen) for f in one.filings] for one in found.lost} == {
        "P1": [(2027, "granted", 500_000_000)],
        "P2": [(2026, "refused", None)],
    }
    data = json.loads(replan_json(found))
    assert {one["subject"]: one["history"] for one in data["lost"]} == {
        "P1": [{"year": 2027, "status": "granted", "amount_yuan": "5000000.00"}],
        "P2": [{"year": 2026, "status": "refused", "amount_yuan": None}],
    }
    text = replan_text(found)
    assert "- 历史：2027年已获批，500.00 万元" in text
    assert "- 历史：2026年未获批" in text


def test_claims_that_cannot_stand_together_any_more_leave_the_best_of_them(tmp_path: Path) -> None:
    """Each by itself may still be made; the limit that is against both is named."""
    plan = earlier_plan(saved(tmp_path, GROUP), tmp_path)
    written = json.loads(plan.read_text(encoding="utf-8"))
    for claim in written["claims"]:
        claim["year"] = 2026
    plan.write_text(json.dumps(written), encoding="utf-8")
    found = replan(saved(tmp_path, GROUP), plan)
    (lost,) = found.lost
    assert (lost.line.subject, lost.cause, lost.findings[0].kind) == ("P2", "together", "limit")
    assert [(stage.changed, stage.gain) for stage in found.stages] == [
        (0, 0),
        (1, 200_000_000),
        (2, 200_000_000),
    ]


def test_what_brings_nothing_any_more_does_not_stand(tmp_path: Path) -> None:
    """What was filed since has counted the cost that both projects share: a plan would not file the other."""
    answers = {"cost-overlap": "net"}
    plan = earlier_plan(saved(tmp_path, GROUP), tmp_path, answers)
    now = GROUP.replace("id: P2,", "id: P2, shared_cost: {P1: 2000},") + (
        "history: [{applicant: A, subject: P1, benefit: smart, year: 2027, status: granted, amount: 600}]\n"
    )
    found = replan(saved(tmp_path, now), plan)
    assert (found.kept.claims, found.best_total, found.stages[-1].outline.claims) == ({}, 0, {})
    assert [(one.line.subject, one.cause) for one in found.lost] == [("P2", "nothing"), ("P1", "filed")]
    assert "现在不带来金额" in replan_text(found)
    assert "现在没有可以申报的项目。" in replan_text(found)


def test_what_the_reading_warns_of_is_told_as_in_a_plan(tmp_path: Path) -> None:
    """A filing of what is not in the file, say, which may be a slip: text and JSON tell it with its place."""
    file = tmp_path / "group.yaml"
    file.write_text(GROUP, encoding="utf-8")
    since = earlier_plan(file, tmp_path)
    filed = "history: [{applicant: A, subject: P9, benefit: smart, year: 2025, status: refused}]\n"
    file.write_text(GROUP + filed, encoding="utf-8")
    found = replan(file, since)
    assert set(found.warnings) <= set(plan_portfolio(file).warnings)
    (note,) = (one for one in found.warnings if "P9" in one.text.en)
    assert note.place
    assert f"- {note.text.en} ({note.place.line}:{note.place.column})" in " ".join(
        replan_text(found, "en").split()
    )
    told = json.loads(replan_json(found))["warnings"]
    said = {"zh": note.text.zh, "en": note.text.en}
    assert {"code": note.code, "text": said, "place": str(note.place)} in told


def test_a_move_to_another_year_is_one_change(tmp_path: Path) -> None:
    """P1 has to make room in its year for a new project that has only this year: one added, one moved."""
    without = MORE.split("  - {id: P3")[0]
    plan = earlier_plan(saved(tmp_path, without), tmp_path)
    path = saved(tmp_path, MORE, "now.yaml")
    found = replan(path, plan)
    assert [(stage.changed, stage.gain) for stage in found.stages] == [(0, 0), (2, 200_000_000)]
    limited = replan(path, plan, most=1)
    assert [stage.changed for stage in limited.stages] == [0]
    assert not limited.reached


def test_what_still_stands_is_listed_with_what_became_of_it(tmp_path: Path) -> None:
    """What was refused may be filed again, and still stands: the refusal stands beside it."""
    plan = earlier_plan(saved(tmp_path, GROUP), tmp_path)
    now = GROUP + "history: [{applicant: A, subject: P2, benefit: smart, year: 2026, status: refused}]\n"
    found = replan(saved(tmp_path, now), plan)
    standing = replan_text(found).partition("仍成立的申报\n")[2].partition("\n\n")[0].splitlines()
    assert [line.split()[0] for line in standing] == ["400.00", "-", "600.00"]
    assert "2026年未获批" in standing[1]
    held = json.loads(replan_json(found))["kept"]["claims"]
    assert [[one["status"] for one in claim["history"]] for claim in held] == [["refused"], []]


def test_an_amount_that_is_another_now_is_told(tmp_path: Path) -> None:
    """The claim stands, and brings what it brings now."""
    plan = earlier_plan(saved(tmp_path, GROUP), tmp_path)
    found = replan(
        saved(tmp_path, GROUP.replace("audited_cost: 3000", "audited_cost: 2900"), "now.yaml"), plan
    )
    assert [(c.line.subject, c.before, c.after) for c in found.revalued] == [("P1", 600_000_000, 580_000_000)]
    assert found.kept.total == 980_000_000


def test_answers_and_packs_are_those_of_the_earlier_plan(tmp_path: Path) -> None:
    """Unless others are asked for, which is said, as is a pack that has changed."""
    path = saved(tmp_path, GROUP)
    plan = earlier_plan(path, tmp_path, {"smart-tiers": "refuse"})
    found = replan(path, plan)
    assert (found.notes, found.readings) == ((), {"smart-tiers": "refuse"})
    assert "解读取 smart-tiers=refuse，其余取默认。" in replan_text(found, width=200)
    assert replan(path, plan).best_total < replan(path, plan, readings={"smart-tiers": "flat"}).best_total
    (note,) = replan(path, plan, readings={"smart-tiers": "flat"}).notes
    assert note.code == "replan.reading"
    written = json.loads(plan.read_text(encoding="utf-8"))
    written["policies"][0]["sha256"] = "0" * 64
    written["readings"]["gone"] = "x"
    plan.write_text(json.dumps(written), encoding="utf-8")
    assert {note.code for note in replan(path, plan).notes} == {"replan.pack-changed", "replan.reading-gone"}
    used = tuple(pack["id"] for pack in written["policies"])
    written["policies"].append({**written["policies"][0], "id": "xy/gone"})
    plan.write_text(json.dumps(written), encoding="utf-8")
    assert "replan.pack-gone" in {note.code for note in replan(path, plan, policies=used).notes}


def test_everything_wrong_with_both_files_is_told_at_once(tmp_path: Path) -> None:
    """A broken plan, a broken portfolio and an answer that does not exist come in one report."""
    plan = saved(tmp_path, '{"status": ', "plan.json")
    path = saved(
        tmp_path, GROUP.replace("id: P2", "id: P1").replace("audited_cost: 3000", "audited_cost: much")
    )
    with pytest.raises(InputError) as refused:
        replan(path, plan, readings={"exclusivity": "never"})
    codes = {one.code for one in refused.value.diagnostics}
    assert {"plan-file.not-json", "plan.unknown-answer"} < codes
    assert len(codes) >= 4


def test_the_plan_of_another_portfolio_is_refused(tmp_path: Path) -> None:
    """None of its subjects is in the file, which would make every claim look lost."""
    plan = earlier_plan(saved(tmp_path, GROUP), tmp_path)
    other = GROUP.replace("id: P1", "id: Q1").replace("id: P2", "id: Q2")
    with pytest.raises(InputError) as refused:
        replan(saved(tmp_path, other, "other.yaml"), plan)
    assert [one.code for one in refused.value.diagnostics] == ["replan.other-portfolio"]


def _total(data: dict[str, Any]) -> None:
    data["total_yuan"] = data["bound_yuan"] = "99000000.00"


def _bound(data: dict[str, Any]) -> None:
    data["bound_yuan"] = "1.00"


def _twice(data: dict[str, Any]) -> None:
    data["claims"] *= 2


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (_total, {"replan.false-total"}),
        (_bound, {"replan.false-bound"}),
        (_twice, {"replan.false-total", "replan.claim-twice"}),
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(
    change: Callable[[dict[str, Any]], None], codes: set[str], tmp_path: Path
) -> None:
    """What the earlier plan was to bring is compared with its own claims before anything rests on it."""
    path = saved(tmp_path, GROUP)
    plan = earlier_plan(path, tmp_path)
    data = json.loads(plan.read_text(encoding="utf-8"))
    change(data)
    plan.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        replan(path, plan)
    assert {one.code for one in refused.value.diagnostics} == codes


def test_a_plan_of_which_nothing_stands_is_planned_anew(tmp_path: Path) -> None:
    """Every claim lost is a finding, not a search without a result; the best plan is all changes."""
    plan = earlier_plan(saved(tmp_path, GROUP), tmp_path)
    found = replan(saved(tmp_path, GROUP.replace("id: P1", "id: Q1").replace("[smart, e", "[e")), plan)
    assert {(one.line.subject, one.cause) for one in found.lost} == {("P1", "gone"), ("P2", "kind")}
    assert (found.kept.total, found.stages[0].outline.total) == (0, 0)
    assert found.reached


def test_a_search_cut_short_brings_no_less_than_what_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The claims that still stand are a lawful plan, whatever the search finds in its time."""
    path = saved(tmp_path, GROUP)
    plan = earlier_plan(path, tmp_path)
    little = SimpleNamespace(fen={}, whole=SimpleNamespace(bound=2_000_000_000))
    monkeypatch.setattr("subvent.questions.replan.choose", lambda *_: little)
    found = replan(path, plan)
    assert found.best_total == found.kept.total == 1_000_000_000
    assert not found.proven


def test_a_pack_of_the_users_own_has_to_be_named(tmp_path: Path) -> None:
    """The earlier plan used a pack that is not built in: the message tells how to give it."""
    path = saved(tmp_path, GROUP)
    plan = earlier_plan(path, tmp_path)
    written = json.loads(plan.read_text(encoding="utf-8"))
    written["policies"][0]["id"] = "my-city"
    plan.write_text(json.dumps(written), encoding="utf-8")
    with pytest.raises(PolicyError) as refused:
        replan(path, plan)
    assert {one.code for one in refused.value.diagnostics} == {"verify.no-pack"}
