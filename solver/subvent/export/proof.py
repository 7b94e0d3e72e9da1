"""The proof pack: the linear model, the chosen values, the certificate, and a checker that needs only Python.

An auditor runs `python check.py` in the folder, without subvent. `check.py` beside this file is copied
as it is; it shares no code with `model/certificate.py`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from typing import Any

from subvent import __version__
from subvent.display import harmless
from subvent.export.described import Described, Label
from subvent.money import FEN_PER_YUAN

_CHECKER = "check.py"
PACK_FILES = ("README.txt", "model.json", "plan.csv", "certificate.json", _CHECKER)
"""The files of a proof pack, in the order in which one reads them."""
_EXACT_IN_ANY_READER = 2**53
"""Integers from here on are written as strings: many readers of JSON would round them."""


def is_proof_pack(names: Iterable[str]) -> bool:
    """Whether a folder with these entries is a proof pack and nothing else."""
    return set(names) == set(PACK_FILES)


def proof_files(described: Described, values: Mapping[str, int]) -> dict[str, Iterable[str]]:
    """The contents of a proof pack by name of file, each in pieces of text.

    `values` are those of the model's variables.
    """
    return {
        "README.txt": [_readme(described)],
        "model.json": _model(described),
        "plan.csv": _values(described, values),
        "certificate.json": [_json(_certificate(described)), "\n"],
        _CHECKER: [files("subvent.export").joinpath(_CHECKER).read_text(encoding="utf-8")],
    }


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1)


def _model(described: Described) -> Iterator[str]:
    """What is to be checked: its head, then a variable after the other, then the rows."""
    yield _json(_head(described)).removesuffix("\n}")
    for name, entries in (("variables", _variables(described)), ("rows", _rows(described))):
        yield f',\n "{name}": ['
        separator = ""
        for entry in entries:
            yield f"{separator}\n{_json(entry)}".replace("\n", "\n  ")
            separator = ","
        yield "\n ]" if separator else "]"
    yield "\n}\n"


def _head(described: Described) -> dict[str, Any]:
    model, plan = described.model, described.plan
    return {
        "made_by": f"subvent {__version__}",
        "portfolio": {"file": plan.file, "sha256": plan.sha256},
        "policies": [{"id": p.id, "version": p.version, "sha256": p.sha256} for p in plan.policies],
        "readings": {reading.name: reading.answer for reading in plan.readings},
        "unit": "fen",
        "maximise": "constant + sum of gain * variable",
        "constant": _integer(model.constant),
        "citations": [
            {"document": c.document, "article": c.article, "phrase": c.phrase} for c in described.citations
        ],
    }


def _variables(described: Described) -> Iterator[dict[str, Any]]:
    for v, label in zip(described.model.variables, described.variables, strict=True):
        yield {
            "name": v.name,
            "lower": _integer(v.lower),
            "upper": _integer(v.upper),
            "gain": _integer(v.gain),
            **_told(label),
        }


def _rows(described: Described) -> Iterator[dict[str, Any]]:
    model = described.model
    for row, label in zip(model.rows, described.rows, strict=True):
        yield {
            "name": row.name,
            "sum": {model.variables[j].name: _integer(a) for j, a in row.terms},
            "at_most": _integer(row.upper),
            "sources": list(row.sources),
            **_told(label),
        }


def _told(label: Label) -> dict[str, object]:
    return {"zh": label.text.zh, "en": label.text.en, "citations": list(label.citations)}


def _integer(number: int) -> int | str:
    return number if abs(number) < _EXACT_IN_ANY_READER else str(number)


def _certificate(described: Described) -> dict[str, Any]:
    """The plan's own certificate with what it is to prove."""
    plan = described.plan
    written: dict[str, Any] = json.loads(
        json.dumps(plan.certificate), parse_int=lambda digits: _integer(int(digits))
    )
    return {
        "status": plan.status,
        "total_fen": _integer(plan.total_fen),
        "bound_fen": _integer(plan.bound_fen),
        **written,
    }


_MARK = "\ufeff"
"""By which spreadsheets know UTF-8."""


def _values(described: Described, values: Mapping[str, int]) -> Iterator[str]:
    """Every variable that is not 0, with the money it brings: together they are the plan's total."""
    yield _MARK + _line("variable", "value", "yuan", "zh", "en")
    for variable, label in zip(described.model.variables, described.variables, strict=True):
        value = values[variable.name]
        if value:
            said = (harmless(label.text.zh), harmless(label.text.en))
            yield _line(variable.name, value, _yuan(variable.gain * value), *map(_no_formula, said))


def _line(*cells: object) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()


def _yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // FEN_PER_YUAN}.{abs(fen) % FEN_PER_YUAN:02d}"


def _no_formula(text: str) -> str:
    """Words that begin with an id as it was given, which no spreadsheet may take for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text


def _readme(described: Described) -> str:
    plan = described.plan
    template = files("subvent.export").joinpath("pack.txt").read_text(encoding="utf-8")
    return template.format(
        version=__version__,
        file=harmless(plan.file),
        sha256=plan.sha256,
        total=_yuan(plan.total_fen),
        bound=_yuan(plan.bound_fen),
    )
