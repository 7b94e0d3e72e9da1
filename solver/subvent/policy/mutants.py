"""Changes of rules that a pack's worked cases must notice: numbers, comparisons, whole rules.

Every number is moved one step each way (a quantity by one fen, a date by a day), every comparison
turned, every rule dropped, one change at a time. A change that no case notices survives; a pack may
list it in mutants.toml with the reason why it cannot matter:

    [[harmless]]
    rule = "PACK#ARTICLE.N"
    change = "(0,0) → (0,1)"
    reason = "…"
"""

from __future__ import annotations

import multiprocessing
import os
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from subvent.diagnostics import Diagnostic, Place, SubventError, diagnostic
from subvent.policy.cases import Case, Solve, read_cases
from subvent.policy.loader import vocabulary_of
from subvent.policy.manifest import toml_refused
from subvent.policy.outcomes import differences
from subvent.policy.parsed import number_groups, parsed, place_in
from subvent.policy.syntax import Term
from subvent.policy.types import Pack, PolicySet, Rule
from subvent.portfolio.vocabulary import Vocabulary
from subvent.process.foreign import refusal

HARMLESS = "mutants.toml"
DROPPED = "dropped"
_MILLION = 10**6
_DATE = 3
_TURNS: Mapping[str, tuple[str, ...]] = {
    ">=": ("<", ">"),
    ">": ("<=", ">="),
    "<=": (">", "<"),
    "<": (">=", "<="),
    "=": ("!=",),
    "!=": ("=",),
}
_TURNED_WORDS: Mapping[str, str] = {
    "at_least": "at_most",
    "at_most": "at_least",
    "within_term": "passed",
    "passed": "within_term",
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one rule. `text` is the rule afterwards, empty when it is dropped."""

    rule: Rule
    change: str
    text: str
    place: Place


def mutants(policies: PolicySet, packs: Collection[str] | None = None) -> Iterator[Mutant]:
    """Every change of every rule of the packs (of those with these ids), in their order."""
    for pack in policies.packs:
        if packs is None or pack.id in packs:
            for rule in pack.rules:
                yield from _of_rule(rule)


def _of_rule(rule: Rule) -> Iterator[Mutant]:
    statement = parsed(rule)
    for term in number_groups(statement):
        for changed in _moved(term):
            yield _replaced(rule, term.begin, term.end, changed)
    for comparison in statement.comparisons:
        written = "==" if rule.text.startswith("==", comparison.begin) else comparison.op
        for turned in _TURNS[comparison.op]:
            yield _replaced(rule, comparison.begin, comparison.begin + len(written), turned)
    for head in statement.heads:
        if opposite := _TURNED_WORDS.get(head.name):
            yield _replaced(rule, head.begin, head.begin + len(head.name), opposite)
    yield Mutant(rule, DROPPED, "", rule.place)


def _replaced(rule: Rule, begin: int, end: int, changed: str) -> Mutant:
    text = rule.text
    # The rest of the place tells two equal numbers of one rule apart.
    same = text[:begin].count(text[begin:end])
    again = f" #{same + 1}" if same else ""
    change = f"{text[begin:end]} → {changed}{again}"
    return Mutant(rule, change, text[:begin] + changed + text[end:], place_in(rule, begin))


def _moved(term: Term) -> Iterator[str]:
    """The term one step down, if that is not below zero, and one step up."""
    if term.kind == "number":
        yield from (str(int(term.name) + step) for step in (-1, 1) if int(term.name) + step >= 0)
        return
    numbers = [int(part.name) for part in term.args]
    for step in (-1, 1):
        moved = _stepped(numbers, step)
        if moved[0] < 0:
            continue
        yield f"({','.join(map(str, moved))}{',' if len(moved) == 1 else ''})"


def _stepped(numbers: Sequence[int], step: int) -> list[int]:
    if len(numbers) == 2:  # noqa: PLR2004 - (whole, millionths)
        return list(divmod(numbers[0] * _MILLION + numbers[1] + step, _MILLION))
    if len(numbers) == _DATE:
        try:
            moved = date(*numbers) + timedelta(days=step)
        except ValueError:
            return [*numbers[:-1], numbers[-1] + step]
        return [moved.year, moved.month, moved.day]
    # The digits of a code, with carry.
    value = int("".join(map(str, numbers))) + step
    return [int(digit) for digit in f"{max(value, 0):0{len(numbers)}d}"[-len(numbers) :]]


def mutate(
    policies: PolicySet, solve: Solve, workers: int | None = None, packs: Collection[str] | None = None
) -> tuple[Diagnostic, ...]:
    """Every change that no worked case notices, and every entry of mutants.toml that names none.

    `packs`: only changes to the rules of the packs with these ids. Runs the cases once as they stand;
    those that fail already are reported and left out. Uses `workers` processes (none given: one a
    processor).
    """
    cases, found = read_cases(policies)
    vocabulary = vocabulary_of(policies)
    given = (policies, vocabulary, cases, solve)
    _start(*given)
    sound = _current().sound
    everything = list(mutants(policies, packs))
    context = multiprocessing.get_context("spawn")
    processes = workers if workers is not None else os.cpu_count() or 1
    if processes > 1:
        with ProcessPoolExecutor(processes, context, initializer=_start, initargs=given) as pool:
            noticed = list(pool.map(_noticed, everything, chunksize=4))
    else:
        noticed = [_noticed(mutant) for mutant in everything]
    failing = tuple(
        diagnostic("policy.case-fails-already", case.place, name=case.name, article=case.article)
        for case in cases
        if case not in sound
    )
    survivors = [mutant for mutant, seen in zip(everything, noticed, strict=True) if not seen]
    changed = [pack for pack in policies.packs if packs is None or pack.id in packs]
    return (*found, *failing, *_reported(changed, survivors))


def _reported(packs: Sequence[Pack], survivors: Sequence[Mutant]) -> Iterator[Diagnostic]:
    found: list[Diagnostic] = []
    harmless = {key: place for pack in packs for key, place in _harmless(pack, found)}
    yield from found
    for mutant in survivors:
        key = (mutant.rule.id, mutant.change)
        if harmless.pop(key, None) is None:
            rule = mutant.rule
            yield diagnostic(
                "policy.mutant-unnoticed",
                mutant.place,
                next(iter(rule.citations), None),
                rule=rule.id,
                change=mutant.change,
                text=" ".join(rule.text.split()),
            )
    for (rule_id, change), place in sorted(harmless.items()):
        yield diagnostic("policy.harmless-stale", place, rule=rule_id, change=change)


def _harmless(pack: Pack, found: list[Diagnostic]) -> Iterator[tuple[tuple[str, str], Place]]:
    """The entries of a pack's mutants.toml: rule and change, with their place."""
    path, name = pack.directory / HARMLESS, f"{pack.manifest_name.rpartition('/')[0] or pack.id}/{HARMLESS}"
    if not path.is_file():
        return
    try:
        text = path.read_text(encoding="utf-8")
        entries = tomllib.loads(text).get("harmless", [])
    except tomllib.TOMLDecodeError as error:
        found.append(toml_refused(error, text, name))
        return
    except (OSError, UnicodeDecodeError) as error:
        found.append(diagnostic("policy.unreadable", Place(name), reason=refusal(error)))
        return
    starts = [n for n, line in enumerate(text.splitlines(), 1) if line.strip() == "[[harmless]]"]
    for start, entry in zip(starts, entries, strict=False):
        place = Place(name, start)
        if all(entry.get(key) for key in ("rule", "change", "reason")):
            yield (entry["rule"], entry["change"]), place
        else:
            found.append(diagnostic("policy.harmless-lacks", place))


class _Runner:
    """Plans the cases under changed packs. What the unchanged packs derive is kept to compare with."""

    def __init__(
        self, policies: PolicySet, vocabulary: Vocabulary, cases: Iterable[Case], solve: Solve
    ) -> None:
        self._policies = policies
        self._vocabulary = vocabulary
        self._solve = solve
        self._digests: dict[tuple[str, str], object] = {}
        self.sound: list[Case] = []
        for case in cases:
            try:
                outcome = solve(policies, vocabulary, case, None)
            except SubventError:
                continue
            if outcome is not None and not any(differences(case.expect, outcome)):
                self.sound.append(case)
                self._digests[case.pack, case.name] = outcome.derived

    def notices(self, mutant: Mutant) -> bool:
        """Whether a case fails under the change. The cases of its article are tried first."""
        rule = mutant.rule
        changed = _with(self._policies, mutant)
        derivation = rule.stratum == "derivation"
        for case in sorted(self.sound, key=partial(_distance, rule=rule)):
            known = self._digests[case.pack, case.name] if derivation else None
            try:
                outcome = self._solve(changed, self._vocabulary, case, known)
                # What is said of the plan is only worked out, and may only be refused, when it is compared.
                if outcome is not None and any(differences(case.expect, outcome)):
                    return True
            except SubventError:
                return True
        return False


def _distance(case: Case, rule: Rule) -> int:
    if not rule.id.startswith(f"{case.pack}#"):
        return 2
    return int(case.article != rule.article)


def _with(policies: PolicySet, mutant: Mutant) -> PolicySet:
    packs = []
    for pack in policies.packs:
        if mutant.rule not in pack.rules:
            packs.append(pack)
            continue
        changed = replace(mutant.rule, text=mutant.text)
        rules = tuple(changed if rule == mutant.rule else rule for rule in pack.rules)
        packs.append(replace(pack, rules=tuple(rule for rule in rules if rule.text)))
    return replace(policies, packs=tuple(packs))


_runners: list[_Runner] = []
"""The runner of this process: digests of what is derived hold within one process only."""


def _start(policies: PolicySet, vocabulary: Vocabulary, cases: Sequence[Case], solve: Solve) -> None:
    _runners[:] = [_Runner(policies, vocabulary, cases, solve)]


def _current() -> _Runner:
    return _runners[0]


def _noticed(mutant: Mutant) -> bool:
    return _current().notices(mutant)
