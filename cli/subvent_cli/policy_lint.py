"""`subvent policy lint`: whether packs are well written and say what their phrases say."""

from __future__ import annotations

import click

from subvent.diagnostics import Text
from subvent_cli import options
from subvent_cli.bilingual import BilingualCommand
from subvent_cli.output import show_findings
from subvent_cli.session import current

_CLEAN = Text("政策包没有发现问题", "nothing to mend in the packs")


@click.command(
    "lint",
    cls=BilingualCommand,
    text=Text("检查政策包的写法", "Check how packs are written"),
    detail=Text(
        """\
规则里的数字须见于所引原句，“以上”“不超过”等须与比较方向一致；
有发现时退出码 1。PACK 是政策包的编号或文件夹，默认全部内置。""",
        """\
A rule's numbers must stand in the phrases above it, and words such as
"at least" must agree with its comparisons. Findings end with exit 1.
PACK is an id or a folder; default: all built in.""",
    ),
    examples=("subvent policy lint", "subvent policy lint my-city/my-policy"),
)
@click.argument("packs", nargs=-1, metavar="[PACK]...")
@options.policy_option
@options.format_option
@options.lang_option
def lint(packs: tuple[str, ...], policies: tuple[str, ...]) -> int:
    """Check the packs; 0 when nothing was found, 1 with the findings."""
    from subvent.policy.lint import lint as found_in
    from subvent.policy.loader import load_policies

    return show_findings(found_in(load_policies((*policies, *packs))), _CLEAN, current())
