"""The best choice of each shard, found while others are still being derived.

Whoever derives waits for clingo, and whoever optimises for what is derived: a large portfolio whose shards
share nothing that binds claims is decided a shard at a time, as each comes. Where they do share something,
or a rule of a pack's own binds claims, that is let go, and all is decided together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from subvent.choice import Preferences, preferred_among
from subvent.decision import bound_by_own_rules, worth_of
from subvent.diagnostics import PolicyError
from subvent.logic.exact import ExactError
from subvent.logic.ground import BySignature
from subvent.logic.terms import Atom, Term
from subvent.model.direct import Stated, bound_by, decision_of
from subvent.model.shared import unit
from subvent.optimise.search import Limits
from subvent.optimise.whole import Whole, beside, optimise_whole
from subvent.policy.types import PolicySet
from subvent.problem import options_of
from subvent.process.progress import Progress

_NODES = 40
"""Of branch and bound, of a component while others are derived: nearly all need none."""


class _Shard(NamedTuple):
    """What there is to decide in one shard."""

    stated: Stated
    preferred: Preferences


class _Quiet(Progress):
    """Tells nobody how far a shard has come, and hears when all should end."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    @property
    def stopped(self) -> bool:
        """Whether the search should end with the best it has."""
        return self._progress.stopped


class Ahead:
    """Hears what follows from each shard, writes down what there is to decide there, and decides it.

    A shard is decided when the next one is heard of: by then most sharing has shown. What takes long is left
    until all is derived.
    """

    def __init__(self, policies: PolicySet, limits: Limits) -> None:
        self._policies, self._limits = policies, replace(limits, progress=_Quiet(limits.progress))
        self._shards: dict[int, _Shard] = {}
        self._decided: dict[int, Whole] = {}
        self._bound_in: dict[Term, int] = {}
        self._given_up = False

    def shard(self, number: int, atoms: Sequence[Atom]) -> None:
        """What follows from a shard, in no particular order; told once more, it is this."""
        if self._given_up:
            return
        for told in (self._shards, self._decided):
            told.pop(number, None)
        groups = BySignature(atoms)
        shared = any(self._bound_in.setdefault(key, number) != number for key in bound_by(groups))
        if shared or bound_by_own_rules(self._policies, groups):
            self.in_one_piece()
            return
        self._decide()
        try:
            stated = decision_of(groups, worth_of(groups))
        except (PolicyError, ExactError):
            self.in_one_piece()  # All that is wrong is found where everything is derived.
            return
        candidates = [("claim", *atom[1:]) for atom in groups.get(("candidate", 4), [])]
        self._shards[number] = _Shard(stated, preferred_among(candidates, options_of(groups)))

    def in_one_piece(self) -> None:
        """What was told of shards does not hold, or does not suffice: all is decided together."""
        self._given_up = True
        self._shards, self._decided = {}, {}

    def stated(self, groups: BySignature) -> Stated | None:
        """The decision on all that was derived; None where it has to be written down in one piece."""
        each = [shard.stated for _, shard in sorted(self._shards.items())]
        names = [variable.name for stated in each for model in stated.models for variable in model.variables]
        # Shared costs count in units of their own; what names no row may be claimed in every shard.
        units = {unit(stated.splits) for stated in each if stated.splits}
        apart = len(units) <= 1 and len(set(names)) == len(names) and all(map(_is_possible, each))
        if not each or not apart or bound_by_own_rules(self._policies, groups):
            self.in_one_piece()
        if self._given_up:
            return None
        return Stated(
            tuple(model for stated in each for model in stated.models),
            tuple(sorted(split for stated in each for split in stated.splits)),
            tuple(sorted(cut for stated in each for cut in stated.cuts)),
        )

    def whole(self) -> Whole | None:
        """The best values of all shards; None where they have to be decided together."""
        if self._given_up:
            return None
        self._decide()
        for number, (stated, preferred) in self._shards.items():
            found = zip(self._decided[number].parts, self._decided[number].solutions, strict=True)
            known = {part: solution for part, solution in found if solution.unique}
            if len(known) < len(self._decided[number].parts):
                asked = (stated.model, preferred.ties, preferred.order, self._limits)
                self._decided[number] = optimise_whole(*asked, known)
        return beside([whole for _, whole in sorted(self._decided.items())])

    def _decide(self) -> None:
        """Decide what is soon decided of the shards that are new."""
        little = replace(self._limits, nodes=_NODES, effort=0.0)
        for number, (stated, preferred) in self._shards.items():
            if number not in self._decided:
                asked = (stated.model, preferred.ties, preferred.order, little)
                self._decided[number] = optimise_whole(*asked)


def _is_possible(stated: Stated) -> bool:
    """Whether no row forbids every choice: one without variables would."""
    return all(row.terms for model in stated.models for row in model.rows)
