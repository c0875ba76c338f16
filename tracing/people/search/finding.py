"""Finding people: keys by one index, through a function that gives nothing else; the people themselves under the
viewer's own policies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.db import connection

from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.base.sight import finds_by
from tracing.journal.action import ACTING_ROLE, role
from tracing.people.models import Person
from tracing.people.search.asked import MARKS, NEEDS, Asked, Meaning, Piece, swapped
from tracing.people.search.closeness import BEGINS, EXACT, FAR, Close
from tracing.people.search.misspelt import SHORTEST, Near, close_words

AT_MOST: Final = 25
_LOOKED_AT: Final = AT_MOST + 7
"""Some of those found by their terms are not the viewer's after all: a share that ended, a restricted record."""
_AGAIN: Final = 1000
_FEW: Final = 300
"""When one piece is true of no more people than this, the others are tried on these few instead of being looked up as well."""
_SEVERAL: Final = 150
"""About how many have one birth date, rather too many than too few."""
_COMMON: Final = 1000
"""When so many have a name as it was typed it is taken for whole while another name is looked for misspelt."""
_MANY: Final = 10**9
_RARE: Final = ("birth", "ssn4", "number", "street")

_ON_THE_ROW: Final = ("name", "birth", "year")
_ADDRESS: Final = ("zip", "street")
Words = dict[str, dict[str, Close]]
"""Name asked for → word of names → how close it is."""
Told = tuple[str, float]


@dataclass(frozen=True, slots=True)
class Hit:
    """Somebody found, why (codes of `reasons.REASONS`), and how far from what was typed: 0 exactly."""

    person: Person
    reasons: tuple[str, ...]
    cost: float


@dataclass(frozen=True, slots=True)
class Found:
    """At most AT_MOST people, closest first. `more`: there are others; `similar`: misspelt names were looked for as well."""

    hits: list[Hit] = field(default_factory=list)
    more: bool = False
    similar: bool = False

    @property
    def nearly(self) -> bool:
        """Whether nobody fits exactly."""
        return self.similar and all(hit.cost > EXACT for hit in self.hits)


def not_asked_by(asked: Asked, viewer: Viewer) -> bool:
    """Whether something is asked that the viewer does not see: an answer would tell it."""
    by = finds_by(viewer.sight)
    return any(all(NEEDS[meaning.kind] not in by for meaning in piece.means) for piece in asked.pieces)


def find(asked: Asked, viewer: Viewer, *, similar: bool = False) -> Found:
    """Whom the words mean. Nobody by what the viewer does not see.

    `similar`: names that are spelt nearly so as well; they are looked for without being asked when nobody is found.
    """
    if not asked.pieces or not_asked_by(asked, viewer):
        return Found()
    by = finds_by(viewer.sight)
    pieces = tuple(Piece(p.typed, tuple(m for m in p.means if NEEDS[m.kind] in by)) for p in asked.pieces)
    words = {name: {name: Close(name, EXACT, "name")} for name in asked.names}
    begins = tuple(name for name in asked.names if len(name) >= SHORTEST)
    found = _people(_exactly(pieces), begins, pieces, words, viewer)
    if found.hits and not similar:
        return found
    with role(ACTING_ROLE):
        close = close_words(asked.names)
    words = {name: {one.word: one for one in near.words} for name, near in close.items()}
    near = _people(_nearly(pieces, close), (), pieces, words, viewer)
    known = {hit.person.pk for hit in found.hits}
    hits = sorted([*found.hits, *(hit for hit in near.hits if hit.person.pk not in known)], key=_order)
    return Found(hits[:AT_MOST], found.more or near.more or len(hits) > AT_MOST, True)


def _people(
    stages: Sequence[tuple[str, str]], begins: Sequence[str], pieces: Sequence[Piece], words: Words, viewer: Viewer
) -> Found:
    ids = _keys(stages, begins, viewer, _LOOKED_AT)
    hits = _hits(ids, pieces, words, viewer)
    if len(ids) >= _LOOKED_AT and len(hits) <= AT_MOST:
        ids = _keys(stages, begins, viewer, _AGAIN)
        hits = _hits(ids, pieces, words, viewer)
    hits.sort(key=_order)
    return Found(hits[:AT_MOST], len(hits) > AT_MOST)


def _order(hit: Hit) -> tuple[float, str, UUID]:
    return hit.cost, hit.person.sort_key, hit.person.pk


def _exactly(pieces: Sequence[Piece]) -> list[tuple[str, str]]:
    """What to look up, first the whole words, then what begins so. A single letter is no beginning to look up: it narrows what the
    other pieces find."""
    whole = _all(_term(piece, begins=False) for piece in pieces)
    if not any(piece.is_name for piece in pieces):
        return [(whole, "")]
    rare = [p for p in pieces if _people_of(p) <= _FEW]
    looked = rare or [p for p in pieces if not p.is_name or len(p.means[0].text) > 1] or pieces
    return [(whole, ""), _stage([(_term(p, begins=True), p in looked) for p in pieces])]


def _nearly(pieces: Sequence[Piece], close: dict[str, Near]) -> list[tuple[str, str]]:
    """The nearest words of each name first; then those farther off, each stage with everything of the one before."""
    stages: list[tuple[str, str]] = []
    for limit in (None, 1.0, 1.4, FAR):
        terms: list[tuple[str, int]] = []
        for piece in pieces:
            if piece.is_name:
                terms.append(_names(piece.means[0].text, close[piece.means[0].text], limit))
            else:
                others = [Meaning("birth", day) for m in piece.means if m.kind == "birth" and (day := swapped(m.text))]
                terms.append((_any([_lexeme(m, begins=False) for m in (*piece.means, *others)]), _people_of(piece)))
        fewest = min(count for _term, count in terms)
        looked = [count == fewest or fewest > _FEW for _term, count in terms]
        stage = _stage([(term, look) for (term, _count), look in zip(terms, looked, strict=True)])
        if stage not in stages:
            stages.append(stage)
    return stages


def _stage(terms: Sequence[tuple[str, bool]]) -> tuple[str, str]:
    """What is looked up by the index, and what is tried on whom that finds."""
    return _all(term for term, looked in terms if looked), _all(term for term, looked in terms if not looked)


def _people_of(piece: Piece) -> int:
    """About how many people a number or date is true of, rather too many than too few; of names nothing is known here."""
    rare = all(m.kind in _RARE and not (m.kind == "number" and m.begins) or m.kind == "phone" and len(m.text) >= 7 for m in piece.means)
    return _SEVERAL if rare else _MANY


def _names(name: str, near: Near, limit: float | None) -> tuple[str, int]:
    """The words of a name up to a limit, and about how many people have one."""
    nearest = min((one.cost for one in near.words), default=EXACT)
    most = nearest if limit is None else max(limit, nearest)
    taken = [one for one in near.words if one.cost <= most]
    terms, people = [_quoted("~" + one.word) for one in taken], sum(one.people for one in taken)
    whole = any(one.cost == EXACT and one.people >= _COMMON for one in taken)
    if limit is not None and most >= BEGINS and len(name) >= SHORTEST and not whole:
        terms.append(_quoted("~" + name) + ":*")
        people += near.begin
    return (_any(terms), people) if terms else (_quoted("~" + name), _MANY)


def _term(piece: Piece, *, begins: bool) -> str:
    return _any([_lexeme(meaning, begins=begins) for meaning in piece.means])


def _lexeme(meaning: Meaning, *, begins: bool) -> str:
    """A lexeme of a tsquery; "~" stands where the unit's mark goes."""
    if meaning.kind == "name":
        return _quoted("~" + meaning.text) + (":*" if begins else "")
    return _quoted(MARKS[meaning.kind] + meaning.text) + (":*" if meaning.begins else "")


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def _any(terms: Sequence[str]) -> str:
    return terms[0] if len(terms) == 1 else "(" + " | ".join(dict.fromkeys(terms)) + ")"


def _all(terms: Iterable[str]) -> str:
    return " & ".join(terms)


def _keys(stages: Sequence[tuple[str, str]], begins: Sequence[str], viewer: Viewer, most: int) -> list[UUID]:
    """Keys of people whose terms fit, those of earlier stages first; a later stage is asked only as far as the earlier leave room."""
    everywhere = "people.see" in viewer.everywhere
    marks = None if everywhere else sorted({str(unit)[-6:] for unit in viewer.units.get("people.see", ())})
    looked, narrowed = [query for query, _ in stages], [narrow for _, narrow in stages]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT search_keys(%s::text[], %s::text[], %s::text[], %s, %s, %s::text[])",
            [looked, narrowed, marks, viewer.user, most, list(begins)],
        )
        return [row[0] for row in cursor.fetchall()]


def _hits(ids: Sequence[UUID], pieces: Sequence[Piece], words: Words, viewer: Viewer) -> list[Hit]:
    """Those the viewer may see, with the reasons that what they may see of them gives."""
    if not ids:
        return []
    persons = list(visible_to(Person.objects.filter(pk__in=ids), viewer))
    evidence = _evidence([person.pk for person in persons], pieces)
    hits = []
    for person in persons:
        told = [_told(person, piece, words, evidence) for piece in pieces]
        if all(told):
            found = [one for one in told if one]
            hits.append(Hit(person, tuple(dict.fromkeys(why for why, _cost in found)), sum(cost for _why, cost in found)))
    return hits


def _evidence(people: Sequence[UUID], pieces: Sequence[Piece]) -> set[tuple[UUID, str]]:
    """What is true of whom, of the things that the people's own rows do not show: numbers that may mean several things, addresses."""
    doubtful = [p for p in pieces if not p.is_name and (len(p.means) > 1 or p.means[0].kind in _ADDRESS)]
    asked = sorted({_lexeme(m, begins=False) for piece in doubtful for m in piece.means if m.kind not in _ON_THE_ROW})
    if not people or not asked:
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT person, told FROM search_told(%s::uuid[], %s::text[])", [list(people), asked])
        return {(person, term) for person, term in cursor.fetchall()}


def _told(person: Person, piece: Piece, words: Words, evidence: set[tuple[UUID, str]]) -> Told | None:
    """The best reason and its cost; None when the viewer sees none (a confidential address)."""
    found = [one for meaning in piece.means if (one := _by(person, piece, meaning, words, evidence))]
    return min(found, key=lambda one: one[1], default=None)


def _by(person: Person, piece: Piece, meaning: Meaning, words: Words, evidence: set[tuple[UUID, str]]) -> Told | None:
    text = meaning.text
    match meaning.kind:
        case "name":
            return _by_name(person, text, words.get(text, {}))
        case "birth":
            born = f"{person.birth_on:%Y%m%d}" if person.birth_on else ""
            if born == text:
                return "birth_date", EXACT
            if born and swapped(text) == born:
                return "birth_swapped", 1.0
            return ("former", FAR) if len(piece.means) == 1 else None
        case "year":
            year = person.birth_on.year if person.birth_on else person.birth_year
            return ("birth_year", EXACT) if str(year) == text else None
        case kind:
            doubtful = len(piece.means) > 1 or kind in _ADDRESS
            if doubtful and (person.pk, _lexeme(meaning, begins=False)) not in evidence:
                return None
            return ("phone_ends" if kind == "phone" and len(text) < 7 else kind), EXACT


def _by_name(person: Person, asked: str, close: dict[str, Close]) -> Told:
    """By the words of the name; by one that another report gave when none of them fits."""
    words = {*person.sort_key.split(), *person.middle_key.split(), *person.name_key.split("|")}
    best = min((close[word] for word in words if word in close), key=lambda one: one.cost, default=None)
    if best is None or best.cost > BEGINS:
        if any(word.startswith(asked) for word in words):
            return "name_begins", BEGINS
        if best is None:
            return "former", FAR
    return best.why, best.cost
