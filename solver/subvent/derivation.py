"""What follows from a portfolio: derived in shards where the rules allow it, else in one piece.

Which rules allow it is not assumed: `policy.locality` finds out, for these packs, what this portfolio
states, and these readings. So it is with what need not be derived at all, where only some is read
(`policy.relevance`). The atoms that are read are the same either way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import chain
from time import monotonic
from typing import Protocol

from subvent.diagnostics import Diagnostic, ResourceError, Text, diagnostic
from subvent.logic.ground import BySignature
from subvent.logic.session import Grounder
from subvent.logic.terms import Atom, text
from subvent.policy.able import able
from subvent.policy.locality import Locality, locality_of, unknown
from subvent.policy.parsed import parsed
from subvent.policy.reach import Reach, Shapes
from subvent.policy.relevance import Relevance, may_fire, relevance
from subvent.policy.shapes import ShapeError, fits
from subvent.policy.simplified import simplified
from subvent.policy.types import PolicySet, Rule
from subvent.policy.words import Signature
from subvent.portfolio.fact_shapes import fact_shapes
from subvent.portfolio.facts import Wanted, constant, stated
from subvent.portfolio.shards import SIZE, shards
from subvent.portfolio.types import Fact, Portfolio
from subvent.portfolio.vocabulary import Vocabulary
from subvent.process.progress import SILENT, Progress

FEWEST = 5
"""A portfolio of no more than so many shards is derived in one piece: cutting it would gain nothing."""
TOLD = frozenset({"aside", "beside", "horizon", "ranged"})
"""What a plan tells of itself even where nothing is explained."""
MOST_TOLD = 1_000
"""Shards tell each other of more atoms than this only by being one: every one of them would hold them all."""


def is_small(portfolio: Portfolio) -> bool:
    """Whether all that follows is worked out anyway, however little of it will be read."""
    return sum(map(len, portfolio.rows.values())) <= SIZE


class Listener(Protocol):
    """Hears what follows from each shard while others are being derived."""

    def shard(self, number: int, atoms: Sequence[Atom]) -> None:
        """What follows from a shard, in no particular order; told once more, it is this."""

    def in_one_piece(self) -> None:
        """What was told of shards does not hold: all is derived together."""


def derived(  # noqa: PLR0913 - two have defaults that hold but in tests, or where somebody listens
    policies: PolicySet,
    vocabulary: Vocabulary,
    portfolio: Portfolio,
    answers: Mapping[str, str],
    grounder: Grounder,
    readers: Sequence[Rule] = (),
    *,
    size: int = SIZE,
    progress: Progress = SILENT,
    listener: Listener | None = None,
) -> Collection[Atom]:
    """What follows from a portfolio, in no particular order, each atom once.

    `answers` are those to all open questions; `readers` are the rules that will read it (none: all is
    wanted), beside which `TOLD` is read; a shard has about `size` rows; `progress` hears of each, and
    `listener` what follows from it. Raises GroundingError, ResourceError, and what the listener raises.
    """
    rows = sum(map(len, portfolio.rows.values()))
    if rows > FEWEST * size or (readers and rows > size):
        told = (policies, vocabulary, portfolio, answers, grounder)
        kept = partial(_read_if_fired, readers) if readers else None
        found = _in_part(*told, kept, size, progress, listener)
        if found is not None:
            return found
    program = able_program(policies, vocabulary, portfolio, answers)
    keep = _read_by(readers) if readers else frozenset[str]()
    # What no rule names is only told of: where not all is wanted, it need not even be parsed.
    read = names_in(program) | keep
    given_of = _given_of(policies, vocabulary, answers, lambda name, _: not keep or name in read)
    return grounder.derive(program, given_of(portfolio), keep)


def _read_by(readers: Iterable[Rule]) -> frozenset[str]:
    """The names of what some rules read, and of what a plan tells even where nothing is explained."""
    return names_in("\n".join(rule.text for rule in readers)) | TOLD


def _read_if_fired(readers: Sequence[Rule], reach: Reach) -> frozenset[str]:
    """The same of those rules that may fire at all."""
    return _read_by(may_fire(readers, reach))


def heard(
    policies: PolicySet,
    vocabulary: Vocabulary,
    portfolio: Portfolio,
    answers: Mapping[str, str],
    grounder: Grounder,
    local: Locality,
) -> Collection[Atom]:
    """What follows from some rows and names none: what all other rows have to hear of, to be derived alone.

    `local` is what keeps the rules from that: none may join rows. Raises GroundingError, ResourceError.
    """
    names = frozenset(name for name, _ in local.told)
    if not names:
        return ()
    told = (policies, vocabulary, portfolio, answers, grounder)
    found = _in_part(*told, lambda _: names, SIZE, SILENT, None)
    if found is None:
        found = derived(*told)
    return [atom for atom in found if _is_told(atom, local)]


def _in_part(  # noqa: PLR0913, PLR0917 - as `derived`
    policies: PolicySet,
    vocabulary: Vocabulary,
    portfolio: Portfolio,
    answers: Mapping[str, str],
    grounder: Grounder,
    kept: Callable[[Reach], frozenset[str]] | None,
    size: int,
    progress: Progress,
    listener: Listener | None,
) -> Collection[Atom] | None:
    """What follows, by those rules and facts alone that are needed, and in shards if that can be.

    `kept` says which predicates are wanted of what may be derived (None: all). None where it has to be
    derived as a whole.
    """
    rules = derivation_rules(policies)
    reach = reach_of(policies, vocabulary, portfolio, answers, rules)
    if reach is None:
        return None
    many = sum(map(len, portfolio.rows.values())) > FEWEST * size
    keep, needed = frozenset[str](), None
    if kept:
        keep = kept(reach)
        needed = needed_for(rules, reach, keep, told_too=many)
    given_of = _given_of(policies, vocabulary, answers, needed.wants if needed else _all)
    local = locality_of(rules, reach, needed) if many else None
    told = (name for name, _ in local.told) if local else ()
    names = {*keep, *told} if keep else ()
    program = simplified(needed.rules, reach, names) if needed else policies.program("derivation")
    parts = shards(portfolio, vocabulary, size) if local and not local.joining else []
    if local and len(parts) > 1:
        derive_each = partial(grounder.derive_each, program, keep=names)
        found = _apart(parts, given_of, derive_each, local, progress, listener)
        if found is not None:
            return _each_once(found, keep, reach.naming_rows())
        if listener:
            listener.in_one_piece()
    return grounder.derive(program, given_of(portfolio), keep)


def needed_for(rules: Sequence[Rule], reach: Reach, wanted: Collection[str], *, told_too: bool) -> Relevance:
    """What is needed for the wanted predicates, and for what shards would have to tell each other of it."""
    names, told = set(wanted), reach.told() if told_too else {}
    while True:
        found = relevance(rules, reach, names)
        more = {name for name, _ in found.of(told)}
        if more <= names:
            return found
        names |= more


def _all(*_: str) -> bool:
    return True


def _given_of(
    policies: PolicySet, vocabulary: Vocabulary, answers: Mapping[str, str], wanted: Wanted
) -> Callable[[Portfolio], list[str]]:
    """The facts of a derivation as text: what is stated and wanted, and what the packs can be asked for."""
    declared = sorted(_declared(policies))
    return lambda part: [*stated(part, vocabulary, answers, wanted), *declared]


def _apart(
    parts: Sequence[Portfolio],
    given_of: Callable[[Portfolio], list[str]],
    derive_each: Callable[[Iterable[Sequence[str]]], Iterable[list[Atom]]],
    local: Locality,
    progress: Progress,
    listener: Listener | None,
) -> list[list[Atom]] | None:
    """What follows from each of the shards; None if they have too much to tell each other."""
    found = []
    progress.derived(0, len(parts))
    started = monotonic()
    try:
        for atoms in derive_each(map(given_of, parts)):
            found.append(atoms)
            progress.derived(len(found), len(parts))
            if listener:
                listener.shard(len(found) - 1, atoms)
    except ResourceError as error:
        so_far = derived_so_far(len(found), len(parts), monotonic() - started)
        raise ResourceError(*error.diagnostics, so_far) from error
    while local.told:
        said = [[atom for atom in atoms if _is_told(atom, local)] for atoms in found]
        told = {atom for atoms in said for atom in atoms}
        late = [number for number, atoms in enumerate(said) if len(atoms) < len(told)]
        if len(told) > MOST_TOLD:
            return None
        if not late:
            break
        # Sorted, so that what clingo is given does not depend on anything but the portfolio.
        heard = sorted(map(text, told))
        again = derive_each([*given_of(parts[number]), *heard] for number in late)
        for number, atoms in zip(late, again, strict=True):
            found[number] = atoms
            if listener:
                listener.shard(number, atoms)
    return found


def _each_once(
    found: Iterable[list[Atom]], keep: Collection[str], naming: Collection[Signature]
) -> list[Atom]:
    """What follows from some shards, each atom once: of the predicates `keep` (none: of all)."""
    groups = BySignature(chain.from_iterable(found)).grouped
    # What names no row every shard derives, or was told; what names one only one of them.
    return list(
        chain.from_iterable(
            atoms if signature in naming else dict.fromkeys(atoms)
            for signature, atoms in groups.items()
            if not keep or signature[0] in keep
        )
    )


def derived_so_far(done: int, count: int, seconds: float) -> Diagnostic:
    """How far the derivation of several shards has come, and at that rate how long the others would take."""
    left = f"{seconds / done * (count - done):.0f}" if done else ""
    more = (
        Text(f"；照此其余约需 {left} 秒", f"; at that rate the others take {left} s")
        if left
        else Text("", "")
    )
    return diagnostic("logic.derived-so-far", severity="note", done=done, count=count, more=more)


def _is_told(atom: Atom, local: Locality) -> bool:
    """Whether an atom that names no row has to be told to every shard."""
    shapes = local.told.get((atom[0], len(atom) - 1), ())
    return any(all(map(fits, one, atom[1:])) for one in shapes)


def portfolio_locality(
    policies: PolicySet, vocabulary: Vocabulary, portfolio: Portfolio, answers: Mapping[str, str]
) -> Locality:
    """Which rules of the derivation join rows of this portfolio that do not refer to each other."""
    rules = derivation_rules(policies)
    reach = reach_of(policies, vocabulary, portfolio, answers, rules)
    return locality_of(rules, reach) if reach else unknown(rules)


def derivation_rules(policies: PolicySet) -> list[Rule]:
    """The rules of the derivation."""
    return [rule for rule in policies.rules if rule.stratum == "derivation"]


def able_program(
    policies: PolicySet,
    vocabulary: Vocabulary,
    portfolio: Portfolio,
    answers: Mapping[str, str],
    more: Iterable[tuple[str, str]] = (),
) -> str:
    """The program of the derivation, less the rules that cannot fire on what a portfolio states.

    `answers` are those to the open questions, `more` others that may be given as well.
    """
    stated = chain(_stated_shapes(policies, vocabulary, portfolio, answers), map(_reading_shape, more))
    try:
        rules = able(tuple(derivation_rules(policies))).given(stated)
    except ShapeError:
        return policies.program("derivation")
    return "\n".join(rule.text for rule in rules)


def reach_of(
    policies: PolicySet,
    vocabulary: Vocabulary,
    portfolio: Portfolio,
    answers: Mapping[str, str],
    rules: Sequence[Rule],
) -> Reach | None:
    """What rules may derive from what a portfolio states; None where that cannot be told."""
    try:
        shapes = tuple(_stated_shapes(policies, vocabulary, portfolio, answers))
        return Reach([parsed(rule) for rule in rules], shapes)
    except ShapeError:
        return None


def _stated_shapes(
    policies: PolicySet, vocabulary: Vocabulary, portfolio: Portfolio, answers: Mapping[str, str]
) -> Iterator[tuple[str, Shapes]]:
    """The shapes of all facts of a derivation."""
    yield from fact_shapes(portfolio, vocabulary, answers)
    for benefit in policies.benefits:
        yield "benefit", ((benefit.constant,), (benefit.of.replace("-", "_"),))


def _reading_shape(answer: tuple[str, str]) -> tuple[str, Shapes]:
    return "reading", tuple((constant(part),) for part in answer)


@lru_cache(maxsize=16)
def names_in(program: str) -> frozenset[str]:
    """The names that occur in a program, those of its predicates among them."""
    return frozenset(re.findall(r"[a-z_][A-Za-z0-9_']*", program))


def all_given(
    policies: PolicySet, vocabulary: Vocabulary, portfolio: Portfolio, answers: Mapping[str, str]
) -> list[str]:
    """The same as `given` of all that a portfolio states, in an order that depends on that alone."""
    return list(dict.fromkeys(_given_of(policies, vocabulary, answers, _all)(portfolio)))


def given(policies: PolicySet, facts: Iterable[Fact]) -> list[str]:
    """The facts of a derivation as text, in order: what is stated, and what the packs can be asked for."""
    return sorted({fact.atom for fact in facts} | _declared(policies))


def _declared(policies: PolicySet) -> set[str]:
    return {f"benefit({b.constant},{b.of.replace('-', '_')})" for b in policies.benefits}
