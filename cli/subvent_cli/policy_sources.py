"""`subvent policy verify-sources`: whether every quoted phrase stands in the document it names."""

from __future__ import annotations

from pathlib import Path

import click

from subvent.diagnostics import Text
from subvent_cli import options
from subvent_cli.bilingual import BilingualCommand
from subvent_cli.output import show_findings
from subvent_cli.session import current

_CLEAN = Text("所引原句均见于文件原文", "every phrase stands in its document")


@click.command(
    "verify-sources",
    cls=BilingualCommand,
    text=Text("核对所引原句是否见于文件原文", "Check the quoted phrases against the documents"),
    detail=Text(
        """\
DIR 是存放文件原文 .txt 的文件夹；
缺少某个政策包的原文也算发现，退出码 1。只核对用 --policy
指明的政策包；它所依据的其他包要核对，就一并指明。""",
        """\
DIR is the folder with the documents as .txt; a pack whose
document is missing there is a finding too, with exit 1. Of packs
named by --policy those that they build on are not looked at,
unless they are named as well.""",
    ),
    examples=(
        "subvent policy verify-sources sources",
        "subvent policy verify-sources sources --policy my-city/my-policy",
    ),
)
@click.argument("sources", type=options.PATH, metavar="DIR")
@options.policy_option
@options.format_option
@options.lang_option
def verify_sources(sources: Path, policies: tuple[str, ...]) -> int:
    """Check the phrases; 0 when all were found, 1 with those that were not."""
    from subvent.policy.loader import load_policies
    from subvent.policy.sources import verify_sources as missing_in

    return show_findings(missing_in(load_policies(policies), sources), _CLEAN, current())
