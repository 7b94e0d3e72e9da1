"""What was measured as a table in Markdown and a plot in SVG: ratios first, seconds beside them."""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from typing import Any, NamedTuple

from anchors import WHY, Anchor
from commands import Timing
from layout import number, ratio, seconds, table
from several import OURS, Several, section

import subvent

BEFORE = ("load packs", "read", "facts", "shards", "derive", "model", "optimise", "certify")
AFTER = ("explain", "words", "why not", "ask", "print")

_HEAD = """\
# What was measured

Written by `benchmarks/bench.py` on {today}. Python {python}, {versions}; HiGHS is the one in OR-Tools.

The machine has {cores} cores and may be shared: what can be compared are the ratios within this run, and
processor time (user and system, all threads and children) before wall time, which stands in parentheses.
The portfolios are those of [portfolios.py](portfolios.py).
"""
_PIPELINES = """\
## From the file to the proven plan

The unit is the time that clingo takes to ground [reference.lp](reference.lp), a plain program that is left
as it is, over the same portfolio: one of processor time, and in parentheses of wall time, of which several
cores save some. “To proof” is all but the explanation, the children that clingo runs in included; memory is
the peak of the process and that of its largest child, what follows the proof included.
Aims: 3 × for 10,000 projects; 100,000 in 12 × the time of 10,000 and in 1,500 MB; the certificate checked in
a tenth of the time.
"""
_STAGES = """\
## The stages

The first class, as the command runs it; processor seconds (wall seconds), and the peaks of memory up to the
end of the stage, of the process + of its largest child. “shards” finds out what can be derived apart;
“derive” is grounding and reading back, in children, while what came of other shards is modelled and
optimised: its wall time is what one waits for them. “explain” derives all that the decision did not need,
finds a derivation of every claim and of what stands against the others, and writes the account; “words”
puts every step of all of them into words, which else is done when a step is shown or written; “why not” has
the reasons against what is not claimed and what insisting on it would cost; then, with the words there,
“ask” is a hundred times `why` of the loaded plan, “print” a hundred claims' whole trees as text. Where
there is a dash the limit of {whole:g} s came first.
Aim: “explain” in less than “to proof”.
"""
_INSIDE = """\
“explain” of a plan that was explained in children, by what it was taken for, in processor seconds of all
processes. “derived anew” is all that follows from the rows, which claims and the rest need; “claims” are the
proofs, words, stages and articles of all claims; “not claimed” the reasons against everything else, with
their proofs; “rest” what is to be done, remarks, starting children, sending, and numbering the steps of all
shards as one. Proofs and words are shared out by how many of the steps lie below claims.
"""
_PEERS = """\
## Other solvers on the same problem

Each in a process of its own, on the problem as it was posed for subvent. The time of subvent is that of the
optimum, of choosing among equal ones by fewest filings and earliest years, and of the certificate; the others
only maximise the money, and leave nothing that can be checked. More than 1 × is slower than subvent; “>” is
no proof within {limit:g} s. clasp has the decision as clingo grounds it, and the best of several strategies
tried on 100 projects; CP-SAT and HiGHS have the linear model as one; min-cost flow applies where the limits
have two sides; greedy makes the largest lawful claim that still brings money, again and again.

![How much longer the others take](results.svg)
"""
_ANCHORS = """\
## Other explanation tools on the same claims

xclingo prints a tree for every claim of the plan for a project, clingexplaid finds a smallest set of claims
and limits for two that cannot stand together; each from [anchors.lp](anchors.lp), seven categories in a dozen
rules without readings, articles or amounts beyond a rate and a cap, as a whole process of its own. For
subvent it is the packs whole: “explain” and “words” above, which have every step of every proof in words but
print no trees, and `subvent conflict` as a whole process.
Processor seconds (wall seconds), and the peak of memory; “>” is no answer within {limit:g} s
of wall time.

asplain 1.2.1 is not in the table: it looks for the nearest other model, here which limit would have to go for
two claims to stand together, and draws it with Graphviz. On this program, limits marked removable and the
second claim addable, it answered for 10 projects in 7.6 s of processor and for 100 not within 20 s.
"""
_COMMANDS = """\
## Commands that a user types

Whole processes on the example groups, the last ones on portfolios of the first class: seconds, the median of
the runs, of large portfolios a single run; the aim is for wall time.
"""


class Pipeline(NamedTuple):
    """What `stages.py` told of one portfolio, and the time of the reference program on it."""

    size: int
    coupling: str
    result: dict[str, Any]
    failure: str
    reference: dict[str, float] | None

    @property
    def proof(self) -> dict[str, float] | None:
        """Seconds from the file to the proven plan; None when the limit came first."""
        if self.result.get("status") != "optimal":
            return None
        return _sum(self.result["stages"].get(stage) for stage in BEFORE)

    @property
    def told(self) -> str:
        """One line."""
        return f"{self.result.get('status', '?')} {seconds(self.proof)} {self.failure}".rstrip()


class Asked(NamedTuple):
    """What `peers.py` told of one solver on one problem."""

    size: int
    coupling: str
    peer: str
    result: dict[str, Any]
    failure: str

    @property
    def taken(self) -> dict[str, float] | None:
        """Seconds of the solver alone."""
        return self.result.get("taken")

    @property
    def exact(self) -> bool:
        """Whether it has proven its total in exact fen."""
        return bool(self.result.get("proven")) and not self.result.get("remark")

    @property
    def gap(self) -> str:
        """How far the proven bound is above what was found."""
        total, bound = self.result.get("total"), self.result.get("bound")
        if self.result.get("proven"):
            return ""
        if not total:
            return "nothing found"
        return f"gap {(bound - total) / total:.2%}" if bound is not None else "no bound"

    @property
    def told(self) -> str:
        """One line."""
        said = self.failure or self.result.get("remark") or ""
        return f"{self.result.get('total')} {seconds(self.taken)} {self.gap} {said}".rstrip()


class Report(NamedTuple):
    """All that was measured in one run; the limits are in seconds of wall time."""

    pipelines: Sequence[Pipeline]
    answers: Sequence[Asked]
    timings: Sequence[Timing]
    anchors: Sequence[Anchor]
    several: Sequence[Several]
    limit: float
    whole: float
    anchor_limit: float


def _sum(parts: Iterable[dict[str, float] | None]) -> dict[str, float]:
    present = [part for part in parts if part]
    return {unit: sum(part[unit] for part in present) for unit in ("cpu", "wall")}


def disagreements(report: Report) -> list[str]:
    """Where two solvers prove different totals, an answer breaks a limit, or passes a proven total."""
    found = []
    for (size, coupling), answers in by_problem(report).items():
        proven = {answer.peer: answer.result["total"] for answer in answers if answer.exact}
        if len(set(proven.values())) > 1:
            found.append(f"{coupling}, {size}: proven totals differ: {proven}")
        for answer in answers:
            total = answer.result.get("total")
            if answer.result.get("broken"):
                found.append(f"{coupling}, {size}: {answer.peer} breaks {answer.result['broken'][:3]}")
            elif total is not None and proven and total > min(proven.values()):
                found.append(f"{coupling}, {size}: {answer.peer} passes a proven total")
    return found + [fault for several in report.several for fault in several.result.get("faults", ())]


def by_problem(report: Report) -> dict[tuple[int, str], list[Asked]]:
    """The answers to each problem, by its size and class."""
    found: defaultdict[tuple[int, str], list[Asked]] = defaultdict(list)
    for answer in report.answers:
        found[answer.size, answer.coupling].append(answer)
    return dict(found)


def markdown(report: Report) -> str:
    """The page of results."""
    today = dt.datetime.now(dt.UTC).date().isoformat()
    versions = f"subvent {subvent.__version__}, " + ", ".join(
        f"{name} {version(name)}" for name in ("clingo", "ortools", "numpy")
    )
    head = _HEAD.format(
        today=today, python=platform.python_version(), versions=versions, cores=os.cpu_count()
    )
    parts = (head, *_pipelines(report), *_peers(report), *_anchors(report), *_commands(report))
    return "\n".join(parts).rstrip() + "\n"


def _pipelines(report: Report) -> Iterator[str]:
    yield _PIPELINES
    header = (
        "class, projects",
        "to proof ÷ reference",
        "checking ÷ to proof",
        "to proof",
        "reference",
        "peak MB, + child",
    )
    yield from table(header, map(_pipeline_row, report.pipelines))
    yield _STAGES.format(whole=report.whole)
    explained = [line for line in report.pipelines if line.coupling == report.pipelines[0].coupling]
    for stages in (BEFORE, AFTER):
        rows = [[f"{line.size:,}", *(_stage(line, stage) for stage in stages)] for line in explained]
        yield from table(("projects", *stages), rows)
    if rows := [row for line in explained if (row := _inside(line))]:
        yield _INSIDE
        header = (
            "projects",
            "to proof",
            "derived anew",
            "claims",
            "not claimed",
            "rest",
            "steps, below claims",
        )
        yield from table(header, rows)


def _inside(line: Pipeline) -> list[str]:
    """What explaining in children was taken for; nothing where it was done in one piece."""
    taken = line.result.get("inside")
    if not taken or line.proof is None:
        return []
    share = taken["below claims"] / taken["steps"]
    proven = taken["proofs"] + taken["words"]
    derived, claims = taken["derived"], taken["claims"] + share * proven
    others = taken["reasons"] + (1 - share) * proven
    rest = line.result["stages"]["explain"]["cpu"] - derived - claims - others
    return [
        f"{line.size:,}",
        *(f"{number(spent)} s" for spent in (line.proof["cpu"], derived, claims, others, rest)),
        f"{taken['steps']:,.0f}, {taken['below claims']:,.0f}",
    ]


def _pipeline_row(line: Pipeline) -> list[str]:
    name = f"{line.coupling}, {line.size:,}"
    peak = _peaks(line.result) if "peak" in line.result else "–"
    proof, reference = line.proof, line.reference
    if proof is None or reference is None:
        return [name, line.failure or line.result.get("status", "–"), "–", "–", seconds(reference), peak]
    certify = line.result["stages"]["certify"]["cpu"]
    share = f"{certify / proof['cpu']:.2%}"
    ratios = f"{ratio(proof['cpu'], reference['cpu'])} ({ratio(proof['wall'], reference['wall'])})"
    return [name, ratios, share, seconds(proof), seconds(reference), peak]


def _stage(line: Pipeline, stage: str) -> str:
    taken = line.result.get("stages", {}).get(stage)
    # What follows the proof is told when it is done: what it took until the limit came is no measurement.
    if not taken or (stage in AFTER and not line.result.get("explained")):
        return "–"
    return f"{seconds(taken)}, {_peaks(taken)} MB"


def _peaks(taken: dict[str, Any]) -> str:
    return f"{taken['peak']:,.0f} + {taken['children']:,.0f}"


def _peers(report: Report) -> Iterator[str]:
    if not report.answers:
        return
    yield _PEERS.format(limit=report.limit)
    peers = [name for name in dict.fromkeys(answer.peer for answer in report.answers) if name != OURS]
    rows = []
    for (size, coupling), answers in by_problem(report).items():
        own = {answer.peer: answer for answer in answers}
        cells = [_ours(own[OURS]), *(_peer(own[name], own[OURS]) for name in peers[:-1]), _lost(own)]
        rows.append([f"{coupling}, {size:,}", *cells])
    yield from table(("class, projects", OURS, *peers[:-1], "greedy loses"), rows)
    yield from section(report.several)
    found = disagreements(report)
    yield "All totals that are proven agree, and every answer is lawful." if not found else "\n".join(found)
    yield ""


def _ours(own: Asked) -> str:
    return ", ".join(filter(None, (own.failure or seconds(own.taken), own.gap)))


def _peer(answer: Asked, own: Asked) -> str:
    if answer.failure or answer.taken is None:
        return answer.failure or "–"
    remark = answer.result.get("remark")
    if answer.result.get("total") is None and remark and not answer.result.get("bound"):
        return str(remark)
    times = ratio(answer.taken["cpu"], own.taken["cpu"]) if own.taken else "–"
    words = (f"{'' if answer.result['proven'] else '> '}{times}", seconds(answer.taken), answer.gap, remark)
    return ", ".join(filter(None, words))


def _lost(own: dict[str, Asked]) -> str:
    best, found = (
        max(answer.result.get("total") or 0 for answer in own.values()),
        own["greedy"].result.get("total"),
    )
    return f"{(best - found) / best:.2%}" if best and found is not None else "–"


def _anchors(report: Report) -> Iterator[str]:
    if not report.anchors:
        return
    yield _ANCHORS.format(limit=report.anchor_limit)
    first = report.pipelines[0].coupling
    explained = {line.size: line for line in report.pipelines if line.coupling == first}
    rows = []
    for size, question in dict.fromkeys((anchor.size, anchor.question) for anchor in report.anchors):
        own = {a.tool: a for a in report.anchors if (a.size, a.question) == (size, question)}
        ours = _explained(explained[size]) if question == WHY else _anchor(own.pop(OURS), report)
        rows.append([f"{question}, {size:,}", ours, *_others(own.values(), report)])
    yield from table(("question, projects", OURS, "other tool"), rows)


def _others(anchors: Iterable[Anchor], report: Report) -> Iterator[str]:
    return (f"{anchor.tool}: {_anchor(anchor, report)}" for anchor in anchors)


def _explained(line: Pipeline) -> str:
    stages = line.result.get("stages", {})
    told = line.result.get("explained")
    if not told:
        return line.failure or "–"
    taken = {unit: stages["explain"][unit] + stages["words"][unit] for unit in ("cpu", "wall")}
    return f"{seconds(taken)}, {_peaks(stages['words'])} MB, {told:,} claims"


def _anchor(anchor: Anchor, report: Report) -> str:
    ran = anchor.ran
    if ran is None:
        return "not installed"
    if ran.failure:
        late = f"> {report.anchor_limit:g} s, of them {number(ran.cpu)} s of processor, {ran.peak:,.0f} MB"
        return late if ran.wall >= report.anchor_limit else ran.failure
    told = f", {ran.result['told']:,} {'claims' if anchor.question == WHY else 'parts'}" if ran.result else ""
    return f"{seconds({'cpu': ran.cpu, 'wall': ran.wall})}, {ran.peak:,.0f} MB{told}"


def _commands(report: Report) -> Iterator[str]:
    if not report.timings:
        return
    yield _COMMANDS
    rows = [
        [
            t.name,
            t.failure or number(t.median),
            "–" if t.failure else f"{number(t.fastest)} – {number(t.slowest)}",
            "–" if t.failure else number(t.cpu),
            f"{t.aim:g}" if t.aim else "",
        ]
        for t in report.timings
    ]
    yield from table(("command", "wall", "fastest – slowest", "processor", "aim"), rows)
