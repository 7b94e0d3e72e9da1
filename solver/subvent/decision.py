"""What there is to decide on: the kernel's words written down as rows, and the packs' own rules about claims.

Where a pack has such rules, the decision is ground as a whole. To know many totals, its own rules are ground
by themselves, over the same candidates and with what they read: they can only forbid choices, or add money,
beside what the kernel's words say, so the rows of both are the decision.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache

from subvent.derivation import names_in
from subvent.diagnostics import PolicyError
from subvent.logic.exact import to_fen
from subvent.logic.ground import BySignature
from subvent.logic.nearby import assuming, demanded
from subvent.logic.session import Grounder
from subvent.logic.terms import Atom, order_key, text
from subvent.model.direct import Own, Stated, decision_of
from subvent.model.pools import add_cuts
from subvent.model.shared import add_splits
from subvent.model.translate import translate
from subvent.policy.parsed import parsed
from subvent.policy.syntax import Term
from subvent.policy.types import PolicySet, Rule
from subvent.policy.words import DECISION_HEADS, Signature
from subvent.said_once import said_twice

_VIOLATED: Signature = ("violated", 1)
_OBJECTIVE = "maximize"


def decided(
    policies: PolicySet, groups: BySignature, worth: Mapping[Atom, int], grounder: Grounder
) -> Stated:
    """What there is to decide on: written down, or all of it ground where packs have rules of their own.

    Of the derived atoms only those are read whose predicates the decision names. `worth` is in fen. Raises
    GroundingError, PolicyError, ResourceError.
    """
    if not bound_by_own_rules(policies, groups):
        return decision_of(groups, worth)
    program = policies.program("decision")
    names = names_in(program)
    atoms = [atom for one in groups if one[0] in names for atom in groups.unordered(*one)]
    ground = grounder.observe(program, sorted(atoms, key=order_key))
    model = add_cuts(add_splits(translate(ground), ground.splits), ground.cuts)
    return Stated((model,), ground.splits, ground.cuts)


def decided_each(
    policies: PolicySet, decisions: Sequence[Collection[Atom]], grounder: Grounder
) -> Iterator[Stated]:
    """What there is to decide on in each of several derivations, the packs' own rules ground once for all.

    The model of `decided` has the same optima, takes longer to make, and may be proven sooner.

    Raises GroundingError, ResourceError, and PolicyError also where the packs say twice what is said once.
    """
    names = names_in(_own_program(policies.rules)[0])
    seen = [BySignature(atom for atom in atoms if atom[0] in names) for atoms in decisions]
    bound = [place for place, groups in enumerate(seen) if bound_by_own_rules(policies, groups)]
    found = own_rules(policies.rules, [seen[place] for place in bound], grounder) if bound else []
    own = dict(zip(bound, found, strict=True))
    for place, atoms in enumerate(decisions):
        groups = BySignature(atoms)
        # Which rules say it is found where the answers are known.
        if faults := list(said_twice(policies, groups, lambda _: ())):
            raise PolicyError(*faults)
        yield decision_of(groups, worth_of(groups), own.get(place))


def own_rules(rules: tuple[Rule, ...], derived: Sequence[BySignature], grounder: Grounder) -> list[Own]:
    """What the packs' own rules say of the candidates of each of several derivations.

    They are ground together, and what comes to the same is translated once; apart where own rules speak of
    money, for what is derived decides whether such a statement stands at all. Raises GroundingError,
    PolicyError, ResourceError.
    """
    program, money, objective = _own_program(rules)
    names = names_in(program)
    seen = [{a for one in groups if one[0] in names for a in groups.unordered(*one)} for groups in derived]
    if money:
        ground = [grounder.observe(program, sorted(atoms, key=order_key)) for atoms in seen]
    else:
        common = set.intersection(*seen)
        doubtful = sorted(set().union(*seen) - common, key=order_key)
        whole = grounder.observe(program, sorted(common, key=order_key), doubtful)
        told = {text(atom): atom for atom in doubtful}
        ground = [assuming(whole, {name: atom in atoms for name, atom in told.items()}) for atoms in seen]
    made: dict[object, Own] = {}
    found = []
    for one in map(demanded, ground):
        key = (*one[:-3], *sorted(one.symbols.items()), *one[-2:])
        if key not in made:
            made[key] = Own(translate(one), one.splits, one.cuts, objective=objective)
        found.append(made[key])
    return found


@lru_cache(maxsize=8)
def _own_program(rules: tuple[Rule, ...]) -> tuple[str, bool, bool]:
    """The packs' own rules about claims, what they read and what reads them.

    Whether they speak of money, and whether of the objective.
    """
    own = [rule for rule in rules if rule.stratum == "decision" and rule.document]
    money, objective = any(map(_is_money, own)), any(map(_is_objective, own))
    return "\n".join(rule.text for rule in own_and_read(rules)), money, objective


@lru_cache(maxsize=8)
def own_and_read(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """The rules of a decision that are the packs' own, those that they read and those that read them.

    Of the kernel's limits only those are among them that read what own rules derive: no other is violated by
    a lawful choice, whoever asks. The objective is among them where own rules add to it, for each of its
    elements counts once, wherever it is written.
    """
    decision = [rule for rule in rules if rule.stratum == "decision"]
    own = [rule for rule in decision if rule.document]
    told = {head for rule in own for head in _heads(rule)}
    objective = any(map(_is_objective, own))
    waiting = [
        rule
        for rule in decision
        if rule.document
        or parsed(rule).kind in {"directive", "choice", "constraint"}
        or (objective and _is_objective(rule))
        or not told.isdisjoint(_read_by(rule))
    ]
    kept = {rule.id for rule in waiting}
    while waiting:
        read = _read_by(waiting.pop())
        more = [rule for rule in decision if rule.id not in kept and not read.isdisjoint(_heads(rule))]
        kept |= {rule.id for rule in more}
        waiting += more
    return tuple(rule for rule in decision if rule.id in kept)


def _is_money(rule: Rule) -> bool:
    return parsed(rule).kind == "theory"


def _is_objective(rule: Rule) -> bool:
    return _is_money(rule) and parsed(rule).heads[0].name == _OBJECTIVE


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
