"""What is wrong with a field of the vocabulary that its table alone does not show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from subvent.diagnostics import Text
from subvent.portfolio.vocabulary import SUBJECTS, Absent, Field, ListSpec, Vocabulary

_MAP_VALUES = ("money", "quantity", "integer", "percent", "text", "flag", "date")
_MOST_KEYS = 2
_ABSENT_BY_TYPE: dict[str, Absent] = {"flag": "false", "money": "zero", "quantity": "zero", "map": "none"}
_LONGEST_SHEET = 31
_NOT_IN_SHEETS = re.compile(r"[\[\]:*?/\\]|^'|'$")
_MEASURED = ("money", "quantity", "percent")
_EXAMPLES: dict[str, type | tuple[type, ...]] = {
    "flag": bool,
    "integer": int,
    "year": int,
    "date": date,
    "map": Mapping,
    **dict.fromkeys(("years", "choices", "refs"), (list, tuple)),
    **dict.fromkeys(("text", "code", "choice", "ref"), str),
    **dict.fromkeys(_MEASURED, (int, float, Decimal)),
}
Fault = tuple[str, Text]
"""The property of a field that is wrong, and what is wrong with it."""
_NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*\Z")


def faults(entry: Field, spec: ListSpec, vocabulary: Vocabulary) -> Iterator[Fault]:
    """What is wrong with a field: properties that do not fit its type, its list or each other."""
    needs = {
        "code": ("digits", entry.digits > 0),
        "quantity": ("unit_zh", entry.unit is not None),
        "ref": ("to", bool(entry.to)),
        "refs": ("to", bool(entry.to)),
        "map": ("keys", 0 < len(entry.keys) <= _MOST_KEYS),
    }
    name, given = needs.get(entry.type, ("", True))
    if not given:
        yield name, Text(f"{entry.type} 要有 `{name}`", f"a {entry.type} needs `{name}`")
    if entry.type == "map" and entry.of not in _MAP_VALUES:
        yield "of", Text(f"map 里不能放 {entry.of}", f"a map cannot hold {entry.of}")
    if entry.absent not in ("unknown", _ABSENT_BY_TYPE.get(entry.type)):
        yield (
            "absent",
            Text(
                f"没有填的 {entry.type} 不能算作 `{entry.absent}`",
                f"an absent {entry.type} cannot count as `{entry.absent}`",
            ),
        )
    if entry.minimum is not None and entry.maximum is not None and entry.minimum > entry.maximum:
        yield "min", Text("`min` 大于 `max`", "`min` is above `max`")
    if entry.example is not None and not _is_example(entry):
        yield "example", Text(f"{entry.type} 不能这样写", f"this is not how a {entry.type} is written")
    yield from _faults_of_references(entry, spec, vocabulary)
    yield from _faults_of_choices(entry)
    yield from _faults_of_tables(entry, vocabulary)
    yield from _faults_of_warnings(entry, spec)


def sheet_fault(name: str) -> Text | None:
    """What a workbook does not take in the name of a sheet."""
    if len(name) > _LONGEST_SHEET:
        return Text(
            f"工作表名最多 {_LONGEST_SHEET} 个字", f"a sheet's name has at most {_LONGEST_SHEET} characters"
        )
    if _NOT_IN_SHEETS.search(name):
        return Text(
            "工作表名里不能有 [ ] : * ? / \\，也不能以 ' 开头或结尾",
            "a sheet's name holds none of [ ] : * ? / \\, and no ' at its ends",
        )
    return None


def _is_example(entry: Field) -> bool:
    """Whether the example of a field is a value of its type."""
    example, kind = entry.example, _EXAMPLES.get(entry.type, object)
    if isinstance(example, bool) or kind is bool:
        return kind in (bool, object) and isinstance(example, bool)
    if isinstance(example, str) and entry.type in _MEASURED:
        return any(character.isdigit() for character in example)
    return isinstance(example, kind)


def _faults_of_references(entry: Field, spec: ListSpec, vocabulary: Vocabulary) -> Iterator[Fault]:
    for target in (*entry.to, *(name for key in entry.keys for name in key.to)):
        if target not in (*vocabulary.lists, SUBJECTS):
            yield "to", Text(f"没有列表 `{target}`", f"there is no list `{target}`")
    earlier = spec.field(entry.not_before)
    if entry.not_before and (entry.type != "date" or earlier is None or earlier.type != "date"):
        yield (
            "not_before",
            Text("`not_before` 要写同一列表的日期字段", "`not_before` names a date field of the same list"),
        )
    if entry.acyclic and entry.to != (spec.name,):
        yield (
            "acyclic",
            Text("`acyclic` 只用于指向同一列表的引用", "`acyclic` is for references into the same list"),
        )
    if entry.symmetric and [key.to for key in entry.keys] != [(spec.name,)]:
        yield (
            "symmetric",
            Text(
                "`symmetric` 只用于以同一列表的引用为键的 map",
                "`symmetric` is for maps by reference into the same list",
            ),
        )


def _faults_of_choices(entry: Field) -> Iterator[Fault]:
    for choices in (entry.choices, *(key.choices for key in entry.keys)):
        if len({choice.name for choice in choices}) < len(choices):
            yield "values", Text("有两个取值同名", "two values have one name")
        for choice in choices:
            if not _NAME.match(choice.name):
                yield (
                    "values",
                    Text(
                        f"取值 `{choice.name}` 只能用小写字母、数字和连字符",
                        f"the value `{choice.name}` is not a name in lower case letters, digits and hyphens",
                    ),
                )


def _faults_of_warnings(entry: Field, spec: ListSpec) -> Iterator[Fault]:
    limit = spec.field(entry.not_above)
    if entry.not_above and (limit is None or {entry.type, limit.type} - {"money"}):
        yield (
            "not_above",
            Text(
                "`not_above` 比较的是同一列表的两个金额",
                "`not_above` compares two amounts of money of one list",
            ),
        )
    first, *last = entry.beginnings or ("",)
    digits = all(re.fullmatch("[0-9]+", part) for part in entry.beginnings)
    ordered = len(last) == 1 and len(first) == len(last[0]) <= entry.digits and first <= last[0]
    if entry.beginnings and not (entry.type == "code" and digits and ordered):
        yield (
            "beginnings",
            Text(
                "`beginnings` 只用于代码，写开头几位的最小值和最大值",
                "`beginnings` is for codes: the least and the greatest of their first digits",
            ),
        )
    if entry.distinct and entry.type != "text":
        yield "distinct", Text("`distinct` 只用于文字", "`distinct` is for texts")
    if entry.without_gaps and (not entry.keys or entry.keys[0].type != "year"):
        yield "without_gaps", Text("`without_gaps` 只用于按年的 map", "`without_gaps` is for maps by year")
    if entry.wanted_if is not None:
        other = spec.field(entry.wanted_if[0])
        if other is None or entry.wanted_if[1] not in {choice.name for choice in other.choices}:
            yield (
                "wanted_if",
                Text(
                    "`wanted_if` 要写同一列表的一个选项字段和它的一个取值",
                    "`wanted_if` names a choice of the same list and one of its values",
                ),
            )


def _faults_of_tables(entry: Field, vocabulary: Vocabulary) -> Iterator[Fault]:
    if (entry.rising or entry.begins is not None) and [key.type for key in entry.keys] != ["money"]:
        yield (
            "begins",
            Text("`begins` 和 `rising` 只用于按金额的 map", "`begins` and `rising` are for maps by amount"),
        )
    for key in entry.keys:
        spec = vocabulary.lists.get(key.like[0]) if key.like else None
        field = spec.field(key.like[1]) if spec and key.like else None
        if key.like and (key.type != "text" or field is None or field.type != "text"):
            yield (
                "keys",
                Text(
                    "文字键的 `like` 要写一个文字字段，形如 列表.字段",
                    "`like` of a text key names a text, as LIST.FIELD",
                ),
            )
