"""Checks a proof pack of subvent with nothing but Python: run `python check.py` in its folder.

Three things are checked, in whole numbers only:

1. The plan (plan.csv) keeps the range of every variable and every row of the model (model.json).
2. Its money adds up to the total that the certificate (certificate.json) names.
3. No values at all bring more than the bound that it names.

Why the third can be known without any search: a row says `sum(a * x) <= b`. Multiply rows by numbers
y >= 0 and add them up; then for all values that keep the rows

    gain  <=  sum(y * b) + (gain - sum(y * a * x)),

and the bracket is largest where each variable stands at the end of its range that its own coefficient
prefers. A branching `x <= at` or `x >= at + 1` leaves no whole number out, so the larger of its two
bounds holds. Variables that share no row are bounded apart, and the bounds add up. A few rows that
hold many variables together may have prices: multiplied and added up as above they are taken out, and
what is left is bounded apart in the same way.
"""

from __future__ import annotations

import copy
import csv
import json
import os
import sys
from typing import Any


class WrongError(Exception):
    """What does not hold, in Chinese and in English."""


def whole(value: Any, where: str) -> int:
    """A whole number, or the digits of one as text. Anything else (1.0, true, nothing) is refused."""
    if type(value) is int:
        return value
    if type(value) is str and value.isascii() and value.lstrip("-").isdigit():
        return int(value)
    raise WrongError(f"{where}：不是整数：{value!r}", f"{where}: no whole number: {value!r}")


def yuan(fen: int) -> str:
    """Fen as yuan with two decimals."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object in which no key stands twice."""
    if len(dict(pairs)) != len(pairs):
        raise WrongError("JSON 中有重复的键", "a key stands twice in the JSON")
    return dict(pairs)


def read_json(folder: str, name: str) -> dict[str, Any]:
    """One of the JSON files of the pack."""
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        found: dict[str, Any] = json.load(file, object_pairs_hook=once)
        return found


class Model:
    """Maximise constant + sum(gain * x) with lower <= x <= upper and sum(a * x) <= b for every row."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.constant = whole(data["constant"], "constant")
        self.names: list[str] = []
        self.index: dict[str, int] = {}
        self.ranges: list[tuple[int, int]] = []
        self.gain: list[int] = []
        for entry in data["variables"]:
            name = entry["name"]
            if name in self.index:
                raise WrongError(f"变量重复：{name}", f"a variable stands twice: {name}")
            self.index[name] = len(self.names)
            self.names.append(name)
            self.ranges.append((whole(entry["lower"], name), whole(entry["upper"], name)))
            self.gain.append(whole(entry["gain"], name))
        self.rows: dict[str, tuple[list[tuple[int, int]], int]] = {}
        for entry in data["rows"]:
            name = entry["name"]
            if name in self.rows:
                raise WrongError(f"行重复：{name}", f"a row stands twice: {name}")
            terms = [(self.find(variable, name), whole(a, name)) for variable, a in entry["sum"].items()]
            self.rows[name] = (terms, whole(entry["at_most"], name))

    def find(self, variable: str, where: str) -> int:
        """The number of a variable."""
        if variable not in self.index:
            raise WrongError(f"{where}：没有变量 {variable}", f"{where}: there is no variable {variable}")
        return self.index[variable]

    def parts(self) -> list[int]:
        """For each variable the first one of its part: of those that rows join, directly or in turn."""
        first = list(range(len(self.names)))

        def root(j: int) -> int:
            while first[j] != j:
                first[j] = first[first[j]]
                j = first[j]
            return j

        for terms, _ in self.rows.values():
            for j, _ in terms:
                one, other = sorted((root(j), root(terms[0][0])))
                first[other] = one
        return [root(j) for j in range(len(first))]


def read_plan(folder: str, model: Model) -> list[int]:
    """The value of every variable; the money of each line is compared with value times gain."""
    values = [0] * len(model.names)
    seen = set()
    with open(os.path.join(folder, "plan.csv"), encoding="utf-8-sig", newline="") as file:
        for line in csv.DictReader(file):
            name = line["variable"]
            j = model.find(name, "plan.csv")
            if j in seen:
                raise WrongError(f"plan.csv 中重复：{name}", f"it stands twice in plan.csv: {name}")
            seen.add(j)
            values[j] = whole(line["value"], name)
            right = yuan(values[j] * model.gain[j])
            if line["yuan"] != right:
                told = line["yuan"]
                raise WrongError(
                    f"{name}：写为 {told} 元，应为 {right} 元", f"{name}: {told} should be {right} yuan"
                )
    return values


def check_plan(model: Model, values: list[int]) -> int:
    """The total of the plan, after its ranges and rows were found to hold."""
    for j, name in enumerate(model.names):
        if not model.ranges[j][0] <= values[j] <= model.ranges[j][1]:
            raise WrongError(f"方案超出变量的范围：{name}", f"the plan leaves the range of {name}")
    for name, (terms, at_most) in model.rows.items():
        if sum(a * values[j] for j, a in terms) > at_most:
            raise WrongError(f"方案违反限制：{name}", f"the plan breaks the limit {name}")
    return model.constant + sum(gain * values[j] for j, gain in enumerate(model.gain))


def check_bound(model: Model, certificate: dict[str, Any]) -> tuple[int, int, int]:
    """The bound that the certificate proves, with how many parts and leaves it has."""
    part = model.parts()
    members: dict[int, list[int]] = {}
    for j, first in enumerate(part):
        members.setdefault(first, []).append(j)
    proven: set[int] = set()
    bound, leaves = model.constant, 0
    for entry in certificate["components"]:
        first = model.find(entry["first"], "certificate.json")
        if first not in members or first in proven:
            raise WrongError(f"不是独立部分：{entry['first']}", f"no part of its own: {entry['first']}")
        proven.add(first)
        bounds = [priced(model, entry, members[first])] if "prices" in entry["tree"] else []
        bounds = bounds or bounds_of(model, entry, members[first])
        bound, leaves = bound + max(bounds), leaves + len(bounds)
    for first in sorted(set(members) - proven):
        raise WrongError(f"缺少证明：{model.names[first]}", f"not proven: the part of {model.names[first]}")
    return bound, len(proven), leaves


def priced(model: Model, entry: dict[str, Any], members: list[int]) -> int:
    """The bound of one part whose coupling rows have prices: theirs, and that of everything else apart."""
    scale, tree = scale_of(entry), entry["tree"]
    left = copy.copy(model)
    left.rows = {name: row for name, row in model.rows.items() if name not in tree["prices"]}
    left.gain = [scale * gain for gain in model.gain]
    inside, bound = set(members), 0
    for name, price in tree["prices"].items():
        y, (terms, at_most) = row_of(model, name, price)
        bound += y * at_most
        for j, a in terms:
            if j not in inside:
                raise WrongError(f"行属于别的部分：{name}", f"a row of another part: {name}")
            left.gain[j] -= y * a
    part, parts = left.parts(), {}  # type: ignore[var-annotated]
    for j in members:
        parts.setdefault(part[j], []).append(j)
    for first, own in sorted(parts.items()):
        if left.names[first] not in tree["parts"]:
            raise WrongError(f"缺少证明：{left.names[first]}", f"not proven: {left.names[first]}")
        bound += max(bounds_of(left, tree["parts"][left.names[first]], own))
    return bound // scale


def scale_of(entry: dict[str, Any]) -> int:
    """What the multipliers are to be divided by."""
    scale = whole(entry["denominator"], "denominator")
    if scale < 1:
        raise WrongError("分母须为正数", "the denominator must be positive")
    return scale


def row_of(model: Model, name: str, multiplier: Any) -> tuple[int, tuple[list[tuple[int, int]], int]]:
    """A row with its multiplier, which must not be negative."""
    y = whole(multiplier, name)
    if name not in model.rows:
        raise WrongError(f"没有这一行：{name}", f"there is no row {name}")
    if y < 0:
        raise WrongError(f"乘数为负：{name}", f"a negative multiplier: {name}")
    return y, model.rows[name]


def bounds_of(model: Model, entry: dict[str, Any], members: list[int]) -> list[int]:
    """The bounds at the leaves of the tree of one part."""
    scale, bounds = scale_of(entry), []
    waiting = [(entry["tree"], {j: model.ranges[j] for j in members})]
    while waiting:
        node, ranges = waiting.pop()
        if "multipliers" in node:
            bounds.append(bound_at(model, node["multipliers"], scale, ranges))
            continue
        j, at = model.find(node["variable"], "certificate.json"), whole(node["at"], "at")
        if j not in ranges:
            raise WrongError(
                f"分支变量属于别处：{node['variable']}", f"it branches elsewhere: {node['variable']}"
            )
        low, high = ranges[j]
        for side, kept in (("low", (low, min(high, at))), ("high", (max(low, at + 1), high))):
            if kept[0] <= kept[1]:  # a side without any value needs no bound
                waiting.append((node[side], {**ranges, j: kept}))
    if not bounds:
        raise WrongError("证明的树没有叶子", "the tree has no leaf")
    return bounds


def bound_at(
    model: Model, multipliers: dict[str, Any], scale: int, ranges: dict[int, tuple[int, int]]
) -> int:
    """sum(y * b) + the most of what is left, y being multiplier / scale; rounded down: gains are whole."""
    left = {j: scale * model.gain[j] for j in ranges}
    bound = 0
    for name, multiplier in multipliers.items():
        y, (terms, at_most) = row_of(model, name, multiplier)
        bound += y * at_most
        for j, a in terms:
            if j not in ranges:
                raise WrongError(f"行属于别的部分：{name}", f"a row of another part: {name}")
            left[j] -= y * a
    return (bound + sum(c * ranges[j][c > 0] for j, c in left.items())) // scale


def check(folder: str) -> list[str]:
    """What holds, in Chinese and English. Raises WrongError when something does not."""
    model = Model(read_json(folder, "model.json"))
    certificate = read_json(folder, "certificate.json")
    total = check_plan(model, read_plan(folder, model))
    stated, most = whole(certificate["total_fen"], "total_fen"), whole(certificate["bound_fen"], "bound_fen")
    if total != stated:
        sums = f"{yuan(total)} / {yuan(stated)}"
        raise WrongError(
            f"方案合计与所写不符：{sums} 元", f"the plan comes to another total than stated: {sums}"
        )
    bound, parts, leaves = check_bound(model, certificate)
    if bound > most or (certificate["status"] == "optimal" and most != total):
        sums = f"{yuan(bound)} / {yuan(most)}, {yuan(total)}"
        raise WrongError(
            f"证明的上界 / 所写的上界，方案合计：{sums} 元，不相符",
            f"the bound proven / stated, the total: {sums} yuan do not agree",
        )
    counts, best = (len(model.names), len(model.rows)), bound == total
    return [
        f"方案符合模型：{counts[0]} 个变量的范围、{counts[1]} 行限制逐一成立，合计 {yuan(total)} 元。",
        f"证明（{parts} 个部分，{leaves} 个叶子）成立：任何取值不超过 {yuan(bound)} 元。",
        f"因此方案{'最优' if best else '未证明为最优'}。",
        f"The plan keeps {counts[0]} ranges and {counts[1]} rows; it comes to {yuan(total)} yuan.",
        f"The proof ({parts} parts, {leaves} leaves) holds: no values exceed {yuan(bound)} yuan.",
        f"So the plan is {'optimal' if best else 'not proven optimal'}.",
    ]


def main() -> int:
    """Print the result; 0 when all holds, else 1."""
    try:
        lines, status = check(os.path.dirname(os.path.abspath(__file__))), 0
    except WrongError as wrong:
        lines, status = [f"不成立：{wrong.args[0]}", f"It does not hold: {wrong.args[1]}"], 1
    except UnicodeError:  # the error itself holds all of the file
        lines = ["无法读取：有文件不是 UTF-8 编码（在电子表格里另存过？）；请用原来的证明包"]
        lines += ["It cannot be read: one file is not UTF-8 (saved by a spreadsheet?); use the original pack"]
        status = 1
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, csv.Error) as error:
        lines, status = [f"无法读取：{error!r}", f"It cannot be read: {error!r}"], 1
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # a console may lack Chinese
    print("\n".join(lines))
    return status


if __name__ == "__main__":
    sys.exit(main())
