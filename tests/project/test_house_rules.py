"""What holds for every file: size, no law in the engine, no unfinished work, no foreign paths."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = sorted(p for root in ("solver", "specs", "cli") for p in (ROOT / root).rglob("*.py"))
ENGINE = [p for p in PYTHON if (ROOT / "specs") not in p.parents]
MOST_LINES = 400

LAW = re.compile(
    r"深圳|广东|粤|深府|智能化|绿色化|数字化转型|贴息|技术改造|产业融合|标准煤|绿色工厂|"
    r"\b(shenzhen|guangdong|fusion|traditional_sector|audited_cost|soft_cost|green_track|energy_tce)\b",
    re.IGNORECASE,
)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", [p for p in PYTHON if p.stat().st_size], ids=_name)
def test_files_stay_short(path: Path) -> None:
    """A source file has at most 400 lines."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_tests_and_benchmarks_stay_short() -> None:
    """So has a file of tests or benchmarks."""
    files = [p for root in ("tests", "benchmarks") for p in (ROOT / root).rglob("*.py")]
    long = {_name(p): n for p in files if (n := len(p.read_text(encoding="utf-8").splitlines())) > MOST_LINES}
    assert long == {}


@pytest.mark.parametrize("path", ENGINE, ids=_name)
def test_no_law_in_the_engine(path: Path) -> None:
    """No city, category, document or field of the law is named by the engine or the command line."""
    examples = set(_examples(path))
    found = [word for word in _words(path) if LAW.search(word) and word not in examples]
    assert found == []


def _words(path: Path) -> list[str]:
    """Names and texts of a source file; comments and docstrings may speak of examples."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    prose = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            prose |= {
                id(s.value) for s in body if isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant)
            }
    words = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            words.append(node.value)
        elif isinstance(node, ast.Name):
            words.append(node.id)
        elif isinstance(node, ast.Attribute):
            words.append(node.attr)
        elif isinstance(node, documented[1:]):
            words.append(node.name)
    return words


def _examples(path: Path) -> list[str]:
    """The example lines of a command's help: they name real packs and readings, as documentation does."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        constant.value
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "examples"
        for constant in ast.walk(node.value)
        if isinstance(constant, ast.Constant) and isinstance(constant.value, str)
    ]


def test_nothing_is_left_undone() -> None:
    """No line of source promises later work or swallows every error."""
    undone = re.compile(r"#\s*(TODO|FIXME|XXX)|raise NotImplementedError|^\s*except:", re.MULTILINE)
    assert [_name(p) for p in PYTHON if undone.search(p.read_text(encoding="utf-8"))] == []


def test_no_foreign_paths() -> None:
    """Text files name no place of anyone's machine, and the locks no host."""
    foreign = re.compile(r"(^|[^A-Za-z0-9_.])/(work|home|Users|root)/[A-Za-z]")
    kinds = {".py", ".md", ".toml", ".lp", ".yaml", ".yml", ".json", ".txt", ""}
    skipped = {".git", ".venv", ".hypothesis", ".mypy_cache", ".ruff_cache", ".pytest_cache", "build", "dist"}
    found = [
        _name(p)
        for p in ROOT.rglob("*")
        if p.suffix in kinds and p.is_file() and not skipped & set(p.relative_to(ROOT).parts)
        if foreign.search(p.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []
    locks = [p.read_text(encoding="utf-8") for p in (ROOT / "requirements").glob("*.txt")]
    assert locks
    assert not any("://" in lock or "index-url" in lock for lock in locks)
