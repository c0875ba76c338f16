"""What the tests of merging share: a few people with something of everything, and what must hold of every row about them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model

from tests.world import BY, NOW, file_all, order, send, somebody
from tracing.access.models import User
from tracing.base.ids import uuid7
from tracing.cases.actions import Answers
from tracing.cases.models import Affiliation, Case, Closure, Interview, Isolation, OutOfState, Proposal, Share, Transfer
from tracing.contacts.actions import Named
from tracing.contacts.interview import record_call
from tracing.contacts.models import Exposure, Quarantine, Unreached
from tracing.intake.models import Source
from tracing.journal.actor import Actor
from tracing.jurisdictions.models import Unit
from tracing.messaging.actions import NewMessage, opt_out, queue
from tracing.people.facts import PersonFacts
from tracing.people.matching import refresh_keys
from tracing.people.merging.links import links, rows
from tracing.people.models import Merge, Person
from tracing.people.recusing import recuse
from tracing.people.restricting import restrict
from tracing.tasks.models import Attempt, Task

HISTORY = ("Merge", "Closure", "Isolation")
"""Decisions that stay as rows when they no longer hold."""
GO_WITH_A_CASE = (Isolation, Closure, Proposal, Interview, Share, Transfer, OutOfState, Affiliation)
STAFF = Actor("staff", uuid7())

Rows = dict[tuple[str, UUID], dict[str, Any]]


def reported(source: Source, seed: int, on: date = date(2021, 1, 13), **changes: Any) -> Person:
    """Somebody with one positive result, filed."""
    before = set(Person.objects.values_list("pk", flat=True))
    send(source, order(somebody(seed, **changes), on=on))
    file_all()
    return Person.objects.exclude(pk__in=before).get()


def case_of(person: Person) -> Case:
    """Of several the open one."""
    found = Case.objects.select_related("follow_unit").filter(filed_on=person.pk).order_by("-closure_id", "pk").first()
    assert found is not None
    return found


def people(source: Source) -> list[Person]:
    """Five, of whom three are ill by their results, one was ill months ago, and one is a contact alone."""
    made = [
        reported(source, 1, phone="2035550101"), reported(source, 2, on=date(2021, 1, 11), phone="2035550102"),
        reported(source, 3, on=date(2020, 8, 1)), reported(source, 4, on=date(2021, 1, 8), phone="2035550101"),
    ]  # fmt: skip
    one, two, long_ago, four = made
    friend = PersonFacts(family="Quint", given="Bo", phones=("+12035550150",))
    meets(one, friend)
    meets(four, PersonFacts(family="Quint", given="Robert", birth_on=date(1991, 1, 1)), days_ago=1)
    made += list(Person.objects.filter(given__in=("Bo", "Robert")).order_by("given"))
    told = [(one, "sms"), (two, "sms"), (two, "email"), (four, "sms")]
    queue(messages=[NewMessage(who.pk, "covid19", way, "case_advice", NOW) for who, way in told], by=BY, at=NOW)
    opt_out(person=two.pk, channel="email", by=BY, at=NOW)
    opt_out(person=four.pk, channel="email", by=BY, at=NOW)
    user = User.objects.create(email="dana@example.org", name="Dana")
    recuse(person=one.pk, user=user.pk, by=BY, at=NOW)
    recuse(person=four.pk, user=user.pk, by=BY, at=NOW)
    restrict(person=long_ago.pk, kind="staff", unit=Unit.objects.get(kind="state").pk, why="", by=BY, at=NOW)
    asks(two, Answers(symptomatic=True, onset_on=date(2021, 1, 9)), at=NOW)
    refresh_keys([who.pk for who in made])
    return made


def meets(source: Person, contact: PersonFacts, days_ago: int = 3, at: datetime = NOW) -> None:
    """A case names somebody."""
    names(case_of(source), contact, days_ago, at)


def names(case: Case, contact: PersonFacts, days_ago: int = 3, at: datetime = NOW) -> None:
    named = Named(contact, "household", NOW.date() - timedelta(days=days_ago))
    record_call(task=None, case=case, answers=None, named=[named], ended=None, by=STAFF, at=at)


def asks(who: Person, answers: Answers, at: datetime) -> None:
    """The interview of the case that is worked on."""
    record_call(task=None, case=worked_on(who), answers=answers, named=[], ended=None, by=STAFF, at=at)


def worked_on(who: Person) -> Case:
    """Their case, or the one under which it rests."""
    case = case_of(who)
    return Case.objects.select_related("follow_unit").get(pk=case.merged_into_id) if case.merged_into_id is not None else case


def everything() -> Rows:
    """Every row about somebody, without the hour before which a call is not made.

    Who cannot be reached is worked out anew by the job that follows merges and their undoing.
    """
    found: Rows = {}
    for link in links():
        if link.model is Unreached:
            continue
        for row in rows(link.model).values():
            found[link.model.__name__, row["id"]] = {name: value for name, value in row.items() if name != "not_before"}
    for person in Person.objects.values():
        found["Person", person["id"]] = dict(person)
    return found


def differences(before: Rows, after: Rows) -> list[str]:
    """What differs, apart from the merges themselves and the decisions that they have left in the history."""
    found = [f"gone: {key}" for key in before.keys() - after.keys()]
    found += [f"new: {key} {row}" for key, row in after.items() if key not in before and key[0] not in HISTORY]
    for key in before.keys() & after.keys():
        found += [f"{key} {name}: {value} → {after[key][name]}" for name, value in before[key].items() if after[key][name] != value]
    return sorted(found)


def astray() -> list[str]:
    """Rows that are not about exactly one person who is there, or about somebody else than whom they were filed on is now."""
    root = {key: into or key for key, into in Person.objects.values_list("pk", "merged_into")}
    linked, hang = _linked()
    found = [f"{key} is merged into {into}, who is merged away" for key, into in root.items() if root[into] != into]
    for name, key, who, first in linked:
        if root[who] != who:
            found.append(f"{name} {key}: about somebody merged away")
        elif who != hang.get((name, key), root[first]):
            found.append(f"{name} {key}: about {who}, filed on {first}, who is {root[first]}")
    for merge in Merge.objects.filter(undone_at=None):
        for one in merge.aside:
            filed = {root[UUID(one["row"][link.filed])] for link in links() if link.model._meta.label_lower == one["model"]}
            if merge.person_id not in filed:
                found.append(f"{one['model']} {one['id']}: kept aside for {merge.person_id}, and is about {filed}")
    return found


def _linked() -> tuple[list[tuple[str, UUID, UUID, UUID]], dict[tuple[str, UUID], UUID]]:
    """Table, key, whom the row is about, on whom it was filed: of every row about anybody. And of those that hang on a case, a call or an
    exposure, whom that is about. In one statement: it is asked after every step."""
    arms = [
        f"SELECT '{link.model.__name__}', id, {link.field}_id, {link.filed} FROM {link.model._meta.db_table} WHERE {link.field}_id IS NOT NULL"
        for link in links()
    ]
    hanging: list[tuple[type[Model], str, type[Model], str]] = [(model, "case_id", Case, "person_id") for model in GO_WITH_A_CASE]
    hanging += [(Attempt, "task_id", Task, "person_id"), (Quarantine, "exposure_id", Exposure, "contact_id")]
    arms += [
        f"SELECT '{model.__name__}', t.id, o.{who}, NULL FROM {model._meta.db_table} t JOIN {other._meta.db_table} o ON o.id = t.{on}"
        for model, on, other, who in hanging
    ]
    arms.append("SELECT 'Task', task_id, person_id, NULL FROM cases_case WHERE task_id IS NOT NULL")
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(arms))
        rows = cursor.fetchall()
    return [row for row in rows if row[3] is not None], {(row[0], row[1]): row[2] for row in rows if row[3] is None and row[2]}


def worked_on_twice() -> list[str]:
    """Illnesses with two open cases, people with two calls for one disease, the same said twice."""
    found = []
    for name, keys in {
        "open case": Case.objects.filter(closure=None).values_list("person", "disease"),
        "call": Task.objects.filter(kind__in=("first_call", "callback"), state__in=("open", "held")).values_list("person", "disease"),
    }.items():
        told = list(keys)
        found += [f"two of {name}: {key}" for key in set(told) if told.count(key) > 1]
    return found


def live() -> list[Merge]:
    return list(Merge.objects.filter(undone_at=None).order_by("pk"))
