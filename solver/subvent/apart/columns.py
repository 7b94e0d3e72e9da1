"""The steps of a shard as a few flat columns, out of which a step is cut when it is read.

Thousands of strings and lists would take long to send and much room to hold.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Any, Generic, TypeVar

Content = TypeVar("Content", str, "array[int]")
_NUMBER, _LENGTH = "i", "I"


@dataclass(frozen=True, slots=True)
class Ragged(Generic[Content]):
    """Texts, or lists of numbers, end to end: the place where each begins, and where the last ends."""

    content: Content
    starts: array[int]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> Content:
        return self.content[self.starts[number] : self.starts[number + 1]]

    def __iter__(self) -> Iterator[Content]:
        return map(self.__getitem__, range(len(self)))


@dataclass(frozen=True, slots=True)
class Columns:
    """The steps of a shard. Where there are no words another shard has the step."""

    names: Ragged[str]
    """What each proves, in clingo's syntax."""
    zh: Ragged[str]
    en: Ragged[str]
    below: Ragged[array[int]]
    """The steps that it rests on."""
    rules: array[int]
    """The place of its rule among those of the packs; -1 where it has none."""
    places: Mapping[int, tuple[Any, ...]]
    """Where those are stated that are, as the parts of a `Place`."""
    shared: Mapping[int, str]
    """The names of those that other shards may have, or rest on, in order."""

    @classmethod
    def of(
        cls,
        names: Sequence[str],
        texts: Collection[tuple[str, str]],
        below: Sequence[Collection[int]],
        rules: Sequence[int],
        places: Mapping[int, tuple[Any, ...]],
        shared: Mapping[int, str],
    ) -> Columns:
        """Columns of what stands in lists."""
        zh, en = zip(*texts, strict=True) if texts else ((), ())
        children = array(_NUMBER, chain.from_iterable(below))
        parts = Ragged(children, _starts(below))
        return cls(_texts(names), _texts(zh), _texts(en), parts, array(_NUMBER, rules), places, shared)

    @property
    def sent(self) -> tuple[Any, ...]:
        """The same as plain data that `marshal` writes."""
        texts = [part for one in (self.names, self.zh, self.en) for part in (one.content, bytes(one.starts))]
        numbers = [bytes(one) for one in (self.below.content, self.below.starts, self.rules)]
        return (*texts, *numbers, self.places, self.shared)

    @classmethod
    def received(cls, sent: tuple[Any, ...]) -> Columns:
        """The columns that were sent."""
        *texts, children, starts, rules, places, shared = sent
        found = [
            Ragged(text, _numbers(_LENGTH, at)) for text, at in zip(texts[::2], texts[1::2], strict=True)
        ]
        names, zh, en = found
        below = Ragged(_numbers(_NUMBER, children), _numbers(_LENGTH, starts))
        return cls(names, zh, en, below, _numbers(_NUMBER, rules), places, shared)

    def __len__(self) -> int:
        return len(self.names)


def _texts(texts: Sequence[str]) -> Ragged[str]:
    return Ragged("".join(texts), _starts(texts))


def _starts(parts: Sequence[Collection[Any]]) -> array[int]:
    return array(_LENGTH, accumulate(map(len, parts), initial=0))


def _numbers(kind: str, data: bytes) -> array[int]:
    found: array[int] = array(kind)
    found.frombytes(data)
    return found
