"""An amount in stages: what it starts from, what counts of it, the rate, the cap, the fen.

The expression of the amount is walked together with the rules that built it, so that each part is
called after the fact or the term of the pack that it came from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from clingo import ast
from clingo.ast import AST, ASTType

from subvent.diagnostics import Citation, Text
from subvent.explain.derivation import Node
from subvent.explain.explanation import Explanation
from subvent.explain.quantities import is_quantity, number, plain
from subvent.explain.statements import Statement
from subvent.explain.words import both, joined
from subvent.logic.exact import OPERATORS, ExactError, evaluate
from subvent.logic.terms import Atom, Term
from subvent.money import yuan
from subvent.result import Stage

YUAN_PER_UNIT = 10_000
"""Quantities of money count 万元."""
_LETTERS = "abc"
_ALIKE = frozenset(("sum", "less", "least", "most", "full"))
"""Operators of amounts of one kind: beside kilowatts a written number counts kilowatts, not money."""
_BARE = {"share": (0,), "upto": (0,)}
"""The arguments of an operator that are rates, whatever their shape."""

Shape = tuple[str, tuple["Shape", ...]] | str
"""A head's argument: a function with its arguments, or a variable's name."""


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a term was built: at which place of the head of which node."""

    node: Node
    shape: Shape | None


def stages(told: Explanation, claim: Atom, fen: int | None = None) -> tuple[Stage, ...]:
    """The amount of a claim, stage by stage, the last being what the plan counts.

    `fen` is what the plan counts where shared costs or caps make it less than the claim's own worth.
    """
    _, _, subject, benefit, year = claim
    amount = told.finished.first("amount", 3, subject, benefit)
    amount = amount or told.finished.first("amount", 3, ("at", subject, year), benefit)
    worth = told.finished.last_argument("worth", 5, *claim[1:])
    if amount is None or worth is None or amount not in told.nodes:
        return ()
    teller = _Teller(told)
    teller.walk(amount[3], teller.source(amount, 3))
    own = int(evaluate(worth) * YUAN_PER_UNIT * 100)
    teller.add(told.words.say("stage_floor"), yuan(own), ())
    if fen is not None and fen != own:
        shared = [atom for atom in told.claim_parts(claim) if atom[0] in {"splits", "draws"}]
        pooled = bool(shared) and all(atom[0] == "draws" for atom in shared)
        binding = (told.usage.used_up(shared) or shared) if pooled else shared
        limits = joined([told.usage.named(atom) for atom in binding], "；", "; ")
        fed = pooled and all(map(told.usage.is_fed, binding))
        phrase = "stage_fed" if fed else "stage_pooled" if pooled else "stage_shared"
        # The rule that sets the limit governs the amount, whatever rules tell whose claims fall under it.
        own_rules = (citation for _, citation in told.cited(binding))
        teller.add(told.words.say(phrase, limits=limits), yuan(fen), (*own_rules, *told.citations(binding)))
    return tuple(teller.stages)


class _Teller:
    """Collects the stages of one amount."""

    def __init__(self, told: Explanation) -> None:
        self.told = told
        self.words = told.words
        self.statements = told.statements
        self.stages: list[Stage] = []
        self._told: dict[Atom, Text] = {}

    def add(self, text: Text, amount: str, citations: Iterable[Citation]) -> None:
        """One more stage."""
        self.stages.append(Stage(text, amount, tuple(dict.fromkeys(citations))))

    def source(self, atom: Atom, place: int) -> _Source | None:
        """The rule that built argument `place` (from 1) of an atom; None of a stated one."""
        node = self.told.nodes.get(atom)
        if node is None or node.number < 0:
            return None
        return _Source(node, _shape(self.statements[node.number].head.arguments[place - 1]))

    def walk(self, term: Term, source: _Source | None, label: Text | None = None) -> tuple[Text, bool]:
        """Tell how a term came about; its name with its value, and whether it is an amount of money."""
        if source is not None and isinstance(source.shape, str):
            return self._from_premise(term, source, label)
        if isinstance(term, tuple) and term[0] in OPERATORS:
            return self._operator(term, source, label)
        return self._named(label, term), is_quantity(term)

    def _from_premise(self, term: Term, source: _Source, label: Text | None) -> tuple[Text, bool]:
        found = _premise(source, self.statements[source.node.number])
        if found is None:
            return self.walk(term, None, label)
        atom, place = found
        if atom in self._told and place == len(atom) - 1:
            return self._told[atom], True
        label = self.words.part(atom) or label
        below = self.source(atom, place)
        before = len(self.stages)
        if below is not None:
            shown, is_money = self.walk(term, below, label)
        else:
            shown, is_money = self._stated(atom, term, label)
        if is_money and len(self.stages) == before and is_quantity(term) and atom[0] != "cap":
            self.add(shown, _yuan(term), self.told.citations([atom]))
        if place == len(atom) - 1:
            self._told[atom] = shown
        return shown, is_money

    def _stated(self, atom: Atom, term: Term, label: Text | None) -> tuple[Text, bool]:
        """A fact: a value of a field with its unit, or a number."""
        if atom[0] in {"value", "entry"}:
            field = self.words.like(atom[2], atom[1])
            is_money = field is not None and field.value_type == "money"
            shown = self.words.value(term, atom[1], atom[2])
            return self.words.say("stage_part_of", part=label or both(""), amount=shown), is_money
        return self._named(label, term), is_quantity(term)

    def _named(self, label: Text | None, term: Term) -> Text:
        if isinstance(term, int):
            return both(number(term))
        shown = self.words.money(term)
        return self.words.say("stage_part_of", part=label, amount=shown) if label else shown

    def _operator(self, term: Term, source: _Source | None, label: Text | None) -> tuple[Text, bool]:
        if not isinstance(term, tuple):
            raise ExactError
        operator, arguments = term[0], term[1:]
        shapes = (
            source.shape[1] if source is not None and source.shape is not None else (None,) * len(arguments)
        )
        bare = _BARE.get(operator, ())
        told = [
            # 12.5 % is a pair as money is, and none.
            (both(number(evaluate(argument))), False)
            if place in bare and is_quantity(argument)
            else self.walk(argument, None if source is None or shape is None else _Source(source.node, shape))
            for place, (argument, shape) in enumerate(zip(arguments, shapes, strict=True))
        ]
        if operator in _ALIKE and self._of_no_money(arguments, shapes, told):
            told = [
                (both(number(evaluate(argument))), False) if _is_written(argument, shape) else one
                for argument, shape, one in zip(arguments, shapes, told, strict=True)
            ]
            if operator != "full":
                return self._measured(operator, label, term, told), False
        if operator == "full":
            return self._steps(label, term, told), False
        cited = (
            list(source.node.rule.citations) if source is not None and source.node.rule is not None else []
        )
        for shape in shapes:
            cited += self._law_of(source, shape)
        name = label or self.words.say(f"part_{operator}")
        values = dict(zip(_LETTERS, (text for text, _ in told), strict=False))
        phrase = "stage_multiple" if operator == "part" and arguments[1] == 1 else f"stage_{operator}"
        self.add(self.words.say(phrase, part=name, **values), _yuan(term), cited)
        return self._named(name, term), True

    def _of_no_money(
        self, arguments: Sequence[Term], shapes: Sequence[Shape | None], told: Sequence[tuple[Text, bool]]
    ) -> bool:
        """Whether a part that a rule does not write out is no money."""
        return any(
            not is_money and not _is_written(argument, shape)
            for argument, shape, (_, is_money) in zip(arguments, shapes, told, strict=True)
        )

    def _measured(
        self, operator: str, label: Text | None, term: Term, told: Sequence[tuple[Text, bool]]
    ) -> Text:
        """What is no money has no stage: its value, and in brackets how it comes about."""
        values = dict(zip(_LETTERS, (text for text, _ in told), strict=False))
        made = self.words.say(f"stage_{operator}", part=label or self.words.say(f"part_{operator}"), **values)
        return self.words.say("stage_made_of", value=number(evaluate(term)), made=made)

    def _steps(self, label: Text | None, term: Term, told: Sequence[tuple[Text, bool]]) -> Text:
        """How many whole units there are in an amount: a count, which has no stage of its own."""
        (unit, _), (amount, _) = told
        count = number(evaluate(term))
        shown = self.words.say("stage_full", value=count, unit=unit, amount=amount)
        return self.words.say("stage_part_of", part=label, amount=shown) if label else shown

    def _law_of(self, source: _Source | None, shape: Shape | None) -> list[Citation]:
        """What the law says about a number that a pack declares: a rate, a cap."""
        if source is None or not isinstance(shape, str):
            return []
        found = _premise(_Source(source.node, shape), self.statements[source.node.number])
        if found is None or (self.words.part(found[0]) is not None and found[0][0] != "cap"):
            return []
        return list(self.told.citations([found[0]]))


def _yuan(term: Term) -> str:
    return plain(evaluate(term) * YUAN_PER_UNIT)


def _is_written(term: Term, shape: Shape | None) -> bool:
    """Whether a quantity is written out in the rule."""
    return is_quantity(term) and (shape is None or (not isinstance(shape, str) and not shape[0]))


def _premise(source: _Source, statement: Statement) -> tuple[Atom, int] | None:
    """The premise that gave a variable its value, and at which argument; one that ends in it goes first."""
    best: tuple[Atom, int] | None = None
    for literal, atom in zip(statement.of_kind("premise"), source.node.premises, strict=True):
        for place, argument in enumerate(literal.arguments, 1):
            if argument == source.shape:
                if place == len(literal.arguments):
                    return atom, place
                best = best or (atom, place)
    return best


@lru_cache(maxsize=4096)
def _shape(argument: str) -> Shape | None:
    """The structure of a head's argument; None where it is neither function nor variable."""
    found: list[AST] = []
    ast.parse_string(f"h({argument}).", found.append)
    return _shape_of(found[-1].head.atom.symbol.arguments[0])


def _shape_of(term: AST) -> Shape:
    if term.ast_type == ASTType.Variable:
        return str(term.name)
    if term.ast_type == ASTType.Function:
        return term.name, tuple(_shape_of(argument) for argument in term.arguments)
    return "", ()
