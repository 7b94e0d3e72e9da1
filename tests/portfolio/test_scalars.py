"""Each type takes what it means, exactly, and refuses everything else by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subvent.diagnostics import Text
from subvent.portfolio import scalars
from subvent.portfolio.numbers import Written, plain
from subvent.portfolio.scalars import Bounds, RefusedError
from subvent.portfolio.vocabulary import Choice

SENSIBLE = Bounds(Decimal(0), Decimal(10**7), "万元")
CHOICES = (
    Choice("iiot-platform", Text("工业互联网平台", "platform")),
    Choice("major", Text("重大", "major")),
)


def refusal(take: Callable[[], object]) -> str:
    """The code with which a value is refused."""
    with pytest.raises(RefusedError) as caught:
        take()
    return caught.value.code


@given(st.integers(min_value=0, max_value=10**13))
def test_money_is_exact_to_the_fen_in_every_unit(fen: int) -> None:
    """A whole number of fen is the same amount written in 元, 万元 or 亿元."""
    amount = Decimal(fen).scaleb(-6)
    for unit, power in scalars.UNITS.items():
        written = plain(Decimal(fen).scaleb(-6 - power))
        assert scalars.to_money(f"{written}{unit}", "元") == amount
        assert scalars.to_money(Written(written), unit) == amount


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("500", "not-money"),
        ("", "not-money"),
        ("多少", "not-money"),
        (True, "not-money"),
        ("500万", "unknown-unit"),
        ("1,000万元", "unknown-unit"),
        ("500 USD", "unknown-unit"),
        ("６万元", "not-money"),
        (Decimal("0.0000001"), "part-of-fen"),
        ("0.001元", "part-of-fen"),
        (Decimal("0.33333333333333333333333333333333333333"), "part-of-fen"),
        (Decimal("-0.01"), "out-of-range"),
        (Decimal("10000000.000001"), "out-of-range"),
        (Decimal("1e999999"), "out-of-range"),
        (Decimal("1e-999999"), "part-of-fen"),
        ("99999999999999999999999999999亿元", "out-of-range"),
    ],
)
def test_what_is_no_amount_of_money(value: object, code: str) -> None:
    """Text without a unit, unknown units, parts of a fen and absurd amounts are each refused by name."""
    assert refusal(lambda: scalars.to_money(value, "万元", SENSIBLE)) == code


@pytest.mark.parametrize("value", [Decimal(0), Decimal(10**7), "1000亿元", "0元"])
def test_bounds_are_inclusive(value: object) -> None:
    """The least and the greatest sensible amount are taken."""
    assert 0 <= scalars.to_money(value, "万元", SENSIBLE) <= 10**7


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("2025-02-29", "impossible-date"),
        ("2025-13-01", "impossible-date"),
        ("0000-01-01", "impossible-date"),
        ("2025-1-1", "not-date"),
        ("2025年1月1日", "not-date"),
        ("２０２５-01-01", "not-date"),
        (Decimal(20250101), "not-date"),
        (datetime(2025, 1, 1, 12, 30), "not-date"),  # noqa: DTZ001
        ("1850-01-01", "out-of-range"),
    ],
)
def test_what_is_no_date(value: object, code: str) -> None:
    """Days that do not exist and other ways of writing one are refused."""
    assert refusal(lambda: scalars.to_date(value, Bounds(Decimal(1900), Decimal(2100)))) == code


def test_dates_are_days() -> None:
    """A leap day, and a time of midnight as workbooks have it, are dates."""
    assert scalars.to_date("2024-02-29") == date(2024, 2, 29)
    assert scalars.to_date(datetime(2024, 2, 29)) == date(2024, 2, 29)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("value", "expected"), [("0610", "0610"), (Written("0610"), "0610"), (Written("3922"), "3922")]
)
def test_a_code_keeps_its_zero(value: object, expected: str) -> None:
    """Text of the right length is a code, quoted or as YAML's unquoted number, whose text is known."""
    assert scalars.to_code(value, 4) == expected


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (Written("610"), "code-as-number"),
        (Decimal(3922), "code-as-number"),
        ("392", "not-code"),
        ("39x2", "not-code"),
        ("３９２２", "not-code"),
        (True, "not-code"),
    ],
)
def test_what_is_no_code(value: object, code: str) -> None:
    """A number whose zeros are lost, and text of another length, are refused."""
    assert refusal(lambda: scalars.to_code(value, 4)) == code


@pytest.mark.parametrize("value", ["iiot-platform", "工业互联网平台", "platform", " platform "])
def test_a_choice_goes_by_name_or_label(value: str) -> None:
    """The name and the label in either language mean the same."""
    assert scalars.to_choice(value, CHOICES) == "iiot-platform"


def test_an_unknown_choice_is_told_its_nearest() -> None:
    """A slip of the pen is answered with the name that was probably meant; nonsense with all names."""
    with pytest.raises(RefusedError) as caught:
        scalars.to_choice("iiot_platfrom", CHOICES)
    assert caught.value.shown["nearest"] == "iiot-platform"
    assert refusal(lambda: scalars.to_choice("zzz", CHOICES)) == "unknown-choice-alone"


def test_several_choices_in_one_text_are_told_apart() -> None:
    """Written one after the other they are offered with the sign that parts them."""
    with pytest.raises(RefusedError) as caught:
        scalars.to_choice("重大 和工业互联网平台", CHOICES)
    assert caught.value.shown["nearest"] == "重大、工业互联网平台"


def test_a_word_that_several_choices_have_offers_those() -> None:
    """Which one was meant is not guessed; where only one has it, it was."""
    choices = (*CHOICES, Choice("iiot", Text("工业互联网创新应用", "iiot")))
    with pytest.raises(RefusedError) as caught:
        scalars.to_choice("工业互联网", choices)
    assert caught.value.shown["known_zh"] == "工业互联网平台（iiot-platform）、工业互联网创新应用（iiot）"
    with pytest.raises(RefusedError) as caught:
        scalars.to_choice("工业互联网", CHOICES)
    assert caught.value.shown["nearest"] == "工业互联网平台"


@pytest.mark.parametrize(
    ("value", "code"), [("是", "not-flag"), (Decimal(1), "not-flag"), ("true", "not-flag")]
)
def test_a_flag_is_true_or_false(value: object, code: str) -> None:
    """Nothing that merely resembles a truth value is one."""
    assert refusal(lambda: scalars.to_flag(value)) == code


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (Decimal("2025.5"), "not-year"),
        ("25", "not-year"),
        (True, "not-year"),
        (Decimal(3025), "out-of-range"),
    ],
)
def test_what_is_no_year(value: object, code: str) -> None:
    """A year is a whole number within sensible bounds."""
    assert refusal(lambda: scalars.to_year(value, Bounds(Decimal(1950), Decimal(2100)))) == code


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (Decimal("0.1234567"), "too-precise"),
        ("5", "not-number"),
        (False, "not-number"),
        (Decimal(2**31), "out-of-range"),
        (Decimal("NaN"), "out-of-range"),
        (Decimal("Infinity"), "out-of-range"),
    ],
)
def test_what_is_no_quantity(value: object, code: str) -> None:
    """More than six decimals, text, and what 32 bits cannot hold are refused."""
    assert refusal(lambda: scalars.to_quantity(value)) == code


@pytest.mark.parametrize(("value", "text"), [(Written("007"), "007"), (Decimal(1001), "1001"), ("  A ", "A")])
def test_a_number_as_id_is_its_text(value: object, text: str) -> None:
    """An id that looks like a number stays as it was written."""
    assert scalars.to_name(value) == text


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("\0", "bad-character"),
        ("\ud800", "bad-character"),
        (True, "not-text"),
        (date(2025, 1, 1), "not-text"),
    ],
)
def test_what_is_no_text(value: object, code: str) -> None:
    """NUL, half characters, truth values and dates are no text."""
    assert refusal(lambda: scalars.to_text(value)) == code
