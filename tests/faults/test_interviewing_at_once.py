"""A page that keeps an answer as it is typed, and contacts named from the same page in the same moment."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import date
from queue import SimpleQueue
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from tests.world import BY, NOW, connecticut, file_all, order, send, somebody
from tracing.access.actions import add_user, grant_membership
from tracing.access.models import Role
from tracing.cases.interviewing import keep_answers
from tracing.cases.models import Case
from tracing.contacts.actions import Named, name_contacts
from tracing.contacts.models import Exposure
from tracing.people.facts import PersonFacts
from tracing.people.models import Person
from tracing.questionnaires.actions import Said
from tracing.questionnaires.models import Answer
from tracing.questionnaires.shipped import asked_of
from tracing.questionnaires.taking import Speaker

pytestmark = pytest.mark.django_db(transaction=True)


def _wait(session: int) -> bool:
    """Whether this session waits for a row. From the locks, which are read as they are: activity is not, inside of a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pid = %s)", [session])
        return bool(cursor.fetchone()[0])


def test_naming_and_keeping_an_answer_never_wait_for_each_other_in_a_ring() -> None:
    """Naming holds the case and adds rows that point at its person, whom keeping an answer holds while it waits for the case."""
    send(connecticut(), order(somebody(1), on=date(2021, 1, 13)))
    file_all()
    case = Case.objects.get()
    document = asked_of("covid19", "case")
    assert document is not None
    ended, sessions = dict[str, Any](), SimpleQueue[int]()

    def run(name: str, verb: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            sessions.put(connection.connection.info.backend_pid)
            ended[name] = verb()
        except Exception as error:
            ended[name] = error
        finally:
            connection.close()

    def naming() -> Any:
        paolo = Named(PersonFacts(family="Marchetti", given="Paolo"), "household", date(2021, 1, 12))
        return name_contacts(case=case, named=[paolo], by=BY, at=NOW)

    def keeping() -> Any:
        said = [Said("", "illness.any", True)]
        return keep_answers(case=case, questionnaire=document, said=said, speaker=Speaker("en"), by=BY, at=NOW)

    threads = []
    with transaction.atomic():
        Case.objects.select_for_update(no_key=True).get(pk=case.pk)
        for name, verb in (("naming", naming), ("keeping", keeping)):
            threads.append(threading.Thread(target=run, args=(name, verb)))
            threads[-1].start()
            session = sessions.get(timeout=30)
            while not _wait(session) and threads[-1].is_alive():
                pass
    for thread in threads:
        thread.join(60)
    assert not [each for each in ended.values() if isinstance(each, Exception)] and set(ended) == {"naming", "keeping"}, ended
    case.refresh_from_db()
    assert case.symptomatic is True and Exposure.objects.filter(source=case).count() == 1


def test_a_page_that_the_database_gave_up_is_asked_once_more() -> None:
    """Somebody holds the case and then wants its person; the page holds the person and waits for the case. The database ends the page's
    transaction, which waited first; asked again it waits until the other has ended, and keeps what was said."""
    send(connecticut(), order(somebody(1), on=date(2021, 1, 13)))
    file_all()
    case = Case.objects.get()
    user = add_user(email="supervisor@example.org", name="Ruth", password=None, by=BY, at=NOW)
    grant_membership(user=user, role=Role.objects.get(code="supervisor"), unit=case.unit, since=NOW, by=BY, at=NOW)
    client = Client()
    client.force_login(user)
    address = reverse("desk:case_questions", args=[case.pk])
    hidden = re.findall(r'<input type="hidden" name="([ro]~[^"]+)" value="([^"]*)"', client.get(address).content.decode())
    sent = {**dict(hidden), "language": "en", "informant": "self", "name": "", "q~~illness.any": "yes"}
    answers, sessions = SimpleQueue[Any](), SimpleQueue[int]()

    def page() -> None:
        try:
            connection.ensure_connection()
            sessions.put(connection.connection.info.backend_pid)
            answers.put(client.post(address, sent))
        except Exception as error:
            answers.put(error)
        finally:
            connection.close()

    thread = threading.Thread(target=page)
    with transaction.atomic():
        Case.objects.select_for_update(no_key=True).get(pk=case.pk)
        thread.start()
        session = sessions.get(timeout=30)
        while not _wait(session) and thread.is_alive():
            pass
        Person.objects.select_for_update(no_key=True).get(pk=case.person_id)
        assert answers.empty(), f"it was to be begun anew and to wait: {answers.get()}"
    thread.join(60)
    answer = answers.get(timeout=1)
    assert not isinstance(answer, Exception) and answer.status_code == 302, answer
    case.refresh_from_db()
    assert case.symptomatic is True and Answer.objects.count() == 1
