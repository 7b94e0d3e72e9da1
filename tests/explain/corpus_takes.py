"""What the answers to questions about changed facts print, in both languages."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from tests.explain.corpus import GROUNDER, TAKES, WIDE, Printed, in_both, packs, plans, read

from subvent.optimise.search import Limits
from subvent.policy.loader import vocabulary_of
from subvent.questions.takes import takes_of_rows
from subvent.questions.takes.result import Stage
from subvent.questions.takes.unknown import worths_of_rows
from subvent.questions.takes.words import shown
from subvent.report.text_takes import takes_text
from subvent.report.text_worths import worths_text

DEFAULTS = {"P1", "P2", "P3", "P4", "G3", "G4"}
"""Projects asked about without saying what may change."""


def taking() -> Printed:
    """`why --takes` of what is planned, possible, and impossible."""
    rows = read(TAKES)
    found = [
        takes_of_rows(rows, packs(), (row.id, None, None), GROUNDER)
        for row in rows.rows["projects"]
        if row.id in DEFAULTS
    ]
    found += [
        takes_of_rows(rows, packs(), (row, None, None), GROUNDER, allowed=fields)
        for row, fields in (
            ("G1", ("G1.start",)), ("G2", ("G2.end",)), ("G2", ("G2.completed",)),
            ("G4", ("G4.total_investment", "G4.construction_investment")), ("P5", ("P5.kinds",)),
        )
    ]  # fmt: skip
    found.append(takes_of_rows(rows, packs(), ("P3", "iiot", None), GROUNDER))
    fact = next(way for one in found for asked in one.takes for way in asked.possible).facts[0]
    stages: tuple[Stage, ...] = get_args(Stage)
    first = found[0].takes[0]
    short = replace(first, state="possible", loss_fen=None, loss_proven=True, exhausted=True, untried=stages)
    short = replace(short, in_the_way=(fact.label, fact.label), short_of=(fact,), possible=(), planned=())
    alone = replace(short, untried=(), tried_together=1, loss_proven=False, in_the_way=())
    way = next(way for one in found for asked in one.takes for way in asked.possible)
    nothing = shown(vocabulary_of(packs()).lists["projects"].fields[0], ())
    several = replace(
        alone, planned=(replace(way, facts=(replace(fact, by=fact.label, shown_before=nothing),) * 2),)
    )
    takes = (short, alone, replace(alone, tried_together=2), several)
    rate = next(rate for one in found for rate in one.rates if rate.jump)
    days = [replace(rate, is_day=True, more=more) for more in (True, False)]
    cut = replace(found[0], takes=takes, rows=9, rates=(*found[0].rates, rate, *days), rates_complete=False)
    return in_both(lambda language: (takes_text(one, language, WIDE) for one in (*found, cut)))


def knowing() -> Printed:
    """`facts` where facts lack, where none does, and as a time limit leaves it."""
    found = worths_of_rows(read(TAKES), packs(), GROUNDER)
    fact = found.worths[0].fact
    beside = next(one for one in found.worths if one.facts)
    stopped = worths_of_rows(read(TAKES), packs(), GROUNDER, limits=Limits(deadline=0.0))
    late = next(one for one in stopped.worths if not one.tried)
    every = (
        replace(beside, facts=beside.facts[:1] * 2, gain_fen=1), replace(beside, gain_fen=0, facts=()),
        replace(late, tried=True, fact=replace(fact, worth_fen=1)), late,
        replace(beside, gain_fen=0, facts=(), fact=replace(fact, claims=())),
    )  # fmt: skip
    undecided = plans()[0].not_claimed[:1]
    shown = (found, stopped, replace(found, worths=every), replace(found, worths=(), undecided=undecided))
    return in_both(lambda language: (worths_text(one, language, WIDE) for one in shown))
