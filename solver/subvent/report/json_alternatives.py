"""Plans beside the best one, and a portfolio planned anew, as JSON text. Money is strings of yuan."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from subvent.explain.quantities import plain
from subvent.money import yuan
from subvent.questions.alternatives import Alternative, Alternatives, Simplest, counted
from subvent.questions.lost import Lost
from subvent.questions.outline import Outline
from subvent.questions.replan import Replanned, Stage
from subvent.report.compare_json import changes_data, claims_data, dumped, history_data, line_data


def alternatives_json(found: Alternatives) -> str:
    """The best plan, the next best and the simplest ones."""
    return dumped(
        {
            "file": PurePath(found.file).name,
            "readings": dict(sorted(found.readings.items())),
            "best": _outline(found.best),
            "next_best": [_alternative(plan, found.best) for plan in found.next_best],
            "exhausted": found.exhausted,
            "within_percent": plain(found.asked.within * 100),
            "simplest": [_simplest(one, found.best) for one in found.simplest],
            "proven": found.proven,
        }
    )


def replan_json(found: Replanned) -> str:
    """What became of the earlier claims, and what each change brings."""
    return dumped(
        {
            "file": PurePath(found.file).name,
            "since": found.since,
            "notes": [
                {"code": note.code, "text": {"zh": note.what.zh, "en": note.what.en}} for note in found.notes
            ],
            "warnings": [
                {
                    "code": note.code,
                    "text": {"zh": note.text.zh, "en": note.text.en},
                    "place": None if note.place is None else str(note.place),
                }
                for note in found.warnings
            ],
            "readings": dict(sorted(found.readings.items())),
            "earlier_total_yuan": yuan(found.earlier.total),
            "kept": _kept(found),
            "lost": [_lost(one) for one in found.lost],
            "other_amounts": changes_data(found.revalued),
            "best_total_yuan": yuan(found.best_total),
            "best_bound_yuan": yuan(found.best_bound),
            "stages": [_stage(stage) for stage in found.stages],
            "reached": found.reached,
            "proven": found.proven,
        }
    )


def _outline(outline: Outline) -> dict[str, Any]:
    return {
        "total_yuan": yuan(outline.total),
        "bound_yuan": yuan(outline.bound),
        "claims": claims_data(outline),
    }


def _kept(found: Replanned) -> dict[str, Any]:
    data = _outline(found.kept)
    for claim, line in zip(data["claims"], found.kept.claims, strict=True):
        claim["history"] = history_data(found.history[line])
    return data


def _alternative(plan: Alternative, best: Outline) -> dict[str, Any]:
    return {
        "total_yuan": yuan(plan.outline.total),
        "bound_yuan": yuan(plan.outline.bound),
        "less_yuan": yuan(best.total - plan.outline.total),
        "proven": plan.proven,
        "changes": changes_data(plan.changes),
        "claims": claims_data(plan.outline),
    }


def _simplest(one: Simplest, best: Outline) -> dict[str, Any]:
    return {
        "fewest": one.fewest,
        "count": one.number,
        "count_of_best": counted(best, one.fewest),
        "least_total_yuan": yuan(one.least),
        **_alternative(one.plan, best),
    }


def _lost(one: Lost) -> dict[str, Any]:
    return {
        **line_data(one.line),
        "amount_yuan": yuan(one.fen),
        "cause": one.cause,
        "findings": [{"zh": finding.text.zh, "en": finding.text.en} for finding in one.findings],
        "history": history_data(one.filings),
    }


def _stage(stage: Stage) -> dict[str, Any]:
    return {
        "changed_filings": stage.changed,
        "total_yuan": yuan(stage.outline.total),
        "gain_yuan": yuan(stage.gain),
        "proven": stage.proven,
        "changes": changes_data(stage.changes),
        "claims": claims_data(stage.outline),
    }
