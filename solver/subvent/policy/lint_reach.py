"""Whether rules can hold at all, and whether anything rests on what they derive, over shapes of atoms.

Rules are evaluated over the shapes of all that any portfolio may state (`policy.reach`), each row's id known
by its list. What then never holds, or is read by nothing, is mostly an argument in another one's place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from subvent.diagnostics import Diagnostic, Place, Text, diagnostic
from subvent.policy.parsed import parsed, place_in
from subvent.policy.reach import Atom, Premise, Reach, Way, premises_of
from subvent.policy.shapes import LIST, NUMBER, TEXT, Bindings, Shape, ShapeError, common
from subvent.policy.stated_shapes import STATED_TEXT, stated_shapes
from subvent.policy.syntax import Literal, Statement
from subvent.policy.types import PolicySet, Rule
from subvent.policy.words import OF_A_CLAIM, READ_BY_THE_ENGINE, Signature
from subvent.portfolio.vocabulary import Vocabulary

_TOLD = READ_BY_THE_ENGINE | frozenset(
    (
        *(("blocked", 3), ("doubtful", 3), ("shut", 4), ("dim", 4), ("candidate", 4), ("worth", 5)),
        *(("beside", 3), ("ranged", 4), ("window", 4)),
    )
)
"""What plans and explanations tell, whether or not a rule asks for it."""
_ANSWERS: tuple[Signature, ...] = (("met", 2), ("failed", 2))
"""What is told of every condition that is asked."""
_PLAIN_WORDS = {NUMBER: Text("数、日期或金额", "a number, a day or an amount"), TEXT: Text("文字", "a text")}
_CLAIM: Signature = ("claim", 4)
_SHOWN = 3
_Lost = defaultdict[Signature, set[Signature]]
"""What rules of packs never derive, with all that those rules ask for."""


class Reached(NamedTuple):
    """The rules of packs and the kernel, and what they may derive from all that any portfolio may state."""

    rules: list[Rule]
    reach: Reach


def reached(policies: PolicySet, vocabulary: Vocabulary) -> Reached | None:
    """What the rules may derive; None where it cannot be told."""
    rules = [rule for rule in policies.rules if parsed(rule).kind != "directive"]
    stated = stated_shapes(vocabulary, policies.readings)
    benefits = ((b.constant, b.of.replace("-", "_")) for b in policies.benefits)
    shapes = (*stated, *(("benefit", ((name,), (of,))) for name, of in benefits))
    try:
        return Reached(rules, Reach([parsed(rule) for rule in rules], shapes))
    except ShapeError:
        return None


def lint_reach(
    policies: PolicySet, vocabulary: Vocabulary, found: Reached, told: Collection[Place] = ()
) -> Iterator[Diagnostic]:
    """Findings on rules that never hold, and on those on which nothing rests.

    Of rules in which something else was found, at the places `told`, nothing more is told.
    """
    rules, reach = found
    own = {rule.id: pack for pack in policies.packs for rule in pack.rules}
    lists = {spec.name: spec.label for spec in vocabulary.all_lists}
    lost = _lost((rule, ways) for rule, ways in zip(rules, reach.ways, strict=True) if rule.id in own)
    needed = _needed(rules, reach)
    for rule, ways in zip(rules, reach.ways, strict=True):
        if rule.id not in own or any(_stands_in(place, rule) for place in told):
            continue
        if not ways:
            yield from _never(rule, reach, lists, lost)
            continue
        yield from _in_vain(rule, reach, lists, lost)
        # What a pack without benefits derives is for those that build on it.
        if own[rule.id].benefits and not _counts(rule, ways, reach, needed):
            head = parsed(rule).heads[0]
            yield _finding("policy.no-effect", rule, head.begin, head.end)


def _lost(rules: Iterable[tuple[Rule, Collection[Way]]]) -> _Lost:
    """What rules never derive, with what they ask for."""
    found: _Lost = defaultdict(set)
    for rule, ways in rules:
        for head in parsed(rule).heads if not ways else ():
            found[head.signature] |= {one.atom.signature for one in premises_of(parsed(rule))}
    return found


def _in_vain(rule: Rule, reach: Reach, lists: dict[str, Text], lost: _Lost) -> Iterator[Diagnostic]:
    """What is denied though it never holds, and what is counted though there is none of it."""
    for literal in parsed(rule).literals:
        if (literal.negative or literal.inside) and not any(True for _ in reach.agreeing(literal, {})):
            yield from _ungiven(rule, literal, reach, lists, lost)


def _counts(rule: Rule, ways: Iterable[Way], reach: Reach, needed: Collection[Atom]) -> bool:
    """Whether something rests on what a rule derives, and what belongs to a claim can belong to one."""
    heads = {head for way in ways for head in way.heads}
    if parsed(rule).kind != "rule":
        return True
    return not heads.isdisjoint(needed) and any(_is_of_a_claim(head, reach) for head in heads)


def _stands_in(place: Place, rule: Rule) -> bool:
    last = rule.place.line + rule.text.count("\n")
    return place.file == rule.place.file and rule.place.line <= place.line <= last


def _is_of_a_claim(head: Atom, reach: Reach) -> bool:
    """Whether what belongs to a claim can belong to one; true of all else."""
    signature, shapes = head
    if signature not in OF_A_CLAIM:
        return True
    return any(common(shapes[1], ("claim", *claim)) is not None for claim in reach.atoms.get(_CLAIM, ()))


# ── what never holds ─────────────────────────────────────────────────────────────────────────────────


def _never(rule: Rule, reach: Reach, lists: dict[str, Text], lost: _Lost) -> Iterator[Diagnostic]:
    """The first atom of a body that nothing gives, or that agrees with none of those before it."""
    literals = list(premises_of(parsed(rule)))
    for literal in literals:
        if not any(True for _ in reach.agreeing(literal, {})):
            yield from _ungiven(rule, literal, reach, lists, lost)
            return
    for count in range(2, len(literals) + 1):
        before, last = literals[: count - 1], literals[count - 1]
        if any(True for _ in reach.joined(literals[:count], {})):
            continue
        met = [bound for bound, _ in reach.joined(before, {})]
        alone = [bound for bound, _ in reach.agreeing(last, {})]
        name, one, other = _parted(met, alone)
        yield _finding(
            "policy.never-holds",
            rule,
            last.atom.begin,
            last.atom.end,
            variable=name,
            one=_told(one, lists),
            other=_told(other, lists),
        )
        return


def _turns(signature: Signature, lost: _Lost) -> bool:
    """Whether what is never derived rests on itself."""
    seen: set[Signature] = set()
    waiting = [signature]
    while waiting:
        new = lost.get(waiting.pop(), set()) - seen
        seen |= new
        waiting += new
    return signature in seen


def _parted(met: Sequence[Bindings], alone: Sequence[Bindings]) -> tuple[str, set[Shape], set[Shape]]:
    """A variable on which two sides disagree, if there is one, always, and what it is on either."""
    found: list[tuple[bool, str, set[Shape], set[Shape]]] = []
    for name in sorted({*met[0]} & {*alone[0]}):
        one = {bound[name] for bound in met if name in bound}
        other = {bound[name] for bound in alone if name in bound}
        agree = any(common(a, b) is not None for a in one for b in other)
        found.append((agree, name, one, other))
    return min(found, key=lambda parts: parts[:2])[1:]


def _ungiven(
    rule: Rule, literal: Literal, reach: Reach, lists: dict[str, Text], lost: _Lost
) -> Iterator[Diagnostic]:
    """An atom of a form that nothing gives, with a form that is given and is most like it."""
    atom, known = literal.atom, reach.atoms.get(literal.atom.signature, {})
    if not known and atom.signature in lost:
        if _turns(atom.signature, lost):
            yield _finding("policy.only-itself", rule, atom.begin, atom.end)
        return  # Else why another rule of the pack derives none of it is told there.

    def alike(shapes: Sequence[Shape]) -> int:
        return sum((part.name,) in shapes for part in atom.args if part.kind == "name")

    near = max(known, key=alike, default=())
    told = [_told({shape}, lists) for shape in near]
    yield _finding(
        "policy.never-given",
        rule,
        atom.begin,
        atom.end,
        nearest=Text("、".join(one.zh for one in told) or "–", ", ".join(one.en for one in told) or "–"),
        word=atom.name,
    )


def _told(shapes: Iterable[Shape], lists: dict[str, Text]) -> Text:
    """What has one of some shapes, in words."""
    every = sorted(dict.fromkeys(_words(shape, lists) for shape in shapes), key=lambda one: one.en)
    more = "…" if len(every) > _SHOWN else ""
    first = every[:_SHOWN]
    return Text("或".join(one.zh for one in first) + more, " or ".join(one.en for one in first) + more)


def _words(shape: Shape, lists: dict[str, Text]) -> Text:
    if isinstance(shape, str):
        return _PLAIN_WORDS.get(shape, Text("任意", "anything"))
    if shape == STATED_TEXT:
        return _PLAIN_WORDS[TEXT]
    if shape[0] == LIST:
        label = lists[shape[1][0]]
        return Text(f"“{label.zh}”的一行", f"a row of “{label.en}”")
    written = f"{shape[0]}(…)" if len(shape) > 1 else str(shape[0])
    return Text(f"“{written}”", f"“{written}”")


def _finding(code: str, rule: Rule, begin: int, end: int, **values: object) -> Diagnostic:
    written = " ".join(rule.text[begin:end].split())
    citation = next(iter(rule.citations), None)
    return diagnostic(code, place_in(rule, begin), citation, "error", term=written, **values)


# ── what nothing rests on ────────────────────────────────────────────────────────────────────────────


def _needed(rules: Sequence[Rule], reach: Reach) -> set[Atom]:
    """The atoms on which anything rests that a plan tells or a constraint forbids."""
    by_head: defaultdict[Atom, list[tuple[Statement, Way]]] = defaultdict(list)
    waiting: list[tuple[Statement, Way]] = []
    for rule, ways in zip(rules, reach.ways, strict=True):
        statement = parsed(rule)
        for way in ways:
            if statement.kind != "rule":
                waiting.append((statement, way))
            for head in way.heads:
                by_head[head].append((statement, way))
    needed = {(name, shapes) for name in _TOLD for shapes in reach.atoms.get(name, ())}
    for name in _ANSWERS:
        needed |= {(name, shapes) for shapes in reach.atoms.get(name, ()) if _is_asked(shapes, reach)}
    waiting += [one for atom in needed for one in by_head[atom]]
    while waiting:
        for atom in _asked(*waiting.pop(), reach):
            if atom not in needed:
                needed.add(atom)
                waiting += by_head[atom]
    return needed


def _is_asked(answer: Sequence[Shape], reach: Reach) -> bool:
    """Whether a condition that is met or failed is asked of its row."""
    asked = reach.atoms.get(("asked", 2), {})
    return any(all(common(*pair) is not None for pair in zip(answer, one, strict=True)) for one in asked)


def _asked(statement: Statement, way: Way, reach: Reach) -> Iterator[Atom]:
    """All that one way of firing rests on, the elements of its sums as they may hold together."""
    yield from (premise.atom for premise in way.premises)
    elements: defaultdict[int, list[Literal]] = defaultdict(list)
    for literal in statement.literals:
        if literal.inside:
            elements[literal.element].append(literal)
        elif literal.negative:
            yield from (premise.atom for _, premise in reach.agreeing(literal, way.bound))
    for element in elements.values():
        counted: Iterator[tuple[Bindings, tuple[Premise, ...]]] = reach.joined(
            [one for one in element if not one.negative], way.bound
        )
        for bound, premises in counted:
            yield from (premise.atom for premise in premises)
            for literal in element:
                if literal.negative:
                    yield from (premise.atom for _, premise in reach.agreeing(literal, bound))
