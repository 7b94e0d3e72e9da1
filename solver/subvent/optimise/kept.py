"""Whether what was best stays best when a model is relaxed, told by the certificates that are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import lcm

from subvent.model.certificate import Branching, Certificate, Leaf, Priced, evaluate
from subvent.model.components import components
from subvent.model.linear import LinearModel, Row, broken, total
from subvent.optimise.whole import Whole

Terms = tuple[tuple[tuple[str, int], ...], int]
"""A row by what it says: its terms by name of variable, and its upper end."""


def still_best(model: LinearModel, whole: Whole, settled: Mapping[str, int]) -> bool:
    """Whether the values of `whole` are proven to be best in another model too, without any search.

    `settled` are the atoms that have one value in the model of `whole`. Their certificates are read
    anew with the multipliers of those rows alone that `model` has as well. That bounds `model`,
    whatever the two have to do with each other; False says nothing.
    """
    values = {**settled, **whole.values}
    point = tuple(values.get(variable.name, 0) for variable in model.variables)
    if broken(model, point) or total(model, point) != whole.total:
        return False
    before = {part: solution.bound for part, solution in zip(whole.parts, whole.solutions, strict=True)}
    home = {v.name: k for k, part in enumerate(whole.parts) for v in part.variables}
    bound = model.constant
    for part in components(model):
        if part in before:
            bound += before[part]
            continue
        parts = sorted({home[v.name] for v in part.variables if v.name in home})
        certificate = _carried(part, [(whole.parts[k], whole.solutions[k].certificate) for k in parts])
        if certificate is None:
            return False
        bound += evaluate(part, certificate)
    return bound == whole.total


def _carried(part: LinearModel, before: Sequence[tuple[LinearModel, Certificate]]) -> Certificate | None:
    """The certificates of some components as one for another; None where several branch, or one is priced."""
    trees = []
    names = {_terms(part, row): row.name for row in part.rows}
    denominator = lcm(*(certificate.denominator for _, certificate in before))
    variables = {variable.name for variable in part.variables}
    for model, certificate in before:
        if isinstance(certificate.tree, Priced):
            return None
        rows = {row.name: names.get(_terms(model, row), "") for row in model.rows}
        trees.append(_renamed(certificate.tree, rows, denominator // certificate.denominator, variables))
    if len(trees) == 1:
        return Certificate(denominator, trees[0])
    if not all(isinstance(tree, Leaf) for tree in trees):
        return None
    merged = {name: y for tree in trees if isinstance(tree, Leaf) for name, y in tree.multipliers.items()}
    return Certificate(denominator, Leaf(merged))


def _renamed(
    tree: Leaf | Branching, rows: Mapping[str, str], times: int, variables: set[str]
) -> Leaf | Branching:
    """A tree with other names of rows, those without one left out.

    Of a branching over what is not among `variables` one side is taken: any tree bounds the whole.
    """
    built: dict[int, Leaf | Branching] = {}
    for node in _bottom_up(tree):
        if isinstance(node, Leaf):
            built[id(node)] = Leaf({rows[n]: y * times for n, y in node.multipliers.items() if rows[n]})
        elif node.variable not in variables:
            built[id(node)] = built[id(node.low)]
        else:
            low, high = built[id(node.low)], built[id(node.high)]
            built[id(node)] = Branching(node.variable, node.at, low, high)
    return built[id(tree)]


def _bottom_up(tree: Leaf | Branching) -> Iterator[Leaf | Branching]:
    waiting = [(tree, False)]
    while waiting:
        node, ready = waiting.pop()
        if ready or isinstance(node, Leaf):
            yield node
        else:
            waiting += [(node, True), (node.low, False), (node.high, False)]


def _terms(model: LinearModel, row: Row) -> Terms:
    return tuple(sorted((model.variables[j].name, a) for j, a in row.terms)), row.upper
