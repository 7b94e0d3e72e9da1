"""YAML 1.2 as raw cells with their places, numbers as the file writes them.

The parser's events are read directly: no constructor turns 0610 into 610 or 500.01 into a float, and
whatever a file may do to grow or to nest is counted before it costs anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import InvalidOperation
from typing import NoReturn, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLStreamError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from subvent.diagnostics import Diagnostic, InputError, Place, diagnostic
from subvent.display import harmless, shortened
from subvent.portfolio.limits import DEEPEST, LONGEST_LIST, MOST_CELLS
from subvent.portfolio.numbers import Written, looks_like_number
from subvent.portfolio.partly_read import REPORTED
from subvent.portfolio.types import Cell, Scalar
from subvent.process.foreign import yaml_fault

_Node = AliasEvent | ScalarEvent | SequenceStartEvent | MappingStartEvent
_WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(["", "~", "null", "Null", "NULL"]),
    **dict.fromkeys(["true", "True", "TRUE"], True),
    **dict.fromkeys(["false", "False", "FALSE"], False),
}
_UNREAL = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z")
_PLAIN_TAGS = frozenset(
    [None, "!", *(f"tag:yaml.org,2002:{n}" for n in ("str", "map", "seq", "bool", "null"))]
)


def read_yaml(text: str, file: str) -> tuple[Cell, list[Diagnostic]]:
    """The document in `text` as one cell, with what is wrong but did not stop the reading.

    `file` names it in messages. Raises InputError when the text is no YAML, or too large or too deep.
    """
    builder = _Builder(file)
    try:
        return builder.document(_events(text)), builder.found
    except ReaderError as error:
        place = Place(file, line=text.count("\n", 0, error.position) + 1)
        shown = harmless(chr(error.character)) if isinstance(error.character, int) else "?"
        raise InputError(diagnostic("portfolio.yaml-character", place, shown=shown)) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        problem = yaml_fault(str(error.problem or error.context))
        raise InputError(
            *builder.found, diagnostic("portfolio.yaml-syntax", place, problem=problem)
        ) from None
    except (YAMLStreamError, ValueError, IndexError, RecursionError, OverflowError) as error:
        # The parser lets some malformed escapes and directives through as these.
        problem = yaml_fault(str(error))
        raise InputError(diagnostic("portfolio.yaml-syntax", Place(file), problem=problem)) from None


def _events(text: str) -> Iterator[Event]:
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 2)
    return iter(yaml.parse(text))


class _Builder:
    """Builds cells from events, counting what is built."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Diagnostic] = []
        self.anchors: dict[str, tuple[Cell, int] | None] = {}
        self.cells = 0

    def document(self, events: Iterator[Event]) -> Cell:
        root = Cell(None, Place(self.file, 1))
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._stop("many-documents", event)
            elif isinstance(event, _Node):
                root = self._node(event, events, 0)
        return root

    def _place(self, event: Event) -> Place:
        return Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _stop(self, code: str, event: Event, **values: object) -> NoReturn:
        raise InputError(
            *self.found, diagnostic(f"portfolio.{code}", self._place(event), None, "error", **values)
        )

    def _count(self, number: int, event: Event) -> None:
        self.cells += number
        if self.cells > MOST_CELLS:
            self._stop("too-many-cells", event, most=MOST_CELLS)

    def _bound(self, count: int, start: Event, code: str = "too-long-list") -> None:
        """Refuse a list or map with more values than any has, before they fill the memory."""
        if count > LONGEST_LIST:
            self._stop(code, start, most=LONGEST_LIST)

    def _node(self, event: _Node, events: Iterator[Event], depth: int) -> Cell:
        if depth > DEEPEST:
            self._stop("too-deep", event, most=DEEPEST)
        if isinstance(event, AliasEvent):
            return self._alias(event)
        before = self.cells
        self._count(1, event)
        if event.anchor:
            self.anchors[event.anchor] = None
        if event.tag not in _PLAIN_TAGS:
            tag = shortened(str(event.tag))
            self.found.append(diagnostic("portfolio.tag", self._place(event), tag=tag))
        if isinstance(event, ScalarEvent):
            cell = Cell(self._scalar(event), self._place(event))
        elif isinstance(event, SequenceStartEvent):
            cell = self._sequence(event, events, depth)
        else:
            cell = self._mapping(event, events, depth)
        if event.anchor:
            self.anchors[event.anchor] = (cell, self.cells - before)
        return cell

    def _alias(self, event: AliasEvent) -> Cell:
        known = self.anchors.get(event.anchor)
        if known is None:
            self._stop("bad-alias", event, name=shortened(str(event.anchor)))
        cell, size = known
        self._count(size, event)
        return Cell(cell.value, self._place(event))

    def _scalar(self, event: ScalarEvent) -> Scalar:
        text: str = event.value
        # Only plain scalars without a tag are resolved; whatever is quoted is text.
        if event.style is not None or event.tag:
            return text
        if text in _WORDS:
            return _WORDS[text]
        if looks_like_number(text):
            try:
                return Written(text)
            except InvalidOperation:
                return text
        if _UNREAL.match(text):
            self.found.append(diagnostic("portfolio.not-a-number", self._place(event), shown=text))
            return REPORTED
        return text

    def _sequence(self, start: Event, events: Iterator[Event], depth: int) -> Cell:
        items: list[Cell] = []
        values = 0
        for event in events:
            if isinstance(event, SequenceEndEvent):
                break
            items.append(self._node(cast("_Node", event), events, depth + 1))
            if depth != 1 or not isinstance(items[-1].value, dict):
                values += 1
                self._bound(values, start, "too-long-list" if depth else "not-a-portfolio")
        return Cell(items, self._place(start))

    def _mapping(self, start: Event, events: Iterator[Event], depth: int) -> Cell:
        entries: dict[str, Cell] = {}
        places: dict[str, Place] = {}
        for event in events:
            if isinstance(event, MappingEndEvent):
                break
            if not isinstance(event, ScalarEvent):
                self._stop("key-not-scalar", event)
            self._count(1, event)
            key: str = event.value
            place = self._place(event)
            cell = self._node(cast("_Node", next(events)), events, depth + 1)
            if key in entries:
                first = str(places[key])
                self.found.append(
                    diagnostic("portfolio.duplicate-key", place, key=shortened(key), first=first)
                )
                continue
            # A block below its key starts on a later line; what a message means is the key.
            entries[key] = Cell(cell.value, place if isinstance(cell.value, list | dict) else cell.place)
            places[key] = place
            self._bound(len(entries), start)
        return Cell(entries, self._place(start))
