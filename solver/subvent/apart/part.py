"""What one shard of a plan tells: derived and explained in a child, and sent back in words."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from subvent.account import Losses, Made, beside, lines, rows_of
from subvent.apart.columns import Columns
from subvent.derivation import able_program, given
from subvent.diagnostics import Text
from subvent.explain import Explanation, Finished, Procedure, explain, shut_years
from subvent.explain.derivation import REFUTED, Node
from subvent.explain.filed import found_filed
from subvent.explain.neighbours import Neighbours
from subvent.explain.open_facts import Assumed, Lacking, Remark, assumed, lacking, remarks
from subvent.explain.procedure import Said
from subvent.explain.proof import sentences, step_name
from subvent.explain.reasons import each_unclaimed
from subvent.explain.usage import Usage
from subvent.logic.ground import BySignature, derive
from subvent.logic.premises import mentioned_alike
from subvent.logic.session import InProcess
from subvent.logic.terms import Atom, Term, order_key
from subvent.model.direct import Stated, bound_by
from subvent.policy.parsed import parsed
from subvent.policy.types import PolicySet, Rule
from subvent.portfolio.facts import facts as portfolio_facts
from subvent.portfolio.filings import filings
from subvent.portfolio.types import Portfolio
from subvent.portfolio.vocabulary import Vocabulary
from subvent.problem import Problem, by_atom, procedure, review
from subvent.result import BesideTotal, Claim, LimitUse, Unclaimed
from subvent.said_once import answered_twice

Rank = tuple[int, int, list[Any]]
"""How one proof of a remark compares with another: its height, its rule, its premises."""


class Common(NamedTuple):
    """What is the same for all shards."""

    policies: PolicySet
    vocabulary: Vocabulary
    answers: Mapping[str, str]
    local: frozenset[str]
    """The ids of the review's rules that stay among the rows of a shard."""
    joining: frozenset[str]
    """The ids of those that join rows of any shards: what they rest on is sent back."""
    claimed: bool
    """Whether the plan has any claim at all."""
    limits: frozenset[Term]
    """The limits, caps and costs that name no row: claims of any shard may come under them."""
    others: Neighbours
    """The claims of the plan, of any shard, that do."""
    proofs: bool


class Given(NamedTuple):
    """A shard: its rows, and of its claims what each brings and is made for; and what others would cost."""

    portfolio: Portfolio
    fen: Mapping[Atom, int]
    made_for: Mapping[Atom, str]
    losses: Losses


class Part(NamedTuple):
    """What a shard tells, its steps aside. Numbers of steps are those of the shard."""

    claims: tuple[Claim, ...]
    not_claimed: tuple[tuple[tuple[Term, Term, int | None], Unclaimed], ...]
    lacking: tuple[Lacking, ...]
    assumed: tuple[Assumed, ...]
    remarks: tuple[tuple[Remark, Rank | None], ...]
    """Those that name no row of the shard have a rank: another shard may prove them better."""
    said: tuple[Said, ...]
    shut: Mapping[tuple[str, str, int], tuple[Text, ...]]
    beside: tuple[BesideTotal, ...]
    limits: Mapping[Term, LimitUse]
    """What the whole plan uses of those limits that name no row."""
    claimed: Mapping[Atom, int]
    """The walk that begins at each claim: where it begins."""
    walks: Mapping[Atom, int]
    """Those that begin at what else is proven for its own sake."""
    late: Mapping[Atom, int]
    """The steps of the remarks that have a rank. Their walks come after the others."""
    exposed: Mapping[Atom, tuple[int, int]]
    """What rules may rest on that join rows of any shards: its step, if there are any, and its height."""
    end: int
    """Where the walks end, those aside."""
    strings: frozenset[tuple[str, str]]
    """Each string that a shared step holds and that is no row of the shard, with the step's name."""


def explained(common: bytes, shard: bytes) -> tuple[bytes, tuple[Any, ...]] | None:
    """What a shard tells, and its steps; None where it is not to be explained alone: see `_is_alone`.

    The arguments are `Common` and `Given`, the result is `Part`, each pickled, and `Columns` as they are
    sent. Raises GroundingError, PolicyError.
    """
    # Nothing that is made here is cyclic but what `_let_go` takes apart: to look for cycles would take long.
    looking = gc.isenabled()
    gc.disable()
    try:
        return _explained(_common(common), pickle.loads(shard))  # noqa: S301 - our own parent
    finally:
        if looking:
            gc.enable()


@lru_cache(maxsize=1)
def _common(pickled: bytes) -> Common:
    found: Common = pickle.loads(pickled)  # noqa: S301 - our own parent
    return found


def _explained(common: Common, shard: Given) -> tuple[bytes, tuple[Any, ...]] | None:
    problem = _derived(common, shard.portfolio)
    rows = {row.id for held in shard.portfolio.rows.values() for row in held}
    if not _is_alone(problem, rows, common.limits):
        return None
    made = Made(shard.fen, shard.made_for, (), 0)
    joining = [rule for rule in common.policies.rules if rule.id in common.joining]
    exposed = sorted(mentioned_alike(joining, problem.groups), key=order_key)
    told, late, chosen = _told(common, problem, made, exposed)
    order, roots, end = _walked(told, (*late, *exposed)) if common.proofs else ({}, {}, 0)
    steps = tuple(order)
    sharing = _Shared(rows, chosen, joining)
    columns = _columns(told, steps, sharing.of(steps))
    to_do = Procedure(told, procedure(problem, chosen, InProcess()))
    heights = _Heights(told)
    ranks = {atom: heights.rank(atom) for atom in late}
    walked = {atom: start for atom, start in told.cones.walked.items() if start < end}
    part = Part(
        claims=tuple(lines(problem, told, made, to_do, roots)),
        not_claimed=tuple(each_unclaimed(told, shard.losses)),
        lacking=tuple(lacking(told)),
        assumed=tuple(assumed(told)),
        remarks=tuple((one, ranks.get(one.atom)) for one in remarks(told)),
        said=tuple(to_do.said("entitlement", "duty")),
        shut=shut_years(told),
        beside=beside(problem, told, roots),
        limits=told.usage.shared(),
        claimed={atom: start for atom, start in walked.items() if atom in told.chosen},
        walks={atom: start for atom, start in walked.items() if atom not in told.chosen},
        late={atom: order[atom] for atom in late if atom in order},
        exposed={atom: (order.get(atom, -1), heights.of(atom)) for atom in exposed},
        end=end,
        strings=sharing.strings(steps, columns.shared),
    )
    _let_go(told)
    return pickle.dumps(part, pickle.HIGHEST_PROTOCOL), columns.sent


def _is_alone(problem: Problem, rows: Collection[str], limits: Collection[Term]) -> bool:
    """Whether a shard shares with others but these limits nothing, and nothing is both met and failed.

    Where something is, the derivation of the whole says so with how many rows it is so of.
    """
    torn = answered_twice(problem.policies, problem.groups)
    known = all(key in limits or _names(key, rows) for key in bound_by(problem.groups))
    return known and next(torn, None) is None


def _let_go(told: Explanation) -> None:
    """Let the derivation go with the explanation: what tells conditions and words holds itself, and both."""
    told.words.finished = told.conditions.finished = Finished(())


def _derived(common: Common, portfolio: Portfolio) -> Problem:
    """The shard with all that follows from it, and nothing to choose."""
    told = (common.vocabulary, portfolio, common.answers)
    stated = portfolio_facts(portfolio, common.vocabulary, common.answers)
    atoms = derive(able_program(common.policies, *told), given(common.policies, stated))
    return Problem(
        policies=common.policies,
        vocabulary=common.vocabulary,
        portfolio=portfolio,
        readings=common.answers,
        facts=by_atom(stated),
        groups=BySignature(atoms),
        candidates=(),
        worth={},
        stated=Stated(()),
    )


def _told(
    common: Common, problem: Problem, made: Made, exposed: Sequence[Atom]
) -> tuple[Explanation, list[Atom], frozenset[Atom]]:
    """The explanation, the remarks that name no row, and what the claims of the shard make true."""
    rules = [rule for rule in common.policies.rules if rule.id in common.local]
    chosen = frozenset(problem.chosen(made.fen, made.made_for))
    own = review(problem, chosen, InProcess(), rules)
    true = chosen | own
    told = explain(
        problem.policies,
        problem.vocabulary,
        Finished.of(problem, true),
        problem.facts,
        tuple(made.fen),
        beside=exposed,
        around=Finished.of(problem, true | common.others.atoms) if common.others.atoms else None,
    )
    usage = Usage(told.around, told.words, {**common.others.fen, **made.fen}, anywhere=common.claimed)
    filed = found_filed(filings(problem.portfolio, problem.vocabulary))
    told = replace(told, usage=usage, rows=rows_of(problem.portfolio), filed=filed)
    rows = {row.id for held in problem.portfolio.rows.values() for row in held}
    late = sorted((atom for atom in own if not _names(atom, rows)), key=order_key)
    return told, late, chosen


def inside(term: Term) -> set[Term]:
    """The strings and numbers in a term."""
    return set().union(*map(inside, term[1:])) if isinstance(term, tuple) else {term}


def _names(term: Term, rows: Collection[str]) -> bool:
    """Whether a row is named in a term."""
    if isinstance(term, tuple):
        return any(_names(part, rows) for part in term[1:])
    return term in rows


def _walked(told: Explanation, late: Iterable[Atom]) -> tuple[dict[Atom, int], dict[Atom, int], int]:
    """The number of every step, of what is asked for, and where the late ones begin."""
    last = frozenset(late)
    told.cones.enter(told.claims)
    told.cones.enter(atom for atom in told.wanted if atom not in told.chosen and atom not in last)
    end = len(told.cones.order)
    told.cones.enter(late)
    order = dict(told.cones.order)
    return order, {atom: order[atom] for atom in told.wanted if atom in order}, end


def _columns(told: Explanation, atoms: Sequence[Atom], shared: Mapping[int, str]) -> Columns:
    """The steps in words."""
    rank, nodes, facts = told.rank, told.nodes, told.facts
    stated = ((number, facts[atom].place) for number, atom in enumerate(atoms) if atom in facts)
    return Columns.of(
        list(map(step_name, atoms)),
        list(map(sentences(told), atoms)),
        told.cones.below[: len(atoms)],
        [-1 if (rule := nodes[atom].rule) is None else rank[rule.id] for atom in atoms],
        {number: tuple(place) for number, place in stated if place is not None},
        shared,
    )


class _Shared:
    """Which steps other shards may have as well, or rest on.

    They name no row of this shard, say what is claimed, or deny what rules deny that join rows of any shards.
    """

    def __init__(self, rows: Collection[str], chosen: Collection[Atom], joining: Iterable[Rule]) -> None:
        literals = [one for rule in joining for one in parsed(rule).literals]
        self._denied = {one.atom.signature for one in literals if one.negative}
        self._rows, self._chosen = rows, chosen
        self._known: dict[Term, bool] = {}

    def of(self, atoms: Iterable[Atom]) -> dict[int, str]:
        """Their names, by their places among some steps."""
        return {number: step_name(atom) for number, atom in enumerate(atoms) if self._may_have(atom)}

    def strings(self, atoms: Sequence[Atom], shared: Mapping[int, str]) -> frozenset[tuple[str, str]]:
        """What strings they name, each with the step: another shard may have a row of that name."""
        found = ((part, name) for number, name in shared.items() for part in inside(atoms[number]))
        return frozenset(
            (part, name) for part, name in found if isinstance(part, str) and part not in self._rows
        )

    def _may_have(self, atom: Atom) -> bool:
        if atom[0] == REFUTED:
            denied = atom[1]
            return (denied[0], len(denied) - 1) in self._denied or not self._names_row(denied)
        return atom in self._chosen or not self._names_row(atom)

    def _names_row(self, atom: Atom) -> bool:
        known = self._known
        for part in atom[1:]:
            if part not in known:
                known[part] = _names(part, self._rows)
            if known[part]:
                return True
        return False


class _Heights:
    """How many rules lie above each other in a proof; of a denied premise its refutation counts as one."""

    def __init__(self, told: Explanation) -> None:
        self._nodes = told.nodes
        # A claim is chosen, not derived: it adds no height.
        self._known = dict.fromkeys(told.claims, 0)

    def rank(self, atom: Atom) -> Rank:
        """How the proof of a remark compares with those that other shards find."""
        node = self._nodes[atom]
        return self.of(atom), node.number, [order_key(premise) for premise in node.premises]

    def of(self, root: Atom) -> int:
        """The height of an atom; of what is stated none."""
        known = self._known
        waiting = [root]
        while waiting:
            atom = waiting[-1]
            node = self._nodes.get(atom, Node(atom))
            left = [child for child in node.children if child not in known]
            waiting += left
            if not left:
                waiting.pop()
                is_leaf = node.rule is None and atom[0] != REFUTED
                known[atom] = 0 if is_leaf else 1 + max(map(known.__getitem__, node.children), default=0)
        return known[root]
