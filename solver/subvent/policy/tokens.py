"""The words of a clingo file: tokens with their places, block comments, and where statements end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    r"""(?P<space>\s+|%\*|%[^\n]*)
    |(?P<string>"(?:\\.|[^"\\])*")
    |(?P<number>0[xob][0-9a-fA-F]+|\d+)
    |(?P<variable>_*[A-Z][A-Za-z0-9_']*|_(?![A-Za-z0-9_']))
    |(?P<name>_*[a-z][A-Za-z0-9_']*)
    |(?P<directive>\#[a-z_]+)
    |(?P<op>:-|:~|\.\.|<=|>=|!=|==|\*\*|.)""",
    re.VERBOSE,
)
_COMMENT_PART = re.compile(r"%\*|\*%|%[^\n]*")
OPEN, CLOSE = frozenset("({["), frozenset(")}]")
_CHAINED = frozenset("+-*/\\^?&|~@")
_DEEPEST = 100


class Token(NamedTuple):
    """A word of the program and its offset in the file, in characters."""

    kind: str
    text: str
    begin: int


class Comment(NamedTuple):
    """A block comment, `text` with its delimiters."""

    text: str
    begin: int


def tokenise(source: str) -> tuple[list[Token], list[Comment]]:
    """The words of a file without space and line comments, and its block comments (which nest)."""
    tokens, comments = [], []
    position, size = 0, len(source)
    match = _TOKEN.match
    while position < size:
        found = match(source, position)
        if found is None:  # a lone character that no alternative takes: only a line break could be
            position += 1
            continue
        kind, text = found.lastgroup or "op", found.group()
        if text == "%*":
            end = _end_of_comment(source, position)
            comments.append(Comment(source[position:end], position))
            position = end
            continue
        if kind != "space":
            tokens.append(Token(kind, text, position))
        position = found.end()
    return tokens, comments


def _end_of_comment(source: str, begin: int) -> int:
    depth = 0
    for part in _COMMENT_PART.finditer(source, begin):
        if part.group() == "%*":
            depth += 1
        elif part.group() == "*%":
            depth -= 1
            if not depth:
                return part.end()
    return len(source)


def split(tokens: list[Token]) -> Iterator[list[Token]]:
    """The tokens of each statement, its full stop included.

    A full stop ends a statement though a bracket be open: one that is forgotten spoils one statement only.
    """
    start = 0
    for position, token in enumerate(tokens):
        if token.kind == "op" and token.text == ".":
            yield tokens[start : position + 1]
            start = position + 1
    if start < len(tokens):
        yield tokens[start:]


def too_deep(tokens: Iterable[Token]) -> int | None:
    """Where a statement nests or chains terms further than any law needs; None where it does not."""
    depth = chained = 0
    for token in tokens:
        if token.kind == "op":
            depth += (token.text in OPEN) - (token.text in CLOSE)
            chained += token.text in _CHAINED
            if depth + chained > _DEEPEST:
                return token.begin
    return None
