"""Terms are made by the database, from columns that Python has folded: whatever writes a person, a number, an address or a standing
cannot forget them. Splitting and joining only; nothing here folds, lowers or compares text.

A term is a word of a name (`rivera`); the same behind six digits of a unit's key (`0f3a9c/rivera`), so that a department's few are found
without passing the namesakes of the whole state; the unit alone (`0f3a9c/`); or, behind "=" and a letter,

    =b19870304  birth date      =y1987  year of birth      =p2410555302  telephone, digits from the end
    =eana@…     e-mail          =z06511 ZIP code           =a12 elm st|06511  address as `places.rules.address_key`
    =nct0012    number of another system, letters and digits           =s6789  last four digits of a social security number

What can be called as the owner gives keys alone, of people of the session's units. Terms are a hint, never a right: whom they find is
read under the viewer's own policies.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_TERMS: Final = """
CREATE OR REPLACE FUNCTION search_terms_of(who uuid[]) RETURNS TABLE (person uuid, terms tsvector)
LANGUAGE plpgsql STABLE @PLAIN AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY WITH names AS MATERIALIZED (
        SELECT p.id AS person, p.sort_key, p.middle_key, p.name_key, p.birth_on, p.birth_year
        FROM people_person p WHERE p.id = ANY (who) AND p.merged_into_id IS NULL
        UNION ALL
        SELECT p.merged_into_id, p.sort_key, p.middle_key, p.name_key, p.birth_on, p.birth_year
        FROM people_person p WHERE p.merged_into_id = ANY (who)
    ), words AS MATERIALIZED (
        SELECT DISTINCT n.person, w.word FROM names n CROSS JOIN LATERAL unnest(
            string_to_array(n.sort_key, ' ') || string_to_array(n.middle_key, ' ') || string_to_array(n.name_key, '|')
        ) AS w(word) WHERE w.word <> ''
    ), units AS MATERIALIZED (
        SELECT DISTINCT s.person_id AS person, right(s.unit_id::text, 6) AS unit FROM people_standing s
        WHERE s.person_id = ANY (who) AND s.user_id IS NULL AND (s.until IS NULL OR s.until > now())
    ), every AS (
        SELECT n.person, NULL AS term FROM names n
        UNION SELECT w.person, w.word FROM words w
        UNION SELECT w.person, u.unit || '/' || w.word FROM words w JOIN units u ON u.person = w.person
        UNION SELECT u.person, u.unit || '/' FROM units u
        UNION SELECT n.person, '=b' || to_char(n.birth_on, 'YYYYMMDD') FROM names n
        UNION SELECT n.person, '=y' || COALESCE(extract(year FROM n.birth_on)::int, n.birth_year) FROM names n
        UNION SELECT v.person_id, CASE v.kind WHEN 'phone' THEN '=p' || reverse(substr(v.value, 2)) ELSE '=e' || v.value END
            FROM people_waytoreach v WHERE v.person_id = ANY (who) AND v.value <> ''
        UNION SELECT a.person_id, '=z' || left(a.zip, 5) FROM people_address a WHERE a.person_id = ANY (who) AND a.zip <> ''
        UNION SELECT a.person_id, '=a' || a.key FROM people_address a WHERE a.person_id = ANY (who) AND a.key LIKE '%|%'
@NUMBERS
    )
    SELECT e.person, array_to_tsvector(COALESCE(array_agg(e.term) FILTER (WHERE e.term <> ''), '{}')) FROM every e
    WHERE e.person IN (SELECT n.person FROM names n) GROUP BY e.person;
END $$;
"""

_REST: Final = """
-- The rows are locked first and read after: of two transactions that change one person, the later sees what the earlier wrote.
CREATE OR REPLACE FUNCTION search_again(who uuid[]) RETURNS void
LANGUAGE plpgsql @PLAIN AS $$
BEGIN
    PERFORM 1 FROM people_searchterms s WHERE s.id = ANY (who) ORDER BY s.id FOR UPDATE;
    INSERT INTO people_searchterms (id, terms)
        SELECT t.person, t.terms FROM search_terms_of(who) t WHERE NOT EXISTS (
            SELECT 1 FROM people_searchterms s WHERE s.id = t.person AND s.terms = t.terms AND s.waiting IS NULL
        ) ORDER BY t.person
        ON CONFLICT (id) DO UPDATE SET terms = excluded.terms, waiting = NULL;
    DELETE FROM people_searchterms s WHERE s.id = ANY (who)
        AND NOT EXISTS (SELECT 1 FROM people_person p WHERE p.id = s.id AND p.merged_into_id IS NULL);
    INSERT INTO people_nameword (id, word, people)
        SELECT gen_random_uuid(), w.word, 1 FROM (
            SELECT DISTINCT regexp_split_to_table(concat_ws('|', p.sort_key, p.middle_key, p.name_key), '[ |]+') AS word
            FROM people_person p WHERE p.id = ANY (who)
        ) w WHERE length(w.word) BETWEEN 3 AND 120 AND NOT EXISTS (SELECT 1 FROM people_nameword n WHERE n.word = w.word);
END $$;
-- New people are indexed once, all of a transaction together at its end, when everything about them has been written: until then each
-- has a row that waits for it.
CREATE OR REPLACE FUNCTION search_new_people() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER @PLAIN AS $$
BEGIN
    INSERT INTO people_searchterms (id, terms, waiting)
        SELECT r.id, '', pg_current_xact_id()::text::bigint FROM new_rows r WHERE r.merged_into_id IS NULL ON CONFLICT DO NOTHING;
    PERFORM set_config('contact.search_waits', 'yes', true);
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION search_waiting() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER @PLAIN AS $$
DECLARE who uuid[];
BEGIN
    IF current_setting('contact.search_waits', true) = 'no' THEN  -- the first of them has done it for all
        RETURN NULL;
    END IF;
    PERFORM set_config('contact.search_waits', 'no', true);
    SELECT array_agg(s.id) INTO who FROM people_searchterms s WHERE s.waiting = pg_current_xact_id()::text::bigint;
    IF who IS NOT NULL THEN
        PERFORM search_again(who);
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION search_changed_people() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER @PLAIN AS $$
DECLARE who uuid[];
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM people_searchterms s USING old_rows r WHERE s.id = r.id;
        RETURN NULL;
    END IF;
    SELECT array_agg(DISTINCT i.id) INTO who FROM new_rows n JOIN old_rows o ON o.id = n.id
        AND (o.sort_key, o.middle_key, o.name_key, o.birth_on, o.birth_year, o.merged_into_id)
        IS DISTINCT FROM (n.sort_key, n.middle_key, n.name_key, n.birth_on, n.birth_year, n.merged_into_id)
        CROSS JOIN LATERAL unnest(ARRAY[n.id, n.merged_into_id, o.merged_into_id]) AS i(id)
        WHERE NOT EXISTS (SELECT 1 FROM people_searchterms s WHERE s.id = i.id AND s.waiting IS NOT NULL) AND i.id IS NOT NULL;
    IF who IS NOT NULL THEN
        PERFORM search_again(who);
    END IF;
    RETURN NULL;
END $$;
-- Of people who are new in this transaction nothing is done yet.
CREATE OR REPLACE FUNCTION search_changed_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER @PLAIN AS $$
DECLARE who uuid[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT r.person_id) INTO who FROM new_rows r;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT r.person_id) INTO who FROM old_rows r;
    ELSE
        SELECT array_agg(DISTINCT r.person_id) INTO who FROM (SELECT person_id FROM new_rows UNION SELECT person_id FROM old_rows) r;
    END IF;
    SELECT array_agg(s.id) INTO who FROM people_searchterms s WHERE s.id = ANY (who) AND s.waiting IS NULL;
    IF who IS NOT NULL THEN
        PERFORM search_again(who);
    END IF;
    RETURN NULL;
END $$;
-- Keys of people whose terms fit, those of earlier stages first. "~" in a query stands where the mark of a unit goes. A page's units are
-- those of its session; others (a job, a test) say them: null for all. A stage is looked up whole, never row by row: what the planner
-- reckons about how often a term occurs is far off. Whom this very transaction added is found as well.
CREATE OR REPLACE FUNCTION search_keys(looked text[], narrowed text[], marks text[], alone uuid, most int) RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER @PLAIN AS $$
DECLARE keys uuid[] := '{}'; scoped tsquery; plain tsquery; narrow tsquery;
BEGIN
    SET CONSTRAINTS search_waiting IMMEDIATE;
    SET CONSTRAINTS search_waiting DEFERRED;
    IF current_setting('role') = 'contact_web' THEN
        alone := viewer_user();
        IF viewer_everywhere('people.see') THEN
            marks := NULL;
        ELSE
            SELECT array_agg(DISTINCT right(u::text, 6)) INTO marks FROM unnest(viewer_units('people.see')) u;
            marks := COALESCE(marks, '{}');
        END IF;
    END IF;
    FOR i IN 1 .. cardinality(looked) LOOP
        plain := replace(looked[i], '''~', '''')::tsquery;
        narrow := NULLIF(replace(narrowed[i], '''~', ''''), '')::tsquery;
        IF marks IS NULL THEN
            scoped := plain;
        ELSE
            SELECT string_agg(format('(''%s/'' & %s)', m, replace(looked[i], '''~', '''' || m || '/')), ' | ')::tsquery INTO scoped
            FROM unnest(marks) m;
        END IF;
        WITH found AS MATERIALIZED (SELECT s.id, s.terms FROM people_searchterms s WHERE s.terms @@ scoped)
        SELECT keys || ARRAY(
            SELECT f.id FROM found f WHERE (narrow IS NULL OR f.terms @@ narrow) AND NOT f.id = ANY (keys) LIMIT most
        ) INTO keys;
        IF marks IS NOT NULL THEN
            SELECT keys || ARRAY(
                SELECT s.id FROM people_standing h JOIN people_searchterms s ON s.id = h.person_id
                WHERE h.user_id = alone AND h.since <= now() AND h.until > now() AND s.terms @@ plain
                AND (narrow IS NULL OR s.terms @@ narrow) AND NOT s.id = ANY (keys) LIMIT most
            ) INTO keys;
        END IF;
        EXIT WHEN cardinality(keys) >= most;
    END LOOP;
    RETURN QUERY SELECT unnest(keys);
END $$;
-- Which of these terms each of these people has: for the reasons shown. Nobody's confidential address.
CREATE OR REPLACE FUNCTION search_told(who uuid[], asked text[]) RETURNS TABLE (person uuid, told text)
LANGUAGE plpgsql STABLE SECURITY DEFINER @PLAIN AS $$
BEGIN
    RETURN QUERY SELECT s.id, a.term FROM people_searchterms s CROSS JOIN unnest(asked) AS a(term)
    WHERE s.id = ANY (who) AND s.terms @@ a.term::tsquery
    AND (left(a.term, 3) NOT IN ('''=z', '''=a') OR NOT s.id = ANY ((SELECT viewer_hidden('address'))::uuid[]));
END $$;
"""

# Nothing here reads a whole table, whatever the planner thinks of one that was empty a moment ago; plans are made once.
_PLAIN: Final = "SET search_path = public, pg_temp SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan"
FUNCTIONS: Final = (_TERMS.replace("@NUMBERS\n", "") + _REST).replace("@PLAIN", _PLAIN)
_NUMBERS: Final = (
    "        UNION SELECT n.person_id, CASE n.system WHEN 'ssn4' THEN '=s' ELSE '=n' END || n.key"
    " FROM people_personnumber n WHERE n.person_id = ANY (who)\n"
)
_REST_AGAIN: Final = _REST.replace("@PLAIN", _PLAIN)
TERMS_WITH_NUMBERS: Final = _REST_AGAIN + _TERMS.replace("@NUMBERS\n", _NUMBERS).replace("@PLAIN", _PLAIN)
TERMS_WITHOUT_NUMBERS: Final = _TERMS.replace("@NUMBERS\n", "").replace("@PLAIN", _PLAIN)


_PEOPLE: Final = """
CREATE CONSTRAINT TRIGGER search_waiting AFTER INSERT ON people_searchterms DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.waiting IS NOT NULL) EXECUTE FUNCTION search_waiting();
"""
_SEEN: Final = {
    "INSERT": "REFERENCING NEW TABLE AS new_rows",
    "UPDATE": "REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows",
    "DELETE": "REFERENCING OLD TABLE AS old_rows",
}


def triggers(table: str, functions: Mapping[str, str] = MappingProxyType({})) -> str:
    """Statements that keep the terms of whoever a table's rows are about; the table has a column `person_id`."""
    return "".join(
        f"CREATE TRIGGER search_{verb.lower()} AFTER {verb} ON {table} {rows} FOR EACH STATEMENT"
        f" EXECUTE FUNCTION {functions.get(verb, 'search_changed_rows')}();\n"
        for verb, rows in _SEEN.items()
    )


def without(table: str) -> str:
    """Statements that take them away again."""
    return "".join(f"DROP TRIGGER search_{verb.lower()} ON {table};\n" for verb in _SEEN)


_OF_PEOPLE: Final = {"INSERT": "search_new_people", "UPDATE": "search_changed_people", "DELETE": "search_changed_people"}
TABLES: Final = ("people_waytoreach", "people_address", "people_standing")
CREATE: Final = FUNCTIONS + _PEOPLE + triggers("people_person", _OF_PEOPLE) + "".join(triggers(table) for table in TABLES)
DROP: Final = (
    "".join(without(table) for table in ("people_person", *TABLES))
    + "DROP TRIGGER search_waiting ON people_searchterms; DROP FUNCTION search_changed_rows(); DROP FUNCTION search_changed_people();"
    " DROP FUNCTION search_waiting(); DROP FUNCTION search_new_people(); DROP FUNCTION search_again(uuid[]);"
    " DROP FUNCTION search_keys(text[], text[], text[], uuid, int); DROP FUNCTION search_told(uuid[], text[]);"
    " DROP FUNCTION search_terms_of(uuid[]);"
)
FILL: Final = """
DO $$
DECLARE who uuid[]; after uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
    LOOP
        SELECT array_agg(p.id ORDER BY p.id) INTO who FROM (SELECT id FROM people_person WHERE id > after ORDER BY id LIMIT 5000) p;
        EXIT WHEN who IS NULL;
        PERFORM search_again(who);
        after := who[cardinality(who)];
    END LOOP;
END $$;
"""
"""For people who were there before. Middle names of theirs are folded by `contact people keys`."""
