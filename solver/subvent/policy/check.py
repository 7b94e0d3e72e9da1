"""Whether a pack's rules keep to the language: everything that is refused, by name, with the way out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

import clingo
from clingo.ast import parse_string

from subvent.diagnostics import Diagnostic, diagnostic
from subvent.policy.growth import runaway_rules
from subvent.policy.source import ProgramFile, check_blocks
from subvent.policy.strata import Located, decided, negative_cycles, stratum
from subvent.policy.syntax import Statement, Term
from subvent.policy.tokens import tokenise
from subvent.policy.words import (
    DECISION_HEADS,
    FACTS,
    FUNCTIONS,
    OF_A_CLAIM,
    PACK_MAY_DERIVE,
    QUANTITIES,
    SAID,
    Signature,
)
from subvent.portfolio.nearest import nearest
from subvent.process.foreign import clingo_fault

_LARGEST = 2**31 - 1
_HEAVIEST = 1_000_000
"""The largest weight that a rule may write out in a #sum."""
_WIDEST = 100_000
"""An interval of more numbers than that is a slip: the grounder writes each of them out."""
_SUMS: frozenset[Signature] = frozenset((name, 1) for name in ("cap", "pool", "split", "cut", "ceiling"))
"""The sums of money that bind claims; the one that is maximised is the kernel's."""
_MESSAGE = re.compile(
    r"<(?:string|block)>:(\d+)[:-](?:(\d+))?[^\n]*?(error|note|warning|info): ?(.*)", re.DOTALL
)
_SILENT = re.compile(r'"(?:\\.|[^"\\])*"|%[^\n]*')
"""Strings and comments that end with their line: outside block comments any character may stand in them."""
_DECIMAL = re.compile(r"(?<![\w.])\d+\.\d+")
_UNSAFE = re.compile(r"<block>:(\d+):(\d+)[^\n]*note: '([^']+)' is unsafe")
_KNOWN_DIRECTIVES = frozenset(
    ("#script", "#include", "#external", "#heuristic", "#edge", "#const", "#project", "#show", "#defined")
)


def syntax_faults(file: ProgramFile) -> list[Diagnostic]:
    """What clingo says is wrong with a file's syntax. Directives are left out: they are refused by name."""
    if foreign := _foreign_characters(file):
        return foreign
    said: list[str] = []
    text = list(file.text)
    for statement in file.statements:
        if statement.kind == "directive" and statement.directive not in ("#theory", "#defined"):
            # Blanked, for clingo would open what #include names and stop at what #script leaves open.
            end = (
                file.text.find("#end", statement.begin) + 4
                if statement.directive == "#script"
                else statement.end
            )
            text[statement.begin : end] = [c if c == "\n" else " " for c in text[statement.begin : end]]
    try:
        parse_string("".join(text), lambda _: None, logger=lambda _, message: said.append(message))
    except RuntimeError:
        return [_clingo_fault(message, file) for message in said] or [
            diagnostic("policy.syntax", file.place(0), None, reason=clingo_fault(""))
        ]
    return []


def _foreign_characters(file: ProgramFile) -> list[Diagnostic]:
    """Characters outside strings and comments that clingo has no use for, such as a Chinese comma.

    They are found here because clingo ends the process when it is to quote one in a message.
    """
    parts, at = [], 0
    for comment in file.comments:
        parts.append(file.text[at : comment.begin])
        at = comment.begin + len(comment.text)
    if _SILENT.sub("", "".join([*parts, file.text[at:]])).isascii():
        return []
    foreign = [
        at
        for token in tokenise(file.text)[0]
        if not token.text.isascii() and not token.text.startswith('"')
        for at, character in enumerate(token.text, token.begin)
        if not character.isascii()
    ]
    known = frozenset(foreign)
    # Of a sentence that stands where a rule should, the first character is enough.
    first = [at for at in foreign if at - 1 not in known][:20]
    return [
        diagnostic("policy.foreign-character", file.place(at), file.citation(at), character=file.text[at])
        for at in first
    ]


def _clingo_fault(message: str, file: ProgramFile) -> Diagnostic:
    found = _MESSAGE.match(message.strip())
    if found is None:
        return diagnostic("policy.syntax", file.place(0), reason=clingo_fault(message))
    offset = file.offset(int(found.group(1)), int(found.group(2) or 1))
    if decimal := next((d for d in _DECIMAL.finditer(file.text) if d.start() < offset <= d.end()), None):
        return diagnostic("policy.decimal", *file.spot(decimal.start()), number=decimal.group())
    reason = clingo_fault(found.group(4))
    return diagnostic("policy.syntax", file.place(offset), file.citation(offset), reason=reason)


def unsafe_variables(files: Sequence[ProgramFile], faults: Sequence[Diagnostic] = ()) -> Iterator[Diagnostic]:
    """Variables that no positive literal binds, found by clingo before it would instantiate anything.

    The statements in which `faults` stand, and those that were not understood, are left out.
    """
    said: list[str] = []
    control = clingo.Control(logger=lambda _, message: said.append(message), message_limit=1000)
    starts, lines = [], 1
    parts = []
    for file in files:
        starts.append(lines)
        parts.append(_without_faults(file, faults).rstrip("\n") + "\n")
        lines += parts[-1].count("\n")
    try:
        control.add("base", [], "".join(parts))
        control.ground([])
    except RuntimeError:
        for message in said:
            for line, column, name in _UNSAFE.findall(message):
                at = max(i for i, start in enumerate(starts) if start <= int(line))
                file = files[at]
                offset = file.offset(int(line) - starts[at] + 1, int(column))
                yield diagnostic(
                    "policy.unsafe", file.place(offset), file.citation(offset), name=name.removeprefix("#")
                )


def _without_faults(file: ProgramFile, faults: Sequence[Diagnostic]) -> str:
    """The text of a file with its faulty statements blanked, every line and column where it was."""
    at = [file.start(d.place) for d in faults if d.place is not None and d.place.file == file.name]
    spans = [(error.begin, error.end) for error in file.refused]
    spans += [(s.begin, s.end) for s in file.statements if any(s.begin <= one <= s.end for one in at)]
    text = file.text
    for begin, end in spans:
        blank = "".join(c if c == "\n" else " " for c in text[begin:end])
        text = text[:begin] + blank + text[end:]
    return text


class Checker:
    """Checks packs against the kernel and against each other. One instance a set of packs."""

    def __init__(self, kernel: ProgramFile, files: Sequence[ProgramFile]) -> None:
        self._files = files
        statements = [*kernel.statements, *(s for f in files for s in f.statements)]
        self.decided = decided(statements)
        self._kernel_heads = frozenset(h.signature for s in kernel.statements for h in s.heads)
        self._kernel_bodies = frozenset(t.atom.signature for s in kernel.statements for t in s.literals)
        self._kernel_words = self._kernel_heads | self._kernel_bodies | FACTS
        fixed = self._kernel_words - DECISION_HEADS - decided(kernel.statements)
        # What rests on a claim by a word that must not is told where it does first, not all the way down.
        self._rightly = decided(statements, never=fixed)
        heads = frozenset(head.signature for s in statements for head in s.heads)
        # What a statement that could not be read might derive: its words are not called unknown as well.
        self._lost = frozenset(name for f in files for error in f.refused for name in error.names)
        self.known: frozenset[Signature] = heads | FACTS | self._kernel_bodies
        """The predicates that some rule or fact gives."""
        self._located = [
            *(Located(s, kernel=True) for s in kernel.statements),
            *(Located(s, kernel=False) for f in files for s in f.statements),
        ]

    def faults(self) -> Iterator[Diagnostic]:
        """Everything refused in the packs' files, in the order of the files."""
        for file in self._files:
            yield from check_blocks(file)
            for error in file.refused:
                yield diagnostic(
                    "policy.not-understood", file.place(error.offset), file.citation(error.offset)
                )
            for statement in file.statements:
                yield from self._statement(file, statement)
        yield from self._cycles()
        owner = {id(s): f for f in self._files for s in f.statements}
        for statement, term in runaway_rules(self._located):
            file = owner[id(statement)]
            yield diagnostic(
                "policy.runaway",
                file.place(term.begin),
                file.citation(term.begin),
                term=file.text[term.begin : term.end],
                name=_written(statement.heads[0].signature),
            )

    def _cycles(self) -> Iterator[Diagnostic]:
        derivation = [
            located for located in self._located if stratum(located.statement, self.decided) == "derivation"
        ]
        owner = {id(s): f for f in self._files for s in f.statements}
        for statement, literal in negative_cycles(derivation):
            file, at = owner[id(statement)], literal.atom.begin
            yield diagnostic(
                "policy.negative-cycle",
                file.place(at),
                file.citation(at),
                name=_written(literal.atom.signature),
                head=_written(statement.heads[0].signature),
            )

    def _statement(self, file: ProgramFile, statement: Statement) -> Iterator[Diagnostic]:
        place, citation = file.place(statement.begin), file.citation(statement.begin)
        if file.block(statement.begin) is None:
            yield diagnostic("policy.outside-block", place, citation)
        if statement.kind == "directive":
            if statement.directive in ("#minimize", "#maximize"):
                yield diagnostic("policy.small-sum", place, citation, name=statement.directive)
            elif statement.directive in _KNOWN_DIRECTIVES:
                yield diagnostic("policy.directive", place, citation, name=statement.directive)
            elif statement.directive:
                yield diagnostic("policy.other-directive", place, citation, name=statement.directive)
            return
        yield from self._heads(file, statement)
        yield from self._body(file, statement)
        yield from _terms(file, statement)
        yield from _heavy(file, statement)
        yield from _arithmetic(file, statement)

    def _heads(self, file: ProgramFile, statement: Statement) -> Iterator[Diagnostic]:
        place, citation = file.place(statement.begin), file.citation(statement.begin)
        if statement.kind in ("choice", "disjunction"):
            yield diagnostic(f"policy.{statement.kind}", place, citation)
            return
        of = stratum(statement, self.decided)
        if statement.kind == "constraint" and of == "derivation":
            yield diagnostic("policy.constraint", place, citation)
        if statement.kind == "theory":
            yield from _sum_of_money(file, statement)
            return
        for head in statement.heads:
            signature = head.signature
            taken = signature in (self._kernel_heads | FACTS)
            if taken and signature not in PACK_MAY_DERIVE:
                yield diagnostic("policy.kernel-word", place, citation, name=_written(signature))
            elif of == "decision" and signature in self._kernel_words - DECISION_HEADS:
                if self._rightly.isdisjoint(literal.atom.signature for literal in statement.literals):
                    continue
                yield diagnostic("policy.decision-head", place, citation, name=_written(signature))
            elif signature in OF_A_CLAIM and head.args[1].signature != ("claim", 4):
                yield diagnostic("policy.of-a-claim", place, citation, name=head.name)

    def _body(self, file: ProgramFile, statement: Statement) -> Iterator[Diagnostic]:
        for literal in statement.literals:
            atom = literal.atom
            if atom.kind == "theory":
                yield diagnostic("policy.theory-in-body", *file.spot(atom.begin), name=atom.name)
            elif atom.signature in SAID:
                yield diagnostic("policy.remark-in-body", *file.spot(atom.begin), name=atom.name)
            elif atom.signature not in self.known and atom.name not in self._lost:
                yield diagnostic(
                    "policy.unknown-word",
                    *file.spot(atom.begin),
                    name=_written(atom.signature),
                    nearest=_nearest(atom.signature, self.known),
                )


def _terms(file: ProgramFile, statement: Statement) -> Iterator[Diagnostic]:
    for term in statement.parts():
        if term.kind == "number" and _worth(term) > _LARGEST:
            yield diagnostic("policy.large-number", *file.spot(term.begin), number=term.name)
        if term.kind == "operation" and term.name == ".." and _is_wide(term):
            yield diagnostic("policy.wide-interval", *file.spot(term.begin), most=_WIDEST)
        if term.kind == "external" and FUNCTIONS.get(term.name) != len(term.args):
            yield diagnostic(
                "policy.function",
                *file.spot(term.begin),
                name=f"@{term.name}/{len(term.args)}",
                nearest=", ".join(f"@{name}/{arity}" for name, arity in FUNCTIONS.items()),
            )


def _heavy(file: ProgramFile, statement: Statement) -> Iterator[Diagnostic]:
    """Written weights of a sum of the grounder's so large that a few of them go beyond 32 bits."""
    sides = (side for one in statement.comparisons for side in (one.left, one.right))
    if any(side.kind == "aggregate" and side.name == "#sum" for side in sides):
        for term in (part for whole in statement.terms for part in whole.walk()):
            if term.kind == "number" and _worth(term) > _HEAVIEST:
                yield diagnostic(
                    "policy.large-weight", *file.spot(term.begin), number=term.name, most=_HEAVIEST
                )


def _is_wide(interval: Term) -> bool:
    """Whether an interval between two written numbers holds more than anyone lists."""
    first, last = interval.args
    if first.kind != "number" or last.kind != "number":
        return False
    return _worth(last) - _worth(first) >= _WIDEST


def _worth(number: Term) -> int:
    """The value of a written number; 010 is ten, 0x10 sixteen."""
    return int(number.name, 0 if number.name[:2] in ("0x", "0o", "0b") else 10)


def _sum_of_money(file: ProgramFile, statement: Statement) -> Iterator[Diagnostic]:
    """What is summed by a word that is none, or is the kernel's."""
    head = statement.heads[0]
    place, citation = file.place(statement.begin), file.citation(statement.begin)
    if head.name == "maximize":
        yield diagnostic("policy.own-objective", place, citation)
    elif head.signature not in _SUMS:
        yield diagnostic("policy.no-such-sum", place, citation, name=_written(head.signature))


def _arithmetic(file: ProgramFile, statement: Statement) -> Iterator[Diagnostic]:
    """Arithmetic other than years and counts moved by a whole number: clingo's integers have 32 bits."""
    quantities: set[str] | None = None
    told = -1
    for term in statement.parts():
        # Of an operation within another that is refused nothing more is told.
        if term.kind != "operation" or term.name == ".." or term.end <= told:
            continue
        if quantities is None:
            quantities = _quantity_variables(statement)
        variables = {part.name for part in term.walk() if part.kind == "variable"}
        if term.name == "-" and len(term.args) == 1 and term.args[0].kind == "number":
            told = term.end
            yield diagnostic(
                "policy.below-zero",
                file.place(term.begin),
                file.citation(term.begin),
                number=file.text[term.begin : term.end],
            )
            continue
        allowed = term.name in ("+", "-") and len(term.args) > 1 and not variables & quantities
        if not allowed or any(part.kind in ("tuple", "name", "string") for part in term.walk()):
            told = term.end
            yield diagnostic(
                "policy.arithmetic",
                file.place(term.begin),
                file.citation(term.begin),
                expression=file.text[term.begin : term.end],
            )


def _quantity_variables(statement: Statement) -> set[str]:
    """Variables that stand for a quantity or for one half of one."""
    found: set[str] = set()
    for term in statement.parts():
        position = QUANTITIES.get((term.name, len(term.args))) if term.kind == "name" else None
        if position is not None:
            found |= {part.name for part in term.args[position].walk() if part.kind == "variable"}
        if term.kind == "tuple" and len(term.args) == 2:  # noqa: PLR2004 - a pair is (whole, millionths)
            found |= {part.name for part in term.args if part.kind == "variable"}
    return found


def _written(signature: Signature) -> str:
    return f"{signature[0]}/{signature[1]}"


def _nearest(wrong: Signature, known: Collection[Signature]) -> str:
    same = sorted(_written(s) for s in known if s[0] == wrong[0])
    if same:
        return ", ".join(same)
    name = nearest(wrong[0], {s[0] for s in known})
    return ", ".join(sorted(_written(s) for s in known if s[0] == name)) or "-"
