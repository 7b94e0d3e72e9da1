"""Steps of proofs as a sequence of which each is made when it is read."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import overload

from subvent.result import Step


class MadeSteps(Sequence[Step]):
    """A sequence that knows how many steps it has, and how to make each."""

    @abstractmethod
    def _step(self, number: int) -> Step:
        """The step of this number."""

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Step, ...]: ...
    def __getitem__(self, index: int | slice) -> Step | tuple[Step, ...]:
        if isinstance(index, slice):
            return tuple(map(self._step, range(len(self))[index]))
        return self._step(range(len(self))[index])

    def __iter__(self) -> Iterator[Step]:
        return map(self._step, range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __reduce__(self) -> tuple[type[tuple[Step, ...]], tuple[list[Step]]]:
        """What makes steps is of this process: to another one they are sent made."""
        return tuple, (list(self),)
