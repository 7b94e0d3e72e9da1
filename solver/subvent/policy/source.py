"""A pack's files as they were read: text, statements, and the article block that governs each."""

from __future__ import annotations

import errno
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from subvent.diagnostics import Citation, Diagnostic, Place, diagnostic
from subvent.policy.syntax import Statement, SyntaxNotUnderstoodError, read_statements
from subvent.policy.tokens import Comment

_HEADER = re.compile(r"%\*[ \t]*\[([^\[\]\n]+)\][ \t]*([^\n]*)")
_OPEN_PHRASE = re.compile(r"「[^」]*「")
_PHRASE = re.compile(r"「([^」]*)」")
_CLOSED_ON_A_LINE = re.compile(r"\n[ \t]*\*%\Z")


@dataclass(frozen=True, slots=True)
class Block:
    """A comment `%* [ARTICLE] heading … *%` with its phrases, governing what follows."""

    article: str
    heading: str
    phrases: tuple[str, ...]
    begin: int


@dataclass(slots=True)
class ProgramFile:
    """A .lp file. `name` stands in messages; statements are in the order of the file."""

    name: str
    text: str
    document: str
    statements: list[Statement] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    refused: list[SyntaxNotUnderstoodError] = field(default_factory=list)
    _starts: list[int] = field(default_factory=list)

    def place(self, offset: int) -> Place:
        """Line and column, from 1, of an offset."""
        line = bisect_right(self._starts, offset)
        return Place(self.name, line, offset - self._starts[line - 1] + 1)

    def start(self, place: Place) -> int:
        """The offset of a place in this file."""
        return self._starts[min(place.line, len(self._starts)) - 1] + place.column - 1

    def offset(self, line: int, column_bytes: int) -> int:
        """The offset of clingo's line and column, which counts bytes."""
        start = self._starts[min(line, len(self._starts)) - 1]
        ahead = self.text[start : start + column_bytes].encode()[: column_bytes - 1]
        return start + len(ahead.decode(errors="ignore"))

    def block(self, offset: int) -> Block | None:
        """The article block that governs an offset."""
        at = bisect_right([block.begin for block in self.blocks], offset)
        return self.blocks[at - 1] if at else None

    def citation(self, offset: int) -> Citation | None:
        """Document, article and first phrase of the block at an offset."""
        block = self.block(offset)
        if block is None or not self.document:
            return None
        return Citation(self.document, block.article, block.phrases[0] if block.phrases else "")

    def spot(self, offset: int) -> tuple[Place, Citation | None]:
        """Where an offset is, and what governs it: what messages tell of it."""
        return self.place(offset), self.citation(offset)

    def source(self, statement: Statement) -> str:
        """The statement as it is written."""
        return self.text[statement.begin : statement.end]


def read_program(text: str, name: str, document: str) -> ProgramFile:
    """A .lp file as statements and blocks; `document` is the number of the law, empty for the kernel."""
    statements, comments, refused = read_statements(text)
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    blocks = []
    for comment in comments:
        if header := _HEADER.match(comment.text):
            phrases = tuple(_PHRASE.findall(comment.text))
            blocks.append(Block(header.group(1).strip(), header.group(2).strip(), phrases, comment.begin))
    return ProgramFile(name, text, document, statements, blocks, comments, refused, starts)


def check_blocks(file: ProgramFile) -> Iterator[Diagnostic]:
    """Block comments that are not written as the language asks."""
    for comment in file.comments:
        place = file.place(comment.begin)
        if not _CLOSED_ON_A_LINE.search(comment.text):
            yield diagnostic("policy.block-not-closed", place)
        elif "「" in comment.text and not _HEADER.match(comment.text):
            yield diagnostic("policy.block-header", place)
        elif open_ := _OPEN_PHRASE.search(comment.text):
            yield diagnostic("policy.phrase-open", *file.spot(comment.begin + open_.start()))
    for block in file.blocks:
        for phrase in block.phrases:
            if not phrase.strip():
                yield diagnostic(
                    "policy.empty-phrase",
                    file.place(block.begin),
                    file.citation(block.begin),
                    article=block.article,
                )
        if file.document and not block.phrases:
            yield diagnostic(
                "policy.block-without-phrase",
                file.place(block.begin),
                file.citation(block.begin),
                article=block.article,
            )


def file_bytes(path: Path) -> bytes:
    """What a file holds. Raises OSError, of a pipe or a device at once: its end may never come."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise OSError(errno.ESPIPE, "", str(path))
    return path.read_bytes()
