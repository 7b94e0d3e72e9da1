"""register.toml: every numbered item of a document, with its class and why it has an effect or none.

    numbers = ["1", "2"]             # the numbers of the text: each needs an entry

    [items.1]
    number = "1"                     # where it stands, or a list; several entries may share a number
    class = "computed"
    phrase = "总投资额达到1000万元及以上"
    zh = "…"
    en = "…"
    effect_zh = "…"
    effect_en = "…"
    articles = ["3", "PACK#4"]       # further articles whose rules are this item's, beside the one of its key

Nothing that is planned rests on the register: it is read for `lint`, `verify-sources` and `coverage`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from subvent.diagnostics import Citation, Diagnostic, Place, Text, diagnostic
from subvent.policy.manifest import read_toml
from subvent.policy.numbering import canonical
from subvent.policy.toml_lines import Lines
from subvent.policy.types import Pack, PolicySet, Rule
from subvent.portfolio.nearest import suggestion
from subvent.process.foreign import refusal

REGISTER = "register.toml"
CLASSES: Mapping[str, Text] = {
    "computed": Text("计算", "computed"),
    "eligibility": Text("资格", "eligibility"),
    "exclusion": Text("排他", "exclusion"),
    "procedure": Text("程序", "procedure"),
    "benefit": Text("非金额利益", "benefit without amount"),
    "declaration": Text("宣示", "declaration"),
}
"""What an item can be; only a declaration has no bearing on who files what, how and when."""
WITH_RULES = frozenset(("computed", "eligibility", "exclusion"))
"""The classes whose items bear on claims, so that rules have to say how."""


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a register. `kind` is its class; `numbers` where it stands in the text's numbering."""

    key: str
    kind: str
    phrase: str
    label: Text
    effect: Text
    numbers: tuple[str, ...]
    articles: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Register:
    """A document's items in the order of its text, and the numbers that its text has."""

    pack: Pack
    items: tuple[Item, ...] = ()
    numbers: tuple[str, ...] = ()
    lines: Lines = field(default_factory=lambda: Lines("", ""))

    def citation(self, item: Item) -> Citation:
        """The words of the law that an item rests on."""
        return Citation(self.pack.document, item.key, item.phrase)


class _Table(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def _listed(number: object) -> object:
    return number if isinstance(number, list) else [number]


class _ItemTable(_Table):
    number: Annotated[list[str], BeforeValidator(_listed)] = []
    kind: str = Field(alias="class")
    phrase: str = Field(min_length=1)
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    effect_zh: str = Field(min_length=1)
    effect_en: str = Field(min_length=1)
    articles: list[str] = []


class _RegisterTable(_Table):
    numbers: list[str] = []
    items: dict[str, _ItemTable] = {}


def read_register(pack: Pack) -> tuple[Register | None, tuple[Diagnostic, ...]]:
    """A pack's register with what is wrong with how it is written; None when it has none, or no readable one.

    Articles that an item names are not looked up here: see `check_register`.
    """
    path = pack.directory / REGISTER
    shown = pack.manifest_name.rpartition("/")[0] + "/" + REGISTER
    if not path.is_file():
        return None, ()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return None, (diagnostic("policy.unreadable", Place(shown), reason=refusal(error)),)
    table, lines, found = read_toml(text, shown, _RegisterTable, _siblings)
    if table is None:
        return None, tuple(found)
    items = tuple(_item(key, item, lines) for key, item in table.items.items())
    return Register(pack, items, tuple(map(canonical, table.numbers)), lines), ()


def _siblings(path: Sequence[str | int]) -> list[str]:
    model: type[BaseModel] = _RegisterTable if len(path) == 1 else _ItemTable
    return [info.alias or name for name, info in model.model_fields.items()]


def _item(key: str, table: _ItemTable, lines: Lines) -> Item:
    return Item(
        key=key,
        kind=table.kind,
        phrase=table.phrase,
        label=Text(table.zh, table.en),
        effect=Text(table.effect_zh, table.effect_en),
        numbers=tuple(map(canonical, table.number)),
        articles=tuple(table.articles),
        place=lines.place("items", key),
    )


def rules_of(item: Item, pack: Pack, policies: PolicySet) -> tuple[Rule, ...]:
    """The rules that encode an item: those of the article of its key, and of the articles it names."""
    wanted = {f"{pack.id}#{item.key}", *(_full(article, pack) for article in item.articles)}
    return tuple(rule for p in policies.packs for rule in p.rules if f"{p.id}#{rule.article}" in wanted)


def _full(article: str, pack: Pack) -> str:
    return article if "#" in article else f"{pack.id}#{article}"


def check_register(register: Register, policies: PolicySet) -> Iterator[Diagnostic]:
    """What the entries of a register do not have right among themselves and with the packs."""
    pack, lines = register.pack, register.lines
    known = [f"{p.id}#{article}" for p in policies.packs for article in p.articles]
    own = [article for article in pack.articles if article not in {item.key for item in register.items}]
    for item in register.items:
        if item.kind not in CLASSES:
            near = suggestion(item.kind, CLASSES)
            place = lines.place("items", item.key, "class")
            yield diagnostic("policy.unknown-class", place, name=item.kind, nearest=near)
        place = lines.place("items", item.key, "articles")
        for article in item.articles:
            if _full(article, pack) not in known:
                near = suggestion(article, [*pack.articles, *known])
                yield diagnostic("policy.unknown-article", place, article=article, nearest=near)
        named = {_full(article, pack) for article in item.articles}
        own = [article for article in own if f"{pack.id}#{article}" not in named]
    for article in own:
        yield diagnostic("policy.article-without-item", Place(lines.file, 1), article=article, pack=pack.id)
    yield from check_numbers(register, register.numbers, "numbers")


def check_numbers(register: Register, numbers: Sequence[str], where: str) -> Iterator[Diagnostic]:
    """Numbers that no entry has, and entries that have numbers there are not; `where` names what was read."""
    lines = register.lines
    entered = {number for item in register.items for number in item.numbers}
    for number in dict.fromkeys(numbers):
        if number not in entered:
            place = lines.place("numbers")
            yield diagnostic("policy.number-without-item", place, number=number, where=where)
    for item in register.items:
        for number in item.numbers:
            if number not in numbers:
                near = suggestion(number, numbers, listed=False)
                place = lines.place("items", item.key, "number")
                yield diagnostic(
                    "policy.no-such-number", place, item=item.key, number=number, where=where, nearest=near
                )
