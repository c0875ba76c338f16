"""The parts of the journal that Django's migrations cannot say: monthly partitions and append-only triggers."""

from __future__ import annotations

from datetime import date
from typing import Final

CREATE: Final = """
CREATE TABLE journal_entry (
    id uuid NOT NULL, at timestamptz NOT NULL, verb varchar(60) NOT NULL,
    actor_kind varchar(12) NOT NULL, actor_id uuid, actor_name varchar(60) NOT NULL,
    subject_kind varchar(40) NOT NULL, subject_id uuid, person_id uuid, disease varchar(40) NOT NULL,
    codes jsonb NOT NULL, changed varchar(60)[] NOT NULL, old_digest bytea, number bigint,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX journal_entry_person ON journal_entry (person_id, at) WHERE person_id IS NOT NULL;
CREATE INDEX journal_entry_subject ON journal_entry (subject_id);
CREATE INDEX journal_entry_unsealed ON journal_entry (at, id) WHERE number IS NULL;
CREATE INDEX journal_entry_number ON journal_entry (number) WHERE number IS NOT NULL;
CREATE TABLE journal_entry_rest PARTITION OF journal_entry DEFAULT;

CREATE TABLE journal_look (
    id uuid NOT NULL, at timestamptz NOT NULL, actor_id uuid, page varchar(40) NOT NULL,
    purpose varchar(20) NOT NULL, persons uuid[] NOT NULL,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX journal_look_actor ON journal_look (actor_id, at);
CREATE INDEX journal_look_persons ON journal_look USING gin (persons) WITH (fastupdate = on);
CREATE TABLE journal_look_rest PARTITION OF journal_look DEFAULT;

-- An entry may be given its number once; nothing else of it ever changes.
CREATE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_ARGV[0] = 'numbered' THEN
        IF OLD.number IS NULL AND NEW.number IS NOT NULL AND to_jsonb(OLD) - 'number' = to_jsonb(NEW) - 'number' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the journal is append-only: % on % refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER journal_entry_append_only BEFORE UPDATE OR DELETE ON journal_entry
    FOR EACH ROW EXECUTE FUNCTION journal_append_only('numbered');
CREATE TRIGGER journal_look_append_only BEFORE UPDATE OR DELETE ON journal_look
    FOR EACH ROW EXECUTE FUNCTION journal_append_only('never');
CREATE TRIGGER journal_entry_no_truncate BEFORE TRUNCATE ON journal_entry
    FOR EACH STATEMENT EXECUTE FUNCTION journal_append_only('never');
CREATE TRIGGER journal_look_no_truncate BEFORE TRUNCATE ON journal_look
    FOR EACH STATEMENT EXECUTE FUNCTION journal_append_only('never');
"""

DROP: Final = "DROP TABLE journal_entry; DROP TABLE journal_look; DROP FUNCTION journal_append_only();"


def partitions(first: date, months: int) -> list[str]:
    """Statements that make sure of the monthly partitions from `first`'s month on. Safe to repeat."""
    statements = []
    year, month = first.year, first.month
    for _ in range(months):
        following = (year + month // 12, month % 12 + 1)
        for table in ("journal_entry", "journal_look"):
            statements.append(
                f"CREATE TABLE IF NOT EXISTS {table}_{year:04}_{month:02} PARTITION OF {table} "
                f"FOR VALUES FROM ('{year:04}-{month:02}-01Z') TO ('{following[0]:04}-{following[1]:02}-01Z')"
            )
            statements.append(_no_truncate(f"{table}_{year:04}_{month:02}"))
        year, month = following
    statements += [_no_truncate("journal_entry_rest"), _no_truncate("journal_look_rest")]
    return statements


def _no_truncate(partition: str) -> str:
    """Partitions inherit their table's triggers for rows, but not those for whole statements."""
    return (
        f"CREATE OR REPLACE TRIGGER no_truncate BEFORE TRUNCATE ON {partition}"
        " FOR EACH STATEMENT EXECUTE FUNCTION journal_append_only('never')"
    )
