"""The sheets 未申报原因 and 待补事实: what is not claimed, why, how far off; what missing facts are worth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from subvent.diagnostics import Citation, Language, Text
from subvent.display import harmless
from subvent.explain.insisted import Insisted, Way, moved_lines, ways_lines
from subvent.explain.tree import article_name
from subvent.report.workbook_cells import Across, Middle, Named, Wan
from subvent.report.workbook_grounds import where
from subvent.report.workbook_page import Output, Page, lines, named
from subvent.result import Finding, Plan, Reason, Unclaimed, together

_NAME = Text("未申报原因", "Not claimed")
_TITLE = Text("未申报的项目与类别，及其原因", "What is not claimed, and why")
_COLUMNS: Sequence[tuple[Text, int]] = (
    (Text("申报单位", "Applicant"), 19),
    (Text("申报对象", "Subject"), 19),
    (Text("类别", "Benefit"), 14),
    (Text("具体情况；若坚持申报，方案如何变化", "In particular; what insisting on it changes"), 52),
    (Text("单独可得\n（万元）", "Worth by itself\n(万元)"), 13),
    (Text("若坚持申报，\n合计减少（万元）", "Insisting on it\ncosts (万元)"), 14),
    (Text("依据与原文", "Article and its words"), 34),
)
_REASONS: dict[Reason, Text] = {
    "outbid": Text("被更优的组合取代（{0}项）", "A better set takes its place ({0})"),
    "unmet": Text("条件不满足（{0}项）", "A condition is not met ({0})"),
    "unknown": Text("缺少事实（{0}项）", "A fact is missing ({0})"),
    "closed": Text("没有可申报的年度（{0}项）", "No year is open ({0})"),
}
_SETTLED = Text(
    "已申报或已获批，没有其他可申报的年度（{0}项）", "Filed or granted before, no other year is open ({0})"
)
_RIVAL = "rival"
_RIVALS = Text("方案中取代它的：{0}", "The plan holds instead: {0}")
_INSISTED = Text("若坚持申报，方案的变化（万元）：", "If one insists on it, the plan changes (万元):")
_INSISTED_UNPROVEN = Text(
    "若坚持申报，方案的变化（万元，未能在时限内证明）：",
    "If one insists on it, the plan changes (万元, not proven in the time given):",
)
_MOST, _UNWRAPPED = 8, 10_000
"""Changes told of one entry; columns that no line needs."""
_IMPOSSIBLE = Text("无法同时", "not possible")
_NONE = Text("所有项目和类别都已列入申报方案。", "Everything is in the plan.")
_UNKNOWN_NAME = Text("待补事实", "Facts to state")
_UNKNOWN = Text("尚未填写的事实，及其可能的价值", "Facts nobody stated, and what they may be worth")
_BY_ITSELF = Text(
    "至多可得按单独申报计算，没有计入各项限制和以往申报；到底值多少，用 subvent facts 逐项重新求解。",
    "Amounts are those of the claims by themselves, limits and what was filed before out of account; what "
    "each fact is really worth, subvent facts tells by planning anew.",
)
_UNKNOWN_COLUMNS: Sequence[tuple[Text, int]] = (
    (Text("行", "Row"), 24),
    (Text("事实", "Fact"), 40),
    (Text("至多可得（万元）", "At most (万元)"), 18),
    (Text("关系到的申报", "Claims that hang on it"), 70),
)


def write_reasons(
    output: Output,
    plan: Plan,
    told: Mapping[tuple[str, str], Insisted],
    must_go: Mapping[tuple[str, str], Sequence[Way]] | None = None,
) -> None:
    """Add the sheet: a row a subject and benefit, grouped by reason; and the facts that are missing, if any.

    `told` says of some pairs of subject and benefit what insisting on them changes, `must_go` of some, where
    nothing was planned for it, what of the plan cannot stay beside them.
    """
    page = Page(output, _NAME, _COLUMNS)
    page.title(_TITLE)
    page.header(repeat=True)
    first = page.row
    names = {claim.applicant: claim.applicant_name for claim in plan.claims}
    if not plan.not_claimed:
        page.write([Across(len(_COLUMNS), page.say(_NONE))])
    left = [entry for entry in plan.not_claimed if not entry.settled]
    groups = [
        (text, [entry for entry in left if entry.reason == reason]) for reason, text in _REASONS.items()
    ]
    for heading, entries in (*groups, (_SETTLED, [entry for entry in plan.not_claimed if entry.settled])):
        if entries:
            page.heading([Across(len(_COLUMNS), page.say(heading).format(len(entries)))])
        for entry in entries:
            name = entry.applicant_name or names.get(entry.applicant, "")
            pair = entry.subject, entry.benefit
            _write_entry(page, entry, name, told.get(pair), (must_go or {}).get(pair, ()))
    page.filter(first)
    if plan.unknown:
        _write_unknown(output, plan)


def _write_entry(
    page: Page, entry: Unclaimed, applicant_name: str, insisted: Insisted | None, ways: Sequence[Way]
) -> None:
    rules = [use.citation for use in entry.rules]
    found = [citation for finding in entry.findings for citation in finding.citations]
    moved = [*(insisted.changes if insisted else ()), *(one for way in ways for one in way.leaving)]
    forces = [
        *(force for one in moved for force in one.forced),
        *(c.force for way in ways for c in way.crowds),
    ]
    citations = [*(found or rules), *(law for force in forces for law in force.citations)]
    told = [*_findings(page, entry.findings), *_instead(page, entry, applicant_name, insisted)]
    told += _beside(page, entry, applicant_name, ways)
    page.write(
        [
            Named(applicant_name, entry.applicant),
            Named(entry.subject_name, entry.subject),
            page.say(entry.label),
            "\n".join(told),
            Wan(entry.worth_fen) if entry.worth_fen is not None else None,
            _loss(page, entry),
            page.cite(citations, set()),
        ]
    )


def _loss(page: Page, entry: Unclaimed) -> Wan | Middle | None:
    """What insisting costs; only what a better set outbids could be insisted on."""
    if entry.loss_fen is not None:
        return Wan(entry.loss_fen)
    return Middle(page.say(_IMPOSSIBLE)) if entry.possible is False else None


def _findings(page: Page, findings: Sequence[Finding]) -> Iterator[str]:
    """What was found, a line each, without the rivals."""
    told = together(finding for finding in findings if finding.kind != _RIVAL)
    yield from dict.fromkeys(_finding(page, finding, years) for finding, years in told)


def _instead(page: Page, entry: Unclaimed, applicant_name: str, insisted: Insisted | None) -> Iterator[str]:
    """What insisting changes, without the name of the entry's own applicant; else the rivals in one line."""
    rivals = [harmless(page.say(finding.text)) for finding in entry.findings if finding.kind == _RIVAL]
    if insisted is not None and insisted.changes:
        yield page.say(_INSISTED if insisted.proven else _INSISTED_UNPROVEN)
        own = f"{applicant_name or entry.applicant} · "
        moved = (one._replace(said=_without(own, one.said)) for one in insisted.changes)
        lines = moved_lines(tuple(moved), page.language, _UNWRAPPED, _MOST, partial(_marks, page.language))
        yield from map(_indented, lines)
    elif rivals:
        joint = "；" if page.language == "zh" else "; "
        yield page.say(_RIVALS).format(joint.join(rivals))


def _beside(page: Page, entry: Unclaimed, applicant_name: str, ways: Sequence[Way]) -> Iterator[str]:
    """What of the plan cannot stay beside it, without the name of the entry's own applicant."""
    own = f"{applicant_name or entry.applicant} · "
    shown = [way.each(lambda one: one._replace(said=_without(own, one.said))) for way in ways]
    yield from map(_indented, ways_lines(shown, page.language, _UNWRAPPED, partial(_marks, page.language)))


def _marks(language: Language, citations: Iterable[Citation]) -> str:
    names = dict.fromkeys(article_name(one.article, language) for one in citations)
    return f" 〔{'、'.join(names)}〕" if names else ""


def _indented(line: str) -> str:
    """A line for a cell: what stands below another one further in."""
    return line.strip() if line[4:5].strip() else f"　　{line.strip()}"


def _without(prefix: str, text: Text) -> Text:
    return Text(text.zh.removeprefix(prefix), text.en.removeprefix(prefix))


def _finding(page: Page, finding: Finding, years: Sequence[int]) -> str:
    """What was found: the years that it is about, the shortfall unless it is in there, and where."""
    text = page.say(finding.text)
    if years and str(years[0]) not in text:
        joint, colon = ("、", "：") if page.language == "zh" else (", ", ": ")
        text = joint.join(map(str, years)) + colon + text
    shortfall = page.say(finding.shortfall) if finding.shortfall is not None else ""
    place = where(finding.place)
    return lines((f"{text}  {place}".rstrip(), "" if shortfall in text else shortfall))


def _write_unknown(output: Output, plan: Plan) -> None:
    """Add the sheet of missing facts: under the frozen header of another table it could not be read."""
    page = Page(output, _UNKNOWN_NAME, _UNKNOWN_COLUMNS)
    page.title(_UNKNOWN)
    page.remark(page.say(_BY_ITSELF))
    page.header(repeat=True)
    first = page.row
    subjects = {entry.subject: entry.subject_name for entry in plan.not_claimed}
    labels = {entry.benefit: page.say(entry.benefit_label) for entry in plan.not_claimed}
    for fact in plan.unknown:
        claims = lines(f"{named(subjects.get(s, ''), s)} · {labels.get(b, b)}" for s, b in fact.claims)
        worth = Wan(fact.worth_fen) if fact.worth_fen is not None else None
        page.write([harmless(page.say(fact.called)), page.say(fact.label), worth, claims])
    page.filter(first)
