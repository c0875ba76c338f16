"""From a model's declaration to the rows that a viewer may see. The database's policies say the same: see `policies.py`."""

from __future__ import annotations

from typing import Self, TypeVar

from django.apps import apps
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from tracing.access.viewer import Viewer
from tracing.base.visibility import Hidden, Open, OwnRow, OwnUnit, ThroughPerson, Visibility

M = TypeVar("M", bound=Model)


def declared(model: type[Model]) -> Visibility:
    """The declaration of a model of ours. TypeError when it has none."""
    found: Visibility | None = getattr(model, "visibility", None)
    if found is None:
        raise TypeError(f"{model.__name__} does not declare who may see it")
    return found


def visible_to(rows: QuerySet[M], viewer: Viewer) -> QuerySet[M]:
    """The rows of the queryset that the viewer may see."""
    declaration = declared(rows.model)
    match declaration:
        case Open():
            return rows
        case Hidden():
            return rows.none()
        case OwnRow(user):
            return rows.filter(**{user: viewer.user})
        case OwnUnit():
            rows = rows if declaration.permission in viewer.everywhere else rows.filter(_own_units(declaration, viewer))
            if declaration.sensitive and "diseases.unlisted" not in viewer.everywhere:
                cleared = viewer.units.get("diseases.unlisted", frozenset())
                rows = rows.filter(Q(**{declaration.sensitive: False}) | Q(**{f"{declaration.unit}__in": cleared}))
            return rows
        case ThroughPerson():
            if declaration.permission in viewer.everywhere:
                return rows
            return rows.filter(_standing(declaration.person, declaration.disease, declaration.permission, viewer))


def _own_units(declaration: OwnUnit, viewer: Viewer) -> Q:
    own = Q(**{f"{declaration.unit}__in": viewer.units.get(declaration.permission, frozenset())})
    if declaration.person:
        own |= Q(_standing(declaration.person, declaration.disease, declaration.permission, viewer))
    return own


def _standing(person: str, disease: str, permission: str, viewer: Viewer) -> Exists:
    """Whether a standing of the row's person, for its disease, is held by a unit of the viewer."""
    standings = apps.get_model("people", "Standing").objects.filter(
        Q(until__isnull=True) | Q(until__gt=Now()),
        person_id=OuterRef(person),
        since__lte=Now(),
        unit_id__in=viewer.units.get(permission, frozenset()),
    )
    if disease:
        standings = standings.filter(Q(disease="") | Q(disease=OuterRef(disease)))
    return Exists(standings)


class VisibleQuerySet(QuerySet[M]):
    """The base of every queryset class of a protected model."""

    def visible_to(self, viewer: Viewer) -> Self:
        return visible_to(self, viewer)  # type: ignore[return-value]
