"""The open questions of a portfolio side by side, as text."""

from __future__ import annotations

from collections.abc import Iterator

from subvent.diagnostics import Citation, Language, Text
from subvent.display import harmless
from subvent.explain.layout import wrap
from subvent.explain.quantities import wan
from subvent.explain.tree import article_name
from subvent.explain.why import DEFAULT_WIDTH
from subvent.questions.open_questions import Deciding, Effect, Guaranteed, Joint, Question, ReadingsCompared
from subvent.questions.regret import LARGEST
from subvent.report.table import Column, table
from subvent.report.text_changes import TOTAL, bold, change_lines, line_said, signed

_SHOWN_CHANGES = 3
_SHOWN_PAIRS = 5
_TITLE = Text("未决问题比较", "Open questions side by side")
_BASE = Text("基准合计 {wan} 万元{proof}；{readings}。", "Base total {wan} 万元{proof}; {readings}.")
_BASE_UNPROVEN = Text("（未证明最优，上界 {bound} 万元）", " (not proven the best: at most {bound} 万元)")
_DEFAULTS = Text("解读全部取默认", "all readings by default")
_GIVEN = Text("解读取 {given}，其余取默认", "readings {given}, all others by default")
_FIRST = Text(
    "最值得先问：{name}，先问清楚最多可免 {wan} 万元的损失 {cited}",
    "Ask first: {name}; knowing its answer avoids a loss of up to {wan} 万元 {cited}",
)
_NONE_FIRST = Text(
    "不必先问：无论哪个问题的答案如何，按基准申报都不少得。",
    "Nothing needs asking: whatever one answer turns out to be, the base plan loses nothing.",
)
_METHOD = Text(
    "“不问的损失”：按基准方案申报后才知道答案，其中合在一起合法且最多的部分算数，其余作废（不另计代价），"
    "也不能补报；它比该答案下的最优合计少多少。一个问题值多少，是它各答案中最大的损失。",
    "“Loss unasked”: the base plan is filed, then the answer becomes known; of its claims those count that "
    "are lawful together and bring most, the others bring nothing (and cost nothing), and nothing can be "
    "added: by how much that falls short of the best total under the answer. A question is worth its "
    "largest loss.",
)
_HEADS = (TOTAL, Text("与基准相差", "Against base"), Text("不问的损失", "Loss unasked"))
_ANSWER = Text("问题与答案", "Question and answer")
_SAME = Text("变化与 ={answer} 相同", "the same changes as ={answer}")
_UNPROVEN = Text("未证明", "not proven")
_NOT_ALL = Text(
    "有的合计未能在时限内证明：未证明的不列变化；先问哪个只就已证明的而言，"
    "合并影响和现在怎样申报没有列全。放宽 --time-limit 再算。",
    "Some totals were not proven in time: no changes are told of them, what to ask first is told of those "
    "that were, and joint effects and what to file now are not all there. Raise --time-limit.",
)
_IDLE = Text("单独不影响这份资料的问题：{names}", "Questions that alone change nothing here: {names}")
_JOINT = Text("合在一起不等于相加", "Together is not the sum")
_PAIR = Text(
    "{answers}：共少 {together} 万元，分别相加是 {apart} 万元",
    "{answers}: {together} 万元 less together, {apart} 万元 as a sum",
)
_EVERY = Text(
    "各问题都取合计最少的答案（{answers}）：合计 {wan} 万元，共少 {together} 万元，分别相加是 {apart} 万元",
    "Every question with its costliest answer ({answers}): total {wan} 万元, {together} 万元 less, "
    "{apart} 万元 as a sum",
)
_NOW = Text("现在就定", "Deciding now")
_CHOICE = Text(
    "在至少按一种答案合法的方案之中，找到的最坏损失最小的是{plan}：最多少得 {regret} 万元（{under} 时），"
    "按基准的答案得 {wan} 万元。基准方案最多少得 {base} 万元。",
    "Of the plans that are lawful under at least one of the answers, the least worst loss found is that of "
    "{plan}: at most {regret} 万元 (under {under}); under the answers of the base it brings {wan} 万元. The "
    "base plan may lose {base} 万元.",
)
_LEAST = Text("已证明没有损失更小的方案。", "Proven: no such plan loses less.")
_MAY_BE_LESS = Text(
    "未能证明没有损失更小的方案：已证明的下限是 {bound} 万元。",
    "Not proven to be the least: no such plan is proven to lose less than {bound} 万元.",
)
_BEST_ONLY = Text(
    "只比较了基准方案和各答案下的最优方案：其余方案的模型过大（变量超过 {most} 个），没有求。",
    "Only the base plan and the best plan under each answer were compared: the model of the others is too "
    "large (over {most} variables) and they were not sought.",
)
_STANDS = Text("无论哪个答案都可以照报", "What can be filed under every answer")
_AT_LEAST = Text(
    "各未决问题的每种答案单独成立时，下列申报合在一起都合法，照报至少得 {wan} 万元（最少时的答案：{under}）；"
    "按基准的答案得 {base} 万元，比基准方案少 {less} 万元。",
    "Whichever answer to one question holds, all others as in the base, these claims are lawful together; as "
    "filed they bring at least {wan} 万元 (least under {under}), and {base} 万元 under the answers of the "
    "base: {less} 万元 less than the base plan.",
)
_NOTHING = Text(
    "没有任何申报在每种答案下都合法而且有钱可得。",
    "No claim is lawful under every answer and brings anything.",
)
_MOST = Text("已证明没有这样的方案能保证更多。", "Proven: no such plan is sure of more.")
_MAY_BE_MORE = Text(
    "未能证明没有这样的方案能保证更多：已证明的上限是 {bound} 万元。",
    "Not proven to be the most: no such plan is sure of more than {bound} 万元.",
)
_EACH = Text(
    "每项的金额是它在各答案下最少的：",
    "Each amount is the least that the claim brings under any answer:",
)
_INSTEAD = Text("与基准方案相比（按基准的答案）：", "Against the base plan (under the answers of the base):")
_TOO_LARGE = Text(
    "没有求：模型过大（变量超过 {most} 个）。可减少 horizon 的年份或分公司比较。",
    "Not sought: the model is too large (over {most} variables). Compare fewer years of the horizon, or "
    "company by company.",
)
_LAWFUL_UNDER = Text("一个按 {answer} 合法的方案", "a plan that is lawful under {answer}")
_BASE_PLAN = Text("基准方案", "the base plan")
_BEST_UNDER = Text(" {answer} 下的最优方案", "the best plan under {answer}")
_BASE_ANSWERS = Text("基准答案", "the answers of the base")
_KEPT = Text("照此申报，与各种答案下的最优方案相比：", "Filed so, beside the best plan under each answer:")
_KEPT_UNDER = Text(
    "{answer}：最优 {best} 万元，照此得 {kept} 万元，少 {regret} 万元",
    "{answer}: the best {best} 万元, filed so {kept} 万元, {regret} less",
)
_KEPT_REST = Text(
    "在其余 {count} 种答案下最多少 {regret} 万元。",
    "Under the other {count} answers at most {regret} 万元 less.",
)
_SHOWN_KEPT = 8
"""Answers under which it is told what a plan keeps."""
_ALWAYS = Text(
    "各答案下的最优方案都申报的：{count} 项",
    "Claimed by the best plan under every one of these answers: {count}",
)


def readings_text(
    found: ReadingsCompared, language: Language = "zh", width: int = DEFAULT_WIDTH, *, color: bool = False
) -> str:
    """The comparison as text of at most `width` columns, ending in a line break; ANSI bold if `color`.

    Names are made harmless. Amounts are in 万元, exact to the fen.
    """
    return _Page(found, language, max(40, width), color=color).text()


class _Page:
    def __init__(self, found: ReadingsCompared, language: Language, width: int, *, color: bool) -> None:
        self.found, self.language, self.width, self.color = found, language, width, color

    def text(self) -> str:
        """The whole page."""
        parts = (
            self._headline(),
            self._questions(),
            self._joint(),
            self._deciding(),
            self._guaranteed(),
        )
        blocks = ["\n".join(line.rstrip() for line in lines) for part in parts if (lines := list(part))]
        return "\n\n".join(blocks) + "\n"

    def _say(self, text: Text, **values: object) -> str:
        return text.in_(self.language).format(**values)

    def _wrap(self, text: str, first: str = "", rest: str | None = None) -> list[str]:
        return wrap(harmless(text), self.width, first, rest)

    def _heading(self, text: str) -> str:
        return bold(text, color=self.color)

    def _cited(self, citation: Citation) -> str:
        article = article_name(citation.article, self.language)
        return f"〔{citation.document} {article}「{citation.phrase}」〕"

    def _headline(self) -> Iterator[str]:
        found = self.found
        yield self._heading(f"{self._say(_TITLE)} · {harmless(found.file)}")
        given = " ".join(f"{name}={answer}" for name, answer in sorted(found.given.items()))
        readings = self._say(_GIVEN, given=given) if given else self._say(_DEFAULTS)
        proof = "" if found.base.proven else self._say(_BASE_UNPROVEN, bound=wan(found.base.bound, 2))
        yield from self._wrap(self._say(_BASE, wan=wan(found.base.total, 2), proof=proof, readings=readings))
        if (first := found.first) is not None:
            worth, cited = wan(first.knowing_fen, 2), self._cited(first.citation)
            yield from self._wrap(self._say(_FIRST, name=first.name, wan=worth, cited=cited))
        elif found.proven:
            yield from self._wrap(self._say(_NONE_FIRST))
        yield from self._wrap(self._say(_METHOD))

    def _questions(self) -> Iterator[str]:
        rows: list[list[str] | str] = []
        for question in self.found.questions:
            rows += self._question(question)
        if rows:
            heads = [Column(self._say(head), right=True) for head in _HEADS]
            yield from table([Column(self._say(_ANSWER)), *heads], rows, self.width)
        if self.found.idle:
            yield from self._wrap(self._say(_IDLE, names=", ".join(self.found.idle)))
        if not self.found.proven:
            yield from self._wrap(self._say(_NOT_ALL))

    def _question(self, question: Question) -> Iterator[list[str] | str]:
        label, cited = question.label.in_(self.language), self._cited(question.citation)
        said = f"{question.name}={question.answer}  {label} {cited}"
        for line in self._wrap(said, "", "    "):
            yield self._heading(line)
        for effect in question.effects:
            yield [
                f"  ={effect.answer}  {effect.label.in_(self.language)}",
                self._money(effect.total_fen),
                "" if effect.difference_fen is None else signed(effect.difference_fen),
                self._money(effect.regret_fen),
            ]
            yield from self._changes(effect, question)

    def _changes(self, effect: Effect, question: Question) -> list[str]:
        same = next(one for one in question.effects if one.changes == effect.changes)
        if effect.changes and same is not effect:
            return [f"    {self._say(_SAME, answer=same.answer)}"]
        words, language = self.found.words, self.language
        return change_lines(effect.changes, words, language, self.width, most=_SHOWN_CHANGES)

    def _money(self, fen: int | None) -> str:
        return self._say(_UNPROVEN) if fen is None else wan(fen, 2)

    def _joint(self) -> Iterator[str]:
        every = self.found.together
        if not self.found.joint and (every is None or not every.beyond_fen):
            return
        yield self._heading(self._say(_JOINT))
        for joint in self.found.joint[:_SHOWN_PAIRS]:
            yield from self._wrap(self._say(_PAIR, **_costs(joint)), "  - ", "    ")
        if every is not None:
            total = wan(every.total_fen, 2)
            yield from self._wrap(self._say(_EVERY, wan=total, **_costs(every)), "  - ", "    ")

    def _deciding(self) -> Iterator[str]:
        deciding = self.found.deciding
        if deciding is None:
            return
        yield self._heading(self._say(_NOW))
        yield from self._wrap(self._choice(deciding), "  ", "  ")
        proof = _LEAST if deciding.least else _MAY_BE_LESS if deciding.sought else _BEST_ONLY
        bound = wan(deciding.bound_fen, 2)
        yield from self._wrap(self._say(proof, bound=bound, most=f"{LARGEST:,}"), "  ", "  ")
        words, language = self.found.words, self.language
        yield from change_lines(deciding.changes, words, language, self.width, most=2 * _SHOWN_CHANGES)
        yield from self._beside(deciding)
        yield from self._wrap(self._say(_ALWAYS, count=len(deciding.always)), "  ", "  ")
        for line in deciding.always:
            yield from self._wrap(line_said(line, words, language), "  - ", "    ")

    def _beside(self, deciding: Deciding) -> Iterator[str]:
        """What the plan keeps beside the best under each answer, where it is less."""
        ranked = sorted(deciding.under_each, key=lambda each: -each.regret_fen)
        told = [one for one in ranked if one.regret_fen][:_SHOWN_KEPT]
        if told:
            yield f"  {self._say(_KEPT)}"
        for one in told:
            answer = "=".join(one.asked) if one.asked else self._say(_BASE_ANSWERS)
            amounts = {"best": one.best_fen, "kept": one.kept_fen, "regret": one.regret_fen}
            shown = {name: wan(fen, 2) for name, fen in amounts.items()}
            yield from self._wrap(self._say(_KEPT_UNDER, answer=answer, **shown), "  - ", "    ")
        if rest := ranked[len(told) :]:
            most = wan(rest[0].regret_fen, 2)
            yield from self._wrap(self._say(_KEPT_REST, count=len(rest), regret=most), "  ", "  ")

    def _guaranteed(self) -> Iterator[str]:
        found = self.found.guaranteed
        if found is None and not self.found.too_large:
            return
        yield self._heading(self._say(_STANDS))
        if found is None:
            yield from self._wrap(self._say(_TOO_LARGE, most=f"{LARGEST:,}"), "  ", "  ")
            return
        proof = self._say(_MOST if found.proven else _MAY_BE_MORE, bound=wan(found.bound_fen, 2))
        parts = (
            (self._at_least(found), proof, self._say(_EACH)) if found.claims else (self._say(_NOTHING), proof)
        )
        for said in parts:
            yield from self._wrap(said, "  ", "  ")
        words, language = self.found.words, self.language
        amounts = [wan(fen, 2) for fen in found.claims.values()]
        widest = max(map(len, amounts), default=0)
        for line, amount in zip(found.claims, amounts, strict=True):
            said = line_said(line, words, language)
            yield from self._wrap(said, f"    {amount:>{widest}}  ", " " * (6 + widest))
        if found.changes:
            yield f"  {self._say(_INSTEAD)}"
            yield from change_lines(found.changes, words, language, self.width, most=2 * _SHOWN_CHANGES)

    def _at_least(self, found: Guaranteed) -> str:
        return self._say(
            _AT_LEAST,
            wan=wan(found.total_fen, 2),
            under="=".join(found.under) if found.under else self._say(_BASE_ANSWERS),
            base=wan(found.base_fen, 2),
            less=wan(self.found.base.total - found.base_fen, 2),
        )

    def _choice(self, deciding: Deciding) -> str:
        asked, under = ("=".join(pair) if pair else "" for pair in (deciding.best_under, deciding.under))
        plan = self._say(_BEST_UNDER, answer=asked) if asked else self._say(_BASE_PLAN)
        if deciding.other:
            plan = self._say(_LAWFUL_UNDER, answer=asked or self._say(_BASE_ANSWERS))
        return self._say(
            _CHOICE,
            plan=plan,
            regret=wan(deciding.regret_fen, 2),
            under=under or self._say(_BASE_ANSWERS),
            wan=wan(deciding.total_fen, 2),
            base=wan(deciding.base_regret_fen, 2),
        )


def _costs(joint: Joint) -> dict[str, str]:
    answers = " + ".join(f"{name}={answer}" for name, answer in joint.answers)
    return {"answers": answers, "together": wan(joint.together_fen, 2), "apart": wan(joint.apart_fen, 2)}
