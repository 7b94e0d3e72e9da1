"""What a proof denies is told with what every rule for it lacks, in the words of the pack."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.packs import group_under, worded, write_pack
from tests.plan.test_must_go import GROUP, MANIFEST, TERMS

from subvent.diagnostics import Text
from subvent.logic.session import InProcess
from subvent.plan import plan_rows

WORDS = """\
[predicates]
"dark/1" = { zh = "{0} 昏暗", en = "{0} is dark", not_zh = "{0} 不昏暗", not_en = "{0} is not dark" }
"""
GUARD = """\
missing(S,lamp,rd_cost) :- suits(S,lamp), dark(S).
amount(S,lamp,share(10,E)) :- counted(S,lamp,E), dark(S).
remark(bright, S) :- claim(_,S,lamp,_), not dark(S).
"""
NOTES = worded("notes.bright", "{0} 明亮", "{0} is bright")
TABLE = "old(S) :- value(S,audited_cost,V), listed(V). listed((5,0)).\n"


@pytest.mark.parametrize(
    ("rules", "zh", "en"),
    [
        # A field that nobody states.
        ("dark(S) :- suits(S,lamp), value(S,rd_cost,_).", "未填“研发费用”", "R&D cost is not stated"),
        # Numbers that are not so, behind what they are taken from.
        (
            "dark(S) :- value(S,audited_cost,V), V < (100,0).",
            "P：审定总投资建设费用 160万元：不成立：160 < 100",
            "P: audited cost 160万元: it is not so that 160 < 100",
        ),
        (
            "dark(S) :- value(S,audited_cost,V), @reaches(V,(200,0)) = 1.",
            "P：审定总投资建设费用 160万元：160 未达到 200",
            "P: audited cost 160万元: 160 does not reach 200",
        ),
        # What it denies is so.
        ("dark(S) :- suits(S,lamp), not suits(S,lamp).", "P 的类别包括“路灯”", "P qualifies as lamps"),
        # A rule below it fails; of a table it is told what was looked up.
        (
            "dark(S) :- suits(S,lamp), old(S).\n" + TABLE,
            "P：审定总投资建设费用 160万元",
            "P: audited cost 160万元",
        ),
        # Two rules, of which each lacks something.
        (
            "dark(S) :- suits(S,lamp), value(S,rd_cost,_).\ndark(S) :- suits(S,plan).",
            "未填“研发费用”，并非：P 的类别包括“规划”",
            "R&D cost is not stated, and it is not so: P qualifies as plans",
        ),
        # What is counted is not told.
        ("dark(S) :- suits(S,lamp), 5 < #count { T : suits(T,lamp) }.", "", ""),
    ],
)  # fmt: skip
def test_a_denial_is_told_with_what_its_rules_lack(tmp_path: Path, rules: str, zh: str, en: str) -> None:
    """Every way to it is closed, and each is told once; where one is not understood, none is."""
    pack = write_pack(tmp_path, MANIFEST + NOTES, TERMS + rules + "\n" + GUARD)
    (pack / "words.toml").write_text(WORDS, encoding="utf-8")
    rows, policies = group_under(pack, GROUP)
    plan = plan_rows(rows, policies, {}, InProcess())
    (said,) = {step.text for step in plan.steps if step.atom == 'not dark("P")'}
    because = Text(f"，因为{zh}" if zh else "", f", because {en}" if en else "")
    assert said == Text(f"P 不昏暗{because.zh}", f"P is not dark{because.en}")
