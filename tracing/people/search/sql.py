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
-- Words that come near a word that was asked, of all words asked at once: `keyed` and `others` are arrays as text, one for each. With each
-- place comes, without a word, how many people have a word that begins so, as far as that can be told quickly.
CREATE OR REPLACE FUNCTION search_close(asked text[], keyed text[], others text[]) RETURNS TABLE (place int, word text, people bigint)
LANGUAGE plpgsql STABLE @PLAIN AS $$
#variable_conflict use_column
BEGIN
    FOR i IN 1 .. cardinality(asked) LOOP
        RETURN QUERY SELECT i, w.word::text, w.people::bigint FROM people_nameword w WHERE w.keys && keyed[i]::int[]
            AND length(w.word) BETWEEN length(asked[i]) - 2 AND length(asked[i]) + 2 LIMIT 4000;
        RETURN QUERY SELECT i, w.word::text, w.people::bigint FROM people_nameword w WHERE w.word = ANY (others[i]::text[]);
        RETURN QUERY SELECT i, w.word::text, w.people::bigint FROM people_nameword w WHERE w.keys IS NULL LIMIT 2000;
        RETURN QUERY SELECT i, NULL::text, CASE WHEN count(*) < 300 THEN COALESCE(sum(b.people), 0) ELSE 1000000000 END FROM (
            SELECT w.people FROM people_nameword w WHERE w.word ~>=~ asked[i] AND w.word ~<~ (asked[i] || '~') LIMIT 300
        ) b;
    END LOOP;
END $$;
-- People of one stage. By an index of terms and nothing else, and no further than needed: what the planner reckons about how often a term
-- occurs is far off. `narrowed` is tried on those that were looked up: for few it is cheaper than another list of the index.
CREATE OR REPLACE FUNCTION search_stage(looked text, narrowed text, marks text[], mine uuid[], known uuid[], most int) RETURNS uuid[]
LANGUAGE plpgsql STABLE @BITMAP AS $$
DECLARE scoped tsquery; part tsquery; mark text; found uuid[]; own uuid[];
    plain tsquery := replace(looked, '''~', '''')::tsquery; narrow tsquery := NULLIF(replace(narrowed, '''~', ''''), '')::tsquery;
BEGIN
    IF marks IS NULL THEN
        scoped := plain;
    ELSE  -- joined as queries, not as text: whatever was asked stays within the unit
        FOREACH mark IN ARRAY marks LOOP
            part := format('''%s/''', mark)::tsquery && replace(looked, '''~', '''' || mark || '/')::tsquery;
            scoped := CASE WHEN scoped IS NULL THEN part ELSE scoped || part END;
        END LOOP;
    END IF;
    found := ARRAY(
        SELECT s.id FROM people_searchterms s WHERE s.terms @@ scoped AND (narrow IS NULL OR s.terms @@ narrow) AND NOT s.id = ANY (known)
        LIMIT most
    );
    IF mine IS NOT NULL THEN
        own := ARRAY(
            SELECT s.id FROM people_searchterms s WHERE s.id = ANY (mine) AND s.terms @@ plain AND (narrow IS NULL OR s.terms @@ narrow)
            AND NOT s.id = ANY (known) AND NOT s.id = ANY (found) LIMIT most
        );
        found := found || own;
    END IF;
    RETURN found;
END $$;
-- People in whose names words begin as asked. The one beginning that few have is looked up alone; where all are common the commonest words
-- that begin so are tried first: a list of the index that is read for each word of thousands takes long.
CREATE OR REPLACE FUNCTION search_begins(
    looked text, narrowed text, begins text[], marks text[], mine uuid[], known uuid[], most int
) RETURNS uuid[]
LANGUAGE plpgsql STABLE @PLAIN AS $$
DECLARE fewest text; people bigint; found uuid[] := '{}'; often text; words text; common text := looked;
BEGIN
    SELECT b, n.people INTO fewest, people FROM unnest(begins) b CROSS JOIN LATERAL (
        SELECT CASE count(*) WHEN 0 THEN 0 WHEN 300 THEN 1000000000 ELSE greatest(sum(o.people), 1) END AS people FROM (
            SELECT w.people FROM people_nameword w WHERE w.word ~>=~ b AND w.word ~<~ (b || '~') LIMIT 300
        ) o
    ) n ORDER BY n.people LIMIT 1;
    IF people = 0 THEN
        RETURN found;
    ELSIF people <= 300 THEN
        RETURN search_stage(
            format('''~%s'':*', fewest), concat_ws(' & ', NULLIF(looked, ''), NULLIF(narrowed, '')), marks, mine, known, most
        );
    END IF;
    FOREACH often IN ARRAY begins LOOP
        SELECT string_agg(format('''~%s''', c.word), ' | ') INTO words FROM (
            SELECT w.word FROM people_nameword w WHERE w.people >= 100 AND w.word ~>=~ often AND w.word ~<~ (often || '~')
            ORDER BY w.people DESC LIMIT 3
        ) c;
        common := replace(common, format('''~%s'':*', often), '(' || words || ')');
    END LOOP;
    IF common <> looked THEN
        found := search_stage(common, narrowed, marks, mine, known, most);
    END IF;
    IF COALESCE(cardinality(found), 0) < most THEN
        found := found || search_stage(looked, narrowed, marks, mine, known || found, most);
    END IF;
    RETURN found;
END $$;
-- Keys of people whose terms fit, those of earlier stages first; each stage takes in the one before. "~" in a query stands where the mark
-- of a unit goes. A page's units are those of its session; others (a job, a test) say them: null for all. Whom this very transaction
-- added is found as well. `begins`: the second stage asks for whoever has words that begin so, among other things.
CREATE OR REPLACE FUNCTION search_keys(
    looked text[], narrowed text[], marks text[], alone uuid, most int, begins text[] DEFAULT '{}'
) RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER @PLAIN AS $$
DECLARE keys uuid[] := '{}'; mine uuid[]; every uuid[]; ranks tsquery[]; stages int := cardinality(looked); enough int := greatest(150, most);
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
    IF marks IS NOT NULL THEN
        SELECT array_agg(DISTINCT h.person_id) INTO mine FROM people_standing h
        WHERE h.user_id = alone AND h.since <= now() AND h.until > now();
    END IF;
    FOR i IN 1 .. stages LOOP
        IF i = 2 AND cardinality(begins) > 0 THEN
            keys := keys || search_begins(looked[i], narrowed[i], begins, marks, mine, keys, most);
            EXIT;
        ELSIF i = 2 AND stages > 2 AND (looked[2] LIKE '%&%' OR narrowed[2] <> '') THEN
            -- The last stage has everybody: of several words they are most often few, and need only be put in order.
            every := search_stage(looked[stages], narrowed[stages], marks, mine, keys, enough);
            IF cardinality(every) < enough THEN
                SELECT array_agg(replace(q || CASE n WHEN '' THEN '' ELSE ' & ' || n END, '''~', '''')::tsquery ORDER BY o) INTO ranks
                FROM unnest(looked, narrowed) WITH ORDINALITY r(q, n, o) WHERE o BETWEEN 2 AND stages - 1;
                SELECT keys || ARRAY(
                    SELECT s.id FROM people_searchterms s WHERE s.id = ANY (every)
                    ORDER BY (SELECT min(r.o) FROM unnest(ranks) WITH ORDINALITY r(q, o) WHERE s.terms @@ r.q) NULLS LAST
                    LIMIT most - cardinality(keys)
                ) INTO keys;
                EXIT;
            END IF;
        END IF;
        keys := keys || search_stage(looked[i], narrowed[i], marks, mine, keys, most);
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
_BITMAP: Final = f"{_PLAIN} SET enable_indexscan = off SET enable_indexonlyscan = off"
FUNCTIONS: Final = (_TERMS.replace("@NUMBERS\n", "") + _REST).replace("@PLAIN", _PLAIN).replace("@BITMAP", _BITMAP)
_NUMBERS: Final = (
    "        UNION SELECT n.person_id, CASE n.system WHEN 'ssn4' THEN '=s' ELSE '=n' END || n.key"
    " FROM people_personnumber n WHERE n.person_id = ANY (who)\n"
)
_REST_AGAIN: Final = _REST.replace("@PLAIN", _PLAIN).replace("@BITMAP", _BITMAP)
TERMS_WITH_NUMBERS: Final = _REST_AGAIN + _TERMS.replace("@NUMBERS\n", _NUMBERS).replace("@PLAIN", _PLAIN)
TERMS_WITHOUT_NUMBERS: Final = _TERMS.replace("@NUMBERS\n", "").replace("@PLAIN", _PLAIN)


_PEOPLE: Final = """
CREATE CONSTRAINT TRIGGER search_waiting AFTER INSERT ON people_searchterms DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.waiting IS NOT NULL) EXECUTE FUNCTION search_waiting();
"""
SEEN: Final = {
    "INSERT": "REFERENCING NEW TABLE AS new_rows",
    "UPDATE": "REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows",
    "DELETE": "REFERENCING OLD TABLE AS old_rows",
}


def triggers(table: str, functions: Mapping[str, str] = MappingProxyType({})) -> str:
    """Statements that keep the terms of whoever a table's rows are about; the table has a column `person_id`."""
    return "".join(
        f"CREATE TRIGGER search_{verb.lower()} AFTER {verb} ON {table} {rows} FOR EACH STATEMENT"
        f" EXECUTE FUNCTION {functions.get(verb, 'search_changed_rows')}();\n"
        for verb, rows in SEEN.items()
    )


def without(table: str) -> str:
    """Statements that take them away again."""
    return "".join(f"DROP TRIGGER search_{verb.lower()} ON {table};\n" for verb in SEEN)


_OF_PEOPLE: Final = {"INSERT": "search_new_people", "UPDATE": "search_changed_people", "DELETE": "search_changed_people"}
TABLES: Final = ("people_waytoreach", "people_address", "people_standing")
TRIGGERS: Final = _PEOPLE + triggers("people_person", _OF_PEOPLE) + "".join(triggers(table) for table in TABLES)
DROP_TRIGGERS: Final = "".join(without(table) for table in ("people_person", *TABLES)) + "DROP TRIGGER search_waiting ON people_searchterms;"
DROP_FUNCTIONS: Final = (
    "DROP FUNCTION search_changed_rows(); DROP FUNCTION search_changed_people(); DROP FUNCTION search_waiting();"
    " DROP FUNCTION search_new_people(); DROP FUNCTION search_again(uuid[]); DROP FUNCTION search_told(uuid[], text[]);"
    " DROP FUNCTION search_keys(text[], text[], text[], uuid, int, text[]); DROP FUNCTION search_close(text[], text[], text[]);"
    " DROP FUNCTION search_begins(text, text, text[], text[], uuid[], uuid[], int);"
    " DROP FUNCTION search_stage(text, text, text[], uuid[], uuid[], int); DROP FUNCTION search_terms_of(uuid[]);"
)
SEARCH_AGAIN: Final = "DROP FUNCTION IF EXISTS search_keys(text[], text[], text[], uuid, int);" + _REST_AGAIN
"""For a database that had the functions as they were before."""
FILL: Final = """
SET LOCAL maintenance_work_mem = '256MB';
DO $$
DECLARE who uuid[]; after uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
    LOOP
        SELECT array_agg(p.id ORDER BY p.id) INTO who FROM (SELECT id FROM people_person WHERE id > after ORDER BY id LIMIT 20000) p;
        EXIT WHEN who IS NULL;
        INSERT INTO people_searchterms (id, terms) SELECT t.person, t.terms FROM search_terms_of(who) t;
        after := who[cardinality(who)];
    END LOOP;
END $$;
INSERT INTO people_nameword (id, word, people)
SELECT gen_random_uuid(), w.word, count(*) FROM people_person p CROSS JOIN LATERAL (
    SELECT DISTINCT unnest(string_to_array(p.sort_key, ' ') || string_to_array(p.name_key, '|')) AS word
) w WHERE length(w.word) BETWEEN 3 AND 120 GROUP BY w.word;
ANALYZE people_searchterms, people_nameword;
"""
"""For people who were there before: in large parts, before there are indexes and triggers. Middle names of theirs are folded by
`contact people keys`."""
