"""Which rules about a plan may be asked of connected rows alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from subvent.derivation import reach_of
from subvent.policy.locality import counts_elsewhere, locality_of
from subvent.policy.parsed import parsed
from subvent.policy.types import PolicySet
from subvent.portfolio.types import Portfolio
from subvent.portfolio.vocabulary import Vocabulary

CLAIM = ("claim", 4)
_REMARK = ("remark", 2)
_CHOICES = frozenset((CLAIM, ("claim_for", 5)))
_STRATA = frozenset(("derivation", "review", "procedure"))


class Remarking(NamedTuple):
    """The ids of the review's rules: those that stay among connected rows; those that count all claims."""

    local: frozenset[str]
    counting: frozenset[str]


def remarking(
    policies: PolicySet, vocabulary: Vocabulary, portfolio: Portfolio, answers: Mapping[str, str]
) -> Remarking | None:
    """How connected rows are explained by themselves; None where what follows from some depends on others."""
    # Of the decision's rules those suffice which say what claims look like.
    rules = [
        rule
        for rule in policies.rules
        if rule.stratum in _STRATA or _CHOICES & {head.signature for head in parsed(rule).heads}
    ]
    if any(literal.atom.signature == _REMARK for rule in rules for literal in parsed(rule).literals):
        return None
    reach = reach_of(policies, vocabulary, portfolio, answers, rules)
    if reach is None:
        return None
    local = locality_of(rules, reach)
    if not local.told.keys() <= {_REMARK}:
        return None
    review = {rule.id for rule in rules if rule.stratum == "review"}
    joining = {rule.id: rule for rule in rules if rule.id in local.joining and rule.stratum in _STRATA}
    numbers = {rule.id: number for number, rule in enumerate(rules)}
    if not joining.keys() <= review:
        return None
    if not all(counts_elsewhere(rule, numbers[id_], reach, CLAIM) for id_, rule in joining.items()):
        return None
    return Remarking(frozenset(review - joining.keys()), frozenset(joining))
