"""Which stratum a statement belongs to, and whether the derivation runs through its own negation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from subvent.policy.syntax import Literal, Statement, Term
from subvent.policy.types import Stratum
from subvent.policy.words import REMARK, STATEMENTS, Signature

Node = tuple[str, int, str]
"""A predicate; of a word that states a field, one node a field (`*`: any field, `at`: of at(S,Y))."""


class Located(NamedTuple):
    """A statement with whether it is the kernel's."""

    statement: Statement
    kernel: bool


def decided(statements: Iterable[Statement]) -> frozenset[Signature]:
    """The predicates that depend on what is claimed."""
    rules = [s for s in statements if s.kind in ("rule", "choice", "disjunction")]
    found = {head.signature for s in rules if s.kind != "rule" for head in s.heads}
    grown = True
    while grown:
        grown = False
        for rule in rules:
            heads = {head.signature for head in rule.heads} - found - {REMARK}
            if heads and any(literal.atom.signature in found for literal in rule.literals):
                found |= heads
                grown = True
    return frozenset(found)


def stratum(statement: Statement, decided_predicates: Collection[Signature]) -> Stratum:
    """The stratum of one statement."""
    if any(head.signature == REMARK for head in statement.heads):
        return "review"
    if statement.kind in ("choice", "theory", "directive"):
        return "decision"
    atoms = (*statement.heads, *(literal.atom for literal in statement.literals))
    if any(atom.kind == "theory" or atom.signature in decided_predicates for atom in atoms):
        return "decision"
    return "derivation"


def negative_cycles(statements: Iterable[Located]) -> Iterator[tuple[Statement, Literal]]:
    """Rules of packs whose head depends on the negation of itself, with the literal that closes the cycle."""
    edges: defaultdict[Node, set[Node]] = defaultdict(set)
    heads: defaultdict[Signature, set[Node]] = defaultdict(set)
    rules = [located for located in statements if located.statement.kind == "rule"]
    for statement, _ in rules:
        for head in statement.heads:
            heads[head.signature].add(_node(head))
    for statement, kernel in rules:
        for head in statement.heads:
            for literal in statement.literals:
                edges[_node(head)] |= _sources(literal.atom, heads, kernel=kernel)
    component = _components(edges)
    for statement, kernel in rules:
        if kernel:
            continue
        for head in statement.heads:
            own = component.get(_node(head))
            if own is None:
                continue
            for literal in statement.literals:
                # An aggregate over what depends on its own outcome is no better than a negation.
                through = literal.negative or literal.inside
                sources = _sources(literal.atom, heads, kernel=False) if through else ()
                if any(component.get(node) == own for node in sources):
                    yield statement, literal


def _node(atom: Term) -> Node:
    name, arity = atom.signature
    if name not in STATEMENTS:
        return name, arity, ""
    if atom.args[0].kind == "name" and atom.args[0].args:
        return name, arity, "at"
    return name, arity, atom.args[1].name if atom.args[1].kind == "name" else "*"


def _sources(atom: Term, heads: Mapping[Signature, set[Node]], *, kernel: bool) -> set[Node]:
    """The nodes an atom of a body may be derived from. A pack's variable X stands for rows, not at(S,Y)."""
    nodes = heads.get(atom.signature, set())
    if atom.signature[0] not in STATEMENTS:
        return nodes
    field = _node(atom)[2]
    return {
        node
        for node in nodes
        if node[2] == "*"
        or (node[2] == "at" and (kernel or field == "at"))
        or (node[2] != "at" and field in ("*", "at", node[2]))
    }


def _components(edges: Mapping[Node, set[Node]]) -> dict[Node, int]:
    """Numbers the strongly connected components with a cycle; nodes on no cycle are absent (Tarjan 1972)."""
    index: dict[Node, int] = {}
    low: dict[Node, int] = {}
    stack: list[Node] = []
    on_stack: set[Node] = set()
    found: dict[Node, int] = {}
    for root in sorted(edges):
        if root in index:
            continue
        work: list[tuple[Node, Iterator[Node]]] = []

        def enter(node: Node) -> None:
            index[node] = low[node] = len(index)
            stack.append(node)
            on_stack.add(node)
            work.append((node, iter(sorted(edges.get(node, ())))))

        enter(root)
        while work:
            node, rest = work[-1]
            following = next(rest, None)
            if following is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    members = []
                    while True:
                        members.append(stack.pop())
                        on_stack.discard(members[-1])
                        if members[-1] == node:
                            break
                    if len(members) > 1 or node in edges.get(node, ()):
                        found.update(dict.fromkeys(members, index[node]))
            elif following not in index:
                enter(following)
            elif following in on_stack:
                low[node] = min(low[node], index[following])
    return found
