"""Row-level policies and grants, made from the models' declarations. Applied by `contact migrate`, compared by a guard.

The session and its account are read as `contact_door`, which sees nothing else. Pages read as `contact_web`, under a policy for each
protected table. Actions run as `contact_act`, which sees every row, because
matching, merging and handing over must. Policies look only at own columns, standings and memberships; who is looking comes from
definer functions on the session's key, never from a list that the page sets.
"""

from __future__ import annotations

from typing import Final

from django.apps import apps
from django.db import connections
from django.db.models import Model

from tracing.access.visibility import declared
from tracing.base.visibility import Hidden, Open, OwnRow, OwnUnit, ThroughPerson
from tracing.diseases.conditions import sensitive_codes

WEB: Final = "contact_web"
DOOR: Final = "contact_door"
ACT: Final = "contact_act"

# Tables of packages: name → what the reading role may do with them, and why that is safe.
THIRD_PARTY: Final = {
    "django_content_type": ("SELECT", "names of tables"),
    "django_migrations": ("", "the owner's"),
    "auth_permission": ("", "not used: permissions are codes of roles"),
    "auth_group": ("", "not used"),
    "auth_group_permissions": ("", "not used"),
    "procrastinate_jobs": ("", "ids of work; enqueued by actions, run by workers"),
    "procrastinate_events": ("", "as the jobs"),
    "procrastinate_periodic_defers": ("", "as the jobs"),
    "procrastinate_workers": ("", "heartbeats of workers"),
    "django_session": ("", "not used: sessions are access_session"),
}

# What the reading role may do where it is not plain SELECT: of accounts everything but the digest of the password.
EXTRA: Final = {
    "access_user": "SELECT (id, email, name, is_active, last_login, external_id, added_at, last_seen_at, closed_at)",
    "journal_look": "INSERT",
}

# What the sign-in machinery may do, and nothing else: it sees no record of anybody.
AT_THE_DOOR: Final = {
    "access_session": "SELECT, INSERT, UPDATE, DELETE",
    "access_user": "SELECT, UPDATE (last_login, last_seen_at)",
}

FUNCTIONS: Final = """
CREATE OR REPLACE FUNCTION viewer_user() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.user_id FROM access_session s JOIN access_user u ON u.id = s.user_id AND u.is_active
    WHERE s.session_key = NULLIF(current_setting('app.session', true), '') AND s.expire_date > now()
$$;
-- What the viewer holds now: `access.viewer` says the same in Python.
CREATE OR REPLACE FUNCTION viewer_memberships(needed text) RETURNS TABLE (unit_id uuid, diseases varchar[], in_hand boolean, state boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT m.unit_id, m.diseases, r.reach = 'in_hand', u.kind = 'state'
    FROM access_session s JOIN access_user a ON a.id = s.user_id AND a.is_active
    JOIN access_membership m ON m.user_id = s.user_id AND (s.hat_id IS NULL OR s.hat_id = m.id)
    JOIN access_role r ON r.id = m.role_id AND needed = ANY (r.permissions) AND r.ended_at IS NULL
    JOIN jurisdictions_unit u ON u.id = m.unit_id
    WHERE s.session_key = NULLIF(current_setting('app.session', true), '') AND s.expire_date > now()
    AND m.valid_from <= now() AND (m.valid_until IS NULL OR m.valid_until > now())
    AND (NOT r.needs_agreement OR (m.agreement_on IS NOT NULL AND m.trained_on IS NOT NULL))
$$;
CREATE OR REPLACE FUNCTION viewer_reach(needed text) RETURNS TABLE (unit_id uuid, diseases varchar[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT below.unit_id, m.diseases FROM viewer_memberships(needed) m
    CROSS JOIN LATERAL (
        SELECT m.unit_id AS top UNION
        SELECT c.unit_id FROM access_coverage c
        WHERE c.by_unit_id = m.unit_id AND c.since <= now() AND (c.until IS NULL OR c.until > now())
    ) tops
    CROSS JOIN LATERAL (
        SELECT tops.top AS unit_id UNION SELECT a.unit_id FROM jurisdictions_unitancestor a WHERE a.ancestor_id = tops.top
    ) below
    WHERE NOT m.in_hand
$$;
CREATE OR REPLACE FUNCTION viewer_units(needed text) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT COALESCE(array_agg(DISTINCT r.unit_id), '{}') FROM viewer_reach(needed) r
$$;
CREATE OR REPLACE FUNCTION viewer_general(needed text) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT COALESCE(array_agg(DISTINCT r.unit_id), '{}') FROM viewer_reach(needed) r WHERE r.diseases = '{}'
$$;
CREATE OR REPLACE FUNCTION viewer_named(needed text) RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT COALESCE(array_agg(DISTINCT r.unit_id::text || '|' || d), '{}') FROM viewer_reach(needed) r, unnest(r.diseases) d
$$;
CREATE OR REPLACE FUNCTION viewer_everywhere(needed text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM viewer_memberships(needed) m WHERE m.state AND NOT m.in_hand AND m.diseases = '{}')
$$;
CREATE OR REPLACE FUNCTION viewer_holds(needed text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM viewer_memberships(needed))
$$;
CREATE OR REPLACE FUNCTION viewer_unnamed(needed text) RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT COALESCE(array_agg(d), '{}') FROM unnest(sensitive_diseases()) d
    WHERE d NOT IN (SELECT unnest(m.diseases) FROM viewer_memberships(needed) m)
$$;
-- Restricted people, unless the viewer is cleared or they were handed to the viewer alone; and those whom the viewer knows.
CREATE OR REPLACE FUNCTION viewer_hidden(hides text) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT COALESCE(array_agg(h.person_id), '{}') FROM (
        SELECT r.person_id FROM people_restriction r
        WHERE r.ended_at IS NULL AND (hides = 'address' OR r.kind <> 'address')
        AND NOT (SELECT viewer_everywhere('people.see_restricted'))
        AND NOT r.unit_id = ANY ((SELECT viewer_units('people.see_restricted'))::uuid[])
        AND NOT EXISTS (
            SELECT 1 FROM people_standing s WHERE s.person_id = r.person_id AND s.user_id = (SELECT viewer_user())
            AND s.since <= now() AND s.until > now())
        UNION ALL
        SELECT c.person_id FROM people_recusal c WHERE c.ended_at IS NULL AND c.user_id = (SELECT viewer_user())
    ) h
$$;
CREATE OR REPLACE FUNCTION known_openly(person uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT NOT EXISTS (SELECT 1 FROM people_standing s WHERE s.person_id = person AND s.sensitive)
$$;
"""


def _sensitive() -> str:
    """The diseases that a membership must name, as `diseases/conditions.toml` has them."""
    codes = ", ".join(f"'{code}'" for code in sorted(sensitive_codes()))
    return (
        "CREATE OR REPLACE FUNCTION sensitive_diseases() RETURNS text[] LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp"
        f" AS $$ SELECT ARRAY[{codes}]::text[] $$"
    )


def _everywhere(permission: str) -> str:
    return f"(SELECT viewer_everywhere('{permission}'))"


def _any(function: str, argument: str, kind: str = "uuid") -> str:
    return f"ANY ((SELECT {function}('{argument}'))::{kind}[])"


_SENSITIVE: Final = "ANY ((SELECT sensitive_diseases())::text[])"


def _scope(unit: str, disease: str, permission: str) -> str:
    """Whether a membership reaches a unit's rows of a disease; both are SQL, disease "" for tables that have none."""
    own = f"({_everywhere(permission)} OR {unit} = {_any('viewer_units', permission)})"
    if not disease:
        return own
    general = f"({_everywhere(permission)} OR {unit} = {_any('viewer_general', permission)})"
    return (
        f"(({general} AND NOT {disease} = {_SENSITIVE}) OR ({disease} = '' AND {own})"
        f" OR {unit}::text || '|' || {disease} = {_any('viewer_named', permission, 'text')})"
    )


def _standing(table: str, person: str, disease: str, permission: str) -> str:
    row = f"{table}.{disease}" if disease else ""
    about = f"COALESCE(NULLIF({row}, ''), s.disease)" if row else "s.disease"
    for_disease = f" AND s.disease IN ('', {about})" if row else ""
    alone = (
        f"s.user_id = (SELECT viewer_user()) AND (SELECT viewer_holds('{permission}'))"
        f" AND NOT {about} = {_any('viewer_unnamed', permission, 'text')}"
    )
    return (
        f"EXISTS (SELECT 1 FROM people_standing s WHERE s.person_id = {table}.{person}{for_disease}"
        f" AND s.since <= now() AND (s.until IS NULL OR s.until > now())"
        f" AND ((s.user_id IS NULL AND {_scope('s.unit_id', about, permission)}) OR ({alone})))"
    )


def _through(table: str, permission: str, person: str, disease: str) -> str:
    openly = f"known_openly({table}.{person})"
    if disease:
        row = f"{table}.{disease}"
        openly = f"(({row} <> '' AND NOT {row} = {_SENSITIVE}) OR ({row} = '' AND {openly}))"
    return f"(({_everywhere(permission)} AND {openly}) OR {_standing(table, person, disease, permission)})"


def _not_hidden(table: str, person: str, hides: str) -> str:
    return "".join(f" AND NOT COALESCE({table}.{one} = {_any('viewer_hidden', hides)}, false)" for one in person.split())


def _own_unit(table: str, own: OwnUnit) -> str:
    unit, disease = f"{table}.{own.unit}", f"{table}.{own.disease}" if own.disease else ""
    seen = _scope(unit, disease, own.permission)
    if own.also:
        seen = f"({seen} OR {_scope(f'{table}.{own.also}', disease, own.permission)})"
    if own.conditions:
        seen += f" AND NOT {table}.{own.conditions}::text[] && (SELECT sensitive_diseases())"
    if own.sensitive:
        seen += f" AND (NOT {table}.{own.sensitive} OR {_scope(unit, '', 'diseases.unlisted')})"
    if own.conditions:
        pairs = f"ARRAY(SELECT {unit}::text || '|' || c FROM unnest({table}.{own.conditions}) c)"
        seen = f"({seen}) OR ({table}.{own.conditions} <> '{{}}' AND {pairs} <@ (SELECT viewer_named('{own.permission}')))"
    if own.person:
        seen = f"({seen}) OR {_standing(table, own.person, own.disease, own.permission)}"
    if own.user:
        seen = f"({table}.{own.user} IS NULL AND ({seen})) OR {table}.{own.user} = (SELECT viewer_user())"
    return f"({seen}){_not_hidden(table, own.person or own.about, 'record')}"


def condition(model: type[Model]) -> str:
    """The SQL under which the reading role sees a row of this table; "true" for open tables, "" for hidden ones."""
    table = model._meta.db_table
    declaration = declared(model)
    match declaration:
        case Open():
            return "true"
        case Hidden():
            return ""
        case OwnRow(user):
            return f"{table}.{user} = (SELECT viewer_user())"
        case ThroughPerson(permission, person, disease, hides, unless):
            there = f"{table}.{unless} IS NULL AND " if unless else ""
            return there + _through(table, permission, person, disease) + _not_hidden(table, person, hides)
        case OwnUnit():
            return _own_unit(table, declaration)


def our_models() -> list[type[Model]]:
    """Every model of the house, by table."""
    rooms = [model for model in apps.get_models() if model.__module__.startswith("tracing.")]
    return sorted(rooms, key=lambda model: model._meta.db_table)


def statements() -> list[str]:
    """All statements, in order. Safe to repeat."""
    made = [
        _sensitive(),
        FUNCTIONS,
        "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC",
        f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {WEB}, {ACT}",
        f"GRANT USAGE ON SCHEMA public TO {WEB}, {ACT}, {DOOR}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {WEB}, {DOOR}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {ACT}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {ACT}",
    ]
    for model in our_models():
        table = model._meta.db_table
        seen = condition(model)
        grant = EXTRA.get(table, "SELECT" if seen else "")
        if grant:
            made.append(f"GRANT {grant} ON {table} TO {WEB}")
        if seen == "true" or not seen:
            continue
        made += [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"DROP POLICY IF EXISTS web_reads ON {table}",
            f"CREATE POLICY web_reads ON {table} FOR SELECT TO {WEB} USING ({seen})",
            f"DROP POLICY IF EXISTS act_changes ON {table}",
            f"CREATE POLICY act_changes ON {table} FOR ALL TO {ACT} USING (true) WITH CHECK (true)",
        ]
    for table, (grant, _reason) in THIRD_PARTY.items():
        if grant:
            made.append(f"GRANT {grant} ON {table} TO {WEB}")
    made += [f"GRANT {grant} ON {table} TO {DOOR}" for table, grant in AT_THE_DOOR.items()]
    return made


def apply(using: str = "default") -> None:
    """Make functions, grants and policies as declared. Run as the owner of the tables."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('contact policies'))")
        for statement in statements():
            cursor.execute(statement)


def present(using: str = "default") -> dict[str, tuple[str, ...]]:
    """What the database holds: table → (row security on?, policies as PostgreSQL prints them, grants of the reading role)."""
    found: dict[str, list[str]] = {}
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, c.relrowsecurity::text FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
            " AND c.relkind IN ('r', 'p') ORDER BY 1"
        )
        for table, on in cursor.fetchall():
            found.setdefault(table, []).append(f"rls {on}")
        cursor.execute(
            "SELECT tablename, policyname, roles::text, cmd, qual, with_check FROM pg_policies WHERE schemaname = 'public' ORDER BY 1, 2"
        )
        for table, *policy in cursor.fetchall():
            found.setdefault(table, []).append(" ".join(str(part) for part in policy))
        cursor.execute(
            "SELECT table_name, grantee, string_agg(privilege_type, ',' ORDER BY privilege_type)"
            " FROM information_schema.role_table_grants"
            " WHERE grantee IN (%s, %s) AND table_schema = 'public' GROUP BY 1, 2 ORDER BY 1, 2",
            [WEB, DOOR],
        )
        for table, *grants in cursor.fetchall():
            found.setdefault(table, []).append(" ".join(grants))
        cursor.execute(
            "SELECT table_name, grantee, privilege_type, string_agg(column_name, ',' ORDER BY column_name)"
            " FROM information_schema.role_column_grants"
            " WHERE grantee IN (%s, %s) AND table_schema = 'public' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
            [WEB, DOOR],
        )
        for table, *grants in cursor.fetchall():
            found.setdefault(table, []).append(" ".join(grants))
    return {table: tuple(lines) for table, lines in found.items()}


def differences(using: str = "default") -> list[str]:
    """Tables whose policies or grants are not as declared. Applies the declarations and takes them back."""
    from django.db import transaction

    with transaction.atomic(using=using):
        before = present(using)
        apply(using)
        after = present(using)
        transaction.set_rollback(True, using=using)
    return sorted(table for table in before.keys() | after.keys() if before.get(table) != after.get(table))
