"""`subvent replan`: the best plan since an earlier one, and what each change of filings brings."""

from __future__ import annotations

from pathlib import Path

import click

from subvent.diagnostics import Text
from subvent_cli import options
from subvent_cli.bilingual import BilingualCommand, BilingualOption
from subvent_cli.output import emit, status_of
from subvent_cli.progress import Shown
from subvent_cli.session import current


@click.command(
    "replan",
    cls=BilingualCommand,
    text=Text(
        "资料变动后重新规划：原方案哪些仍成立，改动几处各多得多少",
        "Plan anew since an earlier plan, with few changes",
    ),
    detail=Text(
        """\
资料、历史或政策变了之后，原方案（PLAN.json）哪些申报仍成立，
哪些不再成立、为什么；现在的最优方案；以及改动 1 处、2 处……
最多多得多少，逐步列到最优，每一步都经证明。
解读和政策包沿用原方案，除非另行给出。""",
        """\
After facts, history or packs have changed: which claims of the
earlier plan (PLAN.json) still stand, which do not and why; the best
plan now; and what 1, 2, ... changed filings bring at most, up to the
best plan, each proven. Readings and packs are those of the earlier
plan unless others are given.""",
    ),
    examples=(
        "subvent replan group.xlsx --since plan.json",
        "subvent replan group.xlsx --since plan.json --changes 3",
    ),
)
@click.argument("file", type=options.PATH)
@click.option(
    "--since",
    cls=BilingualOption,
    type=options.PATH,
    required=True,
    metavar="PLAN.json",
    text=Text("原方案", "The earlier plan"),
)
@click.option(
    "--changes",
    cls=BilingualOption,
    default=None,
    metavar="N",
    text=Text("最多改动几处；默认直到最优", "At most so many changes; default: up to the best plan"),
)
@options.reading_option
@options.policy_option
@options.time_limit_option
@options.progress_option
@options.format_option
@options.lang_option
def replan(
    file: Path,
    since: Path,
    changes: str | None,
    readings: dict[str, str],
    policies: tuple[str, ...],
    time_limit: float | None,
    *,
    progress: bool | None,
) -> int:
    """Show what stands and what changes bring; 0 when all of it is proven, else 3."""
    (most,) = options.all_valid(None if changes is None else options.count_of("--changes", changes))
    from subvent.questions.replan import replan as planned_anew
    from subvent.report.json_alternatives import replan_json
    from subvent.report.text_replan import replan_text

    session = current()
    with Shown(session, asked=progress) as telling:
        found = planned_anew(file, since, most, policies, readings, time_limit, progress=telling)
    status = status_of(proven=found.proven)
    telling.report(status)
    if session.json:
        emit(replan_json(found), session)
    else:
        emit(replan_text(found, session.language, session.width, color=session.bold), session)
    return status
