"""Ground terms as clingo writes them, and read back."""

from __future__ import annotations

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
