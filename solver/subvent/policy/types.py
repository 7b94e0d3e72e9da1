"""What a checked pack is made of: rules that keep their article and phrases, readings, benefits, words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

from subvent.diagnostics import Citation, Place, Text

Stratum = Literal["derivation", "decision", "review", "procedure"]
"""`derivation` follows from the facts, `decision` depends on what is claimed, `review` remarks on a plan,
`procedure` tells what to do for its claims and what else follows."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One clingo statement of a pack or of the kernel, with the law it encodes.

    `id` is stable and unique: pack, article, ordinal within the article (`cn/shenzhen/2023-6#3.2`).
    """

    id: str
    text: str
    stratum: Stratum
    place: Place
    document: str = ""
    article: str = ""
    phrases: tuple[str, ...] = ()

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The phrases of the rule's article block."""
        return _citations(self.document, self.article, self.phrases)


@lru_cache(maxsize=4096)
def _citations(document: str, article: str, phrases: tuple[str, ...]) -> tuple[Citation, ...]:
    return tuple(Citation(document, article, phrase) for phrase in phrases)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to an open question. `name` as in `--reading QUESTION=NAME`.

    `never_more_than`: answers under which no portfolio gets less, whatever the other questions' answers.
    """

    name: str
    label: Text
    default: bool = False
    never_more_than: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A question the documents leave open. If `ordered`, answers run from lenient to strict."""

    name: str
    label: Text
    ordered: bool
    answers: tuple[Answer, ...]
    citation: Citation
    pack: str

    @property
    def default(self) -> str:
        """The answer taken when the user names none."""
        return next(a.name for a in self.answers if a.default)

    @property
    def strictest(self) -> tuple[str, ...]:
        """The answers that can give the least: the last of a chain, else all that no other is below.

        The default comes first, so that it is taken among equals.
        """
        if self.ordered:
            return (self.answers[-1].name,)
        beaten = {name for answer in self.answers for name in answer.never_more_than}
        left = [answer for answer in self.answers if answer.name not in beaten]
        return tuple(answer.name for answer in sorted(left, key=lambda answer: not answer.default))


@dataclass(frozen=True, slots=True)
class Benefit:
    """Something that can be claimed for a row of list `of` (`projects`, `loans`, …)."""

    name: str
    label: Text
    of: str
    article: str
    pack: str

    @property
    def constant(self) -> str:
        """Its clingo constant."""
        return self.name.replace("-", "_")


@dataclass(frozen=True, slots=True)
class Condition:
    """The words for a condition of a pack: `{0}`, `{1}` stand for the arguments of a compound name."""

    name: str
    label: Text
    pack: str


@dataclass(frozen=True, slots=True)
class Limit:
    """The words for a limit or a conflict of a pack: `{0}`, `{1}` stand for the arguments of its name."""

    name: str
    label: Text
    pack: str


@dataclass(frozen=True, slots=True)
class Precedence:
    """A pack whose document yields where both say otherwise, with the words that say so."""

    pack: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Pack:
    """One policy document as rules."""

    id: str
    version: str
    document: str
    title: Text
    issuer: Text
    issued: date
    in_force: tuple[date, date | None]
    source: str
    """Stem of the document's text file, for verify-sources; empty when there is none."""
    directory: Path
    sha256: str
    rules: tuple[Rule, ...]
    benefits: tuple[Benefit, ...] = ()
    conditions: tuple[Condition, ...] = ()
    readings: tuple[Reading, ...] = ()
    articles: Mapping[str, Text] = field(default_factory=dict)
    """Article id → heading."""
    said: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)
    """By table (`notes`, `materials`, …) what rules can say of a plan, `remark(name, X)`: the words by
    name, with `{0}`, `{1}` for the arguments of the name and then X."""
    each: Mapping[str, Text] = field(default_factory=dict)
    """Of notes that tell all remarks of a kind on the same rows as one, the words for each, with `{0}`, `{1}`
    for the arguments of its name. The note itself has `{0}` for all of these, and `{1}` for X."""
    limits: tuple[Limit, ...] = ()
    builds_on: tuple[str, ...] = ()
    """Ids of the packs whose rules this one needs."""
    prevails_over: tuple[Precedence, ...] = ()
    vocabulary: Mapping[str, object] = field(default_factory=dict)
    """The tables `id`, `lists` and `inputs` of its policy.toml, and `place`, which tells where a key
    stands, for the portfolio's vocabulary."""
    manifest_name: str = ""
    """How messages name its policy.toml."""
    pulled: bool = False
    """Whether nobody asked for it but a pack that builds on it. Its own cases and sources may then speak
    of packs that are not there; they are checked where it is asked for."""


@dataclass(frozen=True, slots=True)
class PolicySet:
    """The packs of one run, with the kernel's rules: one program in two strata."""

    packs: tuple[Pack, ...]
    kernel: tuple[Rule, ...]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Kernel first, then packs in order."""
        return (*self.kernel, *(r for p in self.packs for r in p.rules))

    @property
    def readings(self) -> tuple[Reading, ...]:
        """All open questions of the packs."""
        return tuple(r for p in self.packs for r in p.readings)

    @property
    def benefits(self) -> tuple[Benefit, ...]:
        """Everything that can be claimed."""
        return tuple(b for p in self.packs for b in p.benefits)

    def program(self, stratum: Stratum) -> str:
        """The clingo text of one stratum."""
        return "\n".join(r.text for r in self.rules if r.stratum == stratum)
