"""Roles as a table: what each is for, every permission, who made it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from tracing.access.models import Role
from tracing.access.rules import PERMISSIONS
from tracing.access.rules.granting import BY_TWO


def every_role() -> list[Role]:
    """Those that are given, the profile's first."""
    return list(Role.objects.filter(ended_at__isnull=True).order_by("own", "name"))


def role_of(key: UUID) -> Role | None:
    return Role.objects.filter(pk=key).first()


def waiting_roles() -> list[Role]:
    """Made by one and not yet confirmed by another."""
    return list(Role.objects.filter(waiting=True, ended_at__isnull=True).order_by("name"))


def by_two(role: Role) -> bool:
    """Whether two people give it wherever it is given."""
    return role.powerful or bool(frozenset(role.permissions) & BY_TWO)


def as_markdown(roles: Sequence[Role]) -> str:
    """The roles as an auditor reads them on paper: a line for each role, then roles × permissions."""
    lines = ["| Role | Code | What it is for | Sees of a person | Reaches | Given by |", "| --- | --- | --- | --- | --- | --- |"]
    for role in roles:
        given = "two people" if by_two(role) else "one person"
        sees = role.get_sight_display() if "people.see" in role.permissions else "no person"
        agreed = "; counts with agreement and training" if role.needs_agreement else ""
        lines.append(
            f"| {role.name} | `{role.code}` | {role.description} | {sees} | {role.get_reach_display()} | {given}{agreed} |"
        )
    lines += ["", "| May | Roles that may |", "| --- | --- |"]
    for code, words in PERMISSIONS.items():
        holders = ", ".join(role.name for role in roles if code in role.permissions)
        lines.append(f"| {words} (`{code}`) | {holders or 'none'} |")
    return "\n".join(lines) + "\n"
