"""Writing entries and looks. `record` is called inside an `@action`; `look` by every page that shows a person."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tracing.base.ids import uuid7
from tracing.journal.action import UNCHANGED, NotJournaled, Unchanged, action, running
from tracing.journal.actor import Actor
from tracing.journal.models import Disclosure, Entry, Look, OldValues
from tracing.journal.origin import origin

__all__ = ["UNCHANGED", "Actor", "NotJournaled", "Unchanged", "action", "disclose", "look", "record"]


def record(
    verb: str,
    *,
    by: Actor,
    at: datetime,
    subject: tuple[str, UUID | None],
    person: UUID | None = None,
    disease: str = "",
    codes: Mapping[str, Any] | None = None,
    changed: Sequence[str] = (),
    old: Mapping[str, Any] | None = None,
) -> Entry:
    """Say that something happened. Written when the outermost action ends, in its transaction.

    `verb` is declared in a room's `verbs.py` ("case.opened"); `codes` holds short codes, never a value of a person; `changed` names
    fields; `old` holds what they were, kept apart and erasable, with its salted SHA-256 in the entry.
    """
    entry = Entry(
        id=uuid7(), at=at, verb=verb, actor_kind=by.kind, actor_id=by.id, actor_name=by.name,
        subject_kind=subject[0], subject_id=subject[1], person_id=person, disease=disease,
        codes=dict(codes or {}), changed=list(changed),
    )  # fmt: skip
    frame = running()
    if old:
        salt = os.urandom(16)
        values = json.loads(json.dumps(dict(old), default=str))
        entry.old_digest = digest_old(salt, values)
        frame.old.append(OldValues(entry_id=entry.id, person_id=person, disease=disease, salt=salt, values=values))
    frame.entries.append(entry)
    return entry


def digest_old(salt: bytes, values: Mapping[str, Any]) -> bytes:
    """SHA-256 over the salt and the values as canonical JSON."""
    return hashlib.sha256(salt + json.dumps(values, sort_keys=True, default=str).encode()).digest()


def look(*, actor: UUID, at: datetime, page: str, purpose: str, persons: Iterable[UUID]) -> None:
    """Record that a page was shown. Raises when it cannot be written: then the page must not be shown.

    Not an `@action`: it runs under the reading role, which may insert looks and nothing else of the journal.
    """
    here = origin()
    Look.objects.create(
        at=at, actor_id=actor, page=page, purpose=purpose, persons=list(dict.fromkeys(persons)), address=here.address,
        session=here.session,
    )  # fmt: skip


def disclose(
    *,
    by: Actor,
    at: datetime,
    way: str,
    recipient: str,
    purpose: str,
    ground: str,
    persons: Iterable[UUID],
    fields: Sequence[str] = (),
    disease: str = "",
) -> Disclosure:
    """Write down that something about people leaves the agency. Inside an `@action`; the entry that this records holds the row's
    digest, so that the chain of entries keeps it from being altered or removed.

    `way`: "export", "transfer", "api", …; `recipient`: an agency or organisation; `ground`: code of the law or consent that allows
    it; `fields`: names of what goes out, never a value.
    """
    running()
    row = Disclosure(
        at=at, actor_kind=by.kind, actor_id=by.id, actor_name=by.name, way=way, recipient=recipient, purpose=purpose,
        ground=ground, disease=disease, fields=list(fields), persons=list(dict.fromkeys(persons)),
    )  # fmt: skip
    row.save(force_insert=True)
    record(
        "disclosure.made", by=by, at=at, subject=("disclosure", row.pk), person=row.persons[0] if len(row.persons) == 1 else None,
        disease=disease, codes={"way": way, "purpose": purpose, "people": len(row.persons), "digest": digest_disclosure(row)},
    )  # fmt: skip
    return row


def digest_disclosure(row: Disclosure) -> str:
    """SHA-256 over every column of a disclosure as canonical JSON."""
    told = [
        str(row.pk), row.at.astimezone(UTC).isoformat(), row.actor_kind, str(row.actor_id or ""), row.actor_name, row.way,
        row.recipient, row.purpose, row.ground, row.disease, list(row.fields), [str(person) for person in row.persons],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told, separators=(",", ":")).encode()).hexdigest()
