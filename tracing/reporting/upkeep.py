"""Keeping the moments: made anew from the tables for the cases and contacts that something happened to. Each statement writes a set,
asks the tables as they are, and may run twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from tracing.reporting.metrics import CLASSES, LATER

SET: Final = 2000
AGAIN_WITHIN: Final = "14 days"
"""Somebody named again within this time is the same contact."""


def _hours(begin: str, end: str) -> str:
    """`metrics.hours_class` in SQL."""
    classes = " ".join(f"WHEN {end} <= {begin} + interval '{hours} hours' THEN {hours}" for hours in CLASSES)
    return f"CASE WHEN {begin} IS NULL OR {end} IS NULL THEN NULL {classes} ELSE {LATER} END"


# An episode's attempts and interviews end where the next episode of the same person and disease begins.
_CASES: Final = """
INSERT INTO reporting_casemoments (
    id, case_id, person_id, filed_on, unit_id, disease, onset_on, specimen_on, result_at, received_at, attempted_at, attempted_by_id, team_id,
    reached_at, spoken_at, interviewed_at, interviewed_by_id, contacts, has_way, in_quarantine, symptomatic, received_on, tried, ended,
    tried_of_result, ended_of_result, out
)
SELECT gen_random_uuid(), c.id, c.person_id, c.filed_on, c.follow_unit_id, c.disease, c.onset_on, c.first_positive_on,
    report.result_at, came.at, tried.at, tried.by, tried.team_id, answered.at,
    spoken.at, whole.at, whole.by, named.number, reach.known, quarantined.is_so, c.symptomatic, (came.at AT TIME ZONE %(zone)s)::date,
    {came_tried}, {came_whole}, {result_tried}, {result_whole},
    CASE
        WHEN c.merged_into_id IS NOT NULL THEN 'merged'
        WHEN c.classification = 'not_a_case' OR closure.reason = 'not_a_case' THEN 'not_a_case'
        WHEN EXISTS (
            SELECT 1 FROM people_death d WHERE d.person_id = c.person_id AND d.taken_back_at IS NULL
            AND coalesce(d.died_on, d.at::date) <= came.at::date
        ) AND tried.at IS NULL THEN 'died_before'
        WHEN closure.reason = 'moved' AND whole.at IS NULL THEN 'out_of_state'
        WHEN c.scope IN ('count_only', 'message_only', 'facility') THEN c.scope
        ELSE ''
    END
FROM cases_case c
LEFT JOIN cases_closure closure ON closure.id = c.closure_id
LEFT JOIN LATERAL (
    SELECT min(n.opened_at) AS at FROM cases_case n
    WHERE n.person_id = c.person_id AND n.disease = c.disease AND n.episode > c.episode AND n.merged_into_id IS NULL
) following ON true
LEFT JOIN LATERAL (
    SELECT min(r.received_at) AS received_at, min(l.version_at) FILTER (WHERE l.result = 'positive') AS result_at
    FROM intake_labresult l JOIN intake_report r ON r.id = l.report_id WHERE l.case_id = c.id
) report ON true
CROSS JOIN LATERAL (SELECT coalesce(least(report.received_at, c.opened_at), c.opened_at) AS at) came
LEFT JOIN LATERAL (
    SELECT a.at, a.team_id, u.id AS by FROM tasks_attempt a LEFT JOIN access_user u ON u.id = a.by
    WHERE a.person_id = c.person_id AND a.disease = c.disease AND a.at >= c.opened_at AND a.at < coalesce(following.at, 'infinity')
    ORDER BY a.at LIMIT 1
) tried ON true
LEFT JOIN LATERAL (
    SELECT min(a.at) AS at FROM tasks_attempt a
    WHERE a.person_id = c.person_id AND a.disease = c.disease AND a.at >= c.opened_at AND a.at < coalesce(following.at, 'infinity')
    AND a.outcome IN ('reached', 'partial', 'refused')
) called ON true
LEFT JOIN LATERAL (SELECT min(i.at) AS at FROM cases_interview i WHERE i.case_id = c.id) spoken ON true
LEFT JOIN LATERAL (
    SELECT i.at, u.id AS by FROM cases_interview i LEFT JOIN access_user u ON u.id = i.by
    WHERE i.case_id = c.id AND i.kind = 'complete' ORDER BY i.at LIMIT 1
) whole ON true
LEFT JOIN LATERAL (SELECT least(called.at, spoken.at) AS at) answered ON true
LEFT JOIN LATERAL (SELECT count(DISTINCT e.contact_id) AS number FROM contacts_exposure e WHERE e.source_id = c.id) named ON true
LEFT JOIN LATERAL (
    SELECT EXISTS (
        SELECT 1 FROM people_waytoreach w
        WHERE w.person_id = c.person_id AND w.until IS NULL AND w.works IS NOT FALSE AND w.safe IS NOT FALSE
    ) AS known
) reach ON true
LEFT JOIN LATERAL (
    SELECT bool_or(
        coalesce(c.onset_on, c.first_positive_on) BETWEEN q.starts_on AND coalesce(q.ends_on, 'infinity')
        AND q.settled <> 'not_needed'
    ) AS is_so
    FROM contacts_quarantine q WHERE q.person_id = c.person_id AND q.disease = c.disease AND q.at < c.opened_at
) quarantined ON true
WHERE c.id = ANY(%(keys)s)
ORDER BY c.id
ON CONFLICT (case_id) DO UPDATE SET
    person_id = EXCLUDED.person_id, unit_id = EXCLUDED.unit_id, onset_on = EXCLUDED.onset_on, specimen_on = EXCLUDED.specimen_on,
    result_at = EXCLUDED.result_at, received_at = EXCLUDED.received_at, attempted_at = EXCLUDED.attempted_at,
    attempted_by_id = EXCLUDED.attempted_by_id, team_id = EXCLUDED.team_id, reached_at = EXCLUDED.reached_at, spoken_at = EXCLUDED.spoken_at,
    interviewed_at = EXCLUDED.interviewed_at, interviewed_by_id = EXCLUDED.interviewed_by_id, contacts = EXCLUDED.contacts,
    has_way = EXCLUDED.has_way, in_quarantine = EXCLUDED.in_quarantine, symptomatic = EXCLUDED.symptomatic,
    received_on = EXCLUDED.received_on, tried = EXCLUDED.tried, ended = EXCLUDED.ended, tried_of_result = EXCLUDED.tried_of_result,
    ended_of_result = EXCLUDED.ended_of_result, out = EXCLUDED.out
"""

# Of several exposures the one named first begins the contact; the clock of the result is that of the case that named them.
_CONTACTS: Final = """
WITH begun AS (
    SELECT e.*, x.exposed_on FROM contacts_exposure e
    CROSS JOIN LATERAL (
        SELECT max(o.last_on) AS exposed_on FROM contacts_exposure o
        WHERE o.contact_id = e.contact_id AND o.disease = e.disease
        AND o.named_at >= e.named_at AND o.named_at < e.named_at + %(again)s::interval
    ) x
    WHERE (e.contact_id, e.disease) IN (SELECT unnest(%(persons)s::uuid[]), unnest(%(diseases)s::text[]))
    AND NOT EXISTS (
        SELECT 1 FROM contacts_exposure o WHERE o.contact_id = e.contact_id AND o.disease = e.disease
        AND (o.named_at, o.id) < (e.named_at, e.id) AND o.named_at > e.named_at - %(again)s::interval
    )
), gone AS (
    DELETE FROM reporting_contactmoments m USING contacts_exposure e
    WHERE m.exposure_id = e.id AND (e.contact_id, e.disease) IN (SELECT unnest(%(persons)s::uuid[]), unnest(%(diseases)s::text[]))
    AND NOT EXISTS (SELECT 1 FROM begun b WHERE b.id = e.id)
)
INSERT INTO reporting_contactmoments (
    id, exposure_id, person_id, filed_on, unit_id, disease, exposed_on, source_onset_on, source_specimen_on, source_result_at,
    elicited_at, attempted_at, team_id, notified_at, has_way, symptomatic_at_notice, became_case, received_on, tried, ended, tried_of_result,
    ended_of_result, out
)
SELECT gen_random_uuid(), e.id, e.contact_id, e.contact_filed_on, coalesce(work.unit_id, s.follow_unit_id, e.unit_id), e.disease, e.exposed_on,
    s.onset_on, s.first_positive_on, m.result_at, e.named_at, tried.at, tried.team_id, told.at, reach.known, NULL, coalesce(ill.after, false),
    (e.named_at AT TIME ZONE %(zone)s)::date, {named_tried}, {named_told}, {result_tried}, {result_told},
    CASE
        WHEN ill.before THEN 'already_case'
        WHEN EXISTS (
            SELECT 1 FROM people_death d WHERE d.person_id = e.contact_id AND d.taken_back_at IS NULL
            AND coalesce(d.died_on, d.at::date) <= e.named_at::date
        ) AND tried.at IS NULL THEN 'died_before'
        WHEN settled.not_needed AND told.at IS NULL THEN 'not_needed'
        ELSE ''
    END
FROM begun e
LEFT JOIN cases_case s ON s.id = e.source_id
LEFT JOIN reporting_casemoments m ON m.case_id = s.id
LEFT JOIN LATERAL (
    SELECT t.unit_id FROM tasks_task t WHERE t.person_id = e.contact_id AND t.disease = e.disease AND t.kind = 'contact_call'
    AND t.added_at >= e.named_at - interval '1 minute' ORDER BY t.added_at LIMIT 1
) work ON true
LEFT JOIN LATERAL (
    SELECT a.at, a.team_id FROM tasks_attempt a WHERE a.person_id = e.contact_id AND a.disease = e.disease AND a.at >= e.named_at
    ORDER BY a.at LIMIT 1
) tried ON true
LEFT JOIN LATERAL (
    SELECT min(a.at) AS at FROM tasks_attempt a WHERE a.person_id = e.contact_id AND a.disease = e.disease AND a.at >= e.named_at
    AND a.outcome IN ('reached', 'refused')
) told ON true
LEFT JOIN LATERAL (
    SELECT EXISTS (
        SELECT 1 FROM people_waytoreach w
        WHERE w.person_id = e.contact_id AND w.until IS NULL AND w.works IS NOT FALSE AND w.safe IS NOT FALSE
    ) AS known
) reach ON true
LEFT JOIN LATERAL (
    SELECT bool_or(c.opened_at <= e.named_at) AS before, bool_or(c.opened_at > e.named_at) AS after FROM cases_case c
    WHERE c.person_id = e.contact_id AND c.disease = e.disease AND c.merged_into_id IS NULL AND c.classification <> 'not_a_case'
    AND c.opened_at > e.named_at - interval '90 days' AND c.opened_at < e.named_at + interval '30 days'
) ill ON true
LEFT JOIN LATERAL (
    SELECT bool_and(q.settled = 'not_needed') AS not_needed FROM contacts_quarantine q
    WHERE q.person_id = e.contact_id AND q.disease = e.disease AND q.at >= e.named_at - interval '1 minute'
) settled ON true
ORDER BY e.id
ON CONFLICT (exposure_id) DO UPDATE SET
    person_id = EXCLUDED.person_id, unit_id = EXCLUDED.unit_id, exposed_on = EXCLUDED.exposed_on,
    source_onset_on = EXCLUDED.source_onset_on, source_specimen_on = EXCLUDED.source_specimen_on,
    source_result_at = EXCLUDED.source_result_at, elicited_at = EXCLUDED.elicited_at,
    attempted_at = EXCLUDED.attempted_at, team_id = EXCLUDED.team_id,
    notified_at = EXCLUDED.notified_at, has_way = EXCLUDED.has_way, became_case = EXCLUDED.became_case,
    received_on = EXCLUDED.received_on, tried = EXCLUDED.tried, ended = EXCLUDED.ended, tried_of_result = EXCLUDED.tried_of_result,
    ended_of_result = EXCLUDED.ended_of_result, out = EXCLUDED.out
"""


_CASES_SQL: Final = _CASES.format(
    came_tried=_hours("came.at", "tried.at"), came_whole=_hours("came.at", "whole.at"),
    result_tried=_hours("report.result_at", "tried.at"), result_whole=_hours("report.result_at", "whole.at"),
)  # fmt: skip
_CONTACTS_SQL: Final = _CONTACTS.format(
    named_tried=_hours("e.named_at", "tried.at"), named_told=_hours("e.named_at", "told.at"),
    result_tried=_hours("m.result_at", "tried.at"), result_told=_hours("m.result_at", "told.at"),
)  # fmt: skip


def refresh(*, persons: Iterable[UUID] = (), cases: Iterable[UUID] = ()) -> int:
    """Make the moments of these people's cases and contacts anew, and of these cases with whom they named. How many cases."""
    people, wanted = list(persons), list(cases)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM cases_case WHERE person_id = ANY(%s) OR id = ANY(%s) ORDER BY id", [people, wanted]
        )  # fmt: skip
        keys = [row[0] for row in cursor.fetchall()]
        for start in range(0, len(keys), SET):
            cursor.execute(_CASES_SQL, {"keys": keys[start : start + SET], "zone": settings.TIME_ZONE})
        cursor.execute(
            "SELECT DISTINCT contact_id, disease FROM contacts_exposure WHERE contact_id = ANY(%s) OR source_id = ANY(%s) ORDER BY 1, 2",
            [people, keys],
        )
        _contacts(cursor.fetchall())
    return len(keys)


def _contacts(pairs: list[tuple[UUID, str]]) -> None:
    for start in range(0, len(pairs), SET):
        part = pairs[start : start + SET]
        with connection.cursor() as cursor:
            values: dict[str, Any] = {"persons": [one for one, _ in part], "diseases": [one for _, one in part], "again": AGAIN_WITHIN}
            cursor.execute(_CONTACTS_SQL, values | {"zone": settings.TIME_ZONE})


def rebuild(said: Callable[[str], None] = lambda _text: None) -> int:
    """The moments of everybody, anew: after rows came in behind the journal. In parts, each a transaction of its own. How many cases."""
    done = 0
    for table, column in (("cases_case", "person_id"), ("contacts_exposure", "contact_id")):
        after = UUID(int=0)
        while True:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT DISTINCT {column} FROM {table} WHERE {column} > %s ORDER BY 1 LIMIT %s", [after, SET]
                )  # fmt: skip
                people = [row[0] for row in cursor.fetchall()]
                if not people:
                    break
                done += refresh(persons=people) if table == "cases_case" else _only_contacts(people)
                after = people[-1]
            said(f"{done:,} cases")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE reporting_casemoments, reporting_contactmoments")
    return done


def _only_contacts(people: list[UUID]) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT contact_id, disease FROM contacts_exposure WHERE contact_id = ANY(%s) ORDER BY 1, 2", [people])
        _contacts(cursor.fetchall())
    return 0
