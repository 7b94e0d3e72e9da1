"""Article 12 of 深府办规〔2023〕6号: half of the interest on loans and leases that pay for technical renewal.

Where the outside contract is silent the project has decided, and the oracle reads:

- A lease asks for no dedicated product (「上述专属信贷产品…或通过融资租赁方式」). Where it is not said
  whether it is a loan or a lease, only a dedicated product passes.
- A loan without projects, filing years or interest is unknown, so it brings no claim.
- A window of 36 months may hold years without interest; years not stated count as nothing.
- An instalment claimed in a year is on the interest of the year before. All instalments of a loan,
  history's too, lie in three consecutive calendar years, so there are at most three.
- All claims of a loan are for one project; a held claim that is known to be for one binds the others to it.
- Under the reading payment a claim is paid in the year after it is filed, as for articles 1–11; under
  completion it is as under application, for a loan is not completed.
- What claims under one cap bring is the lesser of the sum of their floored amounts and what room the
  held claims have left. A held claim without an amount leaves the room unknown: no claim. A held claim
  of a loan with several projects that names none takes its room of each of them.
"""

from __future__ import annotations

from fractions import Fraction

from .amounts import Grant
from .claims import INTEREST, Claim, Offer, carriers_of_held
from .conditions import FIRST_YEAR, KINDS, LAST_YEAR, NamedStatus, industrial
from .facts import FAILED, MET, UNKNOWN, WAN, Case, Row, denied, money, some, truth

# 「给予最高500万元的贴息支持」
CAP = 500 * WAN
# 「不超过实际支付银行贷款利息或设备租赁利息的50%」
RATE = Fraction(1, 2)
# 「贴息期不超过3年」
YEARS = 3


def loan_conditions(case: Case, loan: Row) -> list[NamedStatus]:
    """Return what article 12 asks of a loan or lease, the same in every year."""
    return [
        ("borrower_industrial", industrial(case.companies[str(loan["borrower"])])),
        ("product", _product(case, loan)),
        ("finances_a_project", MET if loan.get("projects") else UNKNOWN),
        ("carrier", _some_carrier(case, loan)),
        ("not_subsidised", denied(loan.get("subsidised_before"))),
        ("loan_years", UNKNOWN if loan.get("filing_years") is None else MET),
    ]


def loan_year(case: Case, loan: Row, year: int) -> list[NamedStatus]:
    """Return what article 12 asks of a filing year."""
    last = LAST_YEAR - 1 if case.says("in-force", "payment") else LAST_YEAR
    interest = eligible_interest(case, loan, year)
    return [
        ("interest_in_force", truth(FIRST_YEAR <= year <= last)),
        ("interest_to_pay", UNKNOWN if loan.get("interest_paid") is None else truth(interest > 0)),
    ]


def _product(case: Case, loan: Row) -> str:
    if case.says("interest-product", "any-bank") or loan.get("kind") == "lease":
        return MET
    dedicated = truth(loan.get("dedicated_product"))
    return dedicated if loan.get("kind") == "loan" else some(dedicated, UNKNOWN)


def _some_carrier(case: Case, loan: Row) -> str:
    """Return whether a project of the loan can carry its interest, whatever else is claimed."""
    if not loan.get("projects"):
        return UNKNOWN
    return MET if carriers(case, loan) else FAILED


def carriers(case: Case, loan: Row) -> list[str]:
    """Return the projects of a loan for which its interest may be claimed, each once.

    Under the reading claimed it stays to be seen whether the plan claims for them.
    """
    names = list(dict.fromkeys(str(name) for name in loan.get("projects") or ()))
    if case.says("interest-project", "of-a-category"):
        return [name for name in names if set(KINDS) & set(case.projects[name].get("kinds") or ())]
    return names


def eligible_interest(case: Case, loan: Row, year: int, before: int | None = None) -> int:
    """Return the fen of interest on which a claim filed in a year is made.

    With ``before``, interest of that calendar year and later ones is left out: it is a forecast.
    """
    table = {
        int(paid): money(fen, case.unit) or 0
        for paid, fen in (loan.get("interest_paid") or {}).items()
        if before is None or int(paid) < before
    }
    bearing = sorted(paid for paid, fen in table.items() if fen > 0)
    if not bearing:
        return 0
    past = {paid: fen for paid, fen in table.items() if paid < year}
    first = bearing[0]
    in_first_window = {paid: fen for paid, fen in past.items() if first <= paid < first + YEARS}
    counted = in_first_window if case.says("interest-term", "first-36-months") else past
    if case.says("interest-once", "instalments"):
        return counted.get(year - 1, 0)
    starts = range(first - YEARS + 1, bearing[-1] + 1)
    return max(sum(counted.get(start + more, 0) for more in range(YEARS)) for start in starts)


def same_loan_clash(case: Case, one: Claim, other: Claim) -> bool:
    """Return whether two claims on one loan's interest cannot both stand."""
    if case.says("interest-once", "one-application"):
        return True
    elsewhere = None not in {one.carrier, other.carrier} and one.carrier != other.carrier
    return elsewhere or one.year == other.year or abs(one.year - other.year) >= YEARS


def cap_of(case: Case, claim: Claim) -> tuple[object, ...]:
    """Return what tells the claims that share a 500万 cap with this one."""
    if case.says("interest-cap", "per-loan"):
        return (claim.project,)
    if case.says("interest-cap", "per-project"):
        return (claim.carrier,)
    if case.says("interest-cap", "per-company-year"):
        return (claim.applicant, claim.year)
    return (claim.applicant,)


def room(case: Case, claim: Claim) -> int | None:
    """Return the fen that held claims have left of the cap of a claim, ``None`` if that is not known."""
    used = 0
    for entry in case.history:
        if entry["benefit"] == INTEREST and entry["status"] in {"filed", "granted"}:
            maybe = carriers_of_held(case, entry) or [None]
            held = [
                Claim(str(entry["applicant"]), str(entry["subject"]), INTEREST, int(entry["year"]), carrier=c)
                for c in maybe
            ]
            if any(cap_of(case, one) == cap_of(case, claim) for one in held):
                amount = case.fen(entry, "amount")
                if amount is None:
                    return None
                used += amount
    return max(0, CAP - used)


def loan_offers(case: Case) -> list[Offer]:
    """Return every claim on interest that may be made taken alone; history is not looked at but for caps."""
    found = []
    for name, loan in case.loans.items():
        asked = loan_conditions(case, loan)
        offered = {int(year) for year in loan.get("filing_years") or ()}
        for year in case.horizon:
            if year not in offered or any(status != MET for _, status in asked + loan_year(case, loan, year)):
                continue
            base = Fraction(eligible_interest(case, loan, year))
            for carrier in carriers(case, loan):
                claim = Claim(str(loan["borrower"]), name, INTEREST, year, carrier=carrier)
                left = room(case, claim)
                own = Grant(base, RATE, left or 0)
                if own.amount():
                    paid = Claim(claim.applicant, name, INTEREST, year, own.amount(), carrier=carrier)
                    found.append(Offer(paid, own))
    return found
