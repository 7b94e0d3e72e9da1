"""The register: every numbered item of a document has an entry, and an entry is whole."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from subvent.policy.lint import lint
from subvent.policy.loader import load_policies, specs_directory
from subvent.policy.numbering import canonical, numbering
from subvent.policy.register import CLASSES, Register, check_numbers, read_register
from subvent.policy.sources import verify_numbers, verify_sources

from .conftest import City

REGISTER = """\
numbers = ["1", "2"]

[items.1]
number = "1"
class = "computed"
phrase = "总投资额达到３百万元及以上"
zh = "灯具改造"
en = "Lanterns"
effect_zh = "按审定费用的比例计算"
effect_en = "a share of the audited cost"

[items.2]
number = "2"
class = "declaration"
phrase = "灯具照亮云江"
zh = "愿景"
en = "Hopes"
effect_zh = "没有条件和金额"
effect_en = "no condition and no amount"
"""
TEXT = """\
云江市灯具改造办法
1．灯具改造。总投资额达到 3百万元
及以上，灯具光通量不低于八百流明，按照不超过审定费用的25%给予资助，最高50.5万元。
2．灯具照亮
云江。
"""

NAMED = {
    "cn/shenzhen/2023-6": (
        "1 1x 2 3 3b 4 5 6 7 8a 8b 8c 9 9b 10 11 12a 12b 12c 12d 12e 12f 13 14a 14b 15a 15b 16 17 18"
        " 附a 附b 附c 附d"
    ),
    "cn/guangdong/2014-51": "一 二 三 四 五 六 七 八a 八b 八c 九 十 十一a 十一b 十二 十三 十四 十五 十六",
    "cn/shenzhen/green-guide-2025": (
        "一 二 三a 三b 三c 三注1 三注2 三注3 基1 基2 基3 基4 基5 基6 基7 基8 T1.1 T1.2 T1.3 T1.4 T1.5"
        " T2.1 T2.2 T2.3 T2.4 T2.5 五·基 五·T1 五·T2 五·末 六 七(一) 七1 七2 七(二)3 七(三) 八–九 十 十一"
        " 十二–十四 十五(一) 十五(二) 十五(三)"
    ),
    "cn/shenzhen/2015-20": "一 二 三 四 五 六 七 八 九 十 十一 十二 十三 十四 十五 十六 十七 十八",
    "cn/guangdong/2019-1316": (
        "前 一 二(一) 二(二) 二(三) 二(四) 三(一) 三(二) 三(三) 三(四) 三(五) 三(六) 三(七)"
        " 四(一)a 四(一)b 四(一)c 四(二) 四(三)a 四(三)b 四(四) 四(五) 四(六) 四(七)"
    ),
}
"""Every item of the five documents, by the names that rules, questions and cases give them."""


def with_register(city: City, register: str = REGISTER) -> City:
    """The city's pack with a register."""
    (city.folder / "register.toml").write_text(register, encoding="utf-8")
    return city


def registered(city: City) -> Register:
    """The city's register, which is well written."""
    register, faults = read_register(city.load().packs[0])
    assert register is not None
    assert faults == ()
    return register


@pytest.mark.parametrize("pack", NAMED)
def test_every_item_of_a_document_is_entered(pack: str) -> None:
    """Each item stands in its pack's register, whole, and each number of the text has an entry."""
    table = tomllib.loads((specs_directory() / pack / "register.toml").read_text("utf-8"))
    assert " ".join(table["items"]) == NAMED[pack]
    entered = set()
    for item in table["items"].values():
        assert item["class"] in CLASSES
        assert all(item[word] for word in ("phrase", "zh", "en", "effect_zh", "effect_en"))
        number = item.get("number", [])
        entered |= {number} if isinstance(number, str) else set(number)
    assert entered == set(table["numbers"])


def test_the_documents_hold_137_items() -> None:
    """134 that say something of claims, procedure or aims, and three of where the green guide's desk is."""
    counts = {pack: len(items.split()) for pack, items in NAMED.items()}
    assert list(counts.values()) == [34, 19, 43, 18, 23]


def test_shipped_registers_fit_their_packs() -> None:
    """Every built-in pack has a register whose articles exist and which has an entry for every article."""
    policies = load_policies()
    assert all(read_register(pack)[0] for pack in policies.packs)
    assert [found for found in lint(policies) if found.place and "register" in found.place.file] == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("一、目标\n（一）近期。甲\n（二）远期。乙\n二、任务\n（一）其一。丙", "一（一） 一（二） 二（一）"),
        ("一、目标\n（一）近期。甲\n二、任务\n（二）其一。丙\n三、附则\n丁", "（一） （二） 三"),
        ("第一章总则\n第一条 甲\n第二章分则\n第二条 乙", "第一条 第二条"),
        ("一、甲\n1.子\n2.丑\n（一）寅\n1.卯\n二、乙", "一1 一2 一（一）1 二"),
        ("1．甲\n1.5万元以上\n2、乙\n　３．丙", "1 2 3"),
        ("没有编号的文件", ""),
    ],
)
def test_numbering(text: str, numbers: str) -> None:
    """A number has those above it, unless its rank runs on; a heading over lower ones is no item."""
    assert " ".join(numbering(text)) == numbers


def test_a_text_that_repeats_itself() -> None:
    """An item is an item once, though its text stands twice; a short heading may come again."""
    items = "".join(f"{n}．{'甲乙丙丁' * 40}{n}\n" for n in range(1, 5))
    assert numbering(items + items[300:]) == ("1", "2", "3", "4")
    assert numbering("一、甲\n（一）同\n1.子\n二、乙\n（一）同\n1.丑") == ("一（一）1", "二（一）1")


def test_numbers_are_written_in_several_ways() -> None:
    """Full width, half width, with or without a stop: the same number."""
    assert [canonical(n) for n in ("8．", "８", "三(二)", "（八）", "四（一）3.")] == [
        "8",
        "8",
        "三（二）",
        "（八）",
        "四（一）3",
    ]


def test_a_right_register_is_clean(city: City, tmp_path: Path) -> None:
    """Numbers, phrases and articles agree with the text and the pack."""
    (tmp_path / "lanterns.txt").write_text(TEXT, encoding="utf-8")
    policies = with_register(city).load()
    assert [found for found in lint(policies) if found.severity == "error"] == []
    assert verify_sources(policies, tmp_path) == ()
    assert list(verify_numbers(registered(city), tmp_path)) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "said"),
    [
        ('class = "computed"', 'class = "compute"', "unknown-class", 5, "there is no class “compute”"),
        ('phrase = "灯具照亮云江"\n', "", "toml-missing", 12, "“items.2.phrase” is missing"),
        ('"灯具照亮云江"', '""', "toml-value", 15, "the value of “items.2.phrase” is not right"),
        ('effect_zh = "没有条件和金额"', 'effct = "没有"', "toml-unknown", 18, "no entry “items.2.effct”"),
        ("[items.2]", "[items.1]", "toml", 12, "the file is not valid TOML"),
        (
            '[items.2]\nnumber = "2"',
            '[items.2]\narticles = ["3"]\nnumber = "2"',
            "unknown-article",
            13,
            "[articles] has no article “3”",
        ),
        ("[items.1]", "[items.3]", "article-without-item", 1, "the article “1” of xy/lanterns has no entry"),
        ('number = "2"', 'number = "3"', "no-such-number", 13, "the entry “2” has the number “3”"),
        (
            '["1", "2"]',
            '["1", "2", "三"]',
            "number-without-item",
            1,
            "the number “三” of numbers has no entry",
        ),
    ],
)
def test_bad_registers(city: City, old: str, new: str, code: str, line: int, said: str) -> None:
    """What is wrong with an entry is named with its line; a plan does not need the register."""
    policies = with_register(city, REGISTER.replace(old, new, 1)).load()
    found = {f.code.removeprefix("policy."): f for f in lint(policies)}
    assert code in found
    place = found[code].place
    assert place is not None
    assert (place.file.endswith("register.toml"), place.line) == (True, line)
    assert said in found[code].what.en


def test_phrases_of_the_register_are_looked_up(city: City, tmp_path: Path) -> None:
    """A phrase that the text does not hold is found at its line."""
    (tmp_path / "lanterns.txt").write_text(TEXT.replace("云江。", "云河。"), encoding="utf-8")
    (found,) = verify_sources(with_register(city).load(), tmp_path)
    assert found.code == "policy.phrase-not-found"
    assert found.place is not None
    assert (found.place.file.rpartition("/")[2], found.place.line) == ("register.toml", 15)


def test_numbers_of_the_text_are_looked_up(city: City, tmp_path: Path) -> None:
    """A number of the text without an entry, and a list of numbers that is not the text's, are found."""
    (tmp_path / "lanterns.txt").write_text(TEXT + "3．附则\n", encoding="utf-8")
    register = registered(with_register(city))
    assert [f.code for f in verify_numbers(register, tmp_path)] == [
        "policy.number-without-item",
        "policy.numbers-differ",
    ]
    assert list(check_numbers(register, register.numbers, "numbers")) == []


def test_a_pack_in_which_nothing_is_computed(city: City) -> None:
    """It needs no rules, but neither may it name benefits or articles that rules would have to speak of."""
    (city.folder / "terms.lp").unlink()
    assert [fault.code for fault in city.faults()] == ["policy.no-rules", "policy.unused-article"]
    manifest = (city.folder / "policy.toml").read_text(encoding="utf-8")
    (city.folder / "policy.toml").write_text(manifest.partition("[articles]")[0], encoding="utf-8")
    assert city.load().packs[0].rules == ()
