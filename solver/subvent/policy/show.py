"""What `policy list`, `show` and `readings` render: packs, and articles with their phrases and rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from subvent.diagnostics import PolicyError, Text, diagnostic
from subvent.policy.types import Pack, PolicySet, Reading, Rule
from subvent.portfolio.nearest import suggestion


@dataclass(frozen=True, slots=True)
class Article:
    """One article of a pack: its heading, every phrase quoted, the readings it leaves open, its rules."""

    id: str
    heading: Text
    phrases: tuple[str, ...]
    rules: tuple[Rule, ...]
    readings: tuple[Reading, ...]


def find_pack(policies: PolicySet, pack: str) -> Pack:
    """The pack with this id. Raises PolicyError naming the nearest."""
    known = {p.id: p for p in policies.packs}
    if pack not in known:
        near = suggestion(pack, known, {p.id: p.title for p in policies.packs})
        raise PolicyError(diagnostic("policy.unknown-pack", name=pack, nearest=near))
    return known[pack]


def articles(pack: Pack, wanted: Sequence[str] = ()) -> tuple[Article, ...]:
    """The articles of a pack in the order of policy.toml; only the wanted ones when some are named.

    Raises PolicyError naming the nearest when one of them does not exist.
    """
    for name in wanted:
        if name not in pack.articles:
            near = suggestion(name, pack.articles, pack.articles)
            raise PolicyError(diagnostic("policy.unknown-article", article=name, nearest=near))
    return tuple(
        _article(pack, name, heading)
        for name, heading in pack.articles.items()
        if not wanted or name in wanted
    )


def _article(pack: Pack, name: str, heading: Text) -> Article:
    rules = tuple(rule for rule in pack.rules if rule.article == name)
    return Article(
        id=name,
        heading=heading,
        phrases=tuple(dict.fromkeys(phrase for rule in rules for phrase in rule.phrases)),
        rules=rules,
        readings=tuple(reading for reading in pack.readings if reading.citation.article == name),
    )
