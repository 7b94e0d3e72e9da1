"""What the history says of earlier filings, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from subvent.diagnostics import Language, Text
from subvent.explain.quantities import wan
from subvent.result import Filing, Finding

Filed = dict[tuple[str, str], tuple[Finding, ...]]
"""By subject and benefit what the history says of them."""
_FILING = Text("历史：{year}年{status}{more}", "history: {status} in {year}{more}")
_OF = Text("，{wan} 万元", ", {wan} 万元")


def filing_said(filing: Filing, language: Language) -> str:
    """What became of a filing, and of how much."""
    more = "" if filing.fen is None else _OF.in_(language).format(wan=wan(filing.fen, 2))
    status = filing.status_label.in_(language)
    return _FILING.in_(language).format(year=filing.year, status=status, more=more)


def found_filed(filings: Iterable[Filing]) -> Filed:
    """What there is to say of each subject and benefit that was filed before."""
    found: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
    for one in filings:
        said = Text(filing_said(one, "zh"), filing_said(one, "en"))
        kind = "filed" if one.binds else "refused"
        found[one.subject, one.benefit].append(Finding(kind, one.status, said, place=one.place))
    return {pair: tuple(findings) for pair, findings in found.items()}
