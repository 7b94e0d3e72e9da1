"""The project file, the locks and the packages say the same."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _required(extra: str | None = None) -> set[str]:
    project = PROJECT["project"]
    listed = project["dependencies"] if extra is None else project["optional-dependencies"][extra]
    return {_normal(m.group()) for entry in listed if (m := re.match(r"[A-Za-z0-9._-]+", entry))} - {
        "subvent"
    }


def _locked(name: str) -> dict[str, int]:
    """Locked packages with the number of their hashes."""
    found: dict[str, int] = {}
    package = ""
    for line in (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines():
        if m := re.match(r"([A-Za-z0-9._-]+)==", line):
            package = _normal(m.group(1))
        if "--hash=sha256:" in line:
            found[package] = found.get(package, 0) + 1
    return found


def test_locks_hold_every_dependency_with_its_hash() -> None:
    """What the project file asks for is locked: for running, and for developing on top of it."""
    run, dev = _locked("run.txt"), _locked("dev.txt")
    assert _required() | _required("build") <= set(run)
    assert _required("dev") | set(run) <= set(dev)
    assert all({**run, **dev}.values())


def test_versions_of_the_locks_agree() -> None:
    """A package has the same versions, whichever lock installs it."""
    run, dev = _versions("run.txt"), _versions("dev.txt")
    assert run == {package: versions for package, versions in dev.items() if package in run}


def _versions(name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    for package, version in re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", text, re.MULTILINE):
        found.setdefault(package, []).append(version)
    return found


def test_every_package_is_typed_and_built() -> None:
    """Each source root holds one package with py.typed, and the wheel takes all of them."""
    built = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    roots = PROJECT["tool"]["hatch"]["build"]["dev-mode-dirs"]
    assert [p.split("/")[0] for p in built] == roots
    assert all((ROOT / p / "py.typed").is_file() and (ROOT / p / "__init__.py").is_file() for p in built)


def test_readmes_say_the_same() -> None:
    """Both READMEs show the same commands, in the same order."""
    commands = [
        [
            line
            for block in re.findall(r"```(?:sh|console)\n(.*?)```", text, re.DOTALL)
            for line in _typed(block)
        ]
        for text in (_readme("README.md"), _readme("README.zh-CN.md"))
    ]
    assert commands[0]
    assert commands[0] == commands[1]


def _readme(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _typed(block: str) -> list[str]:
    return [line.split("  #")[0].rstrip() for line in block.splitlines() if line and not line.startswith("#")]
