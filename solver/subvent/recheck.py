"""What a check of a plan derives a second time: facts, what claims share, the rows of its certificate.

clingo and the engine's model are believed only where `subvent.audit`, which shares no code with them,
comes to the same. It is asked group by group of rows, where that is shown to come to what the whole comes to.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from math import lcm
from typing import TYPE_CHECKING, Any, NamedTuple

from subvent.audit.children import FEWEST, pieces
from subvent.audit.grounding import ground, read_by
from subvent.audit.groups import SIZE, groups, strings
from subvent.audit.meaning import Meaning
from subvent.audit.parted import parted
from subvent.audit.piece import Apart, Asked, Piece, Program, Shown, piece, shown_by
from subvent.audit.relations import Signature
from subvent.audit.rules import AuditError, GroundAtom
from subvent.audit.written import written
from subvent.derivation import all_given
from subvent.diagnostics import Diagnostic, diagnostic
from subvent.display import shortened
from subvent.logic.terms import Atom, text
from subvent.problem import Problem
from subvent.process.progress import SILENT, Progress

if TYPE_CHECKING:
    from subvent.model.linear import LinearModel

_MOST = 5
"""Atoms, rows or names told one by one; of more only the number."""
_READ: frozenset[Signature] = frozenset(
    {("aside", 1), ("beside", 3), ("candidate", 4), ("horizon", 1), ("ranged", 4), ("worth", 5)}
)
"""What a check reads off clingo's derivation itself: compared even where there is none of it."""


def rechecked(
    problem: Problem, certificate: Mapping[str, Any], chosen: Collection[Atom], progress: Progress = SILENT
) -> Iterator[Diagnostic]:
    """Where the second derivation differs, in facts, in what is shared, in the rows that a bound rests on.

    `chosen` are the plan's claims, with the row that each is made for, as `Problem.chosen` gives them;
    `progress` hears how many groups of rows are done.
    """
    try:
        recheck = _Recheck(problem, used_rows(certificate), frozenset(map(text, chosen)), progress)
        checked = recheck.checked()
    except AuditError as error:
        yield diagnostic("verify.not-evaluated", reason=str(error))
        return
    differing = [
        *_told("verify.fact-not-derived", map(written, checked.not_derived)),
        *_told("verify.fact-left-out", map(written, checked.left_out)),
    ]
    yield from differing
    if not differing:  # of other facts another model follows: what differs then would be noise
        yield from _shared(problem, checked.shown)
        yield from _doubted(checked.shown)


class _Checked(NamedTuple):
    """What clingo derived that does not follow, what does that it did not derive, and what of the model."""

    not_derived: list[Atom]
    left_out: list[GroundAtom]
    shown: Sequence[Shown]


class _Recheck:
    """A problem with the rows that its bound rests on and its claims, to be checked."""

    def __init__(
        self, problem: Problem, used: Collection[str], chosen: Collection[str], progress: Progress
    ) -> None:
        """Raises AuditError for rules that are not read."""
        self._problem, self._progress = problem, progress
        policies = problem.policies
        self._texts = policies.program("derivation"), policies.program("decision")
        self._program = Program.read(*self._texts)
        lines = all_given(policies, problem.vocabulary, problem.portfolio, problem.readings)
        self._groups = groups(lines, {written(name)[1:-1] for name in self._program.strings}, SIZE)
        # Of a problem that was posed for its decision alone, what it holds is compared, and what is read.
        held = None if problem.facts else _READ.union((atom[0], len(atom) - 1) for atom in problem.atoms)
        sizes = (n for s in problem.splits for t in s.terms for n in (t.rate[0], t.base[1]) if n)
        self._asked = Asked((), held, None, used, chosen, lcm(1, *sizes))

    def checked(self) -> _Checked:
        """What differs: group by group, else the model in one piece, else everything. Raises AuditError."""
        lines, model = self._groups.lines, self._problem.model
        if len(lines) > 1:
            models = parted(model, self._groups.of, len(lines))
            found = (models and self._differing(lines, models)) or self._differing(lines, None)
            if found:
                return found
        found = self._differing([[line for group in lines for line in group]], [model])
        assert found is not None  # noqa: S101 - nothing has to be local within one group
        return found

    def _differing(
        self, groups: Sequence[Sequence[str]], models: Sequence[LinearModel] | None
    ) -> _Checked | None:
        """What differs in some groups of facts and their models, or (None) in the model as a whole.

        None where the groups are not shown to come to what the whole comes to.
        """
        facts, kept, read = self._problem.atoms, self._asked.kept, read_by(self._program.statements)
        apart = Apart(self._program)
        left_out: list[GroundAtom] = []
        shown: list[Shown] = []
        deciding: list[GroundAtom] = []
        same = 0
        with closing(self._pieces(groups, models)) as found:
            for done, one in enumerate(found, 1):
                self._progress.counted(done, len(groups))
                of_group = [a for a in one.atoms if a not in one.common] if apart.count else one.atoms
                if len(groups) > 1 and not apart.holds(one):
                    return None
                compared = [a for a in of_group if kept is None or (a[0], len(a) - 1) in kept]
                new = [atom for atom in compared if atom not in facts]
                same += len(compared) - len(new)
                left_out += new
                if one.shown:
                    shown.append(one.shown)
                else:
                    deciding += [a for a in of_group if (a[0], len(a) - 1) in read]
        if models is None:
            meaning = Meaning(ground(self._program.statements, deciding), self._asked.units)
            shown = [shown_by(meaning, self._asked._replace(model=self._problem.model))]
        not_derived = self._not_derived(groups) if same < len(facts) else []
        return _Checked(not_derived, left_out, shown)

    def _not_derived(self, groups: Sequence[Sequence[str]]) -> list[Atom]:
        left = set(self._problem.atoms)
        with closing(self._pieces(groups, None)) as found:
            for one in found:
                left.difference_update(one.atoms)
        return list(left)

    def _pieces(
        self, groups: Sequence[Sequence[str]], models: Sequence[LinearModel] | None
    ) -> Generator[Piece, None, None]:
        chosen = self._chosen() if len(groups) > 1 else {0: self._asked.chosen}
        asked = (
            self._of_group(lines, models[at] if models else None, chosen.get(at, ()))
            for at, lines in enumerate(groups)
        )
        if len(groups) > FEWEST and (os.cpu_count() or 1) > 1:
            return pieces(self._texts, self._program, asked)
        return (piece(self._program, one) for one in asked)

    def _chosen(self) -> dict[int, list[str]]:
        """The claims made, by the groups of the rows that they name."""
        found: defaultdict[int, list[str]] = defaultdict(list)
        for name in self._asked.chosen:
            for group in {self._groups.of[one] for one in strings(name) if one in self._groups.of}:
                found[group].append(name)
        return found

    def _of_group(self, lines: Sequence[str], model: LinearModel | None, chosen: Collection[str]) -> Asked:
        """What is asked of a group: of the rows of the model those that are its own."""
        asked = self._asked._replace(facts=[*self._groups.shared, *lines], used=(), chosen=())
        if model is not None:
            used = {row.name for row in model.rows if row.name in self._asked.used}
            return asked._replace(model=model, used=used, chosen=frozenset(chosen))
        if asked.kept is not None:
            return asked._replace(kept={*asked.kept} | read_by(self._program.statements))
        return asked


def _told(code: str, names: Iterable[str]) -> Iterator[Diagnostic]:
    """A finding for each of the first names, and one for how many more there are."""
    ordered = sorted(names)
    for name in ordered[:_MOST]:
        yield diagnostic(code, name=shortened(name))
    if len(ordered) > _MOST:
        yield diagnostic("verify.and-more", count=len(ordered) - _MOST)


def _shared(problem: Problem, shown: Sequence[Shown]) -> Iterator[Diagnostic]:
    """The shared caps and costs of the plan's problem against those that were shown."""
    first: dict[str, object] = {
        cut.name: (
            frozenset((t.fen, t.claim, t.drawn) for t in cut.terms),
            frozenset((f.fen, f.claim, *f.rate) for f in cut.feeds),
            cut.limit,
            cut.last,
        )
        for cut in problem.cuts
        if cut.terms
    }
    second: dict[str, object] = {
        pool.name: (
            frozenset(map(tuple, pool.draws)),
            frozenset((f.fen, f.claim, *f.rate.as_integer_ratio()) for f in pool.feeds),
            pool.limit,
            pool.ceiling,
        )
        for one in shown
        for pool in one.pools
        if pool.draws
    }
    first |= {
        split.name: (split.shared, frozenset((t.side, t.claim, t.cap, *t.rate, *t.base) for t in split.terms))
        for split in problem.splits
        if split.terms
    }
    second |= {
        cost.name: (
            cost.fen,
            frozenset(
                (s.side, s.claim, s.cap, *s.rate.as_integer_ratio(), *s.base.as_integer_ratio())
                for s in cost.sides
            ),
        )
        for one in shown
        for cost in one.shared
        if cost.sides
    }
    yield from _told(
        "verify.sharing-differs", (n for n in {*first, *second} if first.get(n) != second.get(n))
    )


def _doubted(shown: Sequence[Shown]) -> Iterator[Diagnostic]:
    """What of the model is doubted, and whether the plan's claims break rows."""
    found = [one.doubts for one in shown]
    differing = [name for one in found for name in one.variables]
    if sum(one.short for one in found) > 0:
        differing.append("")  # the constant
    yield from _told("verify.choice-left-out", (name for one in found for name in one.choices))
    yield from _told("verify.variable-differs", differing)
    yield from _told("verify.row-not-shown", (name for one in found for name in one.rows))
    if not all(one.lawful for one in shown):
        yield diagnostic("verify.claims-break-rows")


def used_rows(certificate: Mapping[str, Any]) -> set[str]:
    """The names of the rows that have a multiplier or a price in a certificate, whatever else is in it."""
    found: set[str] = set()
    waiting: list[object] = [certificate]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Sequence) and not isinstance(node, str):
            waiting += node
        elif isinstance(node, Mapping):
            for key, value in node.items():
                if key in ("multipliers", "prices") and isinstance(value, Mapping):
                    found |= {str(name) for name in value}
                else:
                    waiting.append(value)
    return found
