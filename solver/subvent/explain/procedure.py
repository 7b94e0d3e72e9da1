"""What is to be done for a plan, in words: documents, steps, benefits without amount, duties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from subvent.diagnostics import Text
from subvent.explain.explanation import Explanation
from subvent.explain.quantities import day, is_day
from subvent.explain.words import Words, joined
from subvent.logic.terms import Atom, Term, order_key
from subvent.policy.types import Rule
from subvent.result import Consequence, FilingStep, Material, RuleUse


class Said(NamedTuple):
    """What packs say of a plan: the atom `(word, name, about)`, what it is about, and the rule's id."""

    atom: Atom
    about: Text
    rule: str


class Procedure:
    """What the packs say is to be done, looked up by claim and told in the order of their tables.

    `said` are atoms such as `("material", N, C)` with the id of the rule that says each.
    """

    def __init__(self, told: Explanation, said: Sequence[tuple[Atom, str]]) -> None:
        self._told = told
        self._rules = {rule.id: rule for rule in told.policies.rules}
        self._about: defaultdict[tuple[str, Term], list[tuple[Term, Rule]]] = defaultdict(list)
        self._said = said
        ranked = sorted(said, key=lambda pair: (told.words.rank(pair[0][0], pair[0][1]), order_key(pair[0])))
        for (word, name, about), rule in ranked:
            self._about[word, about].append((name, self._rules[rule]))

    def materials(self, claim: Atom) -> tuple[Material, ...]:
        """The documents to hand in with a claim."""
        return tuple(
            Material(_name(name), self._text("material", name, claim), _uses([rule]))
            for name, rule in self._about["material", claim]
        )

    def steps(self, claim: Atom) -> tuple[FilingStep, ...]:
        """The steps on the way of a claim; days in a step's name are its first and last."""
        found = []
        for name, rule in self._about["step", claim]:
            days = [day(part) for part in name[1:] if is_day(part)] if isinstance(name, tuple) else []
            found.append(
                FilingStep(
                    _name(name),
                    self._text("step", name, claim),
                    _uses([rule]),
                    first=min(days) if len(days) > 1 else None,
                    last=max(days, default=None),
                )
            )
        return tuple(found)

    def consequences(self, word: str) -> tuple[Consequence, ...]:
        """The entitlements or the duties, each once for all its rows."""
        return consequences_of(self.said(word), self._told.words, self._rules)

    def said(self, *words: str) -> Iterator[Said]:
        """What is said by some words, in no particular order."""
        for atom, rule in self._said:
            if atom[0] in words:
                yield Said(atom, self._told.words.term(atom[2]), rule)

    def _text(self, word: str, name: Term, claim: Atom) -> Text:
        return self._told.words.said(word, name, self._told.words.claim(claim))


def consequences_of(
    found: Iterable[Said], words: Words, rules: Mapping[str, Rule]
) -> tuple[Consequence, ...]:
    """What is said, each name once for all its rows; `rules` are those of the packs, by their ids."""
    by_name: dict[tuple[str, Term], list[Said]] = {}
    for one in sorted(found, key=lambda one: (words.rank(*one.atom[:2]), order_key(one.atom))):
        by_name.setdefault((one.atom[0], one.atom[1]), []).append(one)
    return tuple(
        Consequence(
            _name(name),
            words.said(word, name, joined([one.about for one in held])),
            tuple(str(one.atom[2]) for one in held),
            _uses([rules[one.rule] for one in held]),
        )
        for (word, name), held in by_name.items()
    )


def _name(term: Term) -> str:
    return str(term[0] if isinstance(term, tuple) else term).replace("_", "-")


def _uses(rules: Sequence[Rule]) -> tuple[RuleUse, ...]:
    """The phrases of some rules, each once."""
    uses = {citation: rule for rule in reversed(rules) for citation in rule.citations}
    return tuple(RuleUse(rule.id, citation) for citation, rule in uses.items())
