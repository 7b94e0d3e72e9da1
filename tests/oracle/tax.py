"""Article 13 of 深府办规〔2023〕6号: what may be deducted at once, which stands beside the total."""

from __future__ import annotations

from datetime import date

from .facts import WAN, Case, Row, day

# 「2024年1月1日至2027年12月31日期间新购进的设备、器具，单位价值不超过500万元的」
FIRST_DAY, LAST_DAY = date(2024, 1, 1), date(2027, 12, 31)
DEAREST = 500 * WAN


def deduction(portfolio: Row) -> int:
    """Return the fen that may be deducted; equipment without a price or a day is not counted."""
    case = Case.of(portfolio, {})
    total = 0
    for row in portfolio.get("equipment") or []:
        price, bought = case.fen(row, "unit_price"), day(row.get("bought_on"))
        if price is not None and bought is not None:
            total += price if price <= DEAREST and FIRST_DAY <= bought <= LAST_DAY else 0
    return total
