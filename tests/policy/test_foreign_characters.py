"""Chinese punctuation in a rule is refused with its place: clingo would end the process over it."""

import shutil
from pathlib import Path

import pytest

from subvent.diagnostics import PolicyError
from subvent.policy.loader import load_policies

CITY = Path(__file__).parents[1] / "cities" / "linhai"


@pytest.mark.parametrize("character", "，。；（：§中")
def test_punctuation_of_another_keyboard_is_refused_by_name(character: str, tmp_path: Path) -> None:
    """File, line, article and the character itself are named."""
    pack = tmp_path / "city"
    shutil.copytree(CITY, pack)
    terms = pack / "terms.lp"
    text = terms.read_text(encoding="utf-8")
    terms.write_text(text.replace("\ncap(workshop, ", f"\ncap(workshop{character} ", 1), encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        load_policies((str(pack),))
    fault = next(d for d in caught.value.diagnostics if d.code == "policy.foreign-character")
    assert fault.place is not None
    assert fault.place.line == text[: text.index("\ncap(workshop, ")].count("\n") + 2
    assert fault.citation is not None
    assert character in fault.what.zh
