"""What it would take, as data: changes of facts, and what the best plan becomes with them. Money in fen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from subvent.diagnostics import Text
from subvent.portfolio.types import Value
from subvent.questions.outline import Change as ClaimChange
from subvent.questions.outline import Words

Bound = Literal["least", "most", "is", "any"]
"""Whether a fact has to come to its new value at least, at most, exactly, or only has to be stated."""
State = Literal["planned", "possible", "impossible"]
"""Whether the best plan claims it, it may be claimed, or it may not."""
Stage = Literal["possible", "planned", "most"]
"""What is searched for: what makes it possible, then part of the best plan, then worth more."""


@dataclass(frozen=True, slots=True)
class FactChange:
    """One fact that would have to be another. `before` is None where nothing is stated.

    `path` are the keys of an entry of a map; `years`, where every year that the map leaves out is meant,
    those years. `by` is how far it moves, in words; None where that is no distance.
    """

    row: str
    list: str
    field: str
    path: tuple[object, ...]
    years: tuple[int, ...]
    label: Text
    before: Value | None
    after: Value
    bound: Bound
    implied: bool
    """Whether it only goes along with another one, of which it is the whole."""
    past: bool
    """Whether the vocabulary says that it tells what has happened."""
    shown_before: Text
    shown_after: Text
    by: Text | None


@dataclass(frozen=True, slots=True)
class Way:
    """Facts changed together, and the best plan with them, made anew.

    `total_fen` is what that plan brings, `gain_fen` how much more than the plan of the facts as they are.
    `planned`: it claims what was asked about; then `fen` is what the claim counts, else what it would bring
    by itself, and `loss_fen` what insisting on it would cost (None: no lawful plan holds it, or, unless
    `loss_proven`, none was found in time). `changes` are the claims in which the two plans differ.
    """

    facts: tuple[FactChange, ...]
    total_fen: int
    gain_fen: int
    planned: bool
    fen: int
    loss_fen: int | None
    loss_proven: bool
    changes: tuple[ClaimChange, ...]
    proven: bool


@dataclass(frozen=True, slots=True)
class Jump:
    """Where the total jumps: one step of a fact that brings more, or costs more, than those before it.

    `facts` are the fact at that step with what goes along; `step_fen` is what the step itself brings,
    `gain_fen` what it brings with all before it, `then_fen` what one unit more brings from there on (None:
    there is no more). Each is the difference of two best plans.
    """

    facts: tuple[FactChange, ...]
    step_fen: int
    gain_fen: int
    then_fen: int | None


@dataclass(frozen=True, slots=True)
class Rate:
    """What one unit of a fact more, or less, brings the best plan, and where the next jump lies.

    `unit` is the unit in words, `is_day` whether more means later. `gain_fen` is None where the fact can
    move no further.
    """

    row: str
    field: str
    path: tuple[object, ...]
    label: Text
    before: Value
    more: bool
    unit: Text
    is_day: bool
    gain_fen: int | None
    jump: Jump | None


@dataclass(frozen=True, slots=True)
class Takes:
    """What it would take for a subject to be claimed under a benefit.

    `possible`: the smallest sets of changes under which it may be claimed, the one that gains most first;
    empty where it may be already (`state`), or where nothing that may change leads there: then
    `in_the_way` says what is left, after the changes in `short_of`. `planned`: where the plans of
    `possible`, or the one of the facts as they are, do not claim it: the least changes with which the best
    plan does. `most`: how far one fact is worth moving further, until nothing is gained any more.
    `untried`: what was not searched for to the end.
    """

    subject: str
    subject_name: str
    benefit: str
    benefit_label: Text
    years: tuple[int, ...]
    """The filing years that will do."""
    state: State
    total_fen: int
    fen: int
    """What the claim counts in the plan, or would bring by itself; 0 where it may not be made."""
    loss_fen: int | None
    loss_proven: bool
    possible: tuple[Way, ...]
    planned: tuple[Way, ...]
    most: tuple[Way, ...]
    tried_together: int
    """Of so many facts together, beyond those of `possible`, every set was tried for `planned`."""
    exhausted: bool
    """Where the plan claims it: whether nothing that may change, alone, brings more by itself."""
    short_of: tuple[FactChange, ...]
    in_the_way: tuple[Text, ...]
    untried: tuple[Stage, ...]
    proven: bool

    @property
    def complete(self) -> bool:
        """Whether no search was cut short."""
        return not self.untried


@dataclass(frozen=True, slots=True)
class Answers:
    """What it would take, for every benefit that was asked about, and what was allowed to change."""

    file: str
    sha256: str
    total_fen: int
    rows: int | None
    """How many rows the totals tell of, those connected with what may change; None: of all."""
    takes: tuple[Takes, ...]
    rates: tuple[Rate, ...]
    """Of what may change, is stated and has a scale, what the next step brings, where that is not nothing."""
    rates_complete: bool
    """Whether the time sufficed for all of them."""
    allowed: tuple[tuple[str, Text], ...]
    """Row and field."""
    left_out: tuple[tuple[str, Text], ...]
    """Row and field of what was not tried: it tells what has happened, or was chosen."""
    words: Words

    @property
    def proven(self) -> bool:
        """Whether every plan behind it is proven, and no search was cut short."""
        return self.rates_complete and all(one.proven and one.complete for one in self.takes)
