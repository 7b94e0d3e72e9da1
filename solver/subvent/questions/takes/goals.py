"""What stands between a subject and a claim on a benefit, and what has to follow for it to fall."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from subvent.explain.conditions import Conditions
from subvent.explain.finished import Finished
from subvent.explain.words import Words
from subvent.logic.exact import to_fen
from subvent.logic.terms import Atom, Term
from subvent.questions.takes.variations import World

Ask = Callable[[World], bool]
"""A question to a world."""


class Goal(NamedTuple):
    """Something that has to follow, or has to follow no more. `leaf`: the condition that it is, of a row."""

    atom: Atom
    wanted: bool = True
    leaf: tuple[Term, Term] | None = None

    def reached(self, world: World) -> bool:
        """Whether it is so in a world."""
        return world.has(self.atom) == self.wanted


class Target(NamedTuple):
    """What is to be claimed: a subject, a benefit (its constant), and the filing years that will do."""

    applicant: str
    subject: str
    benefit: Atom
    years: tuple[int, ...]

    def claims(self, world: World) -> list[Atom]:
        """The claims that may be made."""
        candidates = (("candidate", self.applicant, self.subject, self.benefit, year) for year in self.years)
        return [("claim", *atom[1:]) for atom in candidates if world.has(atom)]

    def possible(self, world: World) -> bool:
        """Whether a claim may be made."""
        return any(
            world.has(("candidate", self.applicant, self.subject, self.benefit, year)) for year in self.years
        )

    def worth(self, world: World) -> int:
        """What such a claim brings by itself at most, in fen; 0 where none may be made."""
        own = (self.applicant, self.subject, self.benefit)
        found = [
            atom[5]
            for atoms in (world.added, world.common)
            for atom in atoms
            if atom[0] == "worth" and atom[1:4] == own and atom[4] in self.years
        ]
        return max(map(to_fen, found), default=0)


def goals(target: Target, finished: Finished, words: Words) -> list[Goal]:
    """Of what bars the claim the first thing: one of these goals has to be reached for it to fall.

    Where any of several filing years will do, what bars the first of them and what bars the others.
    """
    subject, benefit = target.subject, target.benefit
    conditions = Conditions(words)
    if ("suits", subject, benefit) not in finished:
        return [Goal(("suits", subject, benefit))]
    for name in ("blocked", "doubtful"):
        for atom in finished.all(name, 3, subject, benefit):
            return list(dict.fromkeys(_parts(conditions, subject, atom[3])))
    for atom in finished.all("missing", 3, subject, benefit):
        return [Goal(atom, wanted=False)]
    found = [goal for year in target.years for goal in _in_year(target, year, finished, conditions)]
    return list(dict.fromkeys(found))


def _in_year(target: Target, year: int, finished: Finished, conditions: Conditions) -> Iterator[Goal]:
    subject, benefit = target.subject, target.benefit
    if ("proposed", subject, benefit, year) not in finished:
        yield Goal(("proposed", subject, benefit, year))
        return
    closed = [
        *finished.all("shut", 4, subject, benefit, year),
        *finished.all("dim", 4, subject, benefit, year),
    ]
    asked = [atom for atom in closed if finished.first("requires_in_year", 3, subject, benefit, atom[4])]
    if asked:
        yield from _parts(conditions, ("at", subject, year), asked[0][4])
    elif closed:
        yield Goal(closed[0], wanted=False)
    elif missing := finished.all("missing", 3, ("at", subject, year), benefit):
        yield Goal(missing[0], wanted=False)
    else:
        yield Goal(("candidate", target.applicant, subject, benefit, year))


def _parts(conditions: Conditions, row: Term, condition: Term) -> Iterator[Goal]:
    """The simple conditions one of which has to be met for a condition that is not.

    All parts of an `all_of` have to be met, so its first unmet one will do; of an `any_of` any may be.
    """
    finished = conditions.finished
    parts = [atom[2] for atom in finished.all("all_of", 2, condition)]
    unmet = [(row, part) for part in parts if conditions.state(row, part) != "met"][:1]
    unmet += [
        (row, atom[2])
        for atom in finished.all("any_of", 2, condition)
        if conditions.state(row, atom[2]) != "met"
    ]
    unmet += [
        (link[3], through[3])
        for through in finished.all("through", 3, condition)
        for link in finished.all("link", 3, row, through[2])
    ]
    for where, part in unmet:
        yield from _parts(conditions, where, part)
    if not unmet:
        yield Goal(("met", row, condition), leaf=(row, condition))
