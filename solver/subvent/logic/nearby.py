"""The part of a ground program that rules join to some atoms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

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
    count = len(ground.rules)
    return ground._replace(
        rules=tuple(rule for place, rule in enumerate(ground.rules) if place in kept),
        weight_rules=tuple(rule for place, rule in enumerate(ground.weight_rules, count) if place in kept),
        symbols={atom: name for atom, name in ground.symbols.items() if atom in seen or atom in apart},
    )


def _atoms(rule: Rule | WeightRule) -> set[int]:
    body = (literal for literal, _ in rule.body) if isinstance(rule, WeightRule) else rule.body
    return {*rule.head, *map(abs, body)}
