"""Auxiliary atoms that only abbreviate are replaced by what they stand for, and the rest get names."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from subvent.model.completion import Body, Completion, Support, conjunction, threshold
from subvent.model.settle import rendered, strong_components

if TYPE_CHECKING:
    from collections.abc import Callable

_ROUNDS = 8
"""So far apart do atoms that are defined by one another look to be told from each other."""

_LONGEST = 160
"""Longer definitions are named by their beginning and a digest."""


def inline(completion: Completion) -> tuple[dict[int, int], bool]:
    """Replace auxiliary atoms defined by one rule with one literal, or by one conjunction.

    Returns the literals that replaced atoms, for those who hold literals of their own, and whether
    anything changed at all. An atom that abbreviates a conjunction is replaced where it stands in a
    conjunction, unnegated.
    """
    alias = _aliases(completion)
    return alias, substitute(completion, alias, _conjunctions(completion, alias))


def substitute(
    completion: Completion, alias: dict[int, int], conjunctions: dict[int, tuple[int, ...]]
) -> bool:
    """Replace atoms by literals everywhere, and by conjunctions where they stand in conjunctions.

    Returns whether any body changed.
    """
    replaced = alias.keys() | conjunctions.keys()
    if not replaced:
        return False
    touched = False

    def substituted(body: Body) -> Body:
        nonlocal touched
        if not any(abs(literal) in replaced for literal, _ in body.terms):
            return body
        resolved = [(resolve(alias, literal), w) for literal, w in body.terms]
        new = threshold(body.bound, resolved)
        if body.is_and:
            parts = (conjunctions.get(literal, (literal,)) for literal, _ in resolved)
            new = conjunction(part for unfolded in parts for part in unfolded)
        touched |= new != body
        return new

    completion.denials = sorted({(name, substituted(body)) for name, body in completion.denials})
    for atom, supports in completion.supports.items():
        completion.supports[atom] = sorted({Support(s.choice, substituted(s.body)) for s in supports})
    for atom in alias:
        del completion.supports[atom]
    return touched


def resolve(alias: dict[int, int], literal: int) -> int:
    """The literal that a literal was replaced by."""
    target = alias.get(abs(literal), abs(literal))
    return target if literal > 0 else -target


def _only(completion: Completion, atom: int) -> Body | None:
    """The body of an auxiliary atom's only rule."""
    supports = completion.supports[atom]
    if atom in completion.symbols or atom in completion.values or len(supports) != 1 or supports[0].choice:
        return None
    return supports[0].body


def _aliases(completion: Completion) -> dict[int, int]:
    direct = {}
    for atom in completion.supports:
        body = _only(completion, atom)
        if body is not None and len(body.terms) == 1:
            direct[atom] = body.terms[0][0]
    alias: dict[int, int] = {}
    for atom, first in direct.items():
        literal, seen = first, {atom}
        while abs(literal) in direct and abs(literal) not in seen:
            seen.add(abs(literal))
            literal = direct[abs(literal)] if literal > 0 else -direct[abs(literal)]
        # A ring of abbreviations (through `not`) has no end: its atoms stay what they are.
        if abs(literal) not in direct:
            alias[atom] = literal
    return alias


def _conjunctions(completion: Completion, alias: dict[int, int]) -> dict[int, tuple[int, ...]]:
    """Auxiliary atoms that stand for conjunctions, fully unfolded."""
    direct: dict[int, list[int]] = {}
    for atom in completion.supports:
        body = _only(completion, atom)
        if atom not in alias and body is not None and body.is_and and len(body.terms) > 1:
            direct[atom] = [resolve(alias, literal) for literal in body.literals]
    for ring in strong_components({a: [b for b in direct[a] if b in direct] for a in direct}):
        # Through a double `not` a conjunction may come to stand in itself: it stays an atom.
        if len(ring) > 1 or ring[0] in direct[ring[0]]:
            for atom in ring:
                del direct[atom]
    return {atom: _unfolded(direct, atom) for atom in direct}


def _unfolded(direct: dict[int, list[int]], atom: int) -> tuple[int, ...]:
    waiting, leaves = [atom], set()
    while waiting:
        for literal in direct[waiting.pop()]:
            if literal in direct:
                waiting.append(literal)
            else:
                leaves.add(literal)
    return tuple(sorted(leaves))


class Naming:
    """Names of atoms: the symbol's text, or the definition's for auxiliary atoms.

    `cyclic` are the auxiliary atoms that are defined through themselves (by way of `not`); their
    names tell where they stand, and equal names do not make them equal.
    """

    def __init__(self, completion: Completion) -> None:
        self._completion = completion
        self._known: dict[int, str] = dict(completion.symbols)
        hidden = {a: s for a, s in completion.supports.items() if a not in completion.symbols}
        edges = {
            a: [abs(literal) for s in supports for literal in s.body.literals if abs(literal) in hidden]
            for a, supports in hidden.items()
        }
        self._rings = {
            atom: ring
            for ring in strong_components(edges)
            if len(ring) > 1 or ring[0] in edges[ring[0]]
            for atom in ring
        }
        self.cyclic = self._rings.keys()

    def __call__(self, atom: int) -> str:
        """The name of an atom or literal (negated ones are prefixed `not`)."""
        if atom < 0:
            return f"not {self(-atom)}"
        if atom not in self._known:
            if atom in self._rings:
                self._known.update(self._refined(self._rings[atom]))
            else:
                self._known[atom] = self._definition(atom, self)
        return self._known[atom]

    def _refined(self, ring: list[int]) -> dict[int, str]:
        """Names of atoms that are defined by one another: alike at first, then told apart in rounds."""
        texts = dict.fromkeys(ring, "#")

        def name(literal: int) -> str:
            if abs(literal) not in texts:
                return self(literal)
            return texts[literal] if literal > 0 else f"not {texts[-literal]}"

        for _ in range(min(len(ring), _ROUNDS) + 1):
            texts = {atom: self._definition(atom, name) for atom in ring}
        return texts

    def _definition(self, atom: int, name: Callable[[int], str]) -> str:
        rules = sorted(_rule(support, name) for support in self._completion.supports.get(atom, ()))
        return _shortened("{" + (" | ".join(rules) or "#false") + "}")


def _rule(support: Support, name: Callable[[int], str]) -> str:
    body = support.body
    ordered = Body(body.bound, tuple(sorted(body.terms, key=lambda t: (name(t[0]), t[1]))))
    return ("choice " if support.choice else "") + rendered(ordered, name)


def _shortened(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]}… {sha256(text.encode()).hexdigest()[:16]}}}"


def merge_equals(completion: Completion, naming: Naming) -> dict[int, int]:
    """Replace auxiliary atoms whose definitions read the same by one; returns who replaced whom."""
    first: dict[str, int] = {}
    merged: dict[int, int] = {}
    for atom, supports in sorted(completion.supports.items()):
        known = atom in completion.symbols or atom in completion.values or atom in naming.cyclic
        if known or any(s.choice for s in supports):
            continue
        text = naming(atom)
        if first.setdefault(text, atom) != atom:
            merged[atom] = first[text]
    substitute(completion, merged, {})
    return merged
