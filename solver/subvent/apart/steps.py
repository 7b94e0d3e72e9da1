"""The steps of several shards as those of one plan: each atom once, in the order of one explanation."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from subvent.apart.columns import Columns
from subvent.apart.joining import InseparableError
from subvent.apart.part import Part
from subvent.diagnostics import Citation, Place, Text
from subvent.explain.made_steps import MadeSteps
from subvent.logic.ground import BySignature
from subvent.logic.terms import Atom, order_key
from subvent.policy.types import Rule
from subvent.result import Step

_NOT_YET = -1
_NONE: tuple[Citation, ...] = ()


class Numbering:
    """The steps of all shards, numbered as one explanation would enter them.

    That walks from each claim and then from what else is asked for, in canonical order, through all that it
    has not met yet; a shard's own walk meets the same in the same order, but for what was met elsewhere.
    """

    def __init__(self, found: Sequence[tuple[Part, Columns]], rows: Mapping[str, int]) -> None:
        """Number the steps of all parts; `rows` gives the shard of each row. Raises InseparableError."""
        parts = [part for part, _ in found]
        self.columns = [own for _, own in found]
        self.of = [array("q", [_NOT_YET]) * len(one) for one in self.columns]
        """The number of each step of each shard."""
        self.parts, self.own = array("l"), array("q")
        """Of each step its shard, and its number there."""
        self._seen: dict[str, int] = {}
        """The numbers of the steps that several shards may have, by their names."""
        self._shared = _shared(parts, self.columns, rows)
        self._places = [list(own) for own in self._shared]
        self._home = {
            self.columns[number].names[own]: (number, own)
            for number, part in enumerate(parts)
            for own, _ in part.exposed.values()
            if own >= 0
        }
        """Where what other shards may rest on has its step."""
        stops = [_stops(part) for part in parts]
        claims = {
            atom: (number, at) for number, part in enumerate(parts) for atom, at in part.claimed.items()
        }
        for claim in sorted(claims, key=lambda claim: (claim[4], *map(order_key, claim[1:4]))):
            number, start = claims[claim]
            self._enter(number, start, stops[number][start])
        others: defaultdict[Atom, list[tuple[int, int]]] = defaultdict(list)
        for number, part in enumerate(parts):
            for atom, start in part.walks.items():
                others[atom].append((number, start))
        late = _best(parts)
        for atom in BySignature({*others, *late}).in_order():
            if atom in late:
                self._walk(late[atom], parts[late[atom]].late[atom])
            else:
                # What names no row several shards derive, each in the same way.
                for number, start in others[atom]:
                    self._enter(number, start, stops[number][start])

    def __len__(self) -> int:
        return len(self.own)

    def _enter(self, number: int, start: int, stop: int) -> None:
        """Number what a shard met in one walk, but for what is numbered already."""
        shared = self._places[number]
        for own in shared[bisect_left(shared, start) : bisect_left(shared, stop)]:
            self._run(number, start, own)
            self._is_new(number, own)
            start = own + 1
        self._run(number, start, stop)

    def _run(self, number: int, start: int, stop: int) -> None:
        """Number steps that follow each other and that no other shard has."""
        if start == stop:
            return
        numbers, first = self.of[number], len(self.own)
        if max(numbers[start:stop]) != _NOT_YET:
            for own in range(start, stop):
                self._is_new(number, own)
            return
        numbers[start:stop] = array("q", range(first, first + stop - start))
        self.parts.extend([number] * (stop - start))
        self.own.extend(range(start, stop))

    def _is_new(self, number: int, own: int) -> bool:
        """Number a step of a shard; whether it was not numbered yet."""
        if self.of[number][own] != _NOT_YET:
            return False
        name = self._shared[number].get(own)
        known = None if name is None else self._seen.get(name)
        if known is not None:
            if not self._agree(number, own, known):
                raise InseparableError
            self.of[number][own] = known
            return False
        self.of[number][own] = len(self.own)
        if name is not None:
            self._seen[name] = len(self.own)
        self.parts.append(number)
        self.own.append(own)
        return True

    def _agree(self, number: int, own: int, known: int) -> bool:
        """Whether two shards say the same of an atom; one that has no words for it says nothing."""
        here, there, other = self.columns[number], self.columns[self.parts[known]], self.own[known]
        if not here.zh[own]:
            return True
        below = [here.names[child] for child in here.below[own]]
        return (
            here.zh[own] == there.zh[other]
            and here.rules[own] == there.rules[other]
            and below == [there.names[child] for child in there.below[other]]
        )

    def _walk(self, number: int, root: int) -> None:
        """Number a step and all below it that is not numbered yet, depth first, in whatever shard it is."""
        waiting: list[tuple[int, Iterator[int]]] = []
        self._open(number, root, waiting)
        while waiting:
            number, children = waiting[-1]
            if not any(self._open(number, child, waiting) for child in children):
                waiting.pop()

    def _open(self, number: int, own: int, waiting: list[tuple[int, Iterator[int]]]) -> bool:
        """Number a step; whether it is new, so that what is below it comes next."""
        column = self.columns[number]
        if not column.zh[own] and (name := column.names[own]) not in self._seen:
            if name not in self._home:
                raise InseparableError
            home, there = self._home[name]
            is_new = self._open(home, there, waiting)
            self.of[number][own] = self.of[home][there]
            return is_new
        if self._is_new(number, own):
            waiting.append((number, iter(column.below[own])))
            return True
        return False


def _shared(
    parts: Sequence[Part], columns: Sequence[Columns], rows: Mapping[str, int]
) -> list[dict[int, str]]:
    """Of each shard the steps that others may have, by their places, in order.

    One that names a row of the shard is among them where another shard has the same, to which that row's id
    is a string like any other.
    """
    found = [dict(one.shared) for one in columns]
    for string, name in {pair for part in parts for pair in part.strings if pair[0] in rows}:
        number = rows[string]
        found[number] |= {own: name for own, other in enumerate(columns[number].names) if other == name}
    return [dict(sorted(one.items())) for one in found]


def _stops(part: Part) -> dict[int, int]:
    """Where each walk of a shard ends."""
    starts = sorted((*part.claimed.values(), *part.walks.values()))
    return dict(zip(starts, (*starts[1:], part.end), strict=False))


def _best(parts: Sequence[Part]) -> dict[Atom, int]:
    """Of each remark that several shards may make the shard whose proof an explanation of the whole takes."""
    found: dict[Atom, int] = {}
    ranks = [{one.atom: rank for one, rank in part.remarks if rank is not None} for part in parts]
    for number, own in enumerate(ranks):
        for atom, rank in own.items():
            if atom not in found or rank < ranks[found[atom]][atom]:
                found[atom] = number
    return {atom: number for atom, number in found.items() if atom in parts[number].late}


class JoinedSteps(MadeSteps):
    """The steps of a plan that was explained apart."""

    def __init__(self, numbering: Numbering, rules: Sequence[Rule]) -> None:
        self._numbering, self._rules = numbering, rules

    def __len__(self) -> int:
        return len(self._numbering)

    def _step(self, number: int) -> Step:
        part, own = self._numbering.parts[number], self._numbering.own[number]
        column, numbers = self._numbering.columns[part], self._numbering.of[part]
        place = column.places.get(own)
        id_, citations = "", _NONE
        if (at := column.rules[own]) >= 0:
            rule = self._rules[at]
            id_, citations = rule.id, rule.citations
        return Step(
            column.names[own],
            Text(column.zh[own], column.en[own]),
            id_,
            citations,
            None if place is None else Place(*place),
            tuple([numbers[child] for child in column.below[own]]),
        )
