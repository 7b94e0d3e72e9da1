"""Whether a changed plan can pass the check and state an untruth: ``python -m tests.audit.mutations [N]``.

Random portfolios are planned; then one thing of the plan, of its readings or of its portfolio is another, and
the check of `subvent verify` is asked, without its comparison of texts and of the files' hashes: so a little
less is refused here than there. Half of the changes are those of a forger who makes sums, bound and status
agree with what is changed. What is accepted is judged by the oracle alone, which shares no code with the
engine: the claims may be made together under these facts and readings and bring what they are said to, and
no lawful plan brings more than the bound. What is refused names the claim that was changed.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.audit.changes import CHANGES, Dice, Planned, made_to_agree, planned
from tests.oracle.claims import INTEREST, Claim
from tests.oracle.ends import ends
from tests.oracle.facts import Case
from tests.oracle.law import best, lawful, offers
from tests.oracle.worth import paid, worth

from subvent.diagnostics import InputError, PolicyError
from subvent.document.reader import plan_from_json
from subvent.document.shape import PlanDocument
from subvent.logic.session import InProcess
from subvent.money import yuan
from subvent.verify import check

PER_PLAN = 20
"""Changes of one plan."""


def untruths(held: Planned, document: PlanDocument) -> Iterator[str]:
    """What a plan states that the oracle finds untrue."""
    case = Case.of(held.row, held.readings)
    may = {_key(offer.claim): offer for offer in offers(case)}
    claims = [
        (c.fen, Claim(c.applicant, c.subject, c.benefit, c.year, carrier=c.made_for or None))
        for c in document.claims
    ]
    # What brings nothing the oracle does not offer, be it lawful or not.
    claims = [(fen, one) for fen, one in claims if fen or _key(one) in may]
    made = [one for _, one in claims]
    most, _ = best(held.row, held.readings)
    if not may.keys() >= {_key(one) for one in made} or len({_key(one) for one in made}) < len(made):
        yield "a claim that may not be made"
        return
    chosen = [may[_key(one)] for one in made]
    brought = worth(case, paid(case, chosen))
    if not lawful(case, [one.claim for one in chosen]):
        yield "claims that may not be made together"
    if any(fen > one.claim.amount for (fen, _), one in zip(claims, chosen, strict=True)):
        yield "an amount above the claim's own"
    if not document.total_fen == sum(line.fen for line in document.claims) <= brought:
        yield f"a total above {brought}"
    if document.bound_fen < most:
        yield f"a bound below {most}"
    if document.status == "optimal" and document.total_fen != most:
        yield "an optimum that is none"
    said = (document.range_yuan.low, document.range_yuan.high)
    if document.total_fen == brought and said != tuple(map(yuan, ends(held.row, held.readings, made))):
        yield "a range that is another"


def _key(claim: Claim) -> tuple[object, ...]:
    carrier = claim.carrier if claim.kind == INTEREST else None
    return claim.applicant, claim.project, claim.kind, claim.year, carrier


@dataclass
class Found:
    """What came of the changes: how many of each kind were accepted or refused, and by which code first."""

    accepted: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    codes: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    faults: list[str] = field(default_factory=list)
    """Untruths that were accepted, genuine plans that were refused, refusals that do not say where."""

    def lines(self) -> list[str]:
        """The counts as text, one kind a line."""
        lines = []
        for name in CHANGES:
            codes = ", ".join(f"{code} {n}" for code, n in self.codes[name].most_common())
            lines.append(
                f"{name:11} accepted {self.accepted[name]:5}, refused {self.refused[name]:5}: {codes}"
            )
        lines.append(f"{'all':11} accepted {self.accepted.total():5}, refused {self.refused.total():5}")
        return [*lines, *(f"FAULT: {one}" for one in self.faults)]


def mutated(count: int, first: int = 700_000) -> Found:
    """What comes of so many changes of random plans, from the seed `first` on."""
    found, done = Found(), 0
    with tempfile.TemporaryDirectory() as name:
        for seed in range(first, first + count):
            if done >= count:
                break
            held, dice = planned(seed, Path(name)), random.Random(seed)
            codes, document = _asked(held)
            if codes or document is None or list(untruths(held, document)):
                found.faults.append(f"{seed}: the genuine plan is refused, or untrue: {codes}")
            for _ in range(PER_PLAN):
                done += _one(held, seed, dice, Path(name), found)
    return found


def _one(held: Planned, seed: int, dice: Dice, folder: Path, found: Found) -> bool:
    """Try one change; whether anything was changed."""
    kind = dice.choice(list(CHANGES))
    try:
        change = CHANGES[kind](held, dice, folder)
        other = None if change is None else change.planned
        if other and kind not in ("total", "bound") and dice.random() < 0.5:
            other = made_to_agree(other)
    except (InputError, PolicyError) as error:
        codes = [(one.code, one.what.en) for one in error.diagnostics]
        return _refused(kind, codes, found)
    if change is None or other is None or (other.row == held.row and other.plan == held.plan):
        return False
    codes, document = _asked(other, change.subject)
    if codes:
        said = " ".join(words for _, words in codes)
        if not said or not _says_where(codes, change.subject):
            found.faults.append(f"{seed} {kind}: {change.subject} is not named: {said}")
        return _refused(kind, codes, found)
    found.accepted[kind] += 1
    assert document is not None
    found.faults += [f"{seed} {kind}: accepted, and states {one}" for one in untruths(other, document)]
    return True


def _says_where(codes: list[tuple[str, str]], subject: str) -> bool:
    """Whether one of the messages is of the sum or of a shared cap, or names the subject that was changed."""
    return not subject or any(
        code in ("verify.total", "verify.pool") or subject in words for code, words in codes
    )


def _refused(kind: str, codes: list[tuple[str, str]], found: Found) -> bool:
    found.refused[kind] += 1
    found.codes[kind][codes[0][0]] += 1
    return True


def _asked(held: Planned, subject: str = "") -> tuple[list[tuple[str, str]], PlanDocument | None]:
    """What the check finds, up to where it says enough, as codes and words; and the plan as it was read."""
    try:
        document = plan_from_json(json.dumps(held.plan))
    except InputError as error:
        return [(one.code, one.what.en) for one in error.diagnostics], None
    codes = []
    for one in check(held.problem, document, InProcess()):
        codes.append((one.code, one.what.en))
        if _says_where(codes, subject):
            break
    return codes, document


def main() -> int:
    """Change, print the counts, and return 1 if there is a fault."""
    found = mutated(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
    sys.stdout.write("\n".join([*found.lines(), ""]))
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
