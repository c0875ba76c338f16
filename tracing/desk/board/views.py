"""The supervisor's board: is everybody tried and interviewed in time, where not, what waits, and who is at work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from tracing.access.queries import staff_names
from tracing.access.viewer import Viewer
from tracing.desk.board import words
from tracing.desk.lists import address
from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.diseases.ruleset import rule_sets
from tracing.jurisdictions.units import units_by_id
from tracing.reporting.board import PERMISSION, SHOWN, Asked, Backlog, Board, Shares, backlog, board, people, timely
from tracing.reporting.metrics import BY_CODE, Share
from tracing.reporting.models import CaseMoments
from tracing.reporting.staff import at_work
from tracing.tasks.teams import teams_named
from tracing.uswds.charts import Bar
from tracing.uswds.parts import ChipGroup, Column

SIZE: Final = 50
NO_TEAM: Final = "none"
TONES: Final = {"day": "good", "two_days": "plain", "three_days": "warn", "week": "warn", "older": "bad"}


def _asked(request: HttpRequest, viewer: Viewer) -> Asked:
    of = address.choice(request, "of", words.OF, "case")
    return Asked(
        of=of, disease=address.choice(request, "disease", rule_sets()), days=int(address.choice(request, "days", words.DAYS, "7")),
        clock=address.choice(request, "clock", words.CLOCKS[of], "received"),
        unit=address.unit(CaseMoments, viewer, request.GET.get("unit", "")),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measure:
    """One share as the board shows it: each number leads to who stands behind it."""

    code: str
    label: Any
    share: Share
    goal: float | None
    trend: list[float]
    links: Mapping[str, str]

    @property
    def percent(self) -> str:
        return "" if self.share.value is None else f"{self.share.value * 100:.0f}"

    @property
    def tone(self) -> str:
        return heat(self.share.value, self.goal)


def heat(value: float | None, goal: float | None) -> str:
    """Five steps; with a goal the best one is from the goal on."""
    if value is None:
        return ""
    top = goal or 0.9
    return str(min(5, 1 + int(value / top * 4)))


@require_safe
@staff(PERMISSION, lists=True)
def board_page(request: HttpRequest) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    asked = _asked(request, viewer)
    found, waits = board(asked, viewer, at), backlog(asked, viewer, at)
    context: dict[str, Any] = {
        "asked": asked, "now": at, "found": found, "of": words.OF[asked.of], "groups": _groups(request, asked),
        "clock": words.CLOCKS[asked.of][asked.clock],
        "measures": [
            Measure(
                code, words.SHARES[code], found.whole[code], BY_CODE[code].goal,
                [(day[code].value or 0) * 100 for day in found.days.values()],
                {state: _behind(request, code, state) for state in words.STATES},
            )
            for code in SHOWN[asked.of]
        ],
        "teams": _teams(request, asked, found),
        "heads": [words.SHORT[code] for code in SHOWN[asked.of]],
        "units": _units(request, asked, found, waits),
        "days": [
            (day, _behind(request, SHOWN[asked.of][0], "", day=day), _number(shares), _cells(request, shares, day=day))
            for day, shares in reversed(list(found.days.items()))
        ],
        "out": [(words.OUT[code], number, _behind(request, SHOWN[asked.of][0], code)) for code, number in found.out.items()],
        "everybody": _behind(request, SHOWN[asked.of][0], ""),
        "waits": waits, "ages": [Bar(str(words.AGES[code]), number, str(number), TONES[code]) for code, number in waits.ages.items()],
        "staff": _staff(viewer, at), "departments": address.departments(CaseMoments, viewer), "unit": request.GET.get("unit", ""),
        "kept": [(name, value) for name, value in address.without_place(request).items() if name != "unit"],
    }  # fmt: skip
    return show(request, "desk/board/board.html", context, page="board", purpose="review")


def _groups(request: HttpRequest, asked: Asked) -> list[ChipGroup]:
    diseases = {code: ruleset.label for code, ruleset in rule_sets().items()}
    return [
        address.group(request, _("Of"), "of", words.OF, asked.of, always=True),
        address.group(request, _("Received"), "days", words.DAYS, str(asked.days), always=True),
        address.group(request, _("Counted from when"), "clock", words.CLOCKS[asked.of], asked.clock, always=True),
        address.group(request, _("Disease"), "disease", diseases, asked.disease),
    ]


def _behind(request: HttpRequest, code: str, state: str, *, day: date | None = None, unit: str = "", team: str = "") -> str:
    """Where the people behind a number are."""
    query = address.without_place(request).dict()
    query |= {"share": code, "is": state}
    if day is not None:
        query["day"] = day.isoformat()
    if unit:
        query["unit"] = unit
    if team:
        query["team"] = team
    return f"{reverse('desk:board_people')}?{urlencode(query)}"


Cell = tuple[Any, Share, str, str, str]
"""The share's name, the share, its percentage, its heat, where the late ones are."""


def _cells(request: HttpRequest, shares: Shares, *, day: date | None = None, unit: str = "", team: str = "") -> list[Cell]:
    cells = []
    for code, share in shares.items():
        percent = "" if share.value is None else f"{share.value * 100:.0f} %"
        late = _behind(request, code, "late", day=day, unit=unit, team=team)
        cells.append((words.SHORT[code], share, percent, heat(share.value, BY_CODE[code].goal), late))
    return cells


def _number(shares: Shares) -> int:
    one = next(iter(shares.values()))
    return one.due + one.running + one.unknown + sum(one.out.values())


def _units(request: HttpRequest, asked: Asked, found: Board, waits: Backlog) -> list[tuple[Any, int, list[Cell], int]]:
    """Departments with somebody in the cohort or on the list; who is worst off in the last measure first."""
    last = SHOWN[asked.of][-1]
    keys = set(found.units) | set(waits.units)
    rows = []
    for unit in units_by_id(frozenset(keys)):
        shares = found.units.get(unit.pk)
        cells = _cells(request, shares, unit=unit.code) if shares else []
        rows.append((unit, _number(shares) if shares else 0, cells, waits.units.get(unit.pk, 0)))

    def worst(row: tuple[Any, int, list[Cell], int]) -> tuple[float, str]:
        share = found.units.get(row[0].pk, {}).get(last)
        return (2.0 if share is None or share.value is None else share.value, row[0].name)

    return sorted(rows, key=worst)


def _teams(request: HttpRequest, asked: Asked, found: Board) -> list[tuple[str, str, int, list[Cell], str]]:
    """Teams that tried somebody of the cohort, who is worst off in the last measure first; then whom no team has tried. Nothing where
    there are no teams: all would stand in one row."""
    last = SHOWN[asked.of][-1]
    named = teams_named(key for key in found.teams if key is not None)
    rows = []
    for key, shares in found.teams.items():
        code = str(key) if key else NO_TEAM
        team = named.get(key) if key else None
        name, where = (team.name, team.unit.name) if team else (_("No team"), _("nobody has tried yet, or somebody in none"))
        value = shares[last].value
        place = (key is None, 2.0 if value is None else value, where, name)
        rows.append((place, (name, where, _number(shares), _cells(request, shares, team=code), _behind(request, last, "", team=code))))
    return [row for _place, row in sorted(rows)] if named else []


def _staff(viewer: Viewer, at: datetime) -> list[tuple[str, Any]]:
    rows = at_work(viewer, at)
    names = staff_names(row.user for row in rows)
    return sorted(((names.get(row.user, ""), row) for row in rows), key=lambda one: (-one[1].held, -one[1].tried, one[0]))


@require_safe
@staff(PERMISSION, lists=True)
def people_page(request: HttpRequest) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    asked = _asked(request, viewer)
    code = address.choice(request, "share", SHOWN[asked.of], SHOWN[asked.of][0])
    state = address.choice(request, "is", (*words.STATES, *words.OUT))
    day, team = _day(request.GET.get("day", "")), address.key(request, "team") or address.choice(request, "team", (NO_TEAM,))
    found = people(
        asked, code, state, viewer, at, day=day, team=team, size=SIZE, after=address.key(request, "after"), before=address.key(request, "before")
    )
    begin, end = timely(code, asked.clock).begin, timely(code, asked.clock).end
    rows = [(row, getattr(row, begin), getattr(row, end), _hours(getattr(row, begin), getattr(row, end), at), _case_of(row)) for row in found.rows]
    back = address.without_place(request).dict()
    for name in ("share", "is", "day", "team"):
        back.pop(name, None)
    context: dict[str, Any] = {
        "rows": rows, "title": words.SHARES[code], "state": words.STATES.get(state) or words.OUT.get(state) or _("everybody"),
        "of": words.OF[asked.of], "day": day, "team": _team_name(team) if found.rows else "", "back": f"{reverse('desk:board')}?{urlencode(back)}",
        "page": address.paging(request, found),
        "columns": [
            Column(_("Person")), Column(_("Department")), Column(_("Disease")), Column(_("The clock began")),
            Column(_("It happened")), Column(_("Hours"), end=True), Column(_("Counted")),
        ],
        "groups": [
            address.group(request, _("In time"), "is", words.STATES, state),
            address.group(request, _("Measure"), "share", {one: words.SHARES[one] for one in SHOWN[asked.of]}, code, always=True),
        ],
        "unit": next((unit.name for unit in units_by_id(frozenset([asked.unit]))), "") if asked.unit else "",
        "diseases": {one: ruleset.label for one, ruleset in rule_sets().items()}, "out": words.OUT,
    }  # fmt: skip
    return show(
        request, "desk/board/people.html", context, page="board_people", persons=[row.person_id for row in found.rows], purpose="review"
    )


def _team_name(team: UUID | str) -> str:
    if isinstance(team, str):
        return _("No team") if team else ""
    return next((one.name for one in teams_named([team]).values()), "")


def _case_of(row: Any) -> UUID | None:
    return getattr(row, "case_id", None)


def _hours(begin: datetime | None, end: datetime | None, at: datetime) -> str:
    if begin is None:
        return ""
    hours = ((end or at) - begin).total_seconds() / 3600
    return f"{hours:.0f}" if end else ngettext("%(n)s so far", "%(n)s so far", int(hours)) % {"n": f"{hours:.0f}"}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

