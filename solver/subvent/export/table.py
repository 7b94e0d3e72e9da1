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


def table(described: Described, language: Language) -> list[str]:
    """Short names of variables and rows with their own names, what they mean, and the phrases by number."""
    model = described.model
    return [
        _VARIABLES.in_(language),
        *(
            _line(label.short, variable.name, label, language)
            for label, variable in zip(described.variables, model.variables, strict=True)
        ),
        *row_table([label.short for label in described.rows], described, language),
    ]


def bit_table(described: Described, made: Binary, names: list[str], language: Language) -> list[str]:
    """The same for bits, which are called `names`; variables without any are told by their value."""
    return [_BITS.in_(language), _VARIABLES.in_(language), *_bits(described, made, names, language)]


def row_table(names: list[str], described: Described, language: Language) -> list[str]:
    """The rows, which are called `names`."""
    rows = zip(names, described.model.rows, described.rows, strict=True)
    return [_ROWS.in_(language), *(_line(name, row.name, label, language) for name, row, label in rows)]


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
