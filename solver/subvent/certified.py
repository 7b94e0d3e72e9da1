"""The bound of a whole plan: one certificate a component, added up in integers.

Shared by the planner, which writes certificates, and the checker, which believes none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from subvent.diagnostics import InputError, diagnostic
from subvent.model.certificate import Certificate, evaluate, from_json, to_json
from subvent.model.components import components
from subvent.model.linear import LinearModel


def write(parts: Sequence[LinearModel], certificates: Sequence[Certificate]) -> dict[str, Any]:
    """The certificates of a model's components as plain data for the plan's JSON.

    A component is called after its first variable.
    """
    return {
        "components": [
            {"first": part.variables[0].name if part.variables else "", **to_json(certificate)}
            for part, certificate in zip(parts, certificates, strict=True)
        ]
    }


def certified_bound(model: LinearModel, data: Mapping[str, Any]) -> int:
    """The upper bound, in fen, on every lawful total that the written certificates prove.

    Raises InputError when they do not belong to this model, part by part.
    """
    parts = components(model)
    written = data.get("components") if isinstance(data, Mapping) else None
    if not isinstance(written, list) or not all(isinstance(entry, Mapping) for entry in written):
        raise InputError(diagnostic("certificate.malformed", value="components"))
    by_first = {entry.get("first"): entry for entry in written}
    bound = model.constant
    for part in parts:
        first = part.variables[0].name if part.variables else ""
        if first not in by_first:
            raise InputError(diagnostic("certificate.missing", value=first))
        entry = {key: value for key, value in by_first[first].items() if key != "first"}
        bound += evaluate(part, from_json(entry))
    return bound
