"""Plans side by side as text: several versions of a portfolio, and the claims in which they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from subvent.diagnostics import Language, Text
from subvent.display import harmless
from subvent.explain.filed import filing_said
from subvent.explain.insisted import moved_lines
from subvent.explain.layout import wrap
from subvent.explain.quantities import wan
from subvent.explain.why import DEFAULT_WIDTH
from subvent.questions.outline import Change, Compared, Line, Words, moved, said
from subvent.report.table import Column, table
from subvent.result import Filing

BOLD, PLAIN = "\x1b[1m", "\x1b[0m"
NOT_PROVEN = Text("（未证明最优）", " (not proven)")
TOTAL = Text("合计（万元）", "Total (万元)")
_TITLE = Text("申报方案比较", "Plans side by side")
_VERSION = Text("版本", "Version")
_DIFFERENCE = Text("与第一个相差", "Against the first")
_COUNT = Text("项数", "Claims")
_AGAINST = Text("{name} 与 {first} 相比", "{name} against {first}")
_NO_CHANGE = Text("申报项和金额都相同。", "The same claims for the same amounts.")
_DEFAULT = Text("默认", "default")
_NUMBER = Text("第{number}个", "no. {number}")


def versions_text(
    compared: Sequence[Compared],
    language: Language = "zh",
    width: int = DEFAULT_WIDTH,
    *,
    color: bool = False,
) -> str:
    """Totals of all versions, and the claims in which each differs from the first; ends in a line break.

    Names are made harmless. Amounts are in 万元, exact to the fen.
    """
    lines = [bold(_TITLE.in_(language), color=color), ""]
    names = version_names(compared, language)
    first = compared[0].outline.total
    rows = [
        [
            name + ("" if one.outline.proven else NOT_PROVEN.in_(language)),
            wan(one.outline.total, 2),
            "" if one is compared[0] else signed(one.outline.total - first),
            str(len(one.outline.claims)),
        ]
        for name, one in zip(names, compared, strict=True)
    ]
    heads = [
        Column(_VERSION.in_(language)),
        *(Column(h.in_(language), right=True) for h in (TOTAL, _DIFFERENCE)),
    ]
    lines += table([*heads, Column(_COUNT.in_(language), right=True)], rows, width)
    for name, one in list(zip(names, compared, strict=True))[1:]:
        against = _AGAINST.in_(language).format(name=name, first=names[0])
        lines += ["", *(bold(line, color=color) for line in wrap(harmless(against), width))]
        words = joined_words(compared[0].words, one.words)
        told = change_lines(one.changes, words, language, width, filed=one.filed)
        lines += told or [f"  {_NO_CHANGE.in_(language)}"]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def version_names(compared: Sequence[Compared], language: Language) -> list[str]:
    """What tells the versions apart: file, packs and answers as far as they differ, else their number."""
    versions = [one.version for one in compared]
    parts = [
        ([str(v.path)], list(v.policies), [f"{name}={answer}" for name, answer in sorted(v.readings.items())])
        for v in versions
    ]
    told = [place for place in range(3) if any(part[place] != parts[0][place] for part in parts)] or [0]
    default = _DEFAULT.in_(language)
    names = [" · ".join(" ".join(part[place]) or default for place in told) for part in parts]
    if len(set(names)) == len(names):
        return names
    return [f"{name} · {_NUMBER.in_(language).format(number=i)}" for i, name in enumerate(names, 1)]


def change_lines(
    changes: Sequence[Change],
    words: Words,
    language: Language,
    width: int,
    most: int | None = None,
    *,
    filed: Mapping[Line, Sequence[Filing]] = MappingProxyType({}),
) -> list[str]:
    """What is claimed in addition (+), no more (−), or for another amount (~); of many the `most` largest.

    `filed`: what the history says of some claims, told behind them.
    """
    told = []
    for change in changes:
        one = moved(change, words)
        for filing in filed.get(change.line, ()):
            history = Text(f"（{filing_said(filing, 'zh')}）", f" ({filing_said(filing, 'en')})")
            one = one._replace(said=Text(one.said.zh + history.zh, one.said.en + history.en))
        told.append(one)
    return moved_lines(told, language, width, most)


def line_said(line: Line, words: Words, language: Language) -> str:
    """A claim in words: applicant, subject, benefit, row that it is made for, year."""
    return said(line, words).in_(language)


def signed(fen: int) -> str:
    """A difference in 万元 with its sign; nothing is `0.00`."""
    return ("+" if fen > 0 else "−" if fen < 0 else "") + wan(abs(fen), 2)


def bold(text: str, *, color: bool) -> str:
    """A heading."""
    return f"{BOLD}{text}{PLAIN}" if color else text


def joined_words(first: Words, second: Words) -> Words:
    """What either calls things; the second's words where both have some."""
    return Words({**first.benefits, **second.benefits}, {**first.rows, **second.rows})
