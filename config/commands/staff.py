"""Accounts from the command line: the first administrator, and a way back in when nobody can sign in.

  contact staff add jane@health.example --name "Jane Roe" --role administrator --unit ct
  contact staff list

The password is asked for; with --password-stdin it is the first line of standard input.
"""

from __future__ import annotations

import argparse
import getpass
import sys

from config.ready import Stop, ready


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["add", "list"])
    parser.add_argument("email", nargs="?", default="")
    parser.add_argument("--name", default="")
    parser.add_argument("--role", default="", help="code of a role of the profile")
    parser.add_argument("--unit", default="", help="code of the unit in which the role is held")
    parser.add_argument("--password-stdin", action="store_true")


def run(options: argparse.Namespace) -> int:
    ready("command")
    return _add(options) if options.what == "add" else _list()


def _list() -> int:
    from tracing.access.models import Membership, User

    held: dict[object, list[str]] = {}
    for membership in Membership.objects.filter(valid_until=None).select_related("role", "unit"):
        held.setdefault(membership.user_id, []).append(f"{membership.role.code} in {membership.unit.code}")
    for user in User.objects.order_by("email"):
        state = "" if user.is_active else "  (closed)"
        print(f"{user.email:<40} {', '.join(held.get(user.pk, ['no role']))}{state}")
    return 0


def _add(options: argparse.Namespace) -> int:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError
    from django.db import transaction
    from django.utils import timezone

    from tracing.access.actions import EmailTaken, add_user, grant_membership
    from tracing.access.models import Role
    from tracing.journal.actor import job
    from tracing.jurisdictions.models import Unit

    missing = [word for word in ("email", "name", "role", "unit") if not getattr(options, word)]
    if missing:
        raise Stop("CT160", f"Missing: {', '.join(missing)}. See `contact staff --help`.", 2)
    role = Role.objects.filter(code=options.role).first()
    unit = Unit.objects.filter(code=options.unit).first()
    if role is None:
        codes = ", ".join(Role.objects.order_by("code").values_list("code", flat=True)) or "none; run `contact profile load`"
        raise Stop("CT161", f"There is no role {options.role!r}. There are: {codes}.", 2)
    if unit is None:
        raise Stop("CT162", f"There is no unit {options.unit!r}. The codes are in the profile's units.csv.", 2)
    password = sys.stdin.readline().rstrip("\n") if options.password_stdin else getpass.getpass("Password: ")
    try:
        validate_password(password)
    except ValidationError as wrong:
        raise Stop("CT163", " ".join(wrong.messages), 2) from None
    by, at = job("contact staff"), timezone.now()
    try:
        with transaction.atomic():
            user = add_user(email=options.email, name=options.name, password=password, by=by, at=at)
            grant_membership(user=user, role=role, unit=unit, since=at, by=by, at=at)
    except EmailTaken:
        raise Stop("CT164", f"There is an account {options.email} already.") from None
    print(f"{options.email} may sign in as {role.name} in {unit.name}.")
    return 0
