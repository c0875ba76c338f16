"""The person of a message (PID), and organisations and people around the test. Pure."""

from __future__ import annotations

from functools import lru_cache

from tracing.base.phones import e164
from tracing.intake.hl7.segments import Marks, moment
from tracing.intake.report import Identifier, Party, Patient

_NO_PARTY = Party()


def _at(parts: list[str], number: int) -> str:
    return parts[number] if number < len(parts) else ""


def _plain(text: str, marks: Marks) -> str:
    """A component: its first sub-component, without escapes."""
    if not text or text.isalnum():
        return text
    if marks.sub in text and f" {marks.sub} " not in text:  # "Elm & Main" was meant as it stands
        text = text.split(marks.sub, 1)[0]
    if marks.escape in text:
        text = marks.unescape(text)
    return text.strip().strip('"').strip() if '"' in text else text.strip()


def _components(text: str, marks: Marks) -> list[str]:
    """The components of a field's first repetition that says anything."""
    if not text:
        return [""]
    if marks.repeat in text:
        for repetition in text.split(marks.repeat):
            parts = [_plain(part, marks) for part in repetition.split(marks.component)]
            if any(parts[:2]):
                return parts
        text = text.split(marks.repeat, 1)[0]
    return [_plain(part, marks) for part in text.split(marks.component)]


def patient(segment: str, marks: Marks) -> Patient:
    """PID: name 5, birth 7, sex 8, race 10, address 11, telephones 13 and 14, language 15, ethnicity 22, death 29 and 30."""
    fields = segment.split(marks.field)
    name = _name(_at(fields, 5), marks)
    birth = _components(_at(fields, 7), marks)[0]
    home = _address(_at(fields, 11), marks)
    phones, emails = _reached(f"{_at(fields, 13)}{marks.repeat}{_at(fields, 14)}", marks)
    sex = _components(_at(fields, 8), marks)[0]
    died_on = moment(_components(_at(fields, 29), marks)[0])[0]
    return Patient(
        last=_at(name, 0),
        first=_at(name, 1),
        middle=_at(name, 2),
        suffix=_at(name, 3),
        birth_on=moment(birth)[0],
        birth_text=birth,
        sex=sex.upper() if len(sex) == 1 else sex,
        street=_at(home, 0),
        street2=_at(home, 1),
        city=_at(home, 2),
        state=_at(home, 3),
        zip=_at(home, 4),
        county=_at(home, 8) or _components(_at(fields, 12), marks)[0],
        country=_at(home, 5),
        phones=phones,
        emails=emails,
        identifiers=identifiers(_at(fields, 3) or _at(fields, 2), marks),
        race=tuple(filter(None, (_plain(r.split(marks.component, 1)[0], marks) for r in _at(fields, 10).split(marks.repeat)))),
        ethnicity=_components(_at(fields, 22), marks)[0],
        language=_components(_at(fields, 15), marks)[0],
        died=_components(_at(fields, 30), marks)[0].upper() == "Y" or died_on is not None,
        died_on=died_on,
    )


def _name(text: str, marks: Marks) -> list[str]:
    """The legal name, else the first that is filled: PID-5 repeats, component 7 says what kind of name it is."""
    if marks.repeat not in text:
        return [_plain(part, marks) for part in text.split(marks.component)]
    names = [[_plain(part, marks) for part in one.split(marks.component)] for one in text.split(marks.repeat)]
    filled = [one for one in names if any(one[:2])]
    return next((one for one in filled if _at(one, 6) == "L"), filled[0] if filled else names[0])


def _address(text: str, marks: Marks) -> list[str]:
    """The home address, else the first with a town, street or ZIP code; one marked bad (BA) or former only if it is alone."""
    if marks.repeat not in text:
        return [_plain(part, marks) for part in text.split(marks.component)]
    homes = [[_plain(part, marks) for part in one.split(marks.component)] for one in text.split(marks.repeat)]
    filled = [one for one in homes if any(one[:5])]
    if not filled:
        return homes[0]
    for kinds in (("H", "L", "P"), ("", "C", "M")):
        for one in filled:
            if _at(one, 6) in kinds:
                return one
    return filled[0]


def _reached(text: str, marks: Marks) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Telephones in E.164 and e-mail addresses of XTN repetitions, in order, each once."""
    phones: list[str] = []
    emails: list[str] = []
    for one in text.split(marks.repeat):
        if not one:
            continue
        parts = [_plain(part, marks) for part in one.split(marks.component)]
        mail = _at(parts, 3) or (parts[0] if "@" in parts[0] else "")
        if 0 < mail.find("@") < len(mail) - 1:
            if mail not in emails:
                emails.append(mail)
            if _at(parts, 2).upper() in ("INTERNET", "X.400") or "@" in parts[0]:
                continue
        number = _telephone(parts)
        if number and number not in phones:
            phones.append(number)
    return tuple(phones), tuple(emails)


def _telephone(parts: list[str]) -> str:
    """Components 5 to 7 (country, area, local), else 12, else the free text of 1."""
    if len(parts) > 6 and parts[6]:
        country = parts[4].lstrip("+").lstrip("0")
        digits = f"{parts[5]}{parts[6]}"
        number = e164(f"+{country}{digits}") if country not in ("", "1") else e164(digits)
        if number:
            return number
    return e164(_at(parts, 11)) or e164(parts[0])


def identifiers(text: str, marks: Marks) -> tuple[Identifier, ...]:
    """The numbers of a field of type CX."""
    found = []
    for one in text.split(marks.repeat):
        parts = one.split(marks.component)
        number = _plain(parts[0], marks)
        if number:
            authority = [part for part in _at(parts, 3).split(marks.sub) if part]
            found.append(
                Identifier(number, marks.unescape(authority[0]).strip() if authority else "", _plain(_at(parts, 4), marks))
            )
    return tuple(found)


@lru_cache(maxsize=4096)
def party(
    text: str, marks: Marks, *, address: str = "", phone: str = "", name: str = "", identifier: str = ""
) -> Party:
    """An organisation: HD (name, identifier) or XON (name in 1, number in 10, else 3), with its address and telephone."""
    if not (text or address or phone or name or identifier):
        return _NO_PARTY
    parts = _components(text, marks)
    home = _address(address, marks) if address else []
    return Party(
        name=name or parts[0],
        identifier=identifier or _at(parts, 9) or (_at(parts, 2) if _at(parts, 2).isdigit() else _at(parts, 1)),
        phone=next(iter(_reached(phone, marks)[0]), "") if phone else "",
        street=_at(home, 0),
        city=_at(home, 2),
        state=_at(home, 3),
        zip=_at(home, 4),
    )
