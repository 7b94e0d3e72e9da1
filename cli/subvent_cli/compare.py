"""`subvent compare`: the same portfolio under several readings, policies or versions of the file."""

from __future__ import annotations

from pathlib import Path

import click

from subvent.diagnostics import SubventError, Text, diagnostic
from subvent_cli import options
from subvent_cli.bilingual import BilingualCommand, BilingualOption
from subvent_cli.output import emit, status_of
from subvent_cli.session import current


@click.command(
    "compare",
    cls=BilingualCommand,
    text=Text("比较各种解读、政策或资料的几个版本", "Compare readings, policies or versions of the file"),
    detail=Text(
        """\
--readings：各未决问题的每种答案单独使合计多少、改变什么，
先问清楚哪个问题最值，答案未定时申报什么最稳。
几个 FILE：各版本的合计，与第一个相比多了、少了、变了哪些申报。
--against、--against-policy：同一文件的另一方，其解读、政策由此给出，
未给出的与这一方（--reading、--policy）相同。""",
        """\
--readings: the total under each answer to each open question, what
changes, which question is worth most to have answered before filing,
and what to file while the answers are open.
Several FILEs: the total of each, and how its claims differ from those
of the first.
--against, --against-policy: the same file on another side, with these
readings and policies in place of --reading and --policy.""",
    ),
    examples=(
        "subvent compare examples/manufacturing-group.yaml --readings",
        "subvent compare examples/traditional-group.*",
        "subvent compare examples/traditional-group.yaml --against reclaim=yearly",
    ),
)
@click.argument("files", type=options.PATH, nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--readings",
    "questions",
    cls=BilingualOption,
    is_flag=True,
    text=Text("比较各未决问题的答案", "Compare the answers to the open questions"),
)
@options.reading_option
@click.option(
    "--against",
    cls=BilingualOption,
    type=options.QuestionAnswer(),
    multiple=True,
    callback=options.readings_once,
    metavar="Q=A",
    text=Text("另一方的解读，可重复", "A reading of the other side, repeatable"),
)
@options.policy_option
@click.option(
    "--against-policy",
    "against_policies",
    cls=BilingualOption,
    multiple=True,
    metavar="ID|DIR",
    text=Text("另一方的政策包，可重复", "A pack of the other side, repeatable"),
)
@options.time_limit_option
@options.format_option
@options.lang_option
def compare(
    files: tuple[Path, ...],
    readings: dict[str, str],
    against: dict[str, str],
    policies: tuple[str, ...],
    against_policies: tuple[str, ...],
    time_limit: float | None,
    *,
    questions: bool,
) -> int:
    """Compare and show; 0 when every total is proven, else 3."""
    ways = {
        "--readings": questions,
        "FILE FILE": len(files) > 1,
        "--against, --against-policy": bool(against or against_policies),
    }
    asked = [way for way, chosen in ways.items() if chosen]
    if not asked:
        raise SubventError(diagnostic("cli.nothing-to-compare"))
    if len(asked) > 1:
        raise SubventError(diagnostic("cli.compared-twice", ways=" · ".join(asked)))
    if questions:
        shown, proven = _readings(files[0], policies, readings, time_limit)
    else:
        first = [(file, policies, readings) for file in files]
        second = (files[0], against_policies or policies, against or readings)
        shown, proven = _versions(first if len(files) > 1 else [*first, second], time_limit)
    emit(shown, current())
    return status_of(proven=proven)


def _readings(
    file: Path, policies: tuple[str, ...], readings: dict[str, str], time_limit: float | None
) -> tuple[str, bool]:
    """The answers to the open questions side by side, and whether all of it is proven."""
    from subvent.questions.readings import compare_readings
    from subvent.report.compare_json import readings_json
    from subvent.report.text_readings import readings_text

    session = current()
    found = compare_readings(file, policies, readings, time_limit)
    if session.json:
        return readings_json(found), found.proven
    return readings_text(found, session.language, session.width, color=session.bold), found.proven


def _versions(
    versions: list[tuple[Path, tuple[str, ...], dict[str, str]]], time_limit: float | None
) -> tuple[str, bool]:
    """Files under packs and answers side by side, and whether all totals are proven."""
    from subvent.questions.outline import Version, compare_versions
    from subvent.report.compare_json import versions_json
    from subvent.report.text_changes import versions_text

    session = current()
    found = compare_versions([Version(*version) for version in versions], time_limit)
    proven = all(one.outline.proven for one in found)
    if session.json:
        return versions_json(found), proven
    return versions_text(found, session.language, session.width, color=session.bold), proven
