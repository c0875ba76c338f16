"""What was and will be said to somebody, under the reader's own row policies."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.messaging.models import Message


def messages_to(person: Any, viewer: Viewer) -> QuerySet[Message]:
    """Messages to a person that the viewer may see, the newest first."""
    return visible_to(Message.objects.filter(person=person), viewer).order_by("-added_at", "-id")


def written_to(person: UUID, disease: str, template: str) -> bool:
    """Whether this letter was put in line for them before, whatever became of it."""
    return Message.objects.filter(person=person, disease=disease, channel=Message.Channel.LETTER, template=template).exists()
