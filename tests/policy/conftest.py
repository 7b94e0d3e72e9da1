"""Packs of an invented city, written into a folder for each test."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.packs import write_pack

from subvent.diagnostics import Diagnostic, PolicyError
from subvent.policy.lint import lint
from subvent.policy.loader import load_policies
from subvent.policy.types import PolicySet

MANIFEST = """\
id = "xy/lanterns"
version = "1"
document = "云江府〔2030〕1号"
title_zh = "云江市灯具改造办法"
title_en = "Yunjiang lantern measures"
issuer_zh = "云江市人民政府"
issuer_en = "City of Yunjiang"
issued = 2029-12-01
source = "lanterns"

[in_force]
from = 2030-01-01
until = 2032-12-31

[articles]
1 = { zh = "灯具改造", en = "Lanterns" }

[benefits.lantern]
zh = "灯具改造"
en = "lanterns"
of = "projects"
article = "1"

[conditions.total]
zh = "投资达到起点（{0}）"
en = "investment reaches the threshold ({0})"
[conditions.bright]
zh = "亮度达到"
en = "bright enough"

[inputs.projects.lumens]
type = "quantity"
zh = "光通量"
en = "Luminous flux"
unit_zh = "流明"
unit_en = "lm"
"""

TERMS = """\
%* [1] 灯具改造
   「总投资额达到３百万元及以上，灯具光通量不低于八百流明」
   「按照不超过审定费用的25%给予资助，最高50.5万元」
*%
threshold(lantern, total_investment, (300,0)).
requires(lantern, bright).
at_least(bright, lumens, (800,0)).
base_field(lantern, audited_cost).
rate(lantern, 25).
cap(lantern, (50,500000)).
"""


class City:
    """A folder with a pack, and what loading it or linting it says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write()

    def write(self, terms: str = TERMS, manifest: str = MANIFEST) -> City:
        """Write the pack's two files."""
        write_pack(self.folder, manifest, terms)
        return self

    def load(self) -> PolicySet:
        """The loaded pack."""
        return load_policies([str(self.folder)])

    def faults(self) -> tuple[Diagnostic, ...]:
        """What loading reports."""
        with pytest.raises(PolicyError) as caught:
            self.load()
        return caught.value.diagnostics

    def codes_with(self, rules: str) -> list[str]:
        """The codes reported when these lines follow the pack's rules."""
        return [fault.code.removeprefix("policy.") for fault in self.write(TERMS + rules).faults()]

    def lint_with(self, terms: str = TERMS, manifest: str = MANIFEST) -> list[str]:
        """The codes that lint reports, but that lanterns may be claimed for in every year."""
        codes = (found.code.removeprefix("policy.") for found in lint(self.write(terms, manifest).load()))
        return [code for code in codes if code != "claimed-anew"]


@pytest.fixture
def city(tmp_path: Path) -> City:
    """The invented city's pack as it should be."""
    return City(tmp_path)
