"""What a solver found: the claims it makes, and how good they can be at most."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from subvent.model.linear import LinearModel


class Found(NamedTuple):
    """`drawn` are the names of the claims made (None: none found), `bound` is in fen."""

    drawn: frozenset[str] | None
    bound: int | None = None
    proven: bool = False
    remark: str = ""


def drawn_of(model: LinearModel, values: Mapping[str, int]) -> frozenset[str]:
    """The names of what is true under the values of a model's variables, what is settled included."""
    return frozenset(name for name, value in {**dict(model.settled), **values}.items() if value == 1)
