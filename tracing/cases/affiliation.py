"""Where the person of a case belongs besides: school, college, workplace. Shares that follow from it are made here by rule."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from tracing.base.ids import uuid7
from tracing.base.text import fold
from tracing.cases.agreements import agreement
from tracing.cases.models import Affiliation, Case, Share
from tracing.cases.rules import affiliated_until
from tracing.cases.sharing import CannotShare, add_share, end_all, held, receiver, set_until
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.people.models import Address
from tracing.places.models import Place

RULE = "affiliated"


@action
def affiliate(*, case: Case, place: Place, how: str, source: str, by: Actor, at: datetime) -> Affiliation | Unchanged:
    """Keep that the person attends, lives or works at a setting; whoever works there on this platform is shown the case by rule."""
    locked = held(case)
    if Affiliation.objects.filter(case=locked, place=place, ended_at__isnull=True).exists():
        return UNCHANGED
    row = Affiliation(
        id=uuid7(), case=locked, person_id=locked.person_id, disease=locked.disease, place=place, how=how, source=source, at=at,
        by=by.id,
    )  # fmt: skip
    row.save(force_insert=True)
    _say("affiliation.added", row, by, at)
    settle_affiliated(case=locked, by=by, at=at)
    return row


@action
def end_affiliation(*, affiliation: Affiliation, by: Actor, at: datetime) -> Affiliation | Unchanged:
    """The person does not belong there, or no longer; the share that followed from it ends."""
    case = held(Case.objects.get(pk=affiliation.case_id))
    row = Affiliation.objects.select_for_update(no_key=True, of=("self",)).get(pk=affiliation.pk)
    if row.ended_at is not None:
        return UNCHANGED
    row.ended_at, row.ended_by = at, by.id
    row.save(update_fields=["ended_at", "ended_by"])
    _say("affiliation.ended", row, by, at)
    settle_affiliated(case=case, by=by, at=at)
    return row


@action
def recognise(*, case: Case, by: Actor, at: datetime) -> int | Unchanged:
    """Settings of the register that the last interview names, or where the person lives or stays: each is an affiliation.

    What staff have ended is not begun again by the same address or the same words.
    """
    locked = held(case)
    known = set(Affiliation.objects.filter(case=locked).values_list("place", flat=True))
    found = [(place, how, source) for place, how, source in _places(locked) if place.pk not in known]
    for place, how, source in found:
        affiliate(case=locked, place=place, how=how, source=source, by=by, at=at)
    return len(found) or UNCHANGED


def _places(case: Case) -> Iterable[tuple[Place, str, str]]:
    """Only settings that somebody works at on this platform: the others are kept where they were said."""
    connected = Place.objects.filter(organisation__isnull=False)
    last = case.interviews.order_by("-at", "-id").first()
    if last is not None and last.place is not None and last.place.organisation_id is not None:
        yield last.place, "attends", "interview"
    if last is not None and (key := fold(last.setting_name)):
        named = list(connected.filter(name_key=key)[:2])
        if len(named) == 1:
            yield named[0], "lives", "interview"
    keys = Address.objects.filter(person=case.person_id, until__isnull=True).exclude(key="").values("key")
    for place in connected.filter(address_key__in=keys).order_by("name_key", "id")[:5]:
        yield place, "lives", "report"


@action
def settle_affiliated(*, case: Case, by: Actor, at: datetime) -> int | Unchanged:
    """Make the shares by rule what affiliations, isolation and closing say: begun, lengthened, shortened, ended. Safe to repeat."""
    locked = held(case)
    rules = agreement(at.date())
    rule = rules.rule(RULE)
    present = {
        share.unit_id: share
        for share in Share.objects.select_for_update(no_key=True).filter(case=locked, ended_at__isnull=True).exclude(rule="")
    }
    wanted = {}
    if rule is not None:
        places = Affiliation.objects.filter(case=locked, ended_at__isnull=True).select_related("place__organisation")
        organisations = [one.place.organisation for one in places if one.place.organisation is not None]
        wanted = {unit.pk: unit for unit in organisations if unit.kind in rule.organisations}
    changed = 0
    gone = [share for unit, share in present.items() if unit not in wanted or share.until <= at]
    if gone:
        end_all(gone, by, at)
        changed += len(gone)
    for key, unit in wanted.items():
        assert rule is not None
        isolation = locked.isolation
        until = affiliated_until(
            isolation_ends_on=isolation.ends_on if isolation else None, closed_at=locked.closure.at if locked.closure else None,
            at=at, zone=ZoneInfo(unit.time_zone), days=rule.days_after_isolation, longest=rules.share_days_at_most,
        )  # fmt: skip
        share = present.get(key)
        if share is not None and share.until > at:
            open_ended = isolation is None or isolation.ends_on is None
            if until != share.until and not (open_ended and locked.closure is None and share.until > at):
                if until <= at:
                    end_all([share], by, at)
                else:
                    set_until(share, until, by, at)
                changed += 1
            continue
        by_hand = Share.objects.filter(case=locked, unit=unit, ended_at__isnull=True, rule="", until__gt=at).exists()
        if until <= at or by_hand or key in (locked.unit_id, locked.follow_unit_id):
            continue
        try:
            receiver(unit, locked.disease, at)
        except CannotShare:
            continue  # nobody there may see this disease: then nobody is shown it
        add_share(locked, key, locked.unit_id, "school_safety", until, "", RULE, rules.code, by, at)
        changed += 1
    return changed or UNCHANGED


def _say(verb: str, row: Affiliation, by: Actor, at: datetime) -> None:
    record(verb, by=by, at=at, subject=("case", row.case_id), person=row.person_id, disease=row.disease,
           codes={"place": str(row.place_id), "how": row.how, "source": row.source})  # fmt: skip
