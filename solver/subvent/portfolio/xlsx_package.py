"""The file behind a workbook, looked over before anything is built from it.

An .xlsx is a zip of XML parts. This module streams every part once through expat, within limits, so
that a hostile or damaged file costs neither time nor memory, and keeps what a cell-by-cell reader
cannot tell afterwards: merged ranges, formulas that were saved without a result, error cells, and
content that stands absurdly far out.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from xml.parsers import expat

from subvent.diagnostics import InputError, Place, diagnostic
from subvent.process.foreign import refusal

MAX_UNPACKED = 128 * 2**20
"""Bytes that the XML parts may unpack to: some 10,000 projects with every column filled take a quarter."""
MAX_CELLS = 1_000_000
"""Cells with content in one workbook."""
MAX_ELEMENTS = 6_000_000
"""XML elements in one workbook, content or not."""
MAX_COLUMN = 1_000
"""Columns further right than this are no table any more."""
MAX_REPORTED = 200
"""Places of one kind that are kept for a report."""

_CHUNK = 2**18
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RELATIONSHIP_ID = "http://schemas.openxmlformats.org/officeDocument/2006/relationships id"
_STRICT = "http://purl.oclc.org/ooxml/"
_TRUE = {"1", "true"}
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_FAULTS = (
    expat.ExpatError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    UnicodeError,
    ValueError,
)


class SheetScan(NamedTuple):
    """What the look at one sheet's part found. Cells are (row, column), counted from 1."""

    merged: tuple[str, ...]
    """Merged ranges as written, `A1:C1`."""
    uncached: frozenset[tuple[int, int]]
    """Formulas whose result was not saved."""
    errors: frozenset[tuple[int, int]]
    """Cells of type error, as against numbers that only failed to be a date."""
    width: int
    """The last column with content, at most MAX_COLUMN."""
    outside: tuple[tuple[int, int], ...]
    """Content further right than MAX_COLUMN."""
    hidden: frozenset[int]
    """Rows that are hidden, or filtered out."""
    hidden_columns: tuple[tuple[int, int], ...]
    """The first and the last of every run of hidden columns."""


class PackageScan(NamedTuple):
    """A whole workbook: its sheets by name, in order, which of them are hidden, and whether it has macros."""

    sheets: Mapping[str, SheetScan]
    hidden: frozenset[str]
    macros: bool


def column_letters(column: int) -> str:
    """The letters of a column counted from 1: 1 is A, 28 is AB."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """The name of a cell, as Excel writes it: (3, 28) is AB3."""
    return f"{column_letters(column)}{row}"


def cell_position(name: str) -> tuple[int, int] | None:
    """(row, column) of a cell's name, both counted from 1; None when it is no such name."""
    match = _CELL.fullmatch(name.replace("$", ""))
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column


def scan_package(path: Path) -> PackageScan:
    """Look over the file at `path` without building anything from it.

    Raises InputError with one diagnostic when the file is missing, no workbook, encrypted, of an older
    format, damaged, or beyond the limits of this module.
    """
    place = Place(str(path))
    _check_kind(path, place)
    try:
        with zipfile.ZipFile(path) as archive:
            return _Scan(archive, place).run()
    except OSError as error:
        raise InputError(diagnostic("xlsx.unreadable", place, reason=refusal(error))) from error
    except _FAULTS as error:
        raise InputError(diagnostic("xlsx.damaged", place)) from error


def _check_kind(path: Path, place: Place) -> None:
    """Tell by the first bytes what is not a zip, since each wrong kind has another way out."""
    try:
        with path.open("rb") as file:
            head = file.read(_CHUNK)
    except OSError as error:
        raise InputError(diagnostic("xlsx.unreadable", place, reason=refusal(error))) from error
    if head.startswith(_OLE_MAGIC):
        encrypted = _ole_has(path, "EncryptedPackage")
        raise InputError(diagnostic("xlsx.encrypted" if encrypted else "xlsx.old-format", place))
    if not head.startswith(b"PK\x03\x04"):
        code = "lock-file" if path.name.startswith("~$") else "not-a-workbook"
        raise InputError(diagnostic(f"xlsx.{code}", place))


def _ole_has(path: Path, stream: str) -> bool:
    """Whether a compound file names a stream: its directory stands anywhere, names are UTF-16."""
    needle = stream.encode("utf-16-le")
    tail = b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if needle in tail + chunk:
                return True
            tail = chunk[-len(needle) :]
    return False


class _Scan:
    """One run over the parts of a package; the counters are shared by all of them."""

    def __init__(self, archive: zipfile.ZipFile, place: Place) -> None:
        self.archive = archive
        self.place = place
        self.unpacked = 0
        self.elements = 0
        self.cells = 0
        self.hidden: set[str] = set()
        self.names = {info.filename: info for info in archive.infolist()}

    def run(self) -> PackageScan:
        parts = [i for i in self.names.values() if i.filename.lower().endswith((".xml", ".rels", ".vml"))]
        if any(info.flag_bits & 1 for info in parts):
            raise InputError(diagnostic("xlsx.encrypted", self.place))
        if sum(info.file_size for info in parts) > MAX_UNPACKED:
            raise InputError(diagnostic("xlsx.unpacks-too-large", self.place, limit=MAX_UNPACKED // 2**20))
        if "[Content_Types].xml" not in self.names:
            raise InputError(diagnostic("xlsx.not-a-workbook", self.place))
        if any(name.lower().endswith("workbook.bin") for name in self.names):
            raise InputError(diagnostic("xlsx.binary-workbook", self.place))
        targets = self.sheet_targets()
        sheets: dict[str, SheetScan] = {}
        by_part = {part: name for name, part in targets.items()}
        for info in parts:
            handler = _SheetHandler(self) if info.filename in by_part else None
            self.parse(info, handler)
            if handler is not None:
                sheets[by_part[info.filename]] = handler.result()
        macros = any(PurePosixPath(name).name.lower() == "vbaproject.bin" for name in self.names)
        found = {name: sheets[name] for name in targets if name in sheets}
        return PackageScan(found, frozenset(self.hidden), macros)

    def sheet_targets(self) -> dict[str, str]:
        """Each sheet's name and the part that holds it, in the workbook's order."""
        relations = _ElementCollector("Relationship")
        self.parse(self.names["_rels/.rels"], relations)
        books = [r for r in relations.found if r.get("Type", "").endswith("/officeDocument")]
        if not books or books[0]["Target"].lstrip("/") not in self.names:
            raise InputError(diagnostic("xlsx.not-a-workbook", self.place))
        if books[0]["Type"].startswith(_STRICT):
            # openpyxl finds no sheet in one.
            raise InputError(diagnostic("xlsx.strict-workbook", self.place))
        book = PurePosixPath(books[0]["Target"].lstrip("/"))
        sheets, links = _ElementCollector("sheet"), _ElementCollector("Relationship")
        self.parse(self.names[str(book)], sheets)
        self.parse(self.names[str(book.parent / "_rels" / f"{book.name}.rels")], links)
        parts = {link["Id"]: _resolve(book.parent, link["Target"]) for link in links.found}
        targets: dict[str, str] = {}
        for sheet in sheets.found:
            identity = sheet.get(_RELATIONSHIP_ID, "")
            if "name" in sheet and identity in parts:
                targets[sheet["name"]] = parts[identity]
                if sheet.get("state", "visible") != "visible":
                    self.hidden.add(sheet["name"])
        if not targets:
            raise InputError(diagnostic("xlsx.not-a-workbook", self.place))
        return targets

    def parse(self, info: zipfile.ZipInfo, handler: _ElementCollector | _SheetHandler | None) -> None:
        """Stream one part through expat, counting bytes; a document type declaration is refused."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self.refuse_doctype
        if handler is not None:
            parser.StartElementHandler = handler.start
            if isinstance(handler, _SheetHandler):
                parser.EndElementHandler = handler.end
                parser.CharacterDataHandler = handler.text
        with self.archive.open(info) as part:
            while chunk := part.read(_CHUNK):
                self.unpacked += len(chunk)
                if self.unpacked > 2 * MAX_UNPACKED:
                    raise InputError(
                        diagnostic("xlsx.unpacks-too-large", self.place, limit=MAX_UNPACKED // 2**20)
                    )
                parser.Parse(chunk)
            parser.Parse(b"", True)  # noqa: FBT003 - the flag is positional in expat's own interface

    def refuse_doctype(self, *_: object) -> None:
        raise InputError(diagnostic("xlsx.entities", self.place))

    def count(self, *, content: bool) -> None:
        """Count one element, or one cell with content, against the limits."""
        if content:
            self.cells += 1
        else:
            self.elements += 1
        if self.cells > MAX_CELLS or self.elements > MAX_ELEMENTS:
            raise InputError(diagnostic("xlsx.too-many-cells", self.place, limit=MAX_CELLS))


class _ElementCollector:
    """The attributes of every element of one local name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[dict[str, str]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(" ")[2] == self.name:
            self.found.append(attributes)


class _SheetHandler:
    """Follows rows and cells of one sheet. References may be left out: then position counts."""

    def __init__(self, scan: _Scan) -> None:
        self.scan = scan
        self.row = 0
        self.column = 0
        self.kind = ""
        self.formula = False
        self.value = False
        self.inside_value = False
        self.width = 0
        self.merged: list[str] = []
        self.uncached: set[tuple[int, int]] = set()
        self.errors: set[tuple[int, int]] = set()
        self.outside: list[tuple[int, int]] = []
        self.hidden: set[int] = set()
        self.hidden_columns: list[tuple[int, int]] = []

    def start(self, qualified: str, attributes: dict[str, str]) -> None:
        self.scan.count(content=False)
        name = qualified.rpartition(" ")[2]
        if name == "c":
            position = cell_position(attributes.get("r", ""))
            self.row, self.column = position or (self.row, self.column + 1)
            self.kind = attributes.get("t", "n")
            self.formula = self.value = False
        elif name == "v":
            self.inside_value = True
        elif name == "is":
            self.value = True
        elif name == "f":
            self.formula = True
        elif name == "row":
            number = attributes.get("r", "")
            self.row = int(number) if number.isdigit() else self.row + 1
            self.column = 0
            if attributes.get("hidden") in _TRUE:
                self.hidden.add(self.row)
        elif name == "col" and attributes.get("hidden") in _TRUE and len(self.hidden_columns) < MAX_REPORTED:
            first, last = attributes.get("min", ""), attributes.get("max", "")
            if first.isdecimal() and last.isdecimal():
                self.hidden_columns.append((int(first), int(last)))
        elif name == "mergeCell" and len(self.merged) < MAX_REPORTED:
            self.merged.append(attributes.get("ref", ""))

    def text(self, data: str) -> None:
        if self.inside_value and data:
            self.value = True

    def end(self, qualified: str) -> None:
        name = qualified.rpartition(" ")[2]
        if name == "v":
            self.inside_value = False
        if name != "c" or not (self.formula or self.value):
            return
        self.scan.count(content=True)
        here = (self.row, self.column)
        if self.column > MAX_COLUMN:
            if len(self.outside) < MAX_REPORTED:
                self.outside.append(here)
            return
        self.width = max(self.width, self.column)
        # The text "" is a result too: a formula that gave it has type str and an empty value.
        if self.formula and not self.value and self.kind != "str":
            self.uncached.add(here)
        if self.kind == "e":
            self.errors.add(here)

    def result(self) -> SheetScan:
        return SheetScan(
            tuple(self.merged),
            frozenset(self.uncached),
            frozenset(self.errors),
            self.width,
            tuple(self.outside),
            frozenset(self.hidden),
            tuple(self.hidden_columns),
        )


def _resolve(folder: PurePosixPath, target: str) -> str:
    """A relationship's target as a name within the zip: absolute, or relative to its folder."""
    if target.startswith("/"):
        return target.lstrip("/")
    parts: list[str] = []
    for part in (folder / target).parts:
        if part == "..":
            parts = parts[:-1]
        else:
            parts.append(part)
    return "/".join(parts)
