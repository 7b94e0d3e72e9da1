"""What every explanation of one plan is drawn from: the derivation, its proofs, and the words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from subvent.diagnostics import Citation, Place
from subvent.explain.conditions import Conditions, State
from subvent.explain.cones import Cones, members
from subvent.explain.derivation import Evaluate, Node, derivations
from subvent.explain.filed import Filed
from subvent.explain.finished import Finished
from subvent.explain.proof_program import proof_program
from subvent.explain.statements import Statement
from subvent.explain.usage import Usage
from subvent.explain.words import Words
from subvent.logic.ground import BySignature, derive
from subvent.logic.terms import Atom, Term, order_key
from subvent.policy.types import PolicySet, Rule
from subvent.portfolio.types import Fact, Row
from subvent.portfolio.vocabulary import Vocabulary
from subvent.process.progress import SILENT, Progress
from subvent.result import RuleUse

_WHY_NOT = (("blocked", 3), ("doubtful", 3), ("shut", 4), ("dim", 4))
_DRAWS_ALWAYS = 3
"""Parts of `draws(K,C)`, which does not depend on the row a claim is made for, as `draws(K,C,P)` does."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A finished derivation with the chosen claims, and one proof of everything a plan has to explain.

    `wanted` are the atoms with a proof of their own, in canonical order; `nodes` all nodes of all proofs.
    """

    policies: PolicySet
    finished: Finished
    facts: Mapping[Atom, Fact]
    claims: tuple[Atom, ...]
    words: Words
    conditions: Conditions
    wanted: tuple[Atom, ...]
    nodes: Mapping[Atom, Node]
    statements: tuple[Statement, ...]
    """Those that the indices of nodes mean."""
    chosen: frozenset[Atom]
    """The claims once more, to look one up."""
    cones: Cones
    """What is told below each atom; what is below the claims comes first."""
    below_claims: int
    """How many atoms these are."""
    rules: tuple[Rule, ...]
    """All rules of the packs, in order."""
    rank: Mapping[str, int]
    """The place of each rule among those of the packs, by its id."""
    places: Mapping[Term, Place | None]
    """Where each row stands that was stated."""
    usage: Usage
    """What the claims use of their limits, once it is told what each counts."""
    rows: Mapping[str, Row] = field(default_factory=dict)
    """The rows by their ids, where they are known: they tell where a field that is left out would stand."""
    filed: Filed = field(default_factory=dict)
    """What the history says of subjects and benefits, where a plan is to tell it."""
    phrases: dict[int, tuple[RuleUse, ...]] = field(default_factory=dict)
    """What `cited_below` has found, by the rules."""
    ways: dict[tuple[str, int], Any] = field(default_factory=dict)
    """What `lacking` has found of each predicate: the rules that derive it."""
    cases: dict[tuple[Term, Term, int | None], Any] = field(default_factory=dict)
    """What `reasons.why_not` has found."""

    @property
    def around(self) -> Finished:
        """The atoms with those of other claims that are named, where only some of a plan's are explained."""
        return self.words.finished

    @property
    def unclaimed(self) -> list[tuple[Term, Term]]:
        """Each subject and benefit it suits that no claim holds, in canonical order.

        What a row brings beside the total is nothing to claim.
        """
        claimed = {(claim[2], claim[3]) for claim in self.claims} | _beside(self.finished)
        return [(a[1], a[2]) for a in self.finished.all("suits", 2) if (a[1], a[2]) not in claimed]

    @property
    def unclaimed_years(self) -> list[tuple[Term, Term, int]]:
        """Of benefits claimed anew every year, what is claimed in other years: each planned year left."""
        return list(_years_left(self.finished, self.claims))

    def claim_parts(self, claim: Atom) -> list[Atom]:
        """What a chosen claim rests on: candidate, worth, the row it is made for, limits and pools."""
        return list(_of_claim(self.finished, claim))

    def cited(self, atoms: Iterable[Atom]) -> Iterator[tuple[Rule, Citation]]:
        """The phrases of the law behind the rules that derive some atoms, each once, packs in order."""
        rules = {rule.id: rule for atom in atoms if (rule := self.nodes[atom].rule) is not None}
        seen = set()
        for rule in sorted(rules.values(), key=lambda rule: self.rank[rule.id]):
            for citation in rule.citations:
                if citation not in seen:
                    seen.add(citation)
                    yield rule, citation

    def cited_below(self, atoms: Iterable[Atom]) -> tuple[RuleUse, ...]:
        """The phrases behind the rules that some atoms and all that is told below them rest on, likewise.

        Many lines of a plan rest on the same rules: they share what is told of these.
        """
        bits = 0
        for atom in atoms:
            bits |= self.cones.rules(atom)
        if bits not in self.phrases:
            rules = [self.rules[place] for place in members(bits)]
            first: dict[Citation, Rule] = {}
            for rule in rules:
                for citation in rule.citations:
                    first.setdefault(citation, rule)
            self.phrases[bits] = tuple(RuleUse(rule.id, citation) for citation, rule in first.items())
        return self.phrases[bits]

    def citations(self, atoms: Iterable[Atom]) -> tuple[Citation, ...]:
        """The phrases of the law below some atoms."""
        return tuple(use.citation for use in self.cited_below(atoms))


def explain(  # noqa: PLR0913 - three have defaults that hold but for parts, or where somebody listens
    policies: PolicySet,
    vocabulary: Vocabulary,
    finished: Finished,
    facts: Mapping[Atom, Fact],
    claims: Sequence[Atom],
    *,
    beside: Iterable[Atom] = (),
    around: Finished | None = None,
    evaluate: Evaluate = derive,
    progress: Progress = SILENT,
) -> Explanation:
    """Prove all that a plan with these claims has to tell.

    `finished` are the atoms of the derivation, of the review and of the claims, `facts` the stated ones with
    their places, `claims` atoms `("claim", A, S, B, Y)`; `beside` is what else somebody wants a proof of,
    `around` the same atoms with those of other claims that are named, where there are any. `evaluate` is a
    grounder's `derive`; `progress` hears how far one has come. Raises what `evaluate` raises.
    """
    chosen = tuple(sorted(claims, key=lambda claim: (claim[4], *map(order_key, claim[1:4]))))
    words = Words(policies, vocabulary, around or finished)
    conditions = Conditions(words)
    wanted = tuple(BySignature(set(_wanted(finished, conditions, chosen))).in_order())
    silent, groups = words.lexicon.silent, finished.groups
    every = (*wanted, *beside)
    nodes = derivations(policies, finished.atoms, every, evaluate, silent, groups, progress=progress)
    choice = _choice(policies)
    for claim in chosen:
        nodes[claim] = Node(claim, choice, children=tuple(_of_claim(finished, claim)))
    rules = policies.rules
    rank = {rule.id: place for place, rule in enumerate(rules)}
    found = proof_program(policies, words.lexicon.silent).statements
    cones = Cones(nodes, words, _plain(found, words), rank)
    cones.enter(chosen)
    return Explanation(
        policies=policies,
        finished=finished,
        facts=facts,
        claims=chosen,
        words=words,
        conditions=conditions,
        wanted=(*wanted, *chosen),
        nodes=nodes,
        statements=found,
        chosen=frozenset(chosen),
        cones=cones,
        below_claims=len(cones.order),
        rules=rules,
        rank=rank,
        places={atom[2]: facts[atom].place for atom in reversed(finished.all("row", 2)) if atom in facts},
        usage=Usage(words.finished, words, {}),
    )


def _plain(statements: Sequence[Statement], words: Words) -> frozenset[int]:
    """The statements that count nothing, and all of whose premises are told."""
    return frozenset(
        number
        for number, statement in enumerate(statements)
        if not any(
            literal.kind == "aggregate" or (literal.name and words.is_hidden(*literal.signature))
            for literal in statement.body
        )
    )


def _choice(policies: PolicySet) -> Rule | None:
    """The rule that lets candidates be claimed."""
    return next(
        (r for r in policies.rules if r.stratum == "decision" and r.text.lstrip().startswith("{")), None
    )


def _of_claim(finished: Finished, claim: Atom) -> Iterator[Atom]:
    """What a chosen claim rests on: it is a candidate, it is worth something, it counts for limits."""
    yield ("candidate", *claim[1:])
    yield from finished.all("worth", 5, *claim[1:])
    made_for = finished.all("claim_for", 5, *claim[1:])
    yield from made_for
    rows = {atom[5] for atom in made_for}
    for atom in finished.naming(claim):
        # Of the pools that depend on the row it is made for, only those of the row that was chosen.
        if atom[0] != "draws" or len(atom) == _DRAWS_ALWAYS or atom[3] in rows:
            yield atom


def _beside(finished: Finished) -> set[tuple[Term, Term]]:
    """The subjects and benefits that bring something beside the total."""
    return {(atom[2], atom[1]) for atom in finished.all("beside", 3)}


def _years_left(finished: Finished, claims: Sequence[Atom]) -> Iterator[tuple[Term, Term, int]]:
    made_in: defaultdict[tuple[Term, Term], set[int]] = defaultdict(set)
    for claim in claims:
        made_in[claim[2], claim[3]].add(claim[4])
    for (subject, benefit), made in made_in.items():
        if ("recurring", benefit) in finished:
            for _, _, _, year in finished.all("proposed", 3, subject, benefit):
                if year not in made and ("horizon", year) in finished:
                    yield subject, benefit, year


def _wanted(finished: Finished, conditions: Conditions, claims: tuple[Atom, ...]) -> Iterator[Atom]:
    for claim in claims:
        yield from _of_claim(finished, claim)
    yield from finished.all("beside", 3)
    claimed = {(claim[2], claim[3]) for claim in claims} | _beside(finished)
    partly = {(subject, benefit) for subject, benefit, _ in _years_left(finished, claims)}
    for _, subject, benefit in finished.all("suits", 2):
        if (subject, benefit) not in claimed - partly:
            years = [("at", subject, atom[3]) for atom in finished.all("proposed", 3, subject, benefit)]
            for row in (subject, *years):
                yield from finished.all("prize", 3, row, benefit)
                yield from finished.all("missing", 3, row, benefit)
                yield from finished.all("unsettled", 3, row, benefit)
            for name, arity in _WHY_NOT:
                for atom in finished.all(name, arity, subject, benefit):
                    yield atom
                    yield from _behind(conditions, atom)
    yield from finished.all("barred", 5)
    for atom in finished.all("candidate", 4):
        if (atom[2], atom[3]) not in claimed:
            yield from finished.naming(("claim", *atom[1:]))
    yield from finished.all("remark", 2)


def _behind(conditions: Conditions, atom: Atom) -> Iterator[Atom]:
    """What a condition that stands in the way comes down to, and the requirement that makes it matter.

    A proof of `failed` shows one failing part; the reader is told of all.
    """
    name, subject, benefit = atom[:3]
    asked = {"blocked": (subject, atom[3]), "doubtful": (subject, atom[3])}.get(name)
    if name in {"shut", "dim"}:
        asked = (("at", subject, atom[3]), atom[4])
    if asked is None:
        return
    kind = "requires" if name in {"blocked", "doubtful"} else "requires_in_year"
    required = (kind, subject, benefit, asked[1])
    if required not in conditions.finished:
        return
    yield required
    state: State = "failed" if name in {"blocked", "shut"} else "unknown"
    for row, leaf in conditions.leaves(*asked, state):
        if ("failed", row, leaf) in conditions.finished:
            yield ("failed", row, leaf)
        yield from conditions.declared(leaf)
