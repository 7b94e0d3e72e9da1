"""What rules of packs must say once: one amount of a claim, one limit of a cap, one answer to a condition.

And what a claim is paid must not rest on itself.

Of two amounts a plan would count either, or both: it is refused instead, with the rules that say them. Which
rules these are is found by deriving once more, beside everything else, what each of them says by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from subvent.diagnostics import Diagnostic, Text, diagnostic
from subvent.logic.exact import to_fen
from subvent.logic.ground import BySignature
from subvent.logic.terms import Atom, Term, text
from subvent.money import yuan
from subvent.policy.parsed import parsed
from subvent.policy.syntax import Term as ParsedTerm
from subvent.policy.types import PolicySet, Rule
from subvent.policy.words import CONDITIONS, QUESTIONS, Signature

_LIMITS = (("pool_room", 2, "pool"), ("ceiling", 2, "ceiling"), ("split", 2, "split"))
"""What is derived of a limit, with the word by which packs set it."""
_WINDOW, _FILING_DAY = ("window", 4), "filing_day"
_SIDES = frozenset(("left", "right"))
_ADDING = frozenset(("feeds",))
_COMBINING = frozenset(("all_of", "any_of", "through"))
_PARTS = {"amount": "amount", "base": "base", "base_field": "base", "rate": "rate", "cap": "cap"}
"""The words that an amount is said by, with what of it they say."""
SAID = "said__"
"""The predicate of what each rule says by itself."""
Derive = Callable[[str], Iterable[Atom]]
"""What follows of the predicate `said__` when some rules are added to all others."""


def said_twice(policies: PolicySet, groups: BySignature, derive: Derive) -> Iterator[Diagnostic]:
    """Claims with several amounts, caps with several limits, shared costs in what is no share of a cost.

    Of each benefit and each kind of limit the first is told, with how many there are.
    """
    sayings = _Sayings(policies, derive)
    labels = {benefit.constant: benefit.label for benefit in policies.benefits}
    amounts: defaultdict[str, list[tuple[Atom, str]]] = defaultdict(list)
    for (_, *claim), several in _several(groups, "worth", 5):
        amounts[claim[1][0]].append((tuple(claim), several))
    for benefit, found in sorted(amounts.items()):
        ((subject, _, year), several), label = min(found), labels[benefit]
        rules = sayings.of_amount(subject, benefit, year)
        yield _told(
            "policy.amount-twice",
            rules,
            subject=subject,
            benefit=label,
            year=year,
            amounts=several,
            count=len(found),
        )
    for name, arity, word in _LIMITS:
        limits = sorted((text(key), several, key) for (key,), several in _several(groups, name, arity))
        for shown, several, key in limits[:1]:
            rules = sayings.of_limit(word, key)
            yield _told(
                "policy.limit-twice",
                rules,
                name=shown,
                limits=several,
                count=len(limits),
            )
    for benefit, subjects in _ungraded(groups):
        label, rules = labels[benefit], sayings.of_amount(subjects[0], benefit)
        yield _told(
            "policy.split-without-rate",
            rules,
            subject=subjects[0],
            benefit=label,
            count=len(subjects),
        )
    yield from _reversed(policies, groups, labels)
    yield from _excluding_itself(policies, groups)
    yield from _fed_twice(policies, groups)
    yield from _feeding_itself(policies, groups)
    yield from answered_twice(policies, groups)


def _reversed(policies: PolicySet, groups: BySignature, labels: Mapping[str, Text]) -> Iterator[Diagnostic]:
    """Ranges of an amount whose low end lies above the high one; of each benefit the first."""
    found: defaultdict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for _, subject, benefit, low, high in groups.unordered("ranged", 4):
        if to_fen(low) > to_fen(high):
            found[benefit[0]].append((_row(subject), to_fen(low), to_fen(high)))
    for benefit, several in sorted(found.items()):
        subject, low, high = min(several)
        rules = _once(
            rule for rule, head in _heads(policies) if head.name == "spread" and _names(head.args[1], benefit)
        )
        yield _told(
            "policy.range-reversed",
            rules,
            subject=subject,
            benefit=labels[benefit],
            low=yuan(low),
            high=yuan(high),
            count=len(several),
        )


def _excluding_itself(policies: PolicySet, groups: BySignature) -> Iterator[Diagnostic]:
    """Claims on both sides of a conflict, which nobody could make; of each conflict's name the first."""
    both = {atom[1:] for atom in groups.unordered("left", 2)}
    both &= {atom[1:] for atom in groups.unordered("right", 2)} if both else set()
    made = {("claim", *atom[1:]) for atom in groups.unordered("candidate", 4)} if both else set()
    set_ = {atom[1] for atom in groups.unordered("conflict", 1)} if both else set()
    found: defaultdict[str, list[Atom]] = defaultdict(list)
    for key, claim in both:
        if claim in made and key in set_:
            found[key[0]].append((key, claim))
    for name, claims in sorted(found.items()):
        key, claim = min(claims, key=text)
        rules = _saying(policies, _SIDES, name)
        yield _told(
            "policy.excludes-itself",
            rules,
            name=text(key),
            subject=claim[2],
            benefit=claim[3][0],
            count=len(claims),
        )


def _fed_twice(policies: PolicySet, groups: BySignature) -> Iterator[Diagnostic]:
    """Claims of which two shares are added to one cap; of each cap's name the first."""
    rates: defaultdict[tuple[Term, Atom], set[Term]] = defaultdict(set)
    for _, key, rate, claim in groups.unordered("feeds", 3):
        rates[key, claim].add(rate)
    found: defaultdict[str, list[tuple[Term, Atom]]] = defaultdict(list)
    for (key, claim), several in rates.items():
        if len(several) > 1:
            found[_name(key)].append((key, claim))
    for name, twice in sorted(found.items()):
        key, claim = min(twice, key=text)
        rules = _saying(policies, _ADDING, name)
        yield _told(
            "policy.feeds-twice",
            rules,
            name=text(key),
            claim=_in_short(claim),
            rates=", ".join(sorted(map(text, rates[key, claim]))),
            count=len(twice),
        )


def _feeding_itself(policies: PolicySet, groups: BySignature) -> Iterator[Diagnostic]:
    """The first circle of claims, each of which draws on a cap that the one before adds to."""
    adding: defaultdict[Term, list[Atom]] = defaultdict(list)
    for _, key, _, claim in groups.unordered("feeds", 3):
        adding[key].append(claim)
    resting: defaultdict[Atom, set[Atom]] = defaultdict(set)
    for arity in (2, 3):
        for _, key, claim, *_ in groups.unordered("draws", arity) if adding else ():
            resting[claim].update(adding.get(key, ()))
    order = {claim: sorted(resting[claim], key=text) for claim in sorted(resting, key=text)}
    try:
        TopologicalSorter(order).prepare()
    except CycleError as error:
        circle = error.args[1]
        names = {_name(key) for key, claims in adding.items() if not set(circle).isdisjoint(claims)}
        rules = _once(rule for name in names for rule in _saying(policies, _ADDING, name))
        yield _told(
            "policy.feeds-itself",
            rules,
            circle=" → ".join(map(_in_short, circle)),
        )


def _name(key: Term) -> str:
    """What a limit is called, whatever its arguments."""
    return str(key[0]) if isinstance(key, tuple) else str(key)


def _row(subject: Term) -> str:
    """A row, in its year where one of a year is meant."""
    return f"{subject[1]} ({subject[2]})" if isinstance(subject, tuple) else str(subject)


def _in_short(claim: Atom) -> str:
    """Whose claim, for what and when, as files name it."""
    return f"{claim[1]}/{claim[2]}/{claim[3][0]}/{claim[4]}"


def _heads(policies: PolicySet) -> list[tuple[Rule, ParsedTerm]]:
    """Every head of the packs with its rule."""
    return [(rule, head) for pack in policies.packs for rule in pack.rules for head in parsed(rule).heads]


def _saying(policies: PolicySet, words: Collection[str], name: str) -> list[Rule]:
    """The rules of the packs whose heads are one of some words about what has a name."""
    return _once(
        rule
        for rule, head in _heads(policies)
        if head.name in words and (head.args[0].kind == "variable" or _names(head.args[0], name))
    )


def answered_twice(policies: PolicySet, groups: BySignature) -> Iterator[Diagnostic]:
    """Conditions that are both met and failed, each name once, with how many rows they are so of."""
    torn = {atom[1:] for atom in groups.unordered("failed", 2)}
    torn &= {atom[1:] for atom in groups.unordered("met", 2)} if torn else set()
    found: defaultdict[str, list[Atom]] = defaultdict(list)
    for answer in torn:
        found[answer[1][0]].append(answer)
    # A condition made of others is torn where they are: those are told.
    parts = {name: _parts(policies, name) for name in found}
    for name, answers in sorted(found.items()):
        if parts[name].isdisjoint(found):
            rules = _testing(policies, name)
            subject, condition = min(answers, key=lambda one: (text(one[0]), text(one[1])))
            yield _told(
                "policy.met-and-failed",
                rules,
                name=text(condition),
                subject=_row(subject),
                count=len(answers),
            )


def _testing(policies: PolicySet, name: str) -> list[Rule]:
    """The rules of the packs that say how a condition is tested, and which days close a filing year."""
    heads = _heads(policies)
    found = [
        (rule, head)
        for rule, head in heads
        if head.signature in QUESTIONS and _names(head.args[CONDITIONS.get(head.signature, (0,))[0]], name)
    ]
    fields = {part.name for _, head in found for part in head.args}
    windows = [rule for rule, head in heads if head.signature == _WINDOW] if _FILING_DAY in fields else []
    return _once([*(rule for rule, _ in found), *windows])


def _parts(policies: PolicySet, name: str) -> set[str]:
    """The conditions that all_of, any_of and through make a condition of."""
    heads = [head for rule in policies.rules for head in parsed(rule).heads if head.name in _COMBINING]
    return {
        part.name
        for head in heads
        if _names(head.args[0], name)
        for part in head.args[-1].walk()
        if part.name
    }


def _names(term: ParsedTerm, name: str) -> bool:
    """Whether a term of a rule stands for what has this name, alone or among others."""
    return any(_names(part, name) for part in term.args) if term.kind == "pool" else term.name == name


class _Sayings:
    """What each rule of the packs says of amounts and limits, derived when it is first asked for."""

    def __init__(self, policies: PolicySet, derive: Derive) -> None:
        self._policies = policies
        self._derive = derive
        self._found: list[tuple[Rule, Atom]] | None = None

    def of_limit(self, word: str, key: Term) -> list[Rule]:
        """The rules that set a limit."""
        return _once(rule for rule, said in self._all() if said[:2] == (word, key))

    def of_amount(self, subject: Term, benefit: str, year: Term = 0) -> list[Rule]:
        """The rules that say something twice of a claim's amount; where no word does, all that say it."""
        rows, parts = (subject, ("at", subject, year)), defaultdict[str, dict[Term, list[Rule]]](dict)
        for rule, said in self._all():
            of_row = said[0] in {"amount", "base"} or (said[0] == "rate" and len(said) > 3)  # noqa: PLR2004
            row, name = said[1:3] if of_row else (subject, said[1])
            if said[0] in _PARTS and row in rows and name == (benefit,):
                parts[_PARTS[str(said[0])]].setdefault(said[-1], []).append(rule)
        twice = [rules for values in parts.values() if len(values) > 1 for rules in values.values()]
        told = twice or [rules for values in parts.values() for rules in values.values()]
        found = _once(rule for rules in told for rule in rules)
        return found if len(found) > 1 else self._below(found)

    def _below(self, found: list[Rule]) -> list[Rule]:
        """A rule alone says two things by what it rests on: it, and the rules of the packs for that."""
        seen = list(found)
        words = {head.signature for rule in self._policies.kernel for head in parsed(rule).heads}
        by_head: defaultdict[Signature, list[Rule]] = defaultdict(list)
        for rule in self._rules():
            for head in parsed(rule).heads:
                by_head[head.signature].append(rule)
        while found:
            literals = [one for rule in found for one in parsed(rule).literals if not one.negative]
            given = [by_head[one] for one in {one.atom.signature for one in literals} - words]
            several = [rule for rules in given if len(rules) > 1 for rule in rules]
            found = several or [rule for rules in given for rule in rules if rule not in seen]
            seen += found
            if several:
                break
        return _once(seen)

    def _rules(self) -> Iterator[Rule]:
        return (rule for pack in self._policies.packs for rule in pack.rules)

    def _all(self) -> list[tuple[Rule, Atom]]:
        if self._found is None:
            words = {*_PARTS, *(word for _, _, word in _LIMITS)}
            asked = [rule for rule in self._rules() if [h for h in parsed(rule).heads if h.name in words]]
            program = "\n".join(_probe(number, rule) for number, rule in enumerate(asked))
            self._found = [(asked[int(str(n))], said) for _, n, said in self._derive(program)]
        return self._found


def _probe(number: int, rule: Rule) -> str:
    """The rule with its head as what the rule of this number says."""
    head = parsed(rule).heads[0]
    written = rule.text
    return f"{written[: head.begin]}{SAID}({number},{written[head.begin : head.end]}){written[head.end :]}"


def _once(rules: Iterable[Rule]) -> list[Rule]:
    return sorted(dict.fromkeys(rules), key=lambda rule: rule.place)


def _told(code: str, rules: list[Rule], **said: object) -> Diagnostic:
    """A message about what rules say together, at the first of them."""
    shown = ", ".join(f"{rule.place} ({rule.id})" for rule in rules) or "–"
    place = rules[0].place if rules else None
    citation = next(iter(rules[0].citations), None) if rules else None
    return diagnostic(code, place, citation, "error", rules=shown, **said)


def _several(groups: BySignature, name: str, arity: int) -> Iterator[tuple[Atom, str]]:
    """What has more than one quantity as its last argument, with the quantities in yuan."""
    atoms = groups.unordered(name, arity)
    if len({atom[1:-1] for atom in atoms}) == len(atoms):
        return
    found: defaultdict[Atom, set[int]] = defaultdict(set)
    for atom in atoms:
        found[atom[1:-1]].add(to_fen(atom[-1]))
    for key, quantities in found.items():
        if len(quantities) > 1:
            yield key, ", ".join(map(yuan, sorted(quantities)))


def _ungraded(groups: BySignature) -> list[tuple[str, list[str]]]:
    """Benefits and subjects of candidates that share a cost, and have not one base, one rate and one cap."""
    shared = {claim[1:] for _, _, _, claim in groups.unordered("splits", 3)}
    if not shared:
        return []
    grades: defaultdict[tuple[Term, Term], set[Atom]] = defaultdict(set)
    for atom in groups.unordered("graded", 5):
        grades[atom[1], atom[2]].add(atom[3:])
    found: defaultdict[str, set[str]] = defaultdict(set)
    for candidate in groups.unordered("candidate", 4):
        subject, benefit = candidate[2], candidate[3]
        if candidate[1:] in shared and len(grades[subject, benefit]) != 1:
            found[benefit[0]].add(subject)
    return [(benefit, sorted(subjects)) for benefit, subjects in sorted(found.items())]
