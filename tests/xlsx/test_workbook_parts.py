"""What the workbook of a plan is made of: articles, titles, conditions, amounts in words."""

from __future__ import annotations

import pytest

from subvent.diagnostics import Citation, Text
from subvent.report.workbook import in_filing_order
from subvent.report.workbook_conditions import conditions, limits
from subvent.report.workbook_page import short_titles, sources, wan_text
from subvent.result import PolicyUse, Step

from .plans import GOAL, ONE, RATE, STEPS, claim


def test_articles_are_grouped_by_document() -> None:
    """Articles stand on one line a document, each once, the document under its short name."""
    other = Citation("乙", "附b", "")
    cited = [GOAL, other, RATE, GOAL]
    assert sources(cited, "zh", {}) == "示范办法〔2030〕1号：第1条、第2条\n乙：附b"
    assert sources(cited, "en", {"示范办法〔2030〕1号": "Measures"}) == "Measures: art. 1, art. 2\n乙: 附b"


def test_quoted_articles_have_their_words() -> None:
    """What is quoted stands behind its article, each phrase once; other articles are named alone."""
    again = GOAL._replace(phrase="另一句")
    cited, quoted = [GOAL, again, GOAL, RATE], {GOAL, again}
    assert sources(cited, "zh", {}, quoted) == f"示范办法〔2030〕1号：第1条「{GOAL.phrase}」「另一句」；第2条"


def test_a_title_stands_for_a_longer_name_of_its_own() -> None:
    """A document is called by its title only where that is shorter and no other document has it."""

    def used(document: str, title: str) -> PolicyUse:
        return PolicyUse("x", "1", document, Text(title, title), "")

    uses = [
        used("很长的文件名称", "短名"),
        used("一号", "很长的标题"),
        used("长名称甲", "同"),
        used("长名称乙", "同"),
    ]
    assert short_titles(uses, "zh") == {"很长的文件名称": "短名"}


def test_conditions_of_a_proof() -> None:
    """Conditions are those asked of the claim, each once, with what they come down to and the nearest law."""
    found = conditions(STEPS, 0)
    assert [c.step for c in found] == [STEPS[3], STEPS[6]]
    assert [c.parts for c in found] == [(), (STEPS[8],)]
    assert [c.facts for c in found] == [(STEPS[4],), (STEPS[7], STEPS[11])]
    assert [c.citations for c in found] == [(GOAL,), (ONE,)]
    assert limits(STEPS, 0) == [STEPS[9]]


def test_a_condition_cites_where_it_is_asked() -> None:
    """The law that asks for a condition of the benefit stands first, then what says when it is met."""
    steps = (
        Step("claim(1)", Text("", ""), "kernel#decision.2", children=(1, 3, 4)),
        Step('requires("P1",b,here)', Text("", ""), "kernel#conditions.3", children=(2,)),
        Step("requires(b,here)", Text("", ""), "demo#1", (GOAL,)),
        Step('requires("P1",b,other)', Text("", ""), "demo#2", (RATE,)),
        Step('met("P1",here)', Text("", ""), "kernel#is.1", children=(5,)),
        Step("is(here,city,true)", Text("", ""), "demo#3", (ONE,)),
    )
    assert [found.citations for found in conditions(steps, 0)] == [(GOAL, ONE)]


def test_conditions_of_a_deep_proof() -> None:
    """A long chain of conditions is read without recursion, and comes down to its last."""
    steps = [
        Step(f"met({i})", Text("", ""), "kernel#1", children=(i + 1,) if i < 5_000 else ())
        for i in range(5_001)
    ]
    (found,) = conditions(steps, 0)
    assert found.parts == (steps[-1],)


def test_filing_order_is_by_year_and_applicant() -> None:
    """Claims are listed as they are filed, whatever their order in the plan."""
    claims = [claim(2, year=2031), claim(1), claim(3)]
    assert [c.id for c in in_filing_order(claims)] == ["c1", "c3", "c2"]


@pytest.mark.parametrize(
    ("fen", "shown"),
    [(0, "0.00万元"), (1, "0.000001万元"), (4_900_000_000, "4,900.00万元"), (123_450_000, "123.45万元")],
)
def test_amounts_in_words(fen: int, shown: str) -> None:
    """An amount in words keeps every fen and at least two decimals."""
    assert wan_text(fen) == shown
