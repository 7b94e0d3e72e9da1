"""Random tight programs as clingo text, and two ways of listing what they allow."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import clingo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from subvent.model.linear import LinearModel, Row

THEORY = """#theory money { term { - : 1, unary };
  &maximize/0 : term, head; &cap/1 : term, {<=}, term, head; &pool/1 : term, {<=}, term, head }.
"""


def random_program(seed: int) -> str:
    """A program over named atoms c(1..), d(1..), hidden atoms h(1..) and facts, all constructs mixed.

    Positive bodies use only atoms of lower rank, so the program is tight; negation goes anywhere.
    """
    dice = random.Random(seed)
    ranked = [f"c({i})" for i in range(1, dice.randint(3, 6))]
    ranked += [f"{dice.choice('dhd')}({i})" for i in range(1, dice.randint(2, 5))]
    ranked += [f"violated(k{i})" for i in range(1, dice.randint(1, 4))]
    lines = ["fact(1..2)."]
    for rank, atom in enumerate(ranked):
        below = ranked[:rank]
        for _ in range(dice.choice([1, 1, 2, 3])):
            body = _body(dice, below, ranked)
            if atom.startswith("c") and dice.random() < 0.8:
                body = _body(dice, below[:-1], ranked)
                extra = f"; {below[-1]}" if below and dice.random() < 0.2 else ""
                low = dice.choice(["", "", "", "1 "])
                lines.append(
                    f"{low}{{ {atom}{extra} }}{' :- ' + body if dice.random() < 0.5 and body else ''}."
                )
            else:
                lines.append(f"{atom} :- {body}." if body else f"{{ {atom} }}.")
    for _ in range(dice.randint(0, 2)):
        body = _body(dice, ranked, ranked)
        if body:
            lines.append(f":- {body}.")
    lines.append(":- violated(_).")
    lines.append("#show c/1. #show d/1. #show violated/1.")
    return "\n".join(lines)


def _literal(dice: random.Random, below: list[str], everything: list[str]) -> str:
    kind = dice.random()
    if kind < 0.1:
        return f"fact({dice.randint(1, 2)})"
    if kind < 0.3 or not below:
        atom = dice.choice(everything)
        # A double negation is no support, so it may point anywhere too.
        return ("not not " if dice.random() < 0.15 else "not ") + atom
    return dice.choice(below)


def _body(dice: random.Random, below: list[str], everything: list[str]) -> str:
    parts = [_literal(dice, below, everything) for _ in range(dice.choice([0, 1, 1, 2, 2, 3]))]
    if parts and dice.random() < 0.2:
        parts.append(parts[0])
    if dice.random() < 0.45:
        parts.append(_aggregate(dice, below, everything))
    return ", ".join(parts)


def _aggregate(dice: random.Random, below: list[str], everything: list[str]) -> str:
    # Aggregates with bounds on both sides or negative weights look both ways, so keep them below too.
    atoms = below or ["fact(1)"]
    elements = [
        dice.choice(atoms) if dice.random() < 0.8 else f"not {dice.choice(everything)}"
        for _ in range(dice.randint(1, 4))
    ]
    if dice.random() < 0.5:
        tuples = [f"{dice.randint(1, 3)} : {e}" for e in elements]
        return f"{dice.choice(['', 'not '])}{dice.randint(1, 3)} <= #count {{ {'; '.join(tuples)} }}"
    tuples = [f"{dice.randint(-2, 4)},{i} : {e}" for i, e in enumerate(elements)]
    sign = dice.choice(["<=", "<", "=", "!="])
    return f"{dice.randint(-1, 5)} {sign} #sum {{ {'; '.join(tuples)} }}"


def answer_sets(program: str) -> set[frozenset[str]]:
    """The shown atoms (facts aside) of every answer set, found by clasp."""
    control = clingo.Control(["0", "--warn=none"])
    control.add("base", [], program)
    control.ground([("base", [])])
    facts = {str(atom.symbol) for atom in control.symbolic_atoms if atom.is_fact}
    found: set[frozenset[str]] = set()
    control.solve(on_model=lambda m: found.add(frozenset(map(str, m.symbols(shown=True))) - facts))
    return found


def solutions(model: LinearModel) -> Iterator[tuple[int, ...]]:
    """Every assignment of the variables that keeps all rows, by plain search."""
    size = len(model.variables)
    ends = [(v.lower, v.upper) for v in model.variables]
    # A row is looked at when its last variable gets its value.
    due: list[list[Row]] = [[] for _ in range(size + 1)]
    for row in model.rows:
        due[row.terms[-1][0] + 1 if row.terms else 0].append(row)

    def kept(values: list[int]) -> bool:
        return all(sum(a * values[j] for j, a in row.terms) <= row.upper for row in due[len(values)])

    def extend(values: list[int]) -> Iterator[tuple[int, ...]]:
        if not kept(values):
            return
        if len(values) == size:
            yield tuple(values)
            return
        low, high = ends[len(values)]
        for value in range(low, high + 1):
            yield from extend([*values, value])

    yield from extend([])


def named_solutions(model: LinearModel) -> set[frozenset[str]]:
    """The named atoms that are true in each solution of the model, settled ones included."""
    always = {name for name, value in model.settled if value}
    names = [v.name for v in model.variables]
    chosen = ({n for n, x in zip(names, xs, strict=True) if x and n[0] != "{"} for xs in solutions(model))
    return {frozenset(always | true) for true in chosen}


def text_of(program: str, order: random.Random) -> str:
    """The same program with its lines in another order."""
    lines = program.splitlines()
    order.shuffle(lines)
    return "\n".join(lines)
