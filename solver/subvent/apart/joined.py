"""The account of a large plan from what its shards tell: see the package's first lines."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from time import monotonic
from typing import Any

from subvent.account import Losses, Made, unexplained
from subvent.apart.columns import Columns
from subvent.apart.joining import InseparableError, joining
from subvent.apart.part import Common, Given, Part, inside
from subvent.apart.remarks import remarking
from subvent.apart.steps import JoinedSteps, Numbering
from subvent.decision import bound_by_own_rules
from subvent.derivation import derived_so_far
from subvent.diagnostics import Diagnostic, ResourceError
from subvent.explain import Finished
from subvent.explain.neighbours import neighbours
from subvent.explain.open_facts import Remark, assumptions_of, unknown_of, warnings_of
from subvent.explain.procedure import Said, consequences_of
from subvent.explain.words import Words
from subvent.logic.ground import GroundingError
from subvent.logic.session import Grounder
from subvent.logic.terms import Atom, Term, order_key
from subvent.model.direct import bound_by
from subvent.portfolio.shards import SIZE, shards
from subvent.portfolio.types import Portfolio
from subvent.problem import Problem, naming
from subvent.process.progress import SILENT, Progress
from subvent.result import BesideTotal, Claim, LimitUse, Plan, Unclaimed

FEWEST = 2
"""A portfolio of no more than so many shards is explained in one piece: children take long to begin."""
_CHILD = "subvent.apart.part:explained"


def account_apart(  # noqa: PLR0913 - as `account_of`, and the size of a shard
    problem: Problem,
    made: Made,
    losses: Losses,
    remarks: Sequence[Diagnostic],
    grounder: Grounder,
    *,
    proofs: bool = True,
    size: int = SIZE,
    progress: Progress = SILENT,
) -> Plan | None:
    """The plan that `account_of` makes of the same claims; None where it has to be explained in one piece.

    The problem may be one that was posed for its decision alone. A shard has about `size` rows; `progress`
    hears of each. Raises ResourceError.
    """
    parts = _parts(problem, size)
    rules = (
        remarking(problem.policies, problem.vocabulary, problem.portfolio, problem.readings)
        if parts
        else None
    )
    if rules is None:
        return None
    # The vocabulary is made already: where its keys stand in the packs' files need not go along.
    packs = tuple(replace(pack, vocabulary={}) for pack in problem.policies.packs)
    told = (replace(problem.policies, packs=packs), problem.vocabulary, problem.readings)
    limits = _shared_limits(problem)
    others = neighbours(problem, limits, made.fen, made.made_for)
    every = Common(*told, *rules, bool(made.fen), limits, others, proofs)
    common = pickle.dumps(every, pickle.HIGHEST_PROTOCOL)
    asked = ((common, pickle.dumps(own, pickle.HIGHEST_PROTOCOL)) for own in _shared_out(parts, made, losses))
    try:
        found = list(_answered(asked, len(parts), grounder, progress))
        words, shards_told = _words(problem), [part for part, _ in found]
        chosen = problem.chosen(made.fen, made.made_for)
        found.append(joining(problem, chosen, shards_told, rules.joining, words, grounder))
        numbering = Numbering(found if proofs else (), _shard_of(parts))
        return _joined(problem, made, remarks, found, words, numbering)
    except (InseparableError, GroundingError):
        # What a pack's rules are refused for is said where they are evaluated over all rows.
        return None


def _parts(problem: Problem, size: int) -> list[Portfolio]:
    """The shards; none where there are too few, or where rules of a pack's own bind claims."""
    if sum(map(len, problem.portfolio.rows.values())) <= FEWEST * size:
        return []
    if bound_by_own_rules(problem.policies, problem.groups):
        return []
    parts = shards(problem.portfolio, problem.vocabulary, size)
    return parts if len(parts) > 1 else []


def _shared_limits(problem: Problem) -> frozenset[Term]:
    """What claims of several shards may share: the limits, caps and costs that name no row."""
    ids = {row.id for rows in problem.portfolio.rows.values() for row in rows}
    return frozenset(key for key in bound_by(problem.groups) if not inside(key) & ids)


def _shared_out(parts: Sequence[Portfolio], made: Made, losses: Losses) -> Iterator[Given]:
    """Each shard with what concerns its rows."""
    at = _shard_of(parts)
    fen: list[dict[Atom, int]] = [{} for _ in parts]
    made_for: list[dict[Atom, str]] = [{} for _ in parts]
    lost: list[dict[tuple[str, Atom], int | None]] = [{} for _ in parts]
    for claim, own in made.fen.items():
        fen[at[claim[2]]][claim] = own
    for claim, row in made.made_for.items():
        made_for[at[claim[2]]][claim] = row
    for key, loss in losses.items():
        lost[at[key[0]]][key] = loss
    return map(Given, parts, fen, made_for, lost)


def _shard_of(parts: Sequence[Portfolio]) -> dict[str, int]:
    """The shard of each row, by its id."""
    return {row.id: n for n, part in enumerate(parts) for rows in part.rows.values() for row in rows}


def _answered(
    asked: Iterable[tuple[bytes, bytes]], count: int, grounder: Grounder, progress: Progress
) -> Iterator[tuple[Part, Columns]]:
    """What each shard tells. Raises InseparableError, GroundingError, ResourceError."""
    done, started = 0, monotonic()
    progress.derived(0, count)
    try:
        for answer in grounder.call_each(_CHILD, asked):
            if answer is None:
                raise InseparableError
            done += 1
            progress.derived(done, count)
            yield pickle.loads(answer[0]), Columns.received(answer[1])  # noqa: S301 - our own child
    except ResourceError as error:
        so_far = derived_so_far(done, count, monotonic() - started)
        raise ResourceError(*error.diagnostics, so_far) from error


def _joined(
    problem: Problem,
    made: Made,
    remarks: Sequence[Diagnostic],
    found: Sequence[tuple[Part, Columns]],
    words: Words,
    numbering: Numbering,
) -> Plan:
    """The plan of all shards. Raises InseparableError."""
    rules = {rule.id: rule for rule in problem.policies.rules}
    parts = [part for part, _ in found]
    bare = unexplained(problem, made, remarks)
    asked = _Order(made)
    said = [one for part in parts for one in part.said]
    return replace(
        bare,
        claims=tuple(_claims(parts, numbering)),
        not_claimed=tuple(_unclaimed(parts, asked)),
        unknown=unknown_of(sorted((o for p in parts for o in p.lacking), key=lambda one: asked(one.asked))),
        assumptions=assumptions_of(
            sorted((o for part in parts for o in part.assumed), key=lambda one: order_key(one.atom)), words
        ),
        warnings=(*warnings_of(_remarks(parts), words, rules), *bare.warnings),
        steps=JoinedSteps(numbering, tuple(rules.values())) if len(numbering) else (),
        beside_total=_beside(bare.beside_total, parts, numbering),
        shut_years=_shut(problem, parts),
        entitlements=consequences_of(_by(said, "entitlement"), words, rules),
        duties=consequences_of(_by(said, "duty"), words, rules),
        limits=_limits(parts),
        explained=True,
    )


def _words(problem: Problem) -> Words:
    """Words that know of which list each row is, and of a row without an id what it states."""
    atoms = naming(problem.portfolio, problem.vocabulary, problem.readings)
    return Words(problem.policies, problem.vocabulary, Finished(atoms))


class _Order:
    """The canonical order of what is not claimed: in no year, and then in single ones beside others."""

    def __init__(self, made: Made) -> None:
        self._first: dict[tuple[Term, Term], int] = {}
        ordered = sorted(made.fen, key=lambda claim: (claim[4], *map(order_key, claim[1:4])))
        for place, claim in enumerate(ordered):
            self._first.setdefault((claim[2], claim[3]), place)

    def __call__(self, asked: tuple[Term, Term, int | None]) -> tuple[Any, ...]:
        """What to sort by."""
        subject, benefit, year = asked
        if year is None:
            return 0, order_key(subject), order_key(benefit)
        return 1, self._first[subject, benefit], year


def _claims(parts: Sequence[Part], numbering: Numbering) -> Iterator[Claim]:
    """The lines of all shards, each with the number of its proof in the whole."""
    found = [(number, claim) for number, part in enumerate(parts) for claim in part.claims]
    for number, claim in sorted(found, key=lambda one: _filed(one[1])):
        yield claim if claim.proof is None else replace(claim, proof=numbering.of[number][claim.proof])


def _filed(claim: Claim) -> tuple[Any, ...]:
    return claim.year, claim.applicant, claim.subject, claim.benefit.replace("-", "_")


def _unclaimed(parts: Sequence[Part], asked: _Order) -> Iterator[Unclaimed]:
    found = [one for part in parts for one in part.not_claimed]
    return (entry for _, entry in sorted(found, key=lambda one: asked(one[0])))


def _remarks(parts: Sequence[Part]) -> list[Remark]:
    """The remarks of all shards in canonical order, each as the shard makes it that proves it best."""
    best: dict[Atom, tuple[Remark, Any]] = {}
    for one, rank in (pair for part in parts for pair in part.remarks):
        known = best.get(one.atom)
        if known is not None and (rank is None or known[1] is None):
            raise InseparableError
        if known is None or rank < known[1]:
            best[one.atom] = one, rank
    return [best[atom][0] for atom in sorted(best, key=order_key)]


def _beside(
    totals: Iterable[BesideTotal], parts: Sequence[Part], numbering: Numbering
) -> tuple[BesideTotal, ...]:
    """What stands beside the total, with the rules and the proof that its shard gives each line."""
    told = {
        (line.benefit, line.subject): line
        if line.proof is None
        else replace(line, proof=numbering.of[number][line.proof])
        for number, part in enumerate(parts)
        for total in part.beside
        for line in total.lines
    }
    return tuple(
        replace(total, lines=tuple(told[line.benefit, line.subject] for line in total.lines))
        for total in totals
    )


def _shut(problem: Problem, parts: Sequence[Part]) -> Mapping[tuple[str, str, int], Any]:
    constants = {benefit.name: benefit.constant for benefit in problem.policies.benefits}
    found = {key: said for part in parts for key, said in part.shut.items()}
    return {key: found[key] for key in sorted(found, key=lambda key: (key[0], constants[key[1]], key[2]))}


def _limits(parts: Iterable[Part]) -> tuple[LimitUse, ...]:
    """What the plan uses of the limits that name no row, in canonical order. Raises InseparableError."""
    found: dict[Term, LimitUse] = {}
    for limit, used in (pair for part in parts for pair in part.limits.items()):
        if found.setdefault(limit, used) != used:
            raise InseparableError
    return tuple(found[limit] for limit in sorted(found, key=order_key))


def _by(said: Iterable[Said], word: str) -> Iterator[Said]:
    return (one for one in said if one.atom[0] == word)
