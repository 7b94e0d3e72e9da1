"""`subvent schema`: JSON Schema of the file formats."""

from __future__ import annotations

import json

import click

from subvent.diagnostics import Text
from subvent_cli import options
from subvent_cli.bilingual import BilingualCommand
from subvent_cli.output import emit
from subvent_cli.session import current


@click.command(
    "schema",
    cls=BilingualCommand,
    text=Text("输出文件格式的 JSON Schema", "JSON Schema of the file formats"),
    detail=Text(
        """\
portfolio 是申报资料（默认），plan 是方案的 .json，
batch 是 subvent batch --format json 的一行，
why、facts、compare 是这些命令加 --format json 的输出。""",
        """\
portfolio is the file to plan (the default), plan the .json of a plan,
batch a line of subvent batch --format json; why, facts and compare are
what these commands print with --format json.""",
    ),
    examples=("subvent schema portfolio", "subvent schema plan", "subvent schema why"),
)
@click.argument(
    "name",
    type=options.OneOf("portfolio", "plan", "batch", "why", "facts", "compare"),
    default="portfolio",
    metavar="[portfolio|plan|batch|why|facts|compare]",
)
@options.policy_option
@options.lang_option
def schema(name: str, policies: tuple[str, ...]) -> int:
    """Print the schema."""
    if name == "plan":
        from subvent.document.shape import plan_schema

        found = plan_schema()
    elif name == "batch":
        from subvent.document.batch import batch_schema

        found = batch_schema()
    elif name != "portfolio":
        from subvent.document.answers import answer_schema

        found = answer_schema(name)
    else:
        from subvent.policy.loader import load_policies
        from subvent.policy.offered import offered
        from subvent.portfolio.schema import portfolio_schema

        found = portfolio_schema(offered(load_policies(policies)))
    emit(json.dumps(found, ensure_ascii=False, indent=2), current())
    return 0
