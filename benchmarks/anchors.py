"""Other explanation tools on the claims of the same plan: why every claim, and why not both of two.

    python benchmarks/anchors.py --install DIR      an environment of their own, from the package index

They are no dependency of this project: where they are not installed, that is all that is told. Their program
is anchors.lp, far smaller than the packs that subvent proves claims from. asplain, which looks for the
nearest other model, is left out: results.md says what was tried.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from child import Run, run, script
from reference import facts, quoted

PACKAGES = ("xclingo==2.0b24", "clingexplaid==1.5.1")
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "subvent-benchmarks"
"""Where they are installed unless another folder is named."""
WHY, WHY_NOT_BOTH = "why every claim", "why not both of two"
_KINDS = {"major", "equipment", "smart", "iiot", "traditional", "green", "fusion"}
_LIMITS = "in_force(one_a_project). in_force(one_a_category)."


class Anchor(NamedTuple):
    """What one tool took for one question about a plan of so many projects; `told` are trees or articles."""

    size: int
    question: str
    tool: str
    ran: Run | None

    @property
    def said(self) -> str:
        """One line."""
        if self.ran is None:
            return "not installed"
        return self.ran.failure or f"{self.ran.cpu:.2f} s ({self.ran.wall:.2f} s)"


def install(folder: Path) -> None:
    """Make an environment in the folder and install the tools there. Raises CalledProcessError."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(_python(folder)), "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, *PACKAGES], check=True)


def _python(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def measured(
    folder: Path, size: int, portfolio: dict[str, Any], installed: Path, limit: float
) -> Iterator[Anchor]:
    """Ask every tool about the plan whose claims stages.py has left in the folder, each for `limit` seconds.

    The claims are those for projects in the categories that anchors.lp knows.
    """
    left = json.loads((folder / "claims.json").read_text(encoding="utf-8"))
    (folder / "facts.lp").write_text("\n".join(facts(portfolio)), encoding="utf-8")
    yield _asked(folder, size, WHY, "xclingo", left["claims"], installed, limit)
    if left["pair"]:
        names = ["/".join(map(str, claim[1:3])) for claim in left["pair"]]
        ours = ["-m", "subvent", "conflict", str(folder / "group.json"), *names]
        yield Anchor(size, WHY_NOT_BOTH, "subvent", run(ours, limit, passing=(0, 3)))
        yield _asked(folder, size, WHY_NOT_BOTH, "clingexplaid", left["pair"], installed, limit)


def _asked(
    folder: Path,
    size: int,
    question: str,
    tool: str,
    claims: Sequence[Sequence[Any]],
    installed: Path,
    limit: float,
) -> Anchor:
    """A tool's answer about some claims, in a process of its own that knows nothing of this project."""
    if not _python(installed).exists():
        return Anchor(size, question, tool, None)
    asked = folder / "asked.lp"
    asked.write_text("\n".join((*map(_chosen, filter(_known, claims)), _LIMITS)), encoding="utf-8")
    files = (script("anchors.lp"), str(folder / "facts.lp"), str(asked))
    command = ["-I", script("explainers.py"), tool, *files]
    return Anchor(size, question, tool, run(command, limit, python=str(_python(installed)), folder=folder))


def _known(claim: Sequence[Any]) -> bool:
    return claim[2] in _KINDS


def _chosen(claim: Sequence[Any]) -> str:
    applicant, subject, benefit, year = claim
    return f"chosen({quoted(applicant)},{quoted(subject)},{benefit},{year})."


def main() -> None:
    """Install the tools."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--install", type=Path, metavar="DIR", nargs="?", const=CACHE, required=True)
    install(parser.parse_args().install)


if __name__ == "__main__":
    main()
