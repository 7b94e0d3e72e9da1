"""clasp on the ground decision, and the largest claim first: what needs no linear model."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

import clingo
from found import Found

from subvent.logic.exact import ExactFunctions
from subvent.logic.program import Cut
from subvent.logic.terms import Atom, symbol, text
from subvent.problem import Problem, mentioned

BEST = ("--opt-strategy=usc,oll,7", "--opt-heuristic=sign,model")
"""The best of several strategies tried on 100 projects: cores in strata of weight, claims first made."""
LARGEST = 2**31 - 1
"""clasp holds a weight, and the sum of a constraint, in 32 bits."""


def clasp(problem: Problem, limit: float) -> Found:
    """The decision clingo grounds it, solved by clasp in the smallest unit of money that it can hold.

    Money that is paid less under a shared cap is written in binary digits, each with its price.
    """
    control = clingo.Control([*BEST], message_limit=0)
    program = problem.policies.program("decision")
    control.add("base", [], program)
    with control.backend() as backend:
        for atom in mentioned(problem.atoms, program):
            backend.add_rule([backend.add_atom(symbol(atom))])
    control.ground([("base", [])], context=ExactFunctions())
    literals = {str(atom.symbol): atom.literal for atom in control.symbolic_atoms if not atom.is_external}
    claims = {text(claim): claim for claim in problem.candidates}
    unit = _unit(problem)
    with control.backend() as backend:
        gains = [(literals[name], -(problem.worth[claim] // unit)) for name, claim in claims.items()]
        prices = [price for cut in problem.cuts for price in _cut(backend, cut, literals, unit)]
        backend.add_minimize(0, gains + prices)
    best: list[frozenset[str]] = []
    with control.solve(
        on_model=lambda model: best.append(frozenset(map(str, model.symbols(atoms=True)))), async_=True
    ) as handle:
        over = handle.wait(limit)
        handle.cancel()
        proven = over and bool(handle.get().exhausted)
    amounts = [*problem.worth.values(), *(cut.limit for cut in problem.cuts)]
    remark = f"rounded to {unit} fen" if any(amount % unit for amount in amounts) else ""
    if not best:
        return Found(None, remark=remark)
    lower = control.statistics["summary"]["lower"]
    bound = -int(lower[0]) * unit if len(lower) and lower[0] > -1e17 else None
    return Found(best[-1], bound, proven, remark)


def _unit(problem: Problem) -> int:
    """Fen in the smallest unit, a power of ten, in which clasp can hold every amount and every shared cap."""
    sums = [2 * sum(term.fen for term in cut.terms) + cut.limit for cut in problem.cuts]
    largest = max([*problem.worth.values(), *sums], default=0)
    unit = 1
    while largest // unit > LARGEST:
        unit *= 10
    return unit


def _cut(backend: clingo.Backend, cut: Cut, literals: dict[str, int], unit: int) -> list[tuple[int, int]]:
    """A shared cap as a constraint with a slack in binary digits; the digits with what each costs."""
    terms = [(literals[term.drawn], term.fen // unit) for term in cut.terms if term.drawn in literals]
    limit = cut.limit // unit
    excess = sum(weight for _, weight in terms) - limit
    if excess <= 0:
        return []
    digits = [(backend.add_atom(), 2**k) for k in range(excess.bit_length())]
    backend.add_rule([digit for digit, _ in digits], choice=True)
    whole = sum(weight for _, weight in digits)
    # terms - digits > limit must not be: a digit that is false counts on the side of the terms.
    backend.add_weight_rule([], limit + whole + 1, [*terms, *((-digit, weight) for digit, weight in digits)])
    return digits


def greedy(problem: Problem, _: float) -> Found:
    """The largest claim first, as long as the limits and the shared caps have room for it.

    A claim that can be made for one of several rows is made for the one whose caps have most room.
    """
    limits, drawn = Limits(problem), set()
    left = {cut.name: cut.limit for cut in problem.cuts}
    caps: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for cut in problem.cuts:
        for term in cut.terms:
            caps[term.drawn].append((cut.name, term.fen))
    made_for: dict[tuple[str, Atom], str] = {}

    def room(atoms: Iterable[str]) -> int:
        return min((left[cap] for atom in atoms for cap, _ in caps[atom]), default=LARGEST)

    for claim in sorted(problem.candidates, key=lambda claim: (-problem.worth[claim], text(claim))):
        subject = (claim[2], claim[3])
        named = {row: text(("claim_for", *claim[1:], row)) for row in problem.options.get(subject, ())}
        atoms = [text(claim)]
        if named:
            row = made_for.get(subject) or max(named, key=lambda row: room([named[row]]))
            atoms.append(named[row])
        if room(atoms) <= 0 or not limits.allow(claim):
            continue
        limits.add(claim)
        drawn.update(atoms)
        if named:
            made_for[subject] = row
        for cap, fen in (pair for atom in atoms for pair in caps[atom]):
            left[cap] -= fen
    return Found(frozenset(drawn))


class Limits:
    """The limits, conflicts and groups of a derivation, with how much of them claims have used so far."""

    def __init__(self, problem: Problem) -> None:
        self._room = {atom[1]: atom[2] for atom in problem.of("room", 2)}
        self._groups_room = {atom[1]: atom[2] for atom in problem.of("group_room", 2)}
        self._counted = _by_claim(problem.of("counts", 2))
        self._sides = _by_claim(
            (atom[0], (atom[1], atom[0] == "left"), atom[2])
            for name in ("left", "right")
            for atom in problem.of(name, 2)
        )
        self._groups = _by_claim(("group", (atom[1], atom[2]), atom[3]) for atom in problem.of("group", 3))
        self._held = {(atom[1], atom[2]) for atom in problem.of("held_group", 2)}
        self._conflicts = {atom[1] for atom in problem.of("conflict", 1)}
        self._counts: Counter[Atom] = Counter()
        self._taken: set[tuple[Atom, bool]] = set()
        self._used: defaultdict[Atom, set[Atom]] = defaultdict(set)

    def allow(self, claim: Atom) -> bool:
        """Whether the claim is lawful beside those that were added."""
        if any(key in self._room and self._counts[key] >= self._room[key] for key in self._counted[claim]):
            return False
        sides = [side for side in self._sides[claim] if side[0] in self._conflicts]
        if any((key, not left) in self._taken or (key, not left) in sides for key, left in sides):
            return False
        new: Counter[Atom] = Counter(key for key, _ in self._new(claim))
        return all(
            key not in self._groups_room or len(self._used[key]) + count <= self._groups_room[key]
            for key, count in new.items()
        )

    def add(self, claim: Atom) -> None:
        """Count the claim."""
        self._counts.update(self._counted[claim])
        self._taken.update(self._sides[claim])
        for key, group in self._new(claim):
            self._used[key].add(group)

    def _new(self, claim: Atom) -> list[tuple[Atom, Atom]]:
        """The groups that the claim would be the first of."""
        own = self._groups[claim]
        return [pair for pair in own if pair not in self._held and pair[1] not in self._used[pair[0]]]


def _by_claim(atoms: Iterable[Atom]) -> defaultdict[Atom, list[Atom]]:
    found: defaultdict[Atom, list[Atom]] = defaultdict(list)
    for _, key, claim in atoms:
        found[claim].append(key)
    return found
