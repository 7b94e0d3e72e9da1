"""Packs of an invented city and groups planned under them: a test states its own rule, this all around it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from shutil import copytree

from subvent.policy.loader import load_policies, vocabulary_of
from subvent.policy.types import PolicySet
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.types import Portfolio

LAMPS = {"1": ("路灯", "Lamps")}


def manifest(
    name: str,
    *tables: str,
    articles: Mapping[str, tuple[str, str]] = LAMPS,
    document: str = "云江府〔2030〕2号",
    head: str = "",
) -> str:
    """A policy.toml in force from 2030 on: articles by number with their headings, then these tables.

    `head` are further keys of the whole pack.
    """
    headings = "".join(f'{n} = {{ zh = "{zh}", en = "{en}" }}\n' for n, (zh, en) in articles.items())
    return f"""\
id = "{name}"
version = "1"
document = "{document}"
title_zh = "云江市办法"
title_en = "Yunjiang measures"
issuer_zh = "云江市人民政府"
issuer_en = "City of Yunjiang"
issued = 2029-12-01
{head}[in_force]
from = 2030-01-01
[articles]
{headings}{"".join(tables)}"""


def worded(table: str, zh: str, en: str, more: str = "") -> str:
    """A table of a manifest by its path, with its words; `more` are further keys."""
    return f'[{table}]\nzh = "{zh}"\nen = "{en}"\n{more}'


def benefit(name: str, zh: str, en: str, article: str = "1") -> str:
    """A benefit of projects, paid under an article."""
    return worded(f"benefits.{name}", zh, en, f'of = "projects"\narticle = "{article}"\n')


def question(name: str, *answers: str, phrase: str, ordered: bool = True) -> str:
    """A question that article 1 leaves open, and its answers: each a name, and what else is said of it."""
    told = ""
    for answer in answers:
        called, *said = answer.split(", ", 1)
        texts = f'name = "{called}", zh = "{called}", en = "{called}"'
        told += f"  {{ {', '.join((texts, *said))} }},\n"
    more = f'article = "1"\nphrase = "{phrase}"\nordered = {str(ordered).lower()}\nanswers = [\n{told}]\n'
    return worded(f"readings.{name}", name, name, more)


def write_pack(folder: Path, manifest: str, terms: str) -> Path:
    """A pack of these two files in a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "policy.toml").write_text(manifest, encoding="utf-8")
    (folder / "terms.lp").write_text(terms, encoding="utf-8")
    return folder


def changed_pack(folder: Path, pack: Path, old: str, new: str) -> Path:
    """A pack copied into a folder, with a rule, where it first stands, written otherwise."""
    copytree(pack, folder, dirs_exist_ok=True)
    rules = folder / "terms.lp"
    text = rules.read_text(encoding="utf-8")
    assert old in text
    rules.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def group_under(pack: Path, group: str) -> tuple[Portfolio, PolicySet]:
    """A group, written beside a pack's files, as it is read under that pack alone."""
    path = pack / "group.yaml"
    path.write_text(group, encoding="utf-8")
    policies = load_policies([str(pack)])
    return read_portfolio(path, vocabulary_of(policies)), policies
