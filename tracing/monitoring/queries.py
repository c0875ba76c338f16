"""Which days hold for somebody, what they were advised, what they decline, and orders. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.cases.models import Case, Isolation
from tracing.contacts.models import Quarantine
from tracing.jurisdictions.models import Unit
from tracing.monitoring.models import Advice, Order
from tracing.monitoring.rules import Advised, Stay, advice
from tracing.people.declining import in_force
from tracing.people.models import Address, Refusal

WAITING: Final = (Order.State.DRAFTED, Order.State.SIGNED)
GOING: Final = (*WAITING, Order.State.SERVED)
SHOWN: Final = {"sign": ("drafted",), "serve": ("signed",), "running": ("served",), "over": ("ended", "withdrawn")}
"""Name of a list → states on it."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What keeps somebody at home for one disease: their isolation, their quarantine, or both."""

    isolation: Isolation | None
    quarantine: Quarantine | None

    @property
    def stay(self) -> Stay | None:
        """Isolation before quarantine."""
        return _stay(self.isolation or self.quarantine)


def holding(person: UUID, disease: str, viewer: Viewer | None = None) -> Holding:
    """The isolation of their open case and the quarantine in force; as the viewer sees them, or (None) as they are."""
    cases = Case.objects.filter(person=person, disease=disease, closure=None, isolation__isnull=False, merged_into=None)
    isolations = Isolation.objects.filter(pk__in=cases.values("isolation"))
    running = Quarantine.objects.filter(person=person, disease=disease, settled="")
    if viewer is None:
        return Holding(isolations.first(), running.first())
    return Holding(visible_to(isolations, viewer).first(), visible_to(running, viewer).first())


def to_advise(held: Holding, *, on: date) -> tuple[Advised, ...]:
    """What they are to be told on a day."""
    quarantine = held.quarantine
    return advice(
        isolation=_stay(held.isolation), quarantine=_stay(quarantine), watch_until=quarantine.monitor_until if quarantine else None,
        test_from=quarantine.test_from if quarantine else None, on=on,
    )  # fmt: skip


def _stay(row: Isolation | Quarantine | None) -> Stay | None:
    return None if row is None else Stay(row.starts_on, row.ends_on, row.rule)


def advised(person: UUID, viewer: Viewer) -> list[Advice]:
    """What they were advised, the newest first."""
    return list(visible_to(Advice.objects.filter(person=person), viewer).order_by("-at", "id")[:100])


def declined(person: UUID, viewer: Viewer) -> list[Refusal]:
    """What they declined, also what they decline no longer, the newest first."""
    return list(visible_to(Refusal.objects.filter(person=person), viewer).order_by("-at", "-id")[:50])


def declines(person: UUID, disease: str, viewer: Viewer, at: datetime) -> set[str]:
    """The scopes that hold at this moment."""
    return set(visible_to(in_force(person, at).filter(disease=disease), viewer).values_list("scope", flat=True))


def refusals() -> QuerySet[Refusal]:
    return Refusal.objects.filter(ended_at__isnull=True)


def diseases_of(person: UUID, viewer: Viewer) -> list[str]:
    """Diseases for which something keeps, or kept, this person at home, as far as the viewer sees; the newest first."""
    found: dict[str, None] = {}
    for rows in (visible_to(Isolation.objects.filter(person=person), viewer), visible_to(Quarantine.objects.filter(person=person), viewer)):
        found |= dict.fromkeys(rows.order_by("-at").values_list("disease", flat=True)[:20])
    return list(found)


def orders() -> QuerySet[Order]:
    """Every order: pages load one through `desk.page.load`."""
    return Order.objects.select_related("unit", "isolation", "quarantine").prefetch_related("person")


def orders_of(person: UUID, viewer: Viewer) -> list[Order]:
    return list(visible_to(orders().filter(person=person), viewer).order_by("-at", "-id")[:50])


def listed(viewer: Viewer, show: str, *, after: UUID | None = None, size: int = 50) -> tuple[list[Order], bool]:
    """One list of SHOWN, the newest first by key (keys are in order of time); and whether there are more."""
    rows = visible_to(orders().filter(state__in=SHOWN[show]), viewer).order_by("-pk")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows[: size + 1])
    return found[:size], len(found) > size


def number_to_sign(viewer: Viewer, *, most: int = 99) -> int:
    """How many wait for a signature in the units for which the viewer signs, up to one more than `most`."""
    if not viewer.may("orders.sign"):
        return 0
    rows = visible_to(Order.objects.filter(state=Order.State.DRAFTED), viewer)
    if "orders.sign" not in viewer.everywhere:
        rows = rows.filter(unit__in=viewer.units.get("orders.sign", frozenset()))
    return rows[: most + 1].count()


def changed_since(order: Order) -> bool:
    """The days that the rules give now are over earlier than the order says: whoever no longer infects others is released at once."""
    held = holding(order.person_id, order.disease)
    stay = held.stay
    return order.state == Order.State.SERVED and (stay is None or (stay.ends_on is not None and stay.ends_on < order.ends_on))


def whereabouts(person: UUID) -> tuple[str, Unit | None]:
    """Where somebody stays now, in one line, and the department there; "" and None where no address is known."""
    rows = Address.objects.filter(person=person, until__isnull=True).exclude(street="").select_related("unit", "town")
    home = rows.order_by("-kind", "-as_of", "-id").first()  # "stay" after "residence"
    if home is None:
        return "", None
    town = home.town.name if home.town else home.city
    return ", ".join(part for part in (home.street, town, home.zip) if part), home.unit


