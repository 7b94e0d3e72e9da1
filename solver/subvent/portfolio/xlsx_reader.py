"""Reads a portfolio from a workbook: one sheet a list, one row a row, the settings line by line.

Sheets, columns and lines are found by what they are called, in any order; a title above the header and
blank rows between are read past. Everything that is wrong is reported in one go, with its cell.
"""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import NamedTuple, Protocol, cast
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook

from subvent.diagnostics import Diagnostic, InputError, Place, diagnostic
from subvent.display import shortened
from subvent.portfolio.nearest import nearest
from subvent.portfolio.partly_read import PartlyReadError
from subvent.portfolio.types import RawPortfolio, RawRow
from subvent.portfolio.vocabulary import SETTINGS, ListSpec, Vocabulary
from subvent.portfolio.xlsx_cells import SheetCell
from subvent.portfolio.xlsx_columns import normal
from subvent.portfolio.xlsx_formats import know_east_asian_days
from subvent.portfolio.xlsx_package import PackageScan, SheetScan, scan_package
from subvent.portfolio.xlsx_sheet import GUIDE_SHEET, Sheet, read_rows, read_settings

_NAMED = 6
"""So many sheets are named in a message."""
_FAULTS = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    OSError,
    EOFError,
    ArithmeticError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What openpyxl raises on a file that breaks the format: it has no exception of its own for that."""


@contextmanager
def _damage(path: Path) -> Iterator[None]:
    """Turn what openpyxl raises on a broken file into a message."""
    try:
        yield
    except _FAULTS as error:
        raise InputError(diagnostic("xlsx.damaged", Place(str(path)))) from error


class _Worksheet(Protocol):
    """What is used of a worksheet that openpyxl opened for reading only."""

    title: str

    def reset_dimensions(self) -> None:
        """Forget the recorded size, which may be smaller than the sheet and would cut rows off."""

    def iter_rows(self, *, max_col: int) -> Iterator[Sequence[SheetCell]]:
        """The rows from the first, each with cells up to a column."""


class _Book(NamedTuple):
    path: Path
    vocabulary: Vocabulary
    book: Workbook
    scan: PackageScan
    problems: list[Diagnostic]

    def place(self, sheet: str = "", cell: str = "") -> Place:
        return Place(str(self.path), sheet=sheet, cell=cell)


def read_workbook(
    path: Path, vocabulary: Vocabulary, remarks: list[Diagnostic] | None = None
) -> RawPortfolio:
    """The portfolio in the workbook at `path`, with the cell that each value stands in.

    Amounts come with the unit of their column, as text ("500.01万元"). Warnings and notes (an example row
    left in, a sheet that is no list, macros) are appended to `remarks`. Raises PartlyReadError with
    everything that is wrong, warnings included, and what could be read; InputError when nothing could.
    """
    scan = scan_package(path)
    know_east_asian_days()
    found: list[Diagnostic] = []
    if scan.macros:
        found.append(diagnostic("xlsx.macros", Place(str(path)), severity="note"))
    with path.open("rb") as file, warnings.catch_warnings():
        # openpyxl warns of styles and extensions that it does not keep; nothing here needs them.
        warnings.simplefilter("ignore")
        # On a style that is not there openpyxl prints to stdout, which is for results alone.
        with _damage(path), redirect_stdout(StringIO()):
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        raw = _read(_Book(path, vocabulary, book, scan, found))
    if any(d.severity == "error" for d in found):
        raise PartlyReadError(raw, *found)
    if remarks is not None:
        remarks.extend(found)
    return raw


def _read(book: _Book) -> RawPortfolio:
    """What could be read; what is wrong goes to the book's problems."""
    vocabulary = book.vocabulary
    sheets = _match_sheets(book)
    lists: dict[str, tuple[RawRow, ...]] = dict.fromkeys(vocabulary.lists, ())
    examples: list[Place] = []
    for name, spec in vocabulary.lists.items():
        if name in sheets:
            lists[name], left_in = read_rows(sheets[name], spec, vocabulary)
            examples += left_in
    settings = read_settings(sheets.get(SETTINGS), vocabulary, book.place(vocabulary.settings.sheet))
    if examples and not any(lists.values()):
        book.problems.append(diagnostic("xlsx.only-examples", examples[0]))
    else:
        book.problems.extend(diagnostic("xlsx.example-row", p, severity="warning") for p in examples)
    return RawPortfolio(str(book.path), settings, lists)


def _match_sheets(book: _Book) -> dict[str, Sheet]:
    """Which sheet holds which list, by the sheet's name or the list's in either language.

    A sheet that was probably renamed is reported, and read as what it was.
    """
    names: dict[str, str] = {}
    for spec in book.vocabulary.all_lists:
        for name in (spec.sheet, spec.label.zh, spec.label.en, spec.name):
            names.setdefault(normal(name), spec.name)
    matched: dict[str, Sheet] = {}
    strange: dict[str, _Worksheet] = {}
    for worksheet in cast("list[_Worksheet]", book.book.worksheets):
        title = worksheet.title
        list_name = names.get(normal(title))
        if list_name is None and title != GUIDE_SHEET:
            strange[title] = worksheet
        elif list_name in matched:
            other = matched[list_name].name
            book.problems.append(
                diagnostic("xlsx.duplicate-sheet", book.place(title), sheet=shortened(title), other=other)
            )
        elif list_name is not None:
            matched[list_name] = _sheet(book, worksheet)
    required = list(_required_lists(book.vocabulary))
    missing = [spec for spec in book.vocabulary.all_lists if spec.name not in matched]
    for spec in missing:
        near = _renamed(spec, strange, similar=spec in required)
        if near:
            book.problems.append(
                diagnostic("xlsx.renamed-sheet", book.place(near), sheet=spec.sheet, found=shortened(near))
            )
            matched[spec.name] = _sheet(book, strange.pop(near))
    if not matched:
        book.problems.append(diagnostic("xlsx.no-sheet-known", book.place(), found=_first(strange)))
        return {}
    lost = [spec for spec in required if spec.name not in matched]
    book.problems.extend(diagnostic("xlsx.missing-sheet", book.place(), sheet=spec.sheet) for spec in lost)
    known = "、".join(spec.sheet for spec in book.vocabulary.all_lists)
    book.problems.extend(
        diagnostic(
            "xlsx.unknown-sheet", book.place(name), severity="warning", sheet=shortened(name), known=known
        )
        for name in strange
    )
    return matched


def _first(titles: Iterable[str]) -> str:
    """The first few of the sheets that a workbook has."""
    some = list(titles)
    return "、".join(map(shortened, some[:_NAMED])) + " …" * (len(some) > _NAMED)


def _renamed(spec: ListSpec, strange: Mapping[str, object], *, similar: bool) -> str:
    """The sheet that looks like this list under another name, empty if none does.

    Its name contains the list's; a merely `similar` one will do only for a list that must be there.
    """
    containing = next((name for name in strange if spec.sheet in name), "")
    return containing or (nearest(spec.sheet, strange) if similar else "")


def _required_lists(vocabulary: Vocabulary) -> Iterator[ListSpec]:
    """The sheets that no workbook can do without.

    The settings, the lists that a required reference points into, and the first list that is claimed
    for: a sheet renamed by mistake must not pass for one that was left out.
    """
    subjects = [spec for spec in vocabulary.lists.values() if spec.subject]
    holders = {
        target
        for spec in subjects
        for field in spec.fields
        if field.type == "ref" and field.required
        for target in field.to
    }
    yield vocabulary.settings
    for spec in vocabulary.lists.values():
        if spec.name in holders or spec in subjects[:1]:
            yield spec


def _sheet(book: _Book, worksheet: _Worksheet) -> Sheet:
    """A worksheet with what the scan of its part found."""
    nothing = SheetScan((), frozenset(), frozenset(), 0, (), frozenset(), ())
    scan = book.scan.sheets.get(worksheet.title, nothing)
    if worksheet.title in book.scan.hidden and scan.width:
        book.problems.append(diagnostic("xlsx.hidden-sheet", book.place(worksheet.title), severity="warning"))
    worksheet.reset_dimensions()
    rows = _guarded(book.path, worksheet, scan.width) if scan.width else iter(())
    return Sheet(str(book.path), worksheet.title, rows, scan, book.problems)


def _guarded(path: Path, worksheet: _Worksheet, width: int) -> Iterator[Sequence[SheetCell]]:
    """The rows of a worksheet, read as they are asked for; the consumer's own faults pass through."""
    with _damage(path):
        rows = iter(worksheet.iter_rows(max_col=width))
    while True:
        with _damage(path):
            row = next(rows, None)
        if row is None:
            return
        yield row
