"""A plan made by hand, for the tests of the result workbook."""

from __future__ import annotations

from subvent.diagnostics import Citation, Place, Text
from subvent.result import (
    Claim,
    Finding,
    Note,
    Plan,
    PolicyUse,
    ReadingUse,
    RuleUse,
    Stage,
    Step,
    Unclaimed,
    UnknownFact,
)

RATE = Citation("示范办法〔2030〕1号", "2", "按照不超过项目核定费用的三分之一给予资助")
GOAL = Citation("示范办法〔2030〕1号", "1", "投资达到规定起点的改造项目")
ONE = Citation("示范办法〔2030〕1号", "9", "选择其中一类，不可重复")


def claim(
    number: int, *, name: str = "星河电子有限公司", year: int = 2030, fen: int = 490_000_000_00
) -> Claim:
    """A claim whose proof is the step 0."""
    return Claim(
        id=f"c{number}",
        applicant="A" if year == 2030 else "B",
        subject=f"P{number}",
        benefit="renewal",
        year=year,
        fen=fen,
        applicant_name=name,
        subject_name="精密注塑车间数字化与节能综合改造（二期）",
        benefit_label=Text("设备更新", "renewal"),
        rules=(RuleUse("demo#1.1", GOAL), RuleUse("demo#2.1", RATE), RuleUse("demo#2.2", RATE)),
        stages=(
            Stage(Text("核定费用", "audited cost"), "1470000000.00"),
            Stage(Text("三分之一", "one third of it"), "490000000/3", (RATE,)),
            Stage(Text("不超过上限", "at most the cap"), "490000000.00", (RATE,)),
        ),
        proof=0,
    )


def _met(of: str, name: str) -> str:
    return f'met("{of}",{name})'


STEPS = (
    Step("claim(1)", Text("申报设备更新", "renewal is claimed"), "kernel#decision.2", (), None, (1, 9, 10)),
    Step("candidate(1)", Text("可以申报", "can be claimed"), "kernel#candidates.1", (), None, (2, 3, 6, 3)),
    Step("requires(1)", Text("须满足：起点", "requires"), "demo#1", (GOAL,), None, (4,)),
    Step(
        _met("P1", "total"),
        Text("P1：总投资额 6.2亿元 ≥ 5亿元", "P1: Investment 6.2亿元 ≥ 5亿元"),
        "kernel#at_least.1",
        children=(5, 4),
    ),
    Step(
        "value(1)",
        Text("P1：总投资额 6.2亿元", "P1: Investment 6.2亿元"),
        place=Place("g.xlsx", sheet="项目", cell="F7"),
    ),
    Step("at_least(1)", Text("须达到 5亿元", "at least 5亿元"), "demo#2", (GOAL,)),
    Step(
        _met("P1", "sound"),
        Text("P1：申报单位合格", "P1: its applicant is sound"),
        "kernel#combinations.1",
        children=(7, 8),
    ),
    Step('link("P1",applicant,"A")', Text("P1：申报单位 A", "P1: Applicant A"), place=Place("g", 3)),
    Step(
        _met("A", "open"),
        Text("A：存续：是", "A: Active: yes"),
        "kernel#is.1",
        (ONE,),
        children=(11, 12),
    ),
    Step("counts(1)", Text("计入限制：择一", "counts for: one of them"), "demo#9", (ONE,)),
    Step("worth(1)", Text("价值", "worth"), "kernel#candidates.2", (), None, (1,)),
    Step("flag(1)", Text("A：存续 是（未填，按此计）", "A: Active yes (left out)")),
    Step("not off(1)", Text("没有停业", "not closed")),
)


def plan(*claims: Claim, status: str = "optimal") -> Plan:
    """A plan with these claims, one of everything else."""
    total = sum(c.fen for c in claims)
    return Plan(
        status="optimal" if status == "optimal" else "feasible",
        total_fen=total,
        bound_fen=total if status == "optimal" else total + 1,
        low_fen=total,
        high_fen=total + 100,
        readings=(
            ReadingUse(
                "reclaim",
                "once",
                is_default=True,
                label=Text("能否再次申报", "may it come back"),
                answer_label=Text("只申报一次", "once"),
                citation=ONE,
            ),
            ReadingUse(
                "scope",
                "company",
                is_default=False,
                label=Text("约束谁", "who is bound"),
                answer_label=Text("企业", "company"),
                citation=ONE,
            ),
        ),
        claims=claims,
        not_claimed=(
            Unclaimed(
                "P8",
                "A",
                "smart",
                "unmet",
                (
                    Finding(
                        "failed",
                        "total",
                        Text("总投资额达到起点", "investment reaches the threshold"),
                        Text("还差 120万元", "short by 120万元"),
                        (GOAL,),
                    ),
                    Finding("failed", "age", Text("成立满三年", "three years old"), None, (ONE,), year=2031),
                ),
                "智能仓储",
                Text("智能化改造", "smart"),
            ),
            Unclaimed(
                "P9",
                "B",
                "renewal",
                "outbid",
                (),
                "",
                Text("设备更新", "renewal"),
                100_00,
                50_00,
                (RuleUse("x", ONE),),
            ),
        ),
        unknown=(
            UnknownFact(
                "A", "established", Text("成立日期", "established"), (("P8", "smart"),), 7_000_000_00
            ),
            UnknownFact("A", "city", Text("城市", "city"), (("P8", "smart"),), None),
        ),
        assumptions=(Note("assumed", Text("P1：未填“政府投资”，视为没有", "P1: counted as none"), (), None),),
        warnings=(),
        steps=STEPS,
        policies=(PolicyUse("demo", "1", "示范办法〔2030〕1号", Text("示范办法", "Measures"), "ab" * 32),),
        file="some/group.xlsx",
        sha256="0123456789abcdef" * 4,
    )
