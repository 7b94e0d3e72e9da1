"""A statement as a Python function that finds how it fires for an atom, in a finished model.

    find = finder(statement, number, heads)(model)
    find(atom)        # a list of firings

The function is written as nested loops, each over what an index holds under the arguments that are bound
already, and compiled. Its source is made of its own names alone: what a statement says enters as constants.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from types import CodeType
from typing import Any, NamedTuple

from subvent.explain.kinds import Narrowed
from subvent.explain.matched import USED, Model, Signature
from subvent.explain.patterns import (
    Aggregate,
    AtomPattern,
    Comparison,
    Every,
    Part,
    Pattern,
    Patterns,
    UnmatchedError,
)
from subvent.logic.exact import FUNCTIONS
from subvent.logic.terms import Atom, Term

REFUTED = "not"
"""The function a negated premise is wrapped in, so that it can stand among atoms."""
ANY_WAY = Narrowed({}, {})
ANY: Term = ("_any",)
"""Stands in a negated premise for an argument that may be anything."""

Find = Callable[[Atom], list[Any]]
_INSIDE = "    "


class Firing(NamedTuple):
    """A statement that derives an atom: its index as `number`, and what it rests on, by kind.

    Positive premises in order, negated ones as `("not", p)`, what aggregates counted, in order.
    """

    number: int
    premises: tuple[Atom, ...]
    denied: tuple[Atom, ...]
    counted: tuple[Atom, ...]

    @property
    def children(self) -> tuple[Atom, ...]:
        """All that it rests on, each once."""
        _, premises, denied, counted = self
        every = premises + denied + counted if denied or counted else premises
        return tuple(dict.fromkeys(every)) if len(every) > 1 else every


def finder(
    statement: Patterns, number: int, heads: Collection[Signature], way: Narrowed = ANY_WAY
) -> Callable[[Model], Find]:
    """What makes, of a model, the function that finds the firings of the statement for an atom.

    `number` is that of the statement; what it rests on of the predicates in `heads`, and what it denies, is
    asked for in its turn (`Model.asked`). Raises UnmatchedError.
    """
    premises = [part for part in statement.body if isinstance(part, AtomPattern) and not part.negated]
    denied = [part for part in statement.body if isinstance(part, AtomPattern) and part.negated]
    writer = _Writer()
    names = writer.given(statement, way)
    late = writer.head(statement.head)
    left = [part for part in statement.body if id(part) not in names]
    names |= writer.body([*late, *left], _outer(statement.head, statement.body))
    counted = writer.counted
    shown = counted[0] if len(counted) == 1 else f"merged({_tuple(counted)})" if counted else "()"
    held = _tuple(names[id(part)] for part in premises)
    refused = [writer.denied(part) for part in denied]
    asked = [names[id(part)] for part in premises if part.signature in heads]
    if refused:
        writer.line(f"refused = {_tuple(refused)}")
    writer.line(f"held = {held}")
    parts = f"{number}, held, {'refused' if refused else '()'}, {shown}"
    writer.line(f"out.append(new(Firing, ({parts})))")
    if asked:
        writer.line(f"asked.extend({_tuple(asked)})")
    if refused:
        writer.line("asked.extend(refused)")
    for group in writer.groups:
        # What many firings count is asked for once.
        writer.line(f"if {group}[2]: {group}[2] = False; asked.extend({group}[1])")
    return writer.made({"Firing": Firing, "new": tuple.__new__})


def refuter(statement: Patterns, witness: AtomPattern, denied: Atom) -> Callable[[Model], Find]:
    """The same for what keeps the statement from deriving: a negated literal of its body does hold.

    It is made for the form of a denied atom, ANY standing for what may be anything. What it finds are the
    positive premises with the atom that is in the way. Raises UnmatchedError.
    """
    args = tuple(arg or Pattern("variable", f"?{place}") for place, arg in enumerate(witness.args))
    standing = AtomPattern(witness.name, args)
    kept = [part for part in statement.body if not (isinstance(part, AtomPattern) and part.negated)]
    shown = [part for part in (*kept, standing) if isinstance(part, AtomPattern)]
    writer = _Writer()
    given = zip(statement.head.args, denied[1:], strict=True)
    late = writer.head(
        AtomPattern(statement.head.name, tuple(None if to == ANY else arg for arg, to in given))
    )
    names = writer.body([*late, *kept, standing], _outer(statement.head, (*kept, standing)))
    writer.line(f"out.append({_tuple(names[id(part)] for part in shown)})")
    return writer.made({})


def _outer(head: AtomPattern, body: Iterable[Part]) -> frozenset[str]:
    """The variables that do not belong to the elements of an aggregate alone."""
    found = set(head.variables())
    for part in body:
        if isinstance(part, Aggregate):
            found.update(name for _, guard in part.guards for name in guard.variables())
        elif not isinstance(part, Every):
            found.update(part.variables())
    return frozenset(found)


class _Writer:
    """Writes one function: `_found` names the Python variables that hold the bound ones of the statement."""

    def __init__(self, within: _Writer | None = None) -> None:
        self.counted: list[str] = []
        self.groups: list[str] = []
        self._lines: list[str] = []
        self._depth = 2
        self._found: dict[str, str] = {}
        # What is written for an aggregate shares names and constants with what it stands in.
        self._before: list[str] = within._before if within else []  # noqa: SLF001 - of the same class
        self._given: dict[str, Any] = within._given if within else dict(USED)  # noqa: SLF001

    # ── writing ──

    def line(self, text: str) -> None:
        """One line at the present depth."""
        self._lines.append(_INSIDE * self._depth + text)

    def _open(self, text: str) -> None:
        self.line(f"{text}:")
        self._depth += 1

    def _name(self) -> str:
        name = f"v{len(self._given)}"
        self._given[name] = None
        return name

    def _constant(self, value: Any) -> str:
        if isinstance(value, int):
            return str(value)
        name = self._name()
        self._given[name] = value
        return name

    def _outside(self, text: str) -> str:
        """The name of what is computed once for the model."""
        name = self._name()
        self._before.append(f"{_INSIDE}{name} = {text}")
        return name

    def made(self, used: Mapping[str, Any]) -> Callable[[Model], Find]:
        """The function that was written, to be given a model."""
        self._given |= used
        lines = ["def make(model):", f"{_INSIDE}atoms = model.atoms; asked = model.asked", *self._before]
        lines += [f"{_INSIDE}def find(atom):", f"{_INSIDE * 2}out = []", *self._lines]
        lines += [f"{_INSIDE * 2}return out", f"{_INSIDE}return find"]
        exec(_compiled("\n".join(lines)), self._given)  # noqa: S102 - names of our own
        made: Callable[[Model], Find] = self._given["make"]
        return made

    def given(self, statement: Patterns, way: Narrowed) -> dict[int, str]:
        """Note what is bound from the outset; the names of the premises that are known, as in `body`."""
        self._found |= {name: self._constant(term) for name, term in way.bound.items()}
        return {id(statement.body[place]): self._constant(atom) for place, atom in way.found.items()}

    # ── terms ──

    def _is_bound(self, names: Iterable[str]) -> bool:
        return all(name in self._found for name in names)

    def _value(self, term: Pattern) -> str:
        """An expression for a term whose variables are bound; what it needs to be defined is tested first."""
        if term.kind == "variable":
            return self._found[term.name]
        if term.kind == "constant":
            return self._constant(term.value)
        values = [self._value(part) for part in term.args]
        if term.kind == "function":
            return _tuple([self._constant(term.name), *values])
        if term.kind == "operation":
            for value in values:
                self._open(f"if type({value}) is int")
            return f"({values[0]} {term.name} {values[1]})"
        if term.name not in FUNCTIONS:
            raise UnmatchedError(term.name)
        name = self._name()
        self.line(f"{name} = called({self._constant(term.name)}, {_tuple(values)})")
        self._open(f"if {name} is not None")
        return name

    def _match(self, term: Pattern, value: str) -> Iterator[Comparison]:
        """Bind or test a term against an expression; what has to wait for other variables is given back."""
        if self._is_bound(term.variables()):
            self._open(f"if {value} == {self._value(term)}")
            return
        name = self._name()
        self.line(f"{name} = {value}")
        if term.kind == "variable":
            self._found[term.name] = name
        elif term.kind == "function":
            size, called = len(term.args) + 1, self._constant(term.name)
            self._open(f"if type({name}) is tuple and len({name}) == {size} and {name}[0] == {called}")
            for place, part in enumerate(term.args, 1):
                yield from self._match(part, f"{name}[{place}]")
        else:
            self._found[f"?{name}"] = name
            yield Comparison("==", Pattern("variable", f"?{name}"), term)

    def head(self, head: AtomPattern) -> list[Comparison]:
        """Bind the head to the atom that is asked for, but for what is None of it."""
        return [
            test
            for place, part in enumerate(head.args, 1)
            if part is not None
            for test in self._match(part, f"atom[{place}]")
        ]

    # ── literals ──

    def body(self, parts: Iterable[Part], outer: frozenset[str]) -> dict[int, str]:
        """Write the literals, what binds most first; the name of each atom, by the id of its pattern."""
        waiting, names = list(parts), {}
        while waiting:
            part = min(waiting, key=lambda one: self._cost(one, outer))
            if self._cost(part, outer) == _NEVER:
                raise UnmatchedError(str(part))
            waiting = [one for one in waiting if one is not part]
            if isinstance(part, AtomPattern) and not part.negated:
                names[id(part)], late = self._premise(part)
                waiting = [*late, *waiting]
            elif isinstance(part, AtomPattern):
                self._absent(part)
            elif isinstance(part, Comparison):
                waiting = [*self._comparison(part), *waiting]
            else:
                waiting = [*self._counting(part, outer), *waiting]
        return names

    def _cost(self, part: Part, outer: frozenset[str]) -> int:
        """What is tested first, then what loops under most bound arguments; _NEVER while it is not ready."""
        if isinstance(part, AtomPattern):
            bound = [arg for arg in part.args if arg is None or self._is_bound(arg.variables())]
            if len(bound) == len(part.args):
                return 1
            return _NEVER if part.negated else _LOOP - len(bound)
        if isinstance(part, Comparison):
            unbound = [side for side in (part.left, part.right) if not self._is_bound(side.variables())]
            assigns = part.op == "==" and len(unbound) == 1 and unbound[0].kind in {"variable", "function"}
            return 2 if assigns else _NEVER if unbound else 0
        return 3 if self._is_bound(set(part.variables()) & outer) else _NEVER

    def _places(self, part: AtomPattern) -> tuple[str, str]:
        """The index of a predicate by the arguments that are bound, and the key that these make."""
        places = [
            place
            for place, arg in enumerate(part.args, 1)
            if arg is not None and self._is_bound(arg.variables())
        ]
        signature = self._constant((part.name, len(part.args)))
        if not places:
            return self._outside(f"{{(): model.group({signature})}}"), "()"
        index = self._outside(f"model.index({signature}, {self._constant(tuple(places))})")
        values = [self._value(arg) for place in places if (arg := part.args[place - 1]) is not None]
        return index, values[0] if len(values) == 1 else _tuple(values)

    def _premise(self, part: AtomPattern) -> tuple[str, list[Comparison]]:
        name = self._name()
        if self._is_bound(part.variables()):
            values = [self._value(arg) for arg in part.args if arg is not None]
            self.line(f"{name} = {_tuple([self._constant(part.name), *values])}")
            self._open(f"if {name} in atoms")
            return name, []
        free = [arg is not None and not self._is_bound(arg.variables()) for arg in part.args]
        index, key = self._places(part)
        self._open(f"for {name} in {index}.get({key}, ())")
        late = [
            test
            for place, arg in enumerate(part.args)
            if free[place] and arg is not None
            for test in self._match(arg, f"{name}[{place + 1}]")
        ]
        return name, late

    def _absent(self, part: AtomPattern) -> None:
        if None not in part.args:
            values = [self._value(arg) for arg in part.args if arg is not None]
            self._open(f"if {_tuple([self._constant(part.name), *values])} not in atoms")
        else:
            index, key = self._places(part)
            self._open(f"if not {index}.get({key})")

    def denied(self, part: AtomPattern) -> str:
        """A negated premise as the atom that stands for it."""
        shown = [self._constant(ANY) if arg is None else self._value(arg) for arg in part.args]
        return _tuple([self._constant(REFUTED), _tuple([self._constant(part.name), *shown])])

    def _comparison(self, part: Comparison) -> list[Comparison]:
        left, right = part.left, part.right
        if not self._is_bound(left.variables()):
            return list(self._match(left, self._value(right)))
        if not self._is_bound(right.variables()):
            return list(self._match(right, self._value(left)))
        self._compare(part.op, self._value(left), self._value(right))
        return []

    def _compare(self, op: str, left: str, right: str) -> None:
        if op in {"==", "!="}:
            self._open(f"if {left} {op} {right}")
            return
        first, second = (left, right) if ">" in op else (right, left)
        # Not below, for terms are ordered in full.
        self._open(f"if not above({second}, {first})" if "=" in op else f"if above({first}, {second})")

    def _counting(self, part: Aggregate | Every, outer: frozenset[str]) -> list[Comparison]:
        """An aggregate, worked out once for what it shares with the statement: its value, and its atoms."""
        shared = sorted(set(part.variables()) & outer)
        inner = [f"g{place}" for place in range(len(shared))]
        function, known, name = self._name(), self._outside("{}"), self._name()
        lines = [f"{_INSIDE}def {function}({', '.join(inner)}):", f"{_INSIDE * 2}values, held = set(), set()"]
        elements = part.elements if isinstance(part, Aggregate) else (((), part.condition),)
        for terms, literals in elements:
            writer = _Writer(self)
            writer._found = dict(zip(shared, inner, strict=True))
            names = list(
                writer.body(literals, frozenset({*outer, *_outer(AtomPattern("", terms), literals)})).values()
            )
            if isinstance(part, Every):
                names.append(writer.required(part))
            value = _tuple(writer._value(term) for term in terms)
            writer.line(f"values.add({value}); held.update({_tuple(names)})")
            lines += writer._lines
        lines.append(f"{_INSIDE * 2}return [values, in_order(held), True]")
        self._before += lines
        key = _tuple(self._found[one] for one in shared)
        self.line(f"{name} = {known}.get({key})")
        self.line(f"if {name} is None: {name} = {known}[{key}] = {function}(*{key})")
        self._open(f"if {name}[1] is not None")
        self.counted.append(f"{name}[1]")
        self.groups.append(name)
        return self._guarded(part, f"{name}[0]") if isinstance(part, Aggregate) else []

    def required(self, part: Every) -> str:
        """The literal that each instance of a condition has to meet; where one does not, nothing fires."""
        literal = part.literal
        if not isinstance(literal, AtomPattern) or literal.negated or not self._is_bound(literal.variables()):
            raise UnmatchedError(str(part))
        name = self._name()
        values = [self._value(arg) for arg in literal.args if arg is not None]
        self.line(f"{name} = {_tuple([self._constant(literal.name), *values])}")
        self.line(f"if {name} not in atoms: return [(), None, False]")
        return name

    def _guarded(self, part: Aggregate, values: str) -> list[Comparison]:
        value = self._name()
        self.line(f"{value} = {part.function}_of({values})")
        late: list[Comparison] = []
        for op, guard in part.guards:
            if self._is_bound(guard.variables()):
                self._compare(op, self._value(guard), value)
            elif op == "==":
                late += self._match(guard, value)
            else:
                raise UnmatchedError(str(part))
        return late


_LOOP, _NEVER = 50, 100


@lru_cache(maxsize=10_000)
def _compiled(source: str) -> CodeType:
    """The same rule is narrowed for many constants, which do not stand in its source."""
    return compile(source, "<statement>", "exec")


def _tuple(parts: Iterable[str]) -> str:
    return "(" + "".join(f"{part}, " for part in parts) + ")"
