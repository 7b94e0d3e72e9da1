"""The table that tells what each name of a model file stands for, a line each."""

from __future__ import annotations

from collections.abc import Iterator

from subvent.diagnostics import Language, Text
from subvent.display import harmless
from subvent.export.binary import Binary
from subvent.export.described import Described, Label

_VARIABLES = Text("变量：", "Variables:")
_ROWS = Text("行：", "Rows:")
_BITS = Text(
    "不是 0/1 的整数按二进制展开：x = 下界 + 各位之和",
    "integers that are not 0/1 are written in binary: x = its lower bound + its bits",
)
_BIT = Text("第 {number} 位，值 {weight}", "bit {number}, worth {weight}")


def table(described: Described, language: Language) -> Iterator[str]:
    """Short names of variables and rows with their own names, what they mean, and the phrases by number."""
    model = described.model
    yield _VARIABLES.in_(language)
    for label, variable in zip(described.variables, model.variables, strict=True):
        yield _line(label.short, variable.name, label, language)
    yield from row_table(described, language)


def bit_table(described: Described, made: Binary, names: list[str], language: Language) -> Iterator[str]:
    """The same for bits, which are called `names`; variables without any are told by their value."""
    yield from (_BITS.in_(language), _VARIABLES.in_(language))
    yield from _bits(described, made, names, language)
    yield from row_table(described, language)


def row_table(described: Described, language: Language) -> Iterator[str]:
    """The rows, by their short names."""
    yield _ROWS.in_(language)
    for row, label in zip(described.model.rows, described.rows, strict=True):
        yield _line(label.short, row.name, label, language)


def _bits(described: Described, made: Binary, names: list[str], language: Language) -> Iterator[str]:
    for name, bit in zip(names, made.bits, strict=True):
        variable, label = described.model.variables[bit.of], described.variables[bit.of]
        line = _line(name, variable.name, label, language)
        if variable.upper - variable.lower > 1:
            line += f" ({_BIT.in_(language).format(number=bit.number, weight=bit.weight)})"
        yield line
    for variable, label in zip(described.model.variables, described.variables, strict=True):
        if variable.lower == variable.upper:
            yield _line(str(variable.lower), variable.name, label, language)


def _line(short: str, name: str, label: Label, language: Language) -> str:
    phrases = "".join(f" [{k + 1}]" for k in label.citations)
    return harmless(f"  {short} = {name}: {label.text.in_(language)}{phrases}")
