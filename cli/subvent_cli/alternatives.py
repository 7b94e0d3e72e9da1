"""`subvent alternatives`: other plans worth a look beside the best one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from subvent.diagnostics import Text
from subvent_cli import options
from subvent_cli.bilingual import BilingualCommand, BilingualOption
from subvent_cli.output import emit, status_of
from subvent_cli.progress import Shown
from subvent_cli.session import current

if TYPE_CHECKING:
    from subvent.questions.alternatives import Fewest


@click.command(
    "alternatives",
    cls=BilingualCommand,
    text=Text(
        "最优之外的方案：次优方案，和更精简的方案", "Plans beside the best: the next best, and simpler ones"
    ),
    detail=Text(
        """\
次优方案：与前面各方案有实质不同的方案中金额最高的，逐个列出；
只换年度、换申报所归的对象、少报几项，不算实质不同。
最简方案：比最优合计最多少 --within 的方案中，申报项最少的，
和申报企业最少的。每一个都经证明，精确到分。""",
        """\
The next best plans: each the best of those that differ in substance
from all before it; another year, the same claim for another row, or
claims left out make no other plan. The simplest plans: of those that give up
at most --within of the optimum, the one with the fewest claims, and
the one with the fewest applicants. All are proven, to the fen.""",
    ),
    examples=(
        "subvent alternatives examples/manufacturing-group.yaml",
        "subvent alternatives group.xlsx --count 5 --within 0.5% --fewest filings",
    ),
)
@click.argument("file", type=options.PATH)
@click.option(
    "--count",
    cls=BilingualOption,
    default="3",
    metavar="N",
    text=Text("次优方案的个数，默认 3", "How many next best plans; default: 3"),
)
@click.option(
    "--within",
    cls=BilingualOption,
    default="1%",
    metavar="P%",
    text=Text("最简方案最多少得的比例，默认 1%", "What the simplest plans may give up; default: 1%"),
)
@click.option(
    "--fewest",
    cls=BilingualOption,
    type=options.OneOf("filings", "applicants"),
    text=Text("只求申报项或申报企业最少的；默认都求", "Only the fewest of these; default: each of both"),
)
@options.reading_option
@options.policy_option
@options.time_limit_option
@options.progress_option
@options.format_option
@options.lang_option
def alternatives(
    file: Path,
    count: str,
    within: str,
    fewest: Fewest | None,
    readings: dict[str, str],
    policies: tuple[str, ...],
    time_limit: float | None,
    *,
    progress: bool | None,
) -> int:
    """Show the plans; 0 when all of them are proven, else 3."""
    (wanted, share) = options.all_valid(
        options.count_of("--count", count), options.share_of("--within", within)
    )
    from subvent.questions.alternatives import FEWEST, Asked, alternatives_of
    from subvent.report.json_alternatives import alternatives_json
    from subvent.report.text_alternatives import alternatives_text

    session = current()
    asked = Asked(wanted, share, (fewest,) if fewest else FEWEST)
    with Shown(session, asked=progress) as telling:
        found = alternatives_of(file, asked, policies, readings, time_limit, progress=telling)
    status = status_of(proven=found.proven)
    telling.report(status)
    if session.json:
        emit(alternatives_json(found), session)
    else:
        emit(alternatives_text(found, session.language, session.width, color=session.bold), session)
    return status
