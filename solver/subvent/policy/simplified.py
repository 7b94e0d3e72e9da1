"""Rules with less to do that derive the same: what never holds is not asked for, mere copies are not made.

Of most portfolios whole parts of the law say nothing: where there is no history, nothing was ever held. What
rules may derive at all (`policy.reach`) tells which denials always hold, and which counts are always none;
then some predicates are others by another name, and whoever reads them may read those.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from subvent.policy.parsed import parsed
from subvent.policy.reach import Reach
from subvent.policy.syntax import Literal, Statement
from subvent.policy.types import Rule
from subvent.policy.words import Signature

_DENIED = re.compile(r"(?:\bnot\s+)+\Z")


class _Edit(NamedTuple):
    """What stands in place of a part of a rule's text."""

    begin: int
    end: int
    text: str


def simplified(rules: Sequence[Rule], reach: Reach, kept: Collection[str]) -> str:
    """A program that derives the same atoms of the predicates of these names as the rules do.

    `reach` is what all rules may derive from what is stated, these among them.
    """
    edits = [list(_never(rule, reach)) for rule in rules]
    copies = _copies(rules, edits, reach, kept)
    lines = []
    for rule, own in zip(rules, edits, strict=True):
        statement = parsed(rule)
        if not any(head.signature in copies for head in statement.heads):
            lines.append(_edited(rule.text, [*own, *_renamed(statement, own, copies)]))
    return "\n".join(lines)


def _edited(text: str, edits: Iterable[_Edit]) -> str:
    for edit in sorted(edits, reverse=True):
        text = text[: edit.begin] + edit.text + text[edit.end :]
    return text


def _never(rule: Rule, reach: Reach) -> Iterator[_Edit]:
    """What a rule denies that never holds, and what it counts of which there is never any."""
    statement = parsed(rule)
    if statement.kind != "rule" or statement.conditional:
        return
    impossible = [one for one in statement.literals if not any(True for _ in reach.agreeing(one, {}))]
    for literal in impossible:
        if literal.negative and not literal.inside:
            denied = _DENIED.search(rule.text, 0, literal.atom.begin)
            # What is denied twice is asked for.
            if denied and denied[0].split() == ["not"]:
                yield _Edit(denied.start(), literal.atom.end, "#true")
    for comparison in statement.comparisons:
        for side in (comparison.left, comparison.right):
            written = rule.text[side.begin : side.end]
            # With one element only, for each may hold by itself.
            if side.kind == "aggregate" and side.name == "#count" and ";" not in written:
                inside = (one for one in impossible if one.inside and not one.negative)
                if any(side.begin < one.atom.begin < side.end for one in inside):
                    yield _Edit(side.begin, side.end, "0")


def _copies(
    rules: Sequence[Rule], edits: Sequence[Sequence[_Edit]], reach: Reach, kept: Collection[str]
) -> dict[Signature, str]:
    """The predicates that nobody wants and that are others by another name, with the name of those."""
    told = Counter(head.signature for rule in rules for head in parsed(rule).heads)
    found: dict[Signature, str] = {}
    for rule, own in zip(rules, edits, strict=True):
        statement = parsed(rule)
        literal = None if "#" in _edited(rule.text, own).replace("#true", "") else _only(statement, own)
        if literal is None or len(statement.heads) != 1:
            continue
        (head,), variables = statement.heads, [part.name for part in literal.atom.args]
        if (
            told[head.signature] == 1
            and head.signature not in reach.stated
            and head.name not in kept
            and [part.name for part in head.args] == variables
            and len(set(variables)) == len(variables)
            and all(part.kind == "variable" for part in (*head.args, *literal.atom.args))
            # The other one may be a copy itself.
            and (name := found.get(literal.atom.signature, literal.atom.name)) != head.name
        ):
            known = {one: (other, len(variables)) for one, other in found.items() if one[1] == len(variables)}
            found |= {one: name for one, other in known.items() if other == head.signature}
            found[head.signature] = name
    return found


def _only(statement: Statement, edits: Sequence[_Edit]) -> Literal | None:
    """The one literal of a body, if it has no other and is not denied."""
    gone = {edit.end for edit in edits}
    left = [one for one in statement.literals if one.atom.end not in gone]
    if statement.kind != "rule" or statement.conditional or statement.comparisons or len(left) != 1:
        return None
    return None if left[0].negative or left[0].inside else left[0]


def _renamed(
    statement: Statement, edits: Sequence[_Edit], copies: Mapping[Signature, str]
) -> Iterator[_Edit]:
    """The names of copies in a body, but where nothing is left of it."""
    for literal in statement.literals:
        begin, signature = literal.atom.begin, literal.atom.signature
        if signature in copies and not any(edit.begin <= begin < edit.end for edit in edits):
            yield _Edit(begin, begin + len(signature[0]), copies[signature])
