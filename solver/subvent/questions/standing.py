"""The best of the plans that are lawful under every one of several answers: what can be filed whatever holds.

Each answer has a linear model of what is lawful under it. The claims, and the rows they are made for, are
the same variables under all; one that some answer does not allow is not made. What else a model has (shared
costs, caps) it has by itself. The plan is worth what it brings at least:

    every row of every answer        t <= total under each answer        maximise t

What brings the same under every answer stands outside of t, so that it is planned in parts of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from subvent.model.components import components
from subvent.model.linear import LinearModel, Row, Variable, unique
from subvent.model.restricted import fixed
from subvent.optimise.search import Limits
from subvent.optimise.whole import optimise_whole
from subvent.questions.regret import LARGEST, claim_of, is_choice

_LEAST = "least"

Gains = Mapping[str, int]
"""Fen that each variable brings."""
_Named = tuple[str, tuple[tuple[str, int], ...], int]
"""A row by name, with its terms by name of variable, and its upper end."""


class Standing(NamedTuple):
    """The filed claims (and rows they are made for) as names of variables.

    `total` is what they bring at least, in fen; no plan that is lawful under all answers brings at least
    more than `bound`.
    """

    filed: frozenset[str]
    total: int
    bound: int


class TooLarge(Exception):  # noqa: N818 - no error of the input
    """The model has more variables than are tried."""


def best_standing(
    models: Sequence[LinearModel], ties: Sequence[Mapping[str, int]], order: Sequence[str], limits: Limits
) -> Standing | None:
    """The best plan that is lawful in all models; None where none is found.

    Among equals it is the one that brings most in the first model; then `ties` and `order` decide, as in
    `optimise_whole`. Raises TooLarge.
    """
    asked = tuple(dict.fromkeys(models))
    agreed = _agreed(asked)
    if agreed is None:
        return None
    model, first = _joint([fixed(model, agreed) for model in asked])
    found = optimise_whole(model, (first, *ties), order, limits)
    if not found.found:
        return None
    made = {**agreed, **found.values}
    filed = frozenset(name for name, value in made.items() if value and is_choice(name))
    return Standing(filed, found.total, found.bound)


def _agreed(models: Sequence[LinearModel]) -> dict[str, int] | None:
    """The choices that some model leaves no choice about; None where two models disagree.

    A row to make a claim for need only be allowed where the claim names a row.
    """
    settled = [dict(model.settled) for model in models]
    must = {name for own in settled for name, value in own.items() if value and is_choice(name)}
    open_ = [
        {v.name for v in model.variables if is_choice(v.name)} | {name for name in must if own.get(name)}
        for model, own in zip(models, settled, strict=True)
    ]
    naming = [{claim for name in names if (claim := claim_of(name)) != name} for names in open_]
    barred = {
        name
        for name in set().union(*open_)
        for names, named in zip(open_, naming, strict=True)
        if name not in names and (claim_of(name) == name or claim_of(name) in named)
    }
    return None if must & barred else {**dict.fromkeys(barred, 0), **dict.fromkeys(must, 1)}


def _joint(models: Sequence[LinearModel]) -> tuple[LinearModel, Gains]:
    """One model of what is lawful in all, for the least total, and what brings what in the first."""
    parts = [components(model) for model in models]
    # What is alike in several models is stated once, with what it alone has.
    numbers = {part: number for number, part in enumerate(dict.fromkeys(p for own in parts for p in own))}
    names = {part: _names(part, number) for part, number in numbers.items()}
    variables: dict[str, Variable] = {}
    for part, labels in names.items():
        for label, variable in zip(labels, part.variables, strict=True):
            known = variables.get(label, variable)
            lower, upper = max(known.lower, variable.lower), min(known.upper, variable.upper)
            variables[label] = Variable(label, lower, upper, 0)
    if len(variables) > LARGEST:
        raise TooLarge
    rows = {
        (tuple((names[part][j], a) for j, a in row.terms), row.upper): row.name
        for part in numbers
        for row in part.rows
    }
    gains = [
        {
            label: v.gain
            for part in own
            for label, v in zip(names[part], part.variables, strict=True)
            if v.gain
        }
        for own in parts
    ]
    stated: list[_Named] = [(name, terms, upper) for (terms, upper), name in rows.items()]
    alike, rest = _divided(_built(variables.values(), stated), gains)
    for label, gain in alike.items():
        variables[label] = variables[label]._replace(gain=gain)
    least, bounds = _least([m.constant for m in models], rest, variables)
    return _built([*variables.values(), least], [*stated, *bounds]), rest[0]


def _names(part: LinearModel, number: int) -> list[str]:
    return [v.name if is_choice(v.name) else f"{number} {v.name}" for v in part.variables]


def _divided(model: LinearModel, gains: Sequence[Gains]) -> tuple[Gains, Sequence[Gains]]:
    """What brings the same under every answer, and under each answer the rest."""
    alike: dict[str, int] = {}
    rest: list[dict[str, int]] = [{} for _ in gains]
    for part in components(model):
        names = [v.name for v in part.variables]
        own = [{name: each[name] for name in names if name in each} for each in gains]
        if all(each == own[0] for each in own):
            alike |= own[0]
        else:
            for kept, more in zip(rest, own, strict=True):
                kept.update(more)
    return alike, rest


def _least(
    constants: Sequence[int], gains: Sequence[Gains], variables: Mapping[str, Variable]
) -> tuple[Variable, list[_Named]]:
    """The least total under any answer as a variable, and the rows that hold it below each."""
    ends = [
        [
            constant + sum(pick(g * variables[v].lower, g * variables[v].upper) for v, g in own.items())
            for constant, own in zip(constants, gains, strict=True)
        ]
        for pick in (min, max)
    ]
    totals = {(c, *sorted(own.items())): (c, own) for c, own in zip(constants, gains, strict=True)}
    rows: list[_Named] = [
        (f"{_LEAST} {number}", ((_LEAST, 1), *((v, -g) for v, g in own.items())), constant)
        for number, (constant, own) in enumerate(totals.values())
    ]
    return Variable(_LEAST, min(ends[0]), min(ends[1]), 1), rows


def _built(variables: Iterable[Variable], rows: Iterable[_Named]) -> LinearModel:
    """A model in canonical order, of rows that call variables by name."""
    ordered = sorted(variables)
    place = {variable.name: j for j, variable in enumerate(ordered)}
    placed = sorted(
        (name, tuple(sorted((place[v], a) for v, a in terms)), upper) for name, terms, upper in rows
    )
    labels = unique([name for name, _, _ in placed])
    built = (
        Row(label, terms, upper, (label,)) for label, (_, terms, upper) in zip(labels, placed, strict=True)
    )
    return LinearModel(tuple(ordered), tuple(sorted(built)))
