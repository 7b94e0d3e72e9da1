"""The options that several commands share, and the values they take."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple, TypeVar

import click

from subvent.diagnostics import Diagnostic, SubventError, Text, diagnostic
from subvent_cli.bilingual import BilingualOption

Function = TypeVar("Function", bound=Callable[..., Any])
PATH = click.Path(path_type=Path, readable=False)
"""A file or folder: whether it can be read is told, in our words, where it is read."""
_DIGITS = 6
_DECIMAL = re.compile(r"[0-9]{1,3}(\.[0-9]{1,12})?")


class OneOf(click.ParamType[str]):
    """One of a few words. Errors: SubventError naming the words there are."""

    name = "word"

    def __init__(self, *words: str) -> None:
        self.words = words

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """What `--help` shows in place of the value."""
        del param, ctx
        return "|".join(self.words)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word itself."""
        if value not in self.words:
            words = ", ".join(self.words)
            raise SubventError(
                diagnostic("cli.not-one-of", option=_name(param, ctx), value=value, words=words)
            )
        return str(value)


class Seconds(click.ParamType[float]):
    """A time in seconds, above zero. Errors: SubventError when it is none."""

    name = "seconds"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The time as a number: it limits work, it never touches money."""
        del ctx
        try:
            seconds = float(value)
        except ValueError:
            seconds = math.nan
        if not (math.isfinite(seconds) and seconds > 0):
            raise SubventError(diagnostic("cli.not-seconds", option=_name(param), value=value))
        return seconds


class Levels(click.ParamType[int]):
    """A number of levels, one or more. Errors: SubventError when it is none."""

    name = "levels"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number."""
        del ctx
        text = str(value)
        if not (text.isascii() and text.isdigit() and int(text[:9]) > 0):
            raise SubventError(diagnostic("cli.not-levels", option=_name(param), value=value))
        return int(text[:9])


class Year(click.ParamType[int]):
    """A calendar year in four digits. Errors: SubventError when it is none."""

    name = "year"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The year as a number."""
        del ctx
        text = str(value)
        if not (text.isascii() and text.isdigit() and len(text) == len("YYYY")):
            raise SubventError(
                diagnostic("cli.not-a-year", name=param.human_readable_name if param else "", value=value)
            )
        return int(text)


class QuestionAnswer(click.ParamType[tuple[str, str]]):
    """`QUESTION=ANSWER`. Whether the packs know them is for the engine to say."""

    name = "question=answer"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Question and answer. Errors: SubventError when a part is missing."""
        del ctx
        if isinstance(value, tuple):
            return value
        question, equals, answer = (part.strip() for part in str(value).partition("="))
        if not (question and equals and answer):
            raise SubventError(diagnostic("cli.not-a-reading", option=_name(param), value=value))
        return question, answer


def count_of(option: str, value: str) -> int | Diagnostic:
    """A count, one or more; the message when it is none."""
    if value.isascii() and value.isdigit() and 0 < len(value.lstrip("0")) <= _DIGITS:
        return int(value)
    return diagnostic("cli.not-a-count", option=option, value=value)


def share_of(option: str, value: str) -> Fraction | Diagnostic:
    """A share from 0 to 100 %, exact, with or without its sign; the message when it is none."""
    digits = value.strip().removesuffix("%").removesuffix("％").strip()
    if _DECIMAL.fullmatch(digits) and (share := Fraction(digits) / 100) <= 1:
        return share
    return diagnostic("cli.not-a-percentage", option=option, value=value)


def all_valid(*values: Any) -> tuple[Any, ...]:
    """The values. Errors: SubventError with every message that is among them."""
    if faults := [value for value in values if isinstance(value, Diagnostic)]:
        raise SubventError(*faults)
    return values


def readings_once(
    _: click.Context, __: click.Parameter, pairs: tuple[tuple[str, str], ...]
) -> dict[str, str]:
    """The answers by question. Errors: SubventError when one question has two."""
    readings: dict[str, str] = {}
    for question, answer in pairs:
        if readings.setdefault(question, answer) != answer:
            raise SubventError(
                diagnostic("cli.two-answers", question=question, first=readings[question], second=answer),
            )
    return readings


def lang_option(function: Function) -> Function:
    """`--lang`: read beforehand by `session_of`; declared to be checked and shown."""
    return click.option(
        "--lang",
        cls=BilingualOption,
        type=OneOf("zh", "en"),
        expose_value=False,
        text=Text("输出语言；默认按系统区域设置，否则中文", "Language; default: the locale's, else Chinese"),
    )(function)


def format_option(function: Function) -> Function:
    """`--format`: the form of results and diagnostics; read beforehand by `session_of`."""
    return click.option(
        "--format",
        cls=BilingualOption,
        type=OneOf("text", "json"),
        expose_value=False,
        text=Text("结果的格式，默认 text", "Form of the result; default: text"),
    )(function)


def policy_option(function: Function) -> Function:
    """`--policy`, repeatable: packs by id or folder; without it all that are built in."""
    return click.option(
        "--policy",
        "policies",
        cls=BilingualOption,
        multiple=True,
        metavar="ID|DIR",
        text=Text(
            "政策包编号或文件夹，可重复；默认全部内置",
            "A pack or its folder, repeatable; default: all built in",
        ),
    )(function)


def reading_option(function: Function) -> Function:
    """`--reading`, repeatable: the answer to an open question of the packs."""
    return click.option(
        "--reading",
        "readings",
        cls=BilingualOption,
        type=QuestionAnswer(),
        multiple=True,
        callback=readings_once,
        metavar="Q=A",
        text=Text("对未决问题的解读，可重复", "The answer to an open question, repeatable"),
    )(function)


def strict_option(function: Function) -> Function:
    """`--strict`: the strictest answer to every open question that `--reading` does not answer."""
    return click.option(
        "--strict",
        cls=BilingualOption,
        is_flag=True,
        text=Text("未用 --reading 回答的问题一律从严", "The strictest answers where no --reading is given"),
    )(function)


class Timed(NamedTuple):
    """The answers that a question is asked under, and the seconds that are left for it (None: any number)."""

    readings: dict[str, str]
    seconds: float | None


def answers_of(
    file: Path, policies: Sequence[str], readings: dict[str, str], time_limit: float | None, *, strict: bool
) -> Timed:
    """The answers given, or with `--strict` all of them, worked out within half of the time."""
    if not strict:
        return Timed(readings, time_limit)
    from subvent.questions.strict import strict_readings

    begun = monotonic()
    found = strict_readings(file, policies, readings, time_limit and time_limit / 2)
    return Timed(found, None if time_limit is None else max(0.1, time_limit - (monotonic() - begun)))


def compare_strict_option(function: Function) -> Function:
    """`--compare-strict`: whether to tell what strict answers would bring; by default where that is quick."""
    return click.option(
        "--compare-strict/--no-compare-strict",
        cls=BilingualOption,
        default=None,
        text=Text("是否列出全部从严的合计", "Tell the total of all strict readings or not"),
    )(function)


def brief_option(function: Function) -> Function:
    """`--brief`: a plan without the steps of its proofs."""
    return click.option(
        "--brief",
        cls=BilingualOption,
        is_flag=True,
        text=Text(
            "方案不写逐步依据（why 可查），更小更快",
            "Leave the steps of proofs out of what is written (why tells them): for large groups",
        ),
    )(function)


def reasons_option(function: Function) -> Function:
    """`--no-reasons`: claims, amounts and the proven bound alone."""
    return click.option(
        "--reasons/--no-reasons",
        cls=BilingualOption,
        default=True,
        text=Text(
            "是否说明理由；不说明时只列申报和金额",
            "Tell the reasons or not; without them claims and amounts alone, which verify checks as well",
        ),
    )(function)


def time_limit_of(text: Text) -> Callable[[Function], Function]:
    """`--time-limit`: seconds that the search for a proven optimum may take; `text` says of what."""
    return click.option(
        "--time-limit",
        cls=BilingualOption,
        type=Seconds(),
        default=None,
        metavar="S",
        text=text,
    )


time_limit_option = time_limit_of(
    Text(
        "全程时限（秒）；到时未证明最优则退出码 3",
        "Seconds for all of it, reading too; what there is by then is told, exit 3 if unproven",
    )
)


def progress_option(function: Function) -> Function:
    """`--progress`: whether to tell on stderr what is being done; by default where a terminal reads it."""
    return click.option(
        "--progress/--no-progress",
        cls=BilingualOption,
        default=None,
        text=Text("是否显示进度；默认仅在终端显示", "Tell what is being done; default: on a terminal"),
    )(function)


def out_option(function: Function) -> Function:
    """`--out`, repeatable: files to write, each in the form that its suffix names."""
    return click.option(
        "--out",
        "outputs",
        cls=BilingualOption,
        type=PATH,
        multiple=True,
        metavar="PATH",
        text=Text("写入文件：.json 或 .xlsx，可重复", "Write a file: .json or .xlsx, repeatable"),
    )(function)


def export_model_option(function: Function) -> Function:
    """`--export-model`, repeatable: files with the linear model, each in the format of its suffix."""
    return click.option(
        "--export-model",
        "models",
        cls=BilingualOption,
        type=PATH,
        multiple=True,
        metavar="PATH",
        text=Text(
            "写出线性模型：.mps、.lp、.opb、.aspif，可重复",
            "Write the linear model: .mps, .lp, .opb or .aspif, repeatable",
        ),
    )(function)


def proof_option(function: Function) -> Function:
    """`--proof`: the folder of a proof pack."""
    return click.option(
        "--proof",
        cls=BilingualOption,
        type=PATH,
        default=None,
        metavar="DIR",
        text=Text("写出证明包文件夹，附核对程序", "Write a proof pack: a folder with its own checker"),
    )(function)


def _name(param: click.Parameter | None, ctx: click.Context | None = None) -> str:
    """What people call a parameter: an option by its name, an argument by the command that takes it."""
    if isinstance(param, click.Argument) and ctx is not None:
        return ctx.command_path
    return param.opts[0] if param and param.opts else ""
