"""`subvent why`: why something is, or is not, claimed."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from subvent.diagnostics import InputError, Language, Text, diagnostic
from subvent_cli import messages, options
from subvent_cli.bilingual import BilingualCommand, BilingualOption
from subvent_cli.output import Writer, check_outputs, emit, status_of, text_writer, write_files
from subvent_cli.session import current

if TYPE_CHECKING:
    from subvent.explain.asked import Question
    from subvent.explain.why import Questions

_SUFFIXES = (".json", ".xlsx")
_YEAR = re.compile("(19|20|21)[0-9]{2}")


@click.command(
    "why",
    cls=BilingualCommand,
    text=Text("某一项为什么申报，或为什么没有申报", "Why something is, or is not, claimed"),
    detail=Text(
        """\
SUBJECT 是资料中一行的编号；BENEFIT 是类别，YEAR 是申报年度，可省略。
已申报的给出逐条依据和金额的算法；未申报的给出不满足的条件
和差距，或者是什么比它更值、值多少，坚持申报它哪些申报要变。
--out 写成文件：.xlsx 另有全部推导，逐层缩进、可以收放，供审计。
加 --takes 则问：哪些事实至少要变成怎样才能申报它，能多得多少。
--plan 用存好的方案作答，不重新求解：资料大时快得多。""",
        """\
SUBJECT is the id of a row of the file; BENEFIT and YEAR may be left out.
What is claimed is shown with its rules and how its amount comes about;
what is not, with the condition it fails and by how much, or with what
brings more, how much more, and which claims change if one insists.
--out writes it to a file: .xlsx for an auditor, with every step of the
proof indented, to fold and unfold.
--takes tells what would have to be otherwise for it to be claimed, and
what that would bring. --plan answers from a plan that was saved, without
planning anew: much quicker for a large file.""",
    ),
    examples=(
        "subvent why examples/manufacturing-group.xlsx TX-05",
        "subvent why group.xlsx TX-05 smart 2026 --lang en",
        "subvent why examples/manufacturing-group.xlsx TX-04 equipment --takes",
        "subvent why group.xlsx TX-05 --out TX-05.xlsx",
        "subvent why group.xlsx TX-05 --plan plan.json",
        "subvent why group.xlsx P1 --allow P1.total_investment --allow A.good_standing",
    ),
)
@click.argument("file", type=options.PATH)
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
    type=options.PATH,
    metavar="PLAN.json",
    text=Text("用这份方案作答，不重新求解", "Answer from this plan, without planning anew"),
)
@options.reading_option
@options.strict_option
@options.policy_option
@options.time_limit_option
@options.out_option
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
    outputs: tuple[Path, ...],
    *,
    whole: bool,
    takes: bool,
    strict: bool,
) -> int:
    """Plan what the question touches, and show the answer; 0, or 3 when the plan is not proven optimal."""
    if benefit is not None and year is None and _YEAR.fullmatch(benefit):
        year = int(benefit)  # no benefit is called so: every one of this year is meant
        benefit = None
    if (takes or allowed) and saved:
        raise InputError(diagnostic("saved.plan-and-takes"))
    if strict and saved:
        raise InputError(diagnostic("saved.plan-and-strict"))
    check_outputs(outputs, _SUFFIXES, [file, *([saved] if saved else [])])
    readings, time_limit = options.answers_of(file, policies, readings, time_limit, strict=strict)
    if takes or allowed:
        return _takes(file, (subject, benefit, year), allowed, policies, readings, time_limit, outputs)
    from subvent.explain.asked import Question
    from subvent.explain.why import DEFAULT_DEPTH
    from subvent.questions.insist import questions_about
    from subvent.questions.saved import questions_saved

    session = current()
    asked = Question(subject, benefit, year)
    if saved:
        found = questions_saved(file, saved, subject, policies, readings, time_limit)
    else:
        found = questions_about(file, *asked, policies=policies, readings=readings, time_limit=time_limit)
    status = status_of(proven=found.plan.status == "optimal")
    levels = None if whole else depth or DEFAULT_DEPTH
    if outputs:
        messages.report(
            write_files(_writers(outputs, found, asked, session.language, levels)), session, status
        )
    emit(
        found.json(*asked) if session.json else found.text(*asked, session.language, session.width, levels),
        session,
    )
    return status


def _writers(
    outputs: tuple[Path, ...], found: Questions, asked: Question, language: Language, depth: int | None
) -> dict[Path, Writer]:
    """What writes each file, by its suffix."""
    from subvent.report.workbook_why import write_why_workbook

    return {
        path: text_writer(found.json(*asked))
        if path.suffix.lower() == ".json"
        else partial(write_why_workbook, asked=found, question=asked, language=language, depth=depth)
        for path in outputs
    }


def _takes(
    file: Path,
    asked: tuple[str, str | None, int | None],
    allowed: tuple[str, ...],
    policies: tuple[str, ...],
    readings: dict[str, str],
    time_limit: float | None,
    outputs: tuple[Path, ...],
) -> int:
    """Show what it would take; 0, or 3 when not all of it is proven."""
    from subvent.questions.takes import takes_of
    from subvent.report.json_takes import takes_json
    from subvent.report.text_takes import takes_text
    from subvent.report.workbook_takes import write_takes_workbook

    session = current()
    found = takes_of(
        file, *asked, allowed=allowed, policies=policies, readings=readings, time_limit=time_limit
    )
    status = status_of(proven=found.proven)
    if outputs:
        writers = {
            path: text_writer(takes_json(found))
            if path.suffix.lower() == ".json"
            else partial(write_takes_workbook, found=found, language=session.language)
            for path in outputs
        }
        messages.report(write_files(writers), session, status)
    shown = takes_json(found) if session.json else takes_text(found, session.language, session.width)
    emit(shown, session)
    return status
