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
batch 是 subvent batch --format json 的一行。""",
        """\
portfolio is the file to plan (the default), plan the .json of a plan,
batch a line of subvent batch --format json.""",
    ),
    examples=("subvent schema portfolio", "subvent schema plan"),
)
@click.argument(
    "name",
    type=options.OneOf("portfolio", "plan", "batch"),
    default="portfolio",
    metavar="[portfolio|plan|batch]",
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
    else:
        from subvent.policy.loader import load_policies
        from subvent.policy.offered import offered
        from subvent.portfolio.schema import portfolio_schema

        found = portfolio_schema(offered(load_policies(policies)))
    emit(json.dumps(found, ensure_ascii=False, indent=2), current())
    return 0
