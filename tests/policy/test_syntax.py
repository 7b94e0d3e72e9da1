"""The reader of statements agrees with clingo on what a file holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from clingo.ast import ASTType, parse_string

from subvent.policy.loader import specs_directory
from subvent.policy.syntax import Statement, read_statements

PROGRAMS = sorted(specs_directory().rglob("*.lp"))


def one(source: str) -> Statement:
    """The one statement of a source."""
    statements, _, refused = read_statements(source)
    assert not refused
    assert len(statements) == 1
    return statements[0]


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda p: p.parent.name)
def test_every_statement_clingo_reads_is_read(path: Path) -> None:
    """The shipped programs split into exactly the statements that clingo sees, each a whole statement."""
    text = path.read_text(encoding="utf-8")
    seen: list[object] = []
    parse_string(text, lambda node: seen.append(node) if node.ast_type not in _SKIPPED else None)
    statements, _, refused = read_statements(text)
    assert not refused
    assert len(statements) == len(seen)
    for statement, node in zip(statements, seen, strict=True):
        again: list[object] = []
        parse_string(text[statement.begin : statement.end], again.append)
        assert str(again[-1]) == str(node)


_SKIPPED = (ASTType.Program, ASTType.Comment)


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("a(X) :- b(X), not c(X).", "rule"),
        (":- a, b.", "constraint"),
        ("#false :- a.", "constraint"),
        ("{ a(X) : b(X) } 2 :- c.", "choice"),
        ("1 { a ; b }.", "choice"),
        ("a ; b :- c.", "disjunction"),
        ("a : b :- c.", "disjunction"),
        ("&maximize { Q,A : p(A,Q) } :- r.", "theory"),
        ("&cap(x) { Q : p(Q) } <= (500,0).", "theory"),
        ("#const n = 3.", "directive"),
        (":~ a. ", "directive"),
    ],
)
def test_kind_of_statement(source: str, kind: str) -> None:
    """What a statement is shows in its head."""
    assert one(source).kind == kind


def test_constants_in_comparisons_are_no_atoms() -> None:
    """`B != green` compares; only `a(B)` is an atom of the body."""
    statement = one("h(B) :- a(B), B != green, green = B, (X,Y) < (1,2), f(X) >= B.")
    assert [literal.atom.name for literal in statement.literals] == ["a"]
    assert [c.op for c in statement.comparisons] == ["!=", "=", "<", ">="]


def test_atoms_inside_aggregates_are_found() -> None:
    """Atoms of an aggregate and of a condition are marked as inside; a tuple of terms is no atom."""
    statement = one("h(N) :- N = #count { A,b(B) : p(A,B), not q(A) ; c : r }, s(N), t : u, v.")
    assert [(x.atom.name, x.negative, x.inside) for x in statement.literals] == [
        ("p", False, True),
        ("q", True, True),
        ("r", False, True),
        ("s", False, False),
        ("t", False, True),
        ("u", False, True),
        ("v", False, True),
    ]


def test_places_count_characters_of_the_file() -> None:
    """A number is where it stands, also after Chinese text and comments that nest."""
    source = '%* 「30%」 %* 内 *%\n*% a("中。文", 12). % b(3).\n'
    statements, comments, _ = read_statements(source)
    number = next(term for term in statements[0].parts() if term.kind == "number")
    assert source[number.begin : number.end] == "12"
    assert len(comments) == 1


def test_full_stops_in_strings_and_ranges_end_nothing() -> None:
    """Only a full stop on its own ends a statement."""
    statements, _, _ = read_statements('a("x. y"). b(1..3). c((1,),()).')
    assert [s.heads[0].name for s in statements] == ["a", "b", "c"]


def test_pools_keep_the_arity() -> None:
    """`f(a;b)` has one argument and `f(a,b;c,d)` two."""
    assert one("f(a;b).").heads[0].signature == ("f", 1)
    assert one("f(a,b;c,d).").heads[0].signature == ("f", 2)
    assert one("f((a;b), c).").heads[0].signature == ("f", 2)
