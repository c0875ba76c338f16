"""What the guards look at: the rooms, their files, their floors. A guard is a short test with an allow-list of name → reason."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
TRACING = ROOT / "tracing"


def floors() -> dict[str, int]:
    """Room → floor, 0 at the bottom, from the import contract itself."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    layers = list(reversed(contract["layers"]))
    return {room.strip(): floor for floor, line in enumerate(layers) for room in line.split("|")}


def python_files(under: Path = TRACING, *, tests: bool = False) -> Iterator[Path]:
    """Source files; without tests and migrations."""
    for path in sorted(under.rglob("*.py")):
        parts = path.relative_to(ROOT).parts
        if "migrations" in parts or "__pycache__" in parts or (not tests and "tests" in parts):
            continue
        yield path


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports(module: ast.Module) -> Iterator[str]:
    """Every module that a file imports, also inside functions."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def check(found: Iterable[str], allowed: Mapping[str, str], rule: str) -> None:
    """Fail for what is found and not allowed, and for what is allowed and no longer found: an exception without need."""
    wrong = sorted(set(found))
    new = [one for one in wrong if one not in allowed]
    stale = [one for one in allowed if one not in wrong]
    assert not new, f"{rule}:\n  " + "\n  ".join(new)
    assert not stale, "exceptions that are no longer needed:\n  " + "\n  ".join(stale)
