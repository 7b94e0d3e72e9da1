"""What insisting on a claim that something else outbids changes: in total, and claim by claim."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from subvent.diagnostics import Citation, Language, Text
from subvent.display import harmless
from subvent.explain.layout import width as columns_of
from subvent.explain.layout import wrap
from subvent.explain.quantities import wan
from subvent.explain.tree import article_name
from subvent.money import yuan

_AGAINST = Text(
    "含它的最优方案与最优方案相比{proven}：", "The best plan that holds it, against the best plan{proven}:"
)
_AGAINST_IN_ALL = Text(
    "含它的最优方案合计 {total}万元，与最优方案相比{proven}：",
    "The best plan that holds it comes to {total}万元; against the best plan{proven}:",
)
_MUST_GO = Text(
    "没有重新求解。方案中与它不能并存的申报：",
    "Nothing was planned anew. Claims of the plan that cannot stay beside it:",
)
_SHARES = Text(
    "没有重新求解。方案中与它共用上限的申报：",
    "Nothing was planned anew. Claims of the plan that share a cap with it:",
)
_FILED_IN = Text("{year}年申报它：", "filed in {year}:")
_NONE_ALONE = Text("没有哪一项单独不能并存，见上列限制", "none by itself; see the limits above")
_NOT_ALL = Text("下列各项不能全部保留，因：{limit}", "Not all of these can stay, because {limit}:")
_NOT_KEPT = Text(
    "去掉任何一项都不足以符合：{limit}", "Leaving out any one claim does not suffice to keep to: {limit}"
)
_PASSED = Text(
    "与它合计 {together}万元，最多只付 {most}万元，因：{limit}",
    "Together with it {together}万元, of which at most {most}万元 is paid, because {limit}:",
)
_MORE = Text("另有 {count} 项", "{count} more")
_MOST_CLAIMS = 8
"""Claims that are named under one limit."""
_NOT_PROVEN = Text("（未能在时限内证明）", " (not proven in the time given)")
_FORCED = Text("因：{limit}", "because {limit}")
_SMALLER = Text("另有 {count} 项较小的变化", "{count} smaller changes")


Marks = Callable[[Iterable[Citation]], str]
"""Citations as marks behind a sentence."""


class Force(NamedTuple):
    """A limit that keeps a claim out of a plan: its name, what it is called, and the phrases behind it."""

    name: str
    said: Text
    citations: tuple[Citation, ...]


class Moved(NamedTuple):
    """A claim that two plans do not hold alike, in words, with its fen in each; None: it is not claimed.

    `forced` are the limits that keep it out of the second plan, where it is only in the first, or the shared
    caps that leave it less there.
    """

    id: str
    said: Text
    before: int | None
    after: int | None
    forced: tuple[Force, ...] = ()

    @property
    def gain(self) -> int:
        """What it brings more in the second, in fen."""
        return (self.after or 0) - (self.before or 0)


class Insisted(NamedTuple):
    """The best plan that holds a claim, against the best of all.

    `total` and `loss` are in fen; the total is None where only the rows that have to do with the claim were
    planned. `proven`: no plan that holds it brings more. The gains of the changes add up to minus the loss.
    """

    total: int | None
    loss: int
    changes: tuple[Moved, ...]
    proven: bool


class Crowd(NamedTuple):
    """A limit that leaves no room for all of these claims of a plan beside a further one.

    Of a shared cap `together` is what they and the further one come to by themselves, `most` what is paid of
    it, in fen; of a limit by number, or of a rule of a pack's own, both are None. Without claims none alone
    makes the room.
    """

    force: Force
    claims: tuple[Moved, ...]
    together: int | None = None
    most: int | None = None


class Way(NamedTuple):
    """A year to file an outbid claim in, and the claims of the plan that cannot stay beside it, with why.

    `crowds` are the limits that say of several claims that not all can stay, or that they bring less.
    """

    year: int
    leaving: tuple[Moved, ...]
    crowds: tuple[Crowd, ...] = ()

    def each(self, change: Callable[[Moved], Moved]) -> Way:
        """The same with every claim changed alike."""
        crowds = tuple(one._replace(claims=tuple(map(change, one.claims))) for one in self.crowds)
        return Way(self.year, tuple(map(change, self.leaving)), crowds)


def ways_lines(
    ways: Sequence[Way], language: Language, width: int, marks: Marks | None = None
) -> Iterator[str]:
    """Which claims of a plan cannot stay beside one that it does not hold, for so many columns."""
    if ways:
        goes = any(way.leaving or any(crowd.most is None for crowd in way.crowds) for way in ways)
        none = not any(way.leaving or way.crowds for way in ways)
        yield from wrap((_MUST_GO if goes or none else _SHARES).in_(language), width, "  ")
    for way in ways:
        if len(ways) > 1:
            yield from wrap(_FILED_IN.in_(language).format(year=way.year), width, "    ")
        yield from moved_lines(way.leaving, language, width, marks=marks)
        for crowd in way.crowds:
            yield from _crowd_lines(crowd, language, width, marks)
        if not way.leaving and not way.crowds:
            yield from wrap(_NONE_ALONE.in_(language), width, "    ")


def _crowd_lines(crowd: Crowd, language: Language, width: int, marks: Marks | None) -> Iterator[str]:
    said = _PASSED if crowd.most is not None else _NOT_ALL if crowd.claims else _NOT_KEPT
    together, most = (wan(fen or 0) for fen in (crowd.together, crowd.most))
    shown = said.in_(language).format(
        limit=_named(crowd.force, language, marks), together=together, most=most
    )
    yield from wrap(harmless(shown), width, "    ")
    ranked = sorted(crowd.claims, key=lambda one: -(one.before or 0))[:_MOST_CLAIMS]
    amounts = [wan(one.before or 0, 2) for one in ranked]
    widest = max(map(columns_of, amounts), default=0)
    for one, amount in zip(ranked, amounts, strict=True):
        begin = f"      {' ' * (widest - columns_of(amount))}{amount}  "
        yield from wrap(harmless(one.said.in_(language)), width, begin, " " * (8 + widest))
    if left := len(crowd.claims) - len(ranked):
        yield f"      … {_MORE.in_(language).format(count=left)}"


def ways_data(ways: Sequence[Way]) -> list[dict[str, Any]]:
    """The same as plain data, amounts as strings of yuan."""
    return [
        {
            "year": way.year,
            "claims": [
                {**_held(one), "forced_by": [force_data(force) for force in one.forced]}
                for one in way.leaving
            ],
            **({"not_all": not_all} if (not_all := [_crowd(one) for one in way.crowds]) else {}),
        }
        for way in ways
    ]


def _crowd(crowd: Crowd) -> dict[str, Any]:
    cap = {"together_yuan": _yuan(crowd.together), "at_most_yuan": _yuan(crowd.most)}
    return {
        "forced_by": force_data(crowd.force),
        **(cap if crowd.most is not None else {}),
        "claims": [_held(one) for one in crowd.claims],
    }


def _held(one: Moved) -> dict[str, Any]:
    return {"id": one.id, "amount_yuan": _yuan(one.before)}


def insisted_lines(
    found: Insisted, language: Language, width: int, marks: Marks | None = None
) -> Iterator[str]:
    """What comes, goes, or brings something else, for a terminal of `width` columns.

    `marks` makes marks of citations; without them articles stand by their names.
    """
    said = (_AGAINST if found.total is None else _AGAINST_IN_ALL).in_(language)
    proven = "" if found.proven else _NOT_PROVEN.in_(language)
    yield from wrap(said.format(total=wan(found.total or 0), proven=proven), width, "  ")
    yield from moved_lines(found.changes, language, width, marks=marks)


def insisted_data(found: Insisted | None) -> dict[str, Any] | None:
    """The same as plain data, amounts as strings of yuan."""
    return found and {
        "total_yuan": _yuan(found.total),
        "loss_yuan": yuan(found.loss) if found.proven else None,
        "proven": found.proven,
        "changes": [
            {
                "id": one.id,
                "before_yuan": _yuan(one.before),
                "after_yuan": _yuan(one.after),
                "forced_by": [force_data(force) for force in one.forced],
            }
            for one in found.changes
        ],
    }


def moved_lines(
    changes: Sequence[Moved],
    language: Language,
    width: int,
    most: int | None = None,
    marks: Marks | None = None,
) -> list[str]:
    """What is claimed in addition (+), no more (−), or for another amount (~); of many the `most` largest.

    Below what goes, or brings less, stands what forces it to.
    """
    ranked = sorted(range(len(changes)), key=lambda i: -abs(changes[i].gain))[:most]
    shown = [changes[i] for i in sorted(ranked)]
    amounts = [_amount(change) for change in shown]
    widest = max(map(columns_of, amounts), default=0)
    lines: list[str] = []
    for change, amount in zip(shown, amounts, strict=True):
        sign = "+" if change.before is None else "−" if change.after is None else "~"
        space = " " * (widest - columns_of(amount))
        said = harmless(change.said.in_(language))
        lines += wrap(said, width, f"    {sign} {space}{amount}  ", " " * (8 + widest))
        for force in change.forced:
            because = _FORCED.in_(language).format(limit=_named(force, language, marks))
            lines += wrap(harmless(because), width, " " * (8 + widest))
    if left := len(changes) - len(shown):
        lines.append(f"    … {_SMALLER.in_(language).format(count=left)}")
    return lines


def cited(citations: Iterable[Citation], language: Language) -> str:
    """Citations as their documents and articles in brackets, to stand behind a sentence."""
    names = dict.fromkeys(f"{one.document} {article_name(one.article, language)}" for one in citations)
    return f" 〔{'、'.join(names)}〕" if names else ""


def _named(force: Force, language: Language, marks: Marks | None) -> str:
    """A limit with its articles behind it."""
    return force.said.in_(language) + (marks or (lambda laws: cited(laws, language)))(force.citations)


def force_data(force: Force) -> dict[str, Any]:
    """What forces a claim out, as plain data."""
    return {
        "limit": force.name,
        "text": {"zh": force.said.zh, "en": force.said.en},
        "citations": [
            {"document": law.document, "article": law.article, "phrase": law.phrase}
            for law in force.citations
        ],
    }


def _amount(change: Moved) -> str:
    return " → ".join(wan(fen, 2) for fen in (change.before, change.after) if fen is not None)


def _yuan(fen: int | None) -> str | None:
    return None if fen is None else yuan(fen)
