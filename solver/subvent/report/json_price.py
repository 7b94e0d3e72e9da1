"""Prices of provisions as JSON: what costs something first, the largest before the others, then the rest."""

from __future__ import annotations

import json
from typing import Any

from subvent.diagnostics import Text
from subvent.money import yuan
from subvent.questions.price import Price, Prices, Share


def price_json(found: Prices) -> str:
    """The prices as a JSON text that ends in a line break. Amounts are strings of yuan with two decimals."""
    listed = (*found.told, *found.unproven, *found.free)
    data = {
        "status": "optimal" if found.proven else "feasible",
        "total_yuan": yuan(found.total_fen),
        "bound_yuan": yuan(found.bound_fen),
        "readings": {
            reading.name: reading.answer for reading in sorted(found.readings, key=lambda r: r.name)
        },
        "prices": [_price(price) for price in listed],
        "inputs": {"sha256": found.sha256},
        "policies": [{"id": policy.id, "version": policy.version} for policy in found.policies],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _price(price: Price) -> dict[str, Any]:
    return {
        "document": price.document,
        "article": price.article,
        "kind": price.kind,
        "name": price.name,
        "label": _both(price.label),
        "price_yuan": _yuan(price.fen),
        "range_yuan": {"low": _yuan(price.least_fen), "high": _yuan(price.most_fen)},
        "by_company": [{**_share(share), "name": share.name} for share in price.by_company],
        "by_year": [_share(share) for share in price.by_year],
        "phrases": list(price.phrases),
        "rules": list(price.rules),
    }


def _share(share: Share) -> dict[str, str]:
    return {"id": share.key, "price_yuan": yuan(share.fen)}


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _yuan(fen: int | None) -> str | None:
    return None if fen is None else yuan(fen)
