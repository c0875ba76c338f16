"""This machine and its settings: nothing here asks the database."""

from __future__ import annotations

import shutil
from pathlib import Path

from config.doctor.finding import Findings, bad, good, warning

GIGABYTE = 1_000_000_000


def secrets_and_addresses() -> Findings:
    from django.conf import settings

    if settings.DEMO:
        yield warning(
            "demo",
            "This is a demo: no TLS, cookies without protection, made-up people only.",
            "Unset CONTACT_DEMO for real people.",
        )
    else:
        yield good("demo", "Secure settings: TLS only, protected cookies, no debug pages.")
        if not settings.ALLOWED_HOSTS:
            yield bad("hosts", "No host name is allowed: every request is refused.", "Set CONTACT_HOSTS=contact.health.example")
        elif "*" in settings.ALLOWED_HOSTS:
            yield bad("hosts", "Any host name is accepted.", "Name yours in CONTACT_HOSTS instead of *.")
        else:
            yield good("hosts", f"Answers to {', '.join(settings.ALLOWED_HOSTS)}.")
        if not settings.BEHIND_PROXY:
            yield warning(
                "proxy", "No reverse proxy is declared; behind one, every page would redirect to itself for ever.",
                "Set CONTACT_BEHIND_PROXY=1 when a proxy ends TLS (X-Forwarded-Proto); else give `contact serve` a certificate.",
            )  # fmt: skip
        if settings.SECURE_HSTS_SECONDS < 86_400 * 30:
            yield warning("hsts", "Browsers are told for less than 30 days to use TLS.", "Leave CONTACT_HSTS_SECONDS out.")
    if len(set(settings.SECRET_KEY)) < 10:
        yield bad(
            "secret", "The secret key is not random.",
            "Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'",
        )  # fmt: skip
    else:
        yield good("secret", "The secret key is long enough and varied.")


def assets() -> Findings:
    from django.conf import settings

    if settings.STATIC_ROOT is not None:
        if (settings.STATIC_ROOT / "staticfiles.json").exists():
            yield good("assets", "Style sheets, fonts and scripts are collected.")
        else:
            yield bad("assets", "Style sheets, fonts and scripts are not collected.", "Run `contact assets --collect`.")
    elif (settings.ASSETS / "uswds" / "css" / "uswds.min.css").exists():
        yield good("assets", "Style sheets, fonts and icons are here.")
    else:
        yield bad("assets", "Style sheets, fonts and icons are missing.", "Run `contact assets`.")


def disk() -> Findings:
    from django.conf import settings

    for place in {Path(settings.BASE_DIR), Path("/tmp")}:
        free = shutil.disk_usage(place).free
        says = f"{free / GIGABYTE:.0f} GB are free where {place} lies."
        if free < GIGABYTE:
            yield bad("disk", says, "Make room: deliveries that cannot be stored are refused.")
        elif free < 5 * GIGABYTE:
            yield warning("disk", says, "Make room soon.")
        else:
            yield good("disk", says)


def folders() -> Findings:
    from django.conf import settings

    if not (settings.PROFILES / settings.PROFILE / "profile.toml").exists():
        yield bad("profile-folder", f"There is no profile in {settings.PROFILES / settings.PROFILE}.", "Set CONTACT_PROFILE.")
    if settings.WATCHED_FOLDER and not Path(settings.WATCHED_FOLDER).is_dir():
        says = f"The watched folder {settings.WATCHED_FOLDER} does not exist."
        yield bad("watched", says, "Make it, or unset CONTACT_WATCHED_FOLDER.")
