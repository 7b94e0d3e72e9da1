"""`subvent template`: an empty workbook to fill in."""

from __future__ import annotations

from pathlib import Path

import click

from subvent.diagnostics import SubventError, Text, diagnostic
from subvent.display import harmless
from subvent_cli import options
from subvent_cli.bilingual import BilingualCommand, BilingualOption
from subvent_cli.output import check_outputs, emit, write_files
from subvent_cli.session import current

_WRITTEN = Text("已写出 {path}", "written: {path}")


@click.command(
    "template",
    cls=BilingualCommand,
    text=Text("生成待填写的工作簿，带说明和校验", "An empty workbook to fill in, with help and validation"),
    detail=Text(
        """\
OUT 是要写出的 .xlsx。每张表有表头、单位、批注、下拉选项和一行示例；
表和字段是所用政策包的规则会用到的。""",
        """\
OUT is the .xlsx to write. Each sheet has headers with units, comments,
drop-downs and one example row; sheets and fields are those that
rules of the packs in use can read.""",
    ),
    examples=("subvent template group.xlsx",),
)
@click.argument("out", type=options.PATH)
@click.option(
    "--overwrite",
    cls=BilingualOption,
    is_flag=True,
    text=Text("文件已存在时覆盖它", "Replace the file if it exists"),
)
@options.policy_option
@options.lang_option
def template(out: Path, policies: tuple[str, ...], *, overwrite: bool) -> int:
    """Write the workbook and say where it is."""
    check_outputs([out], [".xlsx"], inputs=[])
    if out.exists() and not overwrite:
        raise SubventError(diagnostic("cli.file-exists", path=out))
    from subvent.policy.loader import load_policies
    from subvent.policy.offered import offered
    from subvent.portfolio.template import write_template

    vocabulary = offered(load_policies(policies))
    # It is staged elsewhere and put in place here: the writer itself finds nothing to overwrite.
    write_files({out: lambda path: write_template(path, vocabulary, overwrite=False)})
    session = current()
    emit(_WRITTEN.in_(session.language).format(path=harmless(str(out))), session)
    return 0
