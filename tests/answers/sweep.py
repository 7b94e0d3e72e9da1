"""Answers about random portfolios, as many as one likes, each held against plans made by other means.

python -m tests.answers.sweep why 2000          # of why, takes, facts, conflict, price, readings: so many
python -m tests.answers.sweep conflict 300 5000 # from this seed on
"""

from __future__ import annotations

import json
import signal
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from time import monotonic

from tests.answers import open_questions
from tests.answers.open_questions import is_small
from tests.answers.reasons import contradicted
from tests.conflict import test_random as conflicts
from tests.explain import test_random as explanations
from tests.oracle.generator import as_json, random_portfolio, random_readings, whole_portfolio, whole_readings
from tests.price import test_price as prices
from tests.takes.replanned import check_drawn
from tests.takes.test_unknown import checked

from subvent.logic.session import InProcess
from subvent.optimise.search import Limits
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.policy.types import PolicySet
from subvent.portfolio.text_reader import read_portfolio
from subvent.questions.conflict import conflict
from subvent.questions.readings import ReadingsComparison
from subvent.questions.takes.unknown import worths_of_rows

PACKS = load_policies()
SECONDS = 20.0
"""Between two lines of progress."""
MET: Counter[str] = Counter()
"""What was met, each reason by benefit: a sweep that never meets a case shows nothing of it."""


def why(seed: int, folder: Path) -> int:
    """No explanation contradicts its plan, or what the oracle finds; so does what insisting costs."""
    del folder
    one = explanations.drawn(seed)
    explanations.agrees(seed, one)
    assert all(told == found for told, found in explanations.forced(one))
    wrong = list(contradicted(whole_portfolio(seed), whole_readings(seed), one.plan, MET))
    assert not wrong, wrong
    return len(one.plan.claims) + len(one.plan.not_claimed)


def takes(seed: int, folder: Path) -> int:
    """Every change does what is said, and a step less, or a change fewer, does not."""
    return check_drawn(seed, PACKS, folder)


def facts(seed: int, folder: Path) -> int:
    """What an unknown fact could be worth is the difference of two plans, and less without any fact of it."""
    drawn = json.loads(as_json(random_portfolio(seed)))
    for row in drawn["projects"]:
        row.pop("completed", None)
        row.pop("in_shenzhen", None)
    path = folder / "drawn.json"
    path.write_text(json.dumps(drawn), encoding="utf-8")
    rows = read_portfolio(path, vocabulary_of(PACKS))
    return len(checked(rows, worths_of_rows(rows, PACKS, InProcess())).worths)


def conflict_(seed: int, folder: Path) -> int:
    """Every set of articles forbids the claims, and does not without any one of them."""
    problem, answers = conflicts.posed(seed, folder), 0
    for asked in conflicts.questions(problem, seed):
        answer = conflict(problem, asked, InProcess(), Limits())
        conflicts.check(problem, asked, answer)
        for one in answer.conflicts:
            conflicts.check_instances(asked, one.instances)
        answers += 1
    return answers


def price(seed: int, folder: Path) -> int:
    """Every price is the difference of the plan and that of packs written without the provision."""
    packs = _rewritten()
    for _ in prices.check(prices.random_file(seed, folder), prices.readings(seed), packs):
        pass
    return len(packs)


def readings(seed: int, folder: Path) -> int:
    """What answers to open questions bring, and what to file before they are known, hold by the oracle."""
    for near in count(seed * 1_000):
        drawn = whole_portfolio(near) if near % 2 else random_portfolio(near)
        given = (whole_readings(near) if near % 2 else random_readings(near)) if near % 4 > 1 else {}
        if is_small(drawn, given):
            break
    path = folder / "drawn.json"
    path.write_text(as_json(drawn), encoding="utf-8")
    rows = read_portfolio(path, vocabulary_of(PACKS))
    told = ReadingsComparison(PACKS, rows, given, InProcess(), Limits()).made()
    wrong = list(open_questions.contradicted(drawn, given, told))
    assert not wrong, (near, wrong)
    return sum(len(question.effects) for question in told.questions)


@lru_cache
def _rewritten() -> Mapping[prices.Key, PolicySet]:
    return prices.packs_without(Path(mkdtemp()))


KINDS: Mapping[str, Callable[[int, Path], int]] = {
    "why": why,
    "takes": takes,
    "facts": facts,
    "conflict": conflict_,
    "price": price,
    "readings": readings,
}


@dataclass(slots=True)
class Swept:
    """What came of a sweep: how much was checked, and what does not hold, with its seed."""

    portfolios: int = 0
    answers: int = 0
    faults: list[str] = field(default_factory=list)


def sweep(kind: str, many: int, first: int = 0) -> Swept:
    """Check the answers about so many portfolios, from a seed on; ended early, about those before that."""
    found, told = Swept(), monotonic()
    with suppress(KeyboardInterrupt):
        for seed in range(first, first + many):
            with TemporaryDirectory() as folder:
                try:
                    found.answers += KINDS[kind](seed, Path(folder))
                except AssertionError as error:
                    found.faults.append(f"{kind}: seed {seed}: {error}")
            found.portfolios += 1
            if monotonic() - told > SECONDS:
                sys.stderr.write(f"{kind}: {found}\n")
                told = monotonic()
    return found


def main() -> int:
    """Sweep, print the counts, and return 1 where anything does not hold."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    kind, many, *first = sys.argv[1:]
    found = sweep(kind, int(many), *map(int, first))
    told = f"{kind}: {found.answers} answers about {found.portfolios} portfolios, {len(found.faults)} faults"
    met = [f"{name:40} {count:6}" for name, count in sorted(MET.items())]
    sys.stdout.write("\n".join([*met, *found.faults, told, ""]))
    return int(bool(found.faults))


if __name__ == "__main__":
    sys.exit(main())
