"""Every status that a page shows: its word, icon and tone, in this one place. Codes are stored; these words are not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from tracing.uswds.icons import icon

Tone = Literal["good", "info", "warn", "bad", "neutral", "strong"]


@dataclass(frozen=True, slots=True)
class Status:
    label: Any
    icon: str
    tone: Tone


STATUSES: dict[str, Status] = {
    # laboratory result class
    "result.positive": Status(_("Positive"), "add_circle", "bad"),
    "result.negative": Status(_("Negative"), "remove_circle", "neutral"),
    "result.inconclusive": Status(_("Inconclusive"), "help_outline", "warn"),
    "result.invalid": Status(_("Invalid"), "error_outline", "neutral"),
    "result.not_done": Status(_("Not done"), "do_not_disturb", "neutral"),
    "result.numeric": Status(_("Value"), "assessment", "neutral"),
    "result.text": Status(_("Text"), "text_fields", "neutral"),
    "result.other": Status(_("Other"), "more_horiz", "neutral"),
    "result.none": Status(_("No result"), "remove", "neutral"),
    # laboratory result version (HL7 table 0085, in words)
    "version.final": Status(_("Final"), "check", "neutral"),
    "version.preliminary": Status(_("Preliminary"), "hourglass_empty", "info"),
    "version.corrected": Status(_("Corrected"), "edit", "warn"),
    "version.withdrawn": Status(_("Withdrawn"), "cancel", "bad"),
    "version.superseded": Status(_("Replaced"), "history", "neutral"),
    # unit
    "unit.closed": Status(_("Closed"), "check_circle", "neutral"),
    "unit.closing": Status(_("Being handed over"), "hourglass_empty", "info"),
    # case
    "case.open": Status(_("Open"), "folder_open", "info"),
    "case.interviewing": Status(_("Interview begun"), "chat", "info"),
    "case.isolating": Status(_("In isolation"), "home", "info"),
    "case.closed": Status(_("Closed"), "check_circle", "good"),
    "case.reopened": Status(_("Reopened"), "undo", "warn"),
    "class.confirmed": Status(_("Confirmed"), "verified", "strong"),
    "class.probable": Status(_("Probable"), "help", "warn"),
    "class.suspect": Status(_("Suspect"), "help_outline", "warn"),
    "class.not_a_case": Status(_("Not a case"), "remove_circle", "neutral"),
    # contact
    "contact.open": Status(_("To be reached"), "phone", "info"),
    "contact.quarantine": Status(_("In quarantine"), "home", "info"),
    "contact.settled": Status(_("Settled"), "check_circle", "good"),
    # task
    "task.open": Status(_("Waiting"), "schedule", "neutral"),
    "task.locked": Status(_("On a call"), "phone", "info"),
    "task.callback": Status(_("Call agreed"), "event", "info"),
    "task.done": Status(_("Done"), "check_circle", "good"),
    "task.cancelled": Status(_("Cancelled"), "cancel", "neutral"),
    "task.late": Status(_("Late"), "alarm", "bad"),
    # delivery and held report
    "delivery.waiting": Status(_("Waiting"), "hourglass_empty", "info"),
    "delivery.read": Status(_("Read"), "check", "neutral"),
    "delivery.filed": Status(_("Filed"), "check_circle", "good"),
    "delivery.held": Status(_("Held"), "warning", "warn"),
    "delivery.set_aside": Status(_("Set aside"), "do_not_disturb", "neutral"),
    # source of reports
    "source.well": Status(_("On time"), "check_circle", "good"),
    "source.late": Status(_("Late"), "schedule", "warn"),
    "source.silent": Status(_("Silent"), "notifications_off", "bad"),
    "source.expiring": Status(_("Key expires soon"), "lock_outline", "warn"),
    "source.disagrees": Status(_("Totals disagree"), "error_outline", "bad"),
    "source.fallen": Status(_("Sudden fall"), "trending_down", "warn"),
    # matching
    "match.certain": Status(_("Certain"), "check_circle", "good"),
    "match.possible": Status(_("Possible"), "help", "warn"),
    "match.new": Status(_("New person"), "person", "info"),
    "match.same": Status(_("Same"), "check", "good"),
    "match.differs": Status(_("Differs"), "close", "warn"),
    "match.missing": Status(_("Not said"), "remove", "neutral"),
    # person
    "person.deceased": Status(_("Deceased"), "do_not_disturb", "strong"),
    "person.do_not_call": Status(_("Do not call"), "do_not_disturb", "bad"),
    "person.provisional": Status(_("Provisional"), "help", "warn"),
    "person.restricted": Status(_("Restricted"), "lock", "bad"),
    "person.interpreter": Status(_("Interpreter"), "translate", "info"),
    "person.confidential": Status(_("Reach confidentially"), "lock", "bad"),
    "person.unreached": Status(_("Cannot be reached"), "phone", "warn"),
    # way to reach, who answers
    "way.works": Status(_("Works"), "check", "good"),
    "way.does_not_work": Status(_("Does not work"), "close", "bad"),
    "way.not_tried": Status(_("Not tried"), "remove", "neutral"),
    "way.safe": Status(_("Safe"), "verified", "good"),
    "way.not_safe": Status(_("Do not use"), "do_not_disturb", "bad"),
    "guardian.keep_away": Status(_("Keep away"), "do_not_disturb", "bad"),
    "guardian.looks_after": Status(_("Looks after, does not decide"), "people", "neutral"),
    "unreached.mail": Status(_("A letter reaches them"), "mail", "info"),
    "unreached.nothing": Status(_("Nothing is known"), "warning", "bad"),
    "unreached.waits": Status(_("Waits for an answer"), "schedule", "neutral"),
    # account, review of roles
    "account.active": Status(_("In use"), "check_circle", "good"),
    "account.invited": Status(_("Invited"), "mail", "info"),
    "account.unused": Status(_("Not used"), "hourglass_empty", "warn"),
    "account.without_role": Status(_("Without a role"), "help_outline", "neutral"),
    "account.closed": Status(_("Closed"), "do_not_disturb", "neutral"),
    "review.open": Status(_("Open"), "folder_open", "info"),
    "review.overdue": Status(_("Overdue"), "alarm", "bad"),
    "review.closed": Status(_("Closed"), "check_circle", "good"),
    # handed over, sent to another state, referred
    "transfer.offered": Status(_("Waits for an answer"), "schedule", "info"),
    "transfer.escalated": Status(_("With the state's duty list"), "alarm", "bad"),
    "transfer.accepted": Status(_("Accepted"), "check_circle", "good"),
    "transfer.declined": Status(_("Declined"), "do_not_disturb", "warn"),
    "transfer.withdrawn": Status(_("Withdrawn"), "undo", "neutral"),
    "transfer.returned": Status(_("Given back"), "undo", "warn"),
    "package.prepared": Status(_("Prepared"), "edit", "info"),
    "package.sent": Status(_("Sent"), "send", "info"),
    "package.acknowledged": Status(_("Acknowledged"), "check_circle", "good"),
    "package.declined": Status(_("Declined"), "do_not_disturb", "warn"),
    "package.withdrawn": Status(_("Withdrawn"), "undo", "neutral"),
    "referral.asked": Status(_("Asked"), "schedule", "info"),
    "referral.accepted": Status(_("Taken on"), "check_circle", "good"),
    "referral.declined": Status(_("Declined"), "do_not_disturb", "warn"),
    "referral.ended": Status(_("Done"), "check_circle", "neutral"),
    "referral.withdrawn": Status(_("Withdrawn"), "undo", "neutral"),
    # order, refusal
    "order.drafted": Status(_("To be signed"), "edit", "warn"),
    "order.signed": Status(_("To be served"), "mail", "info"),
    "order.served": Status(_("In force"), "verified", "strong"),
    "order.ended": Status(_("Ended"), "check_circle", "neutral"),
    "order.withdrawn": Status(_("Withdrawn"), "undo", "neutral"),
    "order.release": Status(_("Release them"), "alarm", "bad"),
    "refusal.holds": Status(_("Declined"), "do_not_disturb", "warn"),
    # notice
    "notice.at_once": Status(_("At once"), "alarm", "bad"),
    "notice.answered": Status(_("In hand"), "check_circle", "good"),
    "notice.new": Status(_("New"), "info", "info"),
    "on_call.now": Status(_("Now"), "phone", "good"),
    # points of priority
    "priority.draft": Status(_("Draft"), "edit", "warn"),
    "priority.waits": Status(_("Waits for its day"), "schedule", "info"),
    "priority.published": Status(_("Published"), "verified", "good"),
    # review of privacy
    "privacy.open": Status(_("To be reviewed"), "help", "warn"),
    "privacy.justified": Status(_("Justified"), "check_circle", "good"),
    "privacy.not_justified": Status(_("Not justified"), "error_outline", "bad"),
    "privacy.explained": Status(_("Part of the work"), "check_circle", "good"),
    "privacy.not_explained": Status(_("Not part of the work"), "error_outline", "bad"),
    # where
    "place.exact": Status(_("Town known"), "location_on", "good"),
    "place.share": Status(_("By ZIP code"), "location_on", "neutral"),
    "place.disagree": Status(_("Town and ZIP disagree"), "warning", "warn"),
    "place.unknown": Status(_("Address unknown"), "help_outline", "warn"),
}


def of(code: str) -> Status:
    """The status for a code such as `case.open`; an unknown code is shown as its own words, plainly."""
    return STATUSES.get(code) or Status(code.rpartition(".")[2].replace("_", " ").capitalize(), "remove", "neutral")


def draw(code: str, *, label: Any = "") -> SafeString:
    """A word with an icon and a colour; `label` replaces the word (not the meaning) where a page says it better."""
    found = of(code)
    return format_html(
        '<span class="status status--{}">{}<span>{}</span></span>', found.tone, icon(found.icon), label or found.label
    )
