"""What was and will be said to somebody, and dialled calls, under the reader's own row policies."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Q, QuerySet

from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.messaging.models import Dial, Message, Telephone
from tracing.messaging.rules import SILENT, UNDER_WAY

ASKED_AT_ONCE: Final = 50
ENDS_SOON: Final = timedelta(minutes=15)


def messages_to(person: Any, viewer: Viewer) -> QuerySet[Message]:
    """Messages to a person that the viewer may see, the newest first."""
    return visible_to(Message.objects.filter(person=person), viewer).order_by("-added_at", "-id")


def written_to(person: UUID, disease: str, template: str) -> bool:
    """Whether this letter was put in line for them before, whatever became of it."""
    return Message.objects.filter(person=person, disease=disease, channel=Message.Channel.LETTER, template=template).exists()


def telephone_of(viewer: Viewer) -> Telephone | None:
    """Where the viewer is rung first when they dial."""
    return visible_to(Telephone.objects.filter(user=viewer.user, until__isnull=True), viewer).first()


def dial_of(task: Any, viewer: Viewer) -> Dial | None:
    """The call that the viewer dialled last for this task, since it came to their hand or before."""
    return visible_to(Dial.objects.filter(task=task, user=viewer.user), viewer).order_by("-asked_at").first()


def silent_dials(at: datetime) -> list[Dial]:
    """Calls of which the service has said nothing for longer than it takes, the longest silence first."""
    silent = Q()
    for state, after in SILENT.items():
        silent |= Q(state=state, heard_at__lte=at - after)
    return list(Dial.objects.filter(silent, state__in=UNDER_WAY).order_by("heard_at")[:ASKED_AT_ONCE])


def talking_dials(at: datetime) -> list[Dial]:
    """Calls that go on while the time of their hold runs out, in the hand of who talks."""
    rows = Dial.objects.filter(state=Dial.State.TALKING, task__held_by=F("user"), task__held_until__lte=at + ENDS_SOON)
    return list(rows.select_related("task")[:500])
