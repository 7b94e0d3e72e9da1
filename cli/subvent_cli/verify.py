"""`subvent verify`: whether a saved plan is lawful, right and proven, without any optimiser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from subvent.diagnostics import Language, Text
from subvent_cli import options
from subvent_cli.bilingual import BilingualCommand, BilingualOption
from subvent_cli.output import show_findings
from subvent_cli.progress import Shown
from subvent_cli.session import current

if TYPE_CHECKING:
    from subvent.document.shape import PlanDocument

_HOLDS = Text(
    "方案成立：资格、金额、限制、合计和上界均已复核，其余内容与重新推导的一致。\n"
    "由 clingo 和另一推导程序各推导一次并相同的：方案所依据的全部事实、共用上限与共用费用；\n"
    "在另建的模型中逐一证实的：证明用到的每一行、每项可申报的事项及其金额。未比较的：",
    "the plan holds: eligibility, amounts, limits, total and bound were checked; all else is as derived.\n"
    "Derived twice, by clingo and without it, the same: all facts it rests on, shared caps and costs;\n"
    "shown in a model built apart: every row that the proof uses, all that may be claimed and what it brings."
    " Not compared:",
)
_SUM = Text(
    "合计 {total} 元，{status}（上界 {bound} 元）；资料 sha256 {portfolio}\n"
    "解读：{readings}\n政策包：{packs}",
    "total {total} yuan, {status} (bound {bound} yuan); portfolio sha256 {portfolio}\n"
    "readings: {readings}\npacks: {packs}",
)
_STATUS = {"optimal": Text("最优", "optimal"), "feasible": Text("未证明为最优", "not proven optimal")}
_BY_DEFAULT = Text("全部默认", "all by default")
_SHOWN = 12
"""Digits of a sha256 that are shown; all of them stand in the plan, and in the result as JSON."""
_LANGUAGES: tuple[Language, Language] = ("zh", "en")


@click.command(
    "verify",
    cls=BilingualCommand,
    text=Text("不用求解器，复核已保存的方案", "Check a saved plan again, without any optimiser"),
    detail=Text(
        """\
PLAN 是 subvent plan --out 写出的 .json，FILE 是当时的申报资料。
重新推导每项的资格、金额、理由和条文，核对每条限制、合计和上界；
有任何不符即列出，退出码 1。""",
        """\
PLAN is the .json that subvent plan --out wrote, FILE the portfolio.
Eligibility, amounts, reasons and phrases are derived again, every limit,
the total and the bound are checked; what does not hold is listed, with
exit 1.""",
    ),
    examples=(
        "subvent plan examples/manufacturing-group.xlsx --out plan.json",
        "subvent verify plan.json examples/manufacturing-group.xlsx",
    ),
)
@click.argument("plan", type=options.PATH)
@click.argument("file", type=options.PATH)
@click.option(
    "--all",
    "everything",
    cls=BilingualOption,
    is_flag=True,
    text=Text(
        "资料不是原来那份时，也逐处列出不符", "List every finding, even if the portfolio is another one"
    ),
)
@options.policy_option
@options.progress_option
@options.format_option
@options.lang_option
def verify(
    plan: Path, file: Path, policies: tuple[str, ...], *, everything: bool, progress: bool | None
) -> int:
    """Check the plan; 0 when everything holds, 1 with the findings."""
    from subvent.document.differences import NOT_COMPARED
    from subvent.verify import checked

    session = current()
    with Shown(session, asked=progress) as telling:
        document, findings = checked(plan, file, policies, everything=everything, progress=telling)
    left_out = [{"pointer": at, "zh": why.zh, "en": why.en} for at, why in NOT_COMPARED.items()]
    lines = [
        "\n".join(
            [
                _summary(document).in_(lang),
                _HOLDS.in_(lang),
                *(f"  {at}  {why.in_(lang)}" for at, why in NOT_COMPARED.items()),
            ]
        )
        for lang in _LANGUAGES
    ]
    further = {"not_compared": left_out} if findings else {"holds": _held(document), "not_compared": left_out}
    return show_findings(findings, Text(*lines), session, **further)


def _held(document: PlanDocument) -> dict[str, object]:
    """What was found to hold, of what portfolio and by what law."""
    return {
        "status": document.status,
        "total_yuan": document.total_yuan,
        "bound_yuan": document.bound_yuan,
        "portfolio_sha256": document.inputs.sha256,
        "readings": document.readings,
        "policies": [{"id": p.id, "version": p.version, "sha256": p.sha256} for p in document.policies],
    }


def _summary(document: PlanDocument) -> Text:
    """The same in a few lines."""
    default = {one.name for one in document.open_questions if one.is_default}
    chosen = ", ".join(
        f"{name}={answer}" for name, answer in document.readings.items() if name not in default
    )
    packs = ", ".join(f"{p.id} {p.version} ({p.sha256[:_SHOWN]})" for p in document.policies)

    def said(language: Language) -> str:
        return _SUM.in_(language).format(
            total=document.total_yuan,
            status=_STATUS[document.status].in_(language),
            bound=document.bound_yuan,
            portfolio=document.inputs.sha256[:_SHOWN],
            readings=chosen or _BY_DEFAULT.in_(language),
            packs=packs,
        )

    return Text(*map(said, _LANGUAGES))
