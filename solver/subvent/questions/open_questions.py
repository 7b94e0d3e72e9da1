"""Open questions side by side as data: what each answer brings and changes, what to ask, what to file now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from subvent.diagnostics import Citation, Text
from subvent.questions.outline import Change, Line, Outline, Words
from subvent.strictness import Answers


@dataclass(frozen=True, slots=True)
class Effect:
    """One answer, all other questions as in the base. Money in fen, None where it was not proven."""

    answer: str
    label: Text
    total_fen: int | None
    difference_fen: int | None
    """The total less that of the base."""
    regret_fen: int | None
    """The regret of the base plan."""
    changes: tuple[Change, ...]
    """From the base plan to the best one under this answer."""


@dataclass(frozen=True, slots=True)
class Question:
    """An open question that matters, with every other answer to it than that of the base."""

    name: str
    label: Text
    citation: Citation
    answer: str
    answer_label: Text
    effects: tuple[Effect, ...]

    @property
    def knowing_fen(self) -> int:
        """The value of knowing it, as far as it is proven."""
        return max((effect.regret_fen or 0 for effect in self.effects), default=0)

    @property
    def least(self) -> Effect:
        """The answer that gives least."""
        return min(self.effects, key=lambda effect: effect.difference_fen or 0)

    @property
    def costs_fen(self) -> int:
        """By how much the answer that gives least lowers the total; 0 when none does."""
        return max(0, -(self.least.difference_fen or 0))


@dataclass(frozen=True, slots=True)
class Joint:
    """Answers to several questions together: what they cost, and what they cost alone, summed; in fen."""

    answers: tuple[tuple[str, str], ...]
    total_fen: int
    together_fen: int
    apart_fen: int

    @property
    def beyond_fen(self) -> int:
        """How much more they cost together than apart; not 0 where they interact."""
        return self.together_fen - self.apart_fen


class Under(NamedTuple):
    """One answer (None: those of the base): the best total under it, and what a plan keeps there, in fen."""

    asked: tuple[str, str] | None
    best_fen: int
    kept_fen: int

    @property
    def regret_fen(self) -> int:
        """What the plan falls short by."""
        return self.best_fen - self.kept_fen


@dataclass(frozen=True, slots=True)
class Deciding:
    """What to file while the questions are open. Money in fen."""

    best_under: tuple[str, str] | None
    """The question and answer under which the plan is best (lawful, if `other`); None: under the base."""
    total_fen: int
    """What the plan keeps under the answers of the base."""
    regret_fen: int
    """Its largest regret."""
    under: tuple[str, str] | None
    """The question and answer under which that is its regret; None: under those of the base."""
    base_regret_fen: int
    """The largest regret of the base plan."""
    changes: tuple[Change, ...]
    """From the base plan."""
    always: tuple[Line, ...]
    """What the best plan under every answer claims."""
    other: bool = False
    """Whether the plan is best under none of the answers, only lawful under that one."""
    bound_fen: int = 0
    """No plan that is lawful under one of the answers has a largest regret below this."""
    sought: bool = True
    """Whether other plans than the best ones were tried; False where their model is too large."""
    under_each: tuple[Under, ...] = ()
    """What the plan keeps under each answer, the base first."""

    @property
    def least(self) -> bool:
        """Whether it is proven that no such plan regrets less."""
        return self.bound_fen >= self.regret_fen


@dataclass(frozen=True, slots=True)
class Guaranteed:
    """The plan that is lawful as filed under every answer alone, and brings most at least. Money in fen."""

    total_fen: int
    """What it brings at least, as filed."""
    bound_fen: int
    """No plan that is lawful under every answer brings at least more."""
    under: tuple[str, str] | None
    """The question and answer under which it brings no more; None: under those of the base."""
    base_fen: int
    """What it brings under the answers of the base."""
    claims: Mapping[Line, int]
    """Its claims in the order of plans, each with the least that it brings under any answer.

    Where claims share a cost or a cap, these may come to less than the total.
    """
    changes: tuple[Change, ...]
    """From the base plan, both under the answers of the base."""

    @property
    def proven(self) -> bool:
        """Whether no such plan brings more at least."""
        return self.bound_fen == self.total_fen


@dataclass(frozen=True, slots=True)
class ReadingsCompared:
    """The open questions of one portfolio."""

    file: str
    base: Outline
    answers: Answers
    """The answers of the base, all of them."""
    given: Answers
    """Those among them that are not the default."""
    questions: tuple[Question, ...]
    """Those that matter: what is worth most to know first, then what costs most."""
    idle: tuple[str, ...]
    """Those that alone change nothing."""
    joint: tuple[Joint, ...]
    """Of the most costly questions every two that interact, strongest first."""
    together: Joint | None
    """All questions that cost something, each with its answer that gives least."""
    deciding: Deciding | None
    """None when no question matters, or not all is proven."""
    guaranteed: Guaranteed | None
    """None when no question matters, the time was over, or nothing is lawful under every answer."""
    too_large: bool
    """Whether it was not sought, its model being too large."""
    proven: bool
    """Whether all of it is: every total, regret and joint effect."""
    words: Words

    @property
    def first(self) -> Question | None:
        """The question worth most to have answered before filing; None when none is worth anything."""
        return next((one for one in self.questions if one.knowing_fen > 0), None)
