"""Who has looked at somebody, and the names of staff."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tracing.access.models import User
from tracing.journal.action import ACTING_ROLE, role
from tracing.journal.queries import looks_at


@dataclass(frozen=True, slots=True)
class Looked:
    """One page that showed a person."""

    at: datetime
    who: str
    page: str
    purpose: str


def who_looked(person: UUID, *, since: datetime, limit: int = 200) -> list[Looked]:
    """Looks at a person, newest first. The caller has checked `journal.see` on a unit that follows the person.

    Looks are hidden from the reading role; they are read under the acting one, for this one question.
    """
    with role(ACTING_ROLE):
        looks = list(looks_at(person, since=since, limit=limit))
    names = staff_names(look.actor_id for look in looks)
    return [Looked(look.at, names.get(look.actor_id, ""), look.page, look.purpose) for look in looks]


def staff_names(ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """Names by key; who has gone and was erased is left out."""
    wanted = {key for key in ids if key is not None}
    return dict(User.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
