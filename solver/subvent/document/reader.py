"""Reads a saved plan back, strictly: everything that is wrong with its shape is told, each with its place."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from subvent.diagnostics import Diagnostic, InputError, Place, Text, diagnostic
from subvent.display import shortened
from subvent.document.shape import PlanDocument
from subvent.portfolio.json_reader import read_json
from subvent.portfolio.types import Cell
from subvent.process.foreign import NOT_UTF_8, json_fault, refusal, shape_fault

MOST_FAULTS = 20
"""More faults of one file are counted, not listed."""
LARGEST_FILE = 256 << 20
"""Bytes; a plan of thousands of projects stays far below."""

_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".et")
_TOO_DEEP = Text("嵌套太深", "it is nested too deep")
_TOO_LONG = Text("有一个数太长", "a number in it is too long")


class _RepeatedError(ValueError):
    """A key stands twice in one object."""


class _NotWholeError(ValueError):
    """A number is no integer."""


def read_plan(path: Path) -> PlanDocument:
    """The plan saved in a file. Raises InputError with everything that is wrong with it."""
    return plan_from_json(_text_of(path), str(path))


def read_entries(path: Path) -> PlanEntries:
    """The plan saved in a file, of which only some entries will be asked for. Raises InputError."""
    text = _text_of(path)
    return PlanEntries(text, _parsed(text, str(path)), str(path))


class PlanEntries:
    """A saved plan whose entries are checked when they are asked for: of a large one few are."""

    def __init__(self, text: str, data: Mapping[str, Any], file: str) -> None:
        self._text, self._data, self._file = text, data, file

    def of(self, rows: Collection[str]) -> PlanDocument:
        """The plan with its claims on some rows, and what it does not claim of them, without proofs.

        Raises InputError with everything that is wrong with the file where anything of that is.
        """
        own = dict(self._data)
        for name in ("claims", "not_claimed"):
            lines = own.get(name)
            if isinstance(lines, list) and all(isinstance(line, dict) for line in lines):
                held = [line for line in lines if {line.get("subject"), line.get("applicant")} & set(rows)]
                own[name] = [{**line, "proof": None} for line in held] if name == "claims" else held
        unread = (
            "steps",
            "phrases",
            "unknown",
            "assumptions",
            "warnings",
            "entitlements",
            "duties",
            "history",
        )
        bare: dict[str, Any] = {"certificate": {}, "run": {}, **{name: [] for name in unread}}
        try:
            return PlanDocument.model_validate_json(json.dumps(own | bare), strict=True)
        except ValidationError:
            # Places are those in the file.
            plan_from_json(self._text, self._file)
            raise


def _text_of(path: Path) -> str:
    place = Place(str(path))
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise InputError(diagnostic("plan-file.too-large", place, megabytes=LARGEST_FILE >> 20))
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        if path.suffix.lower() in _WORKBOOKS:
            raise InputError(diagnostic("plan-file.is-a-workbook", place)) from error
        raise InputError(diagnostic("plan-file.not-json", place, reason=NOT_UTF_8)) from error
    except FileNotFoundError as error:
        raise InputError(diagnostic("plan-file.no-such-file", place, path=path)) from error
    except OSError as error:
        told = diagnostic("plan-file.cannot-read", place, path=path, reason=refusal(error))
        raise InputError(told) from error


def plan_from_json(text: str, file: str = "") -> PlanDocument:
    """The plan that a JSON text describes. Raises InputError with everything that is wrong with it."""
    data = _parsed(text, file)
    try:
        # Validated from JSON, where an array is a tuple; the text itself is parsed above for duplicates.
        document = PlanDocument.model_validate_json(json.dumps(data), strict=True)
    except ValidationError as error:
        raise InputError(*_faults(error, text, file)) from error
    if faults := list(_dangling(document, Place(file))):
        raise InputError(*faults)
    return document


def _parsed(text: str, file: str) -> dict[str, Any]:
    """The object that a JSON text describes."""
    place = Place(file)
    try:
        data = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse, parse_float=_refuse)
    except json.JSONDecodeError as error:
        where = Place(file, error.lineno, error.colno)
        raise InputError(diagnostic("plan-file.not-json", where, reason=json_fault(error.msg))) from error
    except _RepeatedError:
        twice = read_json(text, file)[1]
        raise InputError(*(diagnostic("plan-file.not-json", d.place, reason=d.what) for d in twice)) from None
    except _NotWholeError as error:
        where, token = _place_of(text, str(error), file), shortened(str(error))
        reason = Text(f"“{token}”不是整数", f"“{token}” is no whole number")
        raise InputError(diagnostic("plan-file.not-json", where, reason=reason)) from None
    except (ValueError, RecursionError) as error:
        reason = _TOO_DEEP if isinstance(error, RecursionError) else _TOO_LONG
        raise InputError(diagnostic("plan-file.not-json", place, reason=reason)) from None
    if not isinstance(data, dict):
        raise InputError(diagnostic("plan-file.not-a-plan", place))
    return data


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _RepeatedError
        found[key] = value
    return found


def _refuse(token: str) -> Any:
    # A plan holds integers and strings only: a float near money is a plan that was tampered with.
    raise _NotWholeError(token)


def _place_of(text: str, token: str, file: str) -> Place:
    """Where a bare token stands first."""
    found = re.search(rf"(?<![\w.+-]){re.escape(token)}(?=\s*[,\]}}])", text)
    return Place(file, text.count("\n", 0, found.start()) + 1) if found else Place(file)


def _faults(error: ValidationError, text: str, file: str) -> list[Diagnostic]:
    root = _cells(text, file)
    details = error.errors(include_url=False, include_input=False)
    faults = [
        diagnostic(
            "plan-file.wrong-shape",
            _nearest_place(root, detail["loc"]),
            pointer="/" + "/".join(map(str, detail["loc"])),
            reason=shape_fault(detail["type"], detail.get("ctx")),
        )
        for detail in details[:MOST_FAULTS]
    ]
    if len(details) > MOST_FAULTS:
        faults.append(diagnostic("plan-file.more-faults", Place(file), count=len(details) - MOST_FAULTS))
    return faults


def _cells(text: str, file: str) -> Cell:
    """The file once more, with the place of every value; one without any where it is too large for that."""
    try:
        return read_json(text, file)[0]
    except InputError:
        return Cell(None, Place(file))


def _nearest_place(root: Cell, path: Sequence[str | int]) -> Place:
    """Where the value at a path stands, or what should hold it."""
    cell = root
    for part in path:
        inner = cell.value
        if isinstance(inner, dict) and part in inner:
            cell = inner[str(part)]
        elif isinstance(inner, list) and isinstance(part, int) and part < len(inner):
            cell = inner[part]
        else:
            break
    return cell.place


def _dangling(document: PlanDocument, place: Place) -> Iterator[Diagnostic]:
    """References to steps and phrases that are not there."""
    pointers = [(f"/claims/{i}/proof", c.proof, len(document.steps)) for i, c in enumerate(document.claims)]
    pointers += [
        (f"/beside_total/benefits/{i}/proof", line.proof, len(document.steps))
        for i, line in enumerate(document.beside_total.benefits)
    ]
    for i, step in enumerate(document.steps):
        pointers += [(f"/steps/{i}/children", child, len(document.steps)) for child in step.children]
        pointers += [(f"/steps/{i}/citations", one, len(document.phrases)) for one in step.citations]
    for pointer, index, count in pointers:
        if index is not None and index >= count:
            yield diagnostic("plan-file.no-such-step", place, pointer=pointer, index=index)
