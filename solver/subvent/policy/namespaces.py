"""Names that two packs of one run give to different things: in tables, or to predicates of their own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from subvent.diagnostics import Diagnostic, diagnostic
from subvent.policy.source import ProgramFile
from subvent.policy.words import FACTS, PACK_MAY_DERIVE, READ_BY_THE_ENGINE, SAID, Signature

if TYPE_CHECKING:
    from subvent.policy.loader import PackFolder


def shared_names(packs: Sequence[PackFolder]) -> Iterator[Diagnostic]:
    """Entries of the tables of two packs under one name, in different words."""
    for table in ("benefits", "conditions", "limits", "readings", *SAID.values()):
        owner: dict[str, PackFolder] = {}
        for pack in packs:
            for name, value in getattr(pack.manifest, table).items() if pack.manifest else ():
                first = owner.setdefault(name.replace("-", "_"), pack)
                if first is not pack and getattr(first.manifest, table).get(name) != value:
                    place = pack.lines.place(table, name)
                    yield diagnostic("policy.name-taken", place, name=name, other=first.id)


def shared_predicates(packs: Sequence[PackFolder], kernel: ProgramFile) -> Iterator[Diagnostic]:
    """Predicates of their own that packs derive of which none builds on the other: each would mean both."""
    common = {atom.signature for one in kernel.statements for atom in one.heads}
    common |= {literal.atom.signature for one in kernel.statements for literal in one.literals}
    common |= FACTS | PACK_MAY_DERIVE | READ_BY_THE_ENGINE | frozenset(SAID)
    bases = {pack.id: frozenset(pack.manifest.builds_on if pack.manifest else ()) for pack in packs}
    below = {pack.id: _reached(pack.id, bases) for pack in packs}
    owner: dict[Signature, PackFolder] = {}
    for pack in packs:
        told: set[Signature] = set()
        for file in pack.programs:
            for statement in file.statements:
                for head in statement.heads if statement.kind == "rule" else ():
                    first = owner.setdefault(head.signature, pack)
                    related = first is pack or pack.id in below[first.id] or first.id in below[pack.id]
                    if head.signature in common | told or related:
                        continue
                    told.add(head.signature)
                    name, arity = head.signature
                    yield diagnostic(
                        "policy.predicate-taken",
                        file.place(head.begin),
                        file.citation(head.begin),
                        name=f"{name}/{arity}",
                        other=first.id,
                    )


def _reached(pack: str, bases: Mapping[str, Collection[str]]) -> frozenset[str]:
    """The packs that one builds on, directly or by others."""
    found: set[str] = set()
    queue = [pack]
    while queue:
        fresh = [base for base in bases.get(queue.pop(), ()) if base not in found]
        found.update(fresh)
        queue += fresh
    return frozenset(found)
