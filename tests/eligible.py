"""A company of Shenzhen and projects of its that qualify, for tests to change what they are about."""

from __future__ import annotations

from typing import Any

COMPANY: dict[str, Any] = {
    "id": "A",
    "city": "深圳",
    "industry_code": "3922",
    "established": "2015-01-01",
    "legal_person": True,
    "operates_in_shenzhen": True,
    "good_standing": True,
}
ENERGY: dict[str, Any] = {"energy_tce": {"2022": 900, "2023": 1000, "2024": 1100}}
"""Of a company that uses enough energy for its green projects."""
PROJECT: dict[str, Any] = {
    "id": "P1",
    "applicant": "A",
    "kinds": ["equipment"],
    "filing_years": [2025],
    "total_investment": 3000,
    "audited_cost": 2500,
    "completed": True,
    "in_shenzhen": True,
    "filed_before_start": True,
}
GREEN: dict[str, Any] = {
    **PROJECT,
    "kinds": ["green"],
    "construction_investment": 2000,
    "rd_cost": 400,
    "green_track": "energy",
    "energy_saving_tce": 60,
    "start": "2022-03-01",
    "end": "2023-12-01",
    "stable_since": "2023-12-02",
}


def changed(row: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A row with some fields changed; None takes one away."""
    return {key: value for key, value in {**row, **changes}.items() if value is not None}
