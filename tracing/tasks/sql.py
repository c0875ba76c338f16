"""The statement behind *Next call*: one round trip that finds the most urgent call, locks it, and takes it in hand.

Two things keep a person, a household or a telephone out of two hands. `FOR UPDATE SKIP LOCKED` lets everybody who asks at the same
moment look past each other's row, so that nobody waits. The primary key of `tasks_hold` does the rest, across departments: keys are
written in sorted order (so that two who want the same two never wait for each other), and a key that is still in somebody's hand
is not written. When fewer keys were written than needed, nothing is taken (`held_by` comes back empty); the caller goes back to its
savepoint and asks again: by then the other's holds are committed and the candidate is passed over.

Parameters: at, until, viewer, cleared and cleared_everywhere (for restricted records), unit or units, each (how many per unit), opens, closes,
asleep (zones in which it is night), skills, languages and interpreter (of the asker), at_work_since and left_since (see `rules.LEFT_FOR`),
team (of the asker, or none), works (whether that team works now), covered and covered_kinds (what it covers now: units
and kinds of calls, side by side), few (how many of each of these), left (what others cover alone now),
holiday (whether today is one).
"""

from __future__ import annotations

from typing import Final

from tracing.tasks.models import Task
from tracing.tasks.queries import CALLS
from tracing.tasks.rules import AGREED_PRIORITY

# A unit whose people may be called at this hour: `rules.may_call` in SQL, with the rule's own hours.
_AWAKE: Final = "(%(at)s AT TIME ZONE u.time_zone)::time >= %(opens)s AND (%(at)s AT TIME ZONE u.time_zone)::time < %(closes)s"

# Restricted people whom the asker is not cleared for, and those whom the asker knows: few, so they are read once a statement.
# `access.policies` says the same for what pages read.
_HIDDEN: Final = """(ARRAY (
    SELECT r.person_id FROM people_restriction r
    WHERE r.ended_at IS NULL AND r.kind <> 'address' AND NOT %(cleared_everywhere)s AND r.unit_id <> ALL (%(cleared)s::uuid[])
    AND NOT EXISTS (
        SELECT FROM people_standing s WHERE s.person_id = r.person_id AND s.user_id = %(viewer)s
        AND s.since <= %(at)s AND s.until > %(at)s)
    UNION ALL
    SELECT c.person_id FROM people_recusal c WHERE c.user_id = %(viewer)s AND c.ended_at IS NULL
))"""

# The death is looked up at this moment and not only when the task was stopped: nobody calls the dead.
_FREE: Final = f"""
    t.state = 'open' AND t.person_id <> ALL ({_HIDDEN})
    AND NOT EXISTS (SELECT FROM people_death d WHERE d.person_id = t.person_id AND d.taken_back_at IS NULL)
    AND NOT EXISTS (SELECT FROM tasks_donotcall n WHERE n.person_id = t.person_id AND n.ended_at IS NULL)
    AND NOT EXISTS (SELECT FROM tasks_hold h WHERE h.key = ANY (t.hold_keys) AND h.until > %(at)s)
"""
# Who is away today, has the day off, or is in a team that does not work, by the clock of their team or of the state: what is kept for them
# is anybody's meanwhile.
_AWAY: Final = """(ARRAY (
    SELECT a.user_id FROM tasks_absence a
    LEFT JOIN tasks_caller c ON c.user_id = a.user_id LEFT JOIN tasks_team m ON m.id = c.team_id
    JOIN jurisdictions_unit u ON u.id = coalesce(m.unit_id, (SELECT id FROM jurisdictions_unit WHERE parent_id IS NULL ORDER BY id LIMIT 1))
    WHERE a.ended_at IS NULL AND (%(at)s AT TIME ZONE u.time_zone)::date BETWEEN a.from_on AND a.until_on
    UNION ALL
    SELECT c.user_id FROM tasks_caller c LEFT JOIN tasks_team m ON m.id = c.team_id
    JOIN jurisdictions_unit u ON u.id = coalesce(m.unit_id, (SELECT id FROM jurisdictions_unit WHERE parent_id IS NULL ORDER BY id LIMIT 1))
    CROSS JOIN LATERAL (SELECT extract(isodow FROM %(at)s AT TIME ZONE u.time_zone)::int - 1 AS weekday) today
    WHERE today.weekday = ANY (c.days_off) OR today.weekday <> ALL (m.days) OR (%(holiday)s AND NOT m.holidays)
))"""
# What is lent to a team is that team's; the others' lists are without it, and without what another team makes alone now.
_OWN: Final = "t.team_id IS NULL"
_NOT_LENT: Final = f"{_OWN} AND (t.unit_id::text || t.kind <> ALL (%(left)s) OR t.assigned_to_id = %(viewer)s)"

# Languages of colleagues at work, by unit: their calls are left to them for `rules.LEFT_FOR`. Read once a statement.
_AT_WORK: Final = "c.last_at > %(at_work_since)s AND c.user_id <> %(viewer)s AND c.languages <> '{}'"
_SPOKEN: Final = f"""(ARRAY (
    SELECT DISTINCT u || l FROM tasks_caller c CROSS JOIN LATERAL unnest(c.units) u CROSS JOIN LATERAL unnest(c.languages) l WHERE {_AT_WORK}
))"""
_SPOKEN_EVERYWHERE: Final = f"""(ARRAY (
    SELECT DISTINCT l FROM tasks_caller c CROSS JOIN LATERAL unnest(c.languages) l WHERE c.everywhere AND {_AT_WORK}
))"""

_CALLS: Final = ", ".join(f"'{kind}'" for kind in sorted(CALLS))
# Outside of their team's hours nobody is offered anything but a call whose hour was agreed.
_MAY_BE_CALLED: Final = f"""
    {_FREE} AND (%(works)s OR t.priority = {AGREED_PRIORITY}) AND NOT t.no_phone
    AND t.kind IN ({_CALLS}) AND t.person_id IS NOT NULL AND t.not_before <= %(at)s
    AND NOT t.zones && %(asleep)s AND (t.skill = '' OR t.skill = ANY (%(skills)s))
    AND (t.assigned_to_id IS NULL OR t.assigned_to_id = %(viewer)s OR t.assigned_to_id = ANY ({_AWAY}))
    AND (t.language = '' OR t.language = ANY (%(languages)s) OR (%(interpreter)s AND (t.not_before <= %(left_since)s
         OR NOT (t.unit_id::text || t.language = ANY ({_SPOKEN}) OR t.language = ANY ({_SPOKEN_EVERYWHERE})))))
"""

# What the asker's team covers now, of the units named.
_COVERED: Final = f"{_OWN} AND (t.unit_id, t.kind) IN (SELECT * FROM unnest(%(covered)s::uuid[], %(covered_kinds)s::text[]))"

# People of these units who are elsewhere: few, in an index of their own, so that they are found when the units' own people sleep.
_ELSEWHERE: Final = f"""
    SELECT t.id, t.hold_keys FROM tasks_task t
    WHERE (t.team_id = %(team)s OR {_NOT_LENT} AND (%(everywhere)s OR t.unit_id = ANY (%(units)s))
    OR {_COVERED}) AND t.zones <> '{{}}' AND {_MAY_BE_CALLED}
    ORDER BY t.priority DESC, t.id LIMIT 1 FOR UPDATE OF t SKIP LOCKED
"""

# One unit: its own index in order, and the first row that nobody has locked.
_OF_ONE_UNIT: Final = f"""
    SELECT t.id, t.hold_keys FROM tasks_task t
    WHERE t.unit_id = %(unit)s AND (SELECT {_AWAKE} FROM jurisdictions_unit u WHERE u.id = %(unit)s) AND {_NOT_LENT} AND {_MAY_BE_CALLED}
    ORDER BY t.priority DESC, t.id LIMIT 1 FOR UPDATE OF t SKIP LOCKED
"""

# Several: the first few of each unit's index without a lock, then the most urgent of them that nobody has locked. The condition
# stands twice, because a row may have changed between being found and being locked.
_OF_UNITS: Final = f"""
    SELECT t.id, t.hold_keys
    FROM jurisdictions_unit u
    CROSS JOIN LATERAL (
        SELECT t.id FROM tasks_task t WHERE t.unit_id = u.id AND {_NOT_LENT} AND {_MAY_BE_CALLED} ORDER BY t.priority DESC, t.id LIMIT %(each)s
    ) first
    JOIN tasks_task t ON t.id = first.id AND t.state = 'open' AND NOT t.no_phone AND t.not_before <= %(at)s
    WHERE u.id = ANY (%(units)s) AND {_AWAKE}
    ORDER BY t.priority DESC, t.id LIMIT 1 FOR UPDATE OF t SKIP LOCKED
"""

# Everywhere: the state's index in order. Units where people sleep are few (another time zone) or all, so they are named.
_OF_EVERYBODY: Final = f"""
    SELECT t.id, t.hold_keys FROM tasks_task t
    WHERE {_MAY_BE_CALLED} AND {_NOT_LENT}
    AND t.unit_id <> ALL (ARRAY (SELECT u.id FROM jurisdictions_unit u WHERE NOT ({_AWAKE})))
    AND EXISTS (SELECT FROM jurisdictions_unit u WHERE {_AWAKE})
    ORDER BY t.priority DESC, t.id LIMIT 1 FOR UPDATE OF t SKIP LOCKED
"""

# A team: the first of its own unit, of what is lent to it and of each kind of call of each unit that it covers now, then as for several units.
# Kind by kind, so that each is read in the order of the unit's index: asked for all at once, the database sorts all that waits.
_OF_TEAM: Final = f"""
    SELECT t.id, t.hold_keys
    FROM (
        (SELECT t.id FROM tasks_task t WHERE t.unit_id = %(unit)s AND {_NOT_LENT} AND {_MAY_BE_CALLED}
         ORDER BY t.priority DESC, t.id LIMIT %(each)s)
        UNION ALL
        (SELECT t.id FROM tasks_task t WHERE t.team_id = %(team)s AND {_MAY_BE_CALLED} ORDER BY t.priority DESC, t.id LIMIT %(each)s)
        UNION ALL
        (SELECT found.id FROM unnest(%(covered)s::uuid[], %(covered_kinds)s::text[]) AS one (unit, kind) CROSS JOIN LATERAL (
            SELECT t.id FROM tasks_task t WHERE t.unit_id = one.unit AND t.kind = one.kind AND {_OWN} AND {_MAY_BE_CALLED}
            ORDER BY t.priority DESC, t.id LIMIT %(few)s
        ) found)
    ) first
    JOIN tasks_task t ON t.id = first.id AND t.state = 'open' AND NOT t.no_phone AND t.not_before <= %(at)s
    JOIN jurisdictions_unit u ON u.id = t.unit_id AND {_AWAKE}
    ORDER BY t.priority DESC, t.id LIMIT 1 FOR UPDATE OF t SKIP LOCKED
"""

# One task that somebody chose from a list.
_OF_ONE_TASK: Final = f"""
    SELECT t.id, t.hold_keys FROM tasks_task t
    WHERE t.id = %(task)s AND {_FREE}
    FOR UPDATE OF t SKIP LOCKED
"""

# What the asker has in hand already, and what anybody has abandoned: mostly nothing, so it is asked for by the two partial indexes.
# Whoever died while in hand is neither: the task is stopped within seconds.
IN_HAND: Final = f"""
SELECT t.id, t.held_until > %(at)s AS mine FROM tasks_task t
WHERE t.state = 'held' AND ((t.held_by_id = %(viewer)s AND t.person_id <> ALL ({_HIDDEN})) OR t.held_until <= %(at)s)
AND NOT EXISTS (SELECT FROM people_death d WHERE d.person_id = t.person_id AND d.taken_back_at IS NULL)
ORDER BY t.held_until LIMIT 50
"""

_COLUMNS: Final = ", ".join(f"taken.{field.column}" for field in Task._meta.concrete_fields if not field.primary_key)


def _take(candidate: str) -> str:
    return f"""
WITH candidate AS ({candidate}),
wanted AS (SELECT DISTINCT c.id, k.key FROM candidate c CROSS JOIN LATERAL unnest(c.hold_keys) AS k (key)),
held AS (
    INSERT INTO tasks_hold (key, task_id, user_id, until)
    SELECT key, id, %(viewer)s, %(until)s FROM wanted ORDER BY key
    ON CONFLICT (key) DO UPDATE SET task_id = excluded.task_id, user_id = excluded.user_id, until = excluded.until
    WHERE tasks_hold.until <= %(at)s
    RETURNING key
),
taken AS (
    UPDATE tasks_task t SET state = 'held', held_by_id = %(viewer)s, held_until = %(until)s
    FROM candidate c
    WHERE t.id = c.id AND (SELECT count(*) FROM held) = (SELECT count(*) FROM wanted)
    RETURNING t.*
)
SELECT candidate.id, {_COLUMNS} FROM candidate LEFT JOIN taken ON taken.id = candidate.id
"""


NEXT_OF_ONE_UNIT: Final = _take(_OF_ONE_UNIT)
NEXT_OF_UNITS: Final = _take(_OF_UNITS)
NEXT_OF_EVERYBODY: Final = _take(_OF_EVERYBODY)
NEXT_OF_TEAM: Final = _take(_OF_TEAM)
NEXT_ELSEWHERE: Final = _take(_ELSEWHERE)
TAKE_ONE: Final = _take(_OF_ONE_TASK)
