"""The proof pack: the linear model, the chosen values, the certificate, and a checker that needs only Python.

An auditor runs `python check.py` in the folder, without subvent. `check.py` beside this file is copied
as it is; it shares no code with `model/certificate.py`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
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


def proof_files(described: Described, values: Mapping[str, int]) -> dict[str, bytes]:
    """The contents of a proof pack by name of file. `values` are those of the model's variables."""
    return {
        "README.txt": _readme(described).encode("utf-8"),
        "model.json": _json(_model(described)),
        # With the mark by which spreadsheets know UTF-8.
        "plan.csv": _values(described, values).encode("utf-8-sig"),
        "certificate.json": _json(_certificate(described)),
        _CHECKER: files("subvent.export").joinpath(_CHECKER).read_bytes(),
    }


def _json(data: object) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _model(described: Described) -> dict[str, Any]:
    model, plan = described.model, described.plan
    names = [variable.name for variable in model.variables]
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
        "variables": [
            {
                "name": v.name,
                "lower": _integer(v.lower),
                "upper": _integer(v.upper),
                "gain": _integer(v.gain),
                **_told(label),
            }
            for v, label in zip(model.variables, described.variables, strict=True)
        ],
        "rows": [
            {
                "name": row.name,
                "sum": {names[j]: _integer(a) for j, a in row.terms},
                "at_most": _integer(row.upper),
                "sources": list(row.sources),
                **_told(label),
            }
            for row, label in zip(model.rows, described.rows, strict=True)
        ],
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


def _values(described: Described, values: Mapping[str, int]) -> str:
    """Every variable that is not 0, with the money it brings: together they are the plan's total."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("variable", "value", "yuan", "zh", "en"))
    for variable, label in zip(described.model.variables, described.variables, strict=True):
        value = values[variable.name]
        if value:
            said = (harmless(label.text.zh), harmless(label.text.en))
            writer.writerow((variable.name, value, _yuan(variable.gain * value), *map(_no_formula, said)))
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
