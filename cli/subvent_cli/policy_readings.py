"""`subvent policy readings`: the questions the documents leave open, and their answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from subvent.diagnostics import Text
from subvent.display import harmless
from subvent_cli import options
from subvent_cli.bilingual import BilingualCommand
from subvent_cli.output import emit
from subvent_cli.packs import selected
from subvent_cli.session import Session, current

if TYPE_CHECKING:
    from subvent.policy.types import Answer, Reading

_DEFAULT = Text("（默认）", " (default)")
_ORDERED = Text("由宽到严", "from lenient to strict")


@click.command(
    "readings",
    cls=BilingualCommand,
    text=Text("列出文件未决的问题和可选的解读", "List the open questions and their answers"),
    detail=Text(
        """\
每个问题：文件原句、各种解读及默认项；写上 PACK（编号或文件夹）则
只列这些包的。用 --reading 问题=答案 交给 plan 和 why。""",
        """\
Of each question: the phrase it is about, the answers, the default;
with PACK, an id or a folder, only those of these packs.
Hand them to plan and why as --reading QUESTION=ANSWER.""",
    ),
    examples=("subvent policy readings", "subvent policy readings cn/guangdong/2014-51"),
)
@click.argument("packs", nargs=-1, metavar="[PACK]...")
@options.policy_option
@options.format_option
@options.lang_option
def readings(packs: tuple[str, ...], policies: tuple[str, ...]) -> int:
    """Show the questions."""
    session = current()
    loaded, wanted = selected(packs, policies)
    found = [reading for reading in loaded.readings if not wanted or reading.pack in wanted]
    if session.json:
        emit(json.dumps([_plain(reading) for reading in found], ensure_ascii=False, indent=2), session)
    else:
        emit("\n\n".join(_lines(reading, session) for reading in found), session)
    return 0


def _lines(reading: Reading, session: Session) -> str:
    language = session.language
    cited = reading.citation
    order = f" [{_ORDERED.in_(language)}]" if reading.ordered else ""
    lines = [
        f"{reading.name}{order}  {harmless(reading.label.in_(language))}",
        harmless(f"    {cited.document} {cited.article}「{cited.phrase}」"),
    ]
    width = max(len(answer.name) for answer in reading.answers)
    lines += [f"    {_answer(answer, width, session)}" for answer in reading.answers]
    return "\n".join(lines)


def _answer(answer: Answer, width: int, session: Session) -> str:
    mark = _DEFAULT.in_(session.language) if answer.default else ""
    return f"{answer.name:<{width}}  {harmless(answer.label.in_(session.language))}{mark}"


def _plain(reading: Reading) -> dict[str, object]:
    cited = reading.citation
    return {
        "name": reading.name,
        "label": {"zh": reading.label.zh, "en": reading.label.en},
        "ordered": reading.ordered,
        "default": reading.default,
        "answers": [{"name": a.name, "label": {"zh": a.label.zh, "en": a.label.en}} for a in reading.answers],
        "citation": {"document": cited.document, "article": cited.article, "phrase": cited.phrase},
        "pack": reading.pack,
    }
