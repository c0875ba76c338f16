"""Field level: what each sight shows of each field, as a table an auditor can sign, and the ways around it that are closed."""

from __future__ import annotations

import ast
from datetime import date
from typing import Any, Final
from uuid import UUID

import pytest
from django.db.models import DateField, DateTimeField, Model

from tests.guards.house import TRACING, check, name, python_files, tree
from tracing.access.models import ExportRequest, SignIn
from tracing.access.policies import our_models
from tracing.base.masking import about_people, hides
from tracing.base.models import MaskedRow, WholeRows
from tracing.base.personal import BLUR, ERASE
from tracing.base.sight import ORDER, Sight, finds_by, seen_as
from tracing.base.visibility import Hidden
from tracing.cases.models import Case, Closure, Interview, Isolation
from tracing.intake.models import LabResult, Report
from tracing.jurisdictions.models import Town
from tracing.people.models import Address, Death, Person, WayToReach
from tracing.tasks.models import Attempt, Task

BORN, DAY, MONTH = date(1950, 5, 5), date(2026, 3, 17), date(2026, 3, 1)
KEY: Final = UUID(int=3)
SAME: Any = object()

TABLE: Final[tuple[tuple[type[Model], str, Any, Any, Any, Any, Any], ...]] = (
    # table, field, value                        limited  contact  masked   deidentified
    (Person, "family", "Rivera", SAME, SAME, "R.", ""),
    (Person, "given", "Ana", SAME, SAME, "A.", ""),
    (Person, "middle", "Maria", SAME, SAME, "", ""),
    (Person, "suffix", "III", SAME, SAME, "", ""),
    (Person, "birth_on", BORN, SAME, None, None, None),
    (Person, "birth_year", 1950, SAME, None, SAME, SAME),
    (Person, "sex", "F", SAME, "", "", SAME),
    (Person, "language", "es", SAME, SAME, "", SAME),
    (Person, "race", ["white"], [], [], [], []),
    (Person, "ethnicity", "hispanic", "", "", "", ""),
    (Person, "name_key", "ana rivera", SAME, "", "", ""),
    (Person, "sort_key", "rivera  ana", SAME, SAME, "", ""),
    (Person, "facts", {"family": [3, "", "said"]}, SAME, {}, {}, {}),
    (WayToReach, "value", "+12035550142", SAME, SAME, "", ""),
    (WayToReach, "works", True, SAME, SAME, SAME, SAME),
    (Address, "street", "14 Elm St", SAME, SAME, "", ""),
    (Address, "city", "New Haven", SAME, SAME, "", ""),
    (Address, "zip", "06511", SAME, SAME, "065", "065"),
    (Address, "key", "14 elm st|06511", SAME, SAME, "", ""),
    (Address, "town_id", KEY, SAME, SAME, SAME, None),
    (Death, "died_on", DAY, SAME, None, SAME, MONTH),
    (Case, "disease", "covid19", SAME, SAME, SAME, SAME),
    (Case, "first_positive_on", DAY, SAME, None, SAME, MONTH),
    (Case, "onset_on", DAY, SAME, None, SAME, MONTH),
    (Case, "symptomatic", True, None, None, None, None),
    (Case, "hospitalised", True, None, None, None, None),
    (Case, "setting", "prison", "", "", "", ""),
    (Case, "sort_key", "rivera  ana", SAME, "", "", ""),
    (Case, "town_id", KEY, SAME, SAME, SAME, None),
    (Isolation, "ends_on", DAY, SAME, None, SAME, MONTH),
    (Isolation, "reasons", ["severe"], [], [], [], []),
    (Closure, "note", "went home", "", "", "", ""),
    (Interview, "note", "said a lot", "", "", "", ""),
    (Interview, "onset_on", DAY, SAME, None, SAME, MONTH),
    (Interview, "symptoms", ["fever"], [], [], [], []),
    (Attempt, "note", "a friend answered", SAME, "", "", ""),
    (Task, "hold_keys", ["phone:+12035550142"], SAME, [], [], []),
    (Task, "sort_key", "rivera  ana", SAME, "", "", ""),
    (Task, "reasons", [["hospital", 90]], [], [], [], []),
    (LabResult, "value", "detected", SAME, "", "", ""),
    (LabResult, "specimen_on", DAY, SAME, None, SAME, MONTH),
    (LabResult, "accession", "A-1", SAME, "", "", ""),
    (LabResult, "facility", "Elm Street Clinic", SAME, "", "", ""),
    (Report, "content", b"MSH|", SAME, b"", b"", b""),
    # Not of the people who are followed.
    (Town, "name", "New Haven", SAME, SAME, SAME, SAME),
    (ExportRequest, "why", "for the board", SAME, SAME, SAME, SAME),
    (SignIn, "account_digest", "ab", SAME, SAME, SAME, SAME),
)  # fmt: skip


@pytest.mark.parametrize("line", TABLE, ids=lambda line: f"{line[0].__name__}.{line[1]}")
def test_what_is_shown(line: tuple[Any, ...]) -> None:
    model, field, value, *shown = line
    for level, expected in zip(ORDER, (SAME, *shown), strict=True):
        with seen_as(level):
            row = model.from_db(None, ["id", field], [UUID(int=1), value])
        assert getattr(row, field) == (value if expected is SAME else expected), level
        assert getattr(row, "masked", "") == (level if level != "whole" and about_people(model) else "")


@pytest.mark.parametrize("level", ["masked", "deidentified"])
def test_nothing_declared_as_telling_is_left(level: Sight) -> None:
    """Every field of every table: what is not erased or coarser stands here with its reason."""
    left = [
        f"{model.__name__}.{field.name}"
        for model in our_models()
        if about_people(model)
        for field in model._meta.concrete_fields
        if not field.primary_key and model.personal.get(field.name) in (ERASE, BLUR) and field.name not in hides(model, level)  # type: ignore[attr-defined]
        and not (level == "masked" and isinstance(field, DateField) and not isinstance(field, DateTimeField))
    ]
    check(left, {}, "fields that tell who it is")


def test_each_sight_shows_no_more_than_the_one_before() -> None:
    """"contact" is beside the others: it shows a name, and nothing of an illness."""
    for model in our_models():
        assert hides(model, "limited") <= hides(model, "masked") | {"note"}, model
        assert hides(model, "limited") <= hides(model, "contact") | {"reasons"}, model
    assert [sorted(finds_by(level)) for level in ORDER] == [
        ["birth", "name", "reach"], ["birth", "name", "reach"], ["name", "reach"], [], [],
    ]  # fmt: skip


def _masked() -> Person:
    with seen_as("masked"):
        return Person.from_db(None, ["id", "family", "added_at"], [UUID(int=1), "Rivera", None])


def test_a_masked_row_is_written_in_no_way() -> None:
    with pytest.raises(MaskedRow):
        _masked().save()
    with pytest.raises(MaskedRow):
        Person.objects.bulk_create([_masked()])
    with pytest.raises(MaskedRow):
        Person.objects.bulk_update([_masked()], ["family"])


def test_tables_with_something_to_hide_are_written_whole() -> None:
    """Also in sets: their querysets refuse rows that came with less than everything."""
    loose = [
        model.__name__
        for model in our_models()
        if hides(model, "masked") and not isinstance(model.visibility, Hidden)  # type: ignore[attr-defined]
        and not isinstance(model._default_manager.all(), WholeRows)
    ]
    allowed = {"OldValues": "append-only, and read by no page: they would have to be masked first"}
    assert not [path for path in python_files(TRACING / "desk") if "OldValues" in path.read_text()]
    check(loose, allowed, "tables with something to hide use WholeRows (VisibleQuerySet)")


def test_what_is_joined_to_a_hidden_link_is_hidden() -> None:
    with seen_as("deidentified"):
        case = Case.from_db(None, ["id", "town_id"], [UUID(int=1), KEY])
    Case._meta.get_field("town").set_cached_value(case, Town(name="New Haven"))  # as select_related does
    assert case.town is None


# Columns read past the rows: `values`, `values_list`. Room/file:function → why nobody is shown by it what their sight hides.
PAST_ROWS: Final = {
    "tracing/people/household/queries.py:hints": "compared in the database, and what is shared is shown by a word",
    "tracing/people/household/queries.py:numbers_answering": "makes hold keys, under the acting role",
    "tracing/cases/affiliation.py:_places": "inside an action: a subquery by which places are found",
    "tracing/cases/affiliation.py:recognise": "inside an action: which settings a case belongs to already",
    "tracing/people/overseeing.py:unusual_by_day": "counts of looks by day, nobody's own days",
    "tracing/tasks/previewing.py:advance_preview": "inside an action: facts are scored, numbers and keys are kept",
    "tracing/cases/review.py:_figures": "days of cases of a facility, for those who see places: facilities.views refuses the others",
    "tracing/intake/actions/reading.py:_hold_whole": "inside an action: bytes of a delivery",
    "tracing/intake/actions/reading.py:readinto": "inside an action: bytes of a delivery",
    "tracing/intake/filing.py:settle_versions": "inside an action: whether a correction names somebody else",
    "tracing/tasks/calling.py:_who": "inside an action: what a caller says is compared, nothing is shown",
    "tracing/people/numbers.py:record_numbers": "inside an action: which of the numbers are known already",
    "tracing/intake/imports/work.py:_cases_of_rows": "inside an action: whose number a row of a list tells",
    "tracing/people/known.py:sharing": "numbers and streets are asked with, never shown; the rows found are masked",
    "tracing/tasks/queries.py:hold_keys": "inside actions: what is in hand together",
}


def test_columns_that_tell_are_read_as_rows() -> None:
    telling = {
        field
        for model in our_models()
        if about_people(model)
        for field, treatment in model.personal.items()  # type: ignore[attr-defined]
        if treatment in (ERASE, BLUR)
    }
    found = []
    for path in (one for room in ("people", "cases", "contacts", "tasks", "messaging", "intake", "desk") for one in python_files(TRACING / room)):
        for function in ast.walk(tree(path)):
            if not isinstance(function, ast.FunctionDef):
                continue
            for node in ast.walk(function):
                if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                    continue
                if node.func.attr in ("values", "values_list", "annotate", "alias", "F"):
                    words = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
                    if any(word.split("__")[-1] in telling - {"name", "key", "note", "why", "values"} for word in words) or (
                        {"value", "key"} & set(words)
                    ):
                        found.append(f"{name(path)}:{function.name}")
    check(found, PAST_ROWS, "columns that tell who it is are read as rows, which come masked")
