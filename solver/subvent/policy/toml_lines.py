"""Where the keys of a TOML file stand, down to those within lists and inline tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from subvent.diagnostics import Place

_TOKEN = re.compile(
    r"""(?P<string>\"\"\".*?\"\"\"|'''.*?'''|"(?:\\.|[^"\\\n])*"|'[^'\n]*')
    |(?P<skip>\#[^\n]*|[ \t\r]+)
    |(?P<newline>\n)
    |(?P<mark>[\[\]{}=,.])
    |(?P<bare>[^\s\[\]{}=,."'\#]+|.)""",
    re.VERBOSE | re.DOTALL,
)
_Path = tuple[str, ...]
_END = ("", "", 0)


class Lines:
    """The line of every table, key and entry of a list; `file` names the file in messages.

    A file that is no TOML is read as far as it can be.
    """

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self._lines: dict[_Path, int] = {}
        self._tokens = iter(list(_tokens(text)))
        self._kind, self._text, self._line = next(self._tokens, _END)
        self._statements()
        # Nothing is left of them; and what holds no generator can go to another process.
        self._tokens = iter(())

    def place(self, *path: object) -> Place:
        """The place of a key, or of the innermost table around it that is found."""
        words = tuple(str(part) for part in path)
        for length in range(len(words), 0, -1):
            if line := self._lines.get(words[:length]):
                return Place(self.file, line)
        return Place(self.file, 1)

    def _next(self) -> None:
        self._kind, self._text, self._line = next(self._tokens, _END)

    def _statements(self) -> None:
        table: _Path = ()
        sizes: Counter[_Path] = Counter()
        while self._kind:
            if self._text == "[":
                self._next()
                several = self._text == "["
                if several:
                    self._next()
                table = self._key(())
                if several:
                    sizes[table] += 1
                    table = (*table, str(sizes[table] - 1))
                    self._note(table, self._line)
                while self._kind not in ("newline", ""):
                    self._next()
            elif self._kind == "newline":
                self._next()
            else:
                self._entry(table)

    def _entry(self, table: _Path) -> None:
        """A key with its value; what is none is passed over."""
        path = self._key(table)
        if self._text == "=":
            self._next()
            self._value(path)
        elif self._kind:
            self._next()

    def _key(self, table: _Path) -> _Path:
        """A key, dotted or not, in a table, and where it stands."""
        path, line = table, self._line
        while self._kind in ("string", "bare") or self._text == ".":
            if self._text != ".":
                path = (*path, self._text.strip("\"'"))
            self._next()
        self._note(path, line)
        return path

    def _note(self, path: _Path, line: int) -> None:
        for length in range(1, len(path) + 1):
            self._lines.setdefault(path[:length], line)

    def _value(self, path: _Path) -> None:
        opening = self._text
        if self._kind != "mark" or opening not in "[{":
            while self._kind not in ("newline", "") and not (self._kind == "mark" and self._text in ",]}"):
                self._next()
            return
        self._next()
        size = 0
        while self._kind and self._text not in ("]", "}"):
            if self._kind == "newline" or self._text == ",":
                self._next()
            elif opening == "{":
                self._entry(path)
            else:
                self._note((*path, str(size)), self._line)
                self._value((*path, str(size)))
                size += 1
        self._next()


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Kind, text and line of everything but blanks and comments."""
    line = 1
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "skip":
            yield str(match.lastgroup), match.group(), line
        line += match.group().count("\n")
