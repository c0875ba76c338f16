"""From a model's declaration to the rows that a viewer may see. The database's policies say the same: see `policies.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, Self, TypeVar
from uuid import UUID

from django.apps import apps
from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Now

from tracing.access.condition import Condition, Part, among, both, either, hidden, not_hidden, own_units, standing, through
from tracing.access.viewer import Viewer
from tracing.base.models import WholeRows
from tracing.base.visibility import Hidden, Open, OwnRow, OwnUnit, ThroughPerson, Visibility
from tracing.diseases.conditions import sensitive_codes

M = TypeVar("M", bound=Model)

OWN: Final = ("residence", "state", "exposed")
"""Reasons that make a person the unit's own; by the others somebody is lent to it."""


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
            return _that(rows, viewer, "seen", lambda: own_units(declaration, viewer, lent=True))
        case ThroughPerson():
            return _that(rows, viewer, "seen", lambda: through(declaration, viewer))


def _that(rows: QuerySet[M], viewer: Viewer, kind: str, make: Callable[[], Part]) -> QuerySet[M]:
    """The rows for which the condition holds. It is made once for each table and viewer: no value of a row is in it."""
    key = (rows.model._meta.label, kind)
    if key not in viewer.said:
        viewer.said[key] = make()
    return rows.filter(Condition(viewer.said[key], (field.attname for field in rows.model._meta.concrete_fields)))


def own_rows(rows: QuerySet[M], viewer: Viewer) -> QuerySet[M]:
    """Of a list's rows those that the viewer's own units give, without those lent through a standing."""
    declaration = declared(rows.model)
    if not isinstance(declaration, OwnUnit):
        raise TypeError(f"{rows.model.__name__} is no list of units")
    return _that(rows, viewer, "own", lambda: own_units(declaration, viewer, lent=False))


def hidden_rows(rows: QuerySet[M], viewer: Viewer) -> QuerySet[M]:
    """Of a list's rows in the viewer's own units those about people hidden from them: what they must not find in a number that was counted
    for everybody. To be asked under the acting role, for numbers."""
    declaration = declared(rows.model)
    if not isinstance(declaration, OwnUnit):
        raise TypeError(f"{rows.model.__name__} is no list of units")
    bare = replace(declaration, person="", about="")
    about = (declaration.person or declaration.about).split()
    return _that(
        rows, viewer, "hidden", lambda: both(own_units(bare, viewer, lent=False), either(*(hidden(one, "record", viewer) for one in about)))
    )


LENT_AT_MOST: Final = 10_000
"""More people than this are not lent to a unit one by one: a list shows the newest, the others are found from their person."""


def lent_rows(rows: QuerySet[M], viewer: Viewer) -> QuerySet[M] | None:
    """Of a list's rows of other units those that a unit of the viewer, or the viewer alone, was lent: for any reason but living there
    and having been exposed to somebody who does. None when nobody is. To be asked under the acting role, for keys (`access.listing`).

    The people come first, by an index of their standings: left to itself the database reads every case of the other units instead.
    """
    declaration = declared(rows.model)
    if not isinstance(declaration, OwnUnit) or not declaration.person or declaration.permission in viewer.everywhere:
        return None
    person, disease, permission = declaration.person, declaration.disease, declaration.permission
    units = viewer.units.get(permission, frozenset())
    now = _standings().filter(Q(until__isnull=True) | Q(until__gt=Now()), since__lte=Now()).order_by("-since")
    lent = now.filter(unit__in=units, user__isnull=True).exclude(why__in=OWN).values_list("person_id", flat=True)[:LENT_AT_MOST]
    people = {*lent, *now.filter(user_id=viewer.user).values_list("person_id", flat=True)[:LENT_AT_MOST]}
    if not people:
        return None
    lent_to = standing(f"{{{person}}}", f"{{{disease}}}" if disease else "", permission, viewer)
    found = both(among(f"{{{person}}}", people), lent_to, *not_hidden(person, "record", viewer))
    return _that(rows, viewer, "lent", lambda: found).exclude(**{f"{declaration.unit}__in": units})


def _standings() -> QuerySet[Any]:
    return apps.get_model("people", "Standing").objects.all()  # type: ignore[no-any-return]


WORKED_ON: Final = ("stay", "covering", "break_glass")
"""Standings by which a unit, or one user, may do as well as see, besides its own. The others only show."""


def may_act(viewer: Viewer, permission: str, row: Model) -> bool:
    """Whether the viewer may do something with this row: the permission is held on its unit, for its disease, or on whoever has the
    person in hand. What only shows a person (shared, transfer, school, exposed, referred) lets nobody change anything."""
    declaration = declared(type(row))
    unit = getattr(row, declaration.unit, None) if isinstance(declaration, OwnUnit) else None
    disease = str(getattr(row, "disease", ""))
    if unit is not None and _reaches(viewer, permission, unit, disease):
        return True
    person = getattr(row, "person_id", None)
    return person is not None and _through_standing(viewer, permission, person, WORKED_ON, disease)


def may_act_on(viewer: Viewer, permission: str, person: UUID) -> bool:
    """Whether the viewer may do something to a person: held on a unit that follows them, or by whoever has them in hand."""
    return permission in viewer.everywhere or _through_standing(viewer, permission, person, (*OWN, *WORKED_ON), "")


def _through_standing(viewer: Viewer, permission: str, person: UUID, reasons: tuple[str, ...], disease: str) -> bool:
    standings = _standings().filter(Q(until__isnull=True) | Q(until__gt=Now()), person_id=person, since__lte=Now(), why__in=reasons)
    if disease:
        standings = standings.filter(disease__in=("", disease))
    for unit, user, of in standings.values_list("unit_id", "user_id", "disease"):
        about = disease or of
        if user is None:
            if _reaches(viewer, permission, unit, about):
                return True
        elif user == viewer.user and permission in viewer.holds and about not in sensitive_codes() - viewer.holds[permission]:
            return True
    return False


def reaches(viewer: Viewer, permission: str, unit: UUID | None, disease: str) -> bool:
    """Whether the permission is held on this unit for this disease."""
    return unit is not None and _reaches(viewer, permission, unit, disease)


def _reaches(viewer: Viewer, permission: str, unit: UUID, disease: str) -> bool:
    if not disease:
        return viewer.may(permission, unit)
    if (unit, disease) in viewer.named.get(permission, ()):
        return True
    general = permission in viewer.everywhere or unit in viewer.general.get(permission, ())
    return general and disease not in sensitive_codes()


class VisibleQuerySet(WholeRows[M]):
    """The base of every queryset class of a protected model."""

    def visible_to(self, viewer: Viewer) -> Self:
        return visible_to(self, viewer)  # type: ignore[return-value]
