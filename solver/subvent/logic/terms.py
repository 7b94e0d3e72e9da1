"""Ground terms as plain data that crosses processes: numbers, strings, and tuples for functions.

A number is an `int`, a string a `str`, a function `f(a,b)` the tuple `("f", a, b)`, a constant `c`
the tuple `("c",)`, a tuple `(a,b)` the tuple `("", a, b)`. An atom is a function term.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from itertools import groupby, repeat
from operator import itemgetter
from sys import intern
from typing import Any

import clingo

Term = int | str | tuple[Any, ...]
Atom = tuple[Any, ...]
"""A function term: its name, then its arguments."""


def from_symbol(symbol: clingo.Symbol) -> Term:
    """Plain data for a clingo symbol."""
    kind = symbol.type
    if kind is clingo.SymbolType.Function:
        name = symbol.name if symbol.positive else "-" + symbol.name
        return (name, *map(from_symbol, symbol.arguments))
    if kind is clingo.SymbolType.Number:
        return symbol.number
    if kind is clingo.SymbolType.String:
        return symbol.string
    return ("#inf",) if kind is clingo.SymbolType.Infimum else ("#sup",)


def quote(text: str) -> str:
    """A string as clingo writes it."""
    if text.isalnum():
        return f'"{text}"'
    return '"' + text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"') + '"'


def text(term: Term) -> str:
    """The term in clingo's syntax, without spaces."""
    if isinstance(term, int):
        return str(term)
    if isinstance(term, str):
        return quote(term)
    name, arguments = term[0], term[1:]
    if not arguments and name:
        return str(name)
    # Most arguments are plain strings, numbers or constants: a call for each of them would take longest.
    inside = ",".join(
        [
            (f'"{a}"' if a.isalnum() else quote(a))
            if isinstance(a, str)
            else str(a)
            if isinstance(a, int)
            else a[0]
            if len(a) == 1 and a[0]
            else text(a)
            for a in arguments
        ]
    )
    if name == "":
        return f"({inside},)" if len(arguments) == 1 else f"({inside})"
    return f"{name}({inside})"


def texts(atoms: Collection[Atom]) -> list[str]:
    """The same of many atoms with as many arguments each, at least one; equal ones are written once."""
    if not atoms:
        return []
    names, *columns = zip(*atoms, strict=True)
    said = {term: text(term) for column in columns for term in set(column)}
    arguments = zip(*(map(said.__getitem__, column) for column in columns), strict=True)
    return [f"{name}({','.join(parts)})" for name, parts in zip(names, arguments, strict=True)]


def parse(source: str) -> Term:
    """Plain data for one term in clingo's syntax. Raises RuntimeError when it is none."""
    return from_symbol(clingo.parse_term(source))


_STRING = r'"(?:[^"\\]|\\.)*+"'
_DEEPEST = 6
"""Terms nested deeper are split by hand: a regular expression counts only as far as it is written."""


def _in_parentheses(depth: int) -> str:
    deeper = f"|{_in_parentheses(depth - 1)}" if depth else ""
    return rf'\((?:[^"()]++|{_STRING}{deeper})*+\)'


_PART = re.compile(
    rf'{_STRING}|[^"(),]++(?:{_in_parentheses(_DEEPEST)})?|{_in_parentheses(_DEEPEST)}', re.DOTALL
)


_ARGUMENT = rf'("[^"\\]*+"|[^"(),]++(?:{_in_parentheses(3)})?|{_in_parentheses(3)}|{_STRING})'
_ATOM = re.compile(rf"([a-z_]\w*+)(?:\({_ARGUMENT}" + rf"(?:,{_ARGUMENT})?" * 4 + r"\))?", re.DOTALL)
"""An atom of up to five arguments that are not nested too deep: nearly every one."""


class Reader(dict[str, Term]):
    """Reads many ground terms quickly: clingo's own printing, each distinct part of a term once.

    Converting symbols through the API costs 30 µs an atom, this 1.5 µs: terms share most of their parts.
    Names are interned: a string for each of millions of atoms takes as much room as their tuples.
    """

    def atoms(self, source: str) -> list[Atom]:
        """Plain data for the atoms that clingo prints as the arguments of one tuple."""
        found = _ATOM.findall(source)
        read: list[Atom] = []
        # Atoms of one predicate mostly stand together: then they are read argument by argument.
        for _, alike in groupby(found, itemgetter(0)):
            read += self._alike(list(alike))
        # Every character belongs to an atom or parts two of them, unless one is not as simple as that.
        sizes = list(map(len, read))
        length = sum(map(len, map("".join, found))) + sum(sizes) - sizes.count(1) + len(read) + 1
        return read if length == len(source) else list(map(self.atom, _arguments(source[1:-1])))

    def _alike(self, found: list[tuple[str, ...]]) -> Iterable[Atom]:
        """Atoms of one name, each as this and its arguments; those that it does not have are empty."""
        (name, *_), *columns = zip(*found, strict=True)
        if any(0 < column.count("") < len(found) for column in columns):
            return map(self._small, found)
        names = repeat(intern(name), len(found))
        return zip(names, *(map(self.__getitem__, column) for column in columns if column[0]), strict=True)

    def _small(self, parts: tuple[str, ...]) -> Atom:
        """One atom of its parts."""
        name, *arguments = parts
        return (intern(name), *[self[argument] for argument in arguments if argument])

    def atom(self, source: str) -> Atom:
        """Plain data for one atom as clingo prints it."""
        opening = source.find("(")
        if opening < 0:
            return (intern(source),)
        return (intern(source[:opening]), *map(self.__getitem__, _arguments(source[opening + 1 : -1])))

    def __missing__(self, source: str) -> Term:
        found = self[source] = self._new(source)
        return found

    def _new(self, source: str) -> Term:
        first = source[0]
        if first == '"':
            return source[1:-1] if "\\" not in source else parse(source)
        if first in "-0123456789":
            return int(source) if source.lstrip("-").isdigit() else parse(source)
        if first == "#":
            return parse(source)
        return self.atom(source)


def _arguments(inside: str) -> list[str]:
    """The terms between two parentheses."""
    found = _PART.findall(inside)
    joined = ",".join(found)
    # Only the comma of a tuple with one member may be left over.
    return found if joined == inside or joined + "," == inside else _walked(inside)


def _walked(inside: str) -> list[str]:
    found: list[str] = []
    depth, start, position, end = 0, 0, 0, len(inside)
    while position < end:
        character = inside[position]
        if character == '"':
            position = _closing_quote(inside, position)
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
        elif character == "," and depth == 0:
            found.append(inside[start:position])
            start = position + 1
        position += 1
    return [*found, inside[start:]] if start < end else found


def _closing_quote(source: str, opening: int) -> int:
    """Where the string that opens at `opening` closes."""
    position = opening + 1
    while source[position] != '"':
        position += 2 if source[position] == "\\" else 1
    return position


def symbol(term: Term) -> clingo.Symbol:
    """The clingo symbol for plain data."""
    if isinstance(term, int):
        return clingo.Number(term)
    if isinstance(term, str):
        return clingo.String(term)
    return clingo.Function(term[0], [symbol(argument) for argument in term[1:]])


def order_key(term: Term) -> tuple[Any, ...]:
    """A total order over terms: numbers, then strings, then functions, each by its parts."""
    if not isinstance(term, tuple):
        return (isinstance(term, str), term)
    # What is no function is told apart here and not by a call of its own: millions of them are compared.
    parts = [order_key(a) if isinstance(a, tuple) else (isinstance(a, str), a) for a in term[1:]]
    return (2, len(term), term[0], *parts)


def replace(term: Term, change: Callable[[Term], Term]) -> Term:
    """The term with `change` applied to every argument, bottom up."""
    if isinstance(term, tuple):
        return change((term[0], *(replace(argument, change) for argument in term[1:])))
    return change(term)
