"""The question a plan answers: facts, what follows from them, and the linear model of what may be claimed.

The planner and the checker of plans pose it the same way; only the planner goes on to optimise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, compress
from typing import Literal, Protocol, TypeVar

from subvent.decision import decided, worth_of
from subvent.derivation import TOLD, Listener, derived, given, names_in
from subvent.diagnostics import InputError, PolicyError, diagnostic
from subvent.logic.exact import to_fen
from subvent.logic.ground import BySignature, GroundingError
from subvent.logic.premises import premises
from subvent.logic.program import Cut, Split
from subvent.logic.session import Grounder
from subvent.logic.terms import Atom, Reader, order_key, quote, text
from subvent.model.direct import Stated
from subvent.model.linear import LinearModel
from subvent.model.payments import kept_and_raised, resting
from subvent.model.pools import together
from subvent.policy.parsed import parsed
from subvent.policy.types import Benefit, PolicySet, Rule
from subvent.portfolio.facts import facts as portfolio_facts
from subvent.portfolio.nearest import suggestion
from subvent.portfolio.types import Fact, Portfolio
from subvent.portfolio.vocabulary import Vocabulary
from subvent.process.memory import room_for_rows
from subvent.process.progress import SILENT, Progress
from subvent.said_once import SAID, answered_twice, said_twice

Result = TypeVar("Result")
Kept = Literal["all", "decision"]
"""What a problem holds of its derivation: all of it, or what choosing claims reads."""
_SERVES = ("serves", 3)
"""Which rows claims can be made for."""


class Ahead(Listener, Protocol):
    """What writes down what there is to decide in each shard while others are being derived."""

    def stated(self, groups: BySignature) -> Stated | None:
        """The decision on all that was derived; None where it has to be written down in one piece."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Facts with their places, the finished derivation, and the model over its candidates.

    One that was posed for its decision alone has no facts, and of the atoms only those that choosing reads;
    `finished` gives the rest.
    """

    policies: PolicySet
    vocabulary: Vocabulary
    portfolio: Portfolio
    readings: Mapping[str, str]
    facts: Mapping[Atom, Fact]
    groups: BySignature
    """The atoms of the derivation, each once."""
    candidates: tuple[Atom, ...]
    """`("claim", A, S, B, Y)` atoms that may be chosen, in canonical order."""
    worth: Mapping[Atom, int]
    """Fen each candidate brings."""
    stated: Stated

    @property
    def model(self) -> LinearModel:
        """All candidates with what binds them, in one model."""
        return self.stated.model

    @property
    def splits(self) -> tuple[Split, ...]:
        """The costs that claims share."""
        return self.stated.splits

    @property
    def cuts(self) -> tuple[Cut, ...]:
        """The caps that claims share."""
        return self.stated.cuts

    @property
    def atoms(self) -> frozenset[Atom]:
        """The atoms of the derivation."""
        return self.groups.atoms

    @property
    def aside(self) -> tuple[Benefit, ...]:
        """The benefits that stand beside the total, in the order of the packs."""
        names = {atom[1][0] for atom in self.of("aside", 1)}
        return tuple(benefit for benefit in self.policies.benefits if benefit.constant in names)

    @property
    def beside(self) -> dict[tuple[str, str], int]:
        """What stands beside the total, in fen, by benefit's constant and subject."""
        return {(atom[1][0], atom[2]): to_fen(atom[3]) for atom in self.of("beside", 3)}

    @property
    def without_reasons(self) -> Problem:
        """The same with no more of the derivation than a plan without reasons tells.

        The rest of it takes as much memory as the portfolio.
        """
        kept = (self.groups.unordered(*one) for one in self.groups if one[0] in TOLD or one == _SERVES)
        return replace(self, groups=BySignature(chain.from_iterable(kept)))

    def ends(self, fen: Mapping[Atom, int], made_for: Mapping[Atom, str]) -> tuple[int, int]:
        """What claims that bring `fen` come to where all that is discretionary or forecast is least, most."""
        ranged = {(atom[1], atom[2]): (to_fen(atom[3]), to_fen(atom[4])) for atom in self.of("ranged", 4)}
        low: dict[str, int] = {}
        high: dict[str, int] = {}
        given = {text(claim): own for claim, own in fen.items()}
        drawn = {*given, *(text(atom) for atom in self.chosen(fen, made_for))}
        pooled = {term.claim for cut in self.cuts for term in cut.terms if term.drawn in drawn}
        for claim, own in fen.items():
            worth, name = self.worth[claim], text(claim)
            at_year = (("at", claim[2], claim[4]), claim[3])
            least, most = ranged.get((claim[2], claim[3])) or ranged.get(at_year) or (worth, worth)
            # What is off its worth for a shared cost stays off at either end; shared caps are applied anew.
            off = 0 if name in pooled else own - worth
            low[name], high[name] = max(0, off + least) if off else least, off + most
        if low == high:
            return (total := sum(fen.values())), total
        fed = resting(drawn, self.cuts) & given.keys()
        touched = [not fed.isdisjoint(term.claim for term in cut.terms) for cut in self.cuts]
        inside = list(compress(self.cuts, touched))
        outside = [cut for cut, one in zip(self.cuts, touched, strict=True) if not one]
        paid = {name: given[name] for name in fed}

        def come_to(end: Mapping[str, int]) -> int:
            apart = {name: own for name, own in end.items() if name not in fed}
            return together(apart, drawn, outside) + sum(kept_and_raised(paid, end, drawn, inside).values())

        return come_to(low), come_to(high)

    def chosen(self, claims: Iterable[Atom], made_for: Mapping[Atom, str]) -> list[Atom]:
        """What choosing these claims makes true: they themselves, and the row that each is made for."""
        return [
            atom
            for claim in claims
            for atom in (claim, *((("claim_for", *claim[1:], made_for[claim]),) if claim in made_for else ()))
        ]

    @property
    def options(self) -> dict[tuple[str, Atom], list[str]]:
        """The rows that claims of a subject under a benefit can be made for, where there are any."""
        return options_of(self.groups)

    def of(self, name: str, arity: int) -> list[Atom]:
        """The derived atoms of one predicate."""
        return self.groups.get((name, arity), [])


def resolve_readings(policies: PolicySet, chosen: Mapping[str, str]) -> dict[str, str]:
    """An answer for every open question: the chosen one, else the default.

    Raises InputError naming every question or answer that does not exist, with the nearest one.
    """
    known = {reading.name: reading for reading in policies.readings}
    problems = []
    for name, answer in sorted(chosen.items()):
        if name not in known:
            near = suggestion(name, known, {one.name: one.label for one in known.values()}, listed=False)
            problems.append(diagnostic("plan.unknown-reading", name=name, nearest=near))
        elif answer not in {a.name for a in known[name].answers}:
            answers = ", ".join(a.name for a in known[name].answers)
            problems.append(diagnostic("plan.unknown-answer", name=name, answer=answer, answers=answers))
    if problems:
        raise InputError(*problems)
    return {name: chosen.get(name, reading.default) for name, reading in sorted(known.items())}


def pose(  # noqa: PLR0913 - two have defaults that hold but where somebody listens
    policies: PolicySet,
    vocabulary: Vocabulary,
    portfolio: Portfolio,
    readings: Mapping[str, str],
    grounder: Grounder,
    keep: Kept = "all",
    *,
    progress: Progress = SILENT,
    ahead: Ahead | None = None,
) -> Problem:
    """Derive what follows from the portfolio under the readings, and model what may be claimed.

    To read everything back from clingo takes three times as long as to ground it: whoever only chooses
    keeps the decision. `progress` hears how far it has come, `ahead` what follows from each shard. Raises
    PolicyError when the packs cannot be grounded, ResourceError at the grounder's limits.
    """
    answers = resolve_readings(policies, readings)
    room_for_rows(sum(map(len, portfolio.rows.values())))
    readers = [rule for rule in policies.rules if rule.stratum == "decision"] if keep == "decision" else []
    atoms = refused_as_policy_error(
        lambda: derived(
            *(policies, vocabulary, portfolio, answers, grounder, readers), progress=progress, listener=ahead
        )
    )
    stated = portfolio_facts(portfolio, vocabulary, answers) if keep == "all" else ()
    return posed(policies, vocabulary, portfolio, answers, stated, atoms, grounder, ahead=ahead)


def finished(problem: Problem, grounder: Grounder, progress: Progress = SILENT) -> Problem:
    """The same problem with all its facts and all that follows from them, derived anew unless it is there.

    Raises PolicyError, also where a condition turns out both met and failed, and ResourceError.
    """
    if problem.facts:
        return problem
    told = (problem.policies, problem.vocabulary, problem.portfolio, problem.readings)
    atoms = refused_as_policy_error(lambda: derived(*told, grounder, progress=progress))
    groups = BySignature(atoms)
    if faults := list(answered_twice(problem.policies, groups)):
        raise PolicyError(*faults)
    stated = portfolio_facts(problem.portfolio, problem.vocabulary, problem.readings)
    return replace(problem, facts=by_atom(stated), groups=groups)


def options_of(groups: BySignature) -> dict[tuple[str, Atom], list[str]]:
    """The rows that claims of a subject under a benefit can be made for, where there are any."""
    found: defaultdict[tuple[str, Atom], list[str]] = defaultdict(list)
    for atom in groups.get(_SERVES, ()):
        found[atom[1], atom[2]].append(atom[3])
    return dict(found)


def by_atom(stated: Iterable[Fact]) -> dict[Atom, Fact]:
    """Stated facts by their atoms."""
    facts = list(stated)
    return dict(zip(Reader().atoms(f"({','.join(fact.atom for fact in facts)})"), facts, strict=True))


def naming(portfolio: Portfolio, vocabulary: Vocabulary, answers: Mapping[str, str]) -> list[Atom]:
    """What tells of every row what it is called by: its list, and of one without an id all that it states."""
    lists = {spec.name: spec for spec in vocabulary.all_lists}
    rows = portfolio.rows
    atoms: list[Atom] = [
        ("row", (lists[name].constant,), row.id) for name, held in rows.items() for row in held
    ]
    nameless = portfolio._replace(
        rows={name: () if lists[name].has_id else held for name, held in rows.items()}
    )
    if any(nameless.rows.values()):
        atoms += by_atom(portfolio_facts(nameless, vocabulary, answers))
    return atoms


def posed(  # noqa: PLR0913 - as `pose`
    policies: PolicySet,
    vocabulary: Vocabulary,
    portfolio: Portfolio,
    answers: Mapping[str, str],
    stated: Iterable[Fact],
    atoms: Collection[Atom],
    grounder: Grounder,
    *,
    ahead: Ahead | None = None,
) -> Problem:
    """The problem whose derivation is finished: `atoms`, under an answer to every question.

    To choose claims, of the derived atoms those suffice whose predicates the decision names, and no
    stated facts are needed: they tell places. Raises PolicyError, ResourceError.
    """
    groups = BySignature(atoms)

    def derive_with(rules: str) -> list[Atom]:
        program = f"{policies.program('derivation')}\n{rules}"
        told = given(policies, portfolio_facts(portfolio, vocabulary, answers))
        return refused_as_policy_error(lambda: grounder.derive(program, told, {SAID}))

    if faults := list(said_twice(policies, groups, derive_with)):
        raise PolicyError(*faults)
    candidates = tuple(("claim", *atom[1:]) for atom in groups.get(("candidate", 4), []))
    # Each is there once: a portfolio has many.
    same = dict(zip(candidates, candidates, strict=True))
    worth = {same.get(claim, claim): fen for claim, fen in worth_of(groups).items()}
    decision = ahead and ahead.stated(groups)
    if not decision:
        decision = refused_as_policy_error(lambda: decided(policies, groups, worth, grounder))
    return Problem(
        policies=policies,
        vocabulary=vocabulary,
        portfolio=portfolio,
        readings=answers,
        facts=by_atom(stated),
        groups=groups,
        candidates=candidates,
        worth=worth,
        stated=decision,
    )


def mentioned(atoms: Iterable[Atom], program: str) -> list[Atom]:
    """The atoms whose predicate's name occurs in a program, in canonical order."""
    names = names_in(program)
    return sorted((atom for atom in atoms if atom[0] in names), key=order_key)


def review(
    problem: Problem, claims: Iterable[Atom], grounder: Grounder, rules: Sequence[Rule] | None = None
) -> frozenset[Atom]:
    """What the packs remark on a finished plan: the atoms of the review stratum, given its claims.

    `rules` are those to ask (None: all).
    """
    if rules is None:
        rules = [rule for rule in problem.policies.rules if rule.stratum == "review"]
    told = {name for rule in rules for name, _ in (head.signature for head in parsed(rule).heads)}
    given = premises(rules, problem.groups.with_more(claims))
    return _evaluated("\n".join(rule.text for rule in rules), given, grounder, told)


def procedure(problem: Problem, claims: Iterable[Atom], grounder: Grounder) -> list[tuple[Atom, str]]:
    """What is to be done for a finished plan, each with the id of the rule that says it.

    The atoms are `("material", N, C)` and the like, in canonical order.
    """
    rules = {rule.id: rule for rule in problem.policies.rules if rule.stratum == "procedure"}
    lines = []
    for rule in rules.values():
        head = parsed(rule).heads[0]
        lines.append(f"said({rule.text[head.begin : head.end]},{quote(rule.id)}){rule.text[head.end :]}")
    given = premises(list(rules.values()), problem.groups.with_more(claims))
    found = _evaluated("\n".join(lines), given, grounder, {"said"}) if lines else ()
    order = {name: number for number, name in enumerate(rules)}
    said = [(atom[1], atom[2]) for atom in found if atom[2] in rules]
    # What several rules say alike is said once, by the first of them.
    first = dict(sorted(said, key=lambda pair: -order[pair[1]]))
    return sorted(first.items(), key=lambda pair: order_key(pair[0]))


def violated(
    problem: Problem, claims: Iterable[Atom], grounder: Grounder, rules: Iterable[Rule] | None = None
) -> list[Atom]:
    """The limits that a set of claims breaks, found by clingo alone: no model, no optimiser.

    The rules of the decision (or some of them) are evaluated on the claims as facts; a constraint becomes the
    limit `constraint(ID)` of its rule.
    """
    lines = judging(problem.policies.rules if rules is None else rules)
    program = "\n".join(lines)
    names = names_in(program)
    groups = (problem.groups.unordered(*one) for one in problem.groups if one[0] in names)
    found = _evaluated(program, chain(*groups, claims), grounder, {"violated"})
    return sorted((atom[1] for atom in found), key=order_key)


def judging(rules: Iterable[Rule]) -> list[str]:
    """The rules of the decision without its choice and its sums, as they judge claims that are given."""
    lines = []
    for rule in rules:
        if rule.stratum != "decision" or rule.text.startswith(("{", "&", "#")):
            continue
        if rule.text.startswith(":-"):
            if "violated(" not in rule.text:
                lines.append(f"violated(constraint({quote(rule.id)})) {rule.text}")
            continue
        lines.append(rule.text)
    return lines


def _evaluated(
    program: str, given: Iterable[Atom], grounder: Grounder, keep: Collection[str]
) -> frozenset[Atom]:
    """What a program derives of the predicates `keep` from some atoms."""
    facts = list(map(text, given))
    return frozenset(refused_as_policy_error(lambda: grounder.derive(program, facts, keep)))


def refused_as_policy_error(run: Callable[[], Result]) -> Result:
    """The result of `run`; what clingo refuses becomes a PolicyError."""
    try:
        return run()
    except GroundingError as error:
        raise PolicyError(diagnostic("logic.program-refused", reason=str(error))) from error
