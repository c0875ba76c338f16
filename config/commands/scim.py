"""Keys with which an organisation's directory makes, changes and closes accounts (docs/directory.md).

  contact scim add-key new-haven --name "Entra of the city" --days 365
  contact scim list
  contact scim revoke-key HINT

A key is shown once. It reaches the accounts of its unit alone.
"""

from __future__ import annotations

import argparse

from config.ready import Stop, ready


def arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="what", required=True, metavar="add-key | list | revoke-key")
    add = words.add_parser("add-key", help="make a key for a unit's directory")
    add.add_argument("unit", metavar="UNIT", help="code of the unit whose accounts the directory keeps")
    add.add_argument("--name", default="", help="what the directory is called here")
    add.add_argument("--days", type=int, default=365, metavar="N", help="how long it lasts (365)")
    words.add_parser("list", help="keys that were not revoked")
    revoke = words.add_parser("revoke-key", help="end a key at once")
    revoke.add_argument("hint", metavar="HINT", help="its last four characters")


def run(options: argparse.Namespace) -> int:
    ready("command")
    match options.what:
        case "add-key":
            return _add(options)
        case "revoke-key":
            return _revoke(options.hint)
        case _:
            return _list()


def _add(options: argparse.Namespace) -> int:
    from datetime import timedelta

    from django.utils import timezone

    from tracing.access.actions.client_keys import add_client_key
    from tracing.journal.actor import job
    from tracing.jurisdictions.models import Unit

    unit = Unit.objects.filter(code=options.unit).first()
    if unit is None:
        raise Stop("CT162", f"There is no unit {options.unit!r}. The codes are in the profile's units.csv.", 2)
    if not 1 <= options.days <= 730:
        raise Stop("CT166", "A key lasts 1 to 730 days.", 2)
    name, at = options.name or f"Directory of {unit.name}", timezone.now()
    made = add_client_key(name=name, unit=unit, lasts=timedelta(days=options.days), by=job("contact scim"), at=at)
    print(made.key)
    print(f"The key of {unit.name} is shown this once. It ends on {made.row.expires_at:%B %-d, %Y}.")
    return 0


def _list() -> int:
    from tracing.access.directory import live_client_keys

    for key in live_client_keys(None):
        used = f"{key.last_used_at:%Y-%m-%d %H:00}" if key.last_used_at else "never"
        print(f"…{key.hint}  {key.unit.code:<30} ends {key.expires_at:%Y-%m-%d}  used {used:<16}  {key.name}")
    return 0


def _revoke(hint: str) -> int:
    from django.utils import timezone

    from tracing.access.actions.client_keys import revoke_client_key
    from tracing.access.directory import live_client_keys
    from tracing.journal.actor import job

    found = [key for key in live_client_keys(None) if key.hint == hint.lstrip("…")]
    if not found:
        raise Stop("CT167", f"No key ends in {hint!r}. `contact scim list` shows them.", 2)
    for key in found:
        revoke_client_key(key=key, by=job("contact scim"), at=timezone.now())
    print(f"Revoked: {', '.join(f'{key.name} of {key.unit.name}' for key in found)}.")
    return 0
