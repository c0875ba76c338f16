"""From a model's declaration to the rows that a viewer may see. The database's policies say the same: see `policies.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final, Self, TypeVar
from uuid import UUID

from django.apps import apps
from django.db.models import CharField, Exists, F, Model, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Now, NullIf

from tracing.access.viewer import Viewer
from tracing.base.models import WholeRows
from tracing.base.visibility import Hidden, Open, OwnRow, OwnUnit, ThroughPerson, Visibility
from tracing.diseases.conditions import sensitive_codes

M = TypeVar("M", bound=Model)
T = TypeVar("T")

OWN: Final = ("residence", "state", "exposed")
"""Reasons that make a person the unit's own; by the others somebody is lent to it."""

EVERY: Final = ~Q(pk__in=[])
"""Every row. An empty Q would vanish when it is joined with another by "or"."""


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
            own = _once(viewer, ("own", rows.model._meta.label), lambda: _own_units(declaration, viewer))
            return _not_hidden(rows.filter(own), declaration.person or declaration.about, "record", viewer)
        case ThroughPerson(permission, person, disease, hides, unless):
            seen = rows.filter(**{f"{unless}__isnull": True}) if unless else rows
            return _not_hidden(seen.filter(_through(permission, person, disease, viewer)), person, hides, viewer)


def own_rows(rows: QuerySet[M], viewer: Viewer) -> QuerySet[M]:
    """Of a list's rows those that the viewer's own units give, without those lent through a standing."""
    declaration = declared(rows.model)
    if not isinstance(declaration, OwnUnit):
        raise TypeError(f"{rows.model.__name__} is no list of units")
    own = _own_units(replace(declaration, person=""), viewer)
    return _not_hidden(rows.filter(own), declaration.person or declaration.about, "record", viewer)


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
    seen = rows.filter(Q(_standing(person, disease, permission, viewer)), **{f"{person}__in": people})
    return _not_hidden(seen.exclude(**{f"{declaration.unit}__in": units}), person, "record", viewer)


def _own_units(declared: OwnUnit, viewer: Viewer) -> Q:
    permission, disease = declared.permission, declared.disease
    seen = _scope(declared.unit, disease, permission, viewer)
    if declared.also:
        seen |= _scope(declared.also, disease, permission, viewer)
    if declared.conditions:
        seen &= ~Q(**{f"{declared.conditions}__overlap": sorted(sensitive_codes())})
    if declared.sensitive:
        seen &= Q(**{declared.sensitive: False}) | _scope(declared.unit, "", "diseases.unlisted", viewer)
    if declared.conditions:
        for unit, diseases in _by_unit(viewer.named.get(permission, ())).items():
            named = Q(**{declared.unit: unit, f"{declared.conditions}__contained_by": sorted(diseases)})
            seen |= named & ~Q(**{declared.conditions: []})
    if declared.person:
        seen |= Q(_standing(declared.person, disease, permission, viewer))
    if declared.user:
        seen = (seen & Q(**{f"{declared.user}__isnull": True})) | Q(**{declared.user: viewer.user})
    return seen


def _scope(unit: str, disease: str, permission: str, viewer: Viewer) -> Q:
    """Whether a membership reaches a unit's rows of a disease; `disease` is a column, or "" for tables that have none."""
    own = EVERY if permission in viewer.everywhere else Q(**{f"{unit}__in": viewer.units.get(permission, frozenset())})
    if not disease:
        return own
    general = EVERY if permission in viewer.everywhere else Q(**{f"{unit}__in": viewer.general.get(permission, frozenset())})
    reached = (general & ~Q(**{f"{disease}__in": sorted(sensitive_codes())})) | (own & Q(**{disease: ""}))
    for one, diseases in _by_unit(viewer.named.get(permission, ())).items():
        reached |= Q(**{unit: one, f"{disease}__in": sorted(diseases)})
    return reached


def _by_unit(pairs: Iterable[tuple[UUID, str]]) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = {}
    for unit, disease in pairs:
        found.setdefault(unit, set()).add(disease)
    return found


def _through(permission: str, person: str, disease: str, viewer: Viewer) -> Q:
    return _once(viewer, ("through", permission, person, disease), lambda: _seen_through(permission, person, disease, viewer))


def _once(viewer: Viewer, key: tuple[str, ...], make: Callable[[], T]) -> T:
    """A condition of this viewer, built once: no value of a row is in it, and Django copies it into each query."""
    if key not in viewer.said:
        viewer.said[key] = make()
    found: T = viewer.said[key]
    return found


def _seen_through(permission: str, person: str, disease: str, viewer: Viewer) -> Q:
    seen = Q(_standing(person, disease, permission, viewer))
    if permission in viewer.everywhere:
        # Who is known for a sensitive disease alone is not seen by everybody who sees everybody.
        plain = ~Exists(_standings().filter(person_id=OuterRef(person), sensitive=True))
        if disease:
            seen |= Q(~Q(**{f"{disease}__in": ["", *sorted(sensitive_codes())]})) | (Q(**{disease: ""}) & Q(plain))
        else:
            seen |= Q(plain)
    return seen


def _standing(person: str, disease: str, permission: str, viewer: Viewer) -> Exists:
    """Whether a standing of the row's person, for its disease, is held by a unit of the viewer, or by the viewer alone."""
    standings, about = _standings_of(person, disease)
    whole_unit = Q(user__isnull=True) & _scope("unit_id", about, permission, viewer)
    alone = Q(user_id=viewer.user) & _personal(about, permission, viewer)
    return Exists(standings.filter(whole_unit | alone))


def _standings_of(person: str, disease: str) -> tuple[QuerySet[Any], str]:
    """Standings that hold now of the row's person, for its disease; and the column with the disease that it is about."""
    standings = _standings().filter(Q(until__isnull=True) | Q(until__gt=Now()), person_id=OuterRef(person), since__lte=Now())
    if not disease:
        return standings, "disease"
    own = NullIf(OuterRef(disease), Value(""), output_field=CharField())
    standings = standings.alias(about=Coalesce(own, F("disease"), output_field=CharField()))
    return standings.filter(Q(disease="") | Q(disease=F("about"))), "about"


def _personal(disease: str, permission: str, viewer: Viewer) -> Q:
    """What somebody may see of a person handed to them alone: any permission held in any way, sensitive diseases by name."""
    if permission not in viewer.holds:
        return Q(pk__in=[])
    return ~Q(**{f"{disease}__in": sorted(sensitive_codes() - viewer.holds[permission])})


def _standings() -> QuerySet[Any]:
    return apps.get_model("people", "Standing").objects.all()  # type: ignore[no-any-return]


def _not_hidden(rows: QuerySet[M], person: str, hides: str, viewer: Viewer) -> QuerySet[M]:
    """Without those whom the viewer knows, and without restricted ones unless cleared or handed to the viewer alone."""
    if not person:
        return rows
    hidden = _once(viewer, ("hidden", hides), lambda: _hidden(hides, viewer))
    for one in person.split():
        rows = rows.exclude(**{f"{one}__in": hidden})
    return rows


def _hidden(hides: str, viewer: Viewer) -> QuerySet[Any]:
    restricted = apps.get_model("people", "Restriction").objects.filter(ended_at__isnull=True)
    if hides == "record":
        restricted = restricted.exclude(kind="address")
    if "people.see_restricted" in viewer.everywhere:
        restricted = restricted.none()
    else:
        restricted = restricted.exclude(unit_id__in=viewer.units.get("people.see_restricted", frozenset())).exclude(
            person_id__in=_standings().filter(user_id=viewer.user, since__lte=Now(), until__gt=Now()).values("person_id")
        )
    recused = apps.get_model("people", "Recusal").objects.filter(ended_at__isnull=True, user_id=viewer.user)
    return restricted.values("person_id").union(recused.values("person_id"), all=True)


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
