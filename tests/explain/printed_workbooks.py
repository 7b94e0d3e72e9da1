"""Every text that stands in the workbooks of the corpus's plans, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl import load_workbook
from tests.explain.corpus import Printed, in_both, insisting, paged, plans

from subvent.diagnostics import Language
from subvent.report.workbook import write_plan_workbook


def in_workbooks() -> Printed:
    """Names of sheets and texts: of the examples, of what is closed, chosen, cut short, empty."""
    closed = next(p for p in plans() if any(entry.reason == "closed" for entry in p.not_claimed))
    chosen = next(p for p in plans() if not all(reading.is_default for reading in p.readings))
    _, changed = insisting()
    insisting_on = (changed[0], changed[2])  # of the first plan, proven and not
    shown = (plans()[0], *plans()[:2], closed, chosen, *paged()[len(plans()) :])

    def told(language: Language) -> Iterator[str]:
        with TemporaryDirectory() as folder:
            for number, plan in enumerate(shown):
                path = Path(folder) / f"{number}.xlsx"
                write_plan_workbook(path, plan, language, insisting_on[number] if number < 2 else {})
                for sheet in load_workbook(path, read_only=True):
                    yield sheet.title
                    yield from (cell for row in sheet.values for cell in row if isinstance(cell, str))

    return in_both(told)
