"""clingo's grounder as a function: a stratified program to its one model, a choice program to plain data.

Grounding evaluates a program without choices completely, so the derivation needs no solver. The
decision is watched by an observer that takes clasp's place: clasp, and its 32-bit sums, never see it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Any, cast

import clingo
from clingo.backend import Observer

from subvent.logic.exact import MILLION, ExactError, ExactFunctions, evaluate, to_fen
from subvent.logic.program import (
    Cut,
    CutTerm,
    Feed,
    GroundProgram,
    Minimize,
    Money,
    MoneyTerm,
    Rule,
    Split,
    SplitTerm,
    WeightRule,
)
from subvent.logic.terms import Atom, Reader, Term, from_symbol, order_key, symbol, text

SPLIT = "split"
"""The theory atom for a cost that stands in two bases."""
CUT, CEILING, FEEDS = "cut", "ceiling", "feeds"
"""The theory atoms for caps that claims share; every other theory atom is a sum of money."""


class GroundingError(Exception):
    """clingo refused a program, or the program is not of the stratum it was given as."""


class _Watcher(Observer):
    """Collects ground statements. Everything outside the language is noted, to be refused by name."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self.weight_rules: list[WeightRule] = []
        self.minimized: list[Minimize] = []
        self.symbols: dict[int, str] = {}
        self.foreign: set[str] = set()

    def rule(self, choice: bool, head: Sequence[int], body: Sequence[int]) -> None:  # noqa: FBT001 - clingo's
        self.rules.append(Rule(choice, tuple(head), tuple(body)))

    def weight_rule(
        self,
        choice: bool,  # noqa: FBT001 - clingo's
        head: Sequence[int],
        lower_bound: int,
        body: Sequence[tuple[int, int]],
    ) -> None:
        self.weight_rules.append(WeightRule(choice, tuple(head), lower_bound, tuple((a, w) for a, w in body)))

    def minimize(self, priority: int, literals: Sequence[tuple[int, int]]) -> None:
        self.minimized.append(Minimize(priority, tuple((a, w) for a, w in literals)))

    def output_atom(self, symbol: clingo.Symbol, atom: int) -> None:
        if atom:
            self.symbols[atom] = str(symbol)

    def external(self, *_: Any) -> None:
        self.foreign.add("#external")

    def heuristic(self, *_: Any) -> None:
        self.foreign.add("#heuristic")

    def acyc_edge(self, *_: Any) -> None:
        self.foreign.add("#edge")

    def project(self, *_: Any) -> None:
        self.foreign.add("#project")


class Messages:
    """Collects what clingo says while it parses and grounds."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, code: clingo.MessageCode, message: str) -> None:
        """Keep a message, unless it only says that nothing has some name."""
        if code is not clingo.MessageCode.AtomUndefined:
            self.lines.append(message.strip())


def grounded(control: clingo.Control, messages: Messages) -> None:
    """Ground what was added. Raises GroundingError with what clingo, or a function of ours, says."""
    try:
        control.ground([("base", [])], context=ExactFunctions())
    # What an @-function raises comes through as it is; a wrong name or arity is one of the last two.
    except (RuntimeError, ExactError, AttributeError, TypeError) as error:
        said = messages.lines if isinstance(error, RuntimeError) and messages.lines else [str(error)]
        raise GroundingError("; ".join(said)) from error
    if messages.lines:
        raise GroundingError("; ".join(messages.lines))


class _Terms:
    """What one rule for each predicate reads its facts from."""

    def __init__(self, groups: Iterable[Sequence[str]]) -> None:
        # Parsed in one go, and by what reads terms only: as rules they would take four times as long.
        self.groups = [
            clingo.parse_term(f"({','.join(group)},)", lambda *_: None).arguments for group in groups
        ]

    def given(self, number: clingo.Symbol) -> list[clingo.Symbol]:
        """The facts of one name."""
        return self.groups[number.number]

    def program(self) -> str:
        """The rules, each for atoms with as many arguments as the first of its group."""
        rules = []
        for number, (first, *_) in enumerate(self.groups):
            pattern = str(first).partition("(")[0]
            if first.arguments:
                pattern += f"({','.join(f'X{place}' for place, _ in enumerate(first.arguments))})"
            rules.append(f"{pattern} :- {pattern} = @given({number}).")
        return " ".join(rules)


def over_facts(
    facts: Iterable[str], options: Sequence[str], messages: Messages, before: str = ""
) -> clingo.Control:
    """What holds some facts (atoms as text), after what is to be said `before` any. Raises RuntimeError."""
    unique = dict.fromkeys(facts)
    by_name: defaultdict[str, list[str]] = defaultdict(list)
    for fact in unique:
        by_name[fact.partition("(")[0]].append(fact)
    control = clingo.Control(options, logger=messages, message_limit=50)
    try:
        terms = _Terms(by_name.values())
        control.add("given", [], f"{before} {terms.program()}")
        control.ground([("given", [])], context=terms)
        if len(control.symbolic_atoms) == len(unique):
            return control
    except RuntimeError:
        messages.lines.clear()
    # Some are no plain atoms, or one name has several numbers of arguments.
    control = clingo.Control(options, logger=messages, message_limit=50)
    control.add("base", [], f"{before} " + "".join(f"{fact}.\n" for fact in unique))
    return control


def derive(program: str, facts: Iterable[str], keep: Collection[str] = ()) -> list[Atom]:
    """The one model of a stratified program over facts (atoms as text), in no particular order.

    `keep` names the predicates that are wanted (none: all); reading atoms back is most of the work.

    Raises GroundingError when clingo refuses it, or when it has not one model: then the program chooses,
    or runs through its own negation.
    """
    messages = Messages()
    try:
        # What is to be shown must be said first: clingo would write down the name of every atom it grounds.
        control = over_facts(facts, ["--models=2"], messages, "#show." if keep else "")
        control.add("base", [], program)
    except RuntimeError as error:
        raise GroundingError("; ".join(messages.lines) or str(error)) from error
    grounded(control, messages)
    if keep:
        shown = (sign for sign in control.symbolic_atoms.signatures if sign[0] in keep)
        shows = (f"#show {'' if positive else '-'}{name}/{arity}." for name, arity, positive in shown)
        control.add("shown", [], " ".join(shows))
        control.ground([("shown", [])])
    found: list[str] = []
    with control.solve(yield_=True) as models:
        # One term of all atoms is printed at once, many times faster than each by itself.
        found.extend(str(clingo.Function("", model.symbols(shown=True))) for model in models)
    if len(found) != 1:
        chosen = (f"{atom.symbol} is chosen, or" for atom in control.symbolic_atoms if not atom.is_fact)
        raise GroundingError(f"{next(chosen, 'the program chooses, or')} rests on its own negation")
    return Reader().atoms(found[0])


def observe(program: str, atoms: Iterable[Atom] = (), doubtful: Iterable[Atom] = ()) -> GroundProgram:
    """The ground program of `program` over facts given as atoms; those in doubt stay atoms that may hold.

    Raises GroundingError when clingo refuses it or it uses a statement that is not in the language.
    """
    messages, watcher = Messages(), _Watcher()
    control = clingo.Control([], logger=messages, message_limit=50)
    control.register_observer(watcher, replace=True)
    open_ = [f"#external {text(atom)}.\n" for atom in doubtful]
    try:
        control.add("base", [], program)
        control.add("base", [], "".join(open_))
    except RuntimeError as error:
        raise GroundingError("; ".join(messages.lines) or str(error)) from error
    with control.backend() as backend:
        for atom in atoms:
            backend.add_rule([backend.add_atom(symbol(atom))])
    grounded(control, messages)
    if open_:
        watcher.foreign.discard("#external")
    if watcher.foreign:
        raise GroundingError(f"{', '.join(sorted(watcher.foreign))} is not in the language")
    return GroundProgram(
        rules=tuple(watcher.rules),
        weight_rules=tuple(watcher.weight_rules),
        minimize=tuple(watcher.minimized),
        money=_money(control),
        symbols=watcher.symbols,
        splits=_splits(control),
        cuts=_cuts(control),
    )


def _money(control: clingo.Control) -> tuple[Money, ...]:
    found: dict[str, Money] = {}
    for atom in control.theory_atoms:
        if atom.term.name in (SPLIT, CUT, CEILING):
            continue
        terms = set()
        for element in atom.elements:
            quantity, *key = [_theory_term(term) for term in element.terms]
            terms.add(MoneyTerm(to_fen(quantity), ",".join(map(text, key)), tuple(element.condition)))
        limit = to_fen(_theory_term(atom.guard[1])) if atom.guard else None
        name = text(_theory_term(atom.term))
        if limit is None and name in found:
            # Objectives add up; each element counts once, wherever it is written.
            terms.update(found[name].terms)
        ordered = tuple(sorted(terms, key=lambda t: (t.key, t.fen, t.condition)))
        found[name] = Money(atom.term.name, name, ordered, limit)
    return tuple(found[name] for name in sorted(found))


def _splits(control: clingo.Control) -> tuple[Split, ...]:
    found: dict[str, Split] = {}
    for atom in control.theory_atoms:
        if atom.term.name != SPLIT or atom.guard is None:
            continue
        terms = set()
        for element in atom.elements:
            side, cap, rate, base, claim = [_theory_term(term) for term in element.terms]
            terms.add(split_term(side, cap, rate, base, text(claim), tuple(element.condition)))
        name = text(_theory_term(atom.term))
        found[name] = Split(name, tuple(sorted(terms)), to_fen(_theory_term(atom.guard[1])))
    return tuple(found[name] for name in sorted(found))


def split_term(
    side: Term, cap: Term, rate: Term, base: Term, claim: str, condition: tuple[int, ...] = ()
) -> SplitTerm:
    """A side of a shared cost, whose cap, rate (per cent) and base are expressions."""
    fen = evaluate(base) * MILLION
    return SplitTerm(text(side), claim, to_fen(cap), share(rate), fen.as_integer_ratio(), condition)


def share(rate: Term) -> tuple[int, int]:
    """A rate in per cent as a fraction: numerator and denominator."""
    return (evaluate(rate) / 100).as_integer_ratio()


def _cuts(control: clingo.Control) -> tuple[Cut, ...]:
    found = []
    for atom in control.theory_atoms:
        if atom.term.name not in (CUT, CEILING) or atom.guard is None:
            continue
        terms, feeds = set(), set()
        for element in atom.elements:
            fen, claim, drawn = [_theory_term(term) for term in element.terms]
            if isinstance(drawn, tuple) and drawn[0] == FEEDS:
                feeds.add(Feed(to_fen(fen), text(claim), share(drawn[1])))
            else:
                terms.add(CutTerm(to_fen(fen), text(claim), text(drawn)))
        limit = to_fen(_theory_term(atom.guard[1]))
        name, last = text(_theory_term(atom.term)), atom.term.name == CEILING
        found.append(Cut(name, tuple(sorted(terms)), limit, last, tuple(sorted(feeds))))
    return tuple(sorted(found))


def _theory_term(term: clingo.TheoryTerm) -> Term:
    kinds = clingo.TheoryTermType
    if term.type is kinds.Number:
        return term.number
    if term.type is kinds.Symbol:
        # A quoted string keeps its quotes in theory terms.
        return from_symbol(clingo.parse_term(term.name))
    arguments = tuple(_theory_term(argument) for argument in term.arguments)
    if term.type is kinds.Function:
        if term.name == "-" and len(arguments) == 1 and isinstance(arguments[0], int):
            return -arguments[0]
        return (term.name, *arguments)
    return ("", *arguments)


class _Keys(dict[Term, Any]):
    """What to order terms by: many atoms share theirs."""

    def __missing__(self, term: Term) -> Any:
        found = self[term] = order_key(term)
        return found


def _in_order(atoms: list[Atom]) -> None:
    """Put atoms of one predicate in canonical order.

    Python's own order is the same where each argument is a number in all of them, or a string, or a constant;
    and where such arguments come first and are never all the same, for then no other is compared.
    """
    alike = 0
    for column in islice(zip(*atoms, strict=True), 1, None):
        if not _is_alike(column):
            break
        alike += 1
    size = 1 + alike
    if size == len(atoms[0]) or len({atom[:size] for atom in atoms}) == len(atoms):
        atoms.sort()
        return
    keys = _Keys()
    atoms.sort(key=lambda atom: [keys[argument] for argument in atom[1:]])


def _is_alike(column: Sequence[Term]) -> bool:
    """Whether Python compares some terms as they are in canonical order."""
    kinds = set(map(type, column))
    return kinds in ({int}, {str}) or (kinds == {tuple} and set(map(len, cast("Any", column))) == {1})


class BySignature(Mapping[tuple[str, int], list[Atom]]):
    """Atoms grouped by predicate name and arity, each list in canonical order once it is asked for.

    Sorting takes longest: `unordered` gives the same atoms to whoever does not mind.
    """

    def __init__(self, atoms: Iterable[Atom]) -> None:
        self._groups: defaultdict[tuple[str, int], list[Atom]] = defaultdict(list)
        # Mostly those of one predicate come together: they are put away together.
        for name, run in groupby(atoms, itemgetter(0)):
            together = list(run)
            lengths = set(map(len, together))
            if len(lengths) == 1:
                self._groups[name, lengths.pop() - 1] += together
            else:
                for atom in together:
                    self._groups[name, len(atom) - 1].append(atom)
        self._sorted: set[tuple[str, int]] = set()

    def __getitem__(self, signature: tuple[str, int]) -> list[Atom]:
        found = self._groups.get(signature)
        if found is None:
            raise KeyError(signature)
        if signature not in self._sorted:
            _in_order(found)
            self._sorted.add(signature)
        return found

    def unordered(self, name: str, arity: int) -> Sequence[Atom]:
        """The atoms of one predicate, in no particular order."""
        return self._groups.get((name, arity), ())

    def with_more(self, atoms: Iterable[Atom]) -> BySignature:
        """These atoms with some more."""
        found = BySignature(atoms)
        for signature, own in self._groups.items():
            found._groups[signature] = [*own, *more] if (more := found._groups.get(signature)) else own
        return found

    @cached_property
    def atoms(self) -> frozenset[Atom]:
        """All of them."""
        return frozenset(chain.from_iterable(self._groups.values()))

    @property
    def count(self) -> int:
        """How many they are."""
        return sum(map(len, self._groups.values()))

    @property
    def grouped(self) -> dict[tuple[str, int], list[Atom]]:
        """The atoms of each predicate, in no particular order."""
        return dict(self._groups)

    def in_order(self) -> Iterator[Atom]:
        """All atoms in canonical order."""
        for name, arity in sorted(self._groups, key=lambda signature: (signature[1], signature[0])):
            yield from self[name, arity]

    def __iter__(self) -> Iterator[tuple[str, int]]:
        return iter(sorted(self._groups))

    def __len__(self) -> int:
        return len(self._groups)
