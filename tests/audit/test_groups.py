"""The second derivation by groups of rows: it shows what it shows in one piece, or it is not so done."""

from __future__ import annotations

import json
import random
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.audit.test_relaxation import SEEDS, altered, changed, problems

from subvent import recheck
from subvent.audit.children import pieces
from subvent.audit.evaluate import evaluated
from subvent.audit.groups import groups
from subvent.audit.locality import is_local, places
from subvent.audit.parted import parted
from subvent.audit.piece import Apart, Asked, Piece, Program, piece
from subvent.audit.reader import read
from subvent.audit.rules import AuditError
from subvent.diagnostics import InputError
from subvent.document.reader import plan_from_json
from subvent.logic.ground import BySignature
from subvent.logic.session import InProcess
from subvent.model.direct import Stated
from subvent.model.linear import LinearModel, Row, Variable, faults
from subvent.problem import Problem
from subvent.report.json import plan_json
from subvent.verify import check

FACTS = 'row(p,"A"). row(p,"B"). in("A","G"). in("B","G"). row(g,"G"). row(p,"C"). worth("C",3). year(7).'


def lines(text: str) -> list[str]:
    """Facts, one a line."""
    return [part.strip() for part in text.replace("). ", ").\n").splitlines()]


def facts(text: str = FACTS) -> list[str]:
    """Facts as a derivation is given them."""
    return [one.removesuffix(".") for one in lines(text)]


def test_rows_that_one_fact_names_are_in_one_group_and_what_names_none_is_in_all() -> None:
    """Groups name no row twice; a row whose id a rule names is no row that groups are made by."""
    found = groups(facts(), (), 1)
    assert found.of == {"A": 0, "B": 0, "G": 0, "C": 1}
    assert [sorted(one) for one in found.lines] == [
        ['in("A","G")', 'in("B","G")', 'row(g,"G")', 'row(p,"A")', 'row(p,"B")'],
        ['row(p,"C")', 'worth("C",3)'],
    ]
    assert list(found.shared) == ["year(7)"]
    assert groups(facts(), {"G", "C"}, 1).of == {"A": 0, "B": 1}


def test_groups_are_filled_up_to_their_size() -> None:
    """Rows that belong together stay so, however few a group may have."""
    assert len(groups(facts(), (), 10).lines) == 1
    assert len(groups(facts(), (), 2).lines) == 2


@pytest.mark.parametrize(
    ("rule", "local"),
    [
        ("b(X) :- in(X,Y), row(g,Y).", True),
        ("b(X) :- row(p,X), year(Y).", True),
        ("b(X,Y) :- row(p,X), row(g,Y).", False),
        ("b(X) :- row(p,X), not in(X,_).", True),
        ("b(X) :- row(p,X), not in(_,_).", False),
        ("b :- not in(_,_).", False),
        ("b :- not year(8).", True),
        ("b(X,N) :- row(g,X), N = #count { Y : in(Y,X) }.", True),
        ("b(X,N) :- row(g,X), N = #count { Y : in(Y,_) }.", False),
        ("b(N) :- N = #count { Y : in(Y,_) }.", False),
        ("b(X) :- row(g,X), 1 <= #sum { V,Y : in(Y,X), worth(Y,V) }.", True),
        ("b(X) :- row(g,X), #count { Y : in(Y,X), not worth(_,_) } >= 1.", False),
        ("b(X) :- row(g,X), in(Y,X) : row(p,Y).", False),
        ("b(k(X)) :- row(p,X).", True),
        ("b(Y) :- row(p,X), worth(Y,X).", True),
        ("b(X) :- row(p,X), worth(Y,V), X = Y.", False),
    ],
)
def test_a_rule_is_local_when_the_rows_of_its_instances_are_joined(rule: str, local: bool) -> None:  # noqa: FBT001
    """Rows meet through variables in atoms alone; what is denied or counted has to be of the rule's rows."""
    relations = evaluated(list(read(FACTS)), ())
    (held,) = read(rule)
    assert is_local(held, places(relations, {"A", "B", "C", "G"})) is local


def in_groups(derivation: str, decision: str, text: str) -> bool:
    """Whether facts may be checked by groups of one row under these rules."""
    program = Program.read(derivation, decision)
    cut = groups(facts(text), program.strings, 1)
    apart = Apart(program)
    empty = LinearModel((), ())
    return all(apart.holds(piece(program, Asked([*cut.shared, *own], model=empty))) for own in cut.lines)


CHOICE = "{ claim(X) } :- row(p,X)."


@pytest.mark.parametrize(
    ("derivation", "decision", "together"),
    [
        ("", CHOICE, True),
        ("some :- row(p,X).", CHOICE, False),
        ("some :- row(_,X).", CHOICE, True),
        ("", CHOICE + " :- claim(X), in(X,Y), claim(Z), in(Z,Y).", True),
        ("", CHOICE + " :- claim(X), claim(Z), X != Z.", False),
        ("", CHOICE + " :- 2 < #count { X : claim(X) }.", False),
        ("", CHOICE + " :- row(g,Y), 1 < #count { X : claim(X), in(X,Y) }.", True),
        ("", CHOICE + " &maximize { 1,X : claim(X) }.", True),
        ("", CHOICE + " &maximize { 1 : claim(X) }.", False),
        ("", CHOICE + " used :- claim(X).", False),
        ("", CHOICE + " { open }.", False),
    ],
)
def test_groups_make_the_whole_only_where_nothing_is_of_several(
    derivation: str,
    decision: str,
    together: bool,  # noqa: FBT001
) -> None:
    """What one group derives of no row, and what is limited or chosen over all, keeps them in one piece."""
    text = 'row(p,"A"). row(g,"G"). in("A","G"). row(p,"B"). row(g,"H"). in("B","H"). row(g,"I").'
    assert in_groups(derivation, decision, text) is together


def test_a_model_is_cut_along_groups_by_names_alone() -> None:
    """Variables of two groups in one row, or rows of two groups in one name, keep a model in one piece."""
    variables = tuple(Variable(f'claim("{name}")', 0, 1, 1) for name in "ABC")
    of = {"A": 0, "B": 0, "C": 1}
    row = Row("x", ((0, 1), (1, 1)), 1)
    found = parted(LinearModel(variables, (row,), 5, settled=(('claim("C",1)', 0),)), of, 2)
    assert found is not None
    assert [[v.name for v in one.variables] for one in found] == [
        ['claim("A")', 'claim("B")'],
        ['claim("C")'],
    ]
    assert ([one.constant for one in found], found[0].rows) == ([5, 0], (row,))
    assert found[1].settled == (('claim("C",1)', 0),)
    assert parted(LinearModel(variables, (Row("x", ((0, 1), (2, 1)), 1),)), of, 2) is None
    assert parted(LinearModel((Variable('both("A","C")', 0, 1, 1),), ()), of, 2) is None


def codes(problem: Problem, document: object) -> list[str]:
    """What the check finds, as codes and words."""
    return sorted(f"{d.code}: {d.what.en}" for d in check(problem, document, InProcess()))  # type: ignore[arg-type]


def test_by_groups_is_found_what_is_found_in_one_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Genuine and altered plans, and changed models: the findings are the same, however facts are cut."""
    dice, pieces = random.Random(3), 0

    def counted(program: Program, asked: Asked) -> Piece:
        nonlocal pieces
        pieces += asked.model is not None
        return piece(program, asked)

    monkeypatch.setattr(recheck, "piece", counted)
    cut = 0
    for _, solved in problems(570_000, tmp_path, SEEDS // 3):
        problem, data = solved.problem, json.loads(plan_json(solved.plan))
        tried = [(problem, data), *((problem, altered(data, dice)) for _ in range(2))]
        other = changed(problem.model, dice) if problem.model.variables else problem.model
        for asked, plan in [
            *tried,
            *(
                []
                if faults(other)
                else [(replace(problem, stated=Stated((other,), problem.splits, problem.cuts)), data)]
            ),
        ]:
            try:
                document = plan_from_json(json.dumps(plan))
                whole = codes(asked, document)
            except InputError:
                continue
            with monkeypatch.context() as small:
                small.setattr(recheck, "SIZE", 1)
                pieces = 0
                assert codes(asked, document) == whole
                cut += pieces > 1
    assert cut > SEEDS // 3


def test_children_check_groups_as_one_process_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several children find what one process finds, of a genuine plan and of one that rests on less."""
    _, solved = next(iter(problems(580_000, tmp_path, 1)))
    problem, plan = solved.problem, plan_from_json(plan_json(solved.plan))
    fewer = replace(problem, groups=BySignature(sorted(problem.atoms, key=str)[1:]))
    monkeypatch.setattr(recheck, "SIZE", 1)
    monkeypatch.setattr(recheck, "FEWEST", 1000)
    alone = codes(problem, plan), codes(fewer, plan)
    monkeypatch.setattr(recheck, "FEWEST", 0)
    assert (codes(problem, plan), codes(fewer, plan)) == alone


def test_a_refusal_of_a_child_is_told_and_one_that_ends_is_not_missed() -> None:
    """Facts that are none end in an error as they do here; without a child its groups are checked here."""
    texts = ("b(X) :- row(p,X).", CHOICE)
    program, cut = Program.read(*texts), groups(facts(), (), 1)
    asked = [Asked(own) for own in cut.lines]
    here = [piece(program, one).atoms for one in asked]
    assert [one.atoms for one in pieces(texts, program, asked)] == here
    with pytest.raises(AuditError):
        list(pieces(texts, program, [Asked(["no fact"])]))
    assert [one.atoms for one in pieces(("b(X) :- ", ""), program, asked)] == here


def test_children_end_with_whoever_asked_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for groups that nobody asks for any more."""
    begun: list[subprocess.Popen[bytes]] = []

    class Noted(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            begun.append(self)

    monkeypatch.setattr(subprocess, "Popen", Noted)
    texts = ("b(X) :- row(p,X).", CHOICE)
    found = pieces(texts, Program.read(*texts), [Asked(own) for own in 20 * [*groups(facts(), (), 1).lines]])
    next(found)
    found.close()
    assert begun
    assert None not in {child.returncode for child in begun}
