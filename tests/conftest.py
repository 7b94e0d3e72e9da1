"""Every message has a test that causes it: `messages.report` names it, and holds what it says there.

Whatever messages a test causes are heard here, and each test is held to those that are stored for it.
SUBVENT_WRITE_REPORTS=1 writes their words anew; a new message needs its code and its test written by hand.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from subvent import diagnostics
from subvent.diagnostics import Diagnostic
from subvent.display import harmless

STORED = Path(__file__).parent / "messages.report"
_OWN = re.compile(r"[^\s“”]*pytest-of-[^\s“”/]*/[^\s“”/]*/(popen-[^\s“”/]*/)?[^\s“”/]*")
"""A folder that pytest made for the test: it is another one at every run."""


_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
"""What memory and time are left, and so on, differs from run to run: numbers are not compared."""


class Message(NamedTuple):
    """A message, the test that causes it, and its words: what is wrong and the way out, in both languages."""

    code: str
    test: str
    words: tuple[str, ...]


_heard: dict[str, dict[tuple[str, ...], None]] = {}
"""By the codes of the messages that the test which runs has caused so far: their words."""


def stored() -> list[Message]:
    """The messages stored."""
    found: list[Message] = []
    for block in filter(None, STORED.read_text(encoding="utf-8").split("\n\n")):
        head, *words = block.strip().split("\n")
        code, _, test = head.partition("  ")
        found.append(Message(code, test, tuple(word.strip() for word in words)))
    return found


def shown(messages: list[Message]) -> str:
    """Messages as they are stored, in the order of their codes."""
    blocks = ("\n  ".join((f"{one.code}  {one.test}", *one.words)) for one in sorted(messages))
    return "\n\n".join(blocks) + "\n"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that take long."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def _listen() -> None:
    made = Diagnostic.__init__

    def heard(self: Diagnostic, *given: object, **named: object) -> None:
        made(self, *given, **named)  # type: ignore[arg-type]
        texts = (self.what.zh, self.way_out.zh, self.what.en, self.way_out.en)
        words = tuple(harmless(_OWN.sub("…", text)) for text in texts)
        _heard.setdefault(self.code, {})[words] = None

    diagnostics.Diagnostic.__init__ = heard  # type: ignore[method-assign]


_listen()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Iterator[None]:
    """Each test is heard from its fixtures on."""
    _heard.clear()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """A test causes the messages stored for it, in those words."""
    result = yield
    for message in _BY_TEST.get(item.nodeid, ()):
        said = _heard.get(message.code, {})
        alike = _alike(message.words) in map(_alike, said)
        if os.environ.get("SUBVENT_WRITE_REPORTS") and said and not alike:
            _written[message.code] = message._replace(words=next(iter(said)))
        else:
            assert alike, f"{message.code}: {list(said)}"
    return result


def _alike(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_NUMBER.sub("0", word) for word in words)


def pytest_sessionfinish() -> None:
    """What was heard in other words is written."""
    if _written:
        kept = [one for one in stored() if one.code not in _written]
        STORED.write_text(shown([*kept, *_written.values()]), encoding="utf-8")


_BY_TEST: dict[str, list[Message]] = {}
for _message in stored():
    _BY_TEST.setdefault(_message.test, []).append(_message)
_written: dict[str, Message] = {}
