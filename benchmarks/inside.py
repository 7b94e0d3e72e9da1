"""What a child takes to explain one shard of a large plan, told beside its answer.

The child runs this instead of `subvent.apart.part.explained`, whose functions are watched while it does.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from subvent.apart import part
from subvent.apart.columns import Columns

WATCHED = {
    "_derived": "derived",
    "_told": "proofs",
    "_walked": "proofs",
    "_columns": "words",
    "lines": "claims",
    "each_unclaimed": "reasons",
    "shut_years": "reasons",
    "lacking": "reasons",
}
"""Functions by their names in that module, and what their time is counted as."""
_taken: defaultdict[str, float] = defaultdict(float)


def explained(common: bytes, shard: bytes) -> tuple[Any, dict[str, float]]:
    """The answer; processor seconds by what they were taken for; steps, and those of them below claims."""
    _taken.clear()
    answer = part.explained(common, shard)
    if answer is not None:
        _taken["steps"] = len(Columns.received(answer[1]))
    return answer, dict(_taken)


def _watch(name: str, stage: str) -> None:
    function = getattr(part, name)

    def timed(*given: Any, **named: Any) -> Any:
        began = time.process_time()
        found = function(*given, **named)
        found = tuple(found) if isinstance(found, Iterator) else found
        _taken[stage] += time.process_time() - began
        if name == "_told":
            _taken["below claims"] = found[0].below_claims
        return found

    setattr(part, name, timed)


for _name, _stage in WATCHED.items():
    _watch(_name, _stage)
