"""Parts of a ground program: what rules join to some atoms, what demands rest on, what is left of doubt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from subvent.logic.program import GroundProgram, Rule, WeightRule


def near(ground: GroundProgram, names: Collection[str], aside: Collection[str]) -> GroundProgram:
    """The rules that are joined to the atoms of these names, by whatever atoms they share but those `aside`.

    Facts join nothing either, nor do atoms of `aside` lose the rules that choose them. Of a program
    without objectives and money the answer sets of the rest are independent of those of this part.
    """
    numbers = {name: atom for atom, name in ground.symbols.items()}
    facts = {
        rule.head[0] for rule in ground.rules if len(rule.head) == 1 and not rule.body and not rule.choice
    }
    apart = facts | {numbers[name] for name in aside if name in numbers}
    rules: tuple[Rule | WeightRule, ...] = (*ground.rules, *ground.weight_rules)
    atoms = [_atoms(rule) for rule in rules]
    rules_of: defaultdict[int, list[int]] = defaultdict(list)
    for place, own in enumerate(atoms):
        for atom in own - apart:
            rules_of[atom].append(place)
    seen = {numbers[name] for name in names if name in numbers} - apart
    waiting = list(seen)
    kept = {place for place, own in enumerate(atoms) if not own - apart}
    while waiting:
        for place in rules_of[waiting.pop()]:
            if place not in kept:
                kept.add(place)
                new = atoms[place] - apart - seen
                seen |= new
                waiting += new
    return _part(ground, kept, seen | apart)


def demanded(ground: GroundProgram) -> GroundProgram:
    """The constraints and money statements, with the rules that what they name rests on.

    The answer sets of the whole are those of this part, and beside each whatever else the choices allow.
    """
    rules: tuple[Rule | WeightRule, ...] = (*ground.rules, *ground.weight_rules)
    making: defaultdict[int, list[int]] = defaultdict(list)
    for place, rule in enumerate(rules):
        for head in rule.head:
            making[head].append(place)
    kept = {place for place, rule in enumerate(rules) if not rule.head}
    seen = {atom for place in kept for atom in _atoms(rules[place])}
    conditions = [term.condition for money in ground.money for term in money.terms]
    conditions += [term.condition for split in ground.splits for term in split.terms]
    seen |= {abs(literal) for condition in conditions for literal in condition}
    drawn = {name for cut in ground.cuts for term in cut.terms for name in (term.claim, term.drawn)}
    drawn |= {feed.claim for cut in ground.cuts for feed in cut.feeds}
    seen |= {atom for atom, name in ground.symbols.items() if name in drawn}
    waiting = list(seen)
    while waiting:
        for place in making[waiting.pop()]:
            kept.add(place)
            new = _atoms(rules[place]) - seen
            seen |= new
            waiting += new
    return _part(ground, kept, seen)


def assuming(ground: GroundProgram, known: Mapping[str, bool]) -> GroundProgram:
    """A program without money where of some named atoms, which no rule derives, it is known if they hold."""
    values = {atom: known[name] for atom, name in ground.symbols.items() if name in known}

    def holds(literal: int) -> bool | None:
        value = values.get(abs(literal))
        return value if value is None or literal > 0 else not value

    rules = [
        Rule(choice, head, tuple(literal for literal in body if holds(literal) is None))
        for choice, head, body in ground.rules
        if all(holds(literal) is not False for literal in body)
    ]
    weighted = []
    for choice, head, least, body in ground.weight_rules:
        bound = least - sum(weight for literal, weight in body if holds(literal))
        left = tuple((literal, weight) for literal, weight in body if holds(literal) is None)
        if bound <= 0:
            rules.append(Rule(choice, head, ()))
        elif sum(weight for _, weight in left) >= bound:
            weighted.append(WeightRule(choice, head, bound, left))
    symbols = {atom: name for atom, name in ground.symbols.items() if atom not in values}
    return ground._replace(rules=tuple(rules), weight_rules=tuple(weighted), symbols=symbols)


def _part(ground: GroundProgram, kept: Collection[int], atoms: Collection[int]) -> GroundProgram:
    """The rules at some places, those with weights after the others, and the names of some atoms."""
    count = len(ground.rules)
    return ground._replace(
        rules=tuple(rule for place, rule in enumerate(ground.rules) if place in kept),
        weight_rules=tuple(rule for place, rule in enumerate(ground.weight_rules, count) if place in kept),
        symbols={atom: name for atom, name in ground.symbols.items() if atom in atoms},
    )


def _atoms(rule: Rule | WeightRule) -> set[int]:
    body = (literal for literal, _ in rule.body) if isinstance(rule, WeightRule) else rule.body
    return {*rule.head, *map(abs, body)}
