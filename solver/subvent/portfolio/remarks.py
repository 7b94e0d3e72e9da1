"""What a valid portfolio states that is unusual enough to be looked at once more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from subvent.diagnostics import Diagnostic, Place, Text, diagnostic
from subvent.display import shortened
from subvent.portfolio.alike import alike
from subvent.portfolio.history_remarks import history_remarks
from subvent.portfolio.nearest import nearest
from subvent.portfolio.numbers import plain
from subvent.portfolio.relations import references, referring_fields
from subvent.portfolio.tables import table_remarks
from subvent.portfolio.types import Portfolio, Row
from subvent.portfolio.validate import in_order
from subvent.portfolio.vocabulary import Field, ListSpec, Vocabulary

_NEAREST = Text("，最接近的是：{name}", "; the nearest is: {name}")


def remarks(portfolio: Portfolio, vocabulary: Vocabulary) -> tuple[Diagnostic, ...]:
    """Warnings by place: what is left out though wanted, holes, odd texts and amounts, bare or lost rows."""
    known = {row.id for rows in portfolio.rows.values() for row in rows}
    found = list(table_remarks(portfolio.settings, _tables(vocabulary.settings), portfolio, vocabulary))
    found += _past(portfolio.settings)
    found += history_remarks(portfolio, vocabulary)
    if not any(portfolio.rows.get(name) for name, spec in vocabulary.lists.items() if spec.subject):
        found.append(_nothing(portfolio, vocabulary))
    for name, spec in vocabulary.lists.items():
        rows = portfolio.rows.get(name, ())
        found += alike(rows, spec)
        checks = _checks(spec, portfolio, vocabulary, known)
        for row in rows:
            for check in checks:
                found += check(row)
    found += _bare(portfolio, vocabulary)
    return tuple(in_order(found))


def _checks(
    spec: ListSpec, portfolio: Portfolio, vocabulary: Vocabulary, known: set[str]
) -> list[Callable[[Row], Iterable[Diagnostic]]]:
    """What is looked at in each row of a list: nothing that its fields have no say in, for rows are many."""
    wanted = [field for field in spec.fields if field.wanted or field.wanted_if]
    gapless = [field for field in spec.fields if field.without_gaps]
    bounded = [(field, most) for field in spec.fields if (most := spec.field(field.not_above))]
    coded = [field for field in spec.fields if field.beginnings]
    usual = [field for field in spec.fields if field.warn_outside]
    leading = [field for field in referring_fields(spec) if field.open_ref]
    tables = _tables(spec)
    checks: list[tuple[Sized, Callable[[Row], Iterable[Diagnostic]]]] = [
        (wanted, partial(_left_out, fields=wanted, spec=spec)),
        (gapless, partial(_gaps, fields=gapless)),
        (bounded, partial(_above, bounded=bounded)),
        (coded, partial(_no_such_code, fields=coded)),
        (usual, partial(_unusual, fields=usual)),
        (leading, partial(_outside, referring=leading, vocabulary=vocabulary, known=known)),
        (tables, partial(table_remarks, tables=tables, portfolio=portfolio, vocabulary=vocabulary)),
    ]
    return [check for fields, check in checks if fields]


def _bare(portfolio: Portfolio, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    """Rows that state nothing but an id that no other row mentions: mostly notes below a table."""
    bare = [
        (row, spec)
        for spec in vocabulary.lists.values()
        for row in portfolio.rows.get(spec.name, ())
        if spec.has_id and len(row.fields) == 1
    ]
    if not bare:
        return
    fields = {spec.name: referring_fields(spec) for spec in vocabulary.all_lists}
    rows = (*(row for held in portfolio.rows.values() for row in held), portfolio.settings)
    mentioned = {to for row in rows for _, to in references(row, fields.get(row.list, []), vocabulary)}
    for row, spec in bare:
        if row.id not in mentioned:
            yield diagnostic(
                "portfolio.bare-row",
                row.place,
                severity="warning",
                row=shortened(row.id),
                zh_list=spec.label.zh,
                en_list=spec.label.en,
            )


def _past(settings: Row) -> Iterator[Diagnostic]:
    """Years planned that were over on the day the facts are as of: nothing can be filed in them any more."""
    today, years = settings.fields.get("as_of"), settings.fields.get("horizon")
    if not isinstance(today, date) or not isinstance(years, tuple):
        return
    if over := [year for year in sorted(map(str, years)) if int(year) < today.year]:
        yield diagnostic(
            "portfolio.past-years",
            settings.where("horizon"),
            severity="warning",
            years_zh="、".join(f"{year}年" for year in over),
            years_en=", ".join(over),
            today=today,
        )


def _tables(spec: ListSpec) -> list[Field]:
    return [field for field in spec.fields if field.type == "map"]


def _nothing(portfolio: Portfolio, vocabulary: Vocabulary) -> Diagnostic:
    """A file without any row that can be claimed for is valid, and surely not what was meant."""
    labels = [spec.label for spec in vocabulary.lists.values() if spec.subject]
    return diagnostic(
        "portfolio.nothing-to-claim",
        Place(portfolio.file),
        severity="warning",
        lists_zh="、".join(label.zh for label in labels),
        lists_en=", ".join(label.en for label in labels),
    )


def _about(row: Row, field: Field) -> dict[str, Any]:
    return {
        "row": shortened(row.id),
        "field": field.name,
        "zh_label": field.label.zh,
        "en_label": field.label.en,
    }


def _left_out(row: Row, fields: Iterable[Field], spec: ListSpec) -> Iterator[Diagnostic]:
    """What is not stated, or states nothing, where the row makes little sense without it."""
    for field in fields:
        other, value = field.wanted_if or ("", "")
        if row.fields.get(field.name) or not (field.wanted or (other and row.fields.get(other) == value)):
            continue
        said, code = _about(row, field), "portfolio.left-out"
        if not field.wanted and (deciding := spec.field(other)):
            chosen = next(choice.label for choice in deciding.choices if choice.name == value)
            said |= {"zh_other": deciding.label.zh, "en_other": deciding.label.en}
            said |= {"zh_value": chosen.zh, "en_value": chosen.en}
            code = "portfolio.left-out-then"
        yield diagnostic(
            code,
            row.where(field.name),
            severity="warning",
            zh_help=field.help.zh,
            en_help=field.help.en,
            **said,
        )


def _gaps(row: Row, fields: Iterable[Field]) -> Iterator[Diagnostic]:
    for field in fields:
        entries = row.fields.get(field.name)
        if not (isinstance(entries, Mapping) and entries):
            continue
        years = sorted(int(str(year)) for year in entries)
        parts = field.keys[1].choices if len(field.keys) > 1 else ()
        holes = [Text(f"{year}年", str(year)) for year in range(years[0], years[-1]) if year not in entries]
        for year in years:
            given = entries[year]
            stated = given if isinstance(given, Mapping) else ()
            holes += [
                Text(f"{year}年·{part.label.zh}", f"{year} {part.label.en}")
                for part in parts
                if part.name not in stated
            ]
        if holes:
            yield diagnostic(
                "portfolio.gap",
                row.where(field.name),
                severity="warning",
                zh_holes="、".join(hole.zh for hole in holes),
                en_holes=", ".join(hole.en for hole in holes),
                **_about(row, field),
            )


def _above(row: Row, bounded: Iterable[tuple[Field, Field]]) -> Iterator[Diagnostic]:
    for field, limit in bounded:
        value, most = row.fields.get(field.name), row.fields.get(limit.name)
        if isinstance(value, Decimal) and isinstance(most, Decimal) and value > most:
            yield diagnostic(
                "portfolio.above",
                row.where(field.name),
                severity="warning",
                value=plain(value),
                most=plain(most),
                zh_limit=limit.label.zh,
                en_limit=limit.label.en,
                **_about(row, field),
            )


def _no_such_code(row: Row, fields: Iterable[Field]) -> Iterator[Diagnostic]:
    """Codes that no edition of their classification has, for nothing in it begins so."""
    for field in fields:
        value, (first, last) = row.fields.get(field.name), field.beginnings
        if isinstance(value, str) and not first <= value[: len(first)] <= last:
            yield diagnostic(
                "portfolio.no-such-code",
                row.places[field.name],
                severity="warning",
                value=shortened(value),
                first=first,
                last=last,
                zh_help=field.help.zh,
                en_help=field.help.en,
                **_about(row, field),
            )


def _unusual(row: Row, fields: Iterable[Field]) -> Iterator[Diagnostic]:
    for field in fields:
        value = row.fields.get(field.name)
        if value is not None and str(value) not in field.suggestions:
            near = nearest(str(value), field.suggestions)
            yield diagnostic(
                "portfolio.unusual-text",
                row.places[field.name],
                severity="warning",
                shown=shortened(str(value)),
                zh_label=field.label.zh,
                en_label=field.label.en,
                nearest=near or "、".join(field.suggestions),
            )


def _outside(
    row: Row, referring: list[Field], vocabulary: Vocabulary, known: set[str]
) -> Iterator[Diagnostic]:
    """What is not in the file, of references that may be to what is not."""
    for field, target in references(row, referring, vocabulary):
        if target not in known:
            near = shortened(nearest(target, known))
            yield diagnostic(
                "portfolio.outside-file",
                row.places[field.name],
                severity="warning",
                id=shortened(target),
                zh_label=field.label.zh,
                en_label=field.label.en,
                nearest_zh=_NEAREST.zh.format(name=near) if near else "",
                nearest_en=_NEAREST.en.format(name=near) if near else "",
            )
