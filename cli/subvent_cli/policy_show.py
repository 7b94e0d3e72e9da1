"""`subvent policy show`: one pack, article by article: its class, its phrases, the rules that encode them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from subvent.diagnostics import SubventError, Text, diagnostic
from subvent.display import harmless
from subvent_cli import options
from subvent_cli.bilingual import BilingualCommand
from subvent_cli.output import emit
from subvent_cli.session import Session, current

if TYPE_CHECKING:
    from subvent.policy.register import Item
    from subvent.policy.types import Pack

_SEE = Text("规则另见", "rules also under")


@click.command(
    "show",
    cls=BilingualCommand,
    text=Text("逐条显示一个政策包：类别、原文和规则", "Show a pack by article: phrases and rules"),
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
    loaded = load_policies((pack,))
    folder = Path(pack).resolve()
    shown = [
        (p, _articles(p))
        for p in loaded.packs
        if p.id == pack or p.directory.resolve().is_relative_to(folder)
    ]
    if article is not None:
        only = [(p, {article: found[article]}) for p, found in shown if article in found]
        if not only:
            names = ", ".join(name for _, found in shown for name in found)
            raise SubventError(diagnostic("cli.unknown-article", name=article, names=names))
        shown = only
    if session.json:
        plain = [_plain(p, articles) for p, articles in shown]
        emit(json.dumps(plain, ensure_ascii=False, indent=2), session)
    else:
        emit("\n\n".join(_text(p, articles, session) for p, articles in shown), session)
    return 0


def _articles(pack: Pack) -> dict[str, Item | None]:
    """The articles of a pack in the order of its register, each with its entry there; the others follow."""
    from subvent.policy.register import read_register

    register, _ = read_register(pack)
    found: dict[str, Item | None] = {item.key: item for item in register.items} if register else {}
    return found | {rule.article: None for rule in pack.rules if rule.article not in found}


def _text(pack: Pack, articles: Mapping[str, Item | None], session: Session) -> str:
    lines = [f"{pack.id}  {pack.document}", f"{harmless(pack.title.in_(session.language))}"]
    for article, item in articles.items():
        lines += ["", *_article(pack, article, item, session)]
    return "\n".join(lines)


def _article(pack: Pack, article: str, item: Item | None, session: Session) -> list[str]:
    from subvent.explain.layout import wrap
    from subvent.policy.register import CLASSES

    language = session.language
    heading = item.label if item else pack.articles.get(article)
    lines = [f"{article}  {harmless(heading.in_(language))}" if heading else article]
    rules = [rule for rule in pack.rules if rule.article == article]
    phrases = [item.phrase] if item else []
    if item:
        lines[0] += f"  [{CLASSES[item.kind].in_(language) if item.kind in CLASSES else item.kind}]"
    phrases += [phrase for rule in rules for phrase in rule.phrases]
    lines += [f"  「{harmless(phrase)}」" for phrase in dict.fromkeys(phrases)]
    if item:
        lines += wrap(harmless(item.effect.in_(language)), session.width, "  ")
        if item.articles:
            lines.append(f"  {_SEE.in_(language)}: {', '.join(map(harmless, item.articles))}")
    for rule in rules:
        first, *rest = rule.text.strip().splitlines()
        lines += [f"    {harmless(first)}  % {rule.id}", *(f"    {harmless(line)}" for line in rest)]
    return lines


def _plain(pack: Pack, articles: Mapping[str, Item | None]) -> dict[str, object]:
    return {
        "id": pack.id,
        "version": pack.version,
        "document": pack.document,
        "title": {"zh": pack.title.zh, "en": pack.title.en},
        "articles": {
            name: {"zh": text.zh, "en": text.en} for name, text in pack.articles.items() if name in articles
        },
        "items": [
            {
                "key": item.key,
                "class": item.kind,
                "label": {"zh": item.label.zh, "en": item.label.en},
                "phrase": item.phrase,
                "effect": {"zh": item.effect.zh, "en": item.effect.en},
                "articles": item.articles,
            }
            for item in articles.values()
            if item
        ],
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
            if rule.article in articles
        ],
    }
