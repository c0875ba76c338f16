"""Where a member of staff may go: what stands in the bar on top of every page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracing.access.viewer import Viewer
from tracing.base.sight import SHOWS
from tracing.monitoring.queries import number_to_sign
from tracing.notices.queries import unread
from tracing.people.emergency import unreviewed
from tracing.uswds.parts import Link


@dataclass(frozen=True, slots=True)
class Place:
    """One entry: shown to whoever holds the permission (one of them) somewhere; `also` are the pages that lie below it."""

    view: str
    label: Any
    needs: str | tuple[str, ...] = ()
    group: str = ""
    """The menu of the bar that it lies in; without one it stands in the bar itself."""
    also: tuple[str, ...] = ()
    shows: str = ""
    """What of people the viewer's sight must show (`base.sight.SHOWS`)."""
    count: Callable[[Viewer], int] | None = None
    """How much waits there: asked for those alone who are shown the entry."""


def unread_now(viewer: Viewer) -> int:
    """Notices that wait for this viewer at this moment."""
    return unread(viewer, at=timezone.now())


GROUPS: Final = {
    "reports": _("Reports"),
    "handing": _("Handing over"),
    "oversight": _("Oversight"),
    "setup": _("Administration"),
}
"""The menus of the bar, in their order after the entries that stand in it themselves."""

PLACES: Final = (
    Place("desk:my_day", _("My day")),
    Place("desk:by_hand", _("Report a case"), "cases.work", "reports"),
    Place("desk:by_hand_contact", _("Report a contact"), "cases.work", "reports"),
    Place("desk:imports", _("Import"), "cases.work", "reports", also=("desk:import",)),
    Place("desk:notices", _("Notices"), ("cases.see", "intake.review"), count=unread_now),
    Place("desk:who_called", _("Who was called?"), "people.look_up_number"),
    Place("desk:case_list", _("Cases"), "lists.see", also=("desk:case", "desk:person")),
    Place("desk:task_list", _("Calls"), "lists.see", also=("desk:call",)),
    Place("desk:unreached", _("No way to reach"), "lists.see", "reports", also=("desk:unreached",), shows="reach"),
    Place("desk:held", _("Held"), "intake.review", "reports", also=("desk:held",)),
    Place("desk:matches", _("Matches"), "people.settle_match", "reports", also=("desk:match", "desk:pair")),
    Place("desk:proposals", _("Proposals"), "cases.work", "reports", also=("desk:proposal",)),
    Place("desk:transfers", _("Transfers"), "cases.transfer", "handing", also=("desk:transfer", "desk:out_of_state")),
    Place("desk:referrals", _("Referrals"), "referrals.see", "handing", also=("desk:referral",)),
    Place("desk:orders", _("Orders"), ("cases.work", "orders.sign"), "handing", also=("desk:order", "desk:person_order"), count=number_to_sign),
    Place("desk:facilities", _("Facilities"), "cases.see", "handing", also=("desk:facilit",), shows="town"),
    Place("desk:taken_out", _("Taken out"), ("lists.export", "lists.approve_export"), "handing"),
    Place("desk:morning", _("Morning"), "work.oversee", "oversight", also=("desk:morning",)),
    Place("desk:questionnaires", _("Questionnaires"), ("work.oversee", "intake.sources"), "oversight", also=("desk:questionnaire",)),
    Place("desk:board", _("Board"), "work.oversee", "oversight", also=("desk:board",)),
    Place("desk:workload", _("Workload"), "tasks.assign", "oversight", also=("desk:workload",)),
    Place("desk:priorities", _("Priorities"), ("priorities.publish", "work.oversee"), "oversight", also=("desk:priorities",)),
    Place("desk:quality", _("Quality"), "work.oversee", "oversight", also=("desk:quality_",)),
    Place("desk:on_call", _("On call"), "tasks.assign", "oversight"),
    Place("desk:counts", _("Counts"), "counts.see", "oversight"),
    Place("desk:sources", _("Senders"), "intake.sources", "setup", also=("desk:source",)),
    Place("desk:users", _("Users"), "users.administer", "setup", also=("desk:user", "desk:review", "desk:role", "desk:membership")),
    Place("desk:units", _("Units"), "units.administer", "setup", also=("desk:unit",)),
    Place("desk:directories", _("Directories"), "users.directory", "setup", also=("desk:director",)),
    Place("desk:sign_in_watch", _("Signing in"), "users.lift_waits", "setup"),
    Place("desk:places", _("Settings"), "units.administer", "setup", also=("desk:place",)),
    Place("desk:privacy", _("Privacy"), "privacy.review", "setup", also=("desk:privacy",), count=unreviewed),
    Place("desk:audit", _("Audit"), "audit.see", "setup"),
    Place("desk:unlisted", _("No rule set"), "diseases.unlisted", "reports", also=("desk:unlisted",)),
)


@dataclass(frozen=True, slots=True)
class Menu:
    """Entries of the bar under one word: `current` when one of them is the page shown; `count` is what waits behind them together."""

    label: Any
    links: tuple[Link, ...]
    current: bool
    count: int


def bar(viewer: Viewer, here: str, counts: Mapping[str, int | str] | None = None, *, read: bool = True) -> list[Link | Menu]:
    """What stands in the bar: the daily pages as links, the others in menus. A menu of one entry is that entry. `here` is the name of
    the page shown, `counts` what waits behind an entry; `read`: whether the page may read what waits where that was not told."""
    entries = list(_entries(viewer, here, counts, read))
    shown: list[Link | Menu] = [link for place, link in entries if not place.group]
    for group, label in GROUPS.items():
        inside = tuple(link for place, link in entries if place.group == group)
        if len(inside) > 1:
            waits = sum(link.count for link in inside if isinstance(link.count, int))
            shown.append(Menu(label, inside, any(link.current for link in inside), waits))
        else:
            shown += inside
    return shown


def links(viewer: Viewer, *, read: bool = True) -> list[Link]:
    """Every page of the bar that is this viewer's, flat; `read` as for `bar`."""
    return [link for _place, link in _entries(viewer, "desk:my_day", None, read)]


def _entries(viewer: Viewer, here: str, counts: Mapping[str, int | str] | None, read: bool) -> Iterator[tuple[Place, Link]]:
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
        yield place, Link(place.label, url, current=here == place.view or below, count=waits)


def _is_entry(here: str, place: Place) -> bool:
    """Whether the page shown is another entry of the bar, whatever its name begins with."""
    return any(other.view == here for other in PLACES if other is not place)
