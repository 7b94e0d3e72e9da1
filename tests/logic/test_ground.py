"""Grounding: a stratified program has one model, a choice program becomes plain data."""

import random

import clingo
import pytest

from subvent.logic.ground import BySignature, GroundingError, derive, observe
from subvent.logic.program import Money, MoneyTerm, Rule
from subvent.logic.terms import Reader, from_symbol, order_key, parse, text, texts

THEORY = """
#theory money { term { - : 1, unary }; &maximize/0 : term, head; &cap/1 : term, {<=}, term, head;
                &pool/1 : term, {<=}, term, head }.
"""


def test_a_stratified_program_is_evaluated_by_grounding() -> None:
    """Facts, rules, negation and aggregates give their one model without a solver."""
    atoms = derive("b(X) :- a(X), not c(X). n(N) :- N = #count { X : b(X) }.", ["a(1)", "a(2)", "c(2)"])
    assert sorted(map(text, atoms)) == ["a(1)", "a(2)", "b(1)", "c(2)", "n(1)"]


@pytest.mark.parametrize(
    "facts",
    [
        ["a", "b", "c(1)", "-c(2)", "c(3)", "-d(1)"],
        ["a(1)", "a(1,2)", "a", 'a("x,(",(1,),(),f(g("y")))'],
        ["a(1)", "a(1)", "a( 1 )", "a(1+1)"],
        ["a(1..3)", "b((1;2))"],
        ['text("1","行\\n\\\\\\"","公司")', 'text("2","","")'],
    ],
)
def test_facts_stated_at_once_are_those_of_a_program(facts: list[str]) -> None:
    """However atoms are written, stating them as facts is as writing them into the program."""
    written = derive(" ".join(f"{fact}." for fact in facts), [])
    assert sorted(map(text, derive("", facts))) == sorted(map(text, written))
    assert set(derive("b(X) :- a(X).", facts, {"a"})) == {atom for atom in written if atom[0] == "a"}


@pytest.mark.parametrize("program", ["{a}.", "a :- not b. b :- not a.", "a ; b."])
def test_the_derivation_may_not_choose(program: str) -> None:
    """A choice, an even loop and a disjunction are refused in the derivation."""
    with pytest.raises(GroundingError):
        derive(program, [])


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("a :- ", "syntax error"),
        ("a(X) :- not b(X).", "unsafe"),
        ("a(@fen(x)).", "x is not a quantity"),
        ("a(@nothing(x)).", "nothing"),
        ("a(1 + x).", "operation undefined"),
    ],
)
def test_what_clingo_refuses_is_told(program: str, said: str) -> None:
    """Errors and the warnings that mean a lost instance become one error with clingo's words."""
    with pytest.raises(GroundingError, match=said):
        derive(program, [])


def test_a_decision_becomes_plain_data() -> None:
    """Choices, constraints and money statements arrive as named tuples, money in fen."""
    program = observe(
        THEORY + "{ claim(1); claim(2) }. :- claim(1), claim(2). &maximize { (5,3),1 : claim(1) }."
    )
    names = {name: atom for atom, name in program.symbols.items()}
    one, two = names["claim(1)"], names["claim(2)"]
    assert Rule(choice=True, head=(one, two), body=()) in program.rules
    assert any(not rule.head and set(rule.body) == {one, two} for rule in program.rules)
    assert program.money == (Money("maximize", "maximize", (MoneyTerm(5_000_003, "1", (one,)),), None),)


def test_money_has_more_than_32_bits() -> None:
    """Amounts and limits beyond 2^31 fen come through exactly."""
    program = observe(THEORY + "{ x }. &cap(k) { (2000000000,1),1 : x } <= (2147483647,999999).")
    assert program.money[0].limit == 2147483647_999999
    assert program.money[0].terms[0].fen == 2_000_000_000_000_001


@pytest.mark.parametrize(
    "statement", ["{ x }. #external y. z :- y.", "{ x }. #heuristic x. [1@1,true]", "{ x }. #edge (a,b) : x."]
)
def test_what_is_not_in_the_language_is_refused(statement: str) -> None:
    """Statements that the translation has no meaning for are refused by name."""
    with pytest.raises(GroundingError, match="#"):
        observe(statement)


TERMS = [
    'f("a\\"b",(1,2),-3)',
    "(1,)",
    "c",
    "()",
    '"\\n\\\\"',
    '"a,(b"',
    'f("x","y\\",",(),((1,),c))',
    "-7",
    "#sup",
    'f(1,f(2,f(3,f(4,f(5,f(6,f(7,f(8,f(9,("(,",),x)))))))),2)',
]


@pytest.mark.parametrize("term", TERMS)
def test_printed_atoms_are_read_as_the_api_gives_them(term: str) -> None:
    """The quick reader and clingo's API agree on every kind of term, at any depth."""
    assert Reader().atom(f"p({term},q({term}))") == ("p", parse(term), ("q", parse(term)))


def test_a_name_is_one_string_however_many_atoms_have_it() -> None:
    """Of atoms alike, of atoms that are not, and of the terms in them."""
    read = Reader().atoms('(row("A",k),row("B",k),row("C",at("D",2026)),row("E",at("F",2027)),row)')
    assert len({id(atom[0]) for atom in read}) == 1
    assert len({id(atom[2][0]) for atom in read[2:4]}) == 1
    assert read[-1] == ("row",)


def test_many_atoms_are_written_as_each_is() -> None:
    """Arguments that many share, one that has to be quoted, terms in terms; and no atoms at all."""
    atoms = [
        ("p", subject, kind, year)
        for subject in ("A", 'b "c"')
        for kind in (("k",), ("", 1, "A"))
        for year in (1, -2)
    ]
    assert texts(atoms) == list(map(text, atoms))
    assert texts([]) == []


@pytest.mark.parametrize("term", TERMS)
def test_terms_survive_the_round_trip(term: str) -> None:
    """Plain data and clingo's syntax name the same term."""
    assert text(parse(term)) == term


def test_objectives_add_up() -> None:
    """Several statements of one objective are one; an element that stands in two of them counts once."""
    ground = observe(
        THEORY + "{ a; b }. &maximize { (1,0),x : a; (3,0),z : b }. &maximize { (2,0),y : b; (3,0),z : b }."
    )
    (money,) = ground.money
    assert [(term.key, term.fen) for term in money.terms] == [
        ("x", 1_000_000),
        ("y", 2_000_000),
        ("z", 3_000_000),
    ]


@pytest.mark.parametrize("seed", range(50))
def test_atoms_of_all_kinds_are_read_as_clingo_reads_them(seed: int) -> None:
    """One after the other, whatever stands in their strings, however deep and however many they are."""
    rng = random.Random(seed)

    def term(depth: int) -> str:
        plain = ("7", "-3", "c", '"A"', '"a,b(\\"\\\\"', '")("', "()", '"\\n"')
        if depth == 0 or rng.random() < 0.4:
            return rng.choice(plain)
        parts = [term(depth - 1) for _ in range(rng.randint(1, 3))]
        name = rng.choice(("f", ""))
        return f"{name}({','.join(parts)}{',' if len(parts) == 1 and not name else ''})"

    names = [rng.choice(("p", "q", "pq")) for _ in range(rng.randint(0, 12))]
    # Of one name there may be several arities side by side.
    more = [rng.choice(("", f",{term(1)}")) for _ in names]
    atoms = [
        f"{name}({term(rng.choice((1, 2, 9)))}{one})" for name, one in zip(sorted(names), more, strict=True)
    ]
    atoms += rng.sample(("r", "-p(1)", "q(2,3,4)"), rng.randint(0, 3))
    symbols = list(map(clingo.parse_term, atoms))
    printed = str(clingo.Function("", symbols))
    assert Reader().atoms(printed) == [from_symbol(symbol) for symbol in symbols]


@pytest.mark.parametrize("seed", range(30))
def test_atoms_of_a_predicate_stand_in_canonical_order(seed: int) -> None:
    """Whatever kinds of terms their arguments are, alike or not."""
    rng = random.Random(seed)
    kinds = [rng.sample((1, 20, "a", "B", ("c",), ("d",), ("", 1), ("f", "a"), ("e", 1, 2)), 3) for _ in "ab"]
    same = rng.choice(([1, 20, -3], ["a", "B", "甲"], [("c",), ("ba",), ("z",)]))
    atoms = {("p", rng.choice(same), *map(rng.choice, kinds if seed % 2 else [same, same])) for _ in range(9)}
    assert BySignature(atoms)["p", 3] == sorted(atoms, key=order_key)


@pytest.mark.parametrize("seed", range(10))
def test_what_stands_first_may_settle_the_order(seed: int) -> None:
    """Ids that are all different, before terms that Python would not compare, or compare in its own way."""
    rng = random.Random(seed)
    others = (1, 20, "a", ("c",), ("", 1), ("f", "a"), ("e", 1, 2))
    atoms = {("p", f"P{number}", rng.choice(others)) for number in rng.sample(range(50), 20)}
    twice = {("p", f"P{number % 5}", rng.choice(others)) for number in range(20)}
    assert BySignature(atoms)["p", 2] == sorted(atoms, key=order_key)
    assert BySignature(twice)["p", 2] == sorted(twice, key=order_key)


def test_groups_are_put_in_order_and_joined_by_more() -> None:
    """All atoms come in the order of their keys; groups stay as they are when others are added to them."""
    atoms = [("b", "y"), ("a", 2), ("b", "x"), ("a", ("c",), 1), ("a", 1)]
    groups = BySignature(atoms)
    more = groups.with_more([("a", 3), ("d",)])
    assert list(groups.in_order()) == sorted(atoms, key=order_key)
    assert list(more.in_order()) == sorted([*atoms, ("a", 3), ("d",)], key=order_key)
    assert sorted(more.grouped["a", 1]) == [("a", 1), ("a", 2), ("a", 3)]
    assert groups["a", 1] == [("a", 1), ("a", 2)]
