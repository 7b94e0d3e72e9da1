"""`subvent conflict`: why claims cannot stand together."""

from __future__ import annotations

from pathlib import Path

import click

from subvent.diagnostics import Text
from subvent_cli import options
from subvent_cli.bilingual import BilingualCommand
from subvent_cli.output import emit, status_of
from subvent_cli.session import current


@click.command(
    "conflict",
    cls=BilingualCommand,
    text=Text("几项申报为什么不能同时成立", "Why claims cannot stand together"),
    detail=Text(
        """\
CLAIM 写成 编号/类别 或 编号/类别/年度（不写年度：任一年度），
方案里的申报编号也可以。不能同时申报的，给出禁止它们的最小一组条文，
再给出每条在这里限制了哪几项；能同时申报的，给出含有它们的
最优方案和坚持它们少得多少。每个答案都重新求解核对过。""",
        """\
CLAIM is SUBJECT/BENEFIT or SUBJECT/BENEFIT/YEAR (without a year: in any);
the id of a line of a plan will do. Of what cannot stand together it tells
a smallest set of articles that forbids it, then which claims each of
them limits here; of what can, the best plan that holds it, and what
insisting on it costs. Every answer is solved again to check it.""",
    ),
    examples=(
        "subvent conflict examples/manufacturing-group.xlsx XH-03/smart XH-03/equipment",
        "subvent conflict group.xlsx XH-01/green/2025 XH-02/green/2025 --lang en",
    ),
)
@click.argument("file", type=options.PATH)
@click.argument("claims", nargs=-1, required=True, metavar="CLAIM...")
@options.reading_option
@options.policy_option
@options.time_limit_option
@options.format_option
@options.lang_option
def conflict(
    file: Path,
    claims: tuple[str, ...],
    readings: dict[str, str],
    policies: tuple[str, ...],
    time_limit: float | None,
) -> int:
    """Show the answer; 0 when all that it says is proven, else 3."""
    from subvent.questions.conflict import conflict_portfolio
    from subvent.report.json_conflict import conflict_json
    from subvent.report.text_conflict import conflict_text

    session = current()
    answer = conflict_portfolio(file, claims, policies, readings, time_limit)
    if session.json:
        emit(conflict_json(answer), session)
    else:
        emit(conflict_text(answer, session.language, session.width), session)
    return status_of(proven=answer.proven)
