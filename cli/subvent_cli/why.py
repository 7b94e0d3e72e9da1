"""`subvent why`: why something is, or is not, claimed."""

from __future__ import annotations

from pathlib import Path

import click

from subvent.diagnostics import InputError, Text, diagnostic
from subvent_cli import options
from subvent_cli.bilingual import BilingualCommand, BilingualOption
from subvent_cli.output import emit, status_of
from subvent_cli.session import current


@click.command(
    "why",
    cls=BilingualCommand,
    text=Text("某一项为什么申报，或为什么没有申报", "Why something is, or is not, claimed"),
    detail=Text(
        """\
SUBJECT 是资料中一行的编号；BENEFIT 是类别，YEAR 是申报年度，可省略。
已申报的给出逐条依据和金额的算法；未申报的给出不满足的条件
和差距，或者是什么比它更值、值多少，坚持申报它哪些申报要变。
加 --takes 则问：哪些事实至少要变成怎样才能申报它，能多得多少。
--plan 用存好的方案作答，不重新求解：资料大时快得多。""",
        """\
SUBJECT is the id of a row of the file; BENEFIT and YEAR may be left out.
What is claimed is shown with its rules and how its amount comes about;
what is not, with the condition it fails and by how much, or with what
brings more, how much more, and which claims change if one insists.
--takes tells what would have to be otherwise for it to be claimed, and
what that would bring. --plan answers from a plan that was saved, without
planning anew: much quicker for a large file.""",
    ),
    examples=(
        "subvent why examples/manufacturing-group.xlsx TX-05",
        "subvent why group.xlsx TX-05 smart 2026 --lang en",
        "subvent why examples/manufacturing-group.xlsx TX-04 equipment --takes",
        "subvent why group.xlsx TX-05 --plan plan.json",
        "subvent why group.xlsx P1 --allow P1.total_investment --allow A.good_standing",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("subject")
@click.argument("benefit", required=False)
@click.argument("year", required=False, type=options.Year())
@click.option(
    "--depth",
    cls=BilingualOption,
    type=options.Levels(),
    metavar="N",
    text=Text("依据显示到第几层，默认 4", "Levels of the proofs to show; default: 4"),
)
@click.option(
    "--all",
    "whole",
    cls=BilingualOption,
    is_flag=True,
    text=Text("显示全部依据", "Show the proofs whole"),
)
@click.option(
    "--takes",
    cls=BilingualOption,
    is_flag=True,
    text=Text(
        "要申报它还差什么：最小的改动和能多得的金额", "The least changes of facts that bring the claim about"
    ),
)
@click.option(
    "--allow",
    "allowed",
    cls=BilingualOption,
    multiple=True,
    metavar="ROW[.FIELD]",
    text=Text(
        "允许改动的字段，可重复（即 --takes）",
        "What may change, repeatable (implies --takes)",
    ),
)
@click.option(
    "--plan",
    "saved",
    cls=BilingualOption,
    type=click.Path(path_type=Path),
    metavar="PLAN.json",
    text=Text("用这份方案作答，不重新求解", "Answer from this plan, without planning anew"),
)
@options.reading_option
@options.policy_option
@options.time_limit_option
@options.format_option
@options.lang_option
def why(
    file: Path,
    subject: str,
    benefit: str | None,
    year: int | None,
    readings: dict[str, str],
    policies: tuple[str, ...],
    time_limit: float | None,
    depth: int | None,
    allowed: tuple[str, ...],
    saved: Path | None,
    *,
    whole: bool,
    takes: bool,
) -> int:
    """Plan what the question touches, and show the answer; 0, or 3 when the plan is not proven optimal."""
    if takes or allowed:
        if saved:
            raise InputError(diagnostic("why.plan-and-takes"))
        return _takes(file, (subject, benefit, year), allowed, policies, readings, time_limit)
    from subvent.explain.why import DEFAULT_DEPTH
    from subvent.insist import questions_about
    from subvent.saved import questions_saved

    session = current()
    asked = (subject, benefit, year)
    if saved:
        found = questions_saved(file, saved, subject, policies, readings, time_limit)
    else:
        found = questions_about(file, *asked, policies=policies, readings=readings, time_limit=time_limit)
    if session.json:
        answer = found.json(*asked)
    else:
        levels = None if whole else depth or DEFAULT_DEPTH
        answer = found.text(*asked, session.language, session.width, levels)
    emit(answer, session)
    return status_of(proven=found.plan.status == "optimal")


def _takes(
    file: Path,
    asked: tuple[str, str | None, int | None],
    allowed: tuple[str, ...],
    policies: tuple[str, ...],
    readings: dict[str, str],
    time_limit: float | None,
) -> int:
    """Show what it would take; 0, or 3 when not all of it is proven."""
    from subvent.report.json_takes import takes_json
    from subvent.report.text_takes import takes_text
    from subvent.takes import takes_of

    session = current()
    found = takes_of(
        file, *asked, allowed=allowed, policies=policies, readings=readings, time_limit=time_limit
    )
    shown = takes_json(found) if session.json else takes_text(found, session.language, session.width)
    emit(shown, session)
    return status_of(proven=found.proven)
