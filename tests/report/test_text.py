"""The plan as text: the total first, the claims aligned, every reason, nothing wider than the terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.cells import cell_len

from subvent.diagnostics import Language, Text
from subvent.report.table import Column, table
from subvent.report.text import plan_text
from subvent.result import Plan


def test_the_total_comes_first_and_is_a_ceiling(plan: Plan) -> None:
    """The headline says not more than, in 万元 and yuan, and that it is proven."""
    lines = plan_text(plan).splitlines()
    assert lines[1].startswith("合计不超过 32,568.275 万元（325,682,750.00 元），共 32 项申报")
    assert lines[2] == "已证明：没有合法的方案能超过它。"
    assert lines[3] == "裁量或预测部分取低、高端：32,419.275 至 32,758.275 万元。"
    assert "不是预测" in lines[4]


def test_what_stands_beside_the_total_is_told_apart(plan: Plan) -> None:
    """A heading of its own, the sum of the benefit, its rows and its article."""
    lines = plan_text(plan).splitlines()
    told = lines[lines.index("不计入合计") + 1]
    assert told.startswith(
        "  - 设备、器具一次性税前扣除  967.99 万元：SB-01 高速贴片机、SB-03 五轴加工中心 〔第13条"
    )


def test_no_brackets_are_left_empty(plan: Plan) -> None:
    """Where no rule is told nothing stands in its place."""
    bare = replace(
        plan,
        beside_total=tuple(
            replace(total, lines=tuple(replace(line, rules=()) for line in total.lines))
            for total in plan.beside_total
        ),
    )
    assert "〔〕" not in plan_text(bare)


def test_what_holds_for_several_years_is_said_once(plan: Plan) -> None:
    """Findings that differ in the year alone are one line."""
    entry = next(entry for entry in plan.not_claimed if entry.reason == "unmet")
    finding = replace(entry.findings[0], year=2025)
    several = replace(entry, findings=(finding, replace(finding, year=2026)))
    shown = [
        plan_text(replace(plan, not_claimed=(one,)), "zh", 500)
        for one in (replace(entry, findings=(finding,)), several)
    ]
    assert shown[0] == shown[1]


def test_a_plan_that_is_not_proven_says_so_with_its_bound(plan: Plan) -> None:
    """The bound that is proven stands beside the total."""
    open_plan = replace(plan, status="feasible", bound_fen=plan.total_fen + 1)
    assert "尚未证明最优：任何合法方案都不超过 32,568.275001 万元" in plan_text(open_plan)
    assert "Not proven optimal" in plan_text(open_plan, "en")


def test_claims_are_grouped_by_year_with_aligned_amounts(plan: Plan) -> None:
    """Each year has its sum, and all amounts of the table end in the same column."""
    lines = plan_text(plan, "zh", 120).partition("  [A] ")[0].splitlines()
    heads = [line for line in lines if line.startswith(("2025年", "2026年", "2027年", "2028年"))]
    assert heads == sorted(heads)
    assert heads[0].startswith("2025年  不超过 ")
    rows = [line for line in lines if "条[" in line and line.startswith("  ") and "〔" not in line]
    assert len(rows) == len(plan.claims)
    assert len({cell_len(row[: row.rindex("  ")]) for row in rows}) == 1


def test_every_claim_stands_with_the_article_of_its_amount(plan: Plan) -> None:
    """The article is the one that sets rate and cap, its document by letter with a legend."""
    text = plan_text(plan, "zh", 120)
    row = next(line for line in text.splitlines() if "DC-03" in line)
    legend = next(line.split() for line in text.splitlines() if "] 深府办规〔2023〕6号" in line)
    assert row.endswith(f"第1条{legend[0]}")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("columns", [60, 80, 100, 160])
def test_nothing_is_wider_than_the_terminal(plan: Plan, language: Language, columns: int) -> None:
    """Only a command to copy may be."""
    for line in plan_text(plan, language, columns).splitlines():
        assert cell_len(line) <= columns or line.startswith("  subvent why")


def test_each_reason_has_its_section_with_shortfalls(plan: Plan) -> None:
    """What is unmet shows how far off it is, what is outbid what insisting would cost."""
    text = plan_text(plan, "zh", 200)
    assert "未申报：条件不满足" in text
    assert "差0.5万元" in text
    assert "未申报：事实不明" in text
    assert "未申报：让位于更优的申报" in text
    assert "坚持申报则合计" in text
    assert "补填即可明确的事实" in text
    assert "上限没有计入各项限制和以往申报" in text


def test_what_facts_are_worth_has_its_command(plan: Plan) -> None:
    """The question about all unknown facts of the same file, under the same readings."""
    first, *rest = plan.readings
    assert f"  subvent facts {plan.file}\n" in plan_text(plan)
    chosen = replace(first, answer="other", is_default=False)
    told = plan_text(replace(plan, readings=(chosen, *rest)))
    assert f"  subvent facts {plan.file} --reading={first.name}=other\n" in told
    assert "subvent facts" not in plan_text(replace(plan, unknown=()))


def test_readings_not_by_default_come_first_with_their_phrase(plan: Plan) -> None:
    """A reading that was chosen is told in full, the others in one line."""
    text = plan_text(plan)
    assert "全部取默认：" in text
    first, *rest = plan.readings
    chosen = replace(first, answer="other", is_default=False, answer_label=Text("另一种", "another"))
    told = plan_text(replace(plan, readings=(chosen, *rest)), "zh", 200)
    assert f"{first.name}=other  {first.label.zh}：另一种" in told
    assert first.citation.phrase in told
    assert "其余取默认：" in told


def test_an_empty_plan_is_still_a_page(plan: Plan) -> None:
    """Nothing to claim is said in so many words."""
    empty = replace(
        plan, claims=(), not_claimed=(), unknown=(), warnings=(), assumptions=(), total_fen=0, bound_fen=0
    )
    text = plan_text(empty)
    assert "没有可以申报的项目。" in text
    assert "共 0 项申报" in text


def test_colour_only_when_asked_and_names_never_steer_the_terminal(plan: Plan) -> None:
    """Without colour there is no escape; a name's own escapes are shown, with colour too."""
    claim = replace(plan.claims[0], subject_name="\x1b[31m[bold]红\u202e")
    text = plan_text(replace(plan, claims=(claim,)))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "␛[31m[bold]红" in text
    coloured = plan_text(replace(plan, claims=(claim,)), color=True)
    escapes = coloured.split("\x1b")[1:]
    assert escapes
    assert all(escape.startswith(("[1m", "[0m")) for escape in escapes)


def test_a_narrow_table_cuts_words_and_never_numbers() -> None:
    """Amounts stay whole, names end in an ellipsis."""
    columns = [Column("名称"), Column("金额", right=True)]
    lines = list(table(columns, [["一个很长很长的项目名称", "1,234.50"]], 30))
    assert lines[1].endswith("1,234.50")
    assert "…" in lines[1]
    assert all(cell_len(line) <= 30 for line in lines)
