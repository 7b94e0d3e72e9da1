"""`subvent price`: what each rule costs a portfolio."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from subvent.diagnostics import Text
from subvent_cli import options
from subvent_cli.bilingual import BilingualCommand, BilingualOption
from subvent_cli.output import emit, status_of
from subvent_cli.session import current

if TYPE_CHECKING:
    from subvent.report.text_price import By


@click.command(
    "price",
    cls=BilingualCommand,
    text=Text("每条规则使这份资料的合计减少多少", "What each rule costs this portfolio"),
    detail=Text(
        """\
逐条去掉限制、条件、起点和上限，重新求最优合计，与现行最优合计
相减，从大到小列出，精确到分。每条单独去掉，价格不能相加。
比例和基数不定价：没有它们就没有金额。""",
        """\
Leaves out each limit, condition, threshold and cap in turn, finds the
optimum anew and tells what it gains, the largest first, to the fen.
Each rule is left out alone: prices do not add up. Rates and bases have
no price, for without them there is no amount.""",
    ),
    examples=(
        "subvent price examples/manufacturing-group.xlsx",
        "subvent price group.xlsx --by company",
    ),
)
@click.argument("file", type=options.PATH)
@click.option(
    "--by",
    cls=BilingualOption,
    type=options.OneOf("company", "year"),
    text=Text("另列价格如何分摊到企业或年度", "Tell how each price falls on companies or years"),
)
@click.option(
    "--all",
    "every",
    cls=BilingualOption,
    is_flag=True,
    text=Text("也列出价格为零的规则", "List the rules that cost nothing as well"),
)
@options.reading_option
@options.policy_option
@options.time_limit_option
@options.format_option
@options.lang_option
def price(
    file: Path,
    by: By | None,
    readings: dict[str, str],
    policies: tuple[str, ...],
    time_limit: float | None,
    *,
    every: bool,
) -> int:
    """Show the prices; 0 when all of them are proven, else 3."""
    from subvent.questions.price import price_portfolio
    from subvent.report.json_price import price_json
    from subvent.report.text_price import price_text

    session = current()
    found = price_portfolio(file, policies, readings, time_limit)
    if session.json:
        emit(price_json(found), session)
    else:
        emit(price_text(found, session.language, session.width, by=by, every=every), session)
    return status_of(proven=found.proven)
