"""Where two plans, both as plain data, differ: by JSON pointer, whatever parts a plan may have.

A part that is added to a plan is compared without a line here, unless `NOT_COMPARED` names it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from subvent.diagnostics import Text
from subvent.display import shortened

NOT_COMPARED: Mapping[str, Text] = {
    "/not_claimed/*/loss_yuan": Text("需要重新求解", "it takes the optimiser"),
    "/not_claimed/*/possible": Text("需要重新求解", "it takes the optimiser"),
    "/strict": Text(
        "其中的合计需要重新求解；只核对了问题、答案和相同答案的合计是否一致",
        "its totals take the optimiser; that questions, answers and totals agree is checked",
    ),
    "/run/version": Text("政策包的 sha256 已核对", "the sha256 of the packs is checked"),
    "/run/batch": Text("只供 batch --resume 核对这份文件", "it is for batch --resume to know the file by"),
    "/run/*_seconds": Text("每次运行各不相同", "it differs from run to run"),
    "/inputs/file": Text("文件可以改名，内容由 sha256 核对", "a file may be renamed; its sha256 is checked"),
    "/certificate": Text("它证明的上界已复核", "the bound that it proves is checked"),
}
"""What a check of a plan does not compare with what it derives itself, by pointer pattern, and why."""

_APART = (
    "/total_yuan",
    "/bound_yuan",
    "/range_yuan",
    "/claims/*/amount_yuan",
    "/beside_total/*_yuan",
    "/inputs/sha256",
    "/policies/*/sha256",
)
"""What the check of a plan names in words of its own."""


class Difference(NamedTuple):
    """One place where what is written is not what is derived; both as short JSON, `–` for nothing."""

    pointer: str
    written: str
    right: str


_PLACES = "/run/places/"
_NOTHING = object()


def differences(written: Any, right: Any, pointer: str = "") -> Iterator[Difference]:
    """Where `written` differs from `right`, in order; of lists of unequal length the first place only."""
    if written == right or any(fnmatchcase(pointer, pattern) for pattern in (*NOT_COMPARED, *_APART)):
        return
    if isinstance(written, dict) and isinstance(right, dict):
        for key in dict.fromkeys((*right, *written)):
            step = str(key).replace("~", "~0").replace("/", "~1")
            yield from differences(written.get(key, _NOTHING), right.get(key, _NOTHING), f"{pointer}/{step}")
    elif isinstance(written, list) and isinstance(right, list):
        count = max(len(written), len(right))
        pairs = zip(_filled(written, count), _filled(right, count), strict=True)
        for i, (one, other) in enumerate(pairs):
            found = list(differences(one, other, f"{pointer}/{i}"))
            yield from found
            if found and len(written) != len(right):
                return
    else:
        yield Difference(pointer, _shown(written), _shown(right))


def places_apart(found: Iterable[Difference]) -> tuple[list[Difference], list[Difference]]:
    """What differs in where things stand in the portfolio, by what stands there; and all other differences.

    Rows that were sorted, or saved in another format, state what they did and stand elsewhere.
    """
    elsewhere: list[Difference] = []
    others: list[Difference] = []
    for one in found:
        if one.pointer.startswith(_PLACES):
            told, _, _ = one.pointer.removeprefix(_PLACES).partition("/")
            elsewhere.append(one._replace(pointer=told.replace("~1", "/").replace("~0", "~")))
        else:
            others.append(one)
    return elsewhere, others


def _filled(entries: list[Any], count: int) -> list[Any]:
    return [*entries, *[_NOTHING] * (count - len(entries))]


def _shown(value: Any) -> str:
    return "–" if value is _NOTHING else shortened(json.dumps(value, ensure_ascii=False))
