"""`subvent policy list`: the packs there are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from subvent.diagnostics import Text
from subvent.display import harmless
from subvent_cli import options
from subvent_cli.bilingual import BilingualCommand
from subvent_cli.output import emit
from subvent_cli.session import Session, current

if TYPE_CHECKING:
    from subvent.policy.types import Pack

_NO_END = Text("无期限", "open")
_RULES = Text("{n} 条规则", "{n} rules")


@click.command(
    "list",
    cls=BilingualCommand,
    text=Text("列出全部政策包", "List the packs"),
    detail=Text(
        """\
每个政策包：编号、文号、标题、有效期、规则数。""",
        """\
Of each pack: id, document number, title, days in force, rules.""",
    ),
    examples=("subvent policy list", "subvent policy list --format json"),
)
@options.policy_option
@options.format_option
@options.lang_option
def list_packs(policies: tuple[str, ...]) -> int:
    """Show the packs."""
    from subvent.policy.loader import load_policies

    session = current()
    packs = load_policies(policies).packs
    if session.json:
        emit(json.dumps([_plain(pack) for pack in packs], ensure_ascii=False, indent=2), session)
    else:
        emit("\n".join(_lines(pack, session) for pack in packs), session)
    return 0


def _lines(pack: Pack, session: Session) -> str:
    language = session.language
    start, end = pack.in_force
    force = f"{start} – {end or _NO_END.in_(language)}"
    rules = _RULES.in_(language).format(n=len(pack.rules))
    title = harmless(pack.title.in_(language))
    about = "  ".join(part for part in (harmless(pack.document), force, rules) if part)
    return f"{harmless(pack.id)}\n    {title}\n    {about}"


def _plain(pack: Pack) -> dict[str, object]:
    start, end = pack.in_force
    return {
        "id": pack.id,
        "version": pack.version,
        "document": pack.document,
        "title": {"zh": pack.title.zh, "en": pack.title.en},
        "issuer": {"zh": pack.issuer.zh, "en": pack.issuer.en},
        "issued": pack.issued.isoformat(),
        "in_force": {"from": start.isoformat(), "to": end.isoformat() if end else None},
        "benefits": [benefit.name for benefit in pack.benefits],
        "readings": [reading.name for reading in pack.readings],
        "rules": len(pack.rules),
        "sha256": pack.sha256,
    }
