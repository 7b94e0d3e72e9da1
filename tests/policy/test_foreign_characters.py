"""Chinese punctuation in a rule is refused with its place: clingo would end the process over it."""

from pathlib import Path

import pytest
from tests.packs import changed_pack

from subvent.diagnostics import PolicyError
from subvent.policy.loader import load_policies

CITY = Path(__file__).parents[1] / "cities" / "linhai"


@pytest.mark.parametrize("character", "，。；（：§中")
def test_punctuation_of_another_keyboard_is_refused_by_name(character: str, tmp_path: Path) -> None:
    """File, line, article and the character itself are named."""
    rule = "\ncap(workshop, "
    pack = changed_pack(tmp_path / "city", CITY, rule, rule.replace(", ", f"{character} "))
    with pytest.raises(PolicyError) as caught:
        load_policies((str(pack),))
    fault = next(d for d in caught.value.diagnostics if d.code == "policy.foreign-character")
    assert fault.place is not None
    before = (CITY / "terms.lp").read_text(encoding="utf-8").partition(rule)[0]
    assert fault.place.line == before.count("\n") + 2
    assert fault.citation is not None
    assert character in fault.what.zh
