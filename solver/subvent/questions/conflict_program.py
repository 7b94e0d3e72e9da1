"""The decision as a linear model in which every article can be left out, and every limit by itself.

Only what can forbid a claim is in it: who is eligible is settled before, and money forbids nothing but
where a pack bounds a sum. A claim that the history or a pack bars is a choice here like any other; that
it is barred is one of the things that a choice may violate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from subvent.decision import bound_by_own_rules
from subvent.logic.nearby import near
from subvent.logic.session import Grounder
from subvent.logic.terms import Atom, Reader, Term, text
from subvent.model.linear import LinearModel
from subvent.model.translate import translate
from subvent.policy.parsed import parsed
from subvent.policy.provisions import Provision, provisions, waiver
from subvent.policy.types import PolicySet, Rule
from subvent.policy.words import Signature
from subvent.problem import Problem, mentioned, refused_as_policy_error

_CLAIM, _CLAIM_PARTS = "claim", 5
_CAP = "cap"
_FORBIDDING: frozenset[Signature] = frozenset(
    (("limit", 2), ("conflict", 1), ("group_limit", 2), ("barred", 5), ("violated", 1))
)
"""What a pack derives to forbid claims."""
_VIOLATED = "violated"
_BARRED = f"{_VIOLATED}(K) :- claim(A,S,B,Y), barred(A,S,B,Y,K)."


@dataclass(frozen=True, slots=True)
class Article:
    """All that one article of a pack forbids: its provisions, and the atoms that leave them out."""

    pack: str
    name: str
    provisions: tuple[Provision, ...]
    waivers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Selectable:
    """The model with its selectors: `articles` in the order of the packs, `instances` by variable's name.

    An article is left out when its waivers are 1; an instance (the limit that the variable `violated(K)`
    stands for) is in force when that variable is 0. `claims` are the variables of what can be claimed.
    """

    model: LinearModel
    articles: tuple[Article, ...]
    instances: Mapping[str, Term]
    claims: Mapping[str, Atom]


def selectable(problem: Problem, wanted: Collection[Atom], grounder: Grounder) -> Selectable:
    """What can forbid some claims `("claim", A, S, B, Y)`, whose conditions are met.

    Where only words of the kernel bind claims, further claims never help, and the model is about the
    wanted ones alone. Raises PolicyError, ResourceError.
    """
    waivable = provisions(problem.policies)
    articles = tuple(_articles(waivable.provisions))
    waivers = [one for article in articles for one in article.waivers]
    program = "\n".join([*_rules(problem.policies, waivable.policies), *(f"{{ {one} }}." for one in waivers)])
    alone = not bound_by_own_rules(problem.policies, problem.groups)
    atoms = _facts(problem, program, frozenset(wanted) if alone else None)
    ground = refused_as_policy_error(lambda: grounder.observe(program, atoms))
    caps = tuple(money for money in ground.money if money.kind == _CAP)
    bare = ground._replace(money=caps, splits=(), cuts=())
    # A pack's own sum may join any claims; without one, what no rule joins to the wanted ones is left out.
    model = translate(bare if caps else near(bare, {text(claim) for claim in wanted}, waivers))
    reader, names = Reader(), {variable.name for variable in model.variables}
    read = {name: reader.atom(name) for name in sorted(names & set(ground.symbols.values()))}
    return Selectable(
        model,
        articles,
        {name: atom[1] for name, atom in read.items() if atom[0] == _VIOLATED},
        {name: atom for name, atom in read.items() if atom[0] == _CLAIM and len(atom) == _CLAIM_PARTS},
    )


def _articles(waivable: Iterable[Provision]) -> Iterator[Article]:
    """What forbids claims, article by article, in the order of the packs."""
    found: defaultdict[tuple[str, str], list[tuple[Provision, str]]] = defaultdict(list)
    for number, provision in enumerate(waivable):
        if provision.kind == "limit":
            found[provision.pack, provision.named.article].append((provision, waiver(number)))
    for (pack, name), stated in found.items():
        yield Article(pack, name, tuple(one for one, _ in stated), tuple(atom for _, atom in stated))


def _rules(policies: PolicySet, waivable: PolicySet) -> Iterator[str]:
    """The rules of the decision, and of the derivation those that rest on what forbids claims.

    What is violated is told, not forbidden: the solver decides what may not be.
    """
    texts = {rule.id: rule.text for rule in waivable.rules}
    resting = _resting(policies)
    for rule in policies.rules:
        statement = parsed(rule)
        heads = {head.signature for head in statement.heads}
        if rule.stratum == "derivation" and heads & resting:
            yield texts[rule.id]
        if rule.stratum != "decision" or (statement.kind == "theory" and statement.heads[0].name != _CAP):
            continue
        if rule.document:
            yield texts[rule.id]
        elif statement.kind == "choice":
            yield rule.text.replace("candidate(", "hopeful(")
        elif statement.kind != "constraint":
            yield rule.text
    yield _BARRED


@lru_cache(maxsize=8)
def _resting_on(rules: tuple[Rule, ...]) -> frozenset[Signature]:
    found = set(_FORBIDDING)
    grown = True
    while grown:
        grown = False
        for rule in rules:
            heads = {head.signature for head in parsed(rule).heads} - found
            if heads and any(literal.atom.signature in found for literal in parsed(rule).literals):
                found |= heads
                grown = True
    return frozenset(found)


def _resting(policies: PolicySet) -> frozenset[Signature]:
    """The derived predicates that depend on what forbids claims: they differ when an article is left out."""
    return _resting_on(tuple(rule for rule in policies.rules if rule.stratum == "derivation"))


def _facts(problem: Problem, program: str, only: Collection[Atom] | None) -> list[Atom]:
    """What the program is given: all that is derived and does not depend on what forbids claims.

    With `only`, nothing of claims that are neither these nor held.
    """
    resting = _resting(problem.policies)
    atoms = [atom for atom in mentioned(problem.atoms, program) if (atom[0], len(atom) - 1) not in resting]
    if only is None:
        return atoms
    known = {*only, *((_CLAIM, *atom[1:]) for atom in problem.of("held", 4))}
    return [atom for atom in atoms if all(claim in known for claim in _claims_in(atom))]


def _claims_in(atom: Atom) -> Iterator[Atom]:
    if (atom[0], len(atom)) == ("hopeful", _CLAIM_PARTS):
        yield (_CLAIM, *atom[1:])
    for part in atom[1:]:
        if isinstance(part, tuple) and part[0] == _CLAIM:
            yield part
