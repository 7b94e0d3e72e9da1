"""Which stratum a statement belongs to, and whether the derivation runs through its own negation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from subvent.policy.syntax import Literal, Statement, Term
from subvent.policy.types import Stratum
from subvent.policy.words import PROCEDURE, REMARK, SAID, STATEMENTS, Signature

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
            heads = {head.signature for head in rule.heads} - found - set(SAID)
            if heads and any(literal.atom.signature in found for literal in rule.literals):
                found |= heads
                grown = True
    return frozenset(found)


def stratum(statement: Statement, decided_predicates: Collection[Signature]) -> Stratum:
    """The stratum of one statement."""
    if any(head.signature == REMARK for head in statement.heads):
        return "review"
    if any(head.signature in PROCEDURE for head in statement.heads):
        return "procedure"
    if statement.kind in ("choice", "theory", "directive"):
        return "decision"
    atoms = (*statement.heads, *(literal.atom for literal in statement.literals))
    if any(atom.kind == "theory" or atom.signature in decided_predicates for atom in atoms):
        return "decision"
    return "derivation"


def negative_cycles(statements: Iterable[Located]) -> Iterator[tuple[Statement, Literal]]:
    """Rules of packs whose head depends on the negation of itself, with the literal that closes the cycle."""
    rules = [located for located in statements if located.statement.kind == "rule"]
    heads: defaultdict[Signature, set[Node]] = defaultdict(set)
    for statement, _ in rules:
        for head in statement.heads:
            heads[head.signature].add(_node(head))
    component = _components(_edges(rules, heads))
    negated = _negated(rules, heads, component)
    for statement, kernel in rules:
        own = {component[node] for head in statement.heads if (node := _node(head)) in component}
        if kernel or not own:
            continue
        for literal in statement.literals:
            # An aggregate over what depends on its own outcome is no better than a negation.
            through = literal.negative or literal.inside
            closed = own if through else own & negated
            sources = _sources(literal.atom, heads, kernel=False) if closed else ()
            if any(component.get(node) in closed for node in sources):
                yield statement, literal


def _negated(
    rules: Iterable[Located], heads: Mapping[Signature, set[Node]], component: Mapping[Node, int]
) -> set[int]:
    """The cycles that run through a negation of the kernel's: a pack's rule on one may not close it."""
    found = set[int]()
    for statement, kernel in rules:
        own = {component[node] for head in statement.heads if (node := _node(head)) in component}
        for literal in statement.literals if kernel and own else ():
            if literal.negative or literal.inside:
                sources = _sources(literal.atom, heads, kernel=True)
                found |= own & {component[node] for node in sources if node in component}
    return found


def _edges(rules: Iterable[Located], heads: Mapping[Signature, set[Node]]) -> dict[Node, set[Node]]:
    """What each node is derived from."""
    edges: defaultdict[Node, set[Node]] = defaultdict(set)
    for statement, kernel in rules:
        for head in statement.heads:
            for literal in statement.literals:
                edges[_node(head)] |= _sources(literal.atom, heads, kernel=kernel)
    return edges


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
    """Numbers the strongly connected components that hold a cycle; nodes on no cycle are absent."""
    following: dict[Node, set[Node]] = {node: set(edges.get(node, ())) for node in edges}
    backwards: defaultdict[Node, set[Node]] = defaultdict(set)
    for node, targets in following.items():
        for target in targets:
            backwards[target].add(node)
    found: dict[Node, int] = {}
    finished = _finishing_order(following)
    # Kosaraju: taken from the last finished, what reaches a node and is not yet taken is its component.
    taken: set[Node] = set()
    for number, root in enumerate(reversed(finished)):
        if root in taken:
            continue
        members = _reached(root, backwards, taken)
        if len(members) > 1 or root in following.get(root, ()):
            found.update(dict.fromkeys(members, number))
    return found


def _finishing_order(following: Mapping[Node, Collection[Node]]) -> list[Node]:
    """All nodes, each after those that a depth-first search reaches from it."""
    finished: list[Node] = []
    seen: set[Node] = set()
    for root in sorted(following):
        if root in seen:
            continue
        seen.add(root)
        path = [(root, iter(sorted(following[root])))]
        while path:
            _, rest = path[-1]
            target = next((t for t in rest if t not in seen), None)
            if target is None:
                finished.append(path.pop()[0])
            else:
                seen.add(target)
                path.append((target, iter(sorted(following.get(target, ())))))
    return finished


def _reached(root: Node, edges: Mapping[Node, Collection[Node]], taken: set[Node]) -> list[Node]:
    """Nodes reachable from `root` that are not taken; takes them."""
    members, queue = [], [root]
    taken.add(root)
    while queue:
        node = queue.pop()
        members.append(node)
        fresh = [target for target in edges.get(node, ()) if target not in taken]
        taken.update(fresh)
        queue += fresh
    return members


class Recursion:
    """Which atoms of rules lead back to which: the recursion among a set of statements."""

    def __init__(self, statements: Iterable[Located]) -> None:
        rules = [located for located in statements if located.statement.kind == "rule"]
        self._heads: defaultdict[Signature, set[Node]] = defaultdict(set)
        for statement, _ in rules:
            for head in statement.heads:
                self._heads[head.signature].add(_node(head))
        self._component = _components(_edges(rules, self._heads))

    def leads(self, head: Term, atom: Term) -> bool:
        """Whether what derives `head` may, by other rules or by itself, derive `atom` in turn."""
        own = self._component.get(_node(head))
        return own is not None and any(
            self._component.get(node) == own for node in _sources(atom, self._heads, kernel=False)
        )
