"""A row is never written about somebody who was merged away: the database itself puts the root in their place.

Whoever loaded a person before the merge and writes after it (a call that ends, a death, an opt-out) means the one who is there now. Made
by `contact migrate` from the declarations; the row keeps on whom it was filed, so that undoing brings it to them.
"""

from __future__ import annotations

from typing import Final

from django.db import connections

from tracing.people.merging.links import Link, links

_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION root_of_{column}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE found uuid;
BEGIN
    -- The lock is the one that the foreign key takes a moment later: it waits for a merge that is going on.
    SELECT merged_into_id INTO found FROM people_person WHERE id = NEW.{column} FOR KEY SHARE;
    IF found IS NOT NULL THEN
        NEW.{column} := found;
    END IF;
    RETURN NEW;
END $$
"""
_TRIGGERS: Final = """
CREATE OR REPLACE TRIGGER {column}_is_the_root BEFORE INSERT ON {table} FOR EACH ROW
    WHEN (NEW.{column} IS NOT NULL) EXECUTE FUNCTION root_of_{column}();
CREATE OR REPLACE TRIGGER {column}_stays_the_root BEFORE UPDATE OF {column} ON {table} FOR EACH ROW
    WHEN (NEW.{column} IS DISTINCT FROM OLD.{column} AND NEW.{column} IS NOT NULL) EXECUTE FUNCTION root_of_{column}()
"""


def column_of(link: Link) -> str:
    return f"{link.field}_id"


def statements() -> list[str]:
    """All statements, in order. Safe to repeat."""
    made = [_FUNCTION.format(column=column) for column in sorted({column_of(link) for link in links()})]
    made += [_TRIGGERS.format(column=column_of(link), table=link.model._meta.db_table) for link in links()]
    return made


def apply(using: str = "default") -> None:
    """Make functions and triggers as declared. Run as the owner of the tables."""
    with connections[using].cursor() as cursor:
        for statement in statements():
            cursor.execute(statement)


def missing(using: str = "default") -> list[str]:
    """Links whose table lacks its triggers."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal")
        present = set(cursor.fetchall())
    wanted = [(link.model._meta.db_table, f"{column_of(link)}_{which}") for link in links() for which in ("is_the_root", "stays_the_root")]
    return [f"{table}: {name}" for table, name in wanted if (table, name) not in present]
