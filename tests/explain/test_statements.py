"""Rules are taken apart for their proofs as clingo reads them."""

from __future__ import annotations

import pytest

from subvent.diagnostics import Place
from subvent.explain.statements import statements
from subvent.policy.types import Rule


@pytest.mark.parametrize(
    ("literal", "kind", "arguments"),
    [
        ("b", "premise", ()),
        ("not b(X, _)", "negated", ("X", "_")),
        ("b((1,2), (3,), f(g(X), h))", "premise", ("(1,2)", "(3,)", "f(g(X),h)")),
        ('b("x,(y\\" z", X)', "premise", ('"x,(y\\" z"', "X")),
        ("_b'c(|X|, @share(5,X))", "premise", ("|X|", "@share(5,X)")),
        # A second `not` and a minus are no premises that one could ask for.
        ("not not b(X)", "other", ()),
        ("-b(X)", "other", ()),
        ("X < 3", "other", ()),
    ],
)
def test_a_literal_has_its_kind_and_its_arguments(
    literal: str, kind: str, arguments: tuple[str, ...]
) -> None:
    """Whatever stands in them: brackets, commas and quotes are no ends of arguments."""
    rule = Rule("1", f"a :- {literal}, c(X).", "derivation", Place("terms.lp"))
    (statement,) = statements([rule])
    first = statement.body[0]
    assert (first.kind, first.arguments) == (kind, arguments)
