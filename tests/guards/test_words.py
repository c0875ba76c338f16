"""Every reason that code gives has words: a page shows none as its code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.guards.house import TRACING, check, name, python_files, tree
from tracing.cases.models import Closure
from tracing.desk.review import words
from tracing.diseases import labels
from tracing.diseases.rules import Reason

NAMES = frozenset({"reason", "reasons", "scope_reason"})
ROOMS = ("diseases", "cases", "contacts", "tasks", "people")
CODE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+")


def _codes(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and CODE.fullmatch(part.value):
            yield part.value


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        yield from zip(target.elts, value.elts, strict=True)
    elif isinstance(target, ast.Tuple):
        yield from ((one, value) for one in target.elts)
    else:
        yield target, value


def reasons(module: ast.Module) -> Iterator[str]:
    """Codes that a file calls a reason: assigned, passed, appended, or under that name in a mapping."""
    for node in ast.walk(module):
        match node:
            case ast.Assign(targets=targets, value=value):
                for target, given in (pair for one in targets for pair in _pairs(one, value)):
                    if getattr(target, "attr", getattr(target, "id", "")) in NAMES:
                        yield from _codes(given)
            case ast.keyword(arg=arg, value=value) if arg in NAMES:
                yield from _codes(value)
            case ast.Call(func=ast.Name(id="Reason"), args=[first, *_]):
                yield from _codes(first)
            case ast.Call(func=ast.Attribute(attr="append" | "extend", value=ast.Name(id=list_name)), args=args) if (
                list_name in NAMES
            ):
                for one in args:
                    yield from _codes(one)
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if isinstance(key, ast.Constant) and key.value in NAMES:
                        yield from _codes(value)


def _of_a_call(code: str) -> bool:
    return labels.priority_reason(Reason(code, 10, 3)) != code


def test_every_reason_that_code_gives_has_words() -> None:
    known = {*labels.REASONS, *Closure.Reason.values, *words.REASONS}
    found = {
        f"{name(path)}:{code}"
        for room in ROOMS
        for path in python_files(TRACING / room)
        for code in reasons(tree(path))
        if code not in known and not _of_a_call(code)
    }
    assert any("earlier_episode" in list(reasons(tree(path))) for path in python_files(TRACING / "cases")), "the guard sees nothing"
    check(
        found,
        {
            "tracing/cases/actions.py:case_changed": "why a task was stopped, told in the journal's codes",
            "tracing/cases/actions.py:case_closed": "why a task was stopped, told in the journal's codes",
        },
        "every reason has words",
    )
