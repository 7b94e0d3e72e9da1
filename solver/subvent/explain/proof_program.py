"""The rules of a policy set as a program that tells which of them fired for the atoms asked for.

Of each rule `h :- b, not c.` it holds

    _fired(i,h,(vars),(b),(c)) :- _want(h), b, not c.

over the finished model as facts. Only `_` predicates are derived, so the evaluation cannot disturb the
model. What is asked for spreads downwards: `_want(b)` for each premise; for each negated premise the
atoms that refute it (`_refuted`); for each element of an aggregate what makes it count (`_element`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from subvent.explain.statements import Literal, Statement, named, statements
from subvent.policy.types import PolicySet, Rule

ANY = "_any"
"""Stands in a negated premise for an argument that may be anything."""


@dataclass(frozen=True, slots=True)
class ProofProgram:
    """The statement that each index of the program stands for; its text is written when it is asked for.

    `heads` are the signatures that statements derive.
    """

    statements: tuple[Statement, ...]
    heads: frozenset[tuple[str, int]]

    @property
    def predicates(self) -> frozenset[str]:
        """All names that occur: what else the model holds need not be handed over."""
        return frozenset().union(*(statement.names for statement in self.statements))

    @property
    def text(self) -> str:
        """The program."""
        return _text(self.statements, self.heads)


def proof_program(policies: PolicySet, silent: frozenset[str] = frozenset()) -> ProofProgram:
    """The proof program of everything that is neither chosen nor procedure. Made once for the same rules.

    `silent` are predicates (`name/arity`) whose atoms are taken as they are and never proven.
    """
    proven = ("derivation", "review")
    return _compiled(tuple(rule for rule in policies.rules if rule.stratum in proven), silent)


def wanted_name(name: str, arity: int) -> str:
    """The predicate that asks for atoms of a signature."""
    return f"_want_{name}_{arity}"


@lru_cache(maxsize=8)
def _compiled(rules: tuple[Rule, ...], silent: frozenset[str]) -> ProofProgram:
    found = statements(rules)
    signatures = (statement.head.signature for statement in found)
    heads = frozenset((name, arity) for name, arity in signatures if f"{name}/{arity}" not in silent)
    return ProofProgram(found, heads)


@lru_cache(maxsize=8)
def _text(found: tuple[Statement, ...], heads: frozenset[tuple[str, int]]) -> str:
    lines: list[str] = []
    masks: dict[tuple[tuple[str, int], str], None] = {}
    for index, statement in enumerate(found):
        if statement.head.signature not in heads:
            continue
        lines += _firing(index, statement, heads)
        masks |= dict.fromkeys(
            (literal.signature, _mask(literal)) for literal in statement.of_kind("negated")
        )
    for signature, mask in masks:
        for statement in found:
            if signature in heads and statement.head.signature == signature:
                lines += _refutation(statement, mask, heads)
    return "\n".join(lines)


def _mask(literal: Literal) -> str:
    """Which arguments of a negated premise are given (1) and which may be anything (0)."""
    return "".join("0" if argument == "_" else "1" for argument in literal.arguments)


def _tuple(parts: Iterable[str]) -> str:
    inside = ",".join(parts)
    return f"({inside},)" if inside else "()"


def _atom(name: str, arguments: Iterable[str]) -> str:
    inside = ",".join(arguments)
    return f"{name}({inside})" if inside else name


def _want(literal: Literal) -> str:
    return _atom(wanted_name(*literal.signature), literal.arguments)


def _deny(literal: Literal, mask: str) -> str:
    given = (a for a, bit in zip(literal.arguments, mask, strict=True) if bit == "1")
    return _atom(f"_deny_{literal.name}_{mask}", given)


def _denied(literal: Literal, mask: str) -> str:
    """A negated premise as a term."""
    return _atom(
        literal.name, (a if bit == "1" else ANY for a, bit in zip(literal.arguments, mask, strict=True))
    )


def _rule(head: str, *body: str) -> str:
    return f"{head} :- {'; '.join(body)}." if body else f"{head}."


def _firing(index: int, statement: Statement, heads: frozenset[tuple[str, int]]) -> list[str]:
    positive, negative = statement.of_kind("premise"), statement.of_kind("negated")
    bound = _tuple(statement.variables)
    premises = _tuple(literal.atom for literal in positive)
    denied = _tuple(_denied(literal, _mask(literal)) for literal in negative)
    fired = f"_fired({index},{statement.head.atom},{bound},{premises},{denied})"
    lines = [_rule(fired, _want(statement.head), *(literal.text for literal in statement.body))]
    again = f"_fired({index},_,{bound},_,_)"
    lines += [_rule(_want(literal), again) for literal in positive if literal.signature in heads]
    lines += [_rule(_deny(literal, _mask(literal)), again) for literal in negative]
    for element in (element for literal in statement.body for element in literal.elements):
        texts = [literal.text for literal in element]
        inside = [literal for literal in element if literal.kind == "premise"]
        if inside:
            counted = f"_element({index},{bound},{_tuple(literal.atom for literal in inside)})"
            lines.append(_rule(counted, again, *texts))
            lines += [
                _rule(_want(literal), again, *texts) for literal in inside if literal.signature in heads
            ]
    return lines


def _refutation(statement: Statement, mask: str, heads: frozenset[tuple[str, int]]) -> list[str]:
    """What keeps a statement from deriving a denied head: its premises hold, and so does what it negates."""
    positive = statement.of_kind("premise")
    kept = [literal.text for literal in statement.body if literal.kind != "negated"]
    lines = []
    for literal in statement.of_kind("negated"):
        witness = named(literal, "_W")
        body = [_deny(statement.head, mask), *kept, witness.atom]
        grounds = _tuple(premise.atom for premise in positive)
        lines.append(_rule(f"_refuted({_denied(statement.head, mask)},{grounds},{witness.atom})", *body))
        lines += [_rule(_want(shown), *body) for shown in (witness, *positive) if shown.signature in heads]
    return lines
