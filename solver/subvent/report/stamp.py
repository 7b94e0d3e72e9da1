"""What a plan's file says of the batch that wrote it: by this a later run knows that nothing is left to do.

In JSON it stands in `run.batch`, with a digest of all the rest; in a workbook among the properties of the
document, whose parts have checksums of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from subvent.money import yuan
from subvent.report.json import json_pieces, plan_json
from subvent.result import Plan

_PROPERTIES = "docProps/custom.xml"
_PREFIX = "subvent."


class Stamp(NamedTuple):
    """What a plan was made from, as a digest, and what is told of it in one line. Sums in yuan."""

    made_from: str
    status: str
    total_yuan: str
    bound_yuan: str
    claims: str
    warnings: str


class DamagedError(ValueError):
    """The file is not, or not any more, what was written."""


def stamp_of(plan: Plan, made_from: str) -> Stamp:
    """The stamp of a plan."""
    return Stamp(
        made_from,
        plan.status,
        yuan(plan.total_fen),
        yuan(plan.bound_fen),
        str(len(plan.claims)),
        str(len(plan.warnings)),
    )


def stamped_json(plan: Plan, stamp: Stamp) -> str:
    """The plan as JSON text, with its stamp."""
    sealed = {**stamp._asdict(), "sha256": sha256(plan_json(plan).encode()).hexdigest()}
    return plan_json(replace(plan, run={**plan.run, "batch": sealed}))


def properties(stamp: Stamp) -> dict[str, str]:
    """The stamp as properties of a workbook."""
    return {_PREFIX + name: value for name, value in stamp._asdict().items()}


def read_stamp(path: Path) -> Stamp | None:
    """The stamp of a plan's file; None where it has none.

    Raises DamagedError where the file is not whole, OSError where it cannot be read.
    """
    return _of_workbook(path) if path.suffix == ".xlsx" else _of_json(path)


def _of_json(path: Path) -> Stamp | None:
    try:
        plan: dict[str, Any] = json.loads(path.read_bytes())
        sealed = plan["run"].pop("batch", None)
        if sealed is None:
            return None
        stated = sealed.pop("sha256")
        stamp = Stamp(**sealed)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DamagedError from error
    if sha256("".join(json_pieces(plan.items())).encode()).hexdigest() != stated:
        raise DamagedError
    return stamp


def _of_workbook(path: Path) -> Stamp | None:
    # Loaded when a workbook is read: openpyxl is slow to import.
    from openpyxl.packaging.custom import CustomPropertyList  # noqa: PLC0415
    from openpyxl.xml.functions import fromstring  # noqa: PLC0415

    try:
        with ZipFile(path) as archive:
            if archive.testzip() is not None:
                raise DamagedError
            if _PROPERTIES not in archive.namelist():
                return None
            tree: Any = fromstring(archive.read(_PROPERTIES))
            found: Iterable[Any] = CustomPropertyList.from_tree(tree)
    except (BadZipFile, ParseError, EOFError) as error:
        raise DamagedError from error
    values = {one.name.removeprefix(_PREFIX): str(one.value) for one in found}
    return Stamp(**values) if set(values) == set(Stamp._fields) else None
