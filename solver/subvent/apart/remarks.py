"""Which rules about a plan may be asked of connected rows alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from subvent.derivation import reach_of
from subvent.explain.lexicon import lexicon
from subvent.policy.locality import locality_of
from subvent.policy.parsed import parsed
from subvent.policy.types import PolicySet, Rule
from subvent.portfolio.types import Portfolio
from subvent.portfolio.vocabulary import Vocabulary

_REMARK = ("remark", 2)
_CHOICES = frozenset((("claim", 4), ("claim_for", 5)))
_STRATA = frozenset(("derivation", "review", "procedure"))


class Remarking(NamedTuple):
    """The ids of the review's rules that stay among connected rows, and of those that join any rows."""

    local: frozenset[str]
    joining: frozenset[str]


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
    joining = [rule for rule in rules if rule.id in local.joining and rule.stratum in _STRATA]
    if not all(rule.id in review and _is_plain(rule, policies) for rule in joining):
        return None
    ids = frozenset(rule.id for rule in joining)
    return Remarking(frozenset(review - ids), ids)


def _is_plain(rule: Rule, policies: PolicySet) -> bool:
    """Whether a proof by this rule shows its own premises, and has nothing to say of what it denies."""
    statement, words = parsed(rule), lexicon(policies).predicates
    if statement.conditional or statement.kind != "rule":
        return False
    # What is denied is told to be closed by what the rules for it deny in their turn.
    closed = {
        head.signature
        for one in map(parsed, policies.rules)
        if any(literal.negative for literal in one.literals)
        for head in one.heads
    }
    names = [(literal, words.get("{}/{}".format(*literal.atom.signature))) for literal in statement.literals]
    return not any(
        (literal.negative and literal.atom.signature in closed) or (found is not None and found.hidden)
        for literal, found in names
    )
