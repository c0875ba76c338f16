"""Mail to staff: claimed, handed to the mail server outside of any transaction, recorded. It says that something waits, and how much.

A mail that may have gone out is not sent a second time; one that the server did not take is tried again a few times.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _

from tracing.base.ids import uuid7
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.notices.models import StaffMail
from tracing.notices.told import telling

log = logging.getLogger(__name__)
LOST_AFTER: Final = timedelta(minutes=15)
TRIES: Final = 5
AGAIN: Final = timedelta(minutes=5)
STALE: Final = timedelta(hours=12)
"""A mail that could not be sent for so long says nothing new: the page has said it since."""


class NotSent(Exception):
    """The mail server did not take it. `again`: it may later."""

    def __init__(self, problem: str, again: bool) -> None:
        super().__init__(problem)
        self.problem, self.again = problem, again


@action
def queue_morning(*, numbers: Mapping[UUID, Mapping[str, int]], day: date, by: Actor, at: datetime) -> int | Unchanged:
    """Put the morning's mail in line for each of these members of staff: figures alone, once a day."""
    had = set(StaffMail.objects.filter(kind="morning", day=day, user__in=numbers).values_list("user_id", flat=True))
    rows = [
        StaffMail(id=uuid7(), user_id=user, kind="morning", day=day, numbers={name: int(number) for name, number in figures.items()}, not_before=at)
        for user, figures in numbers.items() if user not in had
    ]  # fmt: skip
    if not rows:
        return UNCHANGED
    StaffMail.objects.bulk_create(rows)
    record("staff_mail.queued", by=by, at=at, subject=("staff_mail", None), codes={"kind": "morning", "number": len(rows)})
    return len(rows)


@action
def claim_mail(*, by: Actor, at: datetime, limit: int = 20) -> list[StaffMail] | Unchanged:
    """Take what is due; nobody else gets it. What was claimed and never recorded may have gone out: it is told as lost. What is stale is
    not sent."""
    lost = StaffMail.objects.filter(state="claimed", claimed_at__lte=at - LOST_AFTER).update(state="failed", problem="lost", ended_at=at)
    stale = StaffMail.objects.filter(state="queued", not_before__lte=at - STALE).update(state="failed", problem="stale", ended_at=at)
    if lost or stale:
        record("staff_mail.failed", by=by, at=at, subject=("staff_mail", None), codes={"lost": lost, "stale": stale})
    due = StaffMail.objects.select_for_update(no_key=True, skip_locked=True, of=("self",)).select_related("user", "told__unit")
    rows = list(due.filter(state="queued", not_before__lte=at, user__is_active=True).order_by("not_before", "id")[:limit])
    if not rows:
        return UNCHANGED
    for row in rows:
        row.state, row.claimed_at, row.tries = StaffMail.State.CLAIMED, at, row.tries + 1
    StaffMail.objects.bulk_update(rows, ["state", "claimed_at", "tries"])
    record("staff_mail.claimed", by=by, at=at, subject=("staff_mail", None), codes={"number": len(rows)})
    return rows


@action
def record_mail(*, mail: StaffMail, problem: str = "", again: bool = False, by: Actor, at: datetime) -> StaffMail | Unchanged:
    """The server took it, or did not, with this code; `again`: it is tried later, a few times."""
    row = StaffMail.objects.select_for_update(no_key=True).get(pk=mail.pk)
    if row.state != StaffMail.State.CLAIMED:
        return UNCHANGED
    if problem and again and row.tries < TRIES:
        row.state, row.claimed_at, row.not_before, row.problem = StaffMail.State.QUEUED, None, at + AGAIN, problem[:40]
    else:
        row.state, row.ended_at, row.problem = StaffMail.State.FAILED if problem else StaffMail.State.SENT, at, problem[:40]
    row.save(update_fields=["state", "claimed_at", "not_before", "ended_at", "problem"])
    record("staff_mail.failed" if problem else "staff_mail.sent", by=by, at=at, subject=("staff_mail", row.pk),
           codes={"kind": str(row.kind), **({"problem": problem[:40]} if problem else {})})  # fmt: skip
    return row


def send(mail: StaffMail, on: date) -> None:
    """Hand one mail to the mail server. Raises NotSent."""
    server = settings.MAIL
    if server is None:
        raise NotSent("no_server", True)
    subject, body = words(mail, on)
    connection = get_connection(
        "django.core.mail.backends.smtp.EmailBackend", host=server.host, port=server.port, username=server.user, password=server.password,
        use_tls=server.tls == "starttls", use_ssl=server.tls == "tls", timeout=20,
    )  # fmt: skip
    try:
        EmailMessage(subject, body, settings.MAIL_FROM, [mail.user.email], connection=connection).send()
    except smtplib.SMTPAuthenticationError as fault:
        raise NotSent("not_signed_in", True) from fault
    except smtplib.SMTPRecipientsRefused as fault:
        raise NotSent("recipient_refused", False) from fault
    except smtplib.SMTPResponseException as fault:
        raise NotSent(f"smtp_{fault.smtp_code}", 400 <= fault.smtp_code < 500) from fault
    except OSError as fault:  # SMTPException is one
        raise NotSent("not_reached", True) from fault
    finally:
        connection.close()  # one that could not sign in stays open otherwise


FIGURES: Final[Sequence[tuple[str, Any]]] = (
    ("at_once", "To be dealt with at once"), ("received", "Came in since yesterday evening"), ("contacts", "Contacts named"),
    ("untried", "Nobody has tried within a day"), ("tried", "Tried"), ("reached", "Reached"), ("interviewed", "Interviewed"),
    ("waiting", "Calls that wait"), ("agreed", "Of these with an hour agreed for today"), ("transfers", "Transfers to answer"),
    ("orders", "Orders to sign"), ("lines", "Facilities with a new case"), ("deaths", "Deaths recorded"),
)  # fmt: skip
"""Names of figures, in the order of the mail."""


def words(mail: StaffMail, on: date) -> tuple[str, str]:
    """Subject and text: no name, no disease, no place but the department's."""
    if mail.kind == StaffMail.Kind.MORNING:
        lines = [f"{label}: {mail.numbers[name]}" for name, label in FIGURES if mail.numbers.get(name)]
        return _("ContaCT this morning"), "\n".join([*(lines or [_("A quiet night: nothing waits.")]), "", _("Open the page:"), link("/morning")])
    told = mail.told
    if told is None:
        return _("ContaCT: a notice waits"), link("/notices")
    rule = telling(on).rules.get(told.rule)
    what = rule.label if rule is not None else _("A notice")
    asks = _("Somebody must answer for it at once.") if told.at_once else ""
    return (
        _("ContaCT: something must be answered at once") if told.at_once else _("ContaCT: a notice waits"),
        "\n".join([f"{what}: {told.unit.name}.", *([asks] if asks else []), "", _("Open the page:"), link("/notices")]),
    )


def link(path: str) -> str:
    return f"{settings.ADDRESS}{path}"
