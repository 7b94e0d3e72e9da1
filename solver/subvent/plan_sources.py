"""What a saved plan was made with and of: its packs, whether they are still the same, and its claims."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from subvent.account import Made
from subvent.diagnostics import Diagnostic, PolicyError, diagnostic
from subvent.display import shortened
from subvent.document.shape import PlanDocument
from subvent.logic.terms import Atom
from subvent.policy.loader import built_in, load_policies
from subvent.policy.types import PolicySet
from subvent.result import SharedCost


def packs_of(document: PlanDocument, policies: Sequence[str] = ()) -> PolicySet:
    """The packs asked for, else those built-in ones that the plan names.

    Raises PolicyError, naming the way to a pack of one's own: a plan does not choose the folder of its law.
    """
    if policies:
        return load_policies(policies)
    shipped, used = set(built_in()), [used.id for used in document.policies]
    if foreign := [name for name in used if name not in shipped]:
        raise PolicyError(*(diagnostic("verify.no-pack", pack=shortened(name)) for name in foreign))
    return load_policies(used)


def packs_changed(document: PlanDocument, policies: PolicySet) -> Iterator[Diagnostic]:
    """The packs of the plan that are not there any more, or not as they were."""
    found = {pack.id: pack.sha256 for pack in policies.packs}
    for used in document.policies:
        if used.id not in found:
            left_out = used.id in built_in()
            yield diagnostic("verify.pack-left-out" if left_out else "verify.no-pack", pack=used.id)
        elif found[used.id] != used.sha256:
            yield diagnostic("verify.policy-changed", pack=used.id, planned=used.sha256, found=found[used.id])


def claims_of(document: PlanDocument) -> list[Atom]:
    """The claims of a plan as atoms, in its order."""
    return [
        ("claim", c.applicant, c.subject, (c.benefit.replace("-", "_"),), c.year) for c in document.claims
    ]


def rows_of(document: PlanDocument) -> dict[Atom, str]:
    """The rows that claims of a plan are made for, of those that name one."""
    lines = zip(claims_of(document), document.claims, strict=True)
    return {claim: line.made_for for claim, line in lines if line.made_for}


def made_of(document: PlanDocument) -> Made:
    """What an account of the plan's claims is made of, as the plan says it."""
    fen = {claim: line.fen for claim, line in zip(claims_of(document), document.claims, strict=True)}
    shared = tuple(SharedCost(one.split, one.claim, one.fen) for one in document.shared_costs)
    return Made(fen, rows_of(document), shared, document.bound_fen)
