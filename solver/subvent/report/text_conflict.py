"""Why claims cannot stand together, or what it costs that they do, as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from string import ascii_uppercase
from typing import Self

from subvent.diagnostics import Language, Text
from subvent.display import harmless
from subvent.explain.answered import REASONS
from subvent.explain.layout import wrap
from subvent.explain.quantities import wan
from subvent.explain.tree import article_name, legend
from subvent.questions.conflict import Answer, Conflict, Impossible
from subvent.questions.conflict_words import Instance
from subvent.questions.insist import Together
from subvent.questions.outline import Line
from subvent.report.text_changes import bold, change_lines

_TITLE = Text("能否同时申报", "Whether claims can stand together")
_TITLE_OF_ONE = Text("能否申报", "Whether a claim can be filed")
_ASKED = Text("所问：{claims}", "Asked: {claims}")
_TOGETHER = Text("可以同时申报。", "They can stand together.")
_CAN_BE_FILED = Text("可以申报。", "It can be filed.")
_HELD = Text(
    "含所问申报的最优方案合计 {held} 万元，最优方案合计 {best} 万元：坚持申报，合计少 {loss} 万元{proven}。",
    "The best plan with what was asked comes to {held} 万元, the best plan of all to {best} 万元: insisting "
    "costs {loss} 万元{proven}.",
)
_FREE = Text(
    "含所问申报的最优方案合计 {held} 万元，不少于最优方案：坚持申报，合计不变{proven}。",
    "The best plan with what was asked comes to {held} 万元, as much as the best plan of all: insisting "
    "costs nothing{proven}.",
)
_COSTS = Text("坚持申报，合计少 {loss} 万元{proven}。", "Insisting costs {loss} 万元{proven}.")
_COSTS_NOTHING = Text("坚持申报，合计不变{proven}。", "Insisting costs nothing{proven}.")
_NO_COST = Text(
    "坚持申报要少得多少，时限内未能算出；放宽 --time-limit 再问。",
    "What insisting costs was not found in the time given; raise --time-limit and ask again.",
)
_NOT_PROVEN = Text("（未能在时限内证明）", " (not proven in the time given)")
_CHANGES = Text("与最优方案相比：", "Against the best plan:")
_NO_CHANGE = Text("最优方案本来就是这样申报的。", "The best plan files so already.")
_FORBIDDEN = Text("不能同时申报。", "They cannot stand together.")
_CANNOT_BE_FILED = Text("不能申报。", "It cannot be filed.")
_ALONE = Text("不可能申报：{claim}（{reason}）", "Cannot be filed at all: {claim} ({reason})")
_OTHERS_STAND = Text("其余各项可以同时申报。", "The others can stand together.")
_OTHERS = Text("其余各项之间：", "Between the others:")
_ONE = Text("禁止这样申报的条文：", "What forbids it:")
_SEVERAL = Text(
    "以下 {count} 组条文，每一组都足以禁止这样申报，最小的在前：",
    "Each of these {count} sets of articles is enough to forbid it, the smallest first:",
)
_PREFERRED = Text(
    "一样大的，先列优先适用的文件：{article}「{phrase}」，优先于[{over}]。",
    "Of equal ones the document that prevails comes first: {article}「{phrase}」, over [{over}].",
)
_JOINTLY = Text("{articles} 合在一起", "{articles} together")
_NO_ARTICLE = Text("不出于任何条文", "it follows from no article")
_MOST = Text("{label}：上限 {most}", "{label}: at most {most}")
_COUNTS = Text("{limit}；所问的 {claims} 计入", "{limit}; of what was asked, {claims} count")
_SIDES = Text("{limit}；{left} 与 {right} 不可兼得", "{limit}; {left} and {right} exclude each other")
_AGAINST = Text("{limit}；涉及 {claims}", "{limit}; it concerns {claims}")
_OUTSIDE = Text("在所问之外：", "Outside the question: ")
_HISTORY = Text("以前已申报或已获批 {claims}", "filed or granted before: {claims}")
_SETTING = Text("限额取自设置“{settings}”", "the measure is the setting “{settings}”")
_MORE_INSTANCES = Text("还有其他限制也足以禁止", "further limits are enough as well")
_CHECKED = Text(
    "已逐一重新求解：每组条文都有效时，没有合法的方案含有所问的申报；去掉其中任何一条（其他条文也不计），就有。",
    "Each was solved again: with all of its articles in force nothing lawful holds the claims; without any "
    "one of them (all other articles left out as well) something does.",
)
_NO_OTHERS = Text("没有更小的一组，也没有其他的组。", "There is no smaller set, and there are no others.")
_SOME_OTHERS = Text(
    "没有更小的一组；还有其他的组没有列出。", "There is no smaller set; there are others that are not shown."
)
_UNDECIDED = Text(
    "时限内未能判定；放宽 --time-limit 再问。",
    "Not decided in the time given; raise --time-limit and ask again.",
)
_UNPROVEN = Text(
    "时限内未能列全，也未能证明没有更小的一组；放宽 --time-limit 再问。",
    "Not all found in the time given, nor proven that no set is smaller; raise --time-limit and ask again.",
)
_MOST_NAMED = 6
_AND_MORE = Text("等 {count} 项", " and {count} in all")


def conflict_text(answer: Answer, language: Language, width: int, *, color: bool = False) -> str:
    """The answer as text of at most `width` columns, ending in a line break. Amounts are in 万元, exact."""
    page = _Page(answer, language, max(40, width), color=color)
    page.text()  # told once without letters, which shows what is cited
    return page.with_letters().text()


class _Page:
    def __init__(self, answer: Answer, language: Language, width: int, *, color: bool) -> None:
        self.answer, self.language, self.width, self.color = answer, language, width, color
        self.cited: set[str] = set()
        self.letters: dict[str, str] = {}

    def with_letters(self) -> Self:
        """The page with a letter for each document cited so far."""
        cited = (policy.document for policy in self.answer.policies if policy.document in self.cited)
        self.letters = dict(zip(cited, cycle(ascii_uppercase), strict=False))
        return self

    def text(self) -> str:
        """The whole page."""
        parts = (self.headline(), self.together(), self.impossible(), self.conflicts(), self.documents())
        blocks = ["\n".join(line.rstrip() for line in lines) for part in parts if (lines := list(part))]
        return "\n\n".join(blocks) + "\n"

    def _say(self, text: Text, **values: object) -> str:
        return text.in_(self.language).format(**values)

    def _wrap(self, text: str, first: str = "", rest: str | None = None) -> list[str]:
        return wrap(harmless(text), self.width, first, rest)

    def _listed(self, parts: list[str]) -> str:
        return ("、" if self.language == "zh" else ", ").join(parts)

    def _ids(self, lines: tuple[Line, ...]) -> str:
        """Claims in brief: their ids, of many the first."""
        named = self._listed([f"{line.subject}/{line.benefit}/{line.year}" for line in lines[:_MOST_NAMED]])
        more = self._say(_AND_MORE, count=len(lines)) if len(lines) > _MOST_NAMED else ""
        return named + more

    def headline(self) -> Iterator[str]:
        """What was asked, and whether the claims can stand together."""
        answer = self.answer
        one = len(answer.asked) == 1
        yield bold(
            f"{self._say(_TITLE_OF_ONE if one else _TITLE)} · {harmless(answer.file)}", color=self.color
        )
        yield from self._wrap(self._say(_ASKED, claims=self._listed([one.id for one in answer.asked])))
        if not answer.decided:
            yield from self._wrap(self._say(_UNDECIDED))
        else:
            can, cannot = (_CAN_BE_FILED, _CANNOT_BE_FILED) if one else (_TOGETHER, _FORBIDDEN)
            yield from self._wrap(self._say(can if answer.stand else cannot))

    def together(self) -> Iterator[str]:
        """What insisting on all of them costs, and what changes for it."""
        found: Together | None = self.answer.together
        if found is None:
            if self.answer.stand:
                yield from self._wrap(self._say(_NO_COST))
            return
        told, told_free = (_HELD, _FREE) if self.answer.whole else (_COSTS, _COSTS_NOTHING)
        yield from self._wrap(
            self._say(
                told if found.loss else told_free,
                held=wan(found.held.total, 2),
                best=wan(found.best.total, 2),
                loss=wan(found.loss, 2),
                proven="" if found.proven else self._say(_NOT_PROVEN),
            )
        )
        yield self._say(_CHANGES if found.changes else _NO_CHANGE)
        yield from change_lines(found.changes, self.answer.words, self.language, self.width)

    def impossible(self) -> Iterator[str]:
        """What nobody could file by itself, and why."""
        for one in self.answer.impossible:
            yield from self._wrap(
                self._say(_ALONE, claim=one.asked.id, reason=REASONS[one.reason].in_(self.language))
            )
            yield from self._findings(one)
        if self.answer.impossible and len(self.answer.impossible) < len(self.answer.asked):
            forbidden = bool(self.answer.conflicts)
            if self.answer.decided:
                yield self._say(_OTHERS if forbidden else _OTHERS_STAND)

    def _findings(self, one: Impossible) -> Iterator[str]:
        for finding in one.findings:
            law = "".join(
                self._article(c.document, c.article) + f"「{c.phrase}」" for c in finding.citations[:1]
            )
            outside = self._say(_OUTSIDE) if finding.kind in {"shut", "barred"} else ""
            yield from self._wrap(f"{outside}{finding.text.in_(self.language)} {law}", "  - ", "    ")

    def conflicts(self) -> Iterator[str]:
        """The sets of articles with their instances, and how much of that is proven."""
        answer = self.answer
        if not answer.conflicts:
            if answer.decided and not answer.smallest:
                yield from self._wrap(self._say(_UNPROVEN))
            return
        count = len(answer.conflicts)
        yield from self._wrap(self._say(_ONE if count == 1 else _SEVERAL, count=count))
        for number, conflict in enumerate(answer.conflicts, 1):
            yield from self._conflict(conflict, f"{number}. " if count > 1 else "")
        for one in answer.preferences:
            article = self._article(one.citation.document, one.citation.article)
            over = self.letters.get(one.over, "?")
            yield from self._wrap(
                self._say(_PREFERRED, article=article, phrase=one.citation.phrase, over=over)
            )
        yield from self._wrap(self._say(_CHECKED))
        if not answer.smallest:
            yield from self._wrap(self._say(_UNPROVEN))
        else:
            yield from self._wrap(self._say(_NO_OTHERS if answer.complete else _SOME_OTHERS))

    def _conflict(self, conflict: Conflict, number: str) -> Iterator[str]:
        names = [self._article(part.cause.document, part.cause.article) for part in conflict.parts]
        title = self._listed(names) or self._say(_NO_ARTICLE)
        if len(names) != 1:
            shown = self._say(_JOINTLY, articles=title) if names else title
            yield bold(f"{number}{harmless(shown)}", color=self.color)
        for part in conflict.parts:
            for phrase in part.cause.phrases[:1]:
                article = self._article(part.cause.document, part.cause.article)
                yield from self._wrap(f"{article}「{phrase}」", number if len(names) == 1 else "   ", "   ")
        for limits in conflict.instances:
            for position, limit in enumerate(limits):
                yield from self._wrap(self._limit(limit), "   - " if not position else "   + ", "     ")
                if outside := self._outside(limit):
                    yield from self._wrap(outside, "     ", "     ")
        if not conflict.whole:
            yield from self._wrap(self._say(_MORE_INSTANCES), "   … ")

    def _limit(self, limit: Instance) -> str:
        label = limit.label.in_(self.language)
        said = label if limit.most is None else self._say(_MOST, label=label, most=limit.most)
        if len(limit.sides) > 1:
            left, right = (self._ids(side) for side in limit.sides)
            return self._say(_SIDES, limit=said, left=left, right=right)
        return self._say(
            _AGAINST if limit.most is None else _COUNTS, limit=said, claims=self._ids(limit.claims)
        )

    def _outside(self, limit: Instance) -> str:
        """What of a limit lies outside the question: claims of the history, settings of the portfolio."""
        said = []
        if limit.held:
            said.append(self._say(_HISTORY, claims=self._ids(limit.held)))
        if limit.settings:
            named = self._listed([label.in_(self.language) for label in limit.settings])
            said.append(self._say(_SETTING, settings=named))
        return self._say(_OUTSIDE) + ("；" if self.language == "zh" else "; ").join(said) if said else ""

    def _article(self, document: str, article: str) -> str:
        self.cited.add(document)
        return f"{article_name(article, self.language)}[{self.letters.get(document, '?')}]"

    def documents(self) -> Iterator[str]:
        """The documents that were cited, by letter."""
        for policy in self.answer.policies:
            if policy.document in self.letters:
                shown = legend(policy, self.language)
                yield from self._wrap(shown, f"[{self.letters[policy.document]}] ")
