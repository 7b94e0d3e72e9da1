"""Comparisons as JSON text: the same bytes for the same comparison. Money is strings of yuan."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from subvent.diagnostics import Text
from subvent.explain.insisted import Force, force_data
from subvent.money import yuan
from subvent.questions.open_questions import Deciding, Effect, Guaranteed, Joint, Question, ReadingsCompared
from subvent.questions.outline import Change, Compared, Line, Outline
from subvent.result import Filing


def versions_json(compared: Sequence[Compared]) -> str:
    """Versions with their totals, and the claims in which each differs from the first."""
    first = compared[0].outline.total
    return dumped(
        {
            "versions": [
                {
                    "file": PurePath(one.version.path).name,
                    "policies": list(one.version.policies),
                    "readings": dict(sorted(one.version.readings.items())),
                    "status": "optimal" if one.outline.proven else "feasible",
                    "total_yuan": yuan(one.outline.total),
                    "bound_yuan": yuan(one.outline.bound),
                    "difference_yuan": yuan(one.outline.total - first),
                    "claims": claims_data(one.outline),
                    "changes": _with_history(one),
                }
                for one in compared
            ]
        }
    )


def _with_history(compared: Compared) -> list[dict[str, Any]]:
    """The changes, those of which the history says something with what it says."""
    pairs = zip(compared.changes, changes_data(compared.changes), strict=True)
    held = ((compared.filed.get(change.line, ()), told) for change, told in pairs)
    return [{**told, "history": history_data(filed)} if filed else told for filed, told in held]


def readings_json(found: ReadingsCompared) -> str:
    """Open questions: null stands for what was not proven."""
    return dumped(
        {
            "file": PurePath(found.file).name,
            "proven": found.proven,
            "base": {
                "readings": dict(sorted(found.answers.items())),
                "total_yuan": yuan(found.base.total),
                "bound_yuan": yuan(found.base.bound),
            },
            "ask_first": found.first and found.first.name,
            "questions": [_question(question) for question in found.questions],
            "change_nothing": list(found.idle),
            "interacting": [_joint(joint) for joint in found.joint],
            "together": found.together and _joint(found.together),
            "deciding_now": found.deciding and _deciding(found.deciding),
            "guaranteed": found.guaranteed and _guaranteed(found.guaranteed, found.base),
            "guaranteed_sought": not found.too_large,
        }
    )


def _question(question: Question) -> dict[str, Any]:
    cited = question.citation
    return {
        "name": question.name,
        "label": _text(question.label),
        "citation": {"document": cited.document, "article": cited.article, "phrase": cited.phrase},
        "answer": question.answer,
        "value_of_knowing_yuan": yuan(question.knowing_fen),
        "answers": [_effect(effect) for effect in question.effects],
    }


def _effect(effect: Effect) -> dict[str, Any]:
    return {
        "answer": effect.answer,
        "label": _text(effect.label),
        "total_yuan": yuan_or_null(effect.total_fen),
        "difference_yuan": yuan_or_null(effect.difference_fen),
        "regret_yuan": yuan_or_null(effect.regret_fen),
        "changes": changes_data(effect.changes),
    }


def _joint(joint: Joint) -> dict[str, Any]:
    return {
        "answers": dict(joint.answers),
        "total_yuan": yuan(joint.total_fen),
        "less_together_yuan": yuan(joint.together_fen),
        "less_apart_yuan": yuan(joint.apart_fen),
    }


def _deciding(deciding: Deciding) -> dict[str, Any]:
    return {
        "best_under": None if deciding.other else _pair(deciding.best_under),
        "lawful_under": _pair(deciding.best_under),
        "total_yuan": yuan(deciding.total_fen),
        "worst_regret_yuan": yuan(deciding.regret_fen),
        "worst_under": _pair(deciding.under),
        "worst_regret_bound_yuan": yuan(deciding.bound_fen),
        "proven_least": deciding.least,
        "all_plans_sought": deciding.sought,
        "under_each": [
            {
                "under": _pair(one.asked),
                "best_yuan": yuan(one.best_fen),
                "kept_yuan": yuan(one.kept_fen),
                "regret_yuan": yuan(one.regret_fen),
            }
            for one in deciding.under_each
        ],
        "base_worst_regret_yuan": yuan(deciding.base_regret_fen),
        "changes": changes_data(deciding.changes),
        "always": [line_data(line) for line in deciding.always],
    }


def _guaranteed(found: Guaranteed, base: Outline) -> dict[str, Any]:
    return {
        "total_yuan": yuan(found.total_fen),
        "bound_yuan": yuan(found.bound_fen),
        "proven": found.proven,
        "least_under": _pair(found.under),
        "base_total_yuan": yuan(found.base_fen),
        "costs_yuan": yuan(base.total - found.base_fen),
        "claims": [{**line_data(line), "least_yuan": yuan(fen)} for line, fen in found.claims.items()],
        "changes": changes_data(found.changes),
    }


def _pair(asked: tuple[str, str] | None) -> dict[str, str]:
    """A question with its answer; nothing stands for the base."""
    return dict([asked]) if asked else {}


def claims_data(outline: Outline) -> list[dict[str, Any]]:
    """The claims of a plan with their amounts."""
    return [{**line_data(line), "amount_yuan": yuan(fen)} for line, fen in outline.claims.items()]


def changes_data(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """Changes of claims; null where one is not claimed. `forced_by` where limits force one out."""
    return [
        {
            **line_data(change.line),
            "before_yuan": yuan_or_null(change.before),
            "after_yuan": yuan_or_null(change.after),
            **forced_data(change.forced),
        }
        for change in changes
    ]


def forced_data(forced: Sequence[Force]) -> dict[str, Any]:
    """What forces a claim out, under its key; nothing where nothing does."""
    return {"forced_by": [force_data(one) for one in forced]} if forced else {}


def history_data(filings: Sequence[Filing]) -> list[dict[str, Any]]:
    """What the history says of a claim, year by year; null where it states no amount."""
    return [{"year": one.year, "status": one.status, "amount_yuan": yuan_or_null(one.fen)} for one in filings]


def line_data(line: Line) -> dict[str, Any]:
    """A claim."""
    return {
        "id": line.id,
        "applicant": line.applicant,
        "subject": line.subject,
        "benefit": line.benefit,
        "year": line.year,
        "made_for": line.made_for,
    }


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def yuan_or_null(fen: int | None) -> str | None:
    """An amount, null where there is none."""
    return None if fen is None else yuan(fen)


def dumped(data: dict[str, Any]) -> str:
    """A result as JSON text, ending in a line break."""
    shown = json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False)
    try:
        shown.encode()
    except UnicodeEncodeError:
        # Half characters cannot be written as UTF-8: what holds one is written escaped.
        shown = json.dumps(data, ensure_ascii=True, indent=1, allow_nan=False)
    return shown + "\n"
