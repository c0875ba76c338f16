"""Address → town → health department on a day, with the evidence kept. Pure: no Django, no clock.

The order that works: the town's name as written, then a village's name, then the ZIP code, then a person. A ZIP code
alone moves nobody out of a town that was named; it breaks ties, supports a misspelt name, and stands in where no name is
known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from tracing.base.text import fold
from tracing.jurisdictions.gazetteer import Gazetteer, Meaning, ZipFact, key
from tracing.jurisdictions.states import HOME_COUNTRIES, PROVINCES, STATES, ZIP_STATES

CERTAIN = 0.8
"""At or above this confidence the other towns are no longer worth a person's time."""
RARE = 0.05
"""The part taken for a town that a name or ZIP code is said to reach without a number."""
LEAST = 0.55
"""Below this a name that lies in several towns chooses none of them: a person does."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where an address lies, as well as it can be told."""

    town_code: str | None
    department_code: str | None
    """None: nobody's department; the state's own list takes it."""
    out_of_state: bool
    state: str
    """Two-letter code of the state, "" where it cannot be told or the address is foreign."""
    evidence: tuple[str, ...]
    """Codes of `evidence.EVIDENCE`, the deciding one first."""
    confidence: float
    """0 to 1 that the town is right; where a ZIP code decided, the part of its people who live in the town."""
    zip_share: float | None
    """Part of the ZIP code's people who live in the town; None where the ZIP code says nothing of it."""
    alternatives: tuple[str, ...]
    """Other towns it may be, likeliest first."""
    needs_review: bool
    """A person should look: another town is possible and would be another department's, or nothing was found."""


@dataclass(frozen=True, slots=True)
class _Found:
    town: str | None
    evidence: tuple[str, ...]
    confidence: float = 0.0
    zip_share: float | None = None
    alternatives: tuple[str, ...] = ()
    out_of_state: bool = False
    state: str = ""
    doubtful: bool = False
    """A person should look if one of the alternatives is another department's."""
    review: bool = False
    """A person should look in any case."""


def locate(
    street: str,
    city: str,
    state: str,
    zip: str,
    county: str,
    on: date,
    gazetteer: Gazetteer,
    country: str = "",
) -> Location:
    """Where an address lies, and whose it is on a day. Every text as it was written; "" where missing.

    The street is read only where neither town nor ZIP code was given. Never raises; what cannot be told is `unknown`.
    """
    found = _find("" if city.strip() or zip.strip() else street, city, state, zip, county, country, gazetteer)
    if found.town is None:
        return Location(
            None, None, found.out_of_state, found.state, found.evidence, found.confidence, None, found.alternatives,
            needs_review=found.review or not found.out_of_state,
        )  # fmt: skip
    department = gazetteer.department_on(found.town, on)
    evidence = found.evidence if department else (*found.evidence, "no_department")
    doubt = found.doubtful and any(gazetteer.department_on(town, on) != department for town in found.alternatives)
    return Location(
        found.town, department, False, found.state, evidence, found.confidence, found.zip_share, found.alternatives,
        needs_review=doubt or found.review or department is None,
    )  # fmt: skip


@lru_cache(maxsize=65536)
def _find(street: str, city: str, state: str, zip: str, county: str, country: str, gazetteer: Gazetteer) -> _Found:
    notes: list[str] = []
    if street:
        city, state, zip = _from_street(street, state, gazetteer)
        if city or zip:
            notes.append("from_street")
    words, said_state, said_zip = _trailing(_words(city), gazetteer)
    zip5, zip_note = read_zip(zip or said_zip)
    here_by_state, written = _state(state or said_state, gazetteer, notes)
    zip_state = _zip_state(zip5, gazetteer)
    zip_here = gazetteer.zips.get(zip5, ()) if zip_state == gazetteer.state else ()
    meanings, exact = _meanings(words, city, gazetteer)

    if zip_note == "foreign" or _is_foreign(state, country, zip5, written, bool(meanings and zip_here)):
        return _Found(None, ("foreign",), 1.0, out_of_state=True)
    if zip_note:
        notes.append(zip_note)
    if written and not here_by_state:
        if not {meaning.town for meaning in meanings} & {fact.town for fact in zip_here}:
            also = ("state_zip_disagree",) if zip_state and zip_state != written else ()
            return _elsewhere(written, also, notes, 0.6 if also else 1.0)
        notes.append("state_disagrees")
    elif zip_state and zip_state != gazetteer.state:
        mistyped = bool(written) and zip5 not in gazetteer.zips_elsewhere
        if not mistyped and not (written and any(meaning.kind == "town" for meaning in meanings)):
            return _elsewhere(zip_state, ("zip_out_of_state",), notes, 0.6 if meanings else 0.9)
        notes.append("zip_out_of_state")
    if zip5 and zip_state == gazetteer.state and not zip_here:
        notes.append("zip_unknown")

    here = gazetteer.state if here_by_state or zip_here or meanings else ""
    if meanings:
        return _by_name(meanings, exact, zip_here, county, here, notes, gazetteer)
    notes.insert(0, "city_unknown" if words else "city_missing")
    if zip_here:
        return _by_zip(words, zip_here, here, notes, gazetteer)
    like = _resembling("".join(words), gazetteer.names_of_town)
    return _Found(None, ("unknown", *notes, *(["resembles"] if like else [])), alternatives=like, state=here)


def _elsewhere(state: str, codes: tuple[str, ...], notes: list[str], confidence: float) -> _Found:
    evidence = ("out_of_state", *codes, *notes)
    return _Found(None, evidence, confidence, out_of_state=True, state=state, review=confidence < CERTAIN)


def read_zip(text: str) -> tuple[str, str]:
    """Five digits and a note. Repairs what spreadsheets do (a lost leading zero), cuts the last four, drops fillers."""
    text = text.strip()
    if not text:
        return "", ""
    digits = "".join(c for c in text if c in "0123456789")
    if any(c.isalpha() for c in text):
        return "", "foreign" if _CANADIAN.match(text) else "zip_unreadable"
    if len(digits) in (4, 8):
        digits = f"0{digits}"
    if len(digits) not in (5, 9) or digits[:5] in _FILLERS:
        return "", "zip_unreadable"
    return digits[:5], ""


_CANADIAN = re.compile(r"[A-Za-z]\d[A-Za-z][ -]?\d[A-Za-z]\d$")
_FILLERS = frozenset({"00000", "99999", "11111", "12345", "00001", "88888"})
_OFFICE = re.compile(r"^(?:the )?(?:town|city|borough|boro|village|twp|township) of ")
_PARTS = re.compile(r"[/(),;|]| - | or ")
_COUNTRY_WORDS = frozenset({"us", "usa"})
# "Hartford Co" is the county.
_STATE_ENDINGS = frozenset(code.lower() for code in STATES.values()) - {"co"}
_NO_CITY = frozenset(
    {"unknown", "unk", "none", "na", "n a", "no address", "homeless", "transient", "refused", "declined", "not given",
     "not provided", "null", "xx", "xxx", "x", "test", "same", "other", "undomiciled", "no fixed address",
     "no known address"}
)  # fmt: skip


def _words(city: str) -> list[str]:
    return _OFFICE.sub("", fold(city)).split()


def _trailing(words: list[str], gazetteer: Gazetteer) -> tuple[list[str], str, str]:
    """Cut "CT 06106 USA" off the end of a town's name; the state and ZIP code that stood there."""
    said_state = said_zip = ""
    while words:
        last = words[-1]
        if last.isdigit():
            # A ZIP code with its last four digits comes as two words; the first of them overwrites the second.
            said_zip = last if len(last) in (5, 9) else said_zip
        elif last in _COUNTRY_WORDS:
            pass
        elif not said_state and _ends_in_state(words, gazetteer):
            said_state = last
        else:
            break
        words = words[:-1]
    if " ".join(words) in _NO_CITY:
        words = []
    return words, said_state, said_zip


def _ends_in_state(words: list[str], gazetteer: Gazetteer) -> bool:
    """Whether the last word is a state: any word for this one, a code for another one behind a name."""
    known = words[-1] in gazetteer.state_names or (words[-1] in _STATE_ENDINGS and len(words) > 1)
    return known and "".join(words) not in gazetteer.names


def _from_street(street: str, state: str, gazetteer: Gazetteer) -> tuple[str, str, str]:
    """Town, state and ZIP code out of a street line such as "12 Main St, Hartford CT 06103"; "" for what is not there.

    Without a comma the town is looked for only before a state or a ZIP code: "55 Milford Ave" names no town.
    """
    words = fold(street).split()
    rest, said_state, said_zip = _trailing(words, gazetteer)
    if "," in street:
        tail = [part for part in street.split(",")[1:] if fold(part)]
        for part in tail:
            if _meanings(_trailing(fold(part).split(), gazetteer)[0], "", gazetteer)[0]:
                return part.strip(), state or said_state, said_zip
    if said_state or said_zip:
        for length in (3, 2, 1):
            if len(rest) > length and "".join(rest[-length:]) in gazetteer.names:
                return " ".join(rest[-length:]), state or said_state, said_zip
    return "", state or said_state, said_zip


def _is_foreign(state: str, country: str, zip5: str, written: str, lies_here: bool) -> bool:
    """A country field alone convinces only where no state of this country is written: feeds put other things there."""
    if written or lies_here:
        return False
    return key(country) not in HOME_COUNTRIES or (not zip5 and key(state) in PROVINCES)


def _state(text: str, gazetteer: Gazetteer, notes: list[str]) -> tuple[bool, str]:
    """Whether the state given is this one, and the code of the one given ("" for none that can be read)."""
    name = key(text)
    if not name or name in _NO_CITY:
        notes.append("state_missing")
        return False, ""
    if name in gazetteer.state_names:
        return True, gazetteer.state
    code = STATES.get(name, "")
    if not code:
        notes.append("state_unreadable")
    return code == gazetteer.state, code


def _zip_state(zip5: str, gazetteer: Gazetteer) -> str:
    if not zip5:
        return ""
    if zip5 in gazetteer.zips_elsewhere:
        return gazetteer.zips_elsewhere[zip5]
    return gazetteer.state if zip5.startswith(gazetteer.zip_prefixes) else ZIP_STATES.get(zip5[:3], "")


def _meanings(words: list[str], city: str, gazetteer: Gazetteer) -> tuple[tuple[Meaning, ...], bool]:
    """The towns a written name may mean, and whether it was written in full."""
    if not words:
        return (), False
    found = gazetteer.names.get("".join(words))
    if found is not None:
        return found, True
    parts = [_trailing(fold(part).split(), gazetteer)[0] for part in _PARTS.split(city)] if city else []
    known = [gazetteer.names["".join(part)] for part in parts if "".join(part) in gazetteer.names]
    # "Mystic (Groton)": the part that names a town says which.
    known.sort(key=lambda meanings: (meanings[0].kind != "town", len(meanings)))
    return (known[0] if known else ()), False


def _by_name(
    meanings: tuple[Meaning, ...],
    exact: bool,
    zip_here: tuple[ZipFact, ...],
    county: str,
    here: str,
    notes: list[str],
    gazetteer: Gazetteer,
) -> _Found:
    shares = {fact.town: fact.share for fact in zip_here}
    if len(meanings) == 1:
        kind = meanings[0].kind
        code = "village" if kind == "village" else "exact_town" if kind == "town" and exact else "town_normalised"
        return _settled(meanings[0].town, code, shares, here, notes)
    own = next((meaning.town for meaning in meanings if meaning.kind == "town"), None)
    in_zip = [meaning for meaning in meanings if meaning.town in shares]
    # A ZIP code without residents (boxes in a post office) tells where the mail is fetched, not where somebody lives.
    if in_zip and (own or any(shares[meaning.town] is not None for meaning in in_zip)):
        code = "town_or_post_office_by_zip" if own else "ambiguous_village_by_zip"
        known = any(m.share is not None for m in in_zip)
        # Both tell: who of the ZIP code lives where, and who of the village; a town named in full counts as whole.
        parts = {m.town: 1.0 if m.kind == "town" or not known else m.share or RARE for m in in_zip}
        weights: dict[str, float | None] = {m.town: parts[m.town] * (shares[m.town] or RARE) for m in in_zip}
        return _weighed(in_zip, weights, code, shares, here, notes, meanings)
    if own:
        others = tuple(meaning.town for meaning in meanings if meaning.town != own)
        if shares:
            notes = ["town_zip_disagree", *notes]
        return _Found(own, ("town_or_post_office", *notes), 0.5, None, others, state=here, doubtful=True)
    in_county = [m for m in meanings if county and gazetteer.counties.get(m.town, "") == _county(county)]
    if in_county and len(in_county) < len(meanings):
        code, meanings = "ambiguous_village_by_county", tuple(in_county)
    else:
        code = "ambiguous_village_by_share"
    return _weighed(list(meanings), {m.town: m.share for m in meanings}, code, shares, here, notes, meanings)


def _settled(town: str, code: str, shares: dict[str, float | None], here: str, notes: list[str]) -> _Found:
    """One town by its name; the ZIP code can only agree or be noted as disagreeing."""
    review = "state_disagrees" in notes or "zip_out_of_state" in notes
    if not shares:
        confidence = 0.7 if review else 0.8 if "state_missing" in notes else 0.95
        return _Found(town, (code, *notes), confidence, state=here, review=review)
    if town in shares:
        confidence = 0.8 if review else 1.0
        return _Found(town, (code, "zip_agrees", *notes), confidence, shares[town], state=here, review=review)
    others = tuple(shares)
    return _Found(town, (code, "town_zip_disagree", *notes), 0.7, None, others, state=here, doubtful=True)


def _weighed(
    candidates: list[Meaning],
    weights: dict[str, float | None],
    code: str,
    shares: dict[str, float | None],
    here: str,
    notes: list[str],
    meanings: tuple[Meaning, ...],
) -> _Found:
    """The likeliest of several towns. A share that is not known counts little beside one that is."""
    if shares and not any(meaning.town in shares for meaning in meanings):
        notes = ["town_zip_disagree", *notes]
    known = any(weight is not None for weight in weights.values())
    weighed = {town: RARE if weight is None and known else weight or 0.01 for town, weight in weights.items()}
    order = sorted(weighed, key=lambda town: (-weighed[town], town))
    confidence = round(weighed[order[0]] / sum(weighed.values()), 4)
    others = tuple(order[1:]) + tuple(m.town for m in meanings if m.town not in weighed)
    if confidence < LEAST and not code.endswith("by_zip"):
        return _Found(None, ("unknown", "ambiguous_village", *notes), 0.0, None, tuple(order), state=here)
    return _Found(order[0], (code, *notes), confidence, shares.get(order[0]), others, state=here, doubtful=confidence < CERTAIN)


def _by_zip(words: list[str], facts: tuple[ZipFact, ...], here: str, notes: list[str], gazetteer: Gazetteer) -> _Found:
    """No known name: a nearly right one of the ZIP code's towns, else the town where most of its people live."""
    share = {fact.town: fact.share for fact in facts}
    near = {fact.town: gazetteer.names_of_town.get(fact.town, ()) for fact in facts}
    like = _resembling("".join(words), near)
    if like:
        notes.remove("city_unknown")
        return _Found(like[0], ("misspelt", *notes), 0.9, share[like[0]], like[1:], state=here)
    main = facts[0]
    if len(facts) == 1:
        return _Found(main.town, ("zip_only_town", *notes), 0.95, main.share, state=here)
    sure = main.share or 0.5
    others = tuple(fact.town for fact in facts[1:] if fact.share is None or fact.share >= 0.01)
    return _Found(main.town, ("zip_main", *notes), sure, main.share, others, state=here, doubtful=sure < CERTAIN)


def _county(text: str) -> str:
    return fold(text).removesuffix(" county")


def _resembling(written: str, names: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Towns of which some name is nearly the written one, nearest first: one slip in short names, two in long ones."""
    most = 0 if len(written) < 4 else 1 if len(written) < 8 else 2
    best: dict[str, int] = {}
    for town, keys in names.items():
        for name in keys:
            if abs(len(name) - len(written)) <= most:
                slips = _slips(written, name, most)
                if slips <= most and slips < best.get(town, 99):
                    best[town] = slips
    return tuple(sorted(best, key=lambda town: (best[town], town)))[:5]


def _slips(a: str, b: str, most: int) -> int:
    """Letters added, left out, changed, or swapped with their neighbour; more than `most` is not counted on."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        last, row, before_last = row, [i], before
        for j, other in enumerate(b, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, before_last[j - 2] + 1)
            row.append(cost)
        before = last
        if min(row) > most:
            return most + 1
    return row[-1]
