"""A stratified program evaluated in plain Python: every atom that follows from the facts.

Stratum by stratum; where rules rest on each other, each round asks only what the atoms of the round
before add (semi-naive evaluation).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from subvent.audit.joins import Join
from subvent.audit.reader import read
from subvent.audit.relations import Relations, Signature
from subvent.audit.rules import Atom, GroundAtom, Rule
from subvent.audit.strata import Stratum, strata


def evaluate(program: str, facts: Iterable[GroundAtom]) -> set[GroundAtom]:
    """All atoms of the program's one model over the facts, the facts included.

    Raises AuditError for a statement that is no rule of the language of derivations, for one that rests on
    its own negation, and where an @-function refuses what it is given.
    """
    relations = evaluated(list(read(program)), facts)
    return {atom for relation in relations.values() for atom in relation.rows}


def evaluated(rules: Sequence[Rule], facts: Iterable[GroundAtom]) -> Relations:
    """The atoms of the one model of rules that are read already, as relations. Raises AuditError."""
    relations = Relations()
    for signature, atoms in _by_signature(facts).items():
        relations[signature].add(atoms)
    close(rules, relations)
    return relations


def close(rules: Sequence[Rule], relations: Relations) -> None:
    """Add all that rules give, stratum by stratum. Raises AuditError."""
    for stratum in strata(rules):
        _close(stratum, rules, relations)


def _by_signature(atoms: Iterable[GroundAtom]) -> dict[Signature, list[GroundAtom]]:
    found: defaultdict[Signature, list[GroundAtom]] = defaultdict(list)
    for atom in atoms:
        found[str(atom[0]), len(atom) - 1].append(atom)
    return found


def _close(stratum: Stratum, rules: Sequence[Rule], relations: Relations) -> None:
    """Add everything that the rules of one stratum give."""
    fresh: defaultdict[Signature, list[GroundAtom]] = defaultdict(list)
    for number in stratum.rules:
        rule = rules[number]
        signature = (rule.head.name, len(rule.head.args))
        fresh[signature] += relations[signature].add(Join(rule, relations).run())
    again = [
        (Join(rules[number], relations, focus), _signature(rules[number].body[focus]))
        for number, focuses in stratum.inner.items()
        for focus in focuses
    ]
    while again and any(fresh.values()):
        delta, fresh = fresh, defaultdict(list)
        for join, signature in again:
            join.delta.rows = delta.get(signature, ())
            if join.delta.rows:
                head = (join.rule.head.name, len(join.rule.head.args))
                fresh[head] += relations[head].add(join.run())


def _signature(literal: object) -> Signature:
    if not isinstance(literal, Atom):
        raise TypeError(literal)
    return literal.name, len(literal.args)
