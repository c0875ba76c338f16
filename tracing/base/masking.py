"""What a row keeps at a level of sight: see `base.sight`."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.db import models

from tracing.base.personal import BLUR, ERASE
from tracing.base.sight import Sight
from tracing.base.visibility import Open

BORN: Final = "birth_on"


def mask(row: models.Model, level: Sight) -> None:
    """Take out of a row just loaded what this level does not show, and mark it: it can no longer be written."""
    personal = getattr(row, "personal", None)
    if personal is None or isinstance(getattr(row, "visibility", None), Open):
        return  # towns, units, staff: not about the people who are followed
    for field in row._meta.concrete_fields:
        if field.attname in row.__dict__ and not field.primary_key:
            setattr(row, field.attname, _shown(row, field, personal.get(field.name), level))
    row.masked = level  # type: ignore[attr-defined]


def _shown(row: models.Model, field: models.Field[Any, Any], treatment: object, level: Sight) -> Any:
    value = getattr(row, field.attname)
    if value in (None, "", [], {}) or field.is_relation:
        return value
    sensitive = field.name in getattr(row, "sensitive", ())
    match level:
        case "limited":
            return _nothing(field) if sensitive else value
        case "contact":
            shown = getattr(row, "reachable", None)
            if shown is not None:
                return value if field.name in shown else _nothing(field)
            return _nothing(field) if sensitive or treatment in (ERASE, BLUR) else value
        case _:
            if sensitive:
                return _nothing(field)
            if treatment == ERASE:
                initials = level == "masked" and field.name in getattr(row, "initials", ())
                return f"{str(value)[0]}." if initials else _nothing(field)
            if treatment == BLUR:
                return _blurred(field, value, level)
            return value


def _blurred(field: models.Field[Any, Any], value: Any, level: Sight) -> Any:
    if field.name == BORN:
        return None
    if isinstance(value, date):
        return value if level == "masked" else value.replace(day=1)
    if field.name == "zip":
        return str(value)[:3]
    return _nothing(field)


def _nothing(field: models.Field[Any, Any]) -> Any:
    """Emptiness that the field's readers expect."""
    if field.null:
        return None
    if field.has_default():
        return field.get_default()
    return "" if isinstance(field, models.CharField | models.TextField) else b"" if isinstance(field, models.BinaryField) else None
