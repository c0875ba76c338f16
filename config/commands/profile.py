"""Load a state's profile: areas, towns, departments, place names, roles, rule sets. Safe to repeat after every change.

contact profile load connecticut      a folder of `profiles/`
contact profile load /etc/contact/ct  your own
"""

from __future__ import annotations

import argparse
import tomllib
from datetime import datetime
from pathlib import Path

from config.ready import Stop, ready


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["load"])
    parser.add_argument("profile", help="name of a folder of profiles/, or a path")


def run(options: argparse.Namespace) -> int:
    ready("command")
    from django.conf import settings
    from django.utils import timezone

    named = settings.PROFILES / options.profile
    folder = named if "/" not in options.profile and named.is_dir() else Path(options.profile)
    if not (folder / "profile.toml").is_file():
        raise Stop("CT150", f"There is no profile in {folder} (no profile.toml).", 2)
    for line in load(folder, at=timezone.now()):
        print(line)
    return 0


def load(folder: Path, *, at: datetime) -> list[str]:
    """Everything that a state's folder and this program's rule sets say; one line on each part. Needs Django configured."""
    from tracing.access.actions import load_roles
    from tracing.diseases.actions import publish_rule_sets
    from tracing.journal.actor import job
    from tracing.jurisdictions.actions import load_profile
    from tracing.jurisdictions.profile import ProfileWrong

    by = job("contact profile load")
    try:
        places = load_profile(profile=folder, by=by, at=at)
    except ProfileWrong as wrong:
        raise Stop("CT151", f"The profile {folder} cannot be loaded; nothing was changed.\n{wrong}") from None
    roles = load_roles(roles=_roles(folder), by=by, at=at)
    rules = publish_rule_sets(by=by, at=at)
    return [
        f"Areas and departments: {'brought up to date' if places else 'unchanged'}",
        f"Roles: {len(roles) if isinstance(roles, list) else 'unchanged'}",
        f"Rule sets: {', '.join(f'{r.disease} {r.version}' for r in rules) if isinstance(rules, list) else 'unchanged'}",
    ]


def _roles(folder: Path) -> list[dict[str, object]]:
    file = folder / "roles.toml"
    if not file.exists():
        raise Stop("CT152", f"{file} is missing: it says which roles there are and what each may do.", 2)
    return list(tomllib.loads(file.read_text(encoding="utf-8"))["role"])
