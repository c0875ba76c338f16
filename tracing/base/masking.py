"""What a row keeps at a level of sight: see `base.sight`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from django.db import models

from tracing.base.personal import BLUR, ERASE
from tracing.base.sight import Sight
from tracing.base.visibility import Open, OwnRow

BORN: Final = "birth_on"


def mask(row: models.Model, level: Sight) -> None:
    """Take out of a row just loaded what this level does not show, and mark it: it can no longer be written."""
    if not about_people(type(row)):
        return
    closed = set()
    for field in row._meta.concrete_fields:
        if field.attname in row.__dict__ and not field.primary_key:
            value = getattr(row, field.attname)
            shown = shown_as(type(row), field, value, level)
            if shown is not value:
                setattr(row, field.attname, shown)
                if field.is_relation:
                    closed.add(field.name)
    if closed:
        row._state.fields_cache = _Closed(closed)  # type: ignore[assignment]
    row.masked = level  # type: ignore[attr-defined]


def about_people(model: type[models.Model]) -> bool:
    """Whether a table tells of the people who are followed: not towns, units and staff, nor a user's own rows."""
    if getattr(model, "personal", None) is None or getattr(model, "of_staff", False):
        return False
    return not isinstance(getattr(model, "visibility", None), Open | OwnRow)


def hides(model: type[models.Model], level: Sight) -> frozenset[str]:
    """Names of the fields of which this level shows nothing or less than everything."""
    if level == "whole" or not about_people(model):
        return frozenset()
    fields = (field for field in model._meta.concrete_fields if not field.primary_key)
    return frozenset(
        field.name
        for field in fields
        for sample in [_A_DAY if isinstance(field, models.DateField) else _A_VALUE]
        if shown_as(model, field, sample, level) is not sample
    )


def shown_as(model: type[models.Model], field: models.Field[Any, Any], value: Any, level: Sight) -> Any:
    """The value itself where it is shown whole; else what is left of it."""
    if value in (None, "", [], {}):
        return value
    if field.is_relation:
        return None if level == "deidentified" and field.name in getattr(model, "whereabouts", ()) else value
    treatment = model.personal.get(field.name)  # type: ignore[attr-defined]
    sensitive = field.name in getattr(model, "guarded", ())
    match level:
        case "whole":
            return value
        case "limited":
            return _nothing(field) if sensitive else value
        case "contact":
            reachable = getattr(model, "reachable", None)
            if reachable is not None:
                return value if field.name in reachable else _nothing(field)
            return _nothing(field) if sensitive or treatment in (ERASE, BLUR) else value
        case "masked" if (outline := getattr(model, "outline", None)) is not None and treatment not in (ERASE, BLUR):
            return value if field.name in outline else _nothing(field)
        case _:
            if sensitive:
                return _nothing(field)
            if treatment == ERASE:
                initials = level == "masked" and field.name in getattr(model, "initials", ())
                return f"{str(value)[0]}." if initials else _nothing(field)
            return _blurred(field, value, level) if treatment == BLUR else value


def _blurred(field: models.Field[Any, Any], value: Any, level: Sight) -> Any:
    if field.name == BORN:
        return None
    if isinstance(value, date):
        return value if level == "masked" else to_the_month(value)
    if field.name == "zip":
        return str(value)[:3]
    return _nothing(field)


def to_the_month(day: date) -> date:
    """The first of its month; of an instant as well."""
    if isinstance(day, datetime):
        return day.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return day.replace(day=1)


def _nothing(field: models.Field[Any, Any]) -> Any:
    """Emptiness that the field's readers expect."""
    if field.null:
        return None
    if field.has_default():
        return field.get_default()
    return "" if isinstance(field, models.CharField | models.TextField) else b"" if isinstance(field, models.BinaryField) else None


class _Closed(dict[str, Any]):
    """Rows that hang on a masked one: what was joined to a hidden link is not kept either."""

    def __init__(self, hidden: set[str]) -> None:
        super().__init__(dict.fromkeys(hidden))
        self.hidden = hidden

    def __setitem__(self, name: str, value: Any) -> None:
        if name not in self.hidden:
            super().__setitem__(name, value)


# Something to ask with what becomes of any value.
_A_VALUE: Final = "x" * 20
_A_DAY: Final = date(2000, 2, 2)
