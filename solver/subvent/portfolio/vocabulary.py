"""What a portfolio can state: its lists, their fields, and how each is written and checked.

Nothing here knows a policy. The base vocabulary is `vocabulary.toml` of the specs; a pack adds inputs
in its policy.toml with tables of the same shape (see `vocabulary_tables`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal

from subvent.diagnostics import Text

FieldType = Literal[
    "id",
    "text",
    "flag",
    "integer",
    "year",
    "years",
    "date",
    "money",
    "quantity",
    "percent",
    "code",
    "choice",
    "choices",
    "ref",
    "refs",
    "map",
]
KeyType = Literal["year", "text", "choice", "ref", "money"]
Absent = Literal["unknown", "false", "zero", "none"]

SETTINGS = "settings"
"""The pseudo list whose fields are the top-level keys of a file."""

SUBJECTS = "*"
"""As a list referred to: every list that can be claimed for."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A named value of a field. Input may be its name or its label in either language."""

    name: str
    label: Text

    @property
    def constant(self) -> str:
        """Its clingo constant."""
        return self.name.replace("-", "_")


@dataclass(frozen=True, slots=True)
class Key:
    """One level of keys of a map: a year, free text, a named part, a row's id, or an amount of money.

    `minimum` and `maximum` bound years, and amounts in 万元.
    """

    type: KeyType
    label: Text
    choices: tuple[Choice, ...] = ()
    to: tuple[str, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    like: tuple[str, str] | None = None
    """List and field whose texts the keys are to match."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a row of a list can state.

    A `map` has one or two levels of `keys` and values of type `of`. `to` names the lists that a `ref`
    may point into; `open_ref` allows one that is not in the file. `minimum` and `maximum` are in 万元
    for money, else in the field's own unit. `suggestions` are usual texts, not the only ones. A map by
    amount is to begin at `begins` (万元) at the latest, and not to fall if it is `rising`.

    What would be a slip, though no error, is warned of: the field left out where it is `wanted`, or
    `wanted_if` another field (its name, and the name of its value) says so; a value above that of the
    field `not_above`; a code that begins before the first or after the last of `beginnings`; a map by year
    in which a year between others, or a named part, is not stated; a text that is to be `distinct` and that
    two rows share.
    """

    list: str
    name: str
    type: FieldType
    label: Text
    help: Text
    required: bool = False
    absent: Absent = "unknown"
    unit: Text | None = None
    choices: tuple[Choice, ...] = ()
    suggestions: tuple[str, ...] = ()
    warn_outside: bool = False
    distinct: bool = False
    to: tuple[str, ...] = ()
    open_ref: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    digits: int = 0
    keys: tuple[Key, ...] = ()
    of: FieldType = "text"
    symmetric: bool = False
    acyclic: bool = False
    not_before: str = ""
    begins: Decimal | None = None
    rising: bool = False
    not_above: str = ""
    beginnings: tuple[str, ...] = ()
    wanted: bool = False
    wanted_if: tuple[str, str] | None = None
    without_gaps: bool = False
    past: bool = False
    """Whether it tells what has happened: nobody is advised to change it."""
    example: object = None

    @property
    def constant(self) -> str:
        """Its clingo constant."""
        return self.name.replace("-", "_")

    @property
    def value_type(self) -> FieldType:
        """The type of what is stated in the end: of a map, that of its values."""
        return self.of if self.type == "map" else self.type


@dataclass(frozen=True)
class ListSpec:
    """A list of rows. `subject` names the field that holds its applicant, empty if nothing is claimed for it.

    `sheet` is the list's sheet in a workbook; `has_id` is False where rows go by their content.
    """

    name: str
    sheet: str
    label: Text
    fields: tuple[Field, ...]
    subject: str = ""
    has_id: bool = True

    def __hash__(self) -> int:
        """By name: examples of fields may be maps, which have no hash."""
        return hash((self.name, self.sheet))

    @property
    def constant(self) -> str:
        """Its clingo constant."""
        return self.name.replace("-", "_")

    def field(self, name: str) -> Field | None:
        """The field called so, if there is one."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        return {field.name: field for field in reversed(self.fields)}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All lists of a portfolio, the settings last in a workbook and first in a file."""

    lists: Mapping[str, ListSpec]
    """The lists of rows, in the order in which they are shown; without the settings."""
    settings: ListSpec

    def spec(self, name: str) -> ListSpec:
        """A list or the settings. Raises KeyError when there is no such list."""
        return self.settings if name == SETTINGS else self.lists[name]

    def targets(self, to: tuple[str, ...]) -> tuple[str, ...]:
        """The names of the lists that a reference declared as `to` may point into."""
        if SUBJECTS in to:
            return tuple(name for name, spec in self.lists.items() if spec.subject)
        return to

    @property
    def all_lists(self) -> tuple[ListSpec, ...]:
        """Settings and lists."""
        return (self.settings, *self.lists.values())
