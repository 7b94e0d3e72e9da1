"""What the rules of packs must say once: one amount of a claim, one limit of a cap.

Of two amounts a plan would count either, or both: it is refused instead, with the names of what to mend.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from subvent.diagnostics import Diagnostic, diagnostic
from subvent.logic.exact import to_fen
from subvent.logic.ground import BySignature
from subvent.logic.terms import Atom, Term, text
from subvent.money import yuan
from subvent.policy.types import PolicySet

_LIMITS = (("pool_room", 2), ("ceiling", 2), ("split", 2))


def said_twice(policies: PolicySet, groups: BySignature) -> Iterator[Diagnostic]:
    """Claims with several amounts, caps with several limits, shared costs in what is no share of a cost.

    Of each benefit and each kind of limit the first is told, with how many there are.
    """
    labels = {benefit.constant: benefit.label for benefit in policies.benefits}
    amounts: defaultdict[str, list[tuple[Atom, str]]] = defaultdict(list)
    for (_, *claim), several in _several(groups, "worth", 5):
        amounts[claim[1][0]].append((tuple(claim), several))
    for benefit, found in sorted(amounts.items()):
        ((subject, _, year), several), label = min(found), labels[benefit]
        yield diagnostic(
            "policy.amount-twice",
            subject=subject,
            benefit_zh=label.zh,
            benefit_en=label.en,
            year=year,
            amounts=several,
            count=len(found),
        )
    for name, arity in _LIMITS:
        limits = sorted((text(key), several) for (key,), several in _several(groups, name, arity))
        for key, several in limits[:1]:
            yield diagnostic("policy.limit-twice", name=key, limits=several, count=len(limits))
    for benefit, subjects in _ungraded(groups):
        label = labels[benefit]
        yield diagnostic(
            "policy.split-without-rate",
            subject=subjects[0],
            benefit_zh=label.zh,
            benefit_en=label.en,
            count=len(subjects),
        )


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
