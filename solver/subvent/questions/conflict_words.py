"""What forbids claims, in words: articles with their phrases, and limits with the claims that each counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from subvent.diagnostics import Text
from subvent.explain.finished import Finished
from subvent.explain.words import Words
from subvent.logic.terms import Atom, Reader, Term, text
from subvent.policy.parsed import parsed
from subvent.policy.provisions import Provision
from subvent.policy.words import STATEMENTS
from subvent.problem import Problem
from subvent.questions.conflict_program import Article
from subvent.questions.outline import Line
from subvent.questions.price_words import best_phrases, label_of

_SIDES = ("left", "right")
_SETTINGS = "portfolio"
"""The row of the portfolio's settings."""


@dataclass(frozen=True, slots=True)
class Cause:
    """An article that takes part in forbidding claims, with what it is called and its phrases, best first."""

    pack: str
    document: str
    article: str
    labels: tuple[Text, ...]
    phrases: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Instance:
    """One limit at work: what it is called, how many it allows, and what it counts.

    `claims` are counted among those asked about, as on the `sides` of a conflict where it has some;
    `held` are filed or granted before, and lie outside the question; so do the `settings` of the portfolio
    that it takes its measure from. `most` is None where it is no limit by number.
    """

    name: str
    label: Text
    most: int | None
    claims: tuple[Line, ...]
    sides: tuple[tuple[Line, ...], ...] = ()
    held: tuple[Line, ...] = ()
    settings: tuple[Text, ...] = ()


class Instances:
    """The limits of a problem in words, as far as they concern some claims."""

    def __init__(self, problem: Problem, claims: Sequence[Atom]) -> None:
        self._problem = problem
        self._asked = list(dict.fromkeys(claims))
        self._held = [("claim", *atom[1:]) for atom in problem.of("held", 4)]
        self._words = Words(problem.policies, problem.vocabulary, Finished(problem.atoms))
        self._benefits = {benefit.constant: benefit.name for benefit in problem.policies.benefits}
        self._reader = Reader()
        self._packs = {pack.id: number for number, pack in enumerate(problem.policies.packs)}
        above: dict[str, set[str]] = {}
        for pack in problem.policies.packs:
            for other in pack.prevails_over:
                above.setdefault(other.pack, set()).add(pack.id)
        self._below = {pack: len(_all_above(pack, above)) for pack in self._packs}

    def rank(self, articles: Iterable[Article]) -> list[tuple[int, int, str]]:
        """Where articles stand in the order of preference: first what prevails, then as the packs do."""
        return sorted((self._below[a.pack], self._packs[a.pack], a.name) for a in articles)

    def lines(self, claims: Iterable[Atom]) -> tuple[Line, ...]:
        """Claims as the lines of a plan."""
        return tuple(Line(a, s, self._benefits[b[0]], y) for _, a, s, b, y in claims)

    def key(self, variable: str) -> Term:
        """The limit that a variable `violated(K)` stands for."""
        term: Term = self._reader.atom(variable)[1]
        return term

    def cause(self, article: Article, named: Collection[Term]) -> Cause:
        """An article in words: what it says under the names of some limits, or all that it forbids."""
        names = {key[0] for key in named if isinstance(key, tuple)}
        used = [one for one in article.provisions if one.named.name in names] or list(article.provisions)
        labels = [label_of(one, self._problem.policies, self._words) for one in used]
        phrases = [p for one, label in zip(used, labels, strict=True) for p in best_phrases(one, label)]
        rules = dict.fromkeys(rule.id for one in used for rule in one.rules)
        return Cause(
            article.pack,
            used[0].rules[0].document,
            article.name,
            tuple(dict.fromkeys(labels)),
            tuple(dict.fromkeys(phrases)),
            tuple(rules),
        )

    def instance(self, key: Term, provisions: Iterable[Provision]) -> Instance:
        """One limit with what it counts of the claims asked about and of those held.

        `provisions` are those that may state it, by its name.
        """
        name = key[0] if isinstance(key, tuple) else ""
        counted = {("", claim) for claim in self._counted(key)}
        counted |= {
            (side, atom[2]) for side in _SIDES for atom in self._problem.of(side, 2) if atom[1] == key
        }
        known = {claim for _, claim in counted}
        asked = [claim for claim in self._asked if claim in known] or self._mentioned(key)
        held = [claim for claim in self._held if claim in known]
        sides = tuple(self.lines(one for one in (*asked, *held) if (side, one) in counted) for side in _SIDES)
        bounds = [
            atom[2]
            for word in ("limit", "group_limit")
            for atom in self._problem.of(word, 2)
            if atom[1] == key
        ]
        return Instance(
            text(key),
            self._words.cause(key),
            min(bounds, default=None),
            self.lines(asked),
            sides if any(sides) else (),
            self.lines(held),
            tuple(dict.fromkeys(self._settings(one for one in provisions if one.named.name == name))),
        )

    def _counted(self, key: Term) -> Iterator[Atom]:
        """The claims that count for a limit, belong to its groups, or are barred by it."""
        for word, arity in (("counts", 2), ("group", 3)):
            yield from (atom[-1] for atom in self._problem.of(word, arity) if atom[1] == key)
        yield from (("claim", *atom[1:5]) for atom in self._problem.of("barred", 5) if atom[5] == key)

    def _mentioned(self, key: Term) -> list[Atom]:
        """The claims of rows that a limit's name mentions: of a pack's own rule no more is known."""
        rows = set(key[1:]) if isinstance(key, tuple) else set()
        return [claim for claim in self._asked if {claim[1], claim[2]} & rows]

    def _settings(self, provisions: Iterable[Provision]) -> Iterator[Text]:
        """The settings of the portfolio that rules read."""
        for rule in (rule for provision in provisions for rule in provision.rules):
            for literal in parsed(rule).literals:
                atom = literal.atom
                if atom.name in STATEMENTS and atom.args[0].name == _SETTINGS and atom.args[1].kind == "name":
                    yield self._words.field_label((atom.args[1].name,))


def _all_above(pack: str, above: dict[str, set[str]]) -> set[str]:
    """The packs that prevail over one, directly or through others."""
    found: set[str] = set()
    waiting = [pack]
    while waiting:
        new = above.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found
