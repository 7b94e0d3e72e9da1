"""Why not both, article by article, on portfolios made by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from subvent.diagnostics import InputError
from subvent.questions.conflict import Answer, conflict_portfolio

FEN = 1_000_000
HEAD = """\
unit: 万元
as_of: 2025-05-06
horizon: [2025, 2026]
"""
COMPANY = """\
  - {id: ID, legal_person: true, operates_in_shenzhen: true, industry_code: "3922", established: 2015-01-01,
     good_standing: true, energy_tce: {2022: 5000, 2023: 5000, 2024: 5000}}
"""
PROJECT = """\
  - {id: ID, applicant: A, kinds: [KINDS], total_investment: 5000, audited_cost: 4000, filing_years: [YEARS],
     completed: true, in_shenzhen: true, filed_before_start: true, soft_cost: 0MORE}
"""
GREEN = (
    ", green_track: energy, energy_saving_tce: 500, carbon_reduction_t: 900, benchmark_energy: true,"
    " start: 2022-03-01, end: 2023-12-01, stable_since: 2023-12-02, construction_investment: 3000,"
    " rd_cost: 500, restricted_industry: false, government_invested: false"
)


def project(name: str, kinds: str, years: str = "2025", more: str = "", applicant: str = "A") -> str:
    """One project as a line of the file."""
    line = PROJECT.replace("ID", name).replace("KINDS", kinds).replace("YEARS", years).replace("MORE", more)
    return line.replace("applicant: A", f"applicant: {applicant}")


def ask(
    folder: Path,
    *claims: str,
    projects: str,
    readings: dict[str, str] | None = None,
    more: str = "",
    head: str = "",
) -> Answer:
    """The answer on a file with the companies A and B and these projects."""
    path = folder / "group.yaml"
    companies = "companies:\n" + COMPANY.replace("ID", "A") + COMPANY.replace("ID", "B")
    path.write_text(HEAD + head + companies + "projects:\n" + projects + more, encoding="utf-8")
    return conflict_portfolio(path, claims, readings=readings)


def articles(answer: Answer) -> list[list[str]]:
    """The articles of each conflict."""
    assert answer.proven
    return [[part.cause.article for part in one.parts] for one in answer.conflicts]


def test_two_categories_of_one_project(tmp_path: Path) -> None:
    """附则: one of the seven; the instance names the project and both claims, the phrase is the law's."""
    answer = ask(tmp_path, "P/smart", "P/equipment", projects=project("P", "smart, equipment"))
    assert articles(answer) == [["附b"]]
    ((limits,),) = [one.instances for one in answer.conflicts]
    assert [limit.name for limit in limits] == ['one_category("P")']
    assert limits[0].most == 1
    assert [line.id for line in limits[0].claims] == ["A/P/smart/2025", "A/P/equipment/2025"]
    cause = answer.conflicts[0].parts[0].cause
    assert "企业可以根据项目实际情况选择其中一类进行享受，不可叠加申请" in cause.phrases
    assert {line.id for line in answer.conflicts[0].parts[0].witness} == {
        "A/P/smart/2025",
        "A/P/equipment/2025",
    }


def test_two_projects_of_one_category_in_a_year(tmp_path: Path) -> None:
    """三注2: not in the same year, but one each year; without years they can stand together."""
    projects = project("P", "smart", "2025, 2026") + project("Q", "smart", "2025, 2026")
    assert articles(ask(tmp_path, "P/smart/2025", "Q/smart/2025", projects=projects)) == [["三注2"]]
    apart = ask(tmp_path, "P/smart", "Q/smart", projects=projects)
    assert apart.together is not None
    assert apart.together.loss == 0


def test_a_claim_that_is_less_than_the_best_costs_the_difference(tmp_path: Path) -> None:
    """P brings 800 as smart renovation in either year; Q stays out of 2025, and P goes for it to 2026."""
    projects = project("P", "smart", "2025") + project("Q", "smart", "2025").replace("4000", "3000")
    answer = ask(tmp_path, "Q/smart", projects=projects)
    assert answer.together is not None
    assert answer.together.best.total == 800 * FEN
    assert answer.together.held.total == 600 * FEN
    assert answer.together.loss == 200 * FEN
    assert [(c.line.subject, c.before, c.after) for c in answer.together.changes] == [
        ("P", 800 * FEN, None),
        ("Q", None, 600 * FEN),
    ]


def test_two_years_of_one_claim_are_forbidden_by_either_article(tmp_path: Path) -> None:
    """附则 allows one claim a project; that is the only article which forbids it."""
    answer = ask(tmp_path, "P/smart/2025", "P/smart/2026", projects=project("P", "smart", "2025, 2026"))
    assert articles(answer) == [["附b"]]


@pytest.mark.parametrize("reading", ["green-alone", "green-after-others"])
def test_green_beside_another_category(reading: str, tmp_path: Path) -> None:
    """三注3: the two sides of the conflict are told apart."""
    projects = project("G", "green", more=GREEN) + project("P", "smart")
    claims = ("G/green/2025", "P/smart/2025")
    answer = ask(tmp_path, *claims, projects=projects, readings={"exclusivity": reading})
    assert not answer.impossible
    if not answer.together:
        assert articles(answer) == [["三注3"]]
        limit = answer.conflicts[0].instances[0][0]
        assert sorted(line.subject for side in limit.sides for line in side) == ["G", "P"]
    else:
        assert reading == "green-after-others"


def test_a_cost_that_stands_in_both(tmp_path: Path) -> None:
    """基6: under `exclude` the two exclude each other, under `net` they do not."""
    projects = project("P", "smart", more=", shared_cost: {Q: 1000}") + project("Q", "equipment")
    claims = ("P/smart", "Q/equipment")
    readings = {"cost-overlap": "exclude"}
    assert articles(ask(tmp_path, *claims, projects=projects, readings=readings)) == [["基6"]]
    assert ask(tmp_path, *claims, projects=projects, readings={"cost-overlap": "net"}).together


def test_what_was_filed_before_lies_outside_the_question(tmp_path: Path) -> None:
    """A held claim takes the place of the year: told as such, with its article."""
    history = (
        "history:\n  - {applicant: A, subject: Q, benefit: smart, year: 2025, status: granted, amount: 800}\n"
    )
    projects = project("P", "smart") + project("Q", "smart", "2026")
    answer = ask(tmp_path, "P/smart/2025", projects=projects, more=history)
    assert articles(answer) == [["三注2"]]
    limit = answer.conflicts[0].instances[0][0]
    assert [line.id for line in limit.held] == ["A/Q/smart/2025"]
    assert [line.id for line in limit.claims] == ["A/P/smart/2025"]


def test_a_claim_that_was_filed_already_is_impossible(tmp_path: Path) -> None:
    """No article, but the history: it is not planned again."""
    history = "history:\n  - {applicant: A, subject: P, benefit: smart, year: 2025, status: filed}\n"
    answer = ask(tmp_path, "P/smart/2025", projects=project("P", "smart"), more=history)
    assert [one.reason for one in answer.impossible] == ["closed"]
    assert any(finding.kind == "barred" for finding in answer.impossible[0].findings)
    assert not answer.conflicts


def test_contacts_are_a_setting(tmp_path: Path) -> None:
    """十五(二): one contact a year, two applicants; the measure comes from the portfolio."""
    projects = project("P", "smart") + project("Q", "smart", applicant="B")
    answer = ask(
        tmp_path,
        "P/smart/2025",
        "Q/smart/2025",
        projects=projects,
        head="contacts: {2025: 1}\n",
        readings={"contact": "hard"},
    )
    assert articles(answer) == [["十五(二)"]]
    limit = answer.conflicts[0].instances[0][0]
    assert limit.most == 1
    assert [label.en for label in limit.settings]
    assert len(limit.claims) == 2


def test_interest_that_needs_a_claim_on_its_project(tmp_path: Path) -> None:
    """12a with 附则: the loan's project must be claimed, and its only claim excludes what is asked."""
    loans = (
        "loans:\n  - {id: L, borrower: A, kind: loan, projects: [Q], dedicated_product: true,"
        " filing_years: [2025], interest_paid: {2024: 100}}\n"
    )
    projects = project("P", "smart") + project("Q", "smart")
    readings = {"interest-project": "claimed"}
    claims = ("L/interest/2025", "P/smart/2025")
    answer = ask(tmp_path, *claims, projects=projects, more=loans, readings=readings)
    assert articles(answer) == [["12a", "三注2"]] or articles(answer) == [["三注2", "12a"]]
    for part in answer.conflicts[0].parts:
        assert {"L", "P"} <= {line.subject for line in part.witness}
    assert ask(tmp_path, *claims, projects=projects, more=loans).together


def test_what_nobody_can_file_is_told_with_its_shortfall(tmp_path: Path) -> None:
    """A threshold that is missed, a year that is not stated, beside claims that can stand together."""
    projects = (
        project("P", "smart").replace("5000", "900") + project("Q", "equipment") + project("R", "major")
    )
    answer = ask(
        tmp_path, "P/smart", "Q/equipment/2026", "Q/equipment", "Q/equipment/2025", projects=projects
    )
    assert [(one.asked.id, one.reason) for one in answer.impossible] == [
        ("A/P/smart", "unmet"),
        ("A/Q/equipment/2026", "closed"),
    ]
    assert answer.impossible[0].findings[0].shortfall is not None
    assert answer.impossible[0].findings[0].citations[0].article == "3"
    assert "2026" in answer.impossible[1].findings[0].text.en
    assert answer.together is None
    assert not answer.conflicts
    assert answer.proven


def test_names_and_ids_of_plans_are_understood(tmp_path: Path) -> None:
    """By id, by the id of a plan's line, by the benefit's label in either language."""
    projects = project("P", "smart", "2025, 2026")
    said = ("P/smart", "A/P/smart", "P/智能化改造", "P/smart/2025", "A/P/smart/2025")
    answer = ask(tmp_path, *said, projects=projects)
    assert [one.id for one in answer.asked] == ["A/P/smart", "A/P/smart/2025"]


def test_a_name_of_several_rows_is_none_of_them(tmp_path: Path) -> None:
    """Where two projects are called alike, which is meant is asked, not guessed; their ids tell it."""
    projects = "\n".join(
        project(name, "smart").replace(f"id: {name}", f"id: {name}, name: {called}")
        for name, called in (("P", "二期"), ("Q", "二期"), ("R", "三期"))
    )
    with pytest.raises(InputError) as caught:
        ask(tmp_path, "二期/smart", "Q/smart", projects=projects)
    (found,) = caught.value.diagnostics
    assert found.code == "why.called-alike"
    assert "P, Q" in found.what.en
    answer = ask(tmp_path, "三期/smart", "Q/smart", projects=projects)
    assert [one.subject for one in answer.asked] == ["R", "Q"]


def test_all_that_there_is_not_is_named_at_once(tmp_path: Path) -> None:
    """A subject, a benefit, a year, and what is no claim, each with what there is."""
    with pytest.raises(InputError) as caught:
        ask(tmp_path, "P1/smart", "P/smrt", "P/smart/2031", "P", projects=project("P", "smart"))
    found = caught.value.diagnostics
    assert [one.code for one in found] == [
        "why.no-such-subject",
        "why.no-such-benefit",
        "why.year-not-planned",
        "conflict.no-claim",
    ]
    assert "P" in found[0].way_out.en
    assert "smart" in found[1].way_out.en
    assert "2025, 2026" in found[2].way_out.en
