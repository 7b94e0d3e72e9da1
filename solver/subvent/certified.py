"""The bound of a whole plan: one certificate a component, added up in integers.

Shared by the planner, which writes certificates, and the checker, which believes none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from subvent.diagnostics import InputError, diagnostic
from subvent.display import shortened
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

    Raises InputError when the certificates do not belong to this model, part by part.
    """
    return bound_of_parts(components(model), model.constant, data)


def bound_of_parts(parts: Sequence[LinearModel], constant: int, data: Mapping[str, Any]) -> int:
    """The same of a model whose components are known, and what it brings without them."""
    by_first = _by_first(data)
    bound = constant
    for part in parts:
        first = part.variables[0].name if part.variables else ""
        if first not in by_first:
            raise InputError(diagnostic("certificate.missing", value=first))
        entry = {key: value for key, value in by_first[first].items() if key != "first"}
        bound += evaluate(part, from_json(entry))
    if len(by_first) > len(parts):
        found = {part.variables[0].name if part.variables else "" for part in parts}
        stranger = next(name for name in by_first if name not in found)
        raise InputError(diagnostic("certificate.stranger", value=shortened(stranger)))
    return bound


def _by_first(data: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """What is written of each part, by the variable that it begins with; nothing is told twice."""
    written = data.get("components") if isinstance(data, Mapping) else None
    if (
        set(data) != {"components"}
        or not isinstance(written, list)
        or not all(isinstance(entry, Mapping) for entry in written)
    ):
        raise InputError(diagnostic("certificate.malformed", value="components"))
    found: dict[str, Mapping[str, Any]] = {}
    for entry in written:
        first = entry.get("first")
        if not isinstance(first, str) or first in found:
            raise InputError(diagnostic("certificate.malformed", value="first"))
        found[first] = entry
    return found
