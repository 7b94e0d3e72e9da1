"""A portfolio under many changes of its facts: what follows from each, and the best plan of each.

All changes that are asked for at once are grounded together (`logic/worlds.py`), for all rows that have to do
with them: what a change does elsewhere, to ages or to limits that claims share, is never left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from math import prod
from typing import NamedTuple, TypeVar

from subvent.choice import Chosen, choose
from subvent.derivation import given, names_in
from subvent.diagnostics import ResourceError
from subvent.logic.session import Grounder
from subvent.logic.terms import Atom, Term, text
from subvent.logic.worlds import Worlds
from subvent.optimise.search import Limits
from subvent.optimise.whole import Known
from subvent.policy.loader import vocabulary_of
from subvent.policy.types import PolicySet
from subvent.portfolio.facts import facts, stated_atoms
from subvent.portfolio.types import Value
from subvent.problem import Problem, posed, refused_as_policy_error
from subvent.questions.about import is_coupled
from subvent.questions.insist import Insisting
from subvent.questions.outline import Outline, outline_of
from subvent.questions.takes.measures import Changes, Key, Measure, measures, position
from subvent.questions.takes.programs import Programs
from subvent.questions.takes.scope import Scope

_OF_RUNS = ("best_run", "first_run")
"""What compares the sums over some years with each other: their mixtures mix in turn."""
_READ = frozenset(
    [
        "met",
        "failed",
        "all_of",
        "any_of",
        "through",
        "amount",
        "link",
        "at_least",
        "at_most",
        "at_least_share",
        "in_term",
        "averaged",
        "value",
        "requires",
        "requires_in_year",
        "suits",
        "proposed",
        "blocked",
        "doubtful",
        "missing",
        "shut",
        "dim",
        "barred",
        "candidate",
        "worth",
        "prize",
        "eligible",
        "row",
        "subject",
        "aside",
        *_OF_RUNS,
    ]
)
"""What the search reads of a derivation, beside what the decision names."""

IN_MAPS = 3
"""Changes of entries of maps that are grounded together, however many mixtures of values they make."""
_MIXTURES = 64
"""More are, as long as their values make no more mixtures than this."""


class LateError(Exception):
    """The time given is over: what was to be derived or planned is left untried."""


class CoupledError(Exception):
    """Under some change claims share a limit with rows that were left out: all rows have to be planned."""


Found = TypeVar("Found")


def within_time(found: Iterable[Found]) -> tuple[list[Found], bool]:
    """What a search finds as far as the time goes, and whether it came to its end."""
    collected: list[Found] = []
    try:
        collected.extend(found)
    except LateError:
        return collected, False
    return collected, True


class World(NamedTuple):
    """What follows under some changes: what follows under all that were asked about, and what it adds."""

    common: frozenset[Atom]
    added: frozenset[Atom]

    def has(self, atom: Atom) -> bool:
        """Whether an atom follows."""
        return atom in self.added or atom in self.common

    @property
    def atoms(self) -> frozenset[Atom]:
        """All that follows."""
        return self.common | self.added


class Outlook(NamedTuple):
    """The best plan under some changes, and that of the rows which none of them touches. Money in fen."""

    outline: Outline
    chosen: Chosen
    problem: Problem
    beside: Outline | None = None

    @property
    def total(self) -> int:
        """What it brings."""
        return self.outline.total + (self.beside.total if self.beside else 0)

    @property
    def proven(self) -> bool:
        """Whether no lawful claims bring more."""
        return self.outline.proven and (self.beside is None or self.beside.proven)

    def insisting(self, claims: Iterable[Atom], limits: Limits) -> tuple[int | None, bool]:
        """What holding one of some claims would cost (None: no lawful plan does), and if it is proven."""
        insisting = Insisting(self.problem, self.chosen)
        held = insisting.held([list(map(text, claims))], limits)
        if held is None:
            return None, not limits.over
        return insisting.best.total - held.total, insisting.best.proven and held.proven


class Variations:
    """The rows of a scope, asked about many changes of some measures.

    The methods raise PolicyError when the packs cannot be grounded, ResourceError at the limits, LateError
    when the time is over, and CoupledError where the scope leaves out rows that a change has to do with.
    """

    def __init__(
        self,
        policies: PolicySet,
        scope: Scope,
        answers: Mapping[str, str],
        grounder: Grounder,
        limits: Limits,
        programs: Programs | None = None,
    ) -> None:
        self.policies, self.scope, self.portfolio, self.limits = policies, scope, scope.rows, limits
        self.vocabulary = vocabulary_of(policies)
        self.measures: dict[Key, Measure] = {}
        self._answers, self._grounder = answers, grounder
        self._programs = programs or Programs(policies, self.vocabulary, self.portfolio, answers)
        stated = facts(self.portfolio, self.vocabulary, answers)
        self._facts = frozenset(given(policies, stated))
        of_field: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for fact in stated:
            of_field[fact.row, fact.field].add(fact.atom)
        self._of_field = dict(of_field)
        self._decisive = names_in(policies.program("decision"))
        self._keep = _READ | self._decisive
        self._known: Known = {}
        self._worlds: dict[Changes, World] = {}
        self._plans: dict[Changes, Outlook] = {}
        self._chosen_from: dict[frozenset[Atom], frozenset[Atom]] = {}
        self._outlooks: dict[frozenset[Atom], Outlook] = {}
        self._run_fields: set[Term] | None = None

    def measure(self, measures: Iterable[Measure]) -> None:
        """Make these the measures that may change, each within what the others leave it.

        An amount that is part of another stays below it, and the other above it, unless both may change.
        """
        self.measures = {measure.key: measure for measure in measures}
        for key, measure in list(self.measures.items()):
            whole = measure.field.not_above
            limit = measure.row.fields.get(whole) if whole and not key.path else None
            if limit is not None and key._replace(field=whole) not in self.measures:
                high = max(position(measure.field, limit), measure.before or 0)
                self.measures[key] = replace(measure, high=min(measure.high, high))
            parts = [part.before or 0 for part in self._parts(measure)]
            if parts and measure.before is not None:
                low = min(max(parts), measure.before)
                self.measures[key] = replace(measure, low=max(measure.low, low))
        self._programs.cover(self.measures.values())

    def _parts(self, whole: Measure) -> Iterator[Measure]:
        """The amounts of the same row that are parts of an amount."""
        for field in self.vocabulary.spec(whole.row.list).fields:
            if field.not_above == whole.field.name and field.type != "map":
                yield from measures(whole.row, field, self.portfolio, self.vocabulary)

    def closed(self, changes: Changes) -> Changes:
        """The changes with what goes along: where a part comes to exceed the whole, the whole is as much.

        A part that is stated above its whole leaves it as it is.
        """
        own = dict(changes)
        for key, moved_to in changes:
            part = self.measures[key]
            whole = key._replace(field=part.field.not_above)
            if whole in self.measures:
                stated = self.measures[whole].before
                now = own.get(whole, stated)
                above = stated is not None and (part.before or 0) > stated
                if now is not None and now < moved_to and not above:
                    own[whole] = moved_to
        return frozenset(own.items())

    def end(self, changes: Changes, key: Key) -> int:
        """The greatest position of a measure that changes nothing else: its whole, if it is not beyond."""
        measure, own = self.measures[key], dict(changes)
        whole = self.measures.get(key._replace(field=measure.field.not_above))
        most = None if whole is None else own.get(whole.key, whole.before)
        return measure.high if most is None or own.get(key, most) > most else most

    def along(self, changes: Changes, key: Key) -> Changes:
        """The changes without the one of a measure, but with what goes along with it."""
        return frozenset(pair for pair in self.closed(changes) if pair[0] != key)

    @property
    def over(self) -> bool:
        """Whether the time given is over."""
        return self.limits.over

    def read(self, moves: Mapping[Key, Iterable[int]], keep: frozenset[str] = frozenset()) -> set[Key]:
        """The measures that any rule reads: moving the others is seen by nothing, whatever else is moved.

        `keep`: any rule that what these predicates (none: all) say may rest on.
        """
        told = {
            key: [self._moved(self.closed(frozenset({(key, position)}))) for position in positions]
            for key, positions in moves.items()
        }
        # Entries of maps each by itself: packs add them up, each value with each of the others.
        alone = [[key] for key in told if key.path]
        found: set[Key] = set()
        for keys in ([key for key in told if not key.path], *alone):
            every = self._programs.of(keep)
            idle = set(self._grounded([pair for key in keys for pair in told[key]], {"row"}, every).idle)
            found |= {key for key in keys if any((gone | new) - idle for gone, new in told[key])}
        return found

    def derive(
        self, asked: Sequence[Changes], keep: Iterable[str] | None = None, *, bare: bool = False
    ) -> list[World]:
        """What follows under each of several changes; `keep` names predicates (default: all that is read).

        `bare`: without what goes along with them.

        Entries of maps are derived so many at a time as make few mixtures: packs add them up, each value with
        each of the others, and may compare the sums.
        """
        sets = asked if bare else [self.closed(changes) for changes in asked]
        found: dict[int, World] = {}
        for chunk in self._chunks(sets):
            worlds = self._derived([sets[i] for i in chunk], keep)
            found |= dict(zip(chunk, worlds, strict=True))
        return [found[i] for i in range(len(asked))]

    def _chunks(self, sets: Sequence[Changes]) -> Iterator[list[int]]:
        """Which of some sets of changes are grounded together, as indices."""
        in_maps = [any(key.path for key, _ in changes) for changes in sets]
        if others := [i for i, moves in enumerate(in_maps) if not moves]:
            yield others
        chunk: list[int] = []
        values: dict[Key, frozenset[int]] = {}
        for i in (i for i, moves in enumerate(in_maps) if moves):
            own = {key: values.get(key, frozenset()) | {moved_to} for key, moved_to in sets[i] if key.path}
            least, most = (1, IN_MAPS + 1) if self._in_runs(values | own) else (IN_MAPS, _MIXTURES)
            if len(chunk) >= least and self._mixtures(values | own) > most:
                yield chunk
                chunk, values = [], {}
                own = {key: frozenset((moved_to,)) for key, moved_to in sets[i] if key.path}
            chunk.append(i)
            values |= own
        if chunk:
            yield chunk

    def _mixtures(self, values: Mapping[Key, frozenset[int]]) -> int:
        """Every entry that these move at one of their values, or at its own: so many ways there are."""
        years = {key: max(1, len(self.measures[key].years)) for key in values}
        return prod((len(found) + 1) ** years[key] for key, found in values.items())

    def _in_runs(self, keys: Iterable[Key]) -> bool:
        """Whether packs compare sums over several years of any of these."""
        if self._run_fields is None:
            self._run_fields = {atom[2] for atom in self.world(frozenset()).atoms if atom[0] in _OF_RUNS}
        return any((self.measures[key].field.constant,) in self._run_fields for key in keys)

    def _derived(self, asked: Sequence[Changes], keep: Iterable[str] | None) -> list[World]:
        """What follows under each of several changes, all grounded together."""
        kept = self._keep if keep is None else frozenset(keep)
        found = self._grounded([self._moved(changes) for changes in asked], kept, self._programs.of(kept))
        common = frozenset(found.common)
        return [World(common, frozenset(added)) for added in found.added]

    def _grounded(
        self, moved: Sequence[tuple[frozenset[str], frozenset[str]]], kept: Collection[str], program: str
    ) -> Worlds:
        """What follows where some facts hold no longer, and others do; each of several times."""
        if self.over:
            raise LateError
        doubtful = frozenset().union(*(gone for gone, _ in moved))
        worlds = [sorted((doubtful - gone) | new) for gone, new in moved]
        base = sorted(self._facts - doubtful)
        try:
            return refused_as_policy_error(
                partial(self._grounder.derive_worlds, program, base, worlds, kept),
            )
        except ResourceError as error:
            raise (LateError if self.over else error) from error

    def _moved(self, changes: Changes) -> tuple[frozenset[str], frozenset[str]]:
        """The facts that hold no longer under some changes, and those that do instead."""
        by_field: dict[tuple[str, str], list[tuple[Measure, int]]] = {}
        for key, moved_to in sorted(changes, key=str):
            by_field.setdefault((key.row, key.field), []).append((self.measures[key], moved_to))
        gone: set[str] = set()
        new: set[str] = set()
        for place, moves in by_field.items():
            row, field = moves[0][0].row, moves[0][0].field
            value: Value | None = row.fields.get(field.name)
            for measure, moved_to in moves:
                value = measure.stated_with(value, moved_to)
            gone |= self._of_field.get(place, set())
            new |= set(stated_atoms(row, field, value))
        return frozenset(gone - new), frozenset(new - gone)

    def world(self, changes: Changes) -> World:
        """What follows under some changes."""
        if changes not in self._worlds:
            (self._worlds[changes],) = self.derive([changes])
        return self._worlds[changes]

    def plan(self, changes: Changes) -> Outlook:
        """The best plan under some changes."""
        if changes not in self._plans:
            self._plans[changes] = self._planned(self.world(changes))
        return self._plans[changes]

    def plans(self, asked: Sequence[Changes]) -> Iterator[Outlook]:
        """The best plan under each of several changes: all are derived together, and planned as asked for."""
        new = [changes for changes in dict.fromkeys(asked) if changes not in self._worlds]
        self._worlds |= dict(zip(new, self.derive(new), strict=True)) if new else {}
        return map(self.plan, asked)

    def _planned(self, world: World) -> Outlook:
        if self.over:
            raise LateError
        # Many changes leave all as it is that is chosen from: then so is the plan.
        read = self.choosing(world.common) | self.choosing(world.added)
        if read not in self._outlooks:
            told = (self.policies, self.vocabulary, self.portfolio, self._answers)
            problem = posed(*told, (), read, self._grounder)
            if self.scope.cut and is_coupled(problem):
                raise CoupledError
            try:
                chosen = choose(problem, self.limits, self._known)
            except ResourceError as error:
                raise (LateError if self.over else error) from error
            outline = outline_of(problem, chosen, chosen.whole.bound)
            self._outlooks[read] = Outlook(outline, chosen, problem, self.scope.beside)
        return self._outlooks[read]

    def choosing(self, atoms: frozenset[Atom]) -> frozenset[Atom]:
        """Of some atoms those that choosing claims reads."""
        if atoms not in self._chosen_from:
            self._chosen_from[atoms] = frozenset(atom for atom in atoms if atom[0] in self._decisive)
        return self._chosen_from[atoms]
