"""JSON as raw cells with line and column, numbers as the file writes them, no key twice."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import NoReturn

from subvent.diagnostics import Diagnostic, InputError, Place, diagnostic
from subvent.display import shortened
from subvent.portfolio.limits import DEEPEST, LONGEST_LIST, MOST_CELLS
from subvent.portfolio.partly_read import REPORTED
from subvent.portfolio.types import Cell, RawPortfolio, RawRow, Scalar

_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![0-9A-Za-z.])")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None}
_BLANK = r"[ \t\r\n]*"
_PLAIN = (
    r'(?:"([^"\\\x00-\x1f]*)"|(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?)|(true|false|null))'
    rf"{_BLANK}(?:,{_BLANK}+(?=[^\]}}])|(?=[\]}}]))"
)
_ITEM = re.compile(_PLAIN)
_MEMBER = re.compile(rf'"([^"\\\x00-\x1f]*)"{_BLANK}:{_BLANK}{_PLAIN}')
"""Nearly all items and members: a scalar without escapes or exponent, which one look takes whole, with the
comma behind it where another one follows."""
_WORD = re.compile(r"[-+]?[A-Za-z_]+")
_ROW_DEPTH = 2
_UNREAL = frozenset(["nan", "inf", "infinity"])


def read_json(text: str, file: str) -> tuple[Cell, list[Diagnostic]]:
    """The document in `text` as one cell, with what is wrong but did not stop the reading.

    `file` names it in messages. Raises InputError when the text is no JSON, or too large or too deep.
    """
    reader = _Reader(text, file)
    return reader.document(), reader.found


def read_rows(text: str, file: str, lists: Collection[str]) -> RawPortfolio | None:
    """The portfolio in `text`, whose rows stand in `lists`: as `read_json` has it, and many times faster.

    Python's own decoder reads the rows; where their values stand is found out once somebody asks. None where
    `read_json` has something to tell, or might have: a key twice, a number that is none, too much, no JSON.
    """
    # Every cell but the first follows one of these.
    if text.count(",") + text.count("{") + text.count("[") >= MOST_CELLS:
        return None
    try:
        return _Quick(text, file).portfolio(lists)
    except (_UnusualError, InputError, ValueError, ArithmeticError, RecursionError):
        return None


class _UnusualError(Exception):
    """Something that is to be read more slowly."""


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _UnusualError
    return found


def _unreal(_: str) -> NoReturn:
    raise _UnusualError


_DECODER = json.JSONDecoder(
    object_pairs_hook=_once, parse_int=Decimal, parse_float=Decimal, parse_constant=_unreal
)


class _LateCells(Mapping[str, Cell]):
    """The cells of the row between two positions, read when the first of them is asked for."""

    __slots__ = ("_at", "_end", "_read", "_reader")

    def __init__(self, reader: _Reader, at: int, end: int) -> None:
        self._reader, self._at, self._end = reader, at, end
        self._read: Mapping[str, Cell] | None = None

    def __reduce__(self) -> tuple[Callable[[str, Place], _LateCells], tuple[str, Place]]:
        """To another process goes the row as it is written, not the file; it is read there."""
        return _by_itself, self._reader.written(self._at, self._end)

    def _cells(self) -> Mapping[str, Cell]:
        if self._read is None:
            self._read = self._reader.row(self._at)
        return self._read

    def __getitem__(self, name: str) -> Cell:
        return self._cells()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._cells())

    def __len__(self) -> int:
        return len(self._cells())


class _Reader:
    """A descent over the text that knows the position of everything it meets."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.at = 0
        self.cells = 0
        self.found: list[Diagnostic] = []
        self.starts = [0, *(m.end() for m in re.finditer("\n", text)), len(text) + 1]
        self.number, self.line = 1, (0, self.starts[1])

    def document(self) -> Cell:
        self._skip()
        cell = self._value(0)
        self._skip()
        if self.at < len(self.text):
            self._fail("文件结束", "the end of the file")
        return cell

    def _place(self, at: int) -> Place:
        begin, end = self.line
        if not begin <= at < end:
            self.number = bisect_right(self.starts, at)
            begin, end = self.line = (self.starts[self.number - 1], self.starts[self.number])
        return Place(self.file, self.number, at - begin + 1)

    def _counted(self, at: int) -> Place:
        """The place of one more cell."""
        place = self._place(at)
        self.cells += 1
        if self.cells > MOST_CELLS:
            raise InputError(*self.found, diagnostic("portfolio.too-many-cells", place, most=MOST_CELLS))
        return place

    def _fail(self, zh: str, en: str) -> NoReturn:
        shown = shortened(self.text[self.at : self.at + 20]) or "∎"
        place = self._place(self.at)
        raise InputError(
            *self.found,
            diagnostic("portfolio.json-syntax", place, zh_expected=zh, en_expected=en, shown=shown),
        )

    def _skip(self) -> None:
        if self.text[self.at : self.at + 1].isspace() and (match := _SPACE.match(self.text, self.at)):
            self.at = match.end()

    def _take(self, character: str) -> bool:
        """Whether the next character is this one; if so, moves past it and the blanks behind it."""
        if not self.text.startswith(character, self.at):
            self._skip()
            if not self.text.startswith(character, self.at):
                return False
        self.at += 1
        self._skip()
        return True

    def _ended(self, closing: str) -> bool:
        """Moves past a comma, or past what closes a list or object: whether it was that."""
        self._skip()
        character = self.text[self.at : self.at + 1]
        if character not in (closing, ","):
            self._fail(f"“,” 或 “{closing}”", f"“,” or “{closing}”")
        self.at += 1
        self._skip()
        return character == closing

    def _value(self, depth: int) -> Cell:
        place = self._counted(self.at)
        if depth > DEEPEST:
            raise InputError(*self.found, diagnostic("portfolio.too-deep", place, most=DEEPEST))
        if self._take("{"):
            return Cell(self._object(depth, place), place)
        if self._take("["):
            return Cell(self._array(depth, place), place)
        if self.text.startswith('"', self.at):
            return Cell(self._string(), place)
        return Cell(self._scalar(place), place)

    def _plain(self, match: re.Match[str], groups: int) -> Cell:
        """The cell of a member or item that was taken whole; its value's groups are the last three."""
        self.at = match.end()
        kind = match.lastindex or 0
        written, start = match[kind], match.start(kind)
        if kind == groups - 2:
            return Cell(written, self._counted(start - 1))
        return Cell(Decimal(written) if kind == groups - 1 else _WORDS[written], self._counted(start))

    def _scalar(self, place: Place) -> Scalar:
        if match := _NUMBER.match(self.text, self.at):
            self.at = match.end()
            try:
                return Decimal(match[0])
            except InvalidOperation:
                self.found.append(diagnostic("portfolio.not-a-number", place, shown=shortened(match[0])))
                return REPORTED
        match = _WORD.match(self.text, self.at)
        word = match[0] if match else ""
        if word in _WORDS:
            self.at += len(word)
            return _WORDS[word]
        if word.lstrip("+-").casefold() not in _UNREAL:
            self._fail("一个值", "a value")
        self.at += len(word)
        self.found.append(diagnostic("portfolio.not-a-number", place, shown=word))
        return REPORTED

    def _string(self) -> str:
        match = _STRING.match(self.text, self.at)
        if match is None:
            self._fail("有结束引号、不含控制字符的字符串", "a closed string without control characters")
        self.at = match.end()
        value: str = json.loads(match[0])
        return value

    def _bound(self, count: int, place: Place, code: str = "too-long-list") -> None:
        """Refuse a list or map with more values than any has, before they fill the memory."""
        if count > LONGEST_LIST:
            raise InputError(*self.found, diagnostic(f"portfolio.{code}", place, most=LONGEST_LIST))

    def _object(self, depth: int, begin: Place) -> dict[str, Cell]:
        entries: dict[str, Cell] = {}
        starts: dict[str, int] = {}
        if self._take("}"):
            return entries
        while True:
            start = self.at
            if depth < DEEPEST and (plain := _MEMBER.match(self.text, start)):
                key, cell = plain[1], self._plain(plain, _MEMBER.groups)
            else:
                plain = None
                key, cell = self._member(depth)
            if key in entries:
                shown, first = shortened(key), str(self._place(starts[key]))
                place = self._place(start)
                self.found.append(diagnostic("portfolio.duplicate-key", place, key=shown, first=first))
            else:
                entries[key] = cell
                starts[key] = start
                self._bound(len(entries), begin)
            # Where a comma was taken with the member, what follows is no closing one.
            if (plain is None or self.text[self.at] in "]}") and self._ended("}"):
                return entries

    def _member(self, depth: int) -> tuple[str, Cell]:
        if not self.text.startswith('"', self.at):
            self._fail("双引号中的键", "a key in double quotes")
        key = self._string()
        if not self._take(":"):
            self._fail("“:”", "“:”")
        return key, self._value(depth + 1)

    def _array(self, depth: int, begin: Place) -> list[Cell]:
        items: list[Cell] = []
        values = 0
        if self._take("]"):
            return items
        while True:
            if depth < DEEPEST and (plain := _ITEM.match(self.text, self.at)):
                items.append(self._plain(plain, _ITEM.groups))
            else:
                plain = None
                items.append(self._value(depth + 1))
            if depth != _ROW_DEPTH - 1 or not isinstance(items[-1].value, dict):
                values += 1
                self._bound(values, begin, "too-long-list" if depth else "not-a-portfolio")
            if (plain is None or self.text[self.at] in "]}") and self._ended("]"):
                return items

    def written(self, at: int, end: int) -> tuple[str, Place]:
        """What stands between two positions, and where."""
        return self.text[at:end], self._place(at)

    def row(self, at: int) -> dict[str, Cell]:
        """The cells of the row that begins there, of which nothing is wrong."""
        self.at = at + 1
        self._skip()
        return self._object(_ROW_DEPTH, self._place(at))


class _Quick(_Reader):
    """Reads settings as they come, and rows by Python's own decoder."""

    def portfolio(self, lists: Collection[str]) -> RawPortfolio:
        settings: dict[str, Cell] = {}
        found: dict[str, tuple[RawRow, ...]] = {}
        self._skip()
        self._expect("{")
        while True:
            key = self._string()
            self._expect(":")
            if key in settings or key in found:
                raise _UnusualError
            if key in lists:
                found[key] = self._rows()
            else:
                settings[key] = self._value(1)
                self._bound(len(settings), settings[key].place)
            if self._ended("}"):
                break
        if self.at < len(self.text) or self.found:
            raise _UnusualError
        return RawPortfolio(self.file, RawRow(Place(self.file), settings), found)

    def _expect(self, character: str) -> None:
        if not self._take(character):
            raise _UnusualError

    def _rows(self) -> tuple[RawRow, ...]:
        rows: list[RawRow] = []
        self._expect("[")
        while not rows or not self._ended("]"):
            start = self.at
            value, self.at = _DECODER.raw_decode(self.text, start)
            # A row of so many values may have too many in one list.
            if not isinstance(value, dict) or self.text.count(",", start, self.at) >= LONGEST_LIST:
                raise _UnusualError
            cells = _LateCells(self, start, self.at)
            rows.append(RawRow(self._place(start), cells, plain=value))
        return tuple(rows)


class _RowReader(_Reader):
    """Reads a row by itself, which begins at some place of a file."""

    def __init__(self, text: str, first: Place) -> None:
        super().__init__(text, first.file)
        self._first = first

    def _place(self, at: int) -> Place:
        found, first = super()._place(at), self._first
        before = first.column - 1 if found.line == 1 else 0
        return Place(self.file, first.line - 1 + found.line, before + found.column)


def _by_itself(text: str, first: Place) -> _LateCells:
    return _LateCells(_RowReader(text, first), 0, len(text))
