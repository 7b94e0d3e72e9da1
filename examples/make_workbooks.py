"""Write the workbook twin of every example portfolio: FILE.yaml becomes FILE.xlsx beside it.

    python examples/make_workbooks.py [FOLDER]

The YAML files are what is kept by hand. FOLDER (default: this one) receives the workbooks; those that
stand there are replaced. Needs subvent installed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.template import write_portfolio
from subvent.portfolio.text_reader import read_raw

EXAMPLES = Path(__file__).resolve().parent


def make_workbooks(folder: Path = EXAMPLES) -> tuple[Path, ...]:
    """Write the workbooks into a folder and return their paths, in the order of their names.

    Raises SubventError when an example is not valid or a workbook cannot be written.
    """
    vocabulary = vocabulary_of(load_policies())
    written = []
    for source in sorted(EXAMPLES.glob("*.yaml")):
        target = folder / source.with_suffix(".xlsx").name
        write_portfolio(target, vocabulary, read_raw(source, vocabulary), overwrite=True)
        written.append(target)
    return tuple(written)


if __name__ == "__main__":
    make_workbooks(Path(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLES)
