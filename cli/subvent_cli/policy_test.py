"""`subvent policy test`: the packs' worked cases, and with --mutate whether they would notice a change."""

from __future__ import annotations

import click

from subvent.diagnostics import Text
from subvent_cli import options
from subvent_cli.bilingual import BilingualCommand, BilingualOption
from subvent_cli.output import show_findings
from subvent_cli.packs import selected
from subvent_cli.session import current

_PASSED = Text("全部算例通过", "all worked cases pass")


@click.command(
    "test",
    cls=BilingualCommand,
    text=Text("运行政策包的算例", "Run the packs' worked cases"),
    detail=Text(
        """\
算例在各政策包的 cases.yaml 中；写上 PACK（编号或文件夹）则只看这些包。
加 --mutate 时，逐个改动每个数字、比较和规则：改动后没有算例
失败的，即列为发现，退出码 1。""",
        """\
The cases stand in the cases.yaml of each pack; with PACK, an id or a
folder, only those of that pack are looked at. With --mutate every number,
comparison and rule is changed, one at a time: a change that makes
no case fail is a finding, with exit 1.""",
    ),
    examples=(
        "subvent policy test",
        "subvent policy test --mutate cn/guangdong/2014-51",
        "subvent policy test my-city/my-policy",
    ),
)
@click.argument("packs", nargs=-1, metavar="[PACK]...")
@click.option(
    "--mutate",
    cls=BilingualOption,
    is_flag=True,
    text=Text("检查算例能否发现对规则的改动", "Check that the cases notice changes to the rules"),
)
@options.policy_option
@options.format_option
@options.lang_option
def test(packs: tuple[str, ...], policies: tuple[str, ...], *, mutate: bool) -> int:
    """Run the cases; 0 when all hold, 1 with those that do not."""
    from subvent.casework.worked import changes_unnoticed, run_worked_cases

    check = changes_unnoticed if mutate else run_worked_cases
    loaded, wanted = selected(packs, policies)
    return show_findings(check(loaded, sorted(wanted)), _PASSED, current())
