"""`subvent policy coverage`: what became of every numbered item of the documents."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from subvent.diagnostics import Text
from subvent.display import harmless
from subvent_cli import messages, options
from subvent_cli.bilingual import BilingualCommand, BilingualOption
from subvent_cli.output import emit
from subvent_cli.packs import selected
from subvent_cli.session import Session, current

if TYPE_CHECKING:
    from subvent.casework.coverage import Coverage, DocumentCoverage, ItemCoverage

_HEADS = (
    Text("条目", "Item"),
    Text("类别", "Class"),
    Text("内容", "What it says"),
    Text("规则", "Rules"),
    Text("两面", "Sides"),
    Text("算例", "Cases"),
)
_ITEMS = Text("{n} 项", "{n} items")
_CLEAN = Text(
    "每一条都已登记，规则的每一面都有算例", "every item is entered, and every side of every rule has a case"
)
_IN_ALL = Text("等 {n} 例", "… {n} in all")
_NONE = Text("无算例", "no case")
_CASES_SHOWN = 2


@click.command(
    "coverage",
    cls=BilingualCommand,
    text=Text("逐条说明文件的编码情况", "Tell what became of every item of the documents"),
    detail=Text(
        """\
每个编号条目：类别、规则、规则各面有算例的数目、算例；之后是未覆盖之处。
PACK 是政策包的编号或文件夹，默认全部内置。加 --sources 时与原文核对编号
和原句，否则与 register.toml 的 numbers 核对。有未覆盖之处时退出码 1。""",
        """\
Of every numbered item: its class, its rules, how many sides of them have
a worked case, the cases; then what is not covered, with exit 1. PACK is
an id or a folder; default: all built in. With --sources numbers and
phrases are looked up in the texts, else in the numbers of register.toml.""",
    ),
    examples=("subvent policy coverage", "subvent policy coverage cn/shenzhen/2023-6 --all"),
)
@click.argument("packs", nargs=-1, metavar="[PACK]...")
@click.option(
    "--sources",
    cls=BilingualOption,
    type=options.PATH,
    metavar="DIR",
    text=Text("文件原文 .txt 所在的文件夹", "The folder with the documents as .txt"),
)
@click.option(
    "--all",
    "details",
    cls=BilingualOption,
    is_flag=True,
    text=Text("列出每条的原句、效力、规则和算例", "Show each item's phrase, effect, rules and cases"),
)
@options.format_option
@options.lang_option
def coverage(packs: tuple[str, ...], sources: Path | None, *, details: bool) -> int:
    """Show the coverage; 0 when nothing is missing, 1 with what is."""
    from subvent.casework.coverage import coverage as covered

    session = current()
    policies, wanted = selected(packs)
    report = covered(policies, wanted, sources)
    status = int(any(found.severity == "error" for found in report.findings))
    if session.json:
        emit(json.dumps(_plain(report, status), ensure_ascii=False, indent=2), session)
    else:
        lines = [line for document in report.documents for line in _document(document, session, details)]
        if report.findings:
            lines += [messages.as_text(report.findings, session)]
        emit("\n".join(lines if status else [*lines, _CLEAN.in_(session.language)]), session)
    return status


# ── text ─────────────────────────────────────────────────────────────────────────────────────────────


def _document(document: DocumentCoverage, session: Session, details: bool) -> Iterator[str]:  # noqa: FBT001
    from subvent.policy.register import CLASSES
    from subvent.report.table import Column, table

    language = session.language
    pack = document.pack
    yield harmless(f"{pack.document}  {pack.id}")
    counted = Counter(part.item.kind for part in document.items)
    kinds = (f"{text.in_(language)} {counted[kind]}" for kind, text in CLASSES.items() if counted[kind])
    yield f"  {_ITEMS.in_(language).format(n=len(document.items))}: {' · '.join(kinds)}"
    heads = [text.in_(language) for text in _HEADS]
    columns = [Column(head, right=i > 2) for i, head in enumerate(heads)]  # noqa: PLR2004 - the numbers
    head, *rows = table(columns, [_row(part, session) for part in document.items], session.width)
    yield head
    for row, part in zip(rows, document.items, strict=True):
        yield row
        if details:
            yield from _details(part, session)
    yield ""


def _row(part: ItemCoverage, session: Session) -> list[str]:
    from subvent.policy.register import CLASSES

    language = session.language
    item = part.item
    kind = CLASSES[item.kind].in_(language) if item.kind in CLASSES else item.kind
    having, all_sides = part.sides
    shown = [len(part.rules), f"{having}/{all_sides}" if all_sides else "", len(part.cases)]
    return [item.key, kind, item.label.in_(language), *(str(number or "–") for number in shown)]


def _details(part: ItemCoverage, session: Session) -> Iterator[str]:
    from subvent.casework.coverage import SIDES
    from subvent.explain.layout import wrap

    language = session.language
    for text in (f"「{part.item.phrase}」", part.item.effect.in_(language)):
        yield from wrap(harmless(text), session.width, "      ")
    for covered in part.rules:
        yield f"      {covered.rule.id}"
        for side, cases in covered.sides.items():
            own_first = tuple(sorted(cases, key=lambda case: case not in part.cases))
            yield from wrap(
                _cases(own_first, session), session.width, f"        {SIDES[side].in_(language)}: ", " " * 10
            )
    for reading in part.readings:
        for answer, case in reading.answers.items():
            first = f"      {reading.reading.name}={answer}: "
            yield from wrap(harmless(case) or _NONE.in_(language), session.width, first, " " * 8)


def _cases(cases: tuple[str, ...], session: Session) -> str:
    if not cases:
        return _NONE.in_(session.language)
    shown = " · ".join(harmless(case) for case in cases[:_CASES_SHOWN])
    if len(cases) <= _CASES_SHOWN:
        return shown
    return f"{shown} {_IN_ALL.in_(session.language).format(n=len(cases))}"


# ── JSON ─────────────────────────────────────────────────────────────────────────────────────────────


def _plain(report: Coverage, status: int) -> dict[str, object]:
    found = json.loads(messages.as_json(report.findings, status))
    return {"documents": [_plain_document(document) for document in report.documents], **found}


def _plain_document(document: DocumentCoverage) -> dict[str, object]:
    pack = document.pack
    return {
        "pack": pack.id,
        "document": pack.document,
        "title": {"zh": pack.title.zh, "en": pack.title.en},
        "items": [_plain_item(part) for part in document.items],
    }


def _plain_item(part: ItemCoverage) -> dict[str, object]:
    item = part.item
    return {
        "key": item.key,
        "numbers": item.numbers,
        "class": item.kind,
        "label": {"zh": item.label.zh, "en": item.label.en},
        "phrase": item.phrase,
        "effect": {"zh": item.effect.zh, "en": item.effect.en},
        "rules": [
            {"rule": covered.rule.id, "text": covered.rule.text.strip(), "sides": covered.sides}
            for covered in part.rules
        ],
        "readings": [
            {
                "question": r.reading.name,
                "answers": {answer: case or None for answer, case in r.answers.items()},
            }
            for r in part.readings
        ],
        "cases": part.cases,
    }
