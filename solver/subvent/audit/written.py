"""Ground terms as clingo writes them, and read back."""

from __future__ import annotations

import re
from collections.abc import Iterable

from subvent.audit.reader import read
from subvent.audit.rules import AuditError, GroundAtom, Value


def written(term: Value | GroundAtom) -> str:
    """A ground term or atom as text, without spaces."""
    if isinstance(term, int):
        return str(term)
    if isinstance(term, str):
        return '"' + term.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"') + '"'
    name, *args = term
    inside = ",".join(written(arg) for arg in args)  # type: ignore[arg-type]
    if not name:
        return f"({inside},)" if len(args) == 1 else f"({inside})"
    return f"{name}({inside})" if args else str(name)


def atoms_of(text: str) -> list[GroundAtom]:
    """The atoms of a text that states facts. Raises AuditError when it states anything else."""
    found = []
    for rule in read(text):
        values = [getattr(arg, "value", None) for arg in rule.head.args]
        if rule.body or None in values:
            raise AuditError(f"no fact: {rule.text}")
        found.append((rule.head.name, *values))
    return found


_PART = re.compile(
    r"([,)])|([a-z][A-Za-z0-9_]*)?(\()|([a-z][A-Za-z0-9_]*)(?=[,)])|(0|-?[1-9][0-9]*)(?=[,)])"
    r'|"((?:\\["\\n]|[^"\\])*)"(?=[,)])'
)
"""What ends an argument, a bracket with the name before it, a name, a number, or a string."""
_ESCAPED = re.compile(r"\\(.)")


def facts_of(lines: Iterable[str]) -> list[GroundAtom]:
    """The atoms that lines state, one each, in their order. Raises AuditError when one states none.

    Facts are many and of one form: it is read here, anything else by the reader of statements.
    """
    return [_plainly_read(line) or _read_alone(line) for line in lines]


def _read_alone(line: str) -> GroundAtom:
    found = atoms_of(f"{line}.")
    if len(found) != 1:
        raise AuditError(f"no fact: {line}")
    return found[0]


def _plainly_read(line: str) -> GroundAtom | None:
    """The atom, if the line is one with arguments and nothing else; None of anything less plain."""
    open_: list[list[object]] = []
    at, size, ended = 0, len(line), False
    """`ended`: an argument stands before us, so that only a comma or a bracket may follow."""
    while at < size:
        found = _PART.match(line, at)
        if found is None:
            return None
        at = found.end()
        end, function, bracket, name, number, string = found.groups()
        if ended is not bool(end):
            return None
        if end:
            ended = end == ")"
            if ended:
                term = tuple(open_.pop())
                if term[0] == "not" or (not term[0] and len(term) <= 2):  # noqa: PLR2004 - (a) is a itself
                    return None
                if not open_:
                    return term if at == size and term[0] else None
                open_[-1].append(term)
        elif bracket:
            open_.append([function or ""])
        elif not open_:
            return None
        else:
            ended = True
            open_[-1].append((name,) if name else int(number) if number else _unescaped(string))
    return None


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda one: "\n" if one[1] == "n" else one[1], text) if "\\" in text else text
