"""Who sends: senders, their keys, what keeps them from coming in, and what their codes mean."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from tracing.diseases import codebook
from tracing.intake.actions.holding import refile_by_cause
from tracing.intake.corrections import CLASSES
from tracing.intake.models import LocalMeaning, Source, SourceKey, Trouble
from tracing.intake.queries import state_unit
from tracing.intake.wake import REFILE, wake
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.jurisdictions.models import Unit

KEY_LASTS: Final = timedelta(days=365)
_CODE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
CAUSES: Final = {"test": "code", "value": "value", "word": "word"}
"""Kind of a meaning → the first word of the cause that the reading names (see `diseases.interpret`, `intake.weigh`)."""
CHANGEABLE: Final = ("name", "expected_every_hours", "tests_open_cases", "surveillance", "folder", "pull_every_minutes", "next_pull_at")


class SourceCodeWrong(Exception):
    """A code is 1 to 60 small letters, digits and hyphens."""


class SourceCodeTaken(Exception):
    """There is a sender of this code."""


class SourceNotActive(Exception):
    """Nobody has confirmed this sender, or it was closed."""


class MeaningWrong(Exception):
    """The meaning is none that can be given to a code of this kind."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key and the only time its text is known."""

    row: SourceKey
    key: str


@action
def add_source(
    *,
    code: str,
    name: str,
    unit: Unit,
    expected_every_hours: int = 24,
    tests_open_cases: bool = False,
    surveillance: bool = False,
    folder: str = "",
    pull_every_minutes: int = 60,
    next_pull_at: datetime | None = None,
    active: bool = True,
    by: Actor,
    at: datetime,
) -> Source:
    """A new sender. Where one of this code waits for confirmation, see `activate_source`."""
    if not _CODE.fullmatch(code):
        raise SourceCodeWrong(code)
    if Source.objects.filter(code=code).exists():
        raise SourceCodeTaken(code)
    source = Source(
        code=code, name=name.strip() or code, unit=unit, expected_every_hours=expected_every_hours,
        tests_open_cases=tests_open_cases, surveillance=surveillance, folder=folder.strip(), pull_every_minutes=pull_every_minutes,
        next_pull_at=next_pull_at, active=active, added_at=at,
    )  # fmt: skip
    source.save(force_insert=True)
    record("source.added", by=by, at=at, subject=("source", source.pk), codes={"source": code, "active": active})
    return source


@action
def add_unknown_sender(*, code: str, by: Actor, at: datetime) -> Source:
    """A sender that nobody has told us of, in the state's own unit: what it sends is kept and held until somebody confirms it."""
    known = Source.objects.filter(code=code).first()
    if known is not None:
        return known
    return add_source(code=code, name=code, unit=state_unit(), active=False, by=by, at=at)


@action
def change_source(*, source: Source, values: dict[str, Any], by: Actor, at: datetime) -> Source | Unchanged:
    """Change what is expected of a sender or where it is fetched from: the fields of CHANGEABLE."""
    unknown = values.keys() - set(CHANGEABLE)
    if unknown:
        raise ValueError(f"not changeable: {', '.join(sorted(unknown))}")
    row = Source.objects.select_for_update(no_key=True).get(pk=source.pk)
    old = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
    if not old:
        return UNCHANGED
    for name in old:
        setattr(row, name, values[name])
    row.save(update_fields=list(old))
    record("source.changed", by=by, at=at, subject=("source", row.pk), changed=sorted(old), old=old)
    return row


@action
def activate_source(*, source: Source, by: Actor, at: datetime) -> Source | Unchanged:
    """Confirm a sender: what came from it before and was held for that is filed."""
    if not Source.objects.filter(pk=source.pk, active=False).update(active=True):
        return UNCHANGED
    source.active = True
    record("source.activated", by=by, at=at, subject=("source", source.pk), codes={"source": source.code})
    _mended(f"sender:{source.code}", by=by, at=at)
    return source


@action
def close_source(*, source: Source, by: Actor, at: datetime) -> Source | Unchanged:
    """Take nothing more from a sender by key; what lies in its folder is kept and held."""
    if not Source.objects.filter(pk=source.pk, active=True).update(active=False):
        return UNCHANGED
    source.active = False
    record("source.closed", by=by, at=at, subject=("source", source.pk), codes={"source": source.code})
    return source


@action
def make_key(*, source: Source, lasts: timedelta = KEY_LASTS, by: Actor, at: datetime) -> NewKey:
    """A key with which the sender posts. Its text is returned here and never again: only the SHA-256 is kept.

    256 random bits need no slow digest: they cannot be guessed from it. In hexadecimal, so that no key's last letters (`--revoke`)
    begin with a dash. Older keys go on working until they end, so that a sender can change over without a gap.
    """
    key = f"contact_{secrets.token_hex(32)}"
    row = SourceKey(source=source, digest=key_digest(key), hint=key[-4:], made_at=at, expires_at=at + lasts)
    row.save(force_insert=True)
    record("source_key.made", by=by, at=at, subject=("source", source.pk), codes={"key": row.hint})
    return NewKey(row, key)


@action
def revoke_key(*, key: SourceKey, by: Actor, at: datetime) -> SourceKey | Unchanged:
    """End a key now."""
    if not SourceKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at):
        return UNCHANGED
    key.revoked_at = at
    record("source_key.revoked", by=by, at=at, subject=("source", key.source_id), codes={"key": key.hint})
    return key


def key_digest(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


@action
def claim_pull(*, by: Actor, at: datetime) -> Source | Unchanged:
    """Take the sender whose pull is most overdue and set its next one, so that no other worker fetches the same now."""
    source = (
        Source.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(active=True, next_pull_at__lte=at)
        .order_by("next_pull_at")
        .first()
    )
    if source is None:
        return UNCHANGED
    source.next_pull_at = at + timedelta(minutes=max(1, source.pull_every_minutes))
    source.save(update_fields=["next_pull_at"])
    record("source.pull_begun", by=by, at=at, subject=("source", source.pk), changed=["next_pull_at"])
    return source


@action
def note_troubles(*, source: Source, seen: Collection[tuple[str, str]], by: Actor, at: datetime) -> int | Unchanged:
    """`seen`: every trouble there is with this sender's files now, as (code, file name). New ones begin, the others end."""
    now = {(code, name[:200]) for code, name in seen}
    known = {(row.code, row.name): row for row in Trouble.objects.select_for_update(no_key=True).filter(source=source, ended_at=None)}
    begun = [
        Trouble(source=source, unit_id=source.unit_id, code=code, name=name, since=at) for code, name in sorted(now - known.keys())
    ]
    over = [row.pk for key, row in known.items() if key not in now]
    if not begun and not over:
        return UNCHANGED
    Trouble.objects.bulk_create(begun)
    if over:
        Trouble.objects.filter(pk__in=over).update(ended_at=at)
    codes = {"begun": sorted({row.code for row in begun}), "ended": len(over)}
    record("source.troubles_noted", by=by, at=at, subject=("source", source.pk), codes=codes)
    return len(begun) + len(over)


@action
def add_local_meaning(
    *, source: Source | None, kind: str, code: str, meaning: str, by: Actor, at: datetime
) -> LocalMeaning | Unchanged:
    """Say what a code means, for one sender or (None) for all, and take up again the reports that were held for it.

    A test means a LOINC we know or a condition; a result code or word means a class.
    """
    book = codebook.load()
    right = meaning in book.tests or meaning in book.conditions if kind == "test" else meaning in CLASSES
    if kind not in LocalMeaning.Kind.values or not right or not 0 < len(code) <= 120:
        raise MeaningWrong(f"{kind} {meaning}")
    live = LocalMeaning.objects.select_for_update(no_key=True).filter(source=source, kind=kind, code=code, ended_at=None).first()
    if live is not None and live.meaning == meaning:
        return UNCHANGED
    if live is not None:
        LocalMeaning.objects.filter(pk=live.pk).update(ended_at=at)
    row = LocalMeaning(source=source, kind=kind, code=code, meaning=meaning, added_at=at)
    row.save(force_insert=True)
    subject: tuple[str, UUID | None] = ("source", source.pk if source else None)
    record("meaning.added", by=by, at=at, subject=subject, codes={"kind": kind, "code": code, "meaning": meaning})
    _mended(f"{CAUSES[kind]}:{code}", by=by, at=at)
    return row


@action
def end_local_meaning(*, meaning: LocalMeaning, by: Actor, at: datetime) -> LocalMeaning | Unchanged:
    """From now on the code means nothing again; what was filed by it stays as it is."""
    if not LocalMeaning.objects.filter(pk=meaning.pk, ended_at=None).update(ended_at=at):
        return UNCHANGED
    meaning.ended_at = at
    record("meaning.ended", by=by, at=at, subject=("source", meaning.source_id), codes={"kind": meaning.kind, "code": meaning.code})
    return meaning


def _mended(cause: str, *, by: Actor, at: datetime) -> None:
    """Refile the first set with the mending; a job does the rest."""
    if refile_by_cause(cause=cause, by=by, at=at):
        wake(REFILE, once=f"{REFILE} {cause}"[:400], cause=cause)
