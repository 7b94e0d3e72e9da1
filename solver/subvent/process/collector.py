"""How often Python looks for cycles among what it holds.

Cells, facts, atoms and rows are millions of tuples that hold no cycle and are all kept. By default the
collector walks through the young ones every 700, and through all of them whenever they have grown by a
quarter: on a large portfolio that takes as long as reading it.
"""

from __future__ import annotations

import gc

_YOUNG = 200_000
_ONCE = 1_000
"""What has outlived one walk is looked at again only after so many: in practice never."""


def collect_rarely() -> None:
    """Let the collector of this process wait for many new objects; what holds no cycle goes anyway."""
    gc.set_threshold(_YOUNG, _ONCE, 50)
