"""Worked cases: small portfolios with the right answer beside them, in a pack's cases*.yaml.

    base: {unit: 万元, as_of: 2025-05-06, horizon: [2025], companies: [...], projects: [...]}
    cases:
      - name: 总投资额正好达到起点
        article: "1"
        note: 52000 × 10% = 5200
        readings: {threshold: declared}
        with: {projects: [{id: P1, kinds: [major]}]}
        expect: {total: 5200, claims: [[P1, major, 2025, 5200]]}

`with` is laid over `base`: settings replace, rows of a list are merged by id, a field that is null is
taken away; rows of a list without ids are added. What plans is handed in, for planning lies above packs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from subvent.diagnostics import Diagnostic, InputError, Place, SubventError, diagnostic, joined
from subvent.policy.loader import vocabulary_of
from subvent.policy.outcomes import (
    FEN_OF_WAN,
    ClaimLine,
    Expectation,
    Outcome,
    Reason,
    differences,
)
from subvent.policy.source import file_bytes
from subvent.policy.types import Pack, PolicySet
from subvent.portfolio.nearest import suggestion
from subvent.portfolio.types import Cell, Portfolio, RawPortfolio, RawRow
from subvent.portfolio.validate import validate
from subvent.portfolio.vocabulary import Vocabulary
from subvent.portfolio.yaml_reader import read_yaml
from subvent.process.foreign import refusal

CASES = "cases*.yaml"
_FEN_OF_YUAN = 100
_KEYS = ("name", "article", "note", "readings", "with", "expect")
_SAID = ("remarks", "materials", "steps", "entitlements", "duties")
_EXPECTATIONS = ("total", "total_yuan", "claims", "reasons", *_SAID, "range", "beside")


@dataclass(frozen=True, slots=True)
class Case:
    """A worked case of a pack's article."""

    pack: str
    name: str
    article: str
    readings: Mapping[str, str]
    portfolio: Portfolio
    expect: Expectation
    place: Place


Solve = Callable[[PolicySet, Vocabulary, Case, object], Outcome | None]
"""Plans a case. Given the digest of an earlier run that derived the same, it may answer None instead."""


def read_cases(policies: PolicySet) -> tuple[tuple[Case, ...], tuple[Diagnostic, ...]]:
    """The worked cases of the packs that were asked for, and what is wrong with how they are written."""
    vocabulary = vocabulary_of(policies)
    cases: list[Case] = []
    found: list[Diagnostic] = []
    for pack in (pack for pack in policies.packs if not pack.pulled):
        for path in sorted(pack.directory.glob(CASES)):
            _Reader(policies, pack, vocabulary, cases, found).read(path)
    # What is wrong with the base is wrong with every case that is laid over it.
    return tuple(cases), tuple(dict.fromkeys(found))


def run_cases(
    policies: PolicySet, solve: Solve, packs: Collection[str] | None = None
) -> tuple[Diagnostic, ...]:
    """Plans the worked cases (of some packs) and reports those that come out otherwise than they say."""
    cases, found = read_cases(policies)
    vocabulary = vocabulary_of(policies)
    cases = tuple(case for case in cases if packs is None or case.pack in packs)
    failed = [fault for case in cases if (fault := run_case(policies, vocabulary, case, solve))]
    return (*found, *_without_cases(policies, packs), *failed)


def _without_cases(policies: PolicySet, packs: Collection[str] | None) -> Iterator[Diagnostic]:
    """Packs with rules and no worked cases: that none fails would say nothing of them."""
    for pack in policies.packs:
        wanted = not pack.pulled if packs is None else pack.id in packs
        if wanted and pack.rules and not any(pack.directory.glob(CASES)):
            folder = pack.manifest_name.rpartition("/")[0]
            yield diagnostic("policy.no-cases", Place(f"{folder}/cases.yaml"), name=pack.id)


def run_case(policies: PolicySet, vocabulary: Vocabulary, case: Case, solve: Solve) -> Diagnostic | None:
    """What is wrong with the outcome of one case, if anything is."""
    try:
        outcome = solve(policies, vocabulary, case, None)
    except SubventError as error:
        reason = joined(error.diagnostics)
        return diagnostic("policy.case-stopped", case.place, name=case.name, reason=reason)
    differing = "" if outcome is None else "; ".join(differences(case.expect, outcome))
    if not differing:
        return None
    return diagnostic(
        "policy.case-failed", case.place, name=case.name, article=case.article, differing=differing
    )


class _FaultError(Exception):
    """A case that cannot be read: its message."""

    def __init__(self, fault: Diagnostic) -> None:
        super().__init__(fault.code)
        self.fault = fault


@dataclass(slots=True)
class _Reader:
    """Reads one file of cases, adding to `cases` and `found`."""

    policies: PolicySet
    pack: Pack
    vocabulary: Vocabulary
    cases: list[Case]
    found: list[Diagnostic]

    def read(self, path: Path) -> None:
        name = f"{self.pack.manifest_name.rpartition('/')[0] or self.pack.id}/{path.name}"
        try:
            root, told = read_yaml(file_bytes(path).decode(), name)
        except InputError as error:
            self.found += error.diagnostics
            return
        except (OSError, UnicodeDecodeError) as error:
            self.found.append(diagnostic("policy.unreadable", Place(name), reason=refusal(error)))
            return
        self.found += told
        try:
            document = _table(root, ("base", "cases"))
            base = _table(document["base"]) if "base" in document else {}
            listed = _list(document["cases"]) if "cases" in document else []
        except _FaultError as error:
            self.found.append(error.fault)
            return
        for cell in listed:
            self._case(base, cell)

    def _case(self, base: Mapping[str, Cell], cell: Cell) -> None:
        try:
            case = self._read_case(base, cell)
        except _FaultError as error:
            self.found.append(error.fault)
        except InputError as error:
            self.found += error.diagnostics
        else:
            if any(other.name == case.name and other.pack == case.pack for other in self.cases):
                self.found.append(diagnostic("policy.case-twice", case.place, name=case.name))
            self.cases.append(case)

    def _read_case(self, base: Mapping[str, Cell], cell: Cell) -> Case:
        entry = _table(cell, _KEYS)
        for key in ("name", "article", "expect"):
            if key not in entry:
                raise _FaultError(diagnostic("policy.case-lacks", cell.place, key=key))
        article = _text(entry["article"])
        if article not in self.pack.articles:
            near = suggestion(article, self.pack.articles, self.pack.articles)
            place = entry["article"].place
            raise _FaultError(diagnostic("policy.unknown-article", place, article=article, nearest=near))
        patch = _table(entry["with"]) if "with" in entry else {}
        return Case(
            pack=self.pack.id,
            name=_text(entry["name"]),
            article=article,
            readings=self._readings(entry.get("readings")),
            portfolio=validate(
                self._raw(_laid_over(base, patch, self.vocabulary), cell.place), self.vocabulary
            ),
            expect=_expectation(entry["expect"]),
            place=cell.place,
        )

    def _readings(self, cell: Cell | None) -> dict[str, str]:
        answers = {name: _text(answer) for name, answer in _table(cell).items()} if cell else {}
        known = {r.name: [a.name for a in r.answers] for r in self.policies.readings}
        for name, answer in answers.items():
            valid = known.get(name, list(known)) if name in known else list(known)
            wrong = answer if name in known else name
            if wrong not in valid and cell is not None:
                near = suggestion(wrong, valid)
                raise _FaultError(diagnostic("policy.case-reading", cell.place, name=wrong, nearest=near))
        return answers

    def _raw(self, cells: Mapping[str, Cell], place: Place) -> RawPortfolio:
        lists = self.vocabulary.lists
        return RawPortfolio(
            file=place.file,
            settings=RawRow(place, {name: cell for name, cell in cells.items() if name not in lists}),
            lists={
                name: tuple(RawRow(row.place, _table(row)) for row in _list(cells[name]))
                for name in lists
                if name in cells
            },
        )


def _laid_over(
    base: Mapping[str, Cell], patch: Mapping[str, Cell], vocabulary: Vocabulary
) -> dict[str, Cell]:
    """The base portfolio with a case's changes."""
    merged = dict(base)
    for name, cell in patch.items():
        spec = vocabulary.lists.get(name)
        if spec is None:
            merged[name] = cell
            continue
        rows = list(_list(base[name])) if name in base else []
        at = {_text(_table(row)["id"]): i for i, row in enumerate(rows) if "id" in _table(row)}
        for row in _list(cell):
            fields = _table(row)
            position = at.get(_text(fields["id"])) if spec.has_id and "id" in fields else None
            if position is None:
                rows.append(row)
            else:
                both = {**_table(rows[position]), **fields}
                kept = {key: value for key, value in both.items() if value.value is not None}
                rows[position] = Cell(kept, row.place)
        merged[name] = Cell(rows, cell.place)
    return {name: cell for name, cell in merged.items() if cell.value is not None}


def _expectation(cell: Cell) -> Expectation:
    entry = _table(cell, _EXPECTATIONS)
    total = None
    if "total" in entry:
        total = _fen(entry["total"], FEN_OF_WAN)
    elif "total_yuan" in entry:
        total = _fen(entry["total_yuan"], _FEN_OF_YUAN)
    claims = None
    if "claims" in entry:
        claims = frozenset(_claim_line(line) for line in _list(entry["claims"]))
    reasons = (
        {key: _wanted(value) for key, value in _table(entry["reasons"]).items()} if "reasons" in entry else {}
    )
    said = {
        key: {
            row: frozenset(_text(name).replace(" ", "") for name in _list(names))
            for row, names in _table(entry[key]).items()
        }
        for key in _SAID
        if key in entry
    }
    ends = _two_ends(entry["range"]) if "range" in entry else None
    beside = None
    if "beside" in entry:
        beside = {key: _fen(amount, FEN_OF_WAN) for key, amount in _table(entry["beside"]).items()}
    if (total, claims, ends, beside) == (None,) * 4 and not reasons and not said:
        raise _FaultError(diagnostic("policy.case-lacks", cell.place, key="expect.total"))
    return Expectation(total, claims, reasons, said, ends, beside)


def _two_ends(cell: Cell) -> tuple[int, int]:
    ends = [_fen(end, FEN_OF_WAN) for end in _list(cell)]
    if len(ends) != 2:  # noqa: PLR2004 - a low and a high end
        raise _FaultError(diagnostic("policy.case-shape", cell.place, wanted="[LOW, HIGH]"))
    return ends[0], ends[1]


def _wanted(cell: Cell) -> Reason:
    if isinstance(cell.value, str):
        return Reason(cell.value, frozenset())
    entry = _table(cell, ("reason", "conditions"))
    if "reason" not in entry:
        raise _FaultError(diagnostic("policy.case-lacks", cell.place, key="reason"))
    conditions = _list(entry["conditions"]) if "conditions" in entry else []
    return Reason(_text(entry["reason"]), frozenset(_text(c).replace(" ", "") for c in conditions))


def _claim_line(cell: Cell) -> ClaimLine:
    parts = _list(cell)
    if len(parts) != len(ClaimLine.__args__):  # type: ignore[attr-defined]
        raise _FaultError(
            diagnostic("policy.case-shape", cell.place, wanted="[SUBJECT, BENEFIT, YEAR, 万元]")
        )
    subject, benefit, year, amount = parts
    return _text(subject), _text(benefit), int(_number(year)), _fen(amount, FEN_OF_WAN)


def _table(cell: Cell, keys: Sequence[str] = ()) -> dict[str, Cell]:
    if not isinstance(cell.value, dict):
        raise _FaultError(diagnostic("policy.case-shape", cell.place, wanted="{…: …}"))
    for key, value in cell.value.items():
        if keys and key not in keys:
            near = suggestion(key, keys)
            raise _FaultError(diagnostic("policy.toml-unknown", value.place, key=key, nearest=near))
    return cell.value


def _list(cell: Cell) -> list[Cell]:
    if cell.value is None:
        return []
    if not isinstance(cell.value, list):
        raise _FaultError(diagnostic("policy.case-shape", cell.place, wanted="[…]"))
    return cell.value


def _text(cell: Cell) -> str:
    if isinstance(cell.value, list | dict) or cell.value is None:
        raise _FaultError(diagnostic("policy.case-shape", cell.place, wanted="…"))
    return str(cell.value)


def _number(cell: Cell) -> Decimal:
    try:
        return Decimal(str(cell.value))
    except ArithmeticError:
        raise _FaultError(diagnostic("policy.case-shape", cell.place, wanted="0.00")) from None


def _fen(cell: Cell, unit: int) -> int:
    fen = _number(cell) * unit
    if fen != fen.to_integral_value():
        raise _FaultError(diagnostic("policy.case-shape", cell.place, wanted="0.00"))
    return int(fen)
