"""What should be going on: workers, the seal of the journal, senders, reports that wait."""

from __future__ import annotations

from datetime import datetime, timedelta

from config.doctor.finding import Findings, bad, good, warning


def _ago(delta: timedelta) -> str:
    minutes = int(delta.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 60 * 48 else f"{minutes // 1440} days"


def workers(at: datetime) -> Findings:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > %s", [at - timedelta(seconds=60)])
        alive = cursor.fetchone()[0]
        cursor.execute("SELECT min(coalesce(scheduled_at, %s)), count(*) FROM procrastinate_jobs WHERE status = 'todo'"
                       " AND (scheduled_at IS NULL OR scheduled_at < %s)", [at, at - timedelta(minutes=10)])  # fmt: skip
        _, due = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")
        failed = cursor.fetchone()[0]
    if not alive:
        yield bad(
            "workers", f"No worker is running; {due} jobs wait.", "Start `contact work`, and keep it running (systemd, container)."
        )
    else:
        yield good("workers", f"{alive} worker{'s' if alive != 1 else ''} running, {due} jobs waiting.")
    if failed:
        yield warning("failed-jobs", f"{failed} jobs have failed.", "Their errors are in the workers' logs.")


def journal(at: datetime) -> Findings:
    from tracing.journal.models import Entry

    oldest = Entry.objects.filter(number__isnull=True).order_by("at").values_list("at", flat=True).first()
    if oldest is not None and at - oldest > timedelta(minutes=2):
        yield bad(
            "sealer", f"The journal has not been sealed for {_ago(at - oldest)}.", "The sealer is a worker's job: is one running?"
        )
    else:
        yield good("sealer", "The journal is sealed up to now.")


def reports(at: datetime) -> Findings:
    from tracing.intake.models import Delivery, Report

    waiting = Delivery.objects.filter(state="waiting", received_at__lt=at - timedelta(minutes=15)).count()
    unfiled = Report.objects.filter(state="waiting", not_before__lt=at - timedelta(minutes=15)).count()
    if waiting or unfiled:
        yield bad(
            "waiting", f"{waiting} deliveries and {unfiled} reports have waited for more than 15 minutes.",
            "Is a worker running? Start more of them when there is much to file.",
        )  # fmt: skip
    else:
        yield good("waiting", "No delivery and no report waits longer than 15 minutes.")
    held = Report.objects.filter(state="held").count()
    if held:
        yield warning("held", f"{held} reports are held for a person to look at.", "Staff settle them on the page of held reports.")


def senders(at: datetime) -> Findings:
    from django.db.models import Max

    from tracing.intake.models import Source, SourceKey, Trouble

    active = list(Source.objects.filter(active=True).annotate(last=Max("delivery__received_at")).order_by("code"))
    silent = 0
    for source in active:
        quiet = at - (source.last or source.added_at)
        if quiet > timedelta(hours=source.expected_every_hours):
            silent += 1
            yield warning(
                "silent", f"{source.code} has sent nothing for {_ago(quiet)}.", "Ask the sender; see the page of sources."
            )
    if active and not silent:
        yield good("silent", f"All {len(active)} senders have been heard of in time.")
    soon = SourceKey.objects.filter(revoked_at=None, expires_at__lt=at + timedelta(days=14), source__active=True).select_related(
        "source"
    )
    for key in soon:
        newer = SourceKey.objects.filter(source=key.source, revoked_at=None, expires_at__gt=key.expires_at).exists()
        if not newer:
            state = "has expired" if key.expires_at < at else f"expires in {_ago(key.expires_at - at)}"
            yield warning(
                "keys", f"The key of {key.source.code} ending in {key.hint} {state}.", "Make a new one on the page of sources."
            )
    for trouble in Trouble.objects.filter(ended_at=None).select_related("source"):
        yield warning(
            "trouble", f"{trouble.source.code}: {trouble.code} since {trouble.since:%Y-%m-%d %H:%M}.", "See the page of sources."
        )


def people_who_can_work(at: datetime) -> Findings:
    from tracing.access.models import Membership
    from tracing.jurisdictions.models import Unit

    if not Unit.objects.exists():
        yield bad("profile", "No state's profile is loaded: no address can be read.", "Run `contact profile load connecticut`.")
        return
    yield good("profile", "A state's profile is loaded.")
    current = Membership.objects.filter(valid_from__lte=at, valid_until=None, user__is_active=True)
    if not current.filter(role__permissions__contains=["users.administer"]).exists():
        yield bad("administrator", "Nobody may make accounts.", "Run `contact staff add EMAIL --role administrator …`.")
