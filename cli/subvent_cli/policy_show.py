"""`subvent policy show`: one pack, article by article: its phrases and the rules that encode them."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from subvent.diagnostics import SubventError, Text, diagnostic
from subvent.display import harmless
from subvent_cli import options
from subvent_cli.bilingual import BilingualCommand
from subvent_cli.output import emit
from subvent_cli.session import Session, current

if TYPE_CHECKING:
    from subvent.policy.types import Pack, Rule


@click.command(
    "show",
    cls=BilingualCommand,
    text=Text("逐条显示一个政策包：原文和规则", "Show a pack by article: its phrases and rules"),
    detail=Text(
        """\
PACK 是 subvent policy list 列出的编号，或政策包的文件夹；
写上 ARTICLE 则只显示这一条。""",
        """\
PACK is an id that subvent policy list shows, or a folder;
with ARTICLE only that article is shown.""",
    ),
    examples=("subvent policy show cn/shenzhen/2023-6", "subvent policy show cn/shenzhen/2023-6 3"),
)
@click.argument("pack")
@click.argument("article", required=False)
@options.format_option
@options.lang_option
def show(pack: str, article: str | None) -> int:
    """Show the pack, or every pack of the folder, without those it builds on.

    Errors: SubventError when none of them has the article.
    """
    from subvent.policy.loader import load_policies

    session = current()
    folder = Path(pack).resolve()
    shown = [
        p
        for p in load_policies((pack,)).packs
        if p.id == pack or p.directory.resolve().is_relative_to(folder)
    ]
    if article is not None:
        shown = [_only(p, article) for p in shown if article in p.articles] or _without(shown, article)
    if session.json:
        emit(json.dumps([_plain(p) for p in shown], ensure_ascii=False, indent=2), session)
    else:
        emit("\n\n".join(_text(p, session) for p in shown), session)
    return 0


def _only(pack: Pack, article: str) -> Pack:
    """The pack with no other article."""
    rules = tuple(rule for rule in pack.rules if rule.article == article)
    return replace(pack, rules=rules, articles={article: pack.articles[article]})


def _without(packs: list[Pack], article: str) -> NoReturn:
    articles = ", ".join(name for pack in packs for name in pack.articles)
    raise SubventError(diagnostic("cli.unknown-article", name=article, names=articles))


def _text(pack: Pack, session: Session) -> str:
    lines = [f"{pack.id}  {pack.document}", f"{harmless(pack.title.in_(session.language))}"]
    for article, rules in groupby(pack.rules, key=lambda rule: rule.article):
        lines += ["", *_article(pack, article, list(rules), session)]
    return "\n".join(lines)


def _article(pack: Pack, article: str, rules: list[Rule], session: Session) -> list[str]:
    heading = pack.articles.get(article)
    lines = [f"{article}  {harmless(heading.in_(session.language))}" if heading else article]
    phrases = dict.fromkeys(phrase for rule in rules for phrase in rule.phrases)
    lines += [f"  「{harmless(phrase)}」" for phrase in phrases]
    for rule in rules:
        first, *rest = rule.text.strip().splitlines()
        lines += [f"    {harmless(first)}  % {rule.id}", *(f"    {harmless(line)}" for line in rest)]
    return lines


def _plain(pack: Pack) -> dict[str, object]:
    return {
        "id": pack.id,
        "version": pack.version,
        "document": pack.document,
        "title": {"zh": pack.title.zh, "en": pack.title.en},
        "articles": {name: {"zh": text.zh, "en": text.en} for name, text in pack.articles.items()},
        "rules": [
            {
                "id": rule.id,
                "article": rule.article,
                "phrases": rule.phrases,
                "stratum": rule.stratum,
                "line": rule.place.line,
                "text": rule.text.strip(),
            }
            for rule in pack.rules
        ],
    }
