"""Random tight programs that use every construct of the language, each with the same program for clasp.

Money is a few fen here, so that clasp can sum it and choose what is paid: its program states what the
words mean, by the payment of each claim, and not by the rows that the engine writes.
"""

from __future__ import annotations

import random
from fractions import Fraction
from typing import NamedTuple

THEORY = """#theory money { term { - : 1, unary };
  &maximize/0 : term, head; &cap/1 : term, {<=}, term, head; &pool/1 : term, {<=}, term, head;
  &split/1 : term, {<=}, term, head; &cut/1 : term, {<=}, term, head; &ceiling/1 : term, {<=}, term, head }.
"""
PER_FEN = 6
"""Steps of a shared cost in one fen, for clasp: fine enough for every rate that is drawn."""
MONEY = 9
"""clasp's priority of money."""
GUARDS = ("<=", "<", ">=", ">", "=", "!=")
CONSTRUCTS = frozenset(
    (
        "choice rule", "choice of several", "choice with a bound", "normal rule", "constraint", "limit",
        "empty body", "repeated literal", "fact in a body", "negation", "double negation",
        "conditional literal", "negated aggregate", "two bounds", "negative weight",
        "#count", "#sum", "#sum+", "#min", "#max", *(f"guard {op}" for op in GUARDS),
        "one priority", "several priorities", "negative priority weight",
        "&maximize", "conditional money", "negative money", "&cap", "&pool",
        "&split", "&cut", "&ceiling", "draws for one of several",
    )
)  # fmt: skip
"""What is counted."""


class Drawn(NamedTuple):
    """A program for the engine, one for clasp that values the same, and what occurs in it."""

    engine: str
    clasp: str
    logic: str
    """What both allow, without money that only values it."""
    constructs: frozenset[str]
    paid: bool
    """Whether clasp's program chooses payments, so that only optima can be compared."""


def drawn(seed: int) -> Drawn:
    """A program: choices c(1..), named d(..), hidden h(..), facts, limits, priorities and money, mixed."""
    return _Drawer(random.Random(f"drawn/{seed}")).program()


class _Drawer:
    """One program while it is drawn. Positive bodies look only to atoms of lower rank: it is tight."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.seen: set[str] = set()
        self.both = ["fact(1..2)."]
        self.engine: list[str] = []
        self.clasp: list[str] = []
        self.paid = False
        ranked = [f"c({i})" for i in range(1, dice.randint(3, 6))]
        ranked += [f"{dice.choice('dhd')}({i})" for i in range(1, dice.randint(2, 5))]
        self.ranked = list(dict.fromkeys(ranked))

    def chance(self, of: float) -> bool:
        return self.dice.random() < of

    def program(self) -> Drawn:
        for rank, atom in enumerate(self.ranked):
            self._define(atom, self.ranked[:rank])
        self._deny()
        if self.chance(0.3):
            self._priorities()
        if self.chance(0.6):
            self.dice.choice((self._plain_money, self._payments))()
        shown = "#show c/1. #show d/1. #show violated/1."
        engine = "\n".join([THEORY, *self.both, *self.engine, shown])
        clasp = "\n".join([*self.both, *self.clasp, shown])
        logic = "\n".join([*self.both, shown]) if self.paid else clasp
        return Drawn(engine, clasp, logic, frozenset(self.seen), self.paid)

    # ── logic ─────────────────────────────────────────────────────────────────────────────────────

    def _define(self, atom: str, below: list[str]) -> None:
        if atom.startswith("c"):
            self._choice(atom, below)
            if self.chance(0.75):
                return
        for _ in range(self.dice.choice([1, 1, 2])):
            if body := self._body(below):
                self.seen.add("normal rule")
                self.both.append(f"{atom} :- {body}.")
            elif self.chance(0.3):
                self.seen |= {"normal rule", "empty body"}
                self.both.append(f"{atom}.")

    def _choice(self, atom: str, below: list[str]) -> None:
        self.seen.add("choice rule")
        atoms = [atom]
        if below and self.chance(0.2):
            self.seen.add("choice of several")
            atoms.append(self.dice.choice(below))
            below = below[: below.index(atoms[1])]
        body = self._body(below) if self.chance(0.3) else ""
        bound = ""
        if self.chance(0.12):
            self.seen.add("choice with a bound")
            bound = self.dice.choice(["1 <= ", "1 = ", "0 != "])
        if not body:
            self.seen.add("empty body")
        self.both.append(f"{bound}{{ {'; '.join(atoms)} }}{f' :- {body}' if body else ''}.")

    def _deny(self) -> None:
        for _ in range(self.dice.choice([0, 0, 1])):
            if body := self._body(self.ranked):
                self.seen.add("constraint")
                self.both.append(f":- {body}.")
        for k in range(self.dice.choice([0, 1, 1])):
            if body := self._body(self.ranked):
                self.seen.add("limit")
                self.both.append(f"violated(k{k}) :- {body}.")
        self.both.append(":- violated(_).")

    def _body(self, below: list[str]) -> str:
        parts = [self._literal(below) for _ in range(self.dice.choice([0, 1, 1, 2, 2, 3]))]
        if parts and self.chance(0.2):
            self.seen.add("repeated literal")
            parts.append(parts[0])
        if self.chance(0.45):
            parts.append(self._aggregate(below))
        if len(below) > 1 and self.chance(0.12):
            self.seen.add("conditional literal")
            # Conditional literals end with a semicolon, so they stand last.
            one, name = self.dice.choice(below), self.dice.choice([2, 1])
            parts.append(f"{one} : fact({name})")
        return ", ".join(parts)

    def _literal(self, below: list[str]) -> str:
        kind = self.dice.random()
        if kind < 0.12:
            self.seen.add("fact in a body")
            return f"fact({self.dice.randint(1, 2)})"
        if kind < 0.3 or not below:
            if self.chance(0.25):
                self.seen.add("double negation")
                return f"not not {self.dice.choice(self.ranked)}"
            self.seen.add("negation")
            return f"not {self.dice.choice(self.ranked)}"
        return self.dice.choice(below)

    def _aggregate(self, below: list[str]) -> str:
        # Aggregates may look both ways, so everything in them is of lower rank.
        dice, atoms = self.dice, below or ["fact(1)"]
        elements = [
            ("not " if self.chance(0.2) else "") + dice.choice(atoms) for _ in range(dice.randint(1, 4))
        ]
        function = dice.choice(["#count", "#sum", "#sum", "#sum", "#sum+", "#min", "#max"])
        self.seen.add(function)
        weights = [dice.randint(0 if function == "#sum+" else -2, 4) for _ in elements]
        if function == "#count":
            tuples = [f"{dice.randint(1, 3)} : {e}" for e in elements]
        else:
            if min(weights) < 0:
                self.seen.add("negative weight")
            tuples = [f"{w},{i} : {e}" for i, (w, e) in enumerate(zip(weights, elements, strict=True))]
        op = dice.choice(GUARDS)
        self.seen.add(f"guard {op}")
        sign, high = "", ""
        if self.chance(0.15):
            self.seen.add("negated aggregate")
            sign = "not "
        elif self.chance(0.15):
            self.seen.add("two bounds")
            high = f" {dice.choice(['<=', '<', '!='])} {dice.randint(1, 6)}"
        return f"{sign}{dice.randint(-1, 4)} {op} {function} {{ {'; '.join(tuples)} }}{high}"

    # ── objectives ────────────────────────────────────────────────────────────────────────────────

    def _priorities(self) -> None:
        levels = self.dice.choice([[1], [2, 1], [3, 2, 1]])
        self.seen.add("several priorities" if len(levels) > 1 else "one priority")
        for level in levels:
            weights = [self.dice.randint(-3, 4) for _ in range(2)]
            if min(weights) < 0:
                self.seen.add("negative priority weight")
            elements = "; ".join(f"{w}@{level},{i} : {self._condition()}" for i, w in enumerate(weights))
            self.both.append(f"#{self.dice.choice(['minimize', 'maximize'])} {{ {elements} }}.")

    def _condition(self) -> str:
        literals = [
            ("not " if self.chance(0.25) else "") + self.dice.choice(self.ranked)
            for _ in range(self.dice.choice([1, 1, 2]))
        ]
        return ", ".join(literals)

    def _elements(self, *, below_zero: bool = True) -> list[tuple[int, str]]:
        found = []
        for _ in range(self.dice.randint(1, 4)):
            condition = self._condition()
            if "," in condition.replace("),", ")") or "not" in condition:
                self.seen.add("conditional money")
            negative = below_zero and self.chance(0.15)
            if negative:
                self.seen.add("negative money")
            found.append((-self.dice.randint(1, 3) if negative else self.dice.randint(1, 9), condition))
        return found

    def _maximize(self, elements: list[tuple[int, str]], key: str) -> None:
        self.seen.add("&maximize")
        ours = "; ".join(f"{_fen(w)},{key},{i} : {e}" for i, (w, e) in enumerate(elements))
        theirs = "; ".join(f"{w}@{MONEY},{key},{i} : {e}" for i, (w, e) in enumerate(elements))
        self.engine.append(f"&maximize {{ {ours} }}.")
        self.clasp.append(f"#maximize {{ {theirs} }}.")

    def _plain_money(self) -> None:
        """Sums, caps that forbid, and pools that count up to their limit."""
        self._maximize(self._elements(), "m")
        if self.chance(0.5):
            self.seen.add("&cap")
            elements, limit = self._elements(), self.dice.randint(0, 12)
            self.engine.append(f"&cap(budget) {{ {_weighted(elements)} }} <= {_fen(limit)}.")
            self.clasp.append(f":- {limit} < #sum {{ {_counted(elements)} }}.")
        if self.chance(0.5):
            self.seen.add("&pool")
            elements, limit = self._elements(), self.dice.randint(1, 12)
            self.engine.append(f"&pool(shared) {{ {_weighted(elements)} }} <= {_fen(limit)}.")
            # Each fen of the pool that is reached gains one; below zero each one lost costs one.
            lowest = sum(w for w, _ in elements if w < 0)
            self.clasp += [
                f"level({lowest + 1}..{limit}).",
                f"reached(L) :- level(L), L <= #sum {{ {_counted(elements)} }}.",
                f"#maximize {{ {lowest}@{MONEY},lowest; 1@{MONEY},level,L : reached(L) }}.",
            ]

    def _payments(self) -> None:
        """Shared costs, shared caps and ceilings over the choices, each claim paid at most its grant."""
        self.paid = True
        dice = self.dice
        # Claims of their own, that nothing but the choice makes true.
        claims = [f"c({10 + i})" for i in range(dice.randint(2, 4))]
        for claim in claims:
            body = self._body(self.ranked) if self.chance(0.3) else ""
            self.both.append(f"{{ {claim} }}{f' :- {body}' if body else ''}.")
        if self.chance(0.5):
            self.seen.add("limit")
            self.both.append(f"violated(few) :- {dice.randint(1, 2)} < #count {{ X : c(X), X >= 10 }}.")
        grants = {}
        for claim in claims:
            cap, per_cent, base = (
                dice.randint(2, 8),
                dice.choice([20, 25, 30, 50, 60, 100]),
                dice.randint(2, 12),
            )
            grants[claim] = (cap, Fraction(per_cent, 100), base, per_cent)
        worth = {c: int(min(cap, rate * base)) for c, (cap, rate, base, _) in grants.items()}
        self.seen.add("&maximize")
        ours = "; ".join(f"{_fen(w)},m,{c} : {c}" for c, w in worth.items())
        self.engine.append(f"&maximize {{ {ours} }}.")
        self.clasp.append(f"#maximize {{ F@{MONEY},paid,C : paid(C,F) }}.")
        splits = self._splits(claims, grants) if self.chance(0.6) else {}
        self._granted(claims, grants, splits)
        # A claim belongs to one pool at most, as under the kernel's limits on what draws.
        dice.shuffle(claims)
        at = dice.randint(1, len(claims))
        if self.chance(0.6):
            self._pool("cut", claims[:at], worth, by_row=not splits)
        if self.chance(0.5):
            self._pool("ceiling", [c for c in claims if self.chance(0.8)] or claims, worth, by_row=False)

    def _splits(
        self, claims: list[str], grants: dict[str, tuple[int, Fraction, int, int]]
    ) -> dict[str, list[str]]:
        """Costs that stand in the bases of both sides, with the splits that each claim takes part in."""
        self.seen.add("&split")
        parts: dict[str, list[str]] = {}
        for k in range(self.dice.choice([1, 1, 2])):
            members = self.dice.sample(claims, self.dice.randint(2, min(3, len(claims))))
            sides = {c: ("left", "right")[i % 2] for i, c in enumerate(members)}
            shared = self.dice.randint(1, 4)
            terms = "; ".join(
                f"{side},{_fen(grants[c][0])},{grants[c][3]},{_fen(grants[c][2])},{c} : {c}"
                for c, side in sides.items()
            )
            self.engine.append(f"&split(s{k}) {{ {terms} }} <= {_fen(shared)}.")
            for c, side in sides.items():
                parts.setdefault(c, []).append(f"s{k}")
                self.clasp.append(
                    f"side(s{k},{side},{c}). 1 = {{ given(s{k},{c},0..{shared * PER_FEN}) }} :- {c}."
                )
            self.clasp.append(
                f":- side(s{k},left,C), side(s{k},right,D), given(s{k},C,X), given(s{k},D,Y),"
                f" X+Y < {shared * PER_FEN}."
            )
        return parts

    def _granted(
        self,
        claims: list[str],
        grants: dict[str, tuple[int, Fraction, int, int]],
        splits: dict[str, list[str]],
    ) -> None:
        """For clasp: what a claim may be paid for what it leaves to others."""
        for claim in claims:
            cap, rate, base, _ = grants[claim]
            most = max(1, len(splits.get(claim, ()))) * 4 * PER_FEN if claim in splits else 0
            for given in range(most + 1):
                fen = max(0, int(min(Fraction(cap), rate * (base - Fraction(given, PER_FEN)))))
                self.clasp.append(f"grant({claim},{given},{fen}).")
            self.clasp.append(
                f"may({claim},W) :- {claim}, T = #sum {{ G,K : given(K,{claim},G) }}, grant({claim},T,W)."
            )
            self.clasp.append(f"1 = {{ paid({claim},0..W) }} :- may({claim},W).")

    def _pool(self, word: str, members: list[str], worth: dict[str, int], *, by_row: bool) -> None:
        self.seen.add(f"&{word}")
        limit = self.dice.randint(0, max(1, sum(worth[c] for c in members) - 1))
        lines = []
        for c in members:
            drawn_by = c
            if by_row and self.chance(0.7):
                # The claim draws only when another atom is true, as one made for one of several rows does.
                self.seen.add("draws for one of several")
                drawn_by = f"for({c[2:-1]})"
                self.both.append(f"{{ {drawn_by} }} :- {c}. :- {drawn_by}, not {c}.")
            lines.append(
                (f"{_fen(worth[c])},{c},{drawn_by} : {drawn_by}", f"F,{c} : paid({c},F), {drawn_by}")
            )
        ours, theirs = zip(*lines, strict=True)
        self.engine.append(f"&{word}(p) {{ {'; '.join(ours)} }} <= {_fen(limit)}.")
        self.clasp.append(f":- {limit} < #sum {{ {'; '.join(theirs)} }}.")


def _fen(amount: int) -> str:
    return f"(0,{amount})"


def _weighted(elements: list[tuple[int, str]]) -> str:
    return "; ".join(f"{_fen(w)},{i} : {e}" for i, (w, e) in enumerate(elements))


def _counted(elements: list[tuple[int, str]]) -> str:
    return "; ".join(f"{w},{i} : {e}" for i, (w, e) in enumerate(elements))
