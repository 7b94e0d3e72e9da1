"""Grounds the frozen reference program over a portfolio with clingo: the unit of other measurements.

python benchmarks/reference.py group.json      prints what grounding took, as JSON
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import clingo
from child import Clock

PROGRAM = Path(__file__).with_name("reference.lp")


def facts(portfolio: dict[str, Any]) -> Iterator[str]:
    """The portfolio as facts of the reference program. Its money is in 万元."""
    for company in portfolio["companies"]:
        name, founded = quoted(company["id"]), company["established"].split("-")
        yield f"company({name})."
        yield f"founded({name},({int(founded[0])},{int(founded[1])}))."
        if "0610" <= company["industry_code"] <= "4690":
            yield f"industrial({name})."
    for row in portfolio["projects"]:
        name = quoted(row["id"])
        yield f"project({name},{quoted(row['applicant'])})."
        yield from (f"kind({name},{kind})." for kind in row["kinds"])
        yield from (f"year({name},{year})." for year in row["filing_years"])
        yield f"investment({name},{_pair(row['total_investment'])})."
        yield f"cost({name},{_pair(row['audited_cost'])})."
        yield from (f"{word}({name})." for word, key in _FLAGS.items() if row[key])


_FLAGS = {"done": "completed", "filed": "filed_before_start"}


def quoted(name: str) -> str:
    """A name as a string of clingo."""
    return str(clingo.String(name))


def _pair(money: float) -> str:
    whole, part = divmod(Decimal(str(money)) * 10**6, 10**6)
    return f"({int(whole)},{int(part)})"


def main() -> None:
    """Ground the program over the facts of a file. What is measured is clingo's part: parse and ground."""
    portfolio = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    text = "\n".join(facts(portfolio))
    clock = Clock()
    control = clingo.Control()
    control.add("base", [], PROGRAM.read_text(encoding="utf-8"))
    control.add("base", [], text)
    control.ground([("base", [])])
    print(json.dumps({"grounding": clock.taken(), "facts": text.count("\n") + 1}))


if __name__ == "__main__":
    main()
