"""What a plan rests on beside what was stated: facts nobody gave or taken for granted, remarks of packs."""

from __future__ import annotations

from subvent.diagnostics import Text
from subvent.explain.explanation import Explanation
from subvent.explain.reasons import benefit_name, why_not, worth
from subvent.explain.words import joined
from subvent.logic.terms import Atom, Term, order_key
from subvent.result import Note, UnknownFact


def unknown_facts(told: Explanation) -> tuple[UnknownFact, ...]:
    """Each fact for want of which something cannot be claimed, with all that hangs on it.

    `worth_fen` is the most that the claims hanging on it could bring, of each subject the best one; None
    where an amount cannot be computed either. The fact that is worth most comes first.
    """
    hanging: dict[tuple[Term, Term], list[tuple[Term, Term, int | None]]] = {}
    pairs = [(subject, benefit, None) for subject, benefit in told.unclaimed]
    for asked in (*pairs, *told.unclaimed_years):
        case = why_not(told, *asked)
        if case.reason == "unknown":
            for fact in dict.fromkeys(case.facts):
                hanging.setdefault(fact, []).append(asked)
    found = []
    for (row, name), claims in sorted(hanging.items(), key=lambda item: tuple(map(order_key, item[0]))):
        field = told.words.field(name, row)
        found.append(
            UnknownFact(
                row=str(told.words.term(row).zh) if isinstance(row, tuple) else str(row),
                field=field.name if field else str(name[0] if isinstance(name, tuple) else name),
                label=told.words.field_label(name, row),
                claims=tuple(dict.fromkeys((str(s), benefit_name(told, b)) for s, b, _ in claims)),
                worth_fen=_most(told, claims),
            )
        )
    # What is worth most to find out comes first; what cannot be told comes last, else the order of rows.
    return tuple(sorted(found, key=lambda one: -1 if one.worth_fen is None else one.worth_fen, reverse=True))


def _most(told: Explanation, claims: list[tuple[Term, Term, int | None]]) -> int | None:
    best: dict[tuple[Term, int | None], int] = {}
    for subject, benefit, year in claims:
        amount = worth(told, subject, benefit, year)
        if amount is None:
            return None
        best[subject, year] = max(best.get((subject, year), 0), amount)
    return sum(best.values())


def assumptions(told: Explanation) -> tuple[Note, ...]:
    """What fields that were left out were taken to say, wherever a claim rests on it."""
    order, used = told.cones.order, told.below_claims
    rows = {claim[2] for claim in told.claims}
    by_field: dict[Atom, list[Atom]] = {}
    for assumed in told.finished.all("assumed", 2):
        taken = _taken(told, assumed)
        if (taken is not None and order.get(taken, used) < used) or (taken is None and assumed[1] in rows):
            by_field.setdefault(assumed[2], []).append(assumed)
    return tuple(_assumption(told, name, by_field[name]) for name in sorted(by_field, key=order_key))


def _taken(told: Explanation, assumed: Atom) -> Atom | None:
    """The atom that an absent field was taken for; None where it counts as no entries."""
    _, row, name = assumed
    return told.finished.first("flag", 3, row, name) or told.finished.first("value", 3, row, name)


def _assumption(told: Explanation, name: Atom, assumed: list[Atom]) -> Note:
    taken = _taken(told, assumed[0])
    value = "none" if taken is None else {"flag": "no"}.get(taken[0], "zero")
    rows: Text = joined([told.words.term(atom[1]) for atom in assumed])
    label = told.words.field_label(name, assumed[0][1])
    text = told.words.say("assumption", row=rows, field=label, value=told.words.say(value))
    return Note(f"assumed.{name[0].replace('_', '-')}", text)


def warnings(told: Explanation) -> tuple[Note, ...]:
    """The remarks that the packs make on the plan, each once for all its rows, with its articles."""
    by_name: dict[Term, list[Atom]] = {}
    for remark in told.finished.all("remark", 2):
        by_name.setdefault(remark[1], []).append(remark)
    found = []
    for name, remarks in by_name.items():
        rows = joined([told.words.term(remark[2]) for remark in remarks])
        law = told.cited(remark for remark in remarks if remark in told.nodes)
        constant = str(name[0] if isinstance(name, tuple) else name).replace("_", "-")
        citations = tuple(citation for _, citation in law)
        found.append(Note(f"remark.{constant}", told.words.note(name, rows), citations))
    return tuple(found)
