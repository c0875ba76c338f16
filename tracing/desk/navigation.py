"""Where a member of staff may go: what stands in the bar on top of every page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from tracing.access.viewer import Viewer
from tracing.base.sight import SHOWS
from tracing.people.emergency import unreviewed
from tracing.uswds.parts import Link


@dataclass(frozen=True, slots=True)
class Place:
    """One entry: shown to whoever holds the permission (one of them) somewhere; `also` are the pages that lie below it."""

    view: str
    label: Any
    needs: str | tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    shows: str = ""
    """What of people the viewer's sight must show (`base.sight.SHOWS`)."""
    count: Callable[[Viewer], int] | None = None
    """How much waits there: asked for those alone who are shown the entry."""


PLACES: Final = (
    Place("desk:my_day", _("My day")),
    Place("desk:by_hand", _("Report"), "cases.work"),
    Place("desk:who_called", _("Who was called?"), "people.look_up_number"),
    Place("desk:case_list", _("Cases"), "lists.see", ("desk:case", "desk:person")),
    Place("desk:task_list", _("Calls"), "lists.see", ("desk:call",)),
    Place("desk:unreached", _("No way to reach"), "lists.see", ("desk:unreached",), shows="reach"),
    Place("desk:held", _("Held"), "intake.review", ("desk:held",)),
    Place("desk:matches", _("Matches"), "people.settle_match", ("desk:match", "desk:pair")),
    Place("desk:proposals", _("Proposals"), "cases.work", ("desk:proposal",)),
    Place("desk:transfers", _("Transfers"), "cases.transfer", ("desk:transfer", "desk:out_of_state")),
    Place("desk:referrals", _("Referrals"), "referrals.see", ("desk:referral",)),
    Place("desk:facilities", _("Facilities"), "cases.see", ("desk:facilit",), shows="town"),
    Place("desk:taken_out", _("Taken out"), ("lists.export", "lists.approve_export")),
    Place("desk:morning", _("Morning"), "work.oversee"),
    Place("desk:questionnaires", _("Questionnaires"), ("work.oversee", "intake.sources"), ("desk:questionnaire",)),
    Place("desk:board", _("Board"), "work.oversee", ("desk:board",)),
    Place("desk:workload", _("Workload"), "tasks.assign", ("desk:workload",)),
    Place("desk:counts", _("Counts"), "counts.see"),
    Place("desk:sources", _("Senders"), "intake.sources", ("desk:source",)),
    Place("desk:users", _("Users"), "users.administer", ("desk:user", "desk:review", "desk:role", "desk:membership")),
    Place("desk:units", _("Units"), "units.administer", ("desk:unit",)),
    Place("desk:directories", _("Directories"), "users.directory", ("desk:director",)),
    Place("desk:sign_in_watch", _("Signing in"), "users.lift_waits"),
    Place("desk:places", _("Settings"), "units.administer", ("desk:place",)),
    Place("desk:privacy", _("Privacy"), "privacy.review", ("desk:privacy",), count=unreviewed),
    Place("desk:audit", _("Audit"), "audit.see"),
    Place("desk:unlisted", _("No rule set"), "diseases.unlisted", ("desk:unlisted",)),
)


def links(viewer: Viewer, here: str, counts: Mapping[str, int | str] | None = None, *, read: bool = True) -> list[Link]:
    """The bar for this viewer; `here` is the name of the page shown, `counts` what waits behind an entry. `read`: whether the page may
    read what waits where that was not told."""
    shown = []
    for place in PLACES:
        needs = (place.needs,) if isinstance(place.needs, str) else place.needs
        if needs and not any(viewer.reaches(one) for one in needs):
            continue
        if place.shows and place.shows not in SHOWS[viewer.sight]:
            continue
        try:
            url = reverse(place.view)
        except NoReverseMatch:
            continue
        below = any(here.startswith(start) for start in place.also) and not _is_entry(here, place)
        waits = (counts or {}).get(place.view) or (place.count(viewer) if place.count and read else None) or None
        shown.append(Link(place.label, url, current=here == place.view or below, count=waits))
    return shown


def _is_entry(here: str, place: Place) -> bool:
    """Whether the page shown is another entry of the bar, whatever its name begins with."""
    return any(other.view == here for other in PLACES if other is not place)
