"""Every text that stands in the workbooks of the corpus's plans and answers, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl import load_workbook
from tests.explain.corpus import Printed, in_both, insisting, paged, plans

from subvent.diagnostics import Language
from subvent.explain.asked import Question
from subvent.explain.why import Questions
from subvent.report.workbook import write_plan_workbook
from subvent.report.workbook_why import write_why_workbook


def in_workbooks() -> Printed:
    """Names of sheets and texts: of the examples, of what is closed, chosen, cut short, empty."""
    closed = next(p for p in plans() if any(entry.reason == "closed" for entry in p.not_claimed))
    settled = next(p for p in plans() if any(entry.settled for entry in p.not_claimed))
    chosen = next(p for p in plans() if not all(reading.is_default for reading in p.readings))
    _, changed = insisting()
    insisting_on = (changed[0], changed[2])  # of the first plan, proven and not
    shown = (plans()[0], *plans()[:2], closed, settled, chosen, *paged()[len(plans()) :])

    def told(language: Language) -> Iterator[str]:
        with TemporaryDirectory() as folder:
            for number, plan in enumerate(shown):
                path = Path(folder) / f"{number}.xlsx"
                write_plan_workbook(path, plan, language, insisting_on[number] if number < 2 else {})
                yield from texts_of(path)

    return in_both(told)


def in_answers() -> Printed:
    """The same of answers: claimed, in another year, beside the total, not claimed, of an unproven plan."""
    plan = next(p for p in plans() if len(p.horizon) > 1 and any(total.lines for total in p.beside_total))
    beside = next(line.subject for total in plan.beside_total for line in total.lines)
    asked = [Question(name) for name in (plan.claims[0].subject, plan.not_claimed[0].subject, beside)]
    asked += [Question(claim.subject, claim.benefit, year) for claim in plan.claims for year in plan.horizon]
    unproven = replace(plan, status="feasible")

    def told(language: Language) -> Iterator[str]:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "why.xlsx"
            for number, question in enumerate(asked):
                write_why_workbook(path, Questions(plan if number else unproven), question, language)
                yield from texts_of(path)

    return in_both(told)


def texts_of(path: Path) -> Iterator[str]:
    """The names of the sheets, and all texts in them."""
    for sheet in load_workbook(path, read_only=True):
        yield sheet.title
        yield from (cell for row in sheet.values for cell in row if isinstance(cell, str))
