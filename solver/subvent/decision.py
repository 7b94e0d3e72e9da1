"""What there is to decide on: the kernel's words written down as rows, and the packs' own rules about claims.

A pack's own rule is ground by itself, over the same candidates and with what it reads. It can only forbid
choices, or add money, beside what the kernel's words say: the rows of both are the decision. So limits by the
thousand are never ground for the sake of one rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from subvent.derivation import names_in
from subvent.logic.exact import to_fen
from subvent.logic.ground import BySignature
from subvent.logic.nearby import demanded
from subvent.logic.session import Grounder
from subvent.logic.terms import Atom, order_key
from subvent.model.direct import Own, Stated, decision_of
from subvent.model.translate import translate
from subvent.policy.parsed import parsed
from subvent.policy.syntax import Term
from subvent.policy.types import PolicySet, Rule
from subvent.policy.words import DECISION_HEADS, Signature

_VIOLATED: Signature = ("violated", 1)
_OBJECTIVE = "maximize"


def decided(
    policies: PolicySet, groups: BySignature, worth: Mapping[Atom, int], grounder: Grounder
) -> Stated:
    """What there is to decide on. Of the derived atoms only those are read that the decision names.

    `worth` is in fen. Raises GroundingError, PolicyError, ResourceError.
    """
    own = own_rules(policies.rules, groups, grounder) if bound_by_own_rules(policies, groups) else None
    return decision_of(groups, worth, own)


def own_rules(rules: tuple[Rule, ...], groups: BySignature, grounder: Grounder) -> Own:
    """What the packs' own rules say of the candidates. Raises GroundingError, PolicyError, ResourceError."""
    program, money = _own_program(rules)
    names = names_in(program)
    atoms = [atom for one in groups if one[0] in names for atom in groups.unordered(*one)]
    ground = demanded(grounder.observe(program, sorted(atoms, key=order_key)))
    return Own(translate(ground), ground.splits, ground.cuts, money=money)


@lru_cache(maxsize=8)
def _own_program(rules: tuple[Rule, ...]) -> tuple[str, bool]:
    """The packs' own rules about claims, what they read and what reads them; whether it has the objective.

    Of the kernel's limits only those are in it that read what own rules derive: no other is violated by a
    lawful choice, whoever asks. The objective is in it where own rules add to it, for each of its elements
    counts once, wherever it is written.
    """
    decision = [rule for rule in rules if rule.stratum == "decision"]
    own = [rule for rule in decision if rule.document]
    told = {head for rule in own for head in _heads(rule)}
    money = any(_is_objective(rule) for rule in own)
    waiting = [
        rule
        for rule in decision
        if rule.document
        or parsed(rule).kind in {"directive", "choice", "constraint"}
        or (money and _is_objective(rule))
        or not told.isdisjoint(_read_by(rule))
    ]
    kept = {rule.id for rule in waiting}
    while waiting:
        read = _read_by(waiting.pop())
        more = [rule for rule in decision if rule.id not in kept and not read.isdisjoint(_heads(rule))]
        kept |= {rule.id for rule in more}
        waiting += more
    return "\n".join(rule.text for rule in decision if rule.id in kept), money


def _is_objective(rule: Rule) -> bool:
    statement = parsed(rule)
    return statement.kind == "theory" and statement.heads[0].name == _OBJECTIVE


def _read_by(rule: Rule) -> set[Signature]:
    """What a rule of the decision reads, but whether some limit is violated: nothing lawful rests on that."""
    return {literal.atom.signature for literal in parsed(rule).literals} - {_VIOLATED}


def worth_of(groups: BySignature) -> dict[Atom, int]:
    """Fen each candidate brings."""
    return {("claim", *atom[1:5]): to_fen(atom[5]) for atom in groups.unordered("worth", 5)}


def bound_by_own_rules(policies: PolicySet, groups: BySignature) -> bool:
    """Whether claims may be bound by a rule of a pack's own, not by the kernel's words alone."""
    own = [rule for rule in policies.rules if rule.stratum == "decision" and rule.document and _binds(rule)]
    return any(_may_fire(rule, groups, policies) for rule in own)


def _binds(rule: Rule) -> bool:
    """Whether a decision rule says something of claims, rather than name something for other rules.

    Constraints and statements on money do, and rules for the words that the kernel's limits read.
    """
    return parsed(rule).kind != "rule" or any(head in DECISION_HEADS for head in _heads(rule))


def _may_fire(rule: Rule, groups: BySignature, policies: PolicySet) -> bool:
    """Whether every premise of a pack's decision rule that does not rest on claims has some atom."""
    chosen = {
        signature for other in policies.rules if other.stratum == "decision" for signature in _heads(other)
    }
    for literal in parsed(rule).literals:
        signature = literal.atom.signature
        if literal.negative or literal.inside:
            continue
        if signature == ("claim_for", 5):
            possible = bool(groups.get(("serves", 3)))
        elif signature in chosen:
            continue
        else:
            possible = any(_agrees(literal.atom, atom) for atom in groups.get(signature, []))
        if not possible:
            return False
    return True


def _heads(rule: Rule) -> Iterator[tuple[str, int]]:
    return (head.signature for head in parsed(rule).heads)


def _agrees(pattern: Term, atom: Atom) -> bool:
    """Whether an atom has the constants of a pattern in their places."""
    return all(
        part.kind != "name" or part.args or argument == (part.name,)
        for part, argument in zip(pattern.args, atom[1:], strict=True)
    )
