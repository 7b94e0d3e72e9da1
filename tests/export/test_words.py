"""What exported models say of their names: short names, meanings and phrases of the law."""

from __future__ import annotations

import re

import pytest
from tests.export.solved import GROUPS, described, example

from subvent.export import FORMATS, model_text


@pytest.mark.parametrize("name", GROUPS)
def test_short_names_are_unique_and_plain(name: str) -> None:
    """Names are of ASCII letters, digits and underscores, and tell subject, benefit, year and article."""
    one = described(example(name))
    shorts = [label.short for label in (*one.variables, *one.rows)]
    assert len(set(shorts)) == len(shorts)
    assert all(re.fullmatch(r"[xr][0-9A-Za-z_]{1,63}", short) for short in shorts)
    assert any(re.fullmatch(r"x\d+_claim_\w+_smart_2025_art3", short) for short in shorts)


@pytest.mark.parametrize("name", GROUPS)
def test_every_claim_and_limit_cites_the_law(name: str) -> None:
    """A claim cites its article, a limit that is not the kernel's own the rules that set it."""
    one = described(example(name))
    assert all(label.citations for label in one.variables)
    silent = [row.name for row, label in zip(one.model.rows, one.rows, strict=True) if not label.citations]
    assert [row for row in silent if not row.startswith("violated(for_one(")] == []
    said = [label.text.zh for label in one.rows]
    assert not any("violated" in text or "claim(" in text for text in said)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("suffix", FORMATS)
def test_comments_explain_every_name(suffix: str, language: str) -> None:
    """Each format's comments give every variable and row its own name and the total of the plan."""
    one = described(example("manufacturing-group"))
    sign = {".mps": "* ", ".lp": "\\ ", ".opb": "* ", ".aspif": "10 "}[suffix]
    text = "".join(model_text(one, suffix, "zh" if language == "zh" else "en"))
    told = "\n".join(line for line in text.splitlines() if line.startswith(sign))
    assert all(f"= {named.name}: " in told for named in (*one.model.variables, *one.model.rows))
    assert str(one.plan.total_fen) in told
    assert "「单个项目资助上限为5000万元」" in told
