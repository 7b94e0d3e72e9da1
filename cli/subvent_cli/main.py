"""The command `subvent`: which commands there are, and how each run ends.

A command parses, calls the engine and renders. Whatever it raises is turned here into messages on
stderr and an exit status; nobody ever sees a traceback who has not asked for one. Commands import
the engine inside their bodies, so that `--help` answers at once.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Sequence
from difflib import get_close_matches
from io import TextIOWrapper

import click

from subvent import __version__
from subvent.diagnostics import Diagnostic, SubventError, Text, diagnostic
from subvent.process.collector import collect_rarely
from subvent_cli import messages
from subvent_cli.alternatives import alternatives
from subvent_cli.batch import batch
from subvent_cli.bilingual import BilingualGroup, BilingualOption
from subvent_cli.compare import compare
from subvent_cli.conflict import conflict
from subvent_cli.facts import facts
from subvent_cli.options import lang_option
from subvent_cli.output import emit
from subvent_cli.plan import plan
from subvent_cli.policy import policy
from subvent_cli.price import price
from subvent_cli.progress import Terminated
from subvent_cli.replan import replan
from subvent_cli.schema import schema
from subvent_cli.session import Session, current, session_of
from subvent_cli.template import template
from subvent_cli.verify import verify
from subvent_cli.why import why

_DONE, _FAULT = 0, 2
"""Exit statuses as `subvent --help` explains them; errors and results bring the others."""
_INTERRUPTED = 128 + 2
_STDERR = 2
_COMPLETION = "_SUBVENT_COMPLETE"
"""Set by a shell that asks click to complete a command line."""

_DETAIL = Text(
    """\
把集团的公司和项目表交给它，得到合法且金额最高的申报组合：
谁在哪一年按哪一类申报哪个项目、最多多少、依据哪一条，
其余的为什么没有选；并附可复核的最优性证明。

退出码：0 完成（且已证明最优）· 1 有发现或输入无效
        2 用法错误或程序故障 · 3 在时限内未证明最优""",
    """\
Give it a group's companies and projects: it finds the lawful set of
claims that brings most, says by which article each stands and why
nothing else was chosen, and proves that no other set brings more.

Exit status: 0 done (and proven optimal) · 1 findings or invalid input
             2 wrong usage or a fault · 3 not proven optimal in time""",
)


@click.group(
    cls=BilingualGroup,
    text=Text("为集团找出合法且金额最高的补贴申报组合", "The best lawful set of subsidy claims for a group"),
    detail=_DETAIL,
    examples=("subvent template group.xlsx", "subvent plan group.xlsx --out plan.xlsx"),
)
@click.option(
    "--version",
    cls=BilingualOption,
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda ctx, _, asked: _show_version(ctx) if asked else None,
    text=Text("显示版本", "Show the version"),
)
@lang_option
def subvent() -> None:
    """Hold the commands together."""


for _command in (
    plan,
    batch,
    why,
    conflict,
    compare,
    alternatives,
    replan,
    price,
    facts,
    verify,
    template,
    schema,
    policy,
):
    subvent.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `subvent` with the arguments of the process and leave it with the exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    _hold_descriptors()
    _speak_utf_8()
    collect_rarely()
    signal.signal(signal.SIGTERM, _terminated)
    if _COMPLETION in os.environ:
        subvent.main(prog_name="subvent")
    sys.exit(run(arguments, session_of(arguments, os.environ)))


def _terminated(*_: object) -> None:
    """End as Ctrl-C does: with a word, and with the children ended."""
    raise Terminated


def run(arguments: Sequence[str], session: Session) -> int:
    """Run one command line; the exit status comes back, messages go to stderr."""
    try:
        return _status_of(arguments, session)
    except (Exception, KeyboardInterrupt) as error:
        return _failed(error, session)


def _status_of(arguments: Sequence[str], session: Session) -> int:
    """What the command returns. Not click's own `main`: it would end the process on a broken pipe."""
    try:
        with subvent.make_context("subvent", list(arguments), obj=session) as ctx:
            status = subvent.invoke(ctx)
    except click.exceptions.Exit as left:
        status = left.exit_code
    return status if isinstance(status, int) else _DONE


def _failed(error: BaseException, session: Session) -> int:
    """Tell what went wrong, whatever it is; the exit status it ends with comes back."""
    match error:
        case SubventError():
            diagnostics, status = error.diagnostics, error.exit_status
        case KeyboardInterrupt() | click.Abort():
            told = next((one for one in error.args if isinstance(one, Diagnostic)), None)
            diagnostics = (told or diagnostic("cli.interrupted", severity="note"),)
            status = error.status if isinstance(error, Terminated) else _INTERRUPTED
        case click.exceptions.NoArgsIsHelpError(ctx=ctx) if ctx:
            click.echo(ctx.get_help(), err=True, color=session.colour)
            return _FAULT
        case click.ClickException():
            diagnostics, status = (_usage(error),), _FAULT
        case _:
            if session.debug:
                traceback.print_exception(error)
            message = str(error) or "-"
            diagnostics, status = (diagnostic("cli.bug", kind=type(error).__name__, message=message),), _FAULT
    messages.report(diagnostics, session, status)
    return status


def _usage(error: click.ClickException) -> Diagnostic:
    """What click refused, as a message of ours."""
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    command = ctx.command_path if ctx else "subvent"
    if isinstance(error, click.exceptions.NoSuchCommand) and ctx:
        return _unknown("cli.no-such-command", error.command_name, _command_names(ctx), command)
    if isinstance(error, click.NoSuchOption) and ctx:
        names = [name for p in ctx.command.get_params(ctx) for name in p.opts if name.startswith("--")]
        return _unknown("cli.no-such-option", error.option_name, names, command)
    if isinstance(error, click.MissingParameter) and error.param:
        name = error.param.make_metavar(ctx) if ctx else error.param.name
        return diagnostic("cli.missing-argument", name=name, command=command)
    if isinstance(error, click.BadOptionUsage):
        return diagnostic("cli.option-without-value", name=error.option_name, command=command)
    return diagnostic("cli.usage", message=error.format_message(), command=command)


def _unknown(code: str, name: str, names: Sequence[str], command: str) -> Diagnostic:
    """A name that there is not, with the nearest that there is."""
    nearest = get_close_matches(name, names, n=1)
    return diagnostic(
        code,
        name=name,
        command=command,
        nearest_zh=f"是否指“{nearest[0]}”？" if nearest else "",
        nearest_en=f"did you mean “{nearest[0]}”? " if nearest else "",
    )


def _command_names(ctx: click.Context) -> list[str]:
    return ctx.command.list_commands(ctx) if isinstance(ctx.command, click.Group) else []


def _show_version(ctx: click.Context) -> None:
    emit(f"subvent {__version__}", current())
    ctx.exit()


def _hold_descriptors() -> None:
    """Where stdin, stdout or stderr is closed, no file takes its number: what is printed would land in it."""
    while (held := os.open(os.devnull, os.O_RDWR)) <= _STDERR:
        os.set_inheritable(held, True)  # noqa: FBT003 - the only way to call it
    os.close(held)


def _speak_utf_8() -> None:
    """Results and messages are UTF-8 with plain line ends, whatever console or locale there is."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
