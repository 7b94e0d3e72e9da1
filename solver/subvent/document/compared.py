"""What `compare --format json` tells: the shapes of versions, and of the answers to open questions."""

from __future__ import annotations

from typing import Literal

from subvent.document.parts import ForceLine, Part, Phrase, Sentence
from subvent.document.shape import Difference, Yuan


class LineOfClaim(Part):
    """A claim."""

    id: str
    applicant: str
    subject: str
    benefit: str
    year: int
    made_for: str


class AmountLine(LineOfClaim):
    """A claim with its amount."""

    amount_yuan: Yuan


class LeastLine(LineOfClaim):
    """A claim with the least that it brings under any answer."""

    least_yuan: Yuan


class FiledLine(Part):
    """What the history says of a claim; null: it states no amount."""

    year: int
    status: str
    amount_yuan: Yuan | None


class ChangeLine(LineOfClaim):
    """A claim in which two plans differ; null: it is not claimed. `forced_by`: what forces it out."""

    before_yuan: Yuan | None
    after_yuan: Yuan | None
    forced_by: tuple[ForceLine, ...] = ()
    history: tuple[FiledLine, ...] = ()


class VersionLine(Part):
    """A version with its plan, and the claims in which that differs from the plan of the first."""

    file: str
    policies: tuple[str, ...]
    readings: dict[str, str]
    status: Literal["optimal", "feasible"]
    total_yuan: Yuan
    bound_yuan: Yuan
    difference_yuan: Difference
    claims: tuple[AmountLine, ...]
    changes: tuple[ChangeLine, ...]


class VersionsAnswer(Part):
    """What `compare` tells of versions of a portfolio, of its answers or of packs."""

    versions: tuple[VersionLine, ...]


class BasePart(Part):
    """The answers that the others are compared with."""

    readings: dict[str, str]
    total_yuan: Yuan
    bound_yuan: Yuan


class EffectLine(Part):
    """Another answer to a question; null: not proven."""

    answer: str
    label: Sentence
    total_yuan: Yuan | None
    difference_yuan: Difference | None
    regret_yuan: Yuan | None
    changes: tuple[ChangeLine, ...]


class QuestionLine(Part):
    """An open question, the answer that was taken, and what the others bring."""

    name: str
    label: Sentence
    citation: Phrase
    answer: str
    value_of_knowing_yuan: Yuan
    answers: tuple[EffectLine, ...]


class JointLine(Part):
    """Answers to several questions together, and what they cost together and apart."""

    answers: dict[str, str]
    total_yuan: Yuan
    less_together_yuan: Difference
    less_apart_yuan: Difference


class UnderLine(Part):
    """What a plan keeps under one answer; an empty `under` is the base."""

    under: dict[str, str]
    best_yuan: Yuan
    kept_yuan: Yuan
    regret_yuan: Yuan


class DecidingPart(Part):
    """What to file until the questions are answered: the plan of least worst regret."""

    best_under: dict[str, str] | None
    lawful_under: dict[str, str]
    total_yuan: Yuan
    worst_regret_yuan: Yuan
    worst_under: dict[str, str]
    worst_regret_bound_yuan: Yuan
    proven_least: bool
    all_plans_sought: bool
    under_each: tuple[UnderLine, ...]
    base_worst_regret_yuan: Yuan
    changes: tuple[ChangeLine, ...]
    always: tuple[LineOfClaim, ...]


class GuaranteedPart(Part):
    """The best plan that is lawful as filed under every answer."""

    total_yuan: Yuan
    bound_yuan: Yuan
    proven: bool
    least_under: dict[str, str]
    base_total_yuan: Yuan
    costs_yuan: Yuan
    claims: tuple[LeastLine, ...]
    changes: tuple[ChangeLine, ...]


class ReadingsAnswer(Part):
    """What `compare --readings` tells."""

    file: str
    proven: bool
    base: BasePart
    ask_first: str | None
    questions: tuple[QuestionLine, ...]
    change_nothing: tuple[str, ...]
    interacting: tuple[JointLine, ...]
    together: JointLine | None
    deciding_now: DecidingPart | None
    guaranteed: GuaranteedPart | None
    guaranteed_sought: bool
