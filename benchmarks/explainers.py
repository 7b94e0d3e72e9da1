"""Other explanation tools, each asked in a process of its own by the Python that they are installed for.

    python -I benchmarks/explainers.py xclingo anchors.lp facts.lp chosen.lp
    python -I benchmarks/explainers.py clingexplaid anchors.lp facts.lp pair.lp

It prints the explanation and, last, how many things it explains, as JSON. What it imports is loaded where it
is used: each tool may be there or not, and nothing of this project is.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path


def xclingo(*files: str) -> int:
    """Every claim as a tree; the number of trees."""
    from xclingo import XclingoControl

    control = XclingoControl(["1"], n_explanations="1")
    control.add("base", [], "\n".join(Path(file).read_text(encoding="utf-8") for file in files))
    control.ground([("base", [])])
    told = 0
    for model in control.solve():
        for graph in model.explain_model():
            for symbol in graph.show_trace:
                tree = graph.explain(symbol)
                if tree is not None:
                    print(tree)
                    told += 1
    return told


def clingexplaid(*files: str) -> int:
    """A smallest set of claims and limits that cannot stand together; how many it has."""
    from clingexplaid.preprocessors import AssumptionPreprocessor, FilterSignature
    from clingexplaid.unsat import SubsetComputer

    asked = {FilterSignature("chosen", 4), FilterSignature("in_force", 1)}
    prepared = AssumptionPreprocessor(filters=asked)
    prepared.process_files(list(files))
    control = prepared.control
    control.ground([("base", [])])
    smallest = SubsetComputer(control, prepared.assumptions).mus()
    print(smallest)
    return len(smallest.assumptions)


TOOLS: Mapping[str, Callable[..., int]] = {
    "xclingo": xclingo,
    "clingexplaid": clingexplaid,
}

if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    print(json.dumps({"told": TOOLS[name](*arguments)}))
