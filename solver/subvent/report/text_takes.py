"""What it would take, as text: changes of facts, what the best plan becomes with them, and what is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from subvent.diagnostics import Language, Text
from subvent.display import harmless
from subvent.explain.layout import wrap
from subvent.explain.quantities import wan
from subvent.questions.takes.result import Answers, Bound, FactChange, Jump, Rate, Stage, State, Takes, Way
from subvent.report.text_changes import change_lines

_TITLE = Text("{subject} · {benefit} · 要申报它，还差什么", "{subject} · {benefit} · what it would take")
_TOTAL = Text("现在的最优方案合计不超过 {wan} 万元", "The best plan as things are: at most {wan} 万元")
_TOTAL_OF = Text(
    "现在的最优方案，与此有关联的 {rows} 行合计不超过 {wan} 万元",
    "The best plan as things are, of the {rows} rows that have to do with it: at most {wan} 万元",
)
_STATES: dict[State, Text] = {
    "planned": Text("，其中有它：{fen} 万元。", ", this claim included: {fen} 万元."),
    "possible": Text(
        "，其中没有它：可以申报，单独计算不超过 {fen} 万元。",
        ", without it: it may be claimed, by itself at most {fen} 万元.",
    ),
    "impossible": Text(
        "，其中没有它：按现有事实不能申报。", ", without it: it may not be claimed as things are."
    ),
}
_LOSS = Text("坚持申报它，合计会少 {wan} 万元。", "Insisting on it would cost {wan} 万元.")
_LOSS_OPEN = Text("坚持申报它会少多少，没有算完。", "What insisting on it would cost was not worked out.")
_NO_LOSS = Text("坚持申报它，合计不变。", "Insisting on it would cost nothing.")
_IMPOSSIBLE = Text("没有合法的方案包含它。", "No lawful plan holds it.")
_POSSIBLE = Text(
    "要能够申报，事实最少要这样改变：", "To be allowed to claim it, the least that has to be otherwise:"
)
_OR = Text("（各行任取其一）", " (any one of these)")
_PLANNED = Text("要让最优方案申报它，最少要：", "For the best plan to claim it, at least:")
_MOST = Text("继续增加还能多得，到这里为止：", "More is gained by going on, up to here:")
_IN_PLAN = Text(
    "最优方案就会申报它（{fen} 万元），合计{gain}，为 {wan} 万元",
    "the best plan then claims it ({fen} 万元): {gain}, {wan} 万元 in total",
)
_NOT_IN_PLAN = Text(
    "就可以申报它（单独计算不超过 {fen} 万元），但最优方案仍不申报：",
    "it may then be claimed (by itself at most {fen} 万元), but the best plan leaves it out: ",
)
_THEN = Text("合计{gain}，为 {wan} 万元", "{gain}, {wan} 万元 in total")
_NEVER = Text(
    "再改允许改动的字段，不论哪 {count} 个一起改到哪里，最优方案都不会申报它，除非合计比现在还少。",
    "No further {count} of the fields that may change, moved together to whatever value, make the best plan "
    "claim it, unless it brings less than now.",
)
_NEVER_ONE = Text(
    "在允许改动的字段里，任何一个单独改到哪里，最优方案都不会申报它，除非合计比现在还少。",
    "None of the fields that may change, moved alone to whatever value, makes the best plan claim it, unless "
    "it brings less than now.",
)
_NOT_TOGETHER = Text("可以一起改的太多，没有试。", "There are too many to try any together.")
_TRADED = Text(
    "（几个数额一起改的，一个多些，另一个可以少些。）",
    "(Of several amounts that change together, more of one takes less of another.)",
)
_NONE = Text(
    "只改动允许改动的字段，不能使它可以申报。", "No change of the allowed fields makes it possible. "
)
_LEFT = Text("挡在前面的：", "First in the way:")
_LEFT_ANY = Text(
    "挡在前面的（任满足一项即可，之后可能还有别的）：",
    "First in the way (any one would do; more may follow):",
)
_AFTER = Text("改了 {facts} 之后，", "After {facts}: ")
_EXHAUSTED = Text(
    "在允许改动的字段里，单独改动任何一个都不会使这一项更多。",
    "None of the fields that may change brings it more by itself.",
)
ALONG = Text("（随之）", " (goes along)")
_CUT: dict[Stage, Text] = {
    "possible": Text(
        "使它可以申报的改动没有找完，可能还有更小的。",
        "What makes it possible was not searched to the end: smaller changes may exist.",
    ),
    "planned": Text(
        "使最优方案申报它的改动没有找完。", "What makes the best plan claim it was not searched to the end."
    ),
    "most": Text(
        "继续增加还能多得多少，没有算完。", "How much more is gained by going on was not searched to the end."
    ),
}
PAST = Text("（已经发生的事实：只有原来填错了才能改）", " (it has happened: only if it was stated wrongly)")
_BOUNDS: dict[Bound, Text] = {
    "least": Text("{before} → 达到 {after}", "{before} → {after} or more"),
    "most": Text("{before} → 不超过 {after}", "{before} → {after} or less"),
    "is": Text("{before} → {after}", "{before} → {after}"),
    "any": Text("{before} → 填写即可（按 {after} 计算）", "{before} → any value (reckoned with {after})"),
}
_DATES: dict[Bound, Text] = {
    "least": Text("{before} → 不早于 {after}", "{before} → {after} or later"),
    "most": Text("{before} → 不晚于 {after}", "{before} → {after} or earlier"),
}
_RATES = Text("每改动一步，最优方案的合计变多少：", "What the next step of a fact does to the best total:")
_RATE: dict[tuple[bool, bool], Text] = {
    (False, True): Text("多 {unit}", "{unit} more"),
    (False, False): Text("少 {unit}", "{unit} less"),
    (True, True): Text("晚 {unit} 天", "{unit} day(s) later"),
    (True, False): Text("早 {unit} 天", "{unit} day(s) earlier"),
}
_RATE_IS = Text("{step}：合计{gain}", "{step}: {gain}")
_JUMP = Text(
    "下一个跳变：{facts}；最后一步{step}，与现在相比合计{gain}",
    "next jump: {facts}; the last step of it {step}, {gain} in all",
)
_THEN_ON = Text("，此后每{step}，合计{gain}", ", and from there {step}: {gain}")
_RATES_CUT = Text(
    "每改动一步变多少，没有全部算完。", "What next steps bring was not worked out for all facts."
)
_BY = Text("（{by}）", " ({by})")
_ALLOWED = Text("允许改动：", "May change: ")
_LEFT_OUT = Text(
    "没有试（已经发生的，或申报人自己选定的；要试就用 --allow 编号.字段 指明）：",
    "Not tried (it has happened, or was chosen; name it with --allow ROW.FIELD to ask all the same): ",
)
_MEANING = Text(
    "每种改动都用改动后的资料重新求解核对过；少一分、一单位或一天都不够。这里只说规定要求什么，事实以实际为准。",
    "Each was planned anew with the facts changed; one fen, one unit, one day less will not do. This tells "
    "what the rules ask for; facts are what they are.",
)
_UNPROVEN = Text(
    "有的方案未证明最优；放宽 --time-limit 再算。", "Not every plan is proven; raise --time-limit."
)
_MOST_LINES = 6
_MOST_FIELDS = 12


def takes_text(found: Answers, language: Language, width: int) -> str:
    """The answers as text of at most `width` columns, ending in a line break. Amounts are in 万元, exact."""
    page = Sentences(found, language, max(40, width))
    blocks = [*(list(page.answer(one)) for one in found.takes), list(page.ending())]
    return "\n\n".join("\n".join(line.rstrip() for line in lines) for lines in blocks) + "\n"


class Sentences:
    """What the answers say, in lines of at most `width` columns."""

    def __init__(self, found: Answers, language: Language, width: int) -> None:
        self.found, self.language, self.width = found, language, width

    def _say(self, text: Text, **values: object) -> str:
        return text.in_(self.language).format(**values)

    def _wrap(self, text: str, first: str = "") -> list[str]:
        return wrap(harmless(text), self.width, first)

    def answer(self, one: Takes) -> Iterator[str]:
        """One subject and benefit."""
        yield from self._wrap(self.title(one))
        yield from self._wrap(self.now(one))
        yield from self.stuck(one)
        *before, most = self.stages(one)
        for head, ways in before:
            yield from self._ways(head, ways)
        if never := self.never(one):
            yield from self._wrap(never)
        if any(
            sum(fact.by is not None and not fact.implied for fact in way.facts) > 1 for way in one.planned
        ):
            yield from self._wrap(self._say(_TRADED))
        yield from self._ways(*most)
        for line in self.unsearched(one):
            yield from self._wrap(line)

    def title(self, one: Takes) -> str:
        """What is asked about."""
        benefit = one.benefit_label.in_(self.language) + (f" · {one.years[0]}" if len(one.years) == 1 else "")
        return self._say(_TITLE, subject=f"{one.subject} {one.subject_name}".strip(), benefit=benefit)

    def now(self, one: Takes) -> str:
        """The best plan of the facts as they are, and whether it claims it."""
        total = _TOTAL_OF if self.found.rows else _TOTAL
        now = self._say(total, wan=wan(one.total_fen, 2), rows=self.found.rows) + self._say(
            _STATES[one.state], fen=wan(one.fen, 2)
        )
        gap = "" if self.language == "zh" else " "
        return now + (gap + self._loss(one) if one.state == "possible" else "")

    def stages(self, one: Takes) -> Iterator[tuple[str, Sequence[Way]]]:
        """What makes it possible, then part of the best plan, then worth most, each with its head."""
        for head, ways in ((_POSSIBLE, one.possible), (_PLANNED, one.planned), (_MOST, one.most)):
            yield self._say(head) + (self._say(_OR) if len(ways) > 1 else ""), ways

    def unsearched(self, one: Takes) -> Iterator[str]:
        """What brings no more, and what was not searched to the end."""
        if one.exhausted:
            yield self._say(_EXHAUSTED)
        for stage in one.untried:
            yield self._say(_CUT[stage])

    def outcome(self, way: Way) -> str:
        """What becomes of the best plan with the changes of one way."""
        gain = self._gain(way.gain_fen)
        then = {"fen": wan(way.fen, 2), "gain": gain, "wan": wan(way.total_fen, 2)}
        if way.planned:
            return self._say(_IN_PLAN, **then)
        return self._say(_NOT_IN_PLAN, **then) + self._loss(way)

    def never(self, one: Takes) -> str:
        """That nothing makes the best plan claim it, where it may be claimed; empty where something does."""
        possible = one.state == "possible" or one.possible
        if not possible or one.planned or any(way.planned for way in one.possible):
            return ""
        if "planned" in one.untried or not one.tried_together:
            return ""
        if one.tried_together == 1:
            return self._say(_NEVER_ONE) + self._say(_NOT_TOGETHER)
        return self._say(_NEVER, count=f"1–{one.tried_together}")

    def _loss(self, asked: Takes | Way) -> str:
        loss = asked.loss_fen
        if not asked.loss_proven:
            return self._say(_LOSS_OPEN)
        if loss is None:
            return self._say(_IMPOSSIBLE)
        return self._say(_LOSS, wan=wan(loss, 2)) if loss else self._say(_NO_LOSS)

    def stuck(self, one: Takes) -> Iterator[str]:
        """What is left in the way where no change that is allowed makes it possible."""
        if not one.in_the_way:
            return
        after = self._say(_AFTER, facts=self._joined(map(self._fact, one.short_of))) if one.short_of else ""
        left = _LEFT_ANY if len(one.in_the_way) > 1 else _LEFT
        yield from self._wrap(self._say(_NONE) + after + self._say(left))
        for said in one.in_the_way:
            yield from self._wrap(said.in_(self.language), "  - ")

    def _ways(self, head: str, ways: Sequence[Way]) -> Iterator[str]:
        if not ways:
            return
        yield from self._wrap(head)
        for number, way in enumerate(ways, 1):
            begin = f"  {number}. " if len(ways) > 1 else "  - "
            for fact in way.facts:
                yield from self._wrap(self._fact(fact), begin)
                begin = " " * len(begin)
            yield from self._wrap(self.outcome(way), "     → ")
            if way.gain_fen and not way.planned:
                gain, total = self._gain(way.gain_fen), wan(way.total_fen, 2)
                yield from self._wrap(self._say(_THEN, gain=gain, wan=total), "       ")
            lines = change_lines(way.changes, self.found.words, self.language, self.width, _MOST_LINES)
            yield from (f"   {line}" for line in lines)

    def _gain(self, fen: int) -> str:
        if self.language == "zh":
            return f"{'多' if fen > 0 else '少'} {wan(abs(fen), 2)} 万元" if fen else "不变"
        return f"{'+' if fen > 0 else '−'}{wan(abs(fen), 2)} 万元" if fen else "no more than now"

    def _fact(self, fact: FactChange) -> str:
        return fact_said(fact, self.language)

    def _joined(self, parts: Iterable[str]) -> str:
        return ("；" if self.language == "zh" else "; ").join(parts)

    def ending(self) -> Iterator[str]:
        """What was allowed to change, and what the answers mean."""
        if self.found.allowed:
            yield from self._wrap(self._say(_ALLOWED) + self._fields(self.found.allowed))
        if self.found.left_out and any(one.in_the_way for one in self.found.takes):
            yield from self._wrap(self._say(_LEFT_OUT) + self._fields(self.found.left_out))
        yield from self._rates()
        for line in self.meaning():
            yield from self._wrap(line)

    def meaning(self) -> Iterator[str]:
        """What the answers mean, and whether all of them are proven."""
        if self.found.rates or any(one.possible or one.planned for one in self.found.takes):
            yield self._say(_MEANING)
        if not self.found.proven:
            yield self._say(_UNPROVEN)

    def _rates(self) -> Iterator[str]:
        if self.found.rates:
            yield from self._wrap(self._say(_RATES))
        for rate in self.found.rates:
            yield from self._wrap(self._rate(rate), "  - ")
            if rate.jump:
                yield from self._wrap(self._jump(rate, rate.jump), "     → ")
        if not self.found.rates_complete:
            yield from self._wrap(self._say(_RATES_CUT))

    def _rate(self, rate: Rate) -> str:
        name = f"{rate.row} {rate.label.in_(self.language)}"
        gain = self._say(_RATE_IS, step=self.step(rate), gain=self._gain(rate.gain_fen or 0))
        colon = "：" if self.language == "zh" else ": "
        return f"{name}{colon}{gain}"

    def step(self, rate: Rate) -> str:
        """The step of a fact that a rate is about."""
        return self._say(_RATE[rate.is_day, rate.more], unit=rate.unit.in_(self.language))

    def _jump(self, rate: Rate, jump: Jump) -> str:
        facts = self._joined(map(self._fact, jump.facts))
        told = self._say(_JUMP, facts=facts, step=self._gain(jump.step_fen), gain=self._gain(jump.gain_fen))
        if jump.then_fen is None:
            return told
        return told + self._say(_THEN_ON, step=self.step(rate), gain=self._gain(jump.then_fen))

    def _fields(self, listed: Sequence[tuple[str, Text]]) -> str:
        rows: dict[str, list[str]] = {}
        for row, label in listed:
            rows.setdefault(row, []).append(label.in_(self.language))
        comma = "、" if self.language == "zh" else ", "
        return self._joined(
            f"{row} {comma.join(labels[:_MOST_FIELDS])}{' …' if len(labels) > _MOST_FIELDS else ''}"
            for row, labels in rows.items()
        )


def is_day(fact: FactChange) -> bool:
    """Whether the fact is a day, of which more means later."""
    return hasattr(fact.after, "toordinal")


def fact_said(fact: FactChange, language: Language, row: Text | None = None) -> str:
    """One fact that would have to be another, in words; its row by its id, or as it is called."""
    phrase = (_DATES if is_day(fact) else _BOUNDS).get(fact.bound, _BOUNDS[fact.bound])
    change = phrase.in_(language).format(
        before=fact.shown_before.in_(language), after=fact.shown_after.in_(language)
    )
    colon = "：" if language == "zh" else ": "
    by = _BY.in_(language).format(by=fact.by.in_(language)) if fact.by else ""
    further = (ALONG.in_(language) if fact.implied else "") + (PAST.in_(language) if fact.past else "")
    name = fact.row if row is None else row.in_(language)
    return f"{name} {fact.label.in_(language)}{colon}{change}{by}{further}"
