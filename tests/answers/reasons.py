"""What a plan says of everything it does not claim, against the oracle, which shares no code with the engine.

Which of the four reasons applies, which conditions are named as failed or unknown, and what insisting costs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from tests.oracle.conditions import NamedStatus
from tests.oracle.facts import FAILED, UNKNOWN, Case, Row
from tests.oracle.law import best, best_with, offers, statuses

from subvent.result import Plan, Unclaimed

OF_THE_DATE = frozenset(
    (
        "in_force", "platform_in_force", "recognised_in_force", "interest_in_force", "within_three_years",
        "from_2015", "until_2017", "reward_offered",
    )
)  # fmt: skip
"""The oracle's conditions that close a claim."""
CARRIER = ("carrier", "finances_a_project")
"""What may be named beside the oracle's: a carrier that is not claimed, or has no room left."""
_BEFORE = ("filed", "refused")
"""Findings that tell what became of earlier filings, beside the reason."""
OF_THE_YEAR = frozenset(("stable_run", "increment", "interest_to_pay", "completion_known"))
"""Those of its conditions that one year may meet and another not, and those on what a year brings."""
NAMES = {
    "of_industry": ("industrial", "reward_industrial"), "of_industrial_borrower": ("borrower_industrial",),
    "of_manufacturing": ("manufacturer",), "works_here": ("operates_in_shenzhen",),
    "located_here": ("in_shenzhen",), "finished": ("completed",), "filed_first": ("filed_before_start",),
    "of_traditional_sector": ("traditional_sector",), "legal_entity": ("legal_person",),
    "old_enough": ("company_age",), "in_good_standing": ("good_standing",),
    "unrestricted": ("not_restricted",), "not_public_money": ("not_government_invested",),
    "energy_user": ("energy_mean",), "guide_saving": ("green_measure",), "any_saving": ("green_measure",),
    "resource_user": ("resource_utilisation",), "qualified": ("high_tech_or_own_ip",),
    "energy_start": ("energy_start",), "energy_end": ("energy_end",), "energy_built": ("energy_two_years",),
    "waste_start": ("solid-waste_start",), "waste_end": ("solid-waste_end",),
    "waste_built": ("solid-waste_two_years",), "half_construction": ("construction_half",),
    "track_named": ("green_track",), "in_reward_years": ("within_three_years", "completion_known"),
    "of_platform_builder": ("maker_or_provider",), "of_provider": ("service_provider",),
    "title_named": ("title_named",), "awarded_first": ("first_time",), "by_ministry": ("by_ministry",),
    "level_stated": ("level_stated",), "dedicated_or_leased": ("product",),
    "completed_in_force": ("in_force", "platform_in_force"), "for_project": CARRIER,
    "not_subsidised": ("not_subsidised",),
    "certified": ("filing_certificate",), "fits_industrial_policy": ("reward_not_restricted",),
    "in_directory": ("in_catalogue",), "of_scale": ("above_scale",),
    "project_finished": ("reward_completed",), "registered_in_province": ("in_guangdong",),
    "rules_issued": ("not_pending",), "completed_since": ("completed_from_2015",),
    "filing_years": ("filing_years", "loan_years", "reward_years"),
}  # fmt: skip
"""The packs' conditions by what the oracle calls them."""


def contradicted(row: Row, readings: dict[str, str], plan: Plan, met: Counter[str]) -> Iterator[str]:
    """What the plan says that the oracle finds otherwise; `met` counts what was compared."""
    case = Case.of(row, readings)
    known = statuses(row, readings)
    most, _ = best(row, readings)
    if plan.total_fen != most:
        yield f"the plan comes to {plan.total_fen}, the oracle to {most}"
    offered = {(one.claim.project, one.claim.kind) for one in offers(case)}
    met.update(f"chosen {claim.benefit}" for claim in plan.claims)
    for entry in plan.not_claimed:
        key = entry.subject, entry.benefit
        if entry.year is not None or key not in known:
            continue
        years = case.projects.get(entry.subject, {}).get("filing_years")
        if entry.reason == "unknown" and years is not None and not set(years) & set(case.horizon):
            yield f"{entry.subject}/{entry.benefit} is unknown, and none of its years is planned"
        met[f"{entry.reason} {entry.benefit}"] += 1
        told = _conditions(entry)
        found = list(_of_entry(entry, told, known[key]))
        if key in offered and entry.reason == "outbid" and entry.possible is None:
            met["what insisting costs left open"] += 1
        elif key in offered:
            held = best_with(row, readings, *key)
            met["insisted on"] += held is not None
            # The oracle offers nothing that brings nothing; the engine lets it be filed, at no cost.
            idle = held is None and entry.loss_fen == 0 and entry.findings[0].kind == "limit"
            found = [] if idle else list(_of_open(entry, None if held is None else most - held))
        if not entry.findings:
            found.append("nothing says why")
        yield from (f"{entry.subject}/{entry.benefit} is {entry.reason}: {one}" for one in found)


def _conditions(entry: Unclaimed) -> set[str]:
    """The conditions that an entry names, by the oracle's names where it has one."""
    return {
        name
        for finding in entry.findings
        if finding.kind in ("failed", "unknown") or finding.name in NAMES
        for name in _oracles(finding.name)
    }


def _oracles(name: str) -> Collection[str]:
    stem, _, benefit = name.removesuffix(")").partition("(")
    if stem in ("total", "audited"):
        start = {"public_platform": "public"}.get(benefit, benefit)
        return [f"{start}_threshold" if stem == "total" else f"{start}_audited_threshold"]
    return NAMES.get(stem, (name,))


def _of_entry(entry: Unclaimed, told: set[str], known: list[NamedStatus]) -> Iterator[str]:
    beyond = OF_THE_DATE | OF_THE_YEAR | {"amount"}
    failed, unknown = (
        {name for name, status in known if status == wanted} - beyond for wanted in (FAILED, UNKNOWN)
    )
    if "in_guangdong" in unknown:
        unknown.discard("not_pending")  # the same city is missing, and named once
    expected = {"unmet": failed, "unknown": unknown}.get(entry.reason, set())
    if not (expected <= told and told - beyond - set(CARRIER) <= expected | _alike(expected)):
        yield f"it names {sorted(told)}, the oracle {sorted(expected)}"
    if entry.reason != "unmet" and failed:
        yield f"the oracle finds {sorted(failed)} failed"
    kinds = {finding.kind for finding in entry.findings}
    unplanned = entry.reason == "closed" and "shut" in kinds and kinds <= {"shut", *_BEFORE}
    if entry.reason in ("closed", "outbid") and unknown and not unplanned:
        yield f"the oracle finds {sorted(unknown)} unknown"


def _alike(failed: Collection[str]) -> set[str]:
    """The conditions that go by the same name in the packs as one of these."""
    return {name for names in NAMES.values() if set(names) & set(failed) for name in names}


def _of_open(entry: Unclaimed, loss: int | None) -> Iterator[str]:
    # What the oracle offers by itself no lawful set may hold: by what is stated, as the engine says.
    if entry.reason in ("unmet", "closed", "unknown") and loss is None:
        return
    if entry.reason != "outbid":
        yield "the oracle may claim it"
    elif (entry.possible, entry.loss_fen) != (loss is not None, loss):
        yield f"insisting costs {entry.loss_fen}, by the oracle {loss}"
