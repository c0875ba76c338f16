"""Row-level policies and grants, made from the models' declarations. Applied by `contact migrate`, compared by a guard.

Pages read as `contact_web`, under a policy for each protected table. Actions run as `contact_act`, which sees every row, because
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

WEB: Final = "contact_web"
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

# What the reading role may do beyond SELECT.
EXTRA: Final = {
    "access_session": "SELECT, INSERT, UPDATE, DELETE",
    "access_user": "SELECT, UPDATE (last_login)",
    "journal_look": "INSERT",
}

FUNCTIONS: Final = """
CREATE OR REPLACE FUNCTION viewer_user() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.user_id FROM access_session s JOIN access_user u ON u.id = s.user_id AND u.is_active
    WHERE s.session_key = NULLIF(current_setting('app.session', true), '') AND s.expire_date > now()
$$;
CREATE OR REPLACE FUNCTION viewer_units(needed text) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT COALESCE(array_agg(DISTINCT below.unit_id), '{}')
    FROM access_membership m JOIN access_role r ON r.id = m.role_id AND needed = ANY (r.permissions)
    CROSS JOIN LATERAL (SELECT m.unit_id UNION SELECT a.unit_id FROM jurisdictions_unitancestor a WHERE a.ancestor_id = m.unit_id) below
    WHERE m.user_id = viewer_user() AND m.valid_from <= now() AND (m.valid_until IS NULL OR m.valid_until > now())
$$;
CREATE OR REPLACE FUNCTION viewer_everywhere(needed text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM access_membership m JOIN access_role r ON r.id = m.role_id AND needed = ANY (r.permissions)
        JOIN jurisdictions_unit u ON u.id = m.unit_id AND u.kind = 'state'
        WHERE m.user_id = viewer_user() AND m.valid_from <= now() AND (m.valid_until IS NULL OR m.valid_until > now()))
$$;
"""


def _everywhere(permission: str) -> str:
    return f"(SELECT viewer_everywhere('{permission}'))"


def _units(permission: str) -> str:
    return f"((SELECT viewer_units('{permission}'))::uuid[])"


def _standing(table: str, person: str, disease: str, permission: str) -> str:
    for_disease = f" AND s.disease IN ('', {table}.{disease})" if disease else ""
    return (
        f"EXISTS (SELECT 1 FROM people_standing s WHERE s.person_id = {table}.{person}{for_disease}"
        f" AND s.unit_id = ANY {_units(permission)} AND s.since <= now() AND (s.until IS NULL OR s.until > now()))"
    )


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
        case ThroughPerson(permission, person, disease):
            return f"{_everywhere(permission)} OR {_standing(table, person, disease, permission)}"
        case OwnUnit(permission, unit, person, disease, sensitive):
            seen = f"{_everywhere(permission)} OR {table}.{unit} = ANY {_units(permission)}"
            if person:
                seen += f" OR {_standing(table, person, disease, permission)}"
            if sensitive:
                cleared = f"{_everywhere('diseases.unlisted')} OR {table}.{unit} = ANY {_units('diseases.unlisted')}"
                seen = f"({seen}) AND (NOT {table}.{sensitive} OR {cleared})"
            return seen


def our_models() -> list[type[Model]]:
    """Every model of the house, by table."""
    rooms = [model for model in apps.get_models() if model.__module__.startswith("tracing.")]
    return sorted(rooms, key=lambda model: model._meta.db_table)


def statements() -> list[str]:
    """All statements, in order. Safe to repeat."""
    made = [
        FUNCTIONS,
        "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC",
        f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {WEB}, {ACT}",
        f"GRANT USAGE ON SCHEMA public TO {WEB}, {ACT}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {WEB}",
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
            "SELECT table_name, string_agg(privilege_type, ',' ORDER BY privilege_type) FROM information_schema.role_table_grants"
            " WHERE grantee = %s AND table_schema = 'public' GROUP BY 1 ORDER BY 1",
            [WEB],
        )
        for table, grants in cursor.fetchall():
            found.setdefault(table, []).append(f"web {grants}")
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
