"""Who did or saw what, when, from where, why: one shape for entries, looks and sign-ins, by key. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal
from uuid import UUID

Kind = Literal["entry", "look", "sign_in"]




@dataclass(frozen=True, slots=True)
class Event:
    """One line of an audit. Holds keys and codes, never anybody's name but a machine's."""

    kind: Kind
    id: UUID
    at: datetime
    what: str
    """The journal's verb, the code of the page, or the way of signing in."""
    actor_kind: str
    actor: UUID | None
    actor_name: str = ""
    """Of a job or a machine."""
    address: str = ""
    session: str = ""
    subject_kind: str = ""
    subject: UUID | None = None
    persons: tuple[UUID, ...] = ()
    why: str = ""
    """The purpose of a look; the reason of an act, by its code."""
    refused: bool = False
    changed: tuple[str, ...] = ()
    codes: Mapping[str, Any] = field(default_factory=dict)
    number: int | None = None


REASONS: Final = ("reason", "why", "purpose", "refused_for")
"""Under these codes an entry tells why."""


def of_entry(entry: Any) -> Event:
    """An entry of the journal."""
    told = [str(entry.codes[code]) for code in REASONS if entry.codes.get(code)]
    return Event(
        kind="entry", id=entry.pk, at=entry.at, what=entry.verb, actor_kind=entry.actor_kind, actor=entry.actor_id,
        actor_name=entry.actor_name, address=entry.address or "", session=entry.session or "", subject_kind=entry.subject_kind,
        subject=entry.subject_id, persons=(entry.person_id,) if entry.person_id else (), why=told[0] if told else "",
        refused=entry.verb.endswith("_refused"), changed=tuple(entry.changed), codes=entry.codes, number=entry.number,
    )  # fmt: skip


def of_look(look: Any) -> Event:
    """A page that was shown."""
    return Event(
        kind="look", id=look.pk, at=look.at, what=look.page, actor_kind="staff", actor=look.actor_id, address=look.address or "",
        session=look.session or "", persons=tuple(look.persons), why=look.purpose, number=look.number,
    )  # fmt: skip


def of_sign_in(attempt: Any) -> Event:
    """An attempt to sign in; of nobody when the account does not exist."""
    return Event(
        kind="sign_in", id=attempt.pk, at=attempt.at, what=attempt.method, actor_kind="staff", actor=attempt.user_id,
        address=attempt.address or "", subject_kind="user", subject=attempt.user_id, why=attempt.refused_for,
        refused=not attempt.succeeded, codes={"factor": attempt.factor} if attempt.factor else {},
    )  # fmt: skip


HEADS: Final = (
    "kind", "id", "at", "what", "actor_kind", "actor", "actor_name", "address", "session", "subject_kind", "subject", "persons", "why",
    "refused", "changed", "number",
)  # fmt: skip


def csv_row(event: Event) -> list[str]:
    persons = " ".join(str(person) for person in event.persons)
    return [
        event.kind, str(event.id), event.at.astimezone(UTC).isoformat(), event.what, event.actor_kind, str(event.actor or ""),
        event.actor_name, event.address, event.session, event.subject_kind, str(event.subject or ""), persons, event.why,
        "yes" if event.refused else "", " ".join(event.changed), str(event.number or ""),
    ]  # fmt: skip


def csv_lines(events: Iterable[Event]) -> Iterator[str]:
    """A head and one line an event."""
    yield _line(HEADS)
    for event in events:
        yield _line(csv_row(event))


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()
