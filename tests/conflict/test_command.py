"""`subvent conflict`: what it prints, in both languages and as JSON, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.commands import ran, working_in
from tests.conflict.test_cases import COMPANY, HEAD, project

from subvent.optimise.smallest import Undecided
from subvent.questions import conflict as engine

LANGUAGES = ("zh", "en")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with the portfolio in it."""
    rows = project("P", "smart, equipment") + project("Q", "smart", "2025, 2026") + project("R", "major")
    company = COMPANY.replace("ID", "A").replace("{id", "{name: 星河, id")
    history = (
        "history:\n  - {applicant: A, subject: X, benefit: smart, year: 2026, status: granted, amount: 8}\n"
    )
    text = HEAD + "companies:\n" + company + "projects:\n" + rows + history
    return working_in(tmp_path, monkeypatch, group=text)


def _run(capfd: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    assert ran("conflict", "group.yaml", *arguments) == status
    return capfd.readouterr().out


def test_the_text_tells_article_limit_and_claims(capfd: pytest.CaptureFixture[str]) -> None:
    """In both languages: the verdict, the article with its phrase, the limit, what it counts, the proof."""
    english = _run(capfd, "P/smart", "P/equipment")
    assert "They cannot stand together." in english
    assert "附b[A]「" in english
    assert "at most 1; of what was asked, P/smart/2025, P/equipment/2025 count" in " ".join(english.split())
    assert "There is no smaller set, and there are no others." in english
    chinese = _run(capfd, "P/smart", "P/equipment", "--lang", "zh")
    assert "不能同时申报。" in chinese
    assert "上限 1；所问的 P/smart/2025、P/equipment/2025 计入" in chinese


def test_the_legend_letters_what_is_cited_and_names_it_once(capfd: pytest.CaptureFixture[str]) -> None:
    """The one document that is cited is A; in Chinese its title is its name, in English both are told."""
    shown = _run(capfd, "P/smart", "Q/smart/2025", "--lang", "zh")
    assert "三注2[A]「" in shown
    assert shown.splitlines()[-1] == "[A] 2025年绿色化改造扶持计划申报指南"
    english = " ".join(_run(capfd, "P/smart", "Q/smart/2025").split())
    assert english.endswith("绿色化改造扶持计划申报指南 Guide to the 2025 round of green renovation")


def test_what_can_stand_together_has_its_cost(capfd: pytest.CaptureFixture[str]) -> None:
    """P brings 800 as smart renovation, in place of Q with 800 and P as renewal of equipment with 400."""
    english = _run(capfd, "P/smart", "--lang", "en")
    assert "It can be filed." in english
    assert "insisting costs 400.00 万元." in " ".join(english.split())
    assert "坚持申报，合计少 400.00 万元" in _run(capfd, "P/smart", "--lang", "zh").replace("\n", "")
    data = json.loads(_run(capfd, "P/smart", "--format", "json"))
    assert data["together"] is True
    assert data["plan"]["loss_yuan"] == "4000000.00"
    assert {change["id"] for change in data["plan"]["changes"]} == {
        "A/P/equipment/2025",
        "A/P/smart/2025",
        "A/Q/smart/2025",
    }
    forced = {change["id"]: change.get("forced_by", []) for change in data["plan"]["changes"]}
    assert {name: [one["citations"][0]["article"] for one in found] for name, found in forced.items()} == {
        "A/P/equipment/2025": ["附b"],
        "A/P/smart/2025": [],
        "A/Q/smart/2025": ["三注2"],
    }
    assert "because company A files one project of smart renovation in 2025" in " ".join(english.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_history_lies_outside_the_question(language: str, capfd: pytest.CaptureFixture[str]) -> None:
    """What was granted before is named as what forbids the claim."""
    shown = _run(capfd, "Q/smart/2026", "--lang", language)
    assert {
        "zh": "在所问之外：以前已申报或已获批 X/smart/2026",
        "en": "filed or granted before: X/smart/2026",
    }[language] in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_nobody_can_file_is_told_apart(language: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Below the threshold of 重大项目, with the article; the others can stand together."""
    shown = _run(capfd, "R/major", "Q/smart/2025", "--lang", language)
    said = {
        "zh": ("不可能申报：A/R/major（条件不满足）", "其余各项可以同时申报。"),
        "en": (
            "Cannot be filed at all: A/R/major (a condition is not met)",
            "The others can stand together.",
        ),
    }[language]
    assert all(sentence in shown for sentence in said)


def test_json_has_the_witness_of_every_article(capfd: pytest.CaptureFixture[str]) -> None:
    """For each article the claims that can stand when it alone is left out, and all claims by their ids."""
    data = json.loads(_run(capfd, "P/smart", "P/equipment", "Q/smart/2025", "--format", "json"))
    assert data["together"] is False
    assert data["smallest_proven"]
    assert data["all_conflicts"]
    found = {tuple(part["article"] for part in one["articles"]): one for one in data["conflicts"]}
    assert set(found) == {("附b",), ("三注2",)}
    for one in found.values():
        for part in one["articles"]:
            assert {"A/P/smart/2025", "A/P/equipment/2025", "A/Q/smart/2025"} <= set(
                part["possible_without_it"]
            )
    assert found["三注2",]["instances"][0][0]["claims"] == ["A/P/smart/2025", "A/Q/smart/2025"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_deadline_is_kept_and_said(
    language: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not decided in time is said, with exit status 3; JSON leaves the answer open."""

    def late(*_: object) -> None:
        raise Undecided

    monkeypatch.setattr(engine, "optimum_of", late)
    shown = _run(capfd, "P/smart", "P/equipment", "--lang", language, status=3)
    assert {"zh": "时限内未能判定", "en": "Not decided in the time given"}[language] in shown
    data = json.loads(_run(capfd, "P/smart", "P/equipment", "--format", "json", status=3))
    assert data["together"] is None
    assert not data["proven"]
