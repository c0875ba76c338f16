"""What the frame of every staff page needs: who is signed in, where they may go, whether this is a demonstration."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tracing.access.viewer import Viewer
from tracing.base.sight import SHOWS, finds_by
from tracing.desk.navigation import bar

SAYS = {
    "limited": _("Sensitive fields are hidden for your role: race, ethnicity, hospital, symptoms, where somebody lives, notes."),
    "contact": _("Your role shows name, language, ways to reach and address. Birth dates and everything about an illness are hidden."),
    "masked": _("Names are hidden for your role: you see initials, age and town. Numbers, streets, birth dates and notes are hidden."),
    "deidentified": _("Everything that identifies somebody is hidden for your role. Days are shown as months."),
}
"""What a page does not show, by sight."""


def frame(request: HttpRequest) -> dict[str, Any]:
    """A context processor: no query of its own but what the bar counts, for the few who review."""
    known: dict[str, Any] = {"demo": settings.DEMO}
    viewer: Viewer | None = getattr(request, "viewer", None)
    if viewer is None or not request.user.is_authenticated:
        return known
    match = request.resolver_match
    here = match.view_name if match else ""
    at_the_door = match is not None and getattr(match.func, "at_the_door", False)  # there nobody's record is read
    return known | {
        "shows": SHOWS[viewer.sight],
        "sight_says": SAYS.get(viewer.sight, ""),
        "home": reverse("desk:my_day"),
        "emergency_url": reverse("desk:emergency") if viewer.reaches("people.break_glass") else "",
        "telephone_url": reverse("desk:telephone") if settings.VOICE is not None and viewer.reaches("tasks.next_call") else "",
        "navigation": bar(viewer, here, getattr(request, "waiting", None), read=not at_the_door),
        "search_url": reverse("desk:search") if viewer.reaches("people.search") and finds_by(viewer.sight) else "",
        "staff_name": viewer.name,
        "staff_roles": [role.replace("_", " ").capitalize() for role in viewer.roles],
        "hats": viewer.hats if len(viewer.hats) > 1 else (),
        "hat": viewer.hat,
        "hat_over": viewer.hat is not None and viewer.hat not in {hat.membership for hat in viewer.hats},
        "sign_out_url": reverse("desk:sign_out"),
    }
