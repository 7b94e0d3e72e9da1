"""What it would take, and what unknown facts could be worth, as JSON."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from subvent.diagnostics import Text
from subvent.document.data import spot
from subvent.money import yuan
from subvent.portfolio.numbers import plain
from subvent.questions.takes.result import Answers, FactChange, Rate, Takes, Way
from subvent.questions.takes.unknown import Worths
from subvent.result import Unclaimed


def takes_json(found: Answers) -> str:
    """The answers as a JSON text that ends in a line break.

    Amounts of plans are strings of yuan with two decimals; facts are written as in a portfolio in 万元.
    """
    data = {
        "status": "optimal" if found.proven else "feasible",
        "total_yuan": yuan(found.total_fen),
        "rows": found.rows,
        "answers": [_takes(one) for one in found.takes],
        "rates": [_rate(rate) for rate in found.rates],
        "rates_complete": found.rates_complete,
        "allowed": [{"row": row, "label": _both(label)} for row, label in found.allowed],
        "left_out": [{"row": row, "label": _both(label)} for row, label in found.left_out],
        "inputs": {"sha256": found.sha256},
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def worths_json(found: Worths) -> str:
    """The worths as a JSON text that ends in a line break; amounts and facts as in `takes_json`."""
    data: dict[str, Any] = {
        "status": "optimal" if found.proven else "feasible",
        "total_yuan": yuan(found.total_fen),
        "facts": [
            {
                "row": worth.fact.row,
                "row_name": None if worth.fact.named is None else _both(worth.fact.named),
                "field": worth.fact.field,
                "label": _both(worth.fact.label),
                "claims": [{"subject": subject, "benefit": name} for subject, name in worth.fact.claims],
                "ceiling_yuan": _yuan(worth.fact.worth_fen),
                "gain_yuan": _yuan(worth.gain_fen),
                "facts": [_fact(fact) for fact in worth.facts],
                "tried": worth.tried,
                "proven": worth.proven,
            }
            for worth in found.worths
        ],
        "inputs": {"sha256": found.sha256},
    }
    if found.undecided:
        data["undecided"] = [_undecided(entry) for entry in found.undecided]
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _undecided(entry: Unclaimed) -> dict[str, Any]:
    """What hangs on what is stated in words that no rule knows, with where each of them stands."""
    return {
        "subject": entry.subject,
        "benefit": entry.benefit,
        "findings": [
            {"text": _both(finding.text), "place": finding.place and spot(finding.place)}
            for finding in entry.findings
        ],
    }


def _takes(one: Takes) -> dict[str, Any]:
    return {
        "subject": one.subject,
        "benefit": one.benefit,
        "years": list(one.years),
        "state": one.state,
        "amount_yuan": yuan(one.fen),
        "insisting_costs_yuan": _yuan(one.loss_fen),
        "insisting_proven": one.loss_proven,
        "possible": [_way(way) for way in one.possible],
        "planned": [_way(way) for way in one.planned],
        "most": [_way(way) for way in one.most],
        "exhausted": one.exhausted,
        "short_of": [_fact(fact) for fact in one.short_of],
        "in_the_way": [_both(said) for said in one.in_the_way],
        "tried_together": one.tried_together,
        "complete": one.complete,
        "untried": list(one.untried),
    }


def _way(way: Way) -> dict[str, Any]:
    return {
        "facts": [_fact(fact) for fact in way.facts],
        "total_yuan": yuan(way.total_fen),
        "gain_yuan": yuan(way.gain_fen),
        "planned": way.planned,
        "amount_yuan": yuan(way.fen),
        "insisting_costs_yuan": _yuan(way.loss_fen),
        "insisting_proven": way.loss_proven,
        "changes": [
            {"claim": change.line.id, "before_yuan": _yuan(change.before), "after_yuan": _yuan(change.after)}
            for change in way.changes
        ],
        "proven": way.proven,
    }


def _rate(rate: Rate) -> dict[str, Any]:
    jump = rate.jump
    return {
        "row": rate.row,
        "field": rate.field,
        "path": [plain(key) if isinstance(key, Decimal) else key for key in rate.path],
        "label": _both(rate.label),
        "before": _value(rate.before),
        "more": rate.more,
        "unit": _both(rate.unit),
        "gain_yuan": _yuan(rate.gain_fen),
        "jump": jump
        and {
            "facts": [_fact(fact) for fact in jump.facts],
            "step_yuan": yuan(jump.step_fen),
            "gain_yuan": yuan(jump.gain_fen),
            "then_yuan": _yuan(jump.then_fen),
        },
    }


def _fact(fact: FactChange) -> dict[str, Any]:
    return {
        "row": fact.row,
        "list": fact.list,
        "field": fact.field,
        "path": [plain(key) if isinstance(key, Decimal) else key for key in fact.path],
        "years": list(fact.years),
        "label": _both(fact.label),
        "before": _value(fact.before),
        "after": _value(fact.after),
        "bound": fact.bound,
        "implied": fact.implied,
        "past": fact.past,
    }


def _value(value: object) -> Any:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, tuple):
        return [_value(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _yuan(fen: int | None) -> str | None:
    return None if fen is None else yuan(fen)
