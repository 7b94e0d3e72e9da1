"""The packs that a command's PACK arguments name, by id or by folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subvent.policy.types import PolicySet


def selected(packs: Sequence[str], policies: Sequence[str] = ()) -> tuple[PolicySet, frozenset[str]]:
    """The packs to load, and the ids of those that PACK names; none when it names none.

    `policies`: those of --policy. The cases of all packs loaded exercise the rules of each of them, so
    ids among them leave the rest in. Raises PolicyError as `load_policies` does.
    """
    from subvent.policy.loader import load_policies

    loaded = load_policies(policies)
    known = {pack.id for pack in loaded.packs}
    if known.issuperset(packs):
        return loaded, frozenset(packs)
    loaded = load_policies((*policies, *packs))
    folders = [Path(pack).resolve() for pack in packs if pack not in known]
    chosen = {
        pack.id
        for pack in loaded.packs
        if pack.id in packs or any(pack.directory.resolve().is_relative_to(folder) for folder in folders)
    }
    return loaded, frozenset(chosen)
