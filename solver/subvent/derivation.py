"""What follows from a portfolio: derived in shards where the rules allow it, else in one piece.

Which rules allow it is not assumed: `policy.locality` finds out, for these packs, what this portfolio
states, and these readings. The atoms are the same either way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from itertools import chain

from subvent.logic.session import Grounder
from subvent.logic.terms import Atom, text
from subvent.policy.locality import Locality, locality
from subvent.policy.shapes import fits
from subvent.policy.types import PolicySet
from subvent.portfolio.fact_shapes import fact_shapes
from subvent.portfolio.facts import facts
from subvent.portfolio.shards import SIZE, shards
from subvent.portfolio.types import Fact, Portfolio
from subvent.portfolio.vocabulary import Vocabulary

FEWEST = 5
"""A portfolio of no more than so many shards is derived in one piece: cutting it would gain nothing."""
MOST_TOLD = 1_000
"""Shards tell each other of more atoms than this only by being one: every one of them would hold them all."""


def derived(
    policies: PolicySet,
    vocabulary: Vocabulary,
    portfolio: Portfolio,
    answers: Mapping[str, str],
    grounder: Grounder,
    keep: Collection[str] = (),
    *,
    size: int = SIZE,
) -> list[Atom]:
    """What follows from a portfolio, in no particular order, some atoms more than once.

    `answers` are those to all open questions; `keep` names the predicates wanted (none: all); a shard has
    about `size` rows. Raises GroundingError, ResourceError.
    """
    program = policies.program("derivation")
    # What no rule names is only told of: where not all is wanted, it need not even be parsed.
    read = names_in(program).union(keep)

    def given_of(part: Portfolio) -> list[str]:
        stated = given(policies, facts(part, vocabulary, answers))
        return [fact for fact in stated if fact.partition("(")[0] in read] if keep else stated

    if sum(map(len, portfolio.rows.values())) > FEWEST * size:
        local = portfolio_locality(policies, vocabulary, portfolio, answers)
        parts = [] if local.joining else shards(portfolio, vocabulary, size)
        if len(parts) > 1:
            names = {*keep, *(name for name, _ in local.told)} if keep else ()
            found = _apart(parts, given_of, partial(grounder.derive_each, program, keep=names), local)
            if found is not None:
                return [atom for atom in found if not keep or atom[0] in keep]
    return grounder.derive(program, given_of(portfolio), keep)


def _apart(
    parts: Sequence[Portfolio],
    given_of: Callable[[Portfolio], list[str]],
    derive_each: Callable[[Iterable[Sequence[str]]], Iterable[list[Atom]]],
    local: Locality,
) -> Iterable[Atom] | None:
    """What follows from the shards, each atom once; None if they have too much to tell each other."""
    found = list(derive_each(map(given_of, parts)))
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
    # What names no row every shard derives, or was told; the rest only one of them.
    first, *others = found
    shared = set(first)
    return chain(first, (atom for atoms in others for atom in atoms if atom not in shared))


def _is_told(atom: Atom, local: Locality) -> bool:
    """Whether an atom that names no row has to be told to every shard."""
    shapes = local.told.get((atom[0], len(atom) - 1), ())
    return any(all(map(fits, one, atom[1:])) for one in shapes)


def portfolio_locality(
    policies: PolicySet, vocabulary: Vocabulary, portfolio: Portfolio, answers: Mapping[str, str]
) -> Locality:
    """Which rules of the derivation join rows of this portfolio that do not refer to each other."""
    benefits = ((b.constant, b.of.replace("-", "_")) for b in policies.benefits)
    return locality(
        (rule for rule in policies.rules if rule.stratum == "derivation"),
        (
            *fact_shapes(portfolio, vocabulary, answers),
            *(("benefit", ((name,), (of,))) for name, of in benefits),
        ),
    )


@lru_cache(maxsize=16)
def names_in(program: str) -> frozenset[str]:
    """The names that occur in a program, those of its predicates among them."""
    return frozenset(re.findall(r"[a-z_][A-Za-z0-9_']*", program))


def given(policies: PolicySet, stated: Iterable[Fact]) -> list[str]:
    """The facts of a derivation as text, in order: what is stated, and what the packs can be asked for."""
    declared = {f"benefit({b.constant},{b.of.replace('-', '_')})" for b in policies.benefits}
    return sorted({fact.atom for fact in stated} | declared)
