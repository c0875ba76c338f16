"""Who may be somebody known: second records of people who are known already, some of them merged, told apart or sent on; and reports of
this hour whose person may be known, a few of them elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Final

SECOND, REPORTS = 22, 12
AWAY: Final = 5
"""Every so many is somebody of another department: of them a reviewer in New Haven sees initials, age and town."""


def seed(*, at: datetime, say: Callable[[str], None]) -> str:
    from tracing.access.models import User
    from tracing.intake.actions.pairs import cannot_say, decide_different, decide_same, send_decision, take_back
    from tracing.journal.actor import Actor
    from tracing.jurisdictions.models import Unit
    from tracing.people.models import Duplicate, Match, Person

    if Duplicate.objects.exists():
        return "nothing new"
    by = Actor("staff", User.objects.get(email="supervisor@demo.example").pk)
    home = Unit.objects.get(code="new-haven")
    people = [one.person for one in _open_cases("new-haven", SECOND + REPORTS)]
    elsewhere = [one.person for one in _open_cases("", REPORTS)]
    _second_records(people[:SECOND], at)
    pairs = list(Duplicate.objects.filter(unit=home, also_unit=None).order_by("-score", "pk"))
    if len(pairs) > 6:
        early = at - timedelta(hours=1)
        for pair in pairs[:2]:  # merged; the first stays so
            step = decide_same(pair=pair, keep=Person.objects.get(pk=pair.one_id), by=by, at=early)
        take_back(step=step, by=by, at=early + timedelta(minutes=1))
        decide_different(pair=pairs[2], by=by, at=early + timedelta(minutes=2))
        cannot_say(item=pairs[3], why="No telephone on the second record.", by=by, at=early + timedelta(minutes=3))
    across = Duplicate.objects.filter(unit=home).exclude(also_unit=None).order_by("pk").first()
    if across is not None:
        state = Unit.objects.filter(parent=None).order_by("pk")[0]
        send_decision(item=across, to=state, from_unit=home, why="You see both.", by=by, at=at - timedelta(minutes=50))
    _reports(people[SECOND:], elsewhere, at)
    # The state gives some to the department that knows them; some name people of another one, who are masked there.
    officer = Actor("staff", User.objects.get(email="state@demo.example").pk)
    away = {str(person.pk) for person in elsewhere}
    possible = list(Match.objects.filter(outcome=Match.Outcome.POSSIBLE).order_by("due_at", "pk"))
    masked = [match for match in possible if any(one["person"] in away for one in match.candidates)]
    for match in [*[match for match in possible if match not in masked][:5], *masked[:2]]:
        send_decision(item=match, to=home, from_unit=match.unit, why="You have spoken with them.", by=officer, at=at)
    waiting = Match.objects.filter(outcome=Match.Outcome.POSSIBLE).count()
    return f"{Duplicate.objects.filter(decision='').count()} pairs of records and {waiting} reports that may be somebody known"


def _open_cases(unit: str, most: int) -> list[Any]:
    from tracing.cases.models import Case

    known = Case.objects.filter(closure=None, person__given__gt="", person__birth_on__isnull=False)
    known = known.filter(unit__code=unit) if unit else known.exclude(unit__code="new-haven").filter(unit__kind="department")
    return list(known.select_related("person").order_by("opened_at", "id")[:most])


def _slip(given: str, number: int) -> str:
    """A letter left out, or another at the end."""
    return given[:1] + given[2:] if number % 3 and len(given) > 3 else given + "e"


def _other_day(born: date, number: int) -> date:
    return born.replace(day=born.day % 28 + 1) if number % 2 else born.replace(day=min(born.month, 28), month=min(born.day, 12))


def _second_records(people: list[Any], at: datetime) -> None:
    """As they come about: a report that nobody decided in time opens a provisional person, and a scan finds the two."""
    from tracing.base.ids import uuid7
    from tracing.journal.actor import job
    from tracing.jurisdictions.models import Unit
    from tracing.people.actions import NewStanding, Wanted, give_standings, match_or_add
    from tracing.people.duplicates import FoundPair, propose_duplicates
    from tracing.people.facts import PersonFacts
    from tracing.people.models import Match
    from tracing.people.rules import FEED

    by, before = job("demo"), at - timedelta(days=2)
    units = {unit.code: unit.pk for unit in Unit.objects.filter(code__in=("new-haven", "hartford"))}
    found: list[FoundPair] = []
    for number, one in enumerate(people):
        facts = PersonFacts(
            family=one.family, given=_slip(one.given, number), birth_on=_other_day(one.birth_on, 1), sex=one.sex,
            phones=(f"+1203555{100 + number:04}",),
        )  # fmt: skip
        unit = units["hartford" if number % AWAY == AWAY - 1 else "new-haven"]
        wanted = Wanted(uuid7(), facts, as_of=before, unit=unit, possible_until=before)
        if match_or_add(wanted=[wanted], rank=FEED, source="feed", by=by, at=before)[0].outcome != "possible":
            continue
        match = Match.objects.get(report_id=wanted.report)
        late = Wanted(wanted.report, facts, as_of=before, unit=unit, possible_until=before, match=match)
        second = match_or_add(wanted=[late], rank=FEED, source="feed", by=by, at=before + timedelta(seconds=1))[0].person
        if second is None:
            continue
        give_standings(standings=[NewStanding(second, unit, "residence", "covid19")], by=by, at=before)
        told = match.candidates[0]
        found.append(FoundPair(one.pk, second, told["score"], "possible", tuple(told["reasons"]), "demo"))
    propose_duplicates(pairs=found, by=by, at=before)


def _reports(people: list[Any], elsewhere: list[Any], at: datetime) -> None:
    """Sent in now by a laboratory that got a name and a date slightly wrong."""
    from config.demo.lab.formats import hl7_text
    from config.demo.lab.invented import Invented
    from config.demo.lab.orders import CHARTER_OAK, CLINICS, PCR, POSITIVE, Finding, Order
    from tracing.intake.actions.reading import read_delivery
    from tracing.intake.actions.receiving import receive
    from tracing.intake.filing_in_sets import file_some
    from tracing.intake.models import Delivery, Source
    from tracing.journal.actor import job
    from tracing.people.models import Address, WayToReach

    by, source = job("demo"), Source.objects.get(code="charter-oak")
    taken = at - timedelta(days=1)
    for number in range(REPORTS):
        away = number % AWAY == 1 and len(elsewhere) > number
        one = elsewhere[number] if away else people[number] if len(people) > number else None
        way = WayToReach.objects.filter(person=one, kind="phone").order_by("id").first()
        address = Address.objects.filter(person=one, kind="residence").order_by("-as_of").first()
        if one is None or way is None or address is None:
            continue
        street, zip_code = ("77 Audubon St", "06510") if away else (address.street, address.zip[:5])
        who = Invented(
            f"98{number:05}", one.family, _slip(one.given, number), _other_day(one.birth_on, 0), one.sex, street, "New Haven", "CT",
            zip_code, middle=one.middle[:1], phone=way.value.removeprefix("+1"),
        )  # fmt: skip
        order = Order(
            who, (Finding(*PCR, *POSITIVE),), taken, at - timedelta(hours=1), f"DEMO-TWICE-{number}", f"demo-twice-{number}", CHARTER_OAK,
            CLINICS[0],
        )  # fmt: skip
        receipt = receive(
            source=source, chunks=[hl7_text(order).encode()], channel="command", name=f"twice-{number}.hl7", by=by, at=at
        )
        read_delivery(delivery=Delivery.objects.get(pk=receipt.id), by=by, at=at)
    while file_some(by=by, at=at):
        pass
