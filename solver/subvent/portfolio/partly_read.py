"""A file of which some cells could not be read: what could be is still validated, for one complete report."""

from __future__ import annotations

from typing import Final

from subvent.diagnostics import Diagnostic, InputError
from subvent.portfolio.types import RawPortfolio


class Reported(str):
    """The value of a cell whose fault is reported already: it is neither taken nor missed."""

    __slots__ = ()


REPORTED: Final = Reported()
"""What a reader puts into a cell that it has reported."""


class PartlyReadError(InputError):
    """Faults found while reading, with everything that could be read (`raw`) beside them."""

    def __init__(self, raw: RawPortfolio, *diagnostics: Diagnostic) -> None:
        super().__init__(*diagnostics)
        self.raw = raw
