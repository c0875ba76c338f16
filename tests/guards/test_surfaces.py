"""What surfaces may not do: ask the database themselves. They load through queries of the rooms and what the viewer may see."""

from __future__ import annotations

import ast

from tests.guards.house import TRACING, check, name, python_files, tree

SURFACES = ("desk", "gateway")
MANAGERS = ("objects", "_default_manager", "_base_manager")


def test_surfaces_never_ask_a_table_themselves() -> None:
    wrong = [
        name(path)
        for surface in SURFACES
        for path in python_files(TRACING / surface)
        if any(isinstance(node, ast.Attribute) and node.attr in MANAGERS for node in ast.walk(tree(path)))
    ]
    check(wrong, {}, "surfaces never use Model.objects")


def test_surfaces_change_nothing_themselves() -> None:
    """No save, no delete, no cursor: a change is an action, which is journaled."""
    forbidden = {"save", "delete", "bulk_create", "bulk_update", "cursor"}
    wrong = [
        name(path)
        for surface in SURFACES
        for path in python_files(TRACING / surface)
        if any(
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in forbidden
            for node in ast.walk(tree(path))
        )
    ]
    check(wrong, {}, "surfaces change nothing but through actions")
