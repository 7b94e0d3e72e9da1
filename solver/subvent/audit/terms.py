"""Terms made ready for a join: functions that give a term's value, or match one, under an environment.

An environment is a list with one place a variable. `Undefined` is raised where arithmetic meets something
that is no number: such an instance of a rule does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter

from subvent.audit.amounts import FUNCTIONS
from subvent.audit.rules import AuditError, Call, Constant, Function, Sum, Term, Value, Variable

Environment = list[Value]
Getter = Callable[[Environment], Value]
Matcher = Callable[[Value, Environment], bool]
_LARGEST = 2**31 - 1


class Undefined(Exception):  # noqa: N818 - no error: the instance is left out
    """A number was expected and something else met."""


class Places(dict[str, int]):
    """The place of each variable of a rule in the environment, and of values that are the same in all."""

    def __init__(self) -> None:
        super().__init__()
        self._values: dict[int, Value] = {}

    def __missing__(self, name: str) -> int:
        self[name] = len(self)
        return self[name]

    def holding(self, value: Value) -> int:
        """The place of a value."""
        place = self[f"={value!r}"]
        self._values[place] = value
        return place

    def environment(self) -> Environment:
        """One in which no variable has a value yet."""
        return [self._values.get(place, 0) for place in range(len(self))]


def variables(term: Term) -> Iterator[str]:
    """The names of the variables in a term."""
    if isinstance(term, Variable):
        yield term.name
    elif isinstance(term, Function | Call):
        for arg in term.args:
            yield from variables(arg)
    elif isinstance(term, Sum):
        yield from variables(term.left)
        yield from variables(term.right)


def calls(term: Term) -> bool:
    """Whether an @-function stands in the term."""
    if isinstance(term, Call):
        return True
    if isinstance(term, Function):
        return any(calls(arg) for arg in term.args)
    return isinstance(term, Sum) and (calls(term.left) or calls(term.right))


def computed(term: Term) -> bool:
    """Whether anything has to be computed in the term."""
    if isinstance(term, Function):
        return any(computed(arg) for arg in term.args)
    return isinstance(term, Sum | Call)


def getter(term: Term, places: Places) -> Getter:
    """What gives the value of a term whose variables all have one."""
    if isinstance(term, Constant):
        value = term.value
        return lambda _: value
    if isinstance(term, Variable):
        place = places[term.name]
        return lambda env: env[place]
    if isinstance(term, Sum):
        return _sum(getter(term.left, places), getter(term.right, places), term.sign)
    parts = [getter(arg, places) for arg in term.args]
    if isinstance(term, Call):
        if term.name not in FUNCTIONS:
            raise AuditError(f"there is no function @{term.name}")
        call = FUNCTIONS[term.name]
        return lambda env: call(*[part(env) for part in parts])
    name = term.name
    return lambda env: (name, *[part(env) for part in parts])


def row_getter(terms: Sequence[Term], places: Places) -> Callable[[Environment], tuple[Value, ...]]:
    """What gives the values of several terms whose variables all have one."""
    if len(terms) > 1 and all(isinstance(term, Variable | Constant) for term in terms):
        return itemgetter(
            *(places[t.name] if isinstance(t, Variable) else places.holding(t.value) for t in terms)  # type: ignore[union-attr]
        )
    parts = [getter(term, places) for term in terms]
    return lambda env: tuple([part(env) for part in parts])


def _sum(left: Getter, right: Getter, sign: int) -> Getter:
    return lambda env: added(left(env), right(env), sign)


def added(one: Value, other: Value, sign: int) -> int:
    """One and the other, or less the other. Raises Undefined where either is no number."""
    if not isinstance(one, int) or not isinstance(other, int):
        raise Undefined
    value = one + sign * other
    if not -_LARGEST <= value <= _LARGEST:
        raise AuditError(f"{value} does not fit 32 bits")
    return value


def matchable(term: Term, bound: set[str]) -> bool:
    """Whether a value can be matched with the term, which binds the variables that are left."""
    left = {name for name in variables(term) if name not in bound}
    if not left or isinstance(term, Constant | Variable):
        return True
    if isinstance(term, Function):
        return all(matchable(arg, bound) for arg in term.args)
    return isinstance(term, Sum) and _moved(term, bound) is not None


def _moved(term: Sum, bound: set[str]) -> tuple[Variable, Term, int] | None:
    """Of V+t, t+V and V-t with an unbound V and a bound t: V, t and the sign of t. None of anything else."""
    for one, other, sign in ((term.left, term.right, term.sign), (term.right, term.left, 1)):
        if isinstance(one, Variable) and one.name not in bound and bound.issuperset(variables(other)):
            return (one, other, sign) if one is term.left or term.sign == 1 else None
    return None


def matcher(term: Term, places: Places, bound: set[str]) -> Matcher:
    """What matches a value with a term; its variables are bound from then on, and added to `bound`."""
    if isinstance(term, Variable) and term.name not in bound:
        bound.add(term.name)
        place = places[term.name]

        def bind(value: Value, env: Environment) -> bool:
            env[place] = value
            return True

        return bind
    if bound.issuperset(variables(term)):
        return _known_matcher(getter(term, places), careful=computed(term))
    if isinstance(term, Function):
        return _function_matcher(term, places, bound)
    if isinstance(term, Sum) and (moved := _moved(term, bound)):
        variable, by, sign = moved
        bound.add(variable.name)
        place, distance = places[variable.name], getter(by, places)

        def move(value: Value, env: Environment) -> bool:
            by = distance(env)
            if not isinstance(value, int) or not isinstance(by, int):
                return False
            env[place] = value - sign * by
            return True

        return move
    raise AuditError(f"nothing binds {', '.join(sorted(set(variables(term)) - bound))}")


def _known_matcher(known: Getter, *, careful: bool) -> Matcher:
    if not careful:
        return lambda value, env: known(env) == value

    def match(value: Value, env: Environment) -> bool:
        try:
            return known(env) == value
        except Undefined:
            return False

    return match


def _function_matcher(term: Function, places: Places, bound: set[str]) -> Matcher:
    name, size = term.name, len(term.args) + 1
    parts = [matcher(arg, places, bound) for arg in term.args]

    def match(value: Value, env: Environment) -> bool:
        if not isinstance(value, tuple) or len(value) != size or value[0] != name:
            return False
        return all(part(value[at], env) for at, part in enumerate(parts, 1))  # type: ignore[arg-type]

    return match
