"""What was filed before, in a few lines of the plan's text: a line a year, with the sum of what binds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from subvent.diagnostics import Language, Text
from subvent.explain.quantities import wan
from subvent.result import Filing, Plan

EARLIER = Text("以往申报（不再规划，不计入合计）", "Filed before (not planned again, no part of the total)")
_YEAR = Text("{year}年：{told}", "{year}: {told}")
_COUNT = Text("{status} {count} 项", "{status}: {count}")
_SUM = Text("，{wan} 万元", ", {wan} 万元")
_UNSTATED = Text("（其中 {count} 项未填金额）", " ({count} of them without an amount)")


def history_lines(plan: Plan, language: Language) -> Iterator[str]:
    """For each year, in order, how many filings became what, and of those that bind how much they come to."""
    years: defaultdict[int, defaultdict[str, list[Filing]]] = defaultdict(lambda: defaultdict(list))
    for one in plan.history:
        years[one.year][one.status].append(one)
    stop = "；" if language == "zh" else "; "
    for year, by_status in years.items():
        told = stop.join(_told(by_status[status], language) for status in sorted(by_status))
        yield _YEAR.in_(language).format(year=year, told=told)


def _told(filings: Sequence[Filing], language: Language) -> str:
    """How many of one status, and their sum as far as it is stated."""
    said = _COUNT.in_(language).format(status=filings[0].status_label.in_(language), count=len(filings))
    amounts = [one.fen for one in filings if one.binds and one.fen is not None]
    if amounts:
        said += _SUM.in_(language).format(wan=wan(sum(amounts), 2))
    if 0 < len(amounts) < len(filings):
        said += _UNSTATED.in_(language).format(count=len(filings) - len(amounts))
    return said
