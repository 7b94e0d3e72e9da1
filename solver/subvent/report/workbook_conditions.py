"""What a claim's proof says to people: each condition that was asked of it, its facts, and its limits.

A proof is a DAG that also holds how the engine derives: what is required, that nothing fails, and so on.
Steps are chosen here by what they are: a condition is a step `met(…)`, a fact a step without premises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from subvent.diagnostics import Citation
from subvent.logic.terms import Reader, Term, quote
from subvent.result import Step

_MET, _NOT, _ENGINE = "met(", "not ", "kernel#"
_REQUIRED = ("requires(", "requires_in_year(")


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of a claim that is met.

    `parts`: where it is made up of others or asked of another row, those among them that hold values.
    `citations`: where the benefit asks for it, then the nearest in its proof.
    """

    step: Step
    parts: tuple[Step, ...]
    facts: tuple[Step, ...]
    citations: tuple[Citation, ...]


def conditions(steps: Sequence[Step], root: int) -> list[Condition]:
    """The conditions asked in the proof of `root`, each once, in its order; none within another."""
    walked = list(_walk(steps, root, into=lambda step: not step.atom.startswith(_MET)))
    read = Reader()
    asked: dict[Term, tuple[Citation, ...]] = {}
    for index in walked:
        if steps[index].atom.startswith(_REQUIRED):
            name = read.atom(steps[index].atom)[-1]
            asked[name] = (*asked.get(name, ()), *steps[index].citations)
    return [
        _condition(steps, index, asked.get(read.atom(steps[index].atom)[-1], ()))
        for index in walked
        if steps[index].atom.startswith(_MET)
    ]


def limits(steps: Sequence[Step], root: int) -> list[Step]:
    """The limits and prohibitions a claim counts for: what rules of packs say of the claim itself."""
    children = (steps[index] for index in dict.fromkeys(steps[root].children))
    return [step for step in children if step.rule and not step.rule.startswith(_ENGINE)]


def states_link(step: Step, one: str, other: str) -> bool:
    """Whether a fact says no more than that these two rows belong together."""
    return (
        step.atom.startswith(("link(", "subject(")) and quote(one) in step.atom and quote(other) in step.atom
    )


def _condition(steps: Sequence[Step], index: int, asked: Sequence[Citation]) -> Condition:
    below = list(_walk(steps, index))
    parts = (
        i for i in below if i != index and steps[i].atom.startswith(_MET) and not _rests_on_others(steps, i)
    )
    return Condition(
        step=steps[index],
        parts=tuple(steps[i] for i in parts),
        facts=tuple(steps[i] for i in below if _is_fact(steps[i])),
        citations=tuple(dict.fromkeys((*asked, *_nearest_citations(steps, index)))),
    )


def _rests_on_others(steps: Sequence[Step], index: int) -> bool:
    """Whether a condition is met because others are, so that the values stand with those."""
    walked = _walk(steps, index, into=lambda step: step is steps[index] or not step.atom.startswith(_MET))
    return any(i != index and steps[i].atom.startswith(_MET) for i in walked)


def _is_fact(step: Step) -> bool:
    """A fact of the portfolio or an assumption in its place: nothing derived, nothing denied."""
    return not (step.rule or step.children or step.atom.startswith(_NOT))


def _nearest_citations(steps: Sequence[Step], root: int) -> tuple[Citation, ...]:
    """The citations at the least depth below a step that has any."""
    level, seen = [root], {root}
    while level:
        found = dict.fromkeys(citation for index in level for citation in steps[index].citations)
        if found:
            return tuple(found)
        below = dict.fromkeys(child for index in level for child in steps[index].children)
        level = [child for child in below if child not in seen]
        seen.update(level)
    return ()


def _walk(steps: Sequence[Step], root: int, into: Callable[[Step], bool] = lambda _: True) -> Iterator[int]:
    """The steps of a proof, each once, premises after what rests on them, going on only below `into`."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        index = waiting.pop()
        if index in seen:
            continue
        seen.add(index)
        yield index
        if into(steps[index]):
            waiting += reversed(steps[index].children)
