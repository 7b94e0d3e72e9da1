"""Opens a portfolio file of any format and says clearly when it is none."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from subvent.diagnostics import Diagnostic, InputError, Place, diagnostic
from subvent.display import shortened
from subvent.portfolio.json_reader import read_json, read_rows
from subvent.portfolio.limits import LARGEST_FILE
from subvent.portfolio.nearest import nearest
from subvent.portfolio.partly_read import REPORTED, PartlyReadError
from subvent.portfolio.remarks import remarks
from subvent.portfolio.types import Cell, Portfolio, RawPortfolio, RawRow
from subvent.portfolio.validate import check, in_order
from subvent.portfolio.vocabulary import Vocabulary
from subvent.portfolio.yaml_reader import read_yaml
from subvent.process.foreign import refusal

_TextReader = Callable[[str, str], tuple[Cell, list[Diagnostic]]]
_TEXT_READERS: Mapping[str, _TextReader] = {".yaml": read_yaml, ".yml": read_yaml, ".json": read_json}
_OF_A_PLAN = {"claims", "total_yuan", "certificate"}
"""Keys that a saved plan has together, and no portfolio has."""
TEXTS = frozenset(_TEXT_READERS)
"""The suffixes of files that are text."""
_WORKBOOKS = (".xlsx", ".xlsm", ".xls")
_CONTAINERS = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")
"""First bytes of a zip, an empty zip, and the older container of encrypted and .xls workbooks."""
_WIDE = (b"\xff\xfe", b"\xfe\xff")
"""Byte order marks of UTF-16, as Windows editors write it."""


def read_portfolio(path: Path, vocabulary: Vocabulary) -> Portfolio:
    """The valid portfolio in a .yaml, .yml, .json or .xlsx file.

    Raises InputError with everything that is wrong in it, each with its place and its way out.
    """
    return read_with_remarks(path, vocabulary)[0]


def read_with_remarks(path: Path, vocabulary: Vocabulary) -> tuple[Portfolio, tuple[Diagnostic, ...]]:
    """The valid portfolio in a file, and warnings and notes on what is unusual in it, by place.

    Raises InputError with everything that is wrong in it, the warnings of the reading included.
    """
    told: tuple[Diagnostic, ...] = ()
    try:
        raw = read_raw(path, vocabulary)
    except PartlyReadError as error:
        raw, told = error.raw, error.diagnostics
    broken = any(found.severity == "error" for found in told)
    # A list that could not be read at all is reported once, not once more for every reference into it.
    unread = frozenset(name for name in vocabulary.lists if broken and not raw.lists.get(name))
    portfolio, found = check(raw, vocabulary, unread)
    if broken or found:
        raise InputError(*in_order([*told, *found]))
    return portfolio, tuple(in_order([*told, *remarks(portfolio, vocabulary)]))


def read_raw(path: Path, vocabulary: Vocabulary) -> RawPortfolio:
    """The cells of a portfolio file before validation.

    Raises PartlyReadError when there is something to tell of the reading, and InputError when nothing
    could be read.
    """
    suffix = path.suffix.lower()
    place = Place(str(path))
    if str(path) == "-":
        raise InputError(diagnostic("portfolio.no-suffix", place))
    content = _bytes(path, place)
    if not suffix:
        raise InputError(diagnostic("portfolio.no-suffix", place))
    if suffix not in (*_TEXT_READERS, *_WORKBOOKS):
        raise InputError(diagnostic("portfolio.unknown-format", place, suffix=shortened(path.suffix)))
    told: list[Diagnostic] = []
    if suffix in _WORKBOOKS:
        # openpyxl is slow to import, half of that for numpy, which it only needs to write such numbers.
        with _left_out("numpy"):
            from subvent.portfolio.xlsx_reader import read_workbook  # noqa: PLC0415

        raw = _marked(read_workbook(path, vocabulary, told), told)
    else:
        raw = _text_portfolio(_text(content, place), path, vocabulary, told)
        if raw.settings.cells.keys() >= _OF_A_PLAN:
            raise InputError(diagnostic("portfolio.is-a-plan", place))
    if told:
        raise PartlyReadError(raw, *told)
    return raw


@contextmanager
def _left_out(module: str) -> Iterator[None]:
    """What is imported meanwhile finds that the module is not installed, unless it is loaded already."""
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[module]


def _text_portfolio(text: str, path: Path, vocabulary: Vocabulary, told: list[Diagnostic]) -> RawPortfolio:
    """The cells of a text file; what is wrong but did not stop the reading is added to `told`."""
    suffix = path.suffix.lower()
    if suffix == ".json" and (quick := read_rows(text, str(path), vocabulary.lists)):
        return quick
    cell, found = _TEXT_READERS[suffix](text, str(path))
    told += found
    return _arranged(cell, str(path), vocabulary, told)


def _marked(raw: RawPortfolio, told: list[Diagnostic]) -> RawPortfolio:
    """The cells, with those of which a fault was told marked, so that they are not called missing."""
    places = {found.place for found in told}

    def row(given: RawRow) -> RawRow:
        return RawRow(
            given.place,
            {
                name: Cell(REPORTED, cell.place) if cell.value is None and cell.place in places else cell
                for name, cell in given.cells.items()
            },
            given.blank,
        )

    lists = {name: tuple(row(given) for given in rows) for name, rows in raw.lists.items()}
    return RawPortfolio(raw.file, row(raw.settings), lists)


def _nearest(path: Path) -> dict[str, Any]:
    """What a file that is not there may be called, as the end of a sentence."""
    near = ""
    if path.parent.is_dir():
        # By the stem: a suffix that all files share makes none of them near.
        found = {p.stem: p.name for p in sorted(path.parent.iterdir()) if p.is_file()}
        near = shortened(found.get(nearest(path.stem, found), ""))
    return {
        "nearest_zh": f"；最接近的是：{near}" if near else "",
        "nearest_en": f"; nearest: {near}" if near else "",
    }


def _bytes(path: Path, place: Place) -> bytes:
    """The content of the file, unless it is too large or not there."""
    try:
        if path.is_dir():
            raise InputError(diagnostic("portfolio.is-directory", place))
        if path.stat().st_size > LARGEST_FILE:
            raise InputError(diagnostic("portfolio.too-large", place, most=LARGEST_FILE // 2**20))
        with path.open("rb") as file:
            # Not a regular file perhaps, whose size says nothing: the limit holds for what is read, too.
            content = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise InputError(diagnostic("portfolio.no-file", place, **_nearest(path))) from None
    except PermissionError:
        raise InputError(diagnostic("portfolio.not-permitted", place)) from None
    except (OSError, ValueError) as error:
        raise InputError(diagnostic("portfolio.unreadable", place, reason=refusal(error))) from None
    if len(content) > LARGEST_FILE:
        raise InputError(diagnostic("portfolio.too-large", place, most=LARGEST_FILE // 2**20))
    if not content.strip():
        raise InputError(diagnostic("portfolio.empty-file", place))
    return content


def _text(content: bytes, place: Place) -> str:
    if content.startswith(_CONTAINERS):
        raise InputError(diagnostic("portfolio.wrong-suffix", place))
    if content.startswith(_WIDE):
        raise InputError(diagnostic("portfolio.bad-encoding", place))
    if b"\0" in content:
        raise InputError(diagnostic("portfolio.binary-file", place))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(diagnostic("portfolio.bad-encoding", Place(place.file, line))) from None


def _arranged(root: Cell, file: str, vocabulary: Vocabulary, found: list[Diagnostic]) -> RawPortfolio:
    """The document as settings and lists; what has the wrong shape is left out and added to `found`."""
    if not isinstance(root.value, dict):
        code = "empty-file" if root.value is None else "not-a-portfolio"
        raise InputError(*found, diagnostic(f"portfolio.{code}", root.place))
    lists = {name: _rows(name, root.value[name], found) for name in vocabulary.lists if name in root.value}
    settings = {key: cell for key, cell in root.value.items() if key not in vocabulary.lists}
    return RawPortfolio(file, RawRow(Place(file), settings), lists)


def _rows(name: str, cell: Cell, found: list[Diagnostic]) -> tuple[RawRow, ...]:
    if cell.value is None:
        return ()
    if not isinstance(cell.value, list):
        found.append(diagnostic("portfolio.not-rows", cell.place, name=name))
        return ()
    rows = []
    for item in cell.value:
        if isinstance(item.value, dict):
            rows.append(RawRow(item.place, item.value))
        else:
            found.append(diagnostic("portfolio.not-a-row", item.place, name=name))
    return tuple(rows)
