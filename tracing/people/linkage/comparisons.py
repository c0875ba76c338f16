"""What is compared, and the degrees to which it agrees. Each level once in SQL, for files, and once in Python, for one report.

SQL and Python must say the same of every pair of records; a test asks both about many damaged pairs. In SQL `l` and `r` are the two
records with the columns of `record.Record`. The first level that holds counts; a comparison whose first level (`missing`) holds says nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance.DamerauLevenshtein import distance as edits
from rapidfuzz.distance.JaroWinkler import similarity

from tracing.people.linkage.record import Record

CLOSE: Final = 0.92
"""Jaro-Winkler from which two names are nearly the same, after Winkler's own table of names."""
SIMILAR: Final = 0.85
GARBLED: Final = 0.7
EDITED: Final = 0.7
EDITED_DATE: Final = 0.6
"""Below them no two names are one slip apart, and no two dates two: asked first, since counting edits takes ten times as long."""

Test = Callable[[Record, Record], bool]


@dataclass(frozen=True, slots=True)
class Level:
    """One degree of agreement. `code` is its part of the reason's code; "" for what is not told as a reason."""

    code: str
    sql: str
    test: Test
    frequency: str = ""
    """The column of term frequencies by which this level's u is replaced: two people called Smith say less than two Zukowskis."""


@dataclass(frozen=True, slots=True)
class Comparison:
    name: str
    missing: str
    is_missing: Test
    levels: tuple[Level, ...]
    """Best first; the last holds always."""


def _otherwise(code: str = "other") -> Level:
    return Level(code, "TRUE", lambda l, r: True)


def _close(a: str | None, b: str | None) -> bool:
    if a is None or b is None:
        return False
    alike = similarity(a, b)
    return alike >= CLOSE or (alike >= EDITED and min(len(a), len(b)) >= 4 and edits(a, b) <= 1)


def _close_sql(column: str) -> str:
    return (
        f"(jaro_winkler_similarity(l.{column}, r.{column}) >= {CLOSE} OR "
        f"(jaro_winkler_similarity(l.{column}, r.{column}) >= {EDITED} AND least(length(l.{column}), length(r.{column})) >= 4"
        f" AND damerau_levenshtein(l.{column}, r.{column}) <= 1))"
    )


def _swapped(l: Record, r: Record) -> bool:
    """First and family name in each other's place, perhaps misspelt; the one first name is not the other's."""
    return _alike(l.given, r.family) and _alike(l.family, r.given) and not _alike(l.given, r.given)


def _alike(a: str | None, b: str | None) -> bool:
    return a is not None and b is not None and similarity(a, b) >= SIMILAR


def _alike_sql(a: str, b: str) -> str:
    return f"jaro_winkler_similarity({a}, {b}) >= {SIMILAR}"


_SWAPPED: Final = (
    f"({_alike_sql('l.given', 'r.family')} AND {_alike_sql('l.family', 'r.given')}"
    f" AND coalesce(jaro_winkler_similarity(l.given, r.given), 0) < {SIMILAR})"
)


def _crossed(l: Record, r: Record) -> bool:
    """One name stands in the other's place, the second is another."""
    return (_alike(l.given, r.family) or _alike(l.family, r.given)) and not _alike(l.given, r.given)


_CROSSED: Final = (
    f"((coalesce(jaro_winkler_similarity(l.given, r.family), 0) >= {SIMILAR}"
    f" OR coalesce(jaro_winkler_similarity(l.family, r.given), 0) >= {SIMILAR})"
    f" AND coalesce(jaro_winkler_similarity(l.given, r.given), 0) < {SIMILAR})"
)


def _line(l: Record, r: Record, least: float) -> bool:
    """One line of the address is alike, whichever."""
    return any(
        a is not None and b is not None and similarity(a, b) >= least for a in (l.street, l.street2) for b in (r.street, r.street2)
    )


def _line_sql(least: float) -> str:
    return "(" + " OR ".join(
        f"coalesce(jaro_winkler_similarity(l.{a}, r.{b}), 0) >= {least}"
        for a in ("street", "street2") for b in ("street", "street2")
    ) + ")"  # fmt: skip


def _one_area(l: Record, r: Record) -> bool:
    """The same town, or nothing that speaks against it."""
    return (
        l.zip is None or r.zip is None or not l.zips.isdisjoint(r.zips) or edits(l.zip, r.zip) <= 1 or _alike(l.city, r.city)
    )


_ONE_AREA: Final = (
    "(l.zip IS NULL OR r.zip IS NULL OR list_has_any(l.zips, r.zips) OR damerau_levenshtein(l.zip, r.zip) <= 1"
    f" OR coalesce(jaro_winkler_similarity(l.city, r.city), 0) >= {SIMILAR})"
)
_CITY: Final = f"coalesce(jaro_winkler_similarity(l.city, r.city), 0) >= {SIMILAR}"


def _initial(a: str, b: str) -> bool:
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    return len(short) <= 2 and long.startswith(short)


def _slips(a: str | None, b: str | None, most: int) -> bool:
    return a is not None and b is not None and similarity(a, b) >= EDITED_DATE and edits(a, b) <= most


def _slips_sql(most: int) -> str:
    return f"jaro_winkler_similarity(l.birth, r.birth) >= {EDITED_DATE} AND damerau_levenshtein(l.birth, r.birth) <= {most}"


def _two_parts(a: str, b: str) -> bool:
    return (a[:4] == b[:4]) + (a[4:6] == b[4:6]) + (a[6:] == b[6:]) == 2


COMPARISONS: Final = (
    Comparison(
        "given", "l.given IS NULL OR r.given IS NULL", lambda l, r: l.given is None or r.given is None,
        (
            Level("exact", "l.given = r.given", lambda l, r: l.given == r.given, frequency="tf_given"),
            Level("swapped", _SWAPPED, _swapped),
            Level("form", "list_has_any(l.given_forms, r.given_forms)", lambda l, r: not l.given_forms.isdisjoint(r.given_forms)),
            Level("part", "list_has_any(l.given_words, r.given_words)", lambda l, r: not l.given_words.isdisjoint(r.given_words)),
            Level(
                # Maria and Mario, Jayden and Hayden: each is a name, and twins are called so.
                "other_common",
                f"l.given_common AND r.given_common AND ({_alike_sql('l.given', 'r.given')} OR {_close_sql('given')}"
                " OR l.given_sound = r.given_sound)",
                lambda l, r: l.given_common and r.given_common
                and (_alike(l.given, r.given) or _close(l.given, r.given) or l.given_sound == r.given_sound),
            ),
            # One is a name, the other none: a slip of the pen.
            Level("close", f"l.given_common <> r.given_common AND {_close_sql('given')}",
                  lambda l, r: l.given_common != r.given_common and _close(l.given, r.given)),
            Level(
                "garbled", f"l.given_common <> r.given_common AND jaro_winkler_similarity(l.given, r.given) >= {GARBLED}",
                lambda l, r: l.given_common != r.given_common and similarity(l.given or "", r.given or "") >= GARBLED,
            ),
            Level(
                "middle", "(l.given = r.middle OR r.given = l.middle)",
                lambda l, r: (l.given == r.middle and r.middle is not None) or (r.given == l.middle and l.middle is not None),
            ),
            Level(
                "initial",
                "least(length(l.given), length(r.given)) <= 2 AND (starts_with(l.given, r.given) OR starts_with(r.given, l.given))",
                lambda l, r: _initial(l.given or "", r.given or ""),
            ),
            # Neither is a name that is known: twins of a family from far away, or a slip of the pen.
            Level("sound", "l.given_sound = r.given_sound", lambda l, r: l.given_sound is not None and l.given_sound == r.given_sound),
            Level(
                "similar", f"{_close_sql('given')} OR {_alike_sql('l.given', 'r.given')}",
                lambda l, r: _close(l.given, r.given) or _alike(l.given, r.given),
            ),
            Level("crossed", _CROSSED, _crossed),
            _otherwise(),
        ),
    ),
    Comparison(
        "middle", "l.middle IS NULL OR r.middle IS NULL", lambda l, r: l.middle is None or r.middle is None,
        (
            Level("exact", "l.middle = r.middle AND length(l.middle) > 1", lambda l, r: l.middle == r.middle and len(l.middle or "") > 1),
            Level("initial", "left(l.middle, 1) = left(r.middle, 1)", lambda l, r: (l.middle or "")[:1] == (r.middle or "")[:1]),
            _otherwise(),
        ),
    ),
    Comparison(
        "family", "l.family IS NULL OR r.family IS NULL", lambda l, r: l.family is None or r.family is None,
        (
            Level("exact", "l.family = r.family", lambda l, r: l.family == r.family, frequency="tf_family"),
            Level("", f"l.given IS NOT NULL AND r.given IS NOT NULL AND {_CROSSED}",
                  lambda l, r: l.given is not None and r.given is not None and _crossed(l, r)),
            Level("close", _close_sql("family"), lambda l, r: _close(l.family, r.family)),
            Level("part", "list_has_any(l.family_words, r.family_words)", lambda l, r: not l.family_words.isdisjoint(r.family_words)),
            Level("sound", "l.family_sound = r.family_sound", lambda l, r: l.family_sound is not None and l.family_sound == r.family_sound),
            Level(
                "similar", f"jaro_winkler_similarity(l.family, r.family) >= {SIMILAR}",
                lambda l, r: similarity(l.family or "", r.family or "") >= SIMILAR,
            ),
            _otherwise(),
        ),
    ),
    Comparison(
        "generation", "l.generation IS NULL OR r.generation IS NULL", lambda l, r: l.generation is None or r.generation is None,
        (Level("exact", "l.generation = r.generation", lambda l, r: l.generation == r.generation), _otherwise()),
    ),
    Comparison(
        "birth", "l.birth_year IS NULL OR r.birth_year IS NULL", lambda l, r: l.birth_year is None or r.birth_year is None,
        (
            Level("exact", "l.birth = r.birth", lambda l, r: l.birth is not None and l.birth == r.birth),
            Level("swapped", "l.birth_swapped = r.birth", lambda l, r: l.birth_swapped is not None and l.birth_swapped == r.birth),
            Level(
                # Where only the year was known, many write the first of January.
                "year",
                "(l.birth IS NULL OR r.birth IS NULL OR right(l.birth, 4) = '0101' OR right(r.birth, 4) = '0101')"
                " AND l.birth_year = r.birth_year",
                lambda l, r: (l.birth is None or r.birth is None or l.birth[4:] == "0101" or r.birth[4:] == "0101")
                and l.birth_year == r.birth_year,
            ),
            Level(
                "near", _slips_sql(1), lambda l, r: _slips(l.birth, r.birth, 1),
            ),
            Level(
                "two_parts",
                "(left(l.birth, 4) = left(r.birth, 4))::INT + (substr(l.birth, 5, 2) = substr(r.birth, 5, 2))::INT"
                " + (right(l.birth, 2) = right(r.birth, 2))::INT = 2",
                lambda l, r: l.birth is not None and r.birth is not None and _two_parts(l.birth, r.birth),
            ),
            Level(
                "two_off", _slips_sql(2), lambda l, r: _slips(l.birth, r.birth, 2),
            ),
            Level("same_year", "l.birth_year = r.birth_year", lambda l, r: l.birth_year == r.birth_year),
            _otherwise(),
        ),
    ),
    Comparison(
        "sex", "l.sex IS NULL OR r.sex IS NULL", lambda l, r: l.sex is None or r.sex is None,
        (Level("exact", "l.sex = r.sex", lambda l, r: l.sex == r.sex), _otherwise()),
    ),
    Comparison(
        "phone", "len(l.phones) = 0 OR len(r.phones) = 0", lambda l, r: not l.phones or not r.phones,
        (Level("exact", "list_has_any(l.phones, r.phones)", lambda l, r: not l.phones.isdisjoint(r.phones)), _otherwise()),
    ),
    Comparison(
        "email", "len(l.emails) = 0 OR len(r.emails) = 0", lambda l, r: not l.emails or not r.emails,
        (Level("exact", "list_has_any(l.emails, r.emails)", lambda l, r: not l.emails.isdisjoint(r.emails)), _otherwise()),
    ),
    Comparison(
        "address", "coalesce(l.street, l.street2) IS NULL OR coalesce(r.street, r.street2) IS NULL",
        lambda l, r: (l.street is None and l.street2 is None) or (r.street is None and r.street2 is None),
        (
            Level(
                "exact", f"list_has_any(l.houses, r.houses) AND coalesce(l.unit = r.unit, TRUE) AND {_ONE_AREA}",
                lambda l, r: not l.houses.isdisjoint(r.houses) and (l.unit is None or r.unit is None or l.unit == r.unit) and _one_area(l, r),
            ),
            Level("other_unit", f"list_has_any(l.houses, r.houses) AND {_ONE_AREA}",
                  lambda l, r: not l.houses.isdisjoint(r.houses) and _one_area(l, r)),
            Level("shared", "list_has_any(l.shared_houses, r.shared_houses)", lambda l, r: not l.shared_houses.isdisjoint(r.shared_houses)),
            Level(
                "near", f"damerau_levenshtein(l.house, r.house) <= 1 AND {_line_sql(SIMILAR)} AND {_ONE_AREA}",
                lambda l, r: l.house is not None and r.house is not None and edits(l.house, r.house) <= 1 and _line(l, r, SIMILAR)
                and _one_area(l, r),
            ),
            Level("street", f"{_line_sql(SIMILAR)} AND {_ONE_AREA}", lambda l, r: _line(l, r, SIMILAR) and _one_area(l, r)),
            Level("number", "l.house = r.house", lambda l, r: l.house is not None and l.house == r.house),
            _otherwise(),
        ),
    ),
    Comparison(
        "line", "l.street2 IS NULL OR r.street2 IS NULL OR l.street IS NULL OR r.street IS NULL",
        lambda l, r: l.street2 is None or r.street2 is None or l.street is None or r.street is None,
        (
            Level(
                "both",
                f"({_alike_sql('l.street', 'r.street')} AND {_alike_sql('l.street2', 'r.street2')})"
                f" OR ({_alike_sql('l.street', 'r.street2')} AND {_alike_sql('l.street2', 'r.street')})",
                lambda l, r: (_alike(l.street, r.street) and _alike(l.street2, r.street2))
                or (_alike(l.street, r.street2) and _alike(l.street2, r.street)),
            ),
            _otherwise(),
        ),
    ),
    Comparison(
        "area", "(l.zip IS NULL OR r.zip IS NULL) AND (l.city IS NULL OR r.city IS NULL)",
        lambda l, r: (l.zip is None or r.zip is None) and (l.city is None or r.city is None),
        (
            Level(
                "exact", f"list_has_any(l.zips, r.zips) AND (l.city IS NULL OR r.city IS NULL OR {_CITY})",
                lambda l, r: not l.zips.isdisjoint(r.zips) and (l.city is None or r.city is None or _alike(l.city, r.city)),
            ),
            Level(
                "near", f"(l.zip IS NULL OR r.zip IS NULL OR damerau_levenshtein(l.zip, r.zip) <= 1) AND {_CITY}",
                lambda l, r: (l.zip is None or r.zip is None or edits(l.zip, r.zip) <= 1) and _alike(l.city, r.city),
            ),
            Level("city", _CITY, lambda l, r: _alike(l.city, r.city)),
            Level("zip", "list_has_any(l.zips, r.zips)", lambda l, r: not l.zips.isdisjoint(r.zips)),
            Level("region", "left(l.zip, 3) = left(r.zip, 3)",
                  lambda l, r: l.zip is not None and r.zip is not None and l.zip[:3] == r.zip[:3]),
            _otherwise(),
        ),
    ),
    Comparison(
        "state", "l.state IS NULL OR r.state IS NULL", lambda l, r: l.state is None or r.state is None,
        (Level("exact", "l.state = r.state", lambda l, r: l.state == r.state), _otherwise()),
    ),
    Comparison(
        "ssn4", "l.ssn4 IS NULL OR r.ssn4 IS NULL", lambda l, r: l.ssn4 is None or r.ssn4 is None,
        (
            Level("exact", "l.ssn4 = r.ssn4", lambda l, r: l.ssn4 == r.ssn4),
            Level("near", "damerau_levenshtein(l.ssn4, r.ssn4) <= 1", lambda l, r: edits(l.ssn4 or "", r.ssn4 or "") <= 1),
            _otherwise(),
        ),
    ),
    Comparison(
        # A number that only one side has says nothing: every laboratory numbers its patients anew.
        "number", "NOT list_has_any(l.numbers, r.numbers)", lambda l, r: l.numbers.isdisjoint(r.numbers),
        (_otherwise("exact"),),
    ),
)  # fmt: skip
BY_NAME: Final = {comparison.name: comparison for comparison in COMPARISONS}

MISSING: Final = -1
Levels = tuple[int, ...]
"""Of each comparison the place of its level, MISSING where one side says nothing."""


def levels(l: Record, r: Record) -> Levels:
    """To which degree two records agree in each comparison."""
    found = []
    for comparison in COMPARISONS:
        if comparison.is_missing(l, r):
            found.append(MISSING)
            continue
        for place, level in enumerate(comparison.levels):
            if level.test(l, r):
                found.append(place)
                break
    return tuple(found)


def sql_of(comparison: Comparison) -> str:
    """The SQL expression of a comparison's level."""
    whens = " ".join(f"WHEN {level.sql} THEN {place}" for place, level in enumerate(comparison.levels[:-1]))
    last = len(comparison.levels) - 1
    tail = f"{whens} ELSE {last}" if whens else f"ELSE {last}"
    return f"CASE WHEN {comparison.missing} THEN {MISSING} {tail} END"
