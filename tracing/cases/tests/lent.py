"""Departments and schools with somebody in them, for what is shared and handed over."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from tracing.access.models import Membership, Role, User
from tracing.access.viewer import Viewer, viewer
from tracing.access.visibility import visible_to
from tracing.cases.models import Case
from tracing.cases.tests.made import NOON, unit
from tracing.jurisdictions.models import Unit, UnitAncestor
from tracing.people.models import Standing

SEES = ["people.see", "cases.see", "cases.detail", "cases.work", "cases.share", "cases.transfer", "lists.see"]
LIAISON = ["people.see", "cases.see", "lists.see"]


def place_of_work(code: str, kind: str = "department", *, diseases: tuple[str, ...] = (), staffed: bool = True) -> Unit:
    """A unit under the state, with one member of staff."""
    made = unit(code)
    made.kind = kind
    made.save(update_fields=["kind"])
    assert made.parent is not None
    for upper, depth in ((made, 0), (made.parent, 1)):
        UnitAncestor.objects.get_or_create(unit=made, ancestor=upper, defaults={"depth": depth})
    UnitAncestor.objects.get_or_create(unit=made.parent, ancestor=made.parent, defaults={"depth": 0})
    if staffed:
        somebody_of(made, diseases=diseases)
    return made


def somebody_of(where: Unit, *, diseases: tuple[str, ...] = (), since: datetime = NOON - timedelta(days=9)) -> User:
    liaison = where.kind in ("school", "college")
    role, _ = Role.objects.get_or_create(
        code="liaison" if liaison else "all", defaults={"name": "x", "permissions": LIAISON if liaison else SEES}
    )
    user = User.objects.create(email=f"{where.code}{User.objects.count()}@example.org", name=f"Somebody of {where.code}")
    Membership.objects.create(user=user, role=role, unit=where, valid_from=since, diseases=list(diseases))
    return user


def looker(where: Unit, at: datetime = NOON) -> Viewer:
    """Who works there."""
    return viewer(Membership.objects.filter(unit=where).order_by("pk")[0].user, at=at)


def sees(where: Unit, case: Case) -> bool:
    """Whether the unit's staff see the case at NOON, as its page asks. The page goes by the database's clock: what lasts, lasts on."""
    with transaction.atomic():
        Standing.objects.filter(until__gt=NOON).update(until=None)
        found = visible_to(Case.objects.filter(pk=case.pk), looker(where)).exists()
        transaction.set_rollback(True)
    return found
