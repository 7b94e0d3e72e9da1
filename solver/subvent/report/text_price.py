"""Prices of provisions as text for a terminal: what each rule costs this portfolio, the largest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import cycle
from string import ascii_uppercase
from typing import Literal

from subvent.diagnostics import Language, Text
from subvent.display import harmless
from subvent.explain.layout import wrap
from subvent.explain.quantities import wan
from subvent.explain.tree import article_name, legend
from subvent.policy.provisions import Kind
from subvent.questions.price import Price, Prices, Share
from subvent.report.table import Column, table

By = Literal["company", "year"]
"""What the shares of a price are told by."""

_TITLE = Text("规则的价格", "What the rules cost")
_TOTAL = Text("现行规则下合计不超过 {wan} 万元", "Under the rules as they are: at most {wan} 万元")
_PROVEN = Text("，已证明最优。", ", proven optimal.")
_UNPROVEN = Text(
    "，尚未证明最优（不超过 {bound} 万元）；放宽 --time-limit 再算。",
    ", not proven optimal (at most {bound} 万元); raise --time-limit to close the gap.",
)
_MEANING = Text(
    "价格是去掉该条后的最优合计减去现行最优合计。每条单独去掉，价格不能相加。",
    "A price is the optimum without the rule, less the optimum with it. Each rule is left out alone: prices "
    "do not add up.",
)
_SCOPE = Text(
    "比例、基数和金额的算法不定价（没有它们就没有金额）；合计之外的不计。",
    "Rates, bases and how amounts are reckoned have no price (without them there is no amount); nor does "
    "what stands beside the total count.",
)
_HEADS = (
    Text("价格（万元）", "Price (万元)"),
    Text("条文", "Article"),
    Text("种类", "Kind"),
    Text("规则", "Rule"),
)
_KINDS: dict[Kind, Text] = {
    "limit": Text("限制", "limit"),
    "shared-cap": Text("合计上限", "shared cap"),
    "shared-cost": Text("共用费用", "shared cost"),
    "condition": Text("条件", "condition"),
    "threshold": Text("起点", "threshold"),
    "cap": Text("上限", "cap"),
}
_NONE = Text("没有哪一条规则单独使合计减少。", "No rule lowers the total by itself.")
_FREE = Text("价格为零的有 {count} 条；加 --all 列出。", "{count} cost nothing; --all lists them.")
_FREE_LISTED = Text("价格为零：{count} 条", "Cost nothing: {count}")
_OPEN = Text("未能在时限内定价：{count} 条", "Not priced in the time given: {count}")
_BETWEEN = Text("{low} 至 {high} 万元之间", "between {low} and {high} 万元")
_READINGS = Text("解读：", "Readings: ")
_DEFAULTS = Text("全部取默认", "all by default")
_OTHERS = Text("其余取默认", "all others by default")
_INDENT = " " * 6


def price_text(
    found: Prices, language: Language, width: int, *, by: By | None = None, every: bool = False
) -> str:
    """The prices as text of at most `width` columns, ending in a line break. Amounts are in 万元, exact.

    `by` adds how each price falls on companies or years; `every` lists what costs nothing as well.
    """
    page = _Page(found, language, max(40, width), by)
    listed = (*found.told, *found.unproven, *(found.free if every else ()))
    parts = (
        page.headline(),
        page.prices(),
        page.unproven(),
        page.free(every=every),
        page.legend(listed),
        page.readings(),
    )
    blocks = ["\n".join(line.rstrip() for line in lines) for part in parts if (lines := list(part))]
    return "\n\n".join(blocks) + "\n"


class _Page:
    def __init__(self, found: Prices, language: Language, width: int, by: By | None) -> None:
        self.found = found
        self.language = language
        self.width = width
        self.by = by
        told = {price.document for price in (*found.told, *found.unproven)}
        documents = sorted((policy.document for policy in found.policies), key=lambda one: one not in told)
        self.letters = dict(zip(documents, cycle(ascii_uppercase), strict=False))

    def _say(self, text: Text, **values: object) -> str:
        return text.in_(self.language).format(**values)

    def _wrap(self, text: str, first: str = "") -> list[str]:
        return wrap(harmless(text), self.width, first)

    def headline(self) -> Iterator[str]:
        """The optimum, and what prices mean."""
        found = self.found
        yield f"{self._say(_TITLE)} · {harmless(found.file)}"
        optimal = found.total_fen == found.bound_fen
        ending = _PROVEN if optimal else _UNPROVEN
        total = self._say(_TOTAL, wan=wan(found.total_fen, 2)) + self._say(
            ending, bound=wan(found.bound_fen, 2)
        )
        for said in (total, self._say(_MEANING), self._say(_SCOPE)):
            yield from self._wrap(said)

    def prices(self) -> Iterator[str]:
        """What costs something, with its phrase and how it falls on companies or years."""
        told = self.found.told
        if not told:
            if not self.found.unproven:
                yield self._say(_NONE)
            return
        decimals = max(len(wan(price.fen or 0, 2).partition(".")[2]) for price in told)
        rows: list[list[str] | str] = []
        for price in told:
            rows.append([wan(price.fen or 0, decimals), *self._cells(price)])
            rows += self._below(price)
        heads = [self._say(head) for head in _HEADS]
        columns = [Column(heads[0], right=True), *map(Column, heads[1:-1]), Column(heads[-1], wraps=True)]
        yield from table(columns, rows, self.width)

    def legend(self, listed: Iterable[Price]) -> Iterator[str]:
        """The documents that what is listed cites."""
        cited = {price.document for price in listed}
        for policy in sorted(self.found.policies, key=lambda one: self.letters[one.document]):
            if policy.document in cited:
                yield from self._wrap(legend(policy, self.language), f"[{self.letters[policy.document]}] ")

    def _cells(self, price: Price) -> list[str]:
        return [self._article(price), self._say(_KINDS[price.kind]), price.label.in_(self.language)]

    def _article(self, price: Price) -> str:
        return f"{article_name(price.article, self.language)}[{self.letters.get(price.document, '?')}]"

    def _below(self, price: Price) -> Iterator[str]:
        for phrase in price.phrases[:1]:
            yield from self._wrap(f"「{phrase}」", _INDENT)
        if self.by:
            shares = price.by_company if self.by == "company" else price.by_year
            yield from self._wrap(self._shares(shares), _INDENT)

    def _shares(self, shares: Iterable[Share]) -> str:
        """Companies or years with what falls on each, in the order of their names."""
        shown = [
            f"{share.key} {share.name}".strip() + f" {'+' if share.fen > 0 else ''}{wan(share.fen, 2)}"
            for share in shares
        ]
        return ("；" if self.language == "zh" else "; ").join(shown)

    def unproven(self) -> Iterator[str]:
        """What the time did not suffice for."""
        listed = self.found.unproven
        if listed:
            yield self._say(_OPEN, count=len(listed))
        for price in listed:
            between = ""
            if price.least_fen is not None and price.most_fen is not None:
                between = "  " + self._say(_BETWEEN, low=wan(price.least_fen, 2), high=wan(price.most_fen, 2))
            yield from self._line(price, between)

    def free(self, *, every: bool) -> Iterator[str]:
        """What costs nothing: counted, or listed."""
        listed = self.found.free
        if not listed:
            return
        yield self._say(_FREE_LISTED if every else _FREE, count=len(listed))
        for price in listed if every else ():
            yield from self._line(price, "")

    def _line(self, price: Price, ending: str) -> Iterator[str]:
        yield from self._wrap("  ".join(self._cells(price)) + ending, "  - ")

    def readings(self) -> Iterator[str]:
        """The answers that the prices rest on."""
        if not self.found.readings:
            return
        chosen = [f"{r.name}={r.answer}" for r in self.found.readings if not r.is_default]
        rest = self._say(_OTHERS if chosen else _DEFAULTS)
        yield from self._wrap(self._say(_READINGS) + " ".join([*chosen, rest]))
