"""A plan as plain data, in the shape of `shape.py`: what JSON is written from, whole or in part.

Amounts are strings of yuan with two decimals. Where things stand in the portfolio is told in
`run.places` alone, for it changes with the order of the portfolio's rows and nothing else does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePath
from typing import Any

from subvent.diagnostics import Citation, Place, Text
from subvent.money import FEN_PER_YUAN, yuan
from subvent.result import (
    Beside,
    BesideTotal,
    Claim,
    Consequence,
    Filing,
    FilingStep,
    Finding,
    Material,
    Note,
    Plan,
    RuleUse,
    Stage,
    Step,
    Strictness,
    Unclaimed,
    UnknownFact,
)


def plan_as_data(plan: Plan) -> dict[str, Any]:
    """The plan as plain data, with its keys in the order in which they are written."""
    return {key: list(value) if isinstance(value, Iterator) else value for key, value in plan_parts(plan)}


def plan_parts(plan: Plan) -> Iterator[tuple[str, Any]]:
    """The same part by part, the longest of them as iterators over their entries."""
    phrases = Phrases()
    for step in plan.steps:
        for citation in step.citations:
            phrases.index(citation)
    yield from {
        "status": plan.status,
        "total_yuan": yuan(plan.total_fen),
        "bound_yuan": yuan(plan.bound_fen),
        "range_yuan": {"low": yuan(plan.low_fen), "high": yuan(plan.high_fen)},
        **({} if plan.explained else {"explained": False}),
        "readings": {reading.name: reading.answer for reading in sorted(plan.readings, key=lambda r: r.name)},
        "claims": map(claim_data, plan.claims),
        "not_claimed": map(unclaimed_data, plan.not_claimed),
        "beside_total": _beside(plan.beside_total),
        "entitlements": [_consequence(entry) for entry in plan.entitlements],
        "duties": [_consequence(entry) for entry in plan.duties],
        "limits": [
            {"name": one.name, "text": _text(one.text), "used_up": one.used_up} for one in plan.limits
        ],
        "unknown": [_unknown(entry) for entry in plan.unknown],
        "assumptions": [_note(note) for note in plan.assumptions],
        "warnings": [_note(note) for note in plan.warnings],
        "history": [_filing(one) for one in plan.history],
        "shared_costs": [
            {"split": s.split, "claim": s.claim, "yuan": str(s.fen / FEN_PER_YUAN)} for s in plan.shared_costs
        ],
        "open_questions": [
            {
                "name": reading.name,
                "answer": reading.answer,
                "is_default": reading.is_default,
                "label": _text(reading.label),
                "answer_label": _text(reading.answer_label),
                "citation": _citation(reading.citation),
            }
            for reading in plan.readings
        ],
        "policies": [
            {
                "id": policy.id,
                "version": policy.version,
                "document": policy.document,
                "title": _text(policy.title),
                "sha256": policy.sha256,
            }
            for policy in plan.policies
        ],
        **({} if plan.strict is None else {"strict": _strict(plan.strict)}),
        "phrases": phrases.as_data(),
        "steps": (step_data(step, phrases) for step in plan.steps),
        "inputs": {
            "file": PurePath(plan.file).name,
            "sha256": plan.sha256,
            "rows": _sorted(plan.row_digests),
        },
        "certificate": _sorted(plan.certificate),
        "run": _sorted({**plan.run, "places": _places(plan)}),
    }.items()


def _strict(found: Strictness) -> dict[str, Any]:
    """What the open questions are worth; null where it was not proven."""
    return {
        "taken": found.taken,
        "default_total_yuan": _yuan(found.default_fen),
        "strict_total_yuan": _yuan(found.strict_fen),
        "answers": dict(found.answers),
        "combinations": found.combinations,
        "every_combination": found.every_combination,
        "most_costly": found.costliest and found.costliest.name,
        "questions": [
            {"name": one.name, "answer": one.answer, "total_yuan": _yuan(one.total_fen)}
            for one in found.alone
        ],
    }


def _yuan(fen: int | None) -> str | None:
    return None if fen is None else yuan(fen)


class Phrases:
    """The phrases that steps cite, each once, by index."""

    def __init__(self) -> None:
        self._index: dict[Citation, int] = {}

    def index(self, citation: Citation) -> int:
        """Where a phrase stands in the list."""
        return self._index.setdefault(citation, len(self._index))

    def as_data(self) -> list[dict[str, str]]:
        """The list."""
        return [_citation(citation) for citation in self._index]


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _citation(citation: Citation) -> dict[str, str]:
    return {"document": citation.document, "article": citation.article, "phrase": citation.phrase}


def _citations(citations: Iterable[Citation]) -> list[dict[str, str]]:
    return [_citation(citation) for citation in citations]


def _rules(rules: Iterable[RuleUse]) -> list[dict[str, str]]:
    return [{"rule": use.rule, **_citation(use.citation)} for use in rules]


def claim_data(claim: Claim) -> dict[str, Any]:
    """One claim."""
    return {
        "id": claim.id,
        "applicant": claim.applicant,
        "subject": claim.subject,
        "benefit": claim.benefit,
        "year": claim.year,
        "amount_yuan": yuan(claim.fen),
        "made_for": claim.made_for,
        "rules": _rules(claim.rules),
        "applicant_name": claim.applicant_name,
        "subject_name": claim.subject_name,
        "benefit_label": _text(claim.benefit_label),
        "stages": [_stage(stage) for stage in claim.stages],
        "materials": [_material(material) for material in claim.materials],
        "steps": [_filing_step(step) for step in claim.steps],
        "proof": claim.proof,
    }


def _material(material: Material) -> dict[str, Any]:
    return {"name": material.name, "text": _text(material.text), "rules": _rules(material.rules)}


def _filing_step(step: FilingStep) -> dict[str, Any]:
    return {
        "name": step.name,
        "text": _text(step.text),
        "first": step.first.isoformat() if step.first else None,
        "last": step.last.isoformat() if step.last else None,
        "rules": _rules(step.rules),
    }


def _consequence(entry: Consequence) -> dict[str, Any]:
    return {
        "name": entry.name,
        "text": _text(entry.text),
        "rows": list(entry.rows),
        "rules": _rules(entry.rules),
    }


def _stage(stage: Stage) -> dict[str, Any]:
    return {"text": _text(stage.text), "yuan": stage.yuan, "citations": _citations(stage.citations)}


def _beside(totals: Iterable[BesideTotal]) -> dict[str, Any]:
    """What stands beside the total: `NAME_yuan` of each benefit, and the rows behind them."""
    held = list(totals)
    return {
        **{f"{total.benefit.replace('-', '_')}_yuan": yuan(total.fen) for total in held},
        "benefits": [beside_data(line) for total in held for line in total.lines],
    }


def beside_data(line: Beside) -> dict[str, Any]:
    """One row that brings something beside the total."""
    return {
        "applicant": line.applicant,
        "subject": line.subject,
        "benefit": line.benefit,
        "amount_yuan": yuan(line.fen),
        "rules": _rules(line.rules),
        "applicant_name": line.applicant_name,
        "subject_name": line.subject_name,
        "benefit_label": _text(line.benefit_label),
        "proof": line.proof,
    }


def unclaimed_data(entry: Unclaimed) -> dict[str, Any]:
    """Something not claimed."""
    return {
        "subject": entry.subject,
        "applicant": entry.applicant,
        "benefit": entry.benefit,
        "reason": entry.reason,
        "rules": _rules(entry.rules),
        "findings": [_finding(finding) for finding in entry.findings],
        "subject_name": entry.subject_name,
        "benefit_label": _text(entry.benefit_label),
        "worth_yuan": None if entry.worth_fen is None else yuan(entry.worth_fen),
        "loss_yuan": None if entry.loss_fen is None else yuan(entry.loss_fen),
        "possible": entry.possible,
        "year": entry.year,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "name": finding.name,
        "text": _text(finding.text),
        "shortfall": None if finding.shortfall is None else _text(finding.shortfall),
        "citations": _citations(finding.citations),
        "year": finding.year,
    }


def _unknown(entry: UnknownFact) -> dict[str, Any]:
    return {
        "row": entry.row,
        "row_name": None if entry.named is None else _text(entry.named),
        "field": entry.field,
        "label": _text(entry.label),
        "claims": [{"subject": subject, "benefit": benefit} for subject, benefit in entry.claims],
        "worth_yuan": None if entry.worth_fen is None else yuan(entry.worth_fen),
    }


def _filing(one: Filing) -> dict[str, Any]:
    return {
        "year": one.year,
        "applicant": one.applicant,
        "subject": one.subject,
        "benefit": one.benefit,
        "status": one.status,
        "amount_yuan": None if one.fen is None else yuan(one.fen),
        "made_for": one.made_for,
        "binds": one.binds,
        "applicant_name": one.applicant_name,
        "subject_name": one.subject_name,
        "benefit_label": _text(one.benefit_label),
        "status_label": _text(one.status_label),
    }


def _note(note: Note) -> dict[str, Any]:
    return {"code": note.code, "text": _text(note.text), "citations": _citations(note.citations)}


def step_data(step: Step, phrases: Phrases) -> dict[str, Any]:
    """One step of a proof."""
    return {
        "atom": step.atom,
        "text": _text(step.text),
        "rule": step.rule,
        "citations": [phrases.index(citation) for citation in step.citations],
        "children": list(step.children),
    }


def _places(plan: Plan) -> dict[str, dict[str, Any]]:
    """Where in the portfolio things stand, by JSON pointer."""
    found: dict[str, Place | None] = {
        f"/steps/{i}": step.place for i, step in enumerate(plan.steps) if step.place is not None
    }
    for i, entry in enumerate(plan.not_claimed):
        found |= {f"/not_claimed/{i}/findings/{j}": f.place for j, f in enumerate(entry.findings)}
    found |= {f"/history/{i}": one.place for i, one in enumerate(plan.history)}
    for name, notes in (("assumptions", plan.assumptions), ("warnings", plan.warnings)):
        found |= {f"/{name}/{i}": note.place for i, note in enumerate(notes)}
    return {pointer: spot(place) for pointer, place in found.items() if place is not None}


def spot(place: Place) -> dict[str, Any]:
    """A place in the portfolio's file: line and column, or sheet and cell."""
    known = {"line": place.line, "column": place.column, "sheet": place.sheet, "cell": place.cell}
    return {key: value for key, value in known.items() if value}


def _sorted(data: Any) -> Any:
    """Plain data with the keys of every object in order."""
    if isinstance(data, Mapping):
        return {str(key): _sorted(data[key]) for key in sorted(data, key=str)}
    if isinstance(data, list | tuple):
        return [_sorted(entry) for entry in data]
    return data
