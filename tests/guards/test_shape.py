"""The shape of the house: its files, floors and doors."""

from __future__ import annotations

import ast

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import ForeignKey

from tests.guards.house import ROOT, TRACING, check, floors, imports, name, python_files, tree

PURE_NAMES = ("rules.py", "strip.py", "lines.py", "report.py", "interpret.py", "codebook.py", "gazetteer.py", "facts.py", "news.py")


def test_every_room_stands_on_a_floor() -> None:
    rooms = {path.name for path in TRACING.iterdir() if (path / "__init__.py").exists()}
    assert rooms == set(floors())


def test_every_room_says_what_it_is_for() -> None:
    silent = [room for room in floors() if not (ast.get_docstring(tree(TRACING / room / "__init__.py")) or "")]
    code = [
        room for room in floors() if any(not isinstance(node, ast.Expr) for node in tree(TRACING / room / "__init__.py").body)
    ]
    check(silent, {}, "a room's __init__ says in three sentences what the room is for")
    check(code, {}, "a room's __init__ holds no code")


def test_foreign_keys_point_down() -> None:
    height = floors()
    wrong = []
    for model in apps.get_models():
        room = model._meta.app_label
        if not model.__module__.startswith("tracing."):
            continue
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey) and field.model is model:
                other = field.related_model._meta.app_label  # type: ignore[union-attr]
                if other != room and (other not in height or height[other] >= height[room]):
                    wrong.append(f"{room}.{model.__name__}.{field.name} → {other}")
    check(wrong, {}, "foreign keys point to rooms on lower floors")


def test_every_public_function_in_actions_is_an_action() -> None:
    wrong = []
    for path in python_files():
        if path.name != "actions.py" and path.parent.name != "actions":
            continue
        for node in tree(path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                decorators = {d.id for d in node.decorator_list if isinstance(d, ast.Name)}
                if "action" not in decorators:
                    wrong.append(f"{name(path)}:{node.name}")
    check(
        wrong,
        {
            "tracing/journal/actions.py:record": "called inside an action; it is what an action must do",
            "tracing/journal/actions.py:look": "runs under the reading role, which may insert looks and nothing else",
            "tracing/journal/actions.py:disclose": "called inside an action, which records what it was for",
            "tracing/journal/actions.py:digest_old": "a formula",
            "tracing/journal/actions.py:digest_disclosure": "a formula",
            "tracing/intake/actions/filed.py:save": "the second half of file_waiting, in a file of its own",
            "tracing/intake/actions/sources.py:key_digest": "a formula",
        },
        "every public function in actions is an @action",
    )


def test_rules_import_no_django() -> None:
    wrong = []
    for path in python_files():
        pure = path.name in PURE_NAMES or path.parent.name == "rules" or path.parent.name == "hl7"
        if pure and any(module.split(".")[0] == "django" for module in imports(tree(path))):
            wrong.append(name(path))
    check(wrong, {}, "pure files import no Django")


def test_nothing_below_the_surfaces_reads_the_clock() -> None:
    wrong = []
    for path in python_files():
        room = path.relative_to(TRACING).parts[0]
        if room in ("desk", "gateway", "base") or path.name in ("jobs.py", "cli.py", "middleware.py"):
            continue
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Attribute) or node.attr not in ("now", "today", "utcnow"):
                continue
            if isinstance(node.value, ast.Name) and node.value.id in ("timezone", "datetime", "date"):
                wrong.append(f"{name(path)}:{node.value.id}.{node.attr}")
    check(wrong, {}, "time is an argument: only surfaces, jobs and commands read the clock")


def test_no_file_is_longer_than_400_lines() -> None:
    long = []
    for folder in (TRACING, ROOT / "config", ROOT / "tests"):
        for path in python_files(folder, tests=True):
            if len(path.read_text().splitlines()) > 400:
                long.append(name(path))
    check(long, {}, "no file is longer than 400 lines")


@pytest.mark.django_db
def test_no_migration_is_missing_and_each_room_has_one_line_of_them() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    forked = []
    for room in floors():
        folder = TRACING / room / "migrations"
        if folder.exists():
            numbers = [path.name[:4] for path in folder.glob("0*.py")]
            if len(numbers) != len(set(numbers)):
                forked.append(room)
    check(forked, {}, "migrations of a room stand in one line")


def test_no_package_for_row_history_and_no_signals() -> None:
    wrong = [
        name(path)
        for path in python_files()
        if any(module.startswith(("django.db.models.signals", "django.dispatch")) for module in imports(tree(path)))
    ]
    check(wrong, {}, "no signals: an action is read from top to bottom")


def test_rows_are_locked_without_their_keys_unless_something_is_moved_away_from_them() -> None:
    """docs/decisions/0021: a foreign key of a new row never waits for somebody who holds the row it points at."""
    moved_away = {
        "tracing/people/merging/joining.py": "what belongs to who is merged away",
        "tracing/cases/merging.py": "cases and calls of who is merged away",
        "tracing/cases/misfiled.py": "results of a case that goes to somebody else",
        "tracing/intake/misfiled/actions.py": "reports that go to somebody else",
        "tracing/jurisdictions/ending.py": "what belongs to a unit that ends",
    }
    wrong = [
        name(path)
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "select_for_update"
        and not any(keyword.arg == "no_key" for keyword in node.keywords)
    ]
    check(wrong, moved_away, "select_for_update says no_key=True")
