"""What libraries say never stands within a message: every kind of fault has words of ours."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from clingo.ast import parse_string

from subvent.diagnostics import InputError
from subvent.portfolio.yaml_reader import read_yaml
from subvent.process.foreign import clingo_fault, json_fault, refusal, toml_fault

ROOT = Path(__file__).parents[2]
ENGLISH = re.compile(r"[A-Za-z]+ [a-z]+ [a-z]+")
YAML = [
    "a: b: c",
    "a: - b",
    "a: @x",
    "a: [1",
    "a: {b",
    '"a',
    "a: &",
    "a: |x",
    '"\\q"',
    '"\\xZZ"',
    '"\\U99999999"',
]
YAML += [
    "a: !x!y z",
    "a:\n\t- b",
    "a:\n  b: 1\n c: 2",
    "%YAML 9.9\n---\na",
    "...",
    "a: *",
    "- a\nb: c",
    "}",
    "a: 'b",
]
JSON = ["{", "[1,]", "{'a'}", '{"a" 1}', '"a', '"\n"', '"\\q"', "1 2", "[1 2]", "{1}", "", "nul"]
TOML = [
    "x = ",
    "x",
    "x = [1,",
    "[a\n",
    "[[a]\n",
    "x=1\nx=2",
    "[a]\n[a]",
    "x = 'a",
    'x = "\\q"',
    "名 = 1",
    "x = 1 2",
]
TOML += ["d = 2024-02-30", "x = {a = 1", "x = {a=1, a=2}", 'x = "\\uZZ"', 'x = "\x01"', "= 1", 'x = """a']


@pytest.mark.parametrize("text", YAML)
def test_faults_of_yaml_are_in_our_words(text: str) -> None:
    """Every malformed text is refused with a place, and no English stands in the Chinese of it."""
    with pytest.raises(InputError) as wrong:
        read_yaml(text, "x.yaml")
    assert not any(ENGLISH.search(d.what.zh) for d in wrong.value.diagnostics)


@pytest.mark.parametrize("text", JSON)
def test_faults_of_json_are_known_by_kind(text: str) -> None:
    """Each kind of fault has words of its own."""
    with pytest.raises(json.JSONDecodeError) as wrong:
        json.loads(text)
    assert json_fault(wrong.value.msg) != json_fault("?")


@pytest.mark.parametrize("text", TOML)
def test_faults_of_toml_are_known_by_kind(text: str) -> None:
    """Each kind of fault has words of its own."""
    with pytest.raises(tomllib.TOMLDecodeError) as wrong:
        tomllib.loads(text)
    assert toml_fault(re.sub(r" \(at .*\)", "", str(wrong.value))) != toml_fault("?")


@pytest.mark.parametrize("text", ["a(X :- b.", "a b.", 'a("x).', "a :- ,.", "a", "#x."])
def test_faults_of_clingo_are_known_by_kind(text: str) -> None:
    """Each kind of fault has words of its own."""
    said: list[str] = []
    with pytest.raises(RuntimeError):
        parse_string(text, lambda _: None, logger=lambda _, message: said.append(message))
    reasons = [message.split("error: ", 1)[1] for message in said]
    assert reasons
    assert all(clingo_fault(reason) != clingo_fault("?") for reason in reasons)


def test_refusals_of_the_system_are_told_by_kind() -> None:
    """A full disk is called so; what has no words is told by its name."""
    assert refusal(OSError(28, "No space left on device")).zh == "磁盘空间不足"
    assert refusal(OSError(9999, "?")).en == "the system reports OSError"


def test_no_message_takes_the_words_of_the_system() -> None:
    """The text of an operating system's refusal is read nowhere: `foreign` tells it by its kind."""
    sources = [p for part in ("solver", "cli") for p in (ROOT / part).rglob("*.py")]
    assert [p.name for p in sources if "strerror" in p.read_text(encoding="utf-8")] == []
