"""The proof pack: its checker runs on bare Python, accepts what is true, and nothing else.

SUBVENT_PROOF_CHANGES sets how many changed packs are tried (default 600).
"""

from __future__ import annotations

import copy
import csv
import io
import json
import os
import random
import runpy
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.export.solved import GROUPS, described, drawn, example

import subvent.export
from subvent.certified import write
from subvent.explain.words import both
from subvent.export import PACK_FILES, Described, proof_files
from subvent.export.described import Label
from subvent.model.linear import LinearModel, Row, Variable
from subvent.optimise.whole import optimise_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from subvent.plan import Solved

CHECKER = Path(subvent.export.__file__).with_name("check.py")
CHECK = runpy.run_path(str(CHECKER))
GIVEN = example("traditional-group")
CHANGES = int(os.environ.get("SUBVENT_PROOF_CHANGES", "600"))
Pack = dict[str, Any]
"""The model and the certificate as data, the lines of the plan."""


def pack_of(solved: Solved) -> dict[str, bytes]:
    """The files of a proof pack."""
    return written(proof_files(described(solved), solved.values))


def written(files: Mapping[str, Iterable[str]]) -> dict[str, bytes]:
    """The files of a pack as they come to stand in its folder."""
    return {name: "".join(pieces).encode() for name, pieces in files.items()}


def write_pack(files: dict[str, bytes], folder: Path) -> Path:
    """The files in a folder."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    """The checker as an auditor runs it, with no package in reach."""
    command = [sys.executable, "-I", "-S", "-X", "utf8", "check.py"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.mark.parametrize("name", GROUPS)
def test_an_auditor_checks_an_example_with_python_alone(name: str, tmp_path: Path) -> None:
    """The checker, isolated from all packages, finds both example plans lawful and optimal."""
    solved = example(name)
    files = pack_of(solved)
    assert tuple(files) == PACK_FILES
    done = run(write_pack(files, tmp_path / "pack"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "So the plan is optimal." in done.stdout
    assert f"{solved.plan.total_fen // 100}.00 yuan" in done.stdout
    assert sorted(path.name for path in (tmp_path / "pack").iterdir()) == sorted(PACK_FILES)


def test_what_is_wrong_is_said_in_plain_words(tmp_path: Path) -> None:
    """A claim more than the law allows, and a file that is cut off, end with 1 and a sentence."""
    files = pack_of(GIVEN)
    held = {line["variable"] for line in loaded(files)["plan"]}
    spare = next(v for v in loaded(files)["model"]["variables"] if v["name"] not in held)
    text = io.StringIO()
    csv.writer(text).writerow((spare["name"], 1, CHECK["yuan"](spare["gain"]), "", ""))
    more = {**files, "plan.csv": files["plan.csv"] + text.getvalue().encode()}
    done = run(write_pack(more, tmp_path / "more"))
    assert done.returncode == 1
    assert "不成立：方案违反限制" in done.stdout
    assert "It does not hold: the plan breaks the limit violated(" in done.stdout
    done = run(write_pack({**files, "model.json": files["model.json"][:-9]}, tmp_path / "cut"))
    assert (done.returncode, done.stderr) == (1, "")
    assert "It cannot be read" in done.stdout


def test_a_plan_that_a_spreadsheet_saved_is_told(tmp_path: Path) -> None:
    """Where plan.csv comes back in GBK, that is said, and not the file is printed."""
    files = pack_of(GIVEN)
    saved = (files["plan.csv"].decode("utf-8-sig") + "贷款\n").encode("gbk")
    done = run(write_pack({**files, "plan.csv": saved}, tmp_path / "pack"))
    assert (done.returncode, done.stderr) == (1, "")
    assert "UTF-8" in done.stdout
    assert len(done.stdout) < 300


def test_random_plans_check(tmp_path: Path) -> None:
    """Plans of random portfolios, with shared caps and funds, check."""
    for seed, solved in drawn(range(510_000, 510_008), tmp_path):
        folder = write_pack(pack_of(solved), tmp_path / "pack")
        assert "So the plan is optimal." in CHECK["check"](str(folder))[-1], seed


def small(dice: random.Random) -> tuple[LinearModel, Pack] | None:
    """A random small model with its pack as data; None when it has no values."""
    size = dice.randint(3, 6)
    variables = tuple(Variable(f"x{j}", 0, dice.choice([1, 1, 2]), dice.randint(-3, 9)) for j in range(size))
    rows = []
    for i in range(dice.randint(2, 7)):
        members = sorted(dice.sample(range(size), dice.randint(2, min(3, size))))
        rows.append(Row(f"r{i}", tuple((j, dice.choice([1, 1, 2, -1])) for j in members), dice.randint(0, 3)))
    model = LinearModel(variables, tuple(rows), dice.randint(0, 5))
    whole = optimise_whole(model, (), ())
    certificate = write(whole.parts, [solution.certificate for solution in whole.solutions])
    plan = replace(GIVEN.plan, certificate=certificate, total_fen=whole.total, bound_fen=whole.total)
    one = Described(model, _told(variables), _told(rows), (), plan)
    return (model, loaded(written(proof_files(one, whole.values)))) if whole.found else None


def _told(named: Sequence[Variable | Row]) -> tuple[Label, ...]:
    return tuple(Label(one.name, both(one.name), ()) for one in named)


def loaded(files: dict[str, bytes]) -> Pack:
    """A pack as data."""
    lines = list(csv.DictReader(io.StringIO(files["plan.csv"].decode("utf-8-sig"))))
    return {**{name: json.loads(files[f"{name}.json"]) for name in ("model", "certificate")}, "plan": lines}


def saved(pack: Pack, folder: Path) -> str:
    """The folder with a pack written in it."""
    for name in ("model", "certificate"):
        (folder / f"{name}.json").write_text(json.dumps(pack[name]), encoding="utf-8")
    with (folder / "plan.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ("variable", "value", "yuan", "zh", "en"))
        writer.writeheader()
        writer.writerows(pack["plan"])
    return str(folder)


def most(pack: Pack) -> int | None:
    """The most that any values of a pack's model bring, by trying all of them; None without any."""
    variables, rows = pack["model"]["variables"], pack["model"]["rows"]
    found = []
    for values in product(*(range(v["lower"], v["upper"] + 1) for v in variables)):
        x = {v["name"]: value for v, value in zip(variables, values, strict=True)}
        if all(sum(a * x[name] for name, a in row["sum"].items()) <= row["at_most"] for row in rows):
            found.append(pack["model"]["constant"] + sum(v["gain"] * x[v["name"]] for v in variables))
    return max(found, default=None)


def leaves(node: Pack) -> Iterator[Pack]:
    """The nodes of a tree with multipliers."""
    if "multipliers" in node:
        yield node
    else:
        yield from leaves(node["low"])
        yield from leaves(node["high"])


def change(pack: Pack, dice: random.Random) -> None:
    """Change one thing in a pack, for the worse more often than not."""
    model, certificate, plan = pack["model"], pack["certificate"], pack["plan"]
    part = dice.choice(certificate["components"])
    leaf = dice.choice(list(leaves(part["tree"])))["multipliers"]
    row, variable = dice.choice(model["rows"]), dice.choice(model["variables"])
    step = dice.choice([-2, -1, 1, 2])
    weaker = {"variable": variable["name"], "at": 0, "low": part["tree"], "high": {"multipliers": leaf}}
    changes: list[Callable[[], object]] = [
        lambda: _add(row, "at_most", step),
        lambda: _add(variable, "gain", step),
        lambda: _add(variable, "upper", step),
        lambda: _add(row["sum"], dice.choice(list(row["sum"])), step),
        lambda: model["rows"].remove(row),
        lambda: _add(leaf, row["name"], step * part["denominator"]),
        leaf.clear,
        lambda: part.update(tree=weaker),
        lambda: _add(part, "denominator", step),
        lambda: _add(certificate, "bound_fen", step),
        lambda: certificate.update(
            dict.fromkeys(("total_fen", "bound_fen"), certificate["total_fen"] + step)
        ),
        lambda: certificate["components"].remove(part),
        lambda: certificate["components"].append(copy.deepcopy(part)),
        lambda: plan and _add(plan[0], "value", step),
    ]
    dice.choice(changes)()


def _add(where: Pack, key: str, step: int) -> None:
    where[key] = int(where.get(key, 0)) + step


def test_no_change_makes_the_checker_accept_an_untruth(tmp_path: Path) -> None:
    """Of some hundred changed packs, each that is accepted states the optimum of what it holds."""
    dice = random.Random(4)
    refused = accepted = 0
    while refused + accepted < CHANGES:
        made = small(dice)
        if made is None:
            continue
        _, pack = made
        assert CHECK["check"](saved(pack, tmp_path))
        assert pack["certificate"]["total_fen"] == most(pack)
        for _ in range(10):
            changed = copy.deepcopy(pack)
            for _ in range(dice.choice([1, 1, 2])):
                if changed["model"]["rows"] and changed["certificate"]["components"]:
                    change(changed, dice)
            try:
                CHECK["check"](saved(changed, tmp_path))
            except (CHECK["WrongError"], KeyError):
                refused += 1
                continue
            accepted += 1
            assert most(changed) == changed["certificate"]["total_fen"] == changed["certificate"]["bound_fen"]
    assert min(refused, accepted) > CHANGES // 10


ONE = {
    "a negative multiplier": lambda pack: _leaf(pack).update({pack["model"]["rows"][0]["name"]: -1}),
    "there is no row": lambda pack: _leaf(pack).update({"nowhere": 1}),
    "a row of another part": lambda pack: _leaf(pack).update({pack["model"]["rows"][-1]["name"]: 1}),
    "the denominator must be positive": lambda pack: _first(pack).update(denominator=0),
    "no part of its own": lambda pack: pack["certificate"]["components"].append(_first(pack)),
    "not proven: the part of": lambda pack: pack["certificate"]["components"].pop(),
    "it branches elsewhere": lambda pack: _first(pack).update(tree=_branching(pack)),
    "the bound proven / stated": lambda pack: _leaf(pack).clear(),
    "should be": lambda pack: pack["plan"][0].update(yuan="0.01"),
    "it stands twice in plan.csv": lambda pack: pack["plan"].append(pack["plan"][0]),
    "no whole number": lambda pack: pack["model"]["variables"][0].update(gain=1.0),
    "the plan leaves the range": lambda pack: pack["model"]["variables"][0].update(lower=2, upper=2),
    "another total than stated": lambda pack: pack["certificate"].update(total_fen="1"),
    "there is no variable": lambda pack: pack["model"]["variables"].pop(),
    "a variable stands twice": lambda pack: pack["model"]["variables"].append(pack["model"]["variables"][0]),
    "a row stands twice": lambda pack: pack["model"]["rows"].append(pack["model"]["rows"][0]),
}
"""What the checker says, and a change of the traditional group's pack that makes it say so."""


def _first(pack: Pack) -> Pack:
    return next(p for p in pack["certificate"]["components"] if "multipliers" in p["tree"])


def _leaf(pack: Pack) -> Pack:
    return _first(pack)["tree"]["multipliers"]  # type: ignore[no-any-return]


def _branching(pack: Pack) -> Pack:
    elsewhere = pack["model"]["variables"][-1]["name"]
    return {"variable": elsewhere, "at": 0, "low": _first(pack)["tree"], "high": _first(pack)["tree"]}


@pytest.mark.parametrize("said", ONE)
def test_each_fault_has_its_sentence(said: str, tmp_path: Path) -> None:
    """What is wrong with a pack is named."""
    pack = loaded(pack_of(GIVEN))
    ONE[said](pack)
    with pytest.raises(CHECK["WrongError"], match=said):
        CHECK["check"](saved(pack, tmp_path))


def test_a_plan_that_is_not_proven_is_called_so(tmp_path: Path) -> None:
    """A pack with a gap checks as long as its bound is proven, and does not call its plan optimal."""
    pack = loaded(pack_of(GIVEN))
    pack["certificate"].update(status="feasible", bound_fen=GIVEN.plan.bound_fen + 5)
    _first(pack)["tree"]["multipliers"] = {}
    with pytest.raises(CHECK["WrongError"]):
        CHECK["check"](saved(pack, tmp_path))
    pack["certificate"]["bound_fen"] *= 2
    assert CHECK["check"](saved(pack, tmp_path))[-1] == "So the plan is not proven optimal."
