"""`subvent policy`: what is encoded, and checks on it."""

from __future__ import annotations

import click

from subvent.diagnostics import Text
from subvent_cli.bilingual import BilingualGroup
from subvent_cli.options import lang_option
from subvent_cli.policy_coverage import coverage
from subvent_cli.policy_lint import lint
from subvent_cli.policy_list import list_packs
from subvent_cli.policy_readings import readings
from subvent_cli.policy_show import show
from subvent_cli.policy_sources import verify_sources
from subvent_cli.policy_test import test


@click.group(
    "policy",
    cls=BilingualGroup,
    text=Text("已编码的政策，以及对它们的检查", "The policies that are encoded, and checks on them"),
    detail=Text(
        """\
政策包是一个文件夹：policy.toml、terms.lp 和 cases.yaml。""",
        """\
A pack is a folder with policy.toml, terms.lp and cases.yaml.""",
    ),
    examples=("subvent policy list", "subvent policy readings"),
)
@lang_option
def policy() -> None:
    """Hold the commands together."""


for _command in (list_packs, show, coverage, readings, lint, verify_sources, test):
    policy.add_command(_command)
