"""A form asks for what the packs in use can read, and for nothing of another city's."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from tests.policy.conftest import MANIFEST, TERMS, City

from subvent.logic.session import InProcess
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.policy.offered import offered
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.vocabulary import Vocabulary
from subvent.questions.takes import takes_of_rows
from subvent_cli.main import main

CITIES = Path(__file__).resolve().parents[1] / "cities"
LINHAI = str(CITIES / "linhai")


def fields(vocabulary: Vocabulary) -> dict[str, list[str]]:
    """The names of all fields, by list."""
    return {spec.name: [field.name for field in spec.fields] for spec in vocabulary.all_lists}


def test_the_built_in_packs_are_asked_everything() -> None:
    """Together they have a use for all that the base vocabulary has."""
    policies = load_policies(())
    assert offered(policies) == vocabulary_of(policies)


def test_another_city_is_asked_for_its_own_alone() -> None:
    """What a rule names, what tells rows apart, and the lists that something is claimed for."""
    assert fields(offered(load_policies((LINHAI,)))) == {
        "settings": ["unit", "as_of", "horizon"],
        "companies": ["id", "name", "established", "operates_in_linhai"],
        "projects": [
            *("id", "name", "applicant", "kinds", "filing_years", "total_investment", "audited_cost"),
            *("solar_kw", "grid_kw", "trained_people", "building"),
        ],
        "history": ["applicant", "subject", "benefit", "year", "status", "amount"],
        "courses": ["id", "organiser", "kinds", "filing_years", "attendees"],
    }


@pytest.mark.parametrize(
    ("rules", "list_", "field"),
    [
        (
            "lit(S) :- value(S, (start;end), _).\nbarred(A,S,B,Y,x) :- hopeful(A,S,B,Y), lit(S).\n",
            "projects",
            "end",
        ),
        ("lit(L) :- row(loans, L).\nbarred(A,S,B,Y,x) :- hopeful(A,S,B,Y), lit(_).\n", "loans", "borrower"),
    ],
    ids=["pool", "list"],
)
def test_what_a_rule_names_is_asked_for(city: City, rules: str, list_: str, field: str) -> None:
    """A field of a pool as well as one alone; a list whose rows a rule asks for."""
    before = fields(offered(city.write().load()))
    after = fields(offered(city.write(TERMS + rules, MANIFEST).load()))
    assert field not in before.get(list_, ())
    assert field in after[list_]


def test_examples_are_values_of_the_packs() -> None:
    """A kind that no pack in use has would be an error in the first row that anyone sees."""
    shown = offered(load_policies((LINHAI,)))
    examples = {
        f"{spec.name}.{field.name}": field.example
        for spec in shown.all_lists
        for field in spec.fields
        if field.choices
    }
    assert examples["projects.kinds"] == ["solar"]
    assert examples["history.benefit"] == "solar"
    assert examples["settings.unit"] == "万元"


def test_the_template_of_another_city_has_no_word_of_shenzhen(tmp_path: Path) -> None:
    """No sheet, header, help, choice or example of it; `schema` describes the same."""
    path = tmp_path / "group.xlsx"
    with pytest.raises(SystemExit) as left:
        main(["template", str(path), "--policy", LINHAI])
    assert not left.value.code
    book = openpyxl.load_workbook(path)
    assert [sheet.title for sheet in book.worksheets] == ["填写说明", "设置", "公司", "项目", "历史", "培训"]
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    words = "".join(f"{cell.value} {cell.comment.text if cell.comment else ''}" for cell in cells)
    assert "屋顶光伏" in words
    assert not [word for word in ("深圳", "智能化", "绿色", "贷款利息", "节能量") if word in words]


def test_the_schema_of_another_city_has_its_fields_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """What an editor offers is what the packs read."""
    with pytest.raises(SystemExit):
        main(["schema", "--policy", LINHAI])
    shown = json.loads(capsys.readouterr().out)
    assert "solar_kw" in json.dumps(shown)
    assert "in_shenzhen" not in json.dumps(shown)


def test_a_file_may_state_more_than_is_asked_for(tmp_path: Path) -> None:
    """A portfolio that is planned under other packs too is read; nobody is advised to change that part."""
    path = tmp_path / "group.yaml"
    text = (CITIES / "group.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("{id: W2,", "{id: W2, in_shenzhen: false, rd_cost: 3,"), encoding="utf-8")
    policies = load_policies((LINHAI,))
    portfolio = read_portfolio(path, vocabulary_of(policies))
    allowed = takes_of_rows(portfolio, policies, ("W2", None, None), InProcess()).allowed
    labels = {label.zh for row, label in allowed if row == "W2"}
    assert {"总投资额", "审定总投资建设费用", "受训员工数"} <= labels
    assert not labels & {"研发费用", "实施地在深圳"}
