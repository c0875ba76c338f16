"""What every table, field and verb must declare."""

from __future__ import annotations

import ast
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey, Model

from tests.guards.house import TRACING, check, floors, python_files, tree
from tracing.access.policies import THIRD_PARTY, differences, our_models
from tracing.base.visibility import Hidden, Open, OwnRow, OwnUnit, ThroughPerson
from tracing.people.fields import FiledOn, PersonField


def test_every_table_says_who_sees_it() -> None:
    kinds = (Open, OwnUnit, ThroughPerson, OwnRow, Hidden)
    silent = [m.__name__ for m in our_models() if not isinstance(getattr(m, "visibility", None), kinds)]
    check(silent, {}, "every model declares its visibility")


def test_every_field_says_what_it_tells_of_a_person() -> None:
    silent = []
    for model in our_models():
        declared = set(getattr(model, "personal", {}))
        fields = {field.name for field in model._meta.local_concrete_fields}
        silent += [f"{model.__name__}.{one}" for one in fields - declared - {"id"}]
        silent += [f"{model.__name__}.{one} (no such field)" for one in declared - fields - {"id"}]
    check(silent, {}, "every field has a personal-data declaration")


def test_every_link_to_a_person_is_a_person_field() -> None:
    wrong = []
    for model in our_models():
        filed = {f.of for f in model._meta.local_concrete_fields if isinstance(f, FiledOn)}
        for field in model._meta.local_concrete_fields:
            if isinstance(field, ForeignKey) and field.related_model is apps.get_model("people", "Person"):
                if not isinstance(field, PersonField):
                    wrong.append(f"{model.__name__}.{field.name} is no PersonField")
                elif field.name not in filed:
                    wrong.append(f"{model.__name__}.{field.name} has no FiledOn beside it")
    own = {
        "Person.merged_into is no PersonField": "who has been merged into whom: what merging itself writes",
        "Merge.merged is no PersonField": "an edge of the forest: it never moves",
    }
    check(wrong, own, "every link to a person is a PersonField with its FiledOn")


def test_every_verb_of_the_journal_is_declared_with_words() -> None:
    declared: set[str] = set()
    for room in floors():
        if (TRACING / room / "verbs.py").exists():
            declared |= set(import_module(f"tracing.{room}.verbs").VERBS)
    used: set[str] = set()
    for path in python_files():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("record", "_say") and node.args:
                for part in ast.walk(node.args[0]):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str) and "." in part.value:
                        used.add(part.value)
    known_by_pattern = {"report.filed", "report.held", "report.set_aside", "report.waiting"}
    check(used - declared - {"report."}, {}, "every verb is declared in its room's verbs.py")
    assert declared, "no verbs found"
    assert known_by_pattern - {"report.waiting"} <= declared


def test_third_party_tables_are_known_with_reasons() -> None:
    theirs = {m._meta.db_table for m in apps.get_models(include_auto_created=True) if not m.__module__.startswith("tracing.")}
    theirs |= {"django_migrations"}
    check(theirs, {table: reason for table, (_, reason) in THIRD_PARTY.items() if table in theirs}, "tables of packages are listed")
    unknown = [table for table in THIRD_PARTY if table not in theirs and table != "django_session"]
    assert not unknown, unknown


@pytest.mark.django_db
def test_the_database_has_the_policies_that_are_declared() -> None:
    assert differences() == []


@pytest.mark.django_db
def test_no_table_with_personal_data_is_without_row_security() -> None:
    def open_table(model: type[Model]) -> bool:
        return isinstance(model.visibility, Open)  # type: ignore[attr-defined]

    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace")
        secured = {row[0] for row in cursor.fetchall()}
        cursor.execute(
            "SELECT table_name FROM information_schema.role_table_grants WHERE grantee = 'contact_web' AND privilege_type = 'SELECT'"
        )
        readable = {row[0] for row in cursor.fetchall()}
    wrong = [
        m._meta.db_table
        for m in our_models()
        if m._meta.db_table in readable and not open_table(m) and m._meta.db_table not in secured
    ]
    check(
        wrong,
        {},
        "what pages may read is under row security, or open to all staff",
    )
