"""What a portfolio can state is data: packs add to it, and are told when they cannot."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from subvent.diagnostics import InputError, PolicyError, Text
from subvent.portfolio.facts import facts
from subvent.portfolio.models import portfolio_model
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.types import Portfolio
from subvent.portfolio.vocabulary import Vocabulary
from subvent.portfolio.vocabulary_loader import load_vocabulary, vocabulary_tables

Read = Callable[..., Portfolio]

PACK = """
id = "xx/springfield/2030-1"

[lists.patents]
sheet = "专利"
zh = "专利"
en = "Patents"
subject = "inventor"

[inputs.patents.id]
type = "id"
zh = "专利号"
en = "Patent"
required = true

[inputs.patents.inventor]
type = "ref"
to = ["companies"]
zh = "专利权人"
en = "Inventor"
required = true

[inputs.patents.copy]
type = "quantity"
zh = "份数"
en = "Copies"
unit_zh = "份"
unit_en = "copies"
max = 12

[inputs.projects.noise_class]
type = "choice"
zh = "噪声等级"
en = "Noise class"
values = [{ name = "very-quiet", zh = "很静", en = "very quiet" }]

[inputs.projects.green_track]
values = [{ name = "wind", zh = "风电", en = "wind" }]
"""

FILE = """
unit: 万元
as_of: 2025-01-01
horizon: [2030]
companies: [{id: A}]
projects: [{id: P, applicant: A, noise_class: 很静, green_track: wind}]
patents: [{id: Z, inventor: A, copy: 2.5}]
"""


def load(text: str) -> Vocabulary:
    """The vocabulary with one pack's tables."""
    return load_vocabulary([tomllib.loads(text, parse_float=Decimal)])


def codes(text: str) -> list[str]:
    """What is told of a pack's tables."""
    with pytest.raises(PolicyError) as caught:
        load(text)
    return [d.code.removeprefix("vocabulary.") for d in caught.value.diagnostics]


def test_a_pack_adds_lists_fields_and_values_without_code(tmp_path: Path) -> None:
    """What a pack declares can be stated, is validated, and becomes facts."""
    path = tmp_path / "p.yaml"
    path.write_text(FILE, encoding="utf-8")
    vocabulary = load(PACK)
    found = {f.atom for f in facts(read_portfolio(path, vocabulary), vocabulary, {})}
    assert {
        'choice("P",noise_class,very_quiet)',
        'choice("P",green_track,wind)',
        'subject("Z","A",patents)',
        'value("Z",copy,(2,500000))',
    } <= found
    path.write_text(FILE.replace("2.5", "12.5").replace("很静", "很吵"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_portfolio(path, vocabulary)
    assert [d.code for d in caught.value.diagnostics] == [
        "portfolio.unknown-choice",
        "portfolio.out-of-range",
    ]


def test_two_packs_may_declare_the_same_input(vocabulary: Vocabulary) -> None:
    """Equal declarations are one; different ones are a conflict."""
    document = tomllib.loads(PACK)
    assert load_vocabulary([document, document]) == load_vocabulary([document])
    other = tomllib.loads(PACK)
    other["inputs"]["projects"]["noise_class"]["zh"] = "响度"
    with pytest.raises(PolicyError) as caught:
        load_vocabulary([document, other])
    assert [d.code for d in caught.value.diagnostics] == ["vocabulary.conflict"]
    assert "projects" in vocabulary.lists


def test_kinds_are_the_benefits_claimed_for_projects() -> None:
    """A project's kinds are the benefits of its list; the history knows all of them."""
    benefits = [("b1", Text("甲", "one"), "projects"), ("b2", Text("乙", "two"), "loans")]
    vocabulary = load_vocabulary((), benefits)
    kinds = vocabulary.spec("projects").field("kinds")
    benefit = vocabulary.spec("history").field("benefit")
    assert kinds is not None
    assert benefit is not None
    assert [c.name for c in kinds.choices] == ["b1"]
    assert [c.name for c in benefit.choices] == ["b1", "b2"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[inputs.nothing.x]\ntype = 'text'\nzh = 'x'\nen = 'x'", "unknown-list"),
        ("[inputs.projects.x]\ntype = 'text'\nzh = 'x'\nen = 'x'\nlable = 'x'", "unknown-property"),
        ("[inputs.projects.x]\ntype = 'texts'\nzh = 'x'\nen = 'x'", "bad-property"),
        ("[inputs.projects.x]\ntype = 'text'\nen = 'x'", "bad-property"),
        ("[inputs.projects.X]\ntype = 'text'\nzh = 'x'\nen = 'x'", "bad-name"),
        ("[inputs.projects.not]\ntype = 'text'\nzh = 'x'\nen = 'x'", "bad-name"),
        ("[inputs.projects.completed]\ntype = 'text'\nzh = 'x'\nen = 'x'", "conflict"),
        ("[inputs.projects.x]\ntype = 'text'\nzh = '已完工'\nen = 'x'", "taken-label"),
        ("[inputs.projects.x]\ntype = 'code'\nzh = 'x'\nen = 'x'", "bad-property"),
        ("[inputs.projects.x]\ntype = 'quantity'\nzh = 'x'\nen = 'x'", "bad-property"),
        ("[inputs.projects.x]\ntype = 'ref'\nzh = 'x'\nen = 'x'", "bad-property"),
        ("[inputs.projects.x]\ntype = 'ref'\nto = ['people']\nzh = 'x'\nen = 'x'", "bad-property"),
        ("[inputs.projects.x]\ntype = 'map'\nof = 'money'\nzh = 'x'\nen = 'x'", "bad-property"),
        ("[inputs.projects.x]\ntype = 'text'\nabsent = 'zero'\nzh = 'x'\nen = 'x'", "bad-property"),
        ("[inputs.projects.x]\ntype = 'date'\nnot_before = 'id'\nzh = 'x'\nen = 'x'", "bad-property"),
        ("[inputs.projects.x]\ntype = 'money'\ndistinct = true\nzh = 'x'\nen = 'x'", "bad-property"),
        ("[inputs.projects.x]\ntype = 'money'\nrising = true\nzh = 'x'\nen = 'x'", "bad-property"),
        ("[inputs.projects.x]\ntype = 'money'\nbegins = 0\nzh = 'x'\nen = 'x'", "bad-property"),
        (
            """[inputs.projects.x]\ntype = 'map'\nof = 'money'\nzh = 'x'\nen = 'x'
keys = [{ type = 'text', zh = 'k', en = 'k', like = 'projects.kinds' }]""",
            "bad-property",
        ),
        ("[lists.x]\nsheet = '项目'\nzh = 'x'\nen = 'x'\nhas_id = false", "taken-label"),
        ("[lists.x]\nsheet = 'x'\nzh = 'x'\nen = 'x'", "no-id"),
        ("[lists.x]\nsheet = 'x'\nzh = 'x'\nen = 'x'\nhas_id = false\nsubject = 'y'", "bad-subject"),
        ("inputs = 3", "bad-property"),
        ("[inputs.projects.x]\ntype = 'money'\nmin = 10\nmax = 5\nzh = 'x'\nen = 'x'", "bad-property"),
        ("[inputs.projects.x]\ntype = 'money'\nexample = 'abc'\nzh = 'x'\nen = 'x'", "bad-property"),
        ("[inputs.projects.x]\ntype = 'date'\nexample = 5\nzh = 'x'\nen = 'x'", "bad-property"),
        ("[inputs.projects.x]\ntype = 'flag'\nexample = 1\nzh = 'x'\nen = 'x'", "bad-property"),
        ("[lists.x]\nsheet = 'a/b'\nzh = 'x'\nen = 'x'\nhas_id = false", "bad-property"),
        (f"[lists.x]\nsheet = '{'长' * 32}'\nzh = 'x'\nen = 'x'\nhas_id = false", "bad-property"),
    ],
)
def test_a_faulty_declaration_is_told(text: str, code: str) -> None:
    """Each fault of a pack's tables has its code."""
    assert code in codes(text)


def test_examples_and_absences_of_the_base_vocabulary_are_valid(read: Read, vocabulary: Vocabulary) -> None:
    """Every list has its Chinese sheet, every field its help, and every example is a valid value."""
    tables: Any = vocabulary_tables()
    for spec in vocabulary.all_lists:
        assert spec.label.en
        for field in spec.fields:
            assert field.help.zh, field.name
            assert field.help.en, field.name
            assert field.name in tables["inputs"][spec.name]
    assert portfolio_model(vocabulary).model_fields
    rows = {
        s.name: {f.name: f.example for f in s.fields if f.example is not None}
        for s in vocabulary.lists.values()
    }
    settings = {f.name: f.example for f in vocabulary.settings.fields}
    lines = [f"{name}: {_flow(value)}" for name, value in settings.items()]
    lines += [f"{name}: [{_flow(row)}]" for name, row in rows.items()]
    portfolio = read("\n".join(lines))
    assert portfolio.rows["projects"][0].fields["audited_cost"] == 52000


def _flow(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_flow(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(v) for v in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and not value.isdecimal():
        return f'"{value}"'
    return f'"{value}"' if isinstance(value, str) and len(value) == 4 and value != "2014" else str(value)
