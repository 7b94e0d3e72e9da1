"""What insisting on claims would cost: the optimum less the best with one of them, each proven by itself.

Demands that may use each other's work are asked one after another, in shares that other processes may take.
What a share says depends on nothing else, so that it does not matter how many there are to do it.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple

from subvent.diagnostics import ResourceError
from subvent.model.certificate import Priced
from subvent.model.components import roots
from subvent.model.linear import LinearModel
from subvent.optimise.coupling import coupling
from subvent.optimise.held import held
from subvent.optimise.optimum import Solution
from subvent.optimise.outbid import Outbid, as_priced
from subvent.optimise.search import Budget, Limits
from subvent.optimise.whole import Whole
from subvent.process.progress import SILENT

_LARGE = 200
"""Variables of a component from which on each loss would take long by itself."""
_LARGEST = 1_000
"""Variables from which on it would take too long to relax a component for each."""
_NODES, _WORK = 20_000, 3_000_000
"""What the losses of one component may take together: nodes, and rows and variables of all of them."""
_PART_NODES, _PART_WORK = 60_000, 10_000_000
"""The same where prices take a component apart; each part has a share by its variables."""
_SHARE = 500
"""Demands of one share, but that a component or a part is not divided."""
_FEWEST = 2_000
"""From so many demands on shares are worth a process of their own."""
_CHILD = "subvent.optimise.losses:answered"
_CALLS = count()
"""A child that is asked once more for the same begins anew, with all that may be spent on it."""

CallEach = Callable[[str, Iterable[tuple[Any, ...]]], Iterator[Any]]
"""What a function, `module:name`, returns for each of several lists of arguments, in whatever process."""
Loss = tuple[int | None, bool]
"""In fen, None where no lawful choice meets the demand; and whether that is proven."""
_Best = Callable[[Sequence[int]], Loss]
"""The best total with one of some variables (None: none is found), and whether that is proven."""


class _Request(NamedTuple):
    """One of these variables of a component is to be 1. `home`: the first one of their part."""

    component: int
    home: int
    variables: tuple[int, ...]


class _Solved(NamedTuple):
    """A component with its best values, and what proves them."""

    model: LinearModel
    best: Solution

    @property
    def is_apart(self) -> bool:
        """Whether prices prove the best, so that each part can be asked by itself."""
        return self.best.status == "optimal" and isinstance(self.best.certificate.tree, Priced)


def losses(
    whole: Whole,
    wanted: Collection[Sequence[str]],
    limits: Limits | None = None,
    call_each: CallEach | None = None,
) -> list[Loss]:
    """What each demand costs: the optimum less the best with one of its variables at 1.

    A component that a few rows hold together is not searched again for each of its many claims: what the
    prices that prove its best tell is told. `call_each` may share many demands out; what is told is the same.
    When the limits end it, what is left is not proven.
    """
    limits = limits or Limits()
    demands, requests, solved = _requests(whole, wanted)
    shares = list(_shares(requests))
    best: dict[_Request, Loss] = {}
    many = call_each if len(requests) >= _FEWEST else None
    try:
        for share, answer in zip(shares, _answers(shares, solved, limits, many), strict=False):
            best |= zip(share, answer, strict=True)
            limits.progress.counted(len(best), len(requests))
            if limits.over:
                break
    except (ResourceError, MemoryError):
        pass  # What is known by now is told.
    return [_loss(demand, whole, best) for demand in demands]


def _loss(demand: Iterable[_Request], whole: Whole, best: Mapping[_Request, Loss]) -> Loss:
    """The least loss of the components that a demand may be met in."""
    found = [(whole.solutions[one.component].total, *best.get(one, (None, False))) for one in demand]
    lost = (before - total for before, total, _ in found if total is not None)
    return min(lost, default=None), all(proven for *_, proven in found)


def _requests(
    whole: Whole, wanted: Iterable[Sequence[str]]
) -> tuple[list[list[_Request]], list[_Request], dict[int, _Solved]]:
    """The requests of each demand; all of them, by components and their parts; and these components."""
    home = {v.name: (k, j) for k, part in enumerate(whole.parts) for j, v in enumerate(part.variables)}
    solved: dict[int, _Solved] = {}
    homes: dict[int, Sequence[int]] = {}
    demands = []
    for names in wanted:
        by_part: dict[int, list[int]] = {}
        for name in names:
            if name in home:
                by_part.setdefault(home[name][0], []).append(home[name][1])
        for k in by_part:
            if k not in solved:
                solved[k] = _solved(whole.parts[k], whole.solutions[k])
                homes[k] = _homes(solved[k])
        demands.append([_Request(k, homes[k][min(own)], tuple(own)) for k, own in by_part.items()])
    every = dict.fromkeys(request for demand in demands for request in demand)
    return demands, sorted(every, key=lambda one: one[:2]), solved


def _solved(part: LinearModel, solution: Solution) -> _Solved:
    proven = solution.certificate
    if len(part.variables) > _LARGEST and not isinstance(proven.tree, Priced) and (rows := coupling(part)):
        proven = as_priced(part, proven, rows) or proven
    return _Solved(part, solution._replace(certificate=proven))


def _homes(solved: _Solved) -> Sequence[int]:
    """The first variable of the part that each variable is in."""
    model, tree = solved.model, solved.best.certificate.tree
    if not (solved.is_apart and isinstance(tree, Priced)):
        return [0] * len(model.variables)
    return roots(model._replace(rows=tuple(row for row in model.rows if row.name not in tree.prices)))


def _shares(requests: Sequence[_Request]) -> Iterator[list[_Request]]:
    """The requests in shares, those of one component or of one part of it in the same."""
    share: list[_Request] = []
    for request in requests:
        if len(share) >= _SHARE and request[:2] != share[-1][:2]:
            yield share
            share = []
        share.append(request)
    if share:
        yield share


def _answers(
    shares: Sequence[Sequence[_Request]],
    solved: Mapping[int, _Solved],
    limits: Limits,
    call_each: CallEach | None,
) -> Iterator[list[Loss]]:
    """What is found out about each share."""
    if call_each is None:
        asked = _Asked(solved, limits)
        yield from ([asked.best(one.component, one.variables) for one in share] for share in shares)
    else:
        told = replace(limits, progress=SILENT)
        yield from call_each(_CHILD, _packed(shares, solved, told))


def _packed(
    shares: Iterable[Sequence[_Request]], solved: Mapping[int, _Solved], limits: Limits
) -> Iterator[tuple[bytes, list[tuple[int, tuple[int, ...]]]]]:
    """The arguments of `answered` for each share; what is the same for several is packed once."""
    call, needed, packed = next(_CALLS), list[int](), b""
    for share in shares:
        components = list(dict.fromkeys(one.component for one in share))
        if components != needed:
            needed = components
            told = call, {k: solved[k] for k in needed}, limits
            packed = pickle.dumps(told, pickle.HIGHEST_PROTOCOL)
        yield packed, [(one.component, one.variables) for one in share]


def answered(packed: bytes, share: Iterable[tuple[int, tuple[int, ...]]]) -> list[Loss]:
    """What is found out about a share, in a child: `packed` are its components and the limits."""
    asked = _opened(packed)
    return [asked.best(component, variables) for component, variables in share]


@lru_cache(maxsize=1)
def _opened(packed: bytes) -> _Asked:
    _, solved, limits = pickle.loads(packed)  # noqa: S301 - our own parent
    return _Asked(solved, limits)


class _Asked:
    """Components that are asked for their best with one of some variables."""

    def __init__(self, solved: Mapping[int, _Solved], limits: Limits) -> None:
        self._solved, self._limits = solved, limits
        self._known: dict[int, _Best] = {}

    def best(self, component: int, variables: Sequence[int]) -> Loss:
        """The best total with one of the variables; once the limits are over nothing is looked for."""
        if self._limits.over:
            return None, False
        if component not in self._known:
            self._known[component] = _best(self._solved[component], self._limits)
        return self._known[component](variables)


def _best(solved: _Solved, limits: Limits) -> _Best:
    if solved.is_apart:
        return _outbid(solved, limits).including
    model, best = solved
    # No other solver is asked about each of many in a large component.
    effort = 0.0 if len(model.variables) > _LARGE else limits.effort
    budget = Budget(replace(limits, nodes=_NODES, work=_WORK, effort=effort))
    anew = held(model, best, budget)

    def searched(variables: Sequence[int]) -> Loss:
        found = anew.including(variables)
        return None if found.value is None else found.value + model.constant, found.value == found.bound

    return searched


def _outbid(solved: _Solved, limits: Limits) -> Outbid:
    model, best = solved
    return Outbid(
        model, best, best.certificate, replace(limits, nodes=_PART_NODES, work=_PART_WORK, effort=0.0)
    )
