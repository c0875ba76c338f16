"""Finding unusual looks: an hour of looks is laid beside what is known of who looked, in sets, and the rules of `journal.rules` decide.

Here, because a rule asks for people, standings and accounts at once. Found once a day for each user, person and rule; more looks of
the same day are added to the row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from tracing.access.models import Membership, User
from tracing.base.text import fold
from tracing.journal import rules
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.journal.models import LookTally
from tracing.journal.rules import Looked, Rule
from tracing.people.models import UnusualLook

LIST: Final = 10
"""A page that shows more people than this is a list: nobody has looked at one of them again and again."""

_COUNT: Final = """
SELECT l.actor_id, count(DISTINCT p.person), count(DISTINCT l.id) FROM journal_look l LEFT JOIN LATERAL unnest(l.persons) AS p (person) ON true
WHERE l.at >= %(since)s AND l.at < %(until)s AND l.actor_id IS NOT NULL GROUP BY 1
"""

# Each pair of who looked and at whom, with what the rules ask. `families` are the folded family names of accounts, `own` are the
# records reached at an account's e-mail address, `reach` are the units that a user could see people of at that time.
_PAIRS: Final = """
WITH seen AS MATERIALIZED (
    SELECT l.actor_id AS user_id, p.person AS person_id, min(l.at) AS first_at, max(l.at) AS last_at, count(*) AS looks,
        bool_and(l.purpose = 'privacy') AS reviewing, bool_or(cardinality(l.persons) <= %(list)s) AS single
    FROM journal_look l CROSS JOIN LATERAL unnest(l.persons) AS p (person)
    WHERE l.at >= %(since)s AND l.at < %(until)s AND l.actor_id IS NOT NULL GROUP BY 1, 2
),
families AS (SELECT * FROM unnest(%(users)s::uuid[], %(families)s::text[]) AS f (user_id, family)),
own AS MATERIALIZED (
    SELECT u.id AS user_id, w.person_id FROM access_user u JOIN people_waytoreach w ON w.kind = 'email' AND w.value = lower(u.email)
    WHERE u.id = ANY (%(users)s::uuid[])
),
home AS MATERIALIZED (
    SELECT o.user_id, w.person_id FROM own o JOIN people_waytoreach v ON v.person_id = o.person_id AND v.kind = 'phone'
    JOIN people_waytoreach w ON w.value = v.value AND w.kind = 'phone'
    UNION
    SELECT o.user_id, a.person_id FROM own o JOIN people_address h ON h.person_id = o.person_id AND h.street <> '' AND h.key <> ''
    JOIN people_address a ON a.key = h.key
),
reach AS MATERIALIZED (
    SELECT DISTINCT m.user_id, below.unit_id FROM access_membership m
    JOIN access_role r ON r.id = m.role_id AND r.reach = 'unit' AND 'people.see' = ANY (r.permissions)
    CROSS JOIN LATERAL (
        SELECT m.unit_id AS top UNION SELECT c.unit_id FROM access_coverage c
        WHERE c.by_unit_id = m.unit_id AND c.since < %(until)s AND (c.until IS NULL OR c.until > %(since)s)
    ) tops
    CROSS JOIN LATERAL (
        SELECT tops.top AS unit_id UNION SELECT a.unit_id FROM jurisdictions_unitancestor a WHERE a.ancestor_id = tops.top
    ) below
    WHERE m.user_id = ANY (%(users)s::uuid[]) AND m.valid_from < %(until)s AND (m.valid_until IS NULL OR m.valid_until > %(since)s)
),
again AS MATERIALIZED (
    SELECT l.actor_id AS user_id, p.person AS person_id, count(DISTINCT date_trunc('hour', l.at)) AS hours
    FROM journal_look l CROSS JOIN LATERAL unnest(l.persons) AS p (person)
    JOIN seen s ON s.user_id = l.actor_id AND s.person_id = p.person AND s.single
    WHERE l.actor_id = ANY (%(users)s::uuid[]) AND l.at >= %(week)s AND l.at < %(until)s AND cardinality(l.persons) <= %(list)s
    GROUP BY 1, 2
),
facts AS (
    SELECT s.*,
        EXISTS (SELECT FROM own o WHERE o.user_id = s.user_id AND o.person_id = s.person_id) AS own_record,
        p.sort_key <> '' AND f.family <> '' AND split_part(p.sort_key, '  ', 1) = f.family AS own_name,
        EXISTS (SELECT FROM home h WHERE h.user_id = s.user_id AND h.person_id = s.person_id) AS own_home,
        EXISTS (SELECT FROM people_restriction r WHERE r.person_id = s.person_id AND r.kind <> 'address' AND r.at <= s.last_at
            AND (r.ended_at IS NULL OR r.ended_at > s.first_at)) AS restricted,
        EXISTS (SELECT FROM people_standing t WHERE t.person_id = s.person_id AND t.since <= s.last_at
            AND (t.until IS NULL OR t.until > s.first_at) AND (t.user_id = s.user_id OR (t.user_id IS NULL
            AND EXISTS (SELECT FROM reach h WHERE h.user_id = s.user_id AND h.unit_id = t.unit_id)))) AS standing,
        COALESCE(a.hours, 0) AS hours
    FROM seen s JOIN people_person p ON p.id = s.person_id
    LEFT JOIN families f ON f.user_id = s.user_id
    LEFT JOIN again a ON a.user_id = s.user_id AND a.person_id = s.person_id
)
SELECT x.user_id, x.person_id, x.first_at, x.last_at, x.looks, x.own_record, x.own_name, x.own_home, x.restricted, x.standing, x.hours,
    EXISTS (SELECT FROM journal_entry e WHERE e.person_id = x.person_id AND e.actor_id = x.user_id
        AND e.at >= %(week)s AND e.at < %(until)s) AS worked, x.reviewing
FROM facts x
WHERE x.own_record OR x.own_name OR x.own_home OR x.restricted OR NOT x.standing OR x.hours >= %(again)s
"""


@dataclass(frozen=True, slots=True)
class _Found:
    user: UUID
    person: UUID | None
    rule: Rule
    first_at: datetime
    last_at: datetime
    looks: int
    persons: int


@action
def find_unusual_looks(*, since: datetime, until: datetime, zone: ZoneInfo, by: Actor, at: datetime) -> list[UnusualLook] | Unchanged:
    """Count one hour of looks and find the unusual ones; the day that ends with the hour is counted as well. Safe to repeat."""
    counted = _count(LookTally.Span.HOUR, since, until)
    if not counted:
        return UNCHANGED
    day = since.astimezone(zone).date()
    found = [*_of_persons(counted, since, until, day), *_of_hours(counted, since, until, zone, day)]
    begins = _midnight(since, zone)
    if _midnight(until, zone) != begins:
        found += _too_many(LookTally.Span.DAY, _count(LookTally.Span.DAY, begins, until), begins, until, day)
    rows = _keep(found, day, at)
    record("looks.measured", by=by, at=at, subject=("look", None), codes={"since": since.isoformat(), "users": len(counted)})
    for row in rows:
        record("unusual_look.found", by=by, at=at, subject=("unusual_look", row.pk), codes={"rule": row.rule})
    return rows


def _midnight(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def _count(span: str, since: datetime, until: datetime) -> dict[UUID, tuple[int, int]]:
    """User → people and pages; kept."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"since": since, "until": until})
        counted = {user: (persons, looks) for user, persons, looks in cursor.fetchall()}
    LookTally.objects.bulk_create(
        [LookTally(actor_id=user, span=span, at=since, persons=p, looks=n) for user, (p, n) in counted.items()],
        update_conflicts=True, unique_fields=["actor_id", "span", "at"], update_fields=["persons", "looks"],
    )  # fmt: skip
    return counted


def _of_persons(users: Iterable[UUID], since: datetime, until: datetime, day: Any) -> list[_Found]:
    names = User.objects.filter(pk__in=list(users)).values_list("pk", "name")
    again = rules.in_force("repeated", day)
    values: dict[str, Any] = {
        "since": since, "until": until, "week": until - rules.WEEK, "list": LIST, "users": [user for user, _name in names],
        "families": [fold(rules.family_name(name)) for _user, name in names], "again": again.least if again else 10_000,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, values)
        rows = cursor.fetchall()
    found = []
    for user, person, first, last, looks, *facts in rows:
        own_record, own_name, own_home, restricted, standing, hours, worked, reviewing = facts
        looked = Looked(own_record, bool(own_name), own_home, restricted, standing, hours, worked, reviewing)
        found += [_Found(user, person, rule, first, last, looks, 1) for rule in rules.of_a_person(looked, day)]
    return found


def _of_hours(counted: dict[UUID, tuple[int, int]], since: datetime, until: datetime, zone: ZoneInfo, day: Any) -> list[_Found]:
    found = _too_many(LookTally.Span.HOUR, counted, since, until, day)
    for user, (persons, looks) in counted.items():
        if rule := rules.at_night(since, zone, persons, day):
            found.append(_Found(user, None, rule, since, until, looks, persons))
    return found


def _too_many(span: str, counted: dict[UUID, tuple[int, int]], since: datetime, until: datetime, day: Any) -> list[_Found]:
    code = "many_in_an_hour" if span == LookTally.Span.HOUR else "many_in_a_day"
    rule = rules.in_force(code, day)
    many = {user: told for user, told in counted.items() if rule and told[0] >= rule.least}
    if not many:
        return []
    of_user = _roles(since, until)
    found = []
    for user, (persons, looks) in many.items():
        alike = [other for other, code_of in of_user.items() if code_of == of_user.get(user)]
        usual = LookTally.objects.filter(span=span, actor_id__in=alike, at__gte=since - rules.MEASURED_ON, at__lt=since, persons__gt=0)
        if met := rules.too_many(code, persons, list(usual.values_list("persons", flat=True)), day):
            found.append(_Found(user, None, met, since, until, looks, persons))
    return found


def _roles(since: datetime, until: datetime) -> dict[UUID, str]:
    """User → the role they have held longest of those of that time: whom they are measured against."""
    held = Membership.objects.filter(valid_from__lt=until).exclude(valid_until__lte=since).order_by("valid_from", "id")
    found: dict[UUID, str] = {}
    for user, code in held.values_list("user_id", "role__code"):
        found.setdefault(user, code)
    return found


def _homes(users: Sequence[UUID], at: datetime) -> dict[UUID, UUID]:
    """User → the unit whose privacy officer is told: of the role held longest of those held now, or of any that was."""
    ever = Membership.objects.filter(user__in=users, valid_from__lte=at).order_by("-valid_from", "-id")
    now = ever.exclude(valid_until__lte=at)
    return {user: unit for held in (ever, now) for user, unit in held.values_list("user_id", "unit_id")}


def _keep(found: Sequence[_Found], day: Any, at: datetime) -> list[UnusualLook]:
    """New rows; what was found before that day is made longer. Somebody who never held a role is told to nobody: they see nothing."""
    homes = _homes([one.user for one in found], at)
    present = {
        (row.user_id, row.person_id, row.rule): row
        for row in UnusualLook.objects.select_for_update(no_key=True).filter(day=day, user__in=homes)
    }
    made: list[UnusualLook] = []
    for one in found:
        row = present.get((one.user, one.person, one.rule.id))
        if row is None and one.user in homes:
            row = UnusualLook(
                user_id=one.user, unit_id=homes[one.user], person_id=one.person, filed_on=one.person, rule=one.rule.id, day=day,
                first_at=one.first_at, last_at=one.last_at, looks=one.looks, persons=one.persons, at=at,
            )  # type: ignore[misc]  # fmt: skip
            present[one.user, one.person, one.rule.id] = row
            made.append(row)
        elif row is not None and one.first_at > row.last_at:  # an hour that was counted before adds nothing
            row.last_at, row.looks, row.persons = one.last_at, row.looks + one.looks, max(row.persons, one.persons)
            if row not in made:
                row.save(update_fields=["last_at", "looks", "persons"])
    UnusualLook.objects.bulk_create(made)
    return made
