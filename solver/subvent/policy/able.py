"""Which rules may fire at all on what is stated, told by predicates and constants alone.

Of few rows clingo takes longer to prepare rules that never fire than to ground the others. What joins the
premises of a rule is not looked at, as `policy.reach` does: that would take as long as it saves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

from subvent.policy.parsed import parsed
from subvent.policy.reach import premises_of
from subvent.policy.shapes import Shape
from subvent.policy.syntax import Term
from subvent.policy.types import Rule
from subvent.policy.words import Signature

_Names = tuple[str | None, ...]
"""Of each argument the constant, or the function's name and arity, that it has to be; None: anything."""
_Pattern = tuple[Signature, _Names]


class Able:
    """Some rules of one statement each, asked which of them may fire."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        statements = [parsed(rule) for rule in rules]
        needed = [{_of_atom(one.atom) for one in premises_of(statement)} for statement in statements]
        self._needed = list(map(len, needed))
        """How many different premises each rule has."""
        heads: defaultdict[Signature, list[tuple[_Names, int]]] = defaultdict(list)
        for number, statement in enumerate(statements):
            for signature, names in {_of_atom(head) for head in statement.heads}:
                heads[signature].append((names, number))
        self._asked_by: defaultdict[_Pattern, list[int]] = defaultdict(list)
        """The rules that have a premise."""
        for number, own in enumerate(needed):
            for pattern in own:
                self._asked_by[pattern].append(number)
        self._of_signature: defaultdict[Signature, list[_Pattern]] = defaultdict(list)
        """The premises of each predicate."""
        self._gives: defaultdict[int, list[_Pattern]] = defaultdict(list)
        """The premises that each rule may derive."""
        for pattern in self._asked_by:
            signature, names = pattern
            self._of_signature[signature].append(pattern)
            for number in {number for other, number in heads.get(signature, ()) if _agree(names, other)}:
                self._gives[number].append(pattern)

    def given(self, stated: Iterable[tuple[str, tuple[Shape, ...]]]) -> list[Rule]:
        """Those that may fire where atoms of these shapes are stated, in their order, and some in vain."""
        missing, met = list(self._needed), set[_Pattern]()
        pending: list[_Pattern] = []

        def meet(patterns: Iterable[_Pattern]) -> None:
            for pattern in patterns:
                if pattern not in met:
                    met.add(pattern)
                    pending.append(pattern)

        for name, shapes in set(stated):
            names = tuple(map(_of_shape, shapes))
            asked = self._of_signature.get((name, len(shapes)), ())
            meet(pattern for pattern in asked if _agree(pattern[1], names))
        for number, count in enumerate(self._needed):
            if not count:
                meet(self._gives[number])
        while pending:
            for number in self._asked_by[pending.pop()]:
                missing[number] -= 1
                if not missing[number]:
                    meet(self._gives[number])
        return [rule for rule, count in zip(self._rules, missing, strict=True) if not count]


@lru_cache(maxsize=8)
def able(rules: tuple[Rule, ...]) -> Able:
    """The same rules are asked again and again."""
    return Able(rules)


def _agree(one: _Names, other: _Names) -> bool:
    return all(a is None or b is None or a == b for a, b in zip(one, other, strict=True))


def _of_atom(atom: Term) -> _Pattern:
    return atom.signature, tuple(map(_of_term, atom.args))


def _of_term(term: Term) -> str | None:
    return _named(term.name, len(term.args)) if term.kind == "name" else None


def _of_shape(shape: Shape) -> str | None:
    return _named(shape[0], len(shape) - 1) if isinstance(shape, tuple) else None


def _named(name: str, arity: int) -> str:
    return f"{name}/{arity}"
