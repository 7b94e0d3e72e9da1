"""An answer of `why` as a workbook: the conclusion, what it rests on, and every step of the proofs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from subvent.diagnostics import Citation, Language, SubventError, Text, diagnostic
from subvent.display import harmless
from subvent.explain.answered import REASONS
from subvent.explain.asked import Question
from subvent.explain.why import Answer, Entry, Questions
from subvent.portfolio.xlsx_output import new_workbook
from subvent.report.workbook_cells import Across, Indented, Named, Shown, Wan, Yuan
from subvent.report.workbook_grounds import where, write_grounds
from subvent.report.workbook_page import Formats, Output, Page, named, short_titles
from subvent.report.workbook_reasons import write_reasons
from subvent.result import Beside, Claim, Plan, Step

_TITLE = Text("为什么申报，或为什么不申报", "Why it is, or is not, claimed")
_ANSWER, _PROOF = Text("结论", "Answer"), Text("全部推导", "Proof")
_PROOF_TITLE = Text("全部推导", "Every step of the proof")
_COLUMNS: Sequence[tuple[Text, int]] = (
    (Text("序号", "No."), 6),
    (Text("申报单位", "Applicant"), 35),
    (Text("申报对象", "Subject"), 34),
    (Text("类别", "Benefit"), 22),
    (Text("结论", "Conclusion"), 24),
    (Text("金额上限（万元）", "At most (万元)"), 14),
    (Text("金额上限（元）", "At most (yuan)"), 17),
)
_PROOF_COLUMNS: Sequence[tuple[Text, int]] = (
    (Text("序号", "No."), 6),
    (Text("层", "Level"), 5),
    (Text("推导（每一步凭其下缩进的各步得出）", "Steps (each follows from those indented below it)"), 76),
    (Text("出处", "Stated at"), 13),
    (Text("依据与原文（每项之内只引一次）", "Article and its words (quoted once an entry)"), 56),
)
_CLAIMED = Text("{year}年申报", "claimed in {year}")
_NOT_CLAIMED = Text("不申报：{reason}", "not claimed: {reason}")
_BESIDE = Text("不计入合计", "beside the total")
_NOT_ASKED = Text("{asked}年不申报", "not claimed in {asked}")
_FOLDS = Text(
    "左侧的 1—8 和 ＋、－ 可展开或收起各层。“见第…行”的步骤，其依据已在那一行之下列出。",
    "The 1–8, + and − at the left unfold and fold levels. Of “see row …” the premises stand below that row.",
)
_SEE = Text("（见第{row}行）", " (see row {row})")
_BY_ITSELF = Text(
    "不申报的，金额是单独计算的上限。", "Of what is not claimed the amount is what it is worth by itself."
)
_UNPROVEN = Text(
    "所据方案合法，但未能在限定时间内证明最高。",
    "The plan behind it is lawful, but not proven the best in the time given.",
)
_DEEPEST_FOLD = 7
"""Levels that a workbook can fold."""
_MOST_ROWS = 1_000_000
"""Steps of proofs in one sheet: a sheet has 1,048,576 rows."""


def write_why_workbook(
    path: Path, asked: Questions, question: Question, language: Language, depth: int | None = None
) -> None:
    """Write the answer to a question to `path` as .xlsx; an existing file is replaced.

    The sheets are 结论, 逐条依据 (of what is claimed), 未申报原因 (of what is not) and, if there is a proof,
    全部推导, or their English names; the last holds every step, those deeper than `depth` levels folded.
    Raises InputError as `Questions.why` does, SubventError when the file cannot be written or is too small.
    """
    answer = _with_names(asked.why(*question), asked.plan)
    plan = _part(asked.plan, answer)
    proofs = [(entry, list(_proofs(asked, entry, question.year))) for entry in _entries(answer)]
    if sum(1 for _, roots in proofs for _ in _steps(plan.steps, roots)) > _MOST_ROWS:
        raise SubventError(diagnostic("why.too-many-steps", path=path))
    with new_workbook(path, overwrite=True, title=_TITLE.in_(language)) as book:
        output = Output(book, Formats(book), language, short_titles(plan.policies, language))
        page = Page(output, _ANSWER, _COLUMNS)
        listed = _write_answer(page, plan, answer, question)
        if answer.claims:
            write_grounds(output, plan, answer.claims)
        if answer.not_claimed:
            write_reasons(output, plan, asked.insisted or {})
        if any(roots for _, roots in proofs):
            _write_proofs(Page(output, _PROOF, _PROOF_COLUMNS), plan, proofs, (page, listed), depth)


def _with_names(answer: Answer, plan: Plan) -> Answer:
    """The answer with the names of applicants that a saved plan has beside its claims alone."""
    names = {claim.applicant: claim.applicant_name for claim in plan.claims}
    named = (
        replace(entry, applicant_name=entry.applicant_name or names.get(entry.applicant, ""))
        for entry in answer.not_claimed
    )
    return replace(answer, not_claimed=tuple(named))


def _part(plan: Plan, answer: Answer) -> Plan:
    """The plan with nothing but what the answer is about."""
    pairs = {(entry.subject, entry.benefit) for entry in answer.not_claimed}
    unknown = tuple(fact for fact in plan.unknown if pairs.intersection(fact.claims))
    return replace(plan, claims=answer.claims, not_claimed=answer.not_claimed, unknown=unknown)


def _entries(answer: Answer) -> Sequence[Entry]:
    return (*answer.claims, *answer.beside, *answer.not_claimed)


def _proofs(asked: Questions, entry: Entry, year: int | None) -> Iterator[int]:
    """The steps that prove an entry."""
    if not isinstance(entry, Claim | Beside):
        yield from asked.roots(entry, year)
    elif entry.proof is not None:
        yield entry.proof


def _write_answer(page: Page, plan: Plan, answer: Answer, question: Question) -> list[int]:
    """The rows that the entries stand in."""
    page.title(_TITLE)
    page.remark(harmless(" ".join(str(part) for part in question if part is not None)))
    page.remark(harmless(Path(plan.file).name) + f"  SHA-256 {plan.sha256}")
    if plan.status != "optimal":
        page.remark(page.say(_UNPROVEN))
    if answer.not_claimed:
        page.remark(page.say(_BY_ITSELF))
    page.header(repeat=True)
    listed = []
    for number, entry in enumerate(_entries(answer), 1):
        listed.append(page.row)
        page.write(_row(page, number, entry, answer.other_year))
    return listed


def _row(page: Page, number: int, entry: Entry, other_year: int | None) -> Sequence[Shown]:
    what, fen = entry.benefit_label, None
    if isinstance(entry, Claim):
        what, fen = entry.what, entry.fen
        said = [page.say(_NOT_ASKED).format(asked=other_year)] if other_year is not None else []
        conclusion = "；".join((*said, page.say(_CLAIMED).format(year=entry.year)))
    elif isinstance(entry, Beside):
        conclusion, fen = page.say(_BESIDE), entry.fen
    else:
        conclusion = page.say(_NOT_CLAIMED).format(reason=page.say(REASONS[entry.reason]))
        what, fen = entry.label, entry.worth_fen
    return (
        number,
        Named(entry.applicant_name, entry.applicant),
        Named(entry.subject_name, entry.subject),
        page.say(what),
        conclusion,
        None if fen is None else Wan(fen),
        None if fen is None else Yuan(fen),
    )


def _write_proofs(
    page: Page,
    plan: Plan,
    proofs: Sequence[tuple[Entry, Sequence[int]]],
    listed: tuple[Page, Sequence[int]],
    depth: int | None,
) -> None:
    """The proof of every entry that has one, as an outline; numbers lead to the first sheet and back."""
    page.foldable()
    page.title(_PROOF_TITLE)
    page.remark(page.say(_FOLDS))
    page.header(repeat=True)
    answer, rows = listed
    for number, ((entry, roots), row) in enumerate(zip(proofs, rows, strict=True), 1):
        if not roots:
            continue
        target = page.row
        subject = named(entry.subject_name, entry.subject)
        page.heading([number, Across(4, f"{subject} · {page.say(entry.benefit_label)}"), None, None, None])
        answer.link(row, number, page, target)
        page.link(target, number, answer, row, heading=True)
        _write_steps(page, plan.steps, roots, depth)


def _write_steps(page: Page, steps: Sequence[Step], roots: Sequence[int], depth: int | None) -> None:
    quoted: set[Citation] = set()
    stands: dict[int, int] = {}
    for index, level in _steps(steps, roots):
        step, seen = steps[index], stands.get(index)
        again = page.say(_SEE).format(row=seen + 1) if seen is not None and step.children else ""
        stands.setdefault(index, page.row)
        page.write(
            [
                None,
                level,
                Indented(level, harmless(page.say(step.text)) + again),
                where(step.place),
                page.cite(step.citations, quoted),
            ],
            fold=min(level, _DEEPEST_FOLD),
            hidden=depth is not None and level > depth,
            folded=depth is not None and level == depth and bool(step.children) and not again,
        )


def _steps(steps: Sequence[Step], roots: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The steps of some proofs with their levels, premises below what rests on them, each unfolded once."""
    unfolded: set[int] = set()
    waiting = [(root, 0) for root in reversed(roots)]
    while waiting:
        index, level = waiting.pop()
        yield index, level
        if index not in unfolded:
            unfolded.add(index)
            waiting += [(child, level + 1) for child in reversed(steps[index].children)]
