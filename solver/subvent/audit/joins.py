"""One rule as a chain of steps: each finds the ways to make a literal true, and goes on to the next.

The order of the literals is chosen when the rule is prepared, when everything below its stratum is
known: tests as soon as they can be made, then the literal that leaves the fewest ways.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from subvent.audit.aggregates import summary
from subvent.audit.needs import Cost, all_names, comparison_cost, known_parts, names_of, open_parts, outside
from subvent.audit.ordering import compares
from subvent.audit.relations import Path, Relations
from subvent.audit.rules import (
    Aggregate,
    Atom,
    AuditError,
    Comparison,
    Conditional,
    Constant,
    GroundAtom,
    Literal,
    Range,
    Rule,
    Term,
    Value,
    Variable,
)
from subvent.audit.terms import (
    Environment,
    Places,
    Undefined,
    computed,
    getter,
    matchable,
    matcher,
    row_getter,
    variables,
)

Step = Callable[[Environment], None]


class Delta:
    """The atoms that one literal of a rule is to range over, in place of all of them."""

    def __init__(self) -> None:
        self.rows: Sequence[GroundAtom] = ()


class Join:
    """A rule prepared: `run` gives the heads of all its instances, with repetitions."""

    def __init__(self, rule: Rule, relations: Relations, focus: int | None = None) -> None:
        """`focus` is the literal of the body, by number, that ranges over `delta` alone."""
        self.rule = rule
        self.delta = Delta()
        self._relations = relations
        self._places = Places()
        self._found: list[GroundAtom] = []
        self._step = self._prepared(rule, focus)

    def run(self) -> list[GroundAtom]:
        """The heads of all instances of the rule. Raises AuditError when an @-function refuses."""
        self._found.clear()
        self._step(self._places.environment())
        return self._found.copy()

    # ── order ─────────────────────────────────────────────────────────────────────────────────────

    def _prepared(self, rule: Rule, focus: int | None) -> Step:
        literals = list(rule.body)
        shared = outside(rule.body) | names_of(rule.head)
        first = [literals.pop(focus)] if focus is not None else []
        bound: set[str] = set()
        makers = [self._scan(literal, bound) for literal in first]
        makers += self._ordered(literals, bound, shared)
        return _chain(makers, self._emit(rule.head, bound))

    def _ordered(
        self, literals: Iterable[Literal], bound: set[str], shared: set[str]
    ) -> list[Callable[[Step], Step]]:
        """Each literal as what puts it before a step, in the order in which they are tried."""
        waiting, makers = list(literals), []
        while waiting:
            costs = [self._cost(literal, bound, shared) for literal in waiting]
            ready = [(cost, at) for at, cost in enumerate(costs) if cost is not None]
            if not ready:
                raise AuditError("a variable is bound by nothing")
            _, at = min(ready)
            makers.append(self._made(waiting.pop(at), bound, shared))
        return makers

    def _cost(self, literal: Literal, bound: set[str], shared: set[str]) -> Cost | None:
        """None when it cannot be tried yet."""
        if isinstance(literal, Comparison):
            return comparison_cost(literal, bound)
        cost = Cost(0, 1)
        needed = names_of(literal) & shared if isinstance(literal, Atom) else set[str]()
        if isinstance(literal, Range):
            cost, needed = Cost(2, 10), {*variables(literal.low), *variables(literal.high)}
        elif isinstance(literal, Conditional):
            cost, needed = Cost(3, 1), set(all_names(literal)) & shared
        elif isinstance(literal, Aggregate):
            inner = {name for element in literal.elements for name in all_names(element)} & shared
            guards = [term for op, term in literal.guards if op != "=" or not matchable(term, bound)]
            cost, needed = Cost(4, 1), inner | {name for term in guards for name in variables(term)}
        elif not literal.negations:
            cost = Cost(1 if bound >= needed else 2, self._ways(literal, bound))
            needed = set() if all(matchable(arg, bound) for arg in literal.args) else needed
        return cost if bound >= needed else None

    def _ways(self, literal: Atom, bound: set[str]) -> float:
        """About how many atoms agree with what is bound: each bound part leaves one in eight."""
        known = len(known_parts(literal, bound))
        return len(self._relations[literal.name, len(literal.args)].rows) / 8.0**known

    # ── steps ─────────────────────────────────────────────────────────────────────────────────────

    def _made(self, literal: Literal, bound: set[str], shared: set[str]) -> Callable[[Step], Step]:
        if isinstance(literal, Comparison):
            return _undefined_passed_over(self._comparison(literal, bound))
        if isinstance(literal, Range):
            return self._range(literal, bound)
        if isinstance(literal, Aggregate):
            return self._aggregate(literal, bound, shared)
        if isinstance(literal, Conditional):
            return self._conditional(literal, bound)
        maker = self._test(literal, bound) if literal.negations else self._atom(literal, bound)
        return _undefined_passed_over(maker) if any(map(computed, literal.args)) else maker

    def _emit(self, head: Atom, bound: set[str]) -> Step:
        if left := names_of(head) - bound:
            raise AuditError(f"nothing binds {', '.join(sorted(left))} in: {self.rule.text}")
        atom, found = self._atom_of(head), self._found

        def emit(env: Environment) -> None:
            found.append(atom(env))

        return _passing_over(emit) if any(map(computed, head.args)) else emit

    def _atom_of(self, atom: Atom) -> Callable[[Environment], GroundAtom]:
        """What gives the instance of an atom whose variables all have a value."""
        # A constant without arguments stands in an atom as its name alone would.
        return row_getter((Constant(atom.name), *atom.args), self._places)

    def _scan(self, literal: Literal, bound: set[str]) -> Callable[[Step], Step]:
        """All atoms of the delta, each matched with the literal."""
        if not isinstance(literal, Atom):
            raise TypeError(literal)
        delta = self.delta
        return self._matching(lambda _: delta.rows, list(enumerate(literal.args, 1)), bound)

    def _key(
        self, literal: Atom, bound: set[str]
    ) -> tuple[tuple[Path, ...], Callable[[Environment], object]]:
        """The parts of a literal whose value is known, and what gives the key of an index over them."""
        known = known_parts(literal, bound)
        paths, terms = tuple(path for path, _ in known), [term for _, term in known]
        if len(terms) == 1:
            return paths, getter(terms[0], self._places)
        return paths, row_getter(terms, self._places)

    def _atom(self, literal: Atom, bound: set[str]) -> Callable[[Step], Step]:
        """An atom that holds: all that agree with what is bound."""
        relation = self._relations[literal.name, len(literal.args)]
        open_ = open_parts(literal, bound)
        if not open_:
            return self._test(literal, bound)
        known, key = self._key(literal, bound)
        if not known:
            return self._matching(lambda _: relation.rows, open_, bound)
        index = relation.index(known)
        return self._matching(lambda env: index.get(key(env), ()), open_, bound)

    def _matching(
        self,
        rows: Callable[[Environment], Iterable[GroundAtom]],
        open_: Sequence[tuple[int, Term]],
        bound: set[str],
    ) -> Callable[[Step], Step]:
        """All of some atoms whose open parts match; from then on their variables have values."""
        binds: list[tuple[int, int]] = []
        matched = []
        for at, arg in open_:
            if isinstance(arg, Variable) and arg.name not in bound:
                bound.add(arg.name)
                binds.append((at, self._places[arg.name]))
            else:
                matched.append((at, matcher(arg, self._places, bound)))
        if len(binds) == 1 and not matched:
            return _binding(rows, *binds[0])

        def maker(then: Step) -> Step:
            def step(env: Environment) -> None:
                for row in rows(env):
                    for at, place in binds:
                        env[place] = row[at]  # type: ignore[call-overload]
                    for at, match in matched:
                        if not match(row[at], env):  # type: ignore[arg-type]
                            break
                    else:
                        then(env)

            return step

        return maker

    def _test(self, literal: Atom, bound: set[str]) -> Callable[[Step], Step]:
        """Whether there is an atom that agrees with what is bound, or none."""
        holds = self._exists(literal, bound)
        wanted = literal.negations != 1

        def maker(then: Step) -> Step:
            def step(env: Environment) -> None:
                if holds(env) is wanted:
                    then(env)

            return step

        return maker

    def _exists(self, literal: Atom, bound: set[str]) -> Callable[[Environment], bool]:
        relation = self._relations[literal.name, len(literal.args)]
        unbound = open_parts(literal, bound)
        if not unbound:
            atom, rows = self._atom_of(literal), relation.rows
            return lambda env: atom(env) in rows
        known, key = self._key(literal, bound)
        own = set(bound)
        open_ = [(at, matcher(arg, self._places, own)) for at, arg in unbound]
        index = relation.index(known) if known else None

        def holds(env: Environment) -> bool:
            rows = relation.rows if index is None else index.get(key(env), ())
            return any(all(match(row[at], env) for at, match in open_) for row in rows)  # type: ignore[arg-type]

        return holds

    def _comparison(self, literal: Comparison, bound: set[str]) -> Callable[[Step], Step]:
        if literal.op == "=" and not literal.negated:
            known, other = literal.left, literal.right
            if not bound.issuperset(variables(known)):
                known, other = other, known
            value, match = getter(known, self._places), matcher(other, self._places, bound)
            return lambda then: lambda env: then(env) if match(value(env), env) else None
        left, right = getter(literal.left, self._places), getter(literal.right, self._places)
        op, wanted = literal.op, not literal.negated
        return lambda then: lambda env: then(env) if compares(op, left(env), right(env)) is wanted else None

    def _range(self, literal: Range, bound: set[str]) -> Callable[[Step], Step]:
        low, high = getter(literal.low, self._places), getter(literal.high, self._places)
        match = matcher(literal.variable, self._places, bound)

        def maker(then: Step) -> Step:
            def step(env: Environment) -> None:
                first, last = low(env), high(env)
                if isinstance(first, int) and isinstance(last, int):
                    for number in range(first, last + 1):
                        if match(number, env):
                            then(env)

            return _passing_over(step)

        return maker

    def _aggregate(self, literal: Aggregate, bound: set[str], shared: set[str]) -> Callable[[Step], Step]:
        collected: set[tuple[Value, ...]] = set()
        collectors = []
        for element in literal.elements:
            own = set(bound)
            named = {name for term in element.terms for name in variables(term)}
            makers = self._ordered(element.condition, own, shared | named | outside(element.condition))
            collectors.append(_chain(makers, self._collector(element.terms, collected, own)))
        guards = [
            (op, matcher(term, self._places, bound) if op == "=" else getter(term, self._places))
            for op, term in literal.guards
        ]

        def holds(env: Environment) -> bool:
            collected.clear()
            for collect in collectors:
                collect(env)
            value = summary(literal.function, collected)
            for op, guard in guards:
                held = guard(value, env) if op == "=" else compares(op, value, guard(env))  # type: ignore[call-arg, arg-type]
                if not held:
                    return False
            return True

        wanted = not literal.negated
        return lambda then: _passing_over(lambda env: then(env) if holds(env) is wanted else None)

    def _collector(self, terms: Sequence[Term], into: set[tuple[Value, ...]], bound: set[str]) -> Step:
        if left := {name for term in terms for name in variables(term)} - bound:
            raise AuditError(f"nothing binds {', '.join(sorted(left))} in: {self.rule.text}")
        row = row_getter(terms, self._places)
        return _passing_over(lambda env: into.add(row(env)))

    def _conditional(self, literal: Conditional, bound: set[str]) -> Callable[[Step], Step]:
        own = set(bound)
        named = outside((literal.literal, *literal.condition))
        makers = self._ordered(literal.condition, own, named)
        failed: list[bool] = []
        held: list[bool] = []
        inner = self._made(literal.literal, own, named)(lambda _: held.append(True))

        def each(env: Environment) -> None:
            held.clear()
            inner(env)
            if not held:
                failed.append(True)

        all_of = _chain(makers, each)

        def maker(then: Step) -> Step:
            def step(env: Environment) -> None:
                failed.clear()
                all_of(env)
                if not failed:
                    then(env)

            return step

        return maker


def _binding(
    rows: Callable[[Environment], Iterable[GroundAtom]], at: int, place: int
) -> Callable[[Step], Step]:
    """All of some atoms, of which one part gives a variable its value: most steps are such."""

    def maker(then: Step) -> Step:
        def step(env: Environment) -> None:
            for row in rows(env):
                env[place] = row[at]  # type: ignore[call-overload]
                then(env)

        return step

    return maker


def _chain(makers: Sequence[Callable[[Step], Step]], last: Step) -> Step:
    step = last
    for maker in reversed(makers):
        step = maker(step)
    return step


def _passing_over(step: Step) -> Step:
    """The step, in which an instance that is undefined is left out."""

    def careful(env: Environment) -> None:
        try:
            step(env)
        except Undefined:
            return

    return careful


def _undefined_passed_over(maker: Callable[[Step], Step]) -> Callable[[Step], Step]:
    return lambda then: _passing_over(maker(then))
