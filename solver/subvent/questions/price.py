"""What each provision costs a portfolio: the optimum without it, less the optimum with it.

    prices = price_portfolio(Path("group.xlsx"))
    for price in prices.told: ...            # largest first

Each provision is waived alone, so prices do not add up: where two of them bar the same claim, neither
costs anything by itself. All waivers are derived together; what a waiver leaves as it was is not solved
again, nor where the certificate of the plan shows by itself that nothing can be gained.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from subvent.account import readings_used
from subvent.choice import Chosen, choose
from subvent.derivation import given, names_in
from subvent.diagnostics import ResourceError, Text
from subvent.explain.finished import Finished
from subvent.explain.words import Words
from subvent.logic.session import Grounder
from subvent.logic.terms import Atom
from subvent.logic.worlds import Worlds
from subvent.optimise.kept import still_best
from subvent.optimise.search import Limits
from subvent.optimise.whole import Known, best_of
from subvent.policy.loader import vocabulary_of
from subvent.policy.provisions import WAIVED, Kind, Provision, Provisions, provisions, waiver
from subvent.policy.types import PolicySet
from subvent.portfolio.facts import facts
from subvent.portfolio.types import Portfolio
from subvent.problem import Problem, pose, posed, refused_as_policy_error, resolve_readings
from subvent.questions.outline import limited, opened
from subvent.questions.price_words import best_phrases, label_of
from subvent.result import PolicyUse, ReadingUse


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a price falls on one company or year: fen that it gains without the provision."""

    key: str
    name: str
    fen: int


@dataclass(frozen=True, slots=True)
class Price:
    """What one provision costs, in fen; between `least_fen` and `most_fen` where it is not proven.

    Both are None when the time was over before. `by_company` and `by_year` hold what is not zero; they
    are empty where the time did not suffice to tell plans of equal worth apart.
    """

    pack: str
    document: str
    article: str
    kind: Kind
    name: str
    label: Text
    phrases: tuple[str, ...]
    """The phrases of the provision's rules, the most telling first."""
    rules: tuple[str, ...]
    least_fen: int | None
    most_fen: int | None
    by_company: tuple[Share, ...] = ()
    by_year: tuple[Share, ...] = ()

    @property
    def fen(self) -> int | None:
        """The price, if it is proven."""
        return self.least_fen if self.least_fen == self.most_fen else None


@dataclass(frozen=True, slots=True)
class Prices:
    """The optimum of a portfolio, and the price of every provision of the packs, in their order."""

    file: str
    sha256: str
    total_fen: int
    bound_fen: int
    readings: tuple[ReadingUse, ...]
    policies: tuple[PolicyUse, ...]
    prices: tuple[Price, ...]

    @property
    def proven(self) -> bool:
        """Whether the optimum and every price are proven."""
        return self.total_fen == self.bound_fen and not self.unproven

    @property
    def told(self) -> tuple[Price, ...]:
        """The proven prices that are not zero, the largest first, equal ones in the order of the packs."""
        return tuple(sorted((p for p in self.prices if p.fen), key=lambda price: -(price.fen or 0)))

    @property
    def free(self) -> tuple[Price, ...]:
        """What is proven to cost nothing."""
        return tuple(price for price in self.prices if price.fen == 0)

    @property
    def unproven(self) -> tuple[Price, ...]:
        """What could not be priced in the time given."""
        return tuple(price for price in self.prices if price.fen is None)


class _Found(NamedTuple):
    """The ends of a price, and who gains by it."""

    least: int | None
    most: int | None
    by_company: tuple[Share, ...] = ()
    by_year: tuple[Share, ...] = ()


_APPLICANT, _YEAR = 1, 4
"""Their places in a claim."""
_NOTHING = _Found(0, 0)
_NO_TIME = _Found(None, None)


def price_portfolio(
    path: Path,
    policies: Sequence[str] = (),
    readings: Mapping[str, str] | None = None,
    time_limit: float | None = None,
) -> Prices:
    """The price of every provision for the portfolio in a file.

    `policies` are pack ids or directories (none: all built-in packs), `readings` the answers chosen
    for open questions, `time_limit` seconds. Raises InputError, PolicyError, ResourceError.
    """
    limits = limited(time_limit)
    with opened(path, policies, time_limit) as (policy_set, portfolio, grounder):
        return price_rows(portfolio, policy_set, readings or {}, grounder, limits)


def price_rows(
    portfolio: Portfolio,
    policies: PolicySet,
    readings: Mapping[str, str],
    grounder: Grounder,
    limits: Limits | None = None,
) -> Prices:
    """The price of every provision for a portfolio that is already read.

    Raises PolicyError when the packs cannot be grounded, InputError for answers that do not exist,
    ResourceError when the limits end before any lawful plan is found.
    """
    answers = resolve_readings(policies, readings)
    # The plan comes first, as `plan` makes it: what is left of the time is for its prices.
    base = pose(policies, vocabulary_of(policies), portfolio, answers, grounder, "decision")
    pricing = _Pricing(base, provisions(policies), grounder, limits or Limits())
    words = Words(policies, base.vocabulary, Finished(pricing.base.atoms))
    listed = []
    for number, provision in enumerate(pricing.provisions):
        found, label = pricing.price(number), label_of(provision, policies, words)
        listed.append(_priced(provision, label, found))
    return Prices(
        file=portfolio.file,
        sha256=portfolio.sha256,
        total_fen=pricing.best.total,
        bound_fen=pricing.best.bound,
        readings=readings_used(policies, answers),
        policies=tuple(
            PolicyUse(pack.id, pack.version, pack.document, pack.title, pack.sha256)
            for pack in policies.packs
            if pack.rules
        ),
        prices=tuple(listed),
    )


def _priced(provision: Provision, label: Text, found: _Found) -> Price:
    return Price(
        pack=provision.pack,
        document=provision.rules[0].document,
        article=provision.named.article,
        kind=provision.named.kind,
        name=provision.named.name,
        label=label,
        phrases=best_phrases(provision, label),
        rules=tuple(rule.id for rule in provision.rules),
        least_fen=found.least,
        most_fen=found.most,
        by_company=found.by_company,
        by_year=found.by_year,
    )


class _Pricing:
    """The plan of a portfolio, and what it would be with each provision waived in turn."""

    def __init__(self, base: Problem, waivable: Provisions, grounder: Grounder, limits: Limits) -> None:
        self.base = base
        self.provisions = waivable.provisions
        self._policies = waivable.policies
        self._grounder = grounder
        self._limits = limits
        self._names = {
            row.id: str(row.fields.get("name", "")) for rows in base.portfolio.rows.values() for row in rows
        }
        self._unique: Known = {}
        self._found: dict[frozenset[Atom], _Found] = {}
        self._chosen = choose(base, limits, self._unique)
        self.best = self._chosen.whole
        self._known: Known = {
            part: solution
            for part, solution in zip(self.best.parts, self.best.solutions, strict=True)
            if solution.status == "optimal"
        }

    @cached_property
    def _worlds(self) -> Worlds | None:
        """What the decision is about: as things are, then with each provision waived; None: out of time."""
        base = self.base
        stated = given(self._policies, facts(base.portfolio, base.vocabulary, base.readings))
        waivers = [waiver(number) for number in range(len(self.provisions))]
        worlds = [[], *([one] for one in waivers)]
        program, decision = self._policies.program("derivation"), self._policies.program("decision")
        derive = partial(self._grounder.derive_worlds, program, stated, worlds, names_in(decision))
        try:
            found = refused_as_policy_error(derive)
        except ResourceError:
            return None
        # A waiver that only the derivation rests on makes no difference to the decision by itself.
        silent = {(WAIVED, number) for number, one in enumerate(waivers) if one not in decision}
        return found._replace(added=[[atom for atom in added if atom not in silent] for added in found.added])

    def _problem(self, common: Iterable[Atom], added: Iterable[Atom]) -> Problem:
        atoms = [*common, *added]
        base = self.base
        told = (self._policies, base.vocabulary, base.portfolio, base.readings)
        return posed(*told, (), atoms, self._grounder)

    def price(self, number: int) -> _Found:
        """What the provision of that number costs."""
        worlds = self._worlds
        if worlds is None:
            return _NO_TIME
        added = worlds.added[1 + number]
        key = frozenset(added)
        if key == frozenset(worlds.added[0]):
            # Whatever the optimum is: it is the same.
            return _NOTHING
        if key not in self._found:
            over = self._limits.deadline is not None and monotonic() > self._limits.deadline
            found = _NO_TIME if over else self._solved(worlds.common, added)
            if found == _NO_TIME:
                return found
            self._found[key] = found
        return self._found[key]

    def _solved(self, common: Iterable[Atom], added: Sequence[Atom]) -> _Found:
        try:
            problem = self._problem(common, added)
            settled = dict(self.base.model.settled)
            if self.best.total == self.best.bound and still_best(problem.model, self.best, settled):
                return _NOTHING
            best = best_of(problem.model, self._limits, self._known)
            if not best.found:
                return _NO_TIME
            least, most = best.total - self.best.bound, best.bound - self.best.total
            if least != most or not least:
                return _Found(least, most)
            # Only who gains needs the first among equals: telling equals apart may take longer than all else.
            without = choose(problem, self._limits, self._unique)
        except ResourceError:
            return _NO_TIME
        if (without.whole.total, self._chosen.whole.total) != (best.total, self.best.total):
            return _Found(least, most)
        return _Found(least, most, self._shares(without, _APPLICANT), self._shares(without, _YEAR))

    def _shares(self, without: Chosen, place: int) -> tuple[Share, ...]:
        """What claims that share an argument bring more without the provision, where that is not zero."""
        gains: Counter[str | int] = Counter()
        for chosen, sign in ((without, 1), (self._chosen, -1)):
            for claim, fen in chosen.fen.items():
                gains[claim[place]] += sign * fen
        return tuple(
            Share(str(key), self._names.get(str(key), "") if place == _APPLICANT else "", fen)
            for key, fen in sorted(gains.items())
            if fen
        )
