"""A made-up state of a million people, written straight into the tables: what benchmarks of filing and lists run against.

Everything follows from a person's number, so that a report about a known person can be made without asking the database.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

import psycopg

from config.demo.lab.invented import Invented

_BEGIN = (
    "abal ande aria bark belo brad bren cald cami cast celo chan cors dale dami darv deni dora elba endo fara feld fior gala gome"
    " hale hami ives"
).split()
_END = (
    "berg bury cott dale dine dorf ella enko ette feld ford garo gley hall hart inez kins land leck mann mere mont nard nero nova"
    " quist rell rosa sani"
).split()
_FIRST = "ada ben cla dan eli fra gab han ina jos kat leo mar nor ola pat ros sam tes vic".split()
FAMILIES: Final = [a + b for a in _BEGIN for b in _END]
GIVEN: Final = [a + b for a in _FIRST for b in "ra na lo mi to".split()]
TOWNS: Final = (
    ("New Haven", "06511", 40), ("Hartford", "06106", 30), ("Bridgeport", "06604", 25), ("Sharon", "06069", 1), ("Avon", "06001", 4),
)  # fmt: skip
_WEIGHT: Final = sum(t[2] for t in TOWNS)
_FIRST_BIRTH: Final = date(1930, 1, 1)


def name(number: int) -> tuple[str, str]:
    return FAMILIES[number % len(FAMILIES)].capitalize(), GIVEN[(number // len(FAMILIES)) % len(GIVEN)].capitalize()


def birth(number: int) -> date:
    return _FIRST_BIRTH + timedelta(days=number * 7919 % 33000)


def phone(number: int) -> str:
    return f"203{2000000 + number:07}"


def town(number: int) -> tuple[str, str]:
    at = number * 31 % _WEIGHT
    for place, zip, weight in TOWNS:
        if at < weight:
            return place, zip
        at -= weight
    raise AssertionError


def invented(number: int) -> Invented:
    """The person of this number as a laboratory would know them."""
    family, given = name(number)
    place, zip = town(number)
    return Invented(
        number=str(number), last=family, first=given, birth=birth(number), sex="F" if number % 2 else "M",
        street=f"{number % 900 + 1} Harbor St Apt {number // 900}", city=place, state="CT", zip=zip, phone=phone(number),
    )  # fmt: skip


def seed(superuser: str, count: int, *, at: datetime, open_share: int = 5) -> None:
    """Write `count` people with telephone, address, standing, and a case each, one in `open_share` of them open.

    `superuser` is an address: foreign keys of a million rows are not checked one by one, they are right by construction.
    """
    with psycopg.connect(superuser) as connection, connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "CREATE TEMP TABLE seed_town ON COMMIT DROP AS SELECT w.at, w.zip, t.id AS town, d.department_id AS unit, w.city"
            " FROM unnest(%s::int[], %s::text[], %s::text[]) AS w(at, city, zip)"
            " JOIN jurisdictions_town t ON t.name = w.city JOIN jurisdictions_towndepartment d ON d.town_id = t.id"
            " AND (d.valid_from IS NULL OR d.valid_from <= %s) AND (d.valid_to IS NULL OR d.valid_to > %s)",
            [
                list(range(_WEIGHT)),
                [town(n)[0] for n in _by_residue()],
                [town(n)[1] for n in _by_residue()],
                at.date(),
                at.date(),
            ],
        )
        cursor.execute(
            "CREATE TEMP TABLE seed ON COMMIT DROP AS SELECT n, gen_random_uuid() AS person, gen_random_uuid() AS the_case,"
            " gen_random_uuid() AS closure, gen_random_uuid() AS task, gen_random_uuid() AS report,"
            " initcap((%s::text[])[n %% %s + 1]) AS family, initcap((%s::text[])[(n / %s) %% %s + 1]) AS given,"
            " DATE '1930-01-01' + ((n::bigint * 7919) %% 33000)::int AS birth, (n::bigint * 31) %% %s AS place"
            " FROM generate_series(0, %s) AS n",
            [FAMILIES, len(FAMILIES), GIVEN, len(FAMILIES), len(GIVEN), _WEIGHT, count - 1],
        )
        for statement in _STATEMENTS:
            cursor.execute(statement, {"at": at, "open": open_share})
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")


def _by_residue() -> list[int]:
    """For each value of number * 31 % weight, a number that has it."""
    found = {number * 31 % _WEIGHT: number for number in range(_WEIGHT)}
    return [found[at] for at in range(_WEIGHT)]


_STATEMENTS: Final = (
    "INSERT INTO people_person (id, family, given, middle, suffix, birth_on, birth_year, sex, language, interpreter, race, ethnicity,"
    " name_key, sort_key, keys, facts, provisional, added_at) SELECT person, family, given, '', '', birth, extract(year FROM birth)::int,"
    " CASE WHEN n %% 2 = 1 THEN 'F' ELSE 'M' END, 'en', NULL, '{}', '', lower(family) || '|' || lower(given),"
    " lower(family) || '  ' || lower(given), '{}', jsonb_build_object('family', jsonb_build_array(1, '2020-01-01T00:00:00+00:00', 'feed')),"
    " false, %(at)s FROM seed",
    "INSERT INTO people_waytoreach (id, person_id, filed_on, kind, value, source, as_of)"
    " SELECT gen_random_uuid(), person, person, 'phone', '+1203' || lpad((2000000 + n)::text, 7, '0'), 'feed', %(at)s FROM seed",
    "INSERT INTO people_address (id, person_id, filed_on, kind, street, city, state, zip, key, town_id, unit_id, out_of_state, evidence,"
    " source, as_of) SELECT gen_random_uuid(), person, person, 'residence', (n %% 900 + 1) || ' Harbor St Apt ' || n / 900, t.city, 'CT',"
    " t.zip, (n %% 900 + 1) || ' harbor st apt ' || n / 900 || '|' || t.zip, t.town, t.unit, false, '{exact_town}', 'feed', %(at)s"
    " FROM seed JOIN seed_town t ON t.at = place",
    "INSERT INTO people_standing (id, person_id, filed_on, unit_id, why, disease, sensitive, since)"
    " SELECT gen_random_uuid(), person, person, t.unit, 'residence', 'covid19', false, %(at)s FROM seed JOIN seed_town t ON t.at = place",
    # Every thousandth lives in Hartford and is lent to New Haven: what departments share.
    "INSERT INTO people_standing (id, person_id, filed_on, unit_id, why, disease, sensitive, since)"
    " SELECT gen_random_uuid(), person, person, u.id, 'shared', 'covid19', false, %(at)s"
    " FROM seed CROSS JOIN jurisdictions_unit u WHERE n %% 1000 = 50 AND u.code = 'new-haven'",
    "INSERT INTO cases_case (id, person_id, filed_on, disease, episode, unit_id, follow_unit_id, town_id, classification,"
    " classification_rule, scope, scope_rule, scope_reason, first_positive_on, last_positive_on, setting, facts, needs_review, opened_at,"
    " sort_key, closure_id, task_id) SELECT the_case, person, person, 'covid19', 1, t.unit, t.unit, t.town, 'confirmed', 'covid19/CSTE-20-02',"
    " 'call', 'covid19/SCP-2020-11-1', 'within_6_days', d, d, '', '{}', false, %(at)s - (n %% 90) * interval '1 day',"
    " lower(family) || '  ' || lower(given), CASE WHEN n %% %(open)s = 0 THEN NULL ELSE closure END,"
    " CASE WHEN n %% %(open)s = 0 THEN task END"
    " FROM seed JOIN seed_town t ON t.at = place CROSS JOIN LATERAL (SELECT (%(at)s - (n %% 90) * interval '1 day')::date AS d) x",
    "INSERT INTO tasks_task (id, kind, unit_id, person_id, filed_on, disease, state, priority, reasons, rule, facts, not_before, attempts,"
    " hold_keys, sort_key, stopped_by, added_at) SELECT task, 'first_call', t.unit, person, person, 'covid19', 'open', (n * 7 %% 800)::int,"
    # One in ten who wait is reached by the number of another who waits.
    " '[]', 'covid19/PRI-2020-11', '{}', %(at)s - interval '1 hour', 0, ARRAY['person:' || person,"
    " 'phone:+1203' || lpad((2000000 + n - CASE WHEN n %% 50 = 5 THEN 5 ELSE 0 END)::text, 7, '0')], lower(family) || '  ' || lower(given),"
    " '', %(at)s - interval '1 hour' FROM seed JOIN seed_town t ON t.at = place WHERE n %% %(open)s = 0",
    "INSERT INTO intake_delivery (id, source_id, unit_id, channel, name, fingerprint, size, state, format, messages, received_at, read_at)"
    " SELECT '00000000-0000-7000-8000-000000000001', id, unit_id, 'command', 'seed', 'seed', 0, 'read', 'hl7v2', 0, %(at)s, %(at)s"
    " FROM intake_source WHERE code = 'charter-oak'",
    "INSERT INTO intake_report (id, delivery_id, source_id, unit_id, message_no, format, content, state, problems, causes, corrections,"
    " control_id, conditions, sensitive, not_before, received_at, filed_at, set_aside_reason)"
    " SELECT report, d.id, d.source_id, d.unit_id, n + 1, 'hl7v2', '', 'filed', '{}', '{}', '{}', 'S' || n, '{covid19}', false,"
    " %(at)s, %(at)s, %(at)s, '' FROM seed CROSS JOIN intake_delivery d WHERE d.fingerprint = 'seed'",
    "INSERT INTO intake_labresult (id, report_id, line, key, version_at, version_rank, current, person_id, filed_on, case_id, disease,"
    " unit_id, town_id, loinc, local_code, name, result, presumptive, analyte, value, status, specimen_on, accession, laboratory,"
    " facility, answers, at) SELECT gen_random_uuid(), report, 1, md5('a' || n) || md5('b' || n), %(at)s - interval '3 days', 2, true,"
    " person, person, the_case, 'covid19', t.unit, t.town, '94500-6', '', 'SARS-CoV-2 RNA', 'positive', false, 'molecular', '260373001',"
    " 'F', (%(at)s - (n %% 90) * interval '1 day')::date, 'S' || n, 'Charter Oak', '', '{}', %(at)s FROM seed"
    " JOIN seed_town t ON t.at = place",
    "INSERT INTO cases_closure (id, case_id, person_id, filed_on, disease, reason, note, at, by_kind)"
    " SELECT closure, the_case, person, person, 'covid19', 'completed', '', %(at)s, 'job' FROM seed WHERE n %% %(open)s <> 0",
)
