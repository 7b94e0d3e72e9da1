"""What may be claimed, as rows: the completion of the ground statements, nothing left out, nothing merged.

A claim that may be chosen is a variable. Every other decided atom is true exactly when one of its bodies
is. A constraint, and a rule for what a constraint forbids, is a row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from subvent.audit.grounding import Conjunction, Instance, Tally
from subvent.audit.money import MoneyRows, Pool, Shared, pools, shared_costs
from subvent.audit.propagation import Search
from subvent.audit.rows import FALSE, TRUE, Literal, Rows, negation
from subvent.audit.rules import AuditError, GroundAtom
from subvent.audit.written import written


class Meaning:
    """The rows of the statements. `add_money` completes them, when it is known what can be claimed at all."""

    def __init__(self, instances: Sequence[Instance], units: int = 1) -> None:
        """`units`: what a fen of a shared cost is cut into at least.

        Raises AuditError for statements that define an atom through itself, and others not read.
        """
        self.rows = Rows()
        self.named: dict[str, Literal] = {}
        """The literal of every decided atom, and of every amount, by name."""
        self.choices: dict[str, int] = {}
        """The variables of what may be chosen, by name."""
        self.amounts: set[str] = set()
        """The names of amounts, known once `add_money` was called."""
        self.shared: list[Shared] = shared_costs(instances)
        self.pools: list[Pool] = pools(instances)
        self._instances = instances
        self._units = units
        self._rules: defaultdict[GroundAtom, list[Instance]] = defaultdict(list)
        self._literals: dict[GroundAtom, Literal] = {}
        self._begun: set[GroundAtom] = set()
        self._read()

    def _read(self) -> None:
        forbidden = {
            one.literals[0][0]
            for one in self._instances
            if one.kind == "constraint" and len(one.literals) == 1 and one.literals[0][1] and not one.tallies
        }
        denied = []
        for one in self._instances:
            if one.kind == "constraint" or (one.kind == "rule" and one.head in forbidden):
                denied.append(one)
            elif one.kind != "money" and one.head is not None:
                self._rules[one.head].append(one)
        for atom in self._rules:
            self.named[written(atom)] = self._literal(atom)
        for one in denied:
            self._deny(one)

    def _literal(self, atom: GroundAtom) -> Literal:
        """The literal of an atom; one that nothing makes true, or that must not be, is false."""
        if atom not in self._literals:
            if atom in self._begun:
                raise AuditError(f"{written(atom)} is defined through itself")
            self._begun.add(atom)
            bodies = [self._body(one) for one in self._rules.get(atom, ()) if one.kind == "rule"]
            choices = [self._body(one) for one in self._rules.get(atom, ()) if one.kind == "choice"]
            self._literals[atom] = (
                self._chosen(atom, choices, bodies) if choices else self.rows.any_of(bodies)
            )
        return self._literals[atom]

    def _chosen(self, atom: GroundAtom, choices: list[Literal], bodies: list[Literal]) -> Literal:
        found = self.choices[written(atom)] = self.rows.variable()
        for body in bodies:
            self.rows.add_literals([(body, 1), (found, -1)], 0)
        self.rows.add_literals([(found, 1), (self.rows.any_of([*choices, *bodies]), -1)], 0)
        return found

    def _body(self, instance: Instance) -> Literal:
        return self.rows.all_of([*self._parts(instance.literals), *map(self._tally, instance.tallies)])

    def _parts(self, conjunction: Conjunction) -> list[Literal]:
        return [
            self._literal(atom) if wanted else negation(self._literal(atom)) for atom, wanted in conjunction
        ]

    def condition(self, conjunctions: Iterable[Conjunction]) -> Literal:
        """The literal that is true when one of the conjunctions is."""
        return self.rows.any_of([self.rows.all_of(self._parts(one)) for one in conjunctions])

    def _sum(self, tally: Tally) -> list[tuple[Literal, int]]:
        return [(self.condition(ways), weight) for weight, ways in tally.weights]

    def _tally(self, tally: Tally) -> Literal:
        terms = self._sum(tally)
        found = self.rows.all_of([self._guard(terms, op, bound) for op, bound in tally.guards])
        return negation(found) if tally.negated else found

    def _guard(self, terms: list[tuple[Literal, int]], op: str, bound: int) -> Literal:
        reached, passed = self.rows.at_least(terms, bound), self.rows.at_least(terms, bound + 1)
        exactly = self.rows.all_of([reached, negation(passed)])
        return {
            ">=": reached,
            ">": passed,
            "<": negation(reached),
            "<=": negation(passed),
            "=": exactly,
            "!=": negation(exactly),
        }[op]

    def _deny(self, instance: Instance) -> None:
        """A row that the body cannot keep; of a single sum, the sum itself."""
        if not instance.literals and len(instance.tallies) == 1:
            (tally,) = instance.tallies
            if len(tally.guards) == 1 and not tally.negated and tally.guards[0][0] in (">", ">="):
                ((op, bound),) = tally.guards
                self.rows.add_literals(self._sum(tally), bound if op == ">" else bound - 1)
                return
        parts = [*self._parts(instance.literals), *map(self._tally, instance.tallies)]
        if FALSE not in parts:
            kept = [part for part in parts if part != TRUE]
            self.rows.add_literals([(part, 1) for part in kept], len(kept) - 1)

    def add_money(self, fixed: Mapping[int, int]) -> None:
        """The rows on money, once the variables that have one value only are known."""
        search = Search(self.rows, fixed)

        def possible(name: str) -> bool:
            literal = self.named.get(name, FALSE)
            if not isinstance(literal, int):
                return literal == TRUE
            return bool(search.high[literal]) if literal >= 0 else not search.low[~literal]

        atoms = set(self.named)
        money = MoneyRows(self.rows, self.named, possible)
        money.objective(self._instances, self.condition)
        money.shared(self.shared, self._units)
        money.pools(self.pools)
        self.amounts = self.named.keys() - atoms
