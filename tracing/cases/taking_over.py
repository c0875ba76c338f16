"""The open work of a unit that was closed goes to whoever took over: cases and their calls, offers, lines of facilities.

An open case counts and is followed by the new unit from then on; the journal says where it counted before. The closed unit keeps
sight of the person for a month. Closed cases stay where they were, and the successor sees them because it covers the closed unit.
Each set is one transaction, and what is left is asked of the tables: whoever dies half-way, the next takes up where it lay.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q

from tracing.cases.models import Case, FacilityLine, OutOfState, Proposal, Share, Transfer
from tracing.cases.sharing import OPEN, settle
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.jurisdictions.closing import Ending, heir
from tracing.people.actions import NewStanding, end_standing, give_standings
from tracing.people.models import Person
from tracing.tasks.models import Task
from tracing.tasks.moving import move

SEEN_FOR: Final = timedelta(days=30)
SET: Final = 500


@action
def hand_over_cases(*, endings: Mapping[UUID, Ending], most: int = SET, by: Actor, at: datetime) -> int | Unchanged:
    """Up to `most` open cases, with their standings; returns how many."""
    of = Q(unit__in=endings) | Q(follow_unit__in=endings)
    keys = list(Case.objects.filter(of, closure__isnull=True).order_by("pk").values_list("pk", "person_id")[:most])
    # People before cases, as the filing takes them.
    list(Person.objects.select_for_update(no_key=True).filter(pk__in={person for _case, person in keys}).order_by("pk").values_list("pk"))
    cases = list(
        Case.objects.select_for_update(no_key=True, of=("self",)).filter(of, pk__in=[case for case, _ in keys], closure__isnull=True).order_by("pk")
    )
    if not cases:
        return UNCHANGED
    new: list[NewStanding] = []
    over: list[tuple[Case, UUID, str]] = []
    for case in cases:
        counted, followed = case.unit_id, case.follow_unit_id
        case.unit_id, case.follow_unit_id = heir(counted, case.town_id, endings), heir(followed, case.town_id, endings)
        left = {counted, followed} - {case.unit_id, case.follow_unit_id}
        if case.unit_id != counted:
            over.append((case, counted, "residence"))
            new.append(NewStanding(case.person_id, case.unit_id, "residence", case.disease))
        if case.follow_unit_id != followed:
            over.append((case, followed, "stay"))
        if case.follow_unit_id != case.unit_id:
            new.append(NewStanding(case.person_id, case.follow_unit_id, "stay", case.disease))
        new += [NewStanding(case.person_id, unit, "shared", case.disease, until=at + SEEN_FOR) for unit in sorted(left)]
        record("case.taken_over", by=by, at=at, subject=("case", case.pk), person=case.person_id, disease=case.disease,
               codes={"from": str(counted), "to": str(case.unit_id), "followed_from": str(followed), "followed_to": str(case.follow_unit_id),
                      "because": "unit_closed"})  # fmt: skip
    Case.objects.bulk_update(cases, ["unit", "follow_unit"])
    give_standings(standings=new, by=by, at=at)
    for case, unit, why in over:
        end_standing(person=case.person_id, unit=unit, why=why, disease=case.disease, by=by, at=at)
    return len(cases)


@action
def hand_over_tasks(*, endings: Mapping[UUID, Ending], most: int = SET, by: Actor, at: datetime) -> int | Unchanged:
    """Up to `most` tasks that are not over go to the list of whoever took over; a call in hand stays in hand."""
    rows = list(Task.objects.filter(unit__in=endings, ended_at__isnull=True).order_by("pk")[:most])
    if not rows:
        return UNCHANGED
    followed = dict(Case.objects.filter(task__in=rows, closure__isnull=True).values_list("task_id", "follow_unit_id"))
    groups: dict[UUID, list[Task]] = {}
    for row in rows:
        at_home = followed.get(row.pk)
        unit = at_home if at_home is not None and at_home not in endings else heir(row.unit_id, None, endings)
        groups.setdefault(unit, []).append(row)
    for unit, tasks in sorted(groups.items()):
        move(tasks=tasks, unit=unit, by=by, at=at)
    return len(rows)


@action
def hand_over_papers(*, endings: Mapping[UUID, Ending], most: int = SET, by: Actor, at: datetime) -> int | Unchanged:
    """Proposals nobody answered, offers, shares that go on, packages for other states, lines of facilities."""
    done = 0
    for proposal in Proposal.objects.select_for_update(no_key=True, of=("self",)).filter(answer="").filter(
        Q(unit__in=endings) | Q(to_unit__in=endings)
    ).order_by("pk")[:most]:  # fmt: skip
        proposal.unit_id = heir(proposal.unit_id, None, endings)
        if proposal.to_unit_id is not None:
            proposal.to_unit_id = heir(proposal.to_unit_id, proposal.to_town_id, endings)
        same = Proposal.objects.filter(case=proposal.case_id, kind=proposal.kind, to_unit=proposal.to_unit_id, answer="").exclude(pk=proposal.pk)
        if same.exists():
            proposal.answer, proposal.answered_at, proposal.answered_by = Proposal.Answer.REFUSED, at, by.id
        proposal.save(update_fields=["unit", "to_unit", "answer", "answered_at", "answered_by"])
        _say("proposal", proposal, proposal.unit_id, by, at)
        done += 1
    done += _transfers(endings, most, by, at) + _shares(endings, most, by, at)
    for line in FacilityLine.objects.select_for_update(no_key=True, of=("self",)).filter(unit__in=endings).order_by("pk")[:most]:
        FacilityLine.objects.filter(pk=line.pk).update(unit=heir(line.unit_id, None, endings))
        record("facility.taken_over", by=by, at=at, subject=("facility_line", line.pk), disease=line.disease,
               codes={"from": str(line.unit_id), "to": str(heir(line.unit_id, None, endings))})  # fmt: skip
        done += 1
    packages = OutOfState.objects.select_for_update(no_key=True, of=("self",)).filter(unit__in=endings, state__in=("prepared", "sent"))
    for package in packages.order_by("pk")[:most]:
        unit = heir(package.unit_id, None, endings)
        OutOfState.objects.filter(pk=package.pk).update(unit=unit)
        _say("package", package, unit, by, at)
        done += 1
    return done or UNCHANGED


def _transfers(endings: Mapping[UUID, Ending], most: int, by: Actor, at: datetime) -> int:
    """Offers by and to closed units. One to oneself has lost its sense."""
    of = Q(unit__in=endings) | Q(from_unit__in=endings) | Q(duty_unit__in=endings)
    offers = dict(Transfer.objects.filter(of, state__in=OPEN).order_by("pk").values_list("pk", "person_id")[:most])
    # People before offers, as whoever answers one takes them: the two never wait for each other in a ring.
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=set(offers.values())).order_by("pk").values_list("pk"))
    rows = list(Transfer.objects.select_for_update(no_key=True, of=("self",)).filter(of, pk__in=offers, state__in=OPEN).order_by("pk"))
    for row in rows:
        sender, to = heir(row.from_unit_id, row.from_town_id, endings), heir(row.unit_id, row.town_id, endings)
        if sender == to:
            settle(row, Transfer.State.WITHDRAWN, "", by, at)
            _say("transfer", row, to, by, at)
            continue
        if to != row.unit_id:
            end_standing(person=row.person_id, unit=row.unit_id, why="transfer", disease=row.disease, by=by, at=at)
            give_standings(standings=[NewStanding(row.person_id, to, "transfer", row.disease)], by=by, at=at)
        duty = heir(row.duty_unit_id, None, endings) if row.duty_unit_id is not None else None
        Transfer.objects.filter(pk=row.pk).update(from_unit=sender, unit=to, duty_unit=duty)
        _say("transfer", row, to, by, at)
    return len(rows)


def _shares(endings: Mapping[UUID, Ending], most: int, by: Actor, at: datetime) -> int:
    """Shares by a closed unit are its successor's to end; those with a closed unit run out by their day."""
    rows = list(Share.objects.select_for_update(no_key=True).filter(from_unit__in=endings, ended_at__isnull=True, until__gt=at).order_by("pk")[:most])
    for row in rows:
        sender = heir(row.from_unit_id, None, endings)
        if sender == row.unit_id:  # it needs no share of what is its own
            Share.objects.filter(pk=row.pk).update(ended_at=at, ended_by=by.id)
        else:
            Share.objects.filter(pk=row.pk).update(from_unit=sender)
        _say("share", row, sender, by, at)
    return len(rows)


def _say(kind: str, row: Proposal | Transfer | Share | OutOfState, to: UUID, by: Actor, at: datetime) -> None:
    record("case.paper_taken_over", by=by, at=at, subject=("case", row.case_id), person=row.person_id, disease=row.disease,
           codes={"what": kind, "to": str(to)})  # fmt: skip


def open_work(unit: UUID) -> dict[str, int]:
    """How much is open: kind → number. Counts alone; the caller has checked that they may be told."""
    cases = Case.objects.filter(Q(unit=unit) | Q(follow_unit=unit), closure__isnull=True)
    papers = (
        Proposal.objects.filter(unit=unit, answer="").count()
        + Transfer.objects.filter(Q(unit=unit) | Q(from_unit=unit), state__in=OPEN).count()
        + OutOfState.objects.filter(unit=unit, state__in=("prepared", "sent")).count()
    )
    return {
        "cases": cases.count(), "tasks": Task.objects.filter(unit=unit, ended_at__isnull=True).count(), "papers": papers,
        "facilities": FacilityLine.objects.filter(unit=unit).count(),
    }  # fmt: skip
