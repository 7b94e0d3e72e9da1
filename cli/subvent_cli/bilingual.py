"""Commands and options whose help is in Chinese and English, and which refuse in both.

Help lines are broken by hand, never by click: it counts characters, and Chinese ones are two
columns wide. A test keeps every line within 80 columns.
"""

from __future__ import annotations

from typing import Any

import click

from subvent.diagnostics import Language, SubventError, Text, diagnostic
from subvent.display import shortened
from subvent_cli.output import emit
from subvent_cli.session import Session, session_of

_USAGE = Text("用法: ", "Usage: ")
_OPTIONS = Text("选项", "Options")
_COMMANDS = Text("命令", "Commands")
_EXAMPLE = Text("示例", "Example")
_HELP = Text("显示本帮助", "Show this help")


class BilingualOption(click.Option):
    """An option explained by a `Text`."""

    def __init__(self, *declarations: Any, text: Text, **attributes: Any) -> None:
        super().__init__(*declarations, **attributes)
        self.text = text

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """What `--help` shows of the option, in the session's language."""
        record = super().get_help_record(ctx)
        return record and (record[0], self.text.in_(_language(ctx)))


class BilingualCommand(click.Command):
    """A command with one line `text` for lists, further lines `detail`, and examples that run."""

    def __init__(
        self, *positional: Any, text: Text, detail: Text, examples: tuple[str, ...], **named: Any
    ) -> None:
        super().__init__(*positional, **named)
        self.text = text
        self.detail = detail
        self.examples = examples
        # Click's own refusal of extra arguments is in English only: see parse_args.
        self.allow_extra_args = True

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The `--help` option, explained in the session's language."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _HELP.in_(_language(ctx))
            option.callback = _show_help
        return option

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse as click does. Errors: SubventError about arguments that are too many."""
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError as error:
            # Click's parser does not say in which command it stumbled; our messages do.
            error.ctx = error.ctx or ctx
            raise
        if rest and not isinstance(self, click.Group) and not ctx.resilient_parsing:
            argument = shortened(" ".join(rest))
            raise SubventError(
                diagnostic("cli.extra-argument", argument=argument, command=ctx.command_path),
            )
        return rest

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        pieces = self.collect_usage_pieces(ctx)
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=_USAGE.in_(_language(ctx)))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command does."""
        language = _language(ctx)
        formatter.write("\n")
        for line in (self.text.in_(language), "", *self.detail.in_(language).splitlines()):
            formatter.write(f"  {line}".rstrip() + "\n")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, a group's commands after them."""
        records = [p.get_help_record(ctx) for p in self.get_params(ctx) if isinstance(p, click.Option)]
        with formatter.section(_OPTIONS.in_(_language(ctx))):
            formatter.write_dl([record for record in records if record])
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        formatter.write(f"\n{_EXAMPLE.in_(_language(ctx))}:\n")
        for example in self.examples:
            formatter.write(f"  {example}\n")


class BilingualGroup(BilingualCommand, click.Group):
    """A command with commands of its own."""

    command_class = BilingualCommand

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands with their one line each, in the order in which they were added."""
        language = _language(ctx)
        rows = [
            (name, c.text.in_(language))
            for name, c in self.commands.items()
            if isinstance(c, BilingualCommand)
        ]
        with formatter.section(_COMMANDS.in_(language)):
            formatter.write_dl(rows)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands, in the order in which they were added."""
        del ctx
        return list(self.commands)


def _show_help(ctx: click.Context, _: click.Parameter, asked: bool) -> None:  # noqa: FBT001 - click calls it
    """Show the help where results go, so that a stdout that cannot be written is told like any other."""
    if asked and not ctx.resilient_parsing:
        emit(ctx.get_help(), ctx.find_object(Session) or session_of((), {}))
        ctx.exit()


def _language(ctx: click.Context) -> Language:
    session = ctx.find_object(Session)
    return session.language if session else "zh"
