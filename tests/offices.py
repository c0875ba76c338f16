"""The staff of a small state, for pictures of the pages of users: administrators, volunteers, leavers, a proposal, a review."""

from __future__ import annotations

from datetime import datetime, timedelta

from tracing.access.actions import (
    add_user,
    close_user,
    confirm_grant,
    decide_review,
    define_role,
    grant,
    grant_membership,
    invite,
    open_reviews,
)
from tracing.access.models import AccessReview, Role, SignIn, User
from tracing.access.viewer import Viewer, viewer
from tracing.journal.actor import Actor, job
from tracing.jurisdictions.models import Unit

BY = job("test")
PEOPLE = (
    ("local_administrator", "Nora Vance", "department_administrator", "new-haven", "Keeps the accounts of the department", 200),
    ("second_administrator", "Paul Egan", "administrator", "ct", "Deputy of Ana Sousa", 300),
    ("t1", "Marcus Bell", "tracer", "new-haven", "", 80),
    ("t2", "Imani Cole", "tracer", "new-haven", "Surge of December", 25),
    ("t3", "Sofia Duarte", "tracer", "new-haven", "Surge of December; speaks Portuguese", 25),
    ("t4", "Wen Li", "lead", "new-haven", "Leads the evening shift", 60),
    ("t5", "Rosa Iglesias", "volunteer_tracer", "new-haven", "Medical reserve corps", 12),
    ("t6", "Aaron Fitch", "director", "new-haven", "Director since 2018", 400),
    ("t7", "Grace Whitlock-Featherstonehaugh", "outreach_specialist", "new-haven", "Fair Haven", 40),
    ("t8", "Jo Park", "tracer", "hartford", "", 90),
    ("t9", "Lena Hoff", "privacy_officer", "ct", "Privacy office", 300),
    ("t10", "Ivo Marek", "auditor", "ct", "Audit of the year", 100),
    ("t11", "Dee Sutton", "analyst_counts", "ct", "", 70),
)  # fmt: skip


def offices(staff: dict[str, User], now: datetime) -> None:
    """Add them to those who are there."""
    roles, units = {role.code: role for role in Role.objects.all()}, {unit.code: unit for unit in Unit.objects.all()}
    for code, name, role, unit, why, days in PEOPLE:
        since = now - timedelta(days=days)
        user = add_user(email=f"{code}@health.example", name=name, password=None, by=BY, at=since)
        grant_membership(user=user, role=roles[role], unit=units[unit], since=since, why=why,
                         by=Actor("staff", staff["administrator"].pk), at=since)  # fmt: skip
        staff[code] = user
    seen = {"t1": 0, "t2": 1, "t3": 0, "t4": 2, "t6": 4, "local_administrator": 0, "second_administrator": 3, "t9": 45}
    for code, days in seen.items():
        User.objects.filter(pk=staff[code].pk).update(last_seen_at=now - timedelta(days=days, hours=2))
    for hours, right in ((3, True), (27, True), (28, False), (51, True)):
        SignIn.objects.create(
            user=staff["t1"], account_digest="0" * 64, address="192.0.2.14", at=now - timedelta(hours=hours), succeeded=right,
            factor="passkey" if right else "", refused_for="" if right else "password",
        )  # fmt: skip
    invite(users=[staff["t5"]], by=BY, at=now - timedelta(days=1))
    close_user(user=staff["t10"], by=BY, at=now - timedelta(days=9))
    grant_membership(user=staff["t1"], role=roles["help_desk"], unit=units["hartford"], since=now - timedelta(days=3),
                     until=now + timedelta(days=30), why="Covers the help desk in January", by=BY, at=now)  # fmt: skip
    grant_membership(user=staff["supervisor"], role=roles["analyst_counts"], unit=units["ct"], since=now - timedelta(days=3),
                     why="Weekly figures", by=BY, at=now)  # fmt: skip
    first, second = staff["second_administrator"], staff["administrator"]
    for who, role in (("t8", "state_epidemiologist"), ("t11", "auditor")):
        grant(viewer=_viewer(first, now), user=staff[who], role=roles[role], unit=units["ct"], since=now, why="Stands in for Helen Marsh until May",
              by=Actor("staff", first.pk), at=now)  # fmt: skip
    made = grant(viewer=_viewer(first, now), user=staff["t3"], role=roles["outbreak_team"], unit=units["ct"], since=now, why="Measles in Danbury",
                 diseases=["measles"], until=now + timedelta(days=60), by=Actor("staff", first.pk), at=now)  # fmt: skip
    assert made.proposal is not None
    confirm_grant(viewer=_viewer(second, now), proposal=made.proposal, by=Actor("staff", second.pk), at=now)
    define_role(viewer=_viewer(first, now), code="case_reviewer", name="Case reviewer", description="Reads closed cases for the yearly report.",
                permissions=["people.see", "people.see_restricted", "cases.see", "cases.detail"], by=Actor("staff", first.pk), at=now)  # fmt: skip
    open_reviews(by=BY, at=now - timedelta(days=40))
    open_reviews(by=BY, at=now - timedelta(days=6))
    review = AccessReview.objects.filter(unit=units["new-haven"]).order_by("-opened_at")[0]
    lines = {line.membership.user_id: line.pk for line in review.lines.select_related("membership")}
    local = staff["local_administrator"]
    decide_review(viewer=_viewer(local, now), review=review, decisions={lines[staff["t1"].pk]: "keep", lines[staff["t6"].pk]: "keep"},
                  by=Actor("staff", local.pk), at=now)  # fmt: skip


def _viewer(user: User, at: datetime) -> Viewer:
    return viewer(User.objects.get(pk=user.pk), at=at)


SHEET = (
    "email,name,role,unit,diseases,from,until,why,agreement_on,trained_on\n"
    "una.moss@health.example,Una Moss,Contact tracer,New Haven,,,,Surge of January,,\n"
    "teo.brandt@health.example,Teo Brandt,Volunteer contact tracer,New Haven,,,2021-06-30,Medical reserve corps,2021-01-04,2021-01-08\n"
    "ines.ortiz@health.example,Ines Ortiz,Lead tracer,New Haven,,,,Leads the morning shift,,\n"
    "not an address,,Pilot,Atlantis,plague,soon,,,,\n"
    "una.moss@health.example,Una Moss,Contact tracer,New Haven,,,,,,\n"
)
"""A list as a department sends it, with two rows that are wrong."""

__all__ = ["SHEET", "offices"]
