"""Why claims cannot stand together, or what it costs that they do, as JSON. Money is strings of yuan."""

from __future__ import annotations

import json
from typing import Any

from subvent.diagnostics import Citation, Text
from subvent.money import yuan
from subvent.questions.conflict import Answer, Conflict, Impossible
from subvent.questions.conflict_words import Instance
from subvent.questions.insist import Together
from subvent.questions.outline import Change, Line
from subvent.report.compare_json import forced_data


def conflict_json(answer: Answer) -> str:
    """The answer as a JSON text that ends in a line break; the same bytes for the same answer.

    `together` is null where it was not decided in time. Where only the rows that have to do with the claims
    were planned, totals are null, and `claims` are those of these rows.
    """
    held = answer.together
    data = {
        "proven": answer.proven,
        "asked": [one.id for one in answer.asked],
        "together": answer.stand if answer.decided else None,
        "plan": held and _together(held, whole=answer.whole),
        "impossible": [_impossible(one) for one in answer.impossible],
        "conflicts": [_conflict(one) for one in answer.conflicts],
        "preferences": [{**_cited(one.citation), "over": one.over} for one in answer.preferences],
        "smallest_proven": answer.smallest,
        "all_conflicts": answer.complete,
        "readings": {one.name: one.answer for one in sorted(answer.readings, key=lambda one: one.name)},
        "inputs": {"sha256": answer.sha256},
        "policies": [{"id": policy.id, "version": policy.version} for policy in answer.policies],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _together(found: Together, *, whole: bool) -> dict[str, Any]:
    totals = {
        "total_yuan": found.held.total,
        "bound_yuan": found.held.bound,
        "best_total_yuan": found.best.total,
        "best_bound_yuan": found.best.bound,
    }
    return {
        **{name: yuan(fen) if whole else None for name, fen in totals.items()},
        "loss_yuan": yuan(found.loss) if found.proven else None,
        "claims": [{"id": line.id, "amount_yuan": yuan(fen)} for line, fen in found.held.claims.items()],
        "changes": [_change(change) for change in found.changes],
    }


def _change(change: Change) -> dict[str, Any]:
    before, after = (None if fen is None else yuan(fen) for fen in (change.before, change.after))
    return {"id": change.line.id, "before_yuan": before, "after_yuan": after, **forced_data(change.forced)}


def _impossible(one: Impossible) -> dict[str, Any]:
    return {
        "claim": one.asked.id,
        "reason": one.reason,
        "findings": [
            {
                "kind": finding.kind,
                "name": finding.name,
                "text": _both(finding.text),
                "shortfall": finding.shortfall and _both(finding.shortfall),
                "year": finding.year,
                "citations": [_cited(citation) for citation in finding.citations],
            }
            for finding in one.findings
        ],
    }


def _conflict(conflict: Conflict) -> dict[str, Any]:
    return {
        "articles": [
            {
                "document": part.cause.document,
                "article": part.cause.article,
                "labels": [_both(label) for label in part.cause.labels],
                "phrases": list(part.cause.phrases),
                "rules": list(part.cause.rules),
                "possible_without_it": _ids(part.witness),
            }
            for part in conflict.parts
        ],
        "instances": [[_instance(limit) for limit in limits] for limits in conflict.instances],
        "all_instances": conflict.whole,
    }


def _instance(limit: Instance) -> dict[str, Any]:
    return {
        "name": limit.name,
        "label": _both(limit.label),
        "most": limit.most,
        "claims": _ids(limit.claims),
        "sides": [_ids(side) for side in limit.sides],
        "outside": {"history": _ids(limit.held), "settings": [_both(label) for label in limit.settings]},
    }


def _ids(lines: tuple[Line, ...]) -> list[str]:
    return [line.id for line in lines]


def _cited(citation: Citation) -> dict[str, str]:
    return {"document": citation.document, "article": citation.article, "phrase": citation.phrase}


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
