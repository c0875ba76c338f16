"""Who does something: a member of staff, a job, a machine, later a constituent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

ActorKind = Literal["staff", "job", "machine", "constituent"]


@dataclass(frozen=True, slots=True)
class Actor:
    kind: ActorKind
    id: UUID | None = None
    name: str = ""
    """Of a job or a machine; a member of staff is named by id only, so that the entry outlives a change of name."""


def job(name: str) -> Actor:
    return Actor("job", None, name)
