"""A state sets its own points: what is wrong is named, who would move is shown, and what was shown is what happens."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from tracing.desk.tests.world import World, add_case
from tracing.diseases.models import Tuning
from tracing.diseases.tuning import rules_in_force
from tracing.tasks import previewing
from tracing.tasks.jobs import advance_previews
from tracing.tasks.models import Task
from tracing.tasks.moves import restored

pytestmark = pytest.mark.django_db
WHERE = ("desk:priorities_points", ["covid19", "case"])


@pytest.fixture
def calls(made: World) -> World:
    """Old and young people, half and half, who wait for a call."""
    for number in range(6):
        born = date(1940, 1, 1) if number % 2 else date(1990, 1, 1)
        add_case(made, f"Moved{number}", "Ana", phone=f"+1203555010{number}", born=born)
    return made


def given(page: Any, **changed: Any) -> dict[str, str]:
    form = page.context["form"]
    sent = {name: str(form[name].value()) for name in form.fields if form[name].value() is not None}
    return sent | {"note": "More of the old"} | {name: str(value) for name, value in changed.items()}


def test_who_would_move_is_shown_and_is_what_happens(calls: World) -> None:
    state, url = calls.client("state_epidemiologist"), reverse(WHERE[0], args=WHERE[1])
    before = {row.pk: row.priority for row in Task.objects.filter(disease="covid19", state="open")}
    page = state.get(url)
    assert page.status_code == 200 and "The shipped points hold." in page.content.decode()
    assert state.post(url, given(page, w_age_80=300)).status_code == 302
    shown = state.get(url).content.decode()
    draft = Tuning.objects.get()
    moves = restored(draft.preview)
    old = Task.objects.filter(disease="covid19", state="open", facts__age__gte=80).exclude(facts={}).count()
    assert (moves.up, moves.down, moves.total) == (old, 0, previewing.waiting(draft).count()) and old >= 3
    assert "Publish, from" in shown and "Aged" in shown or "age" in shown
    assert {row.pk: row.priority for row in Task.objects.filter(pk__in=before)} == before, "nothing has moved yet"
    assert state.post(reverse("desk:priorities_publish", args=WHERE[1]), {"draft": str(draft.pk)}).status_code == 302
    advance_previews(calls.at)
    moved = {row.pk for row in Task.objects.filter(pk__in=before) if row.priority > before[row.pk]}
    assert len(moved) == moves.up, "what was shown is what happened"
    row = Task.objects.get(pk=next(iter(moved)))
    assert row.rule.endswith(f"/{draft.from_on:%Y-%m-%d}"), "every score says by which points it was made"
    later = add_case(calls, "Later", "Eva", phone="+12035550199", born=date(1940, 1, 1))
    assert later.task is not None and ["age_80", 300] in [reason[:2] for reason in later.task.reasons], "what comes in after it, too"


def test_points_of_a_later_day_wait_for_it(calls: World) -> None:
    state, url = calls.client("state_epidemiologist"), reverse(WHERE[0], args=WHERE[1])
    from_on = calls.at.date() + timedelta(days=30)
    assert state.post(url, given(state.get(url), w_age_80=300, from_on=from_on)).status_code == 302
    draft = Tuning.objects.get()
    state.post(reverse("desk:priorities_publish", args=WHERE[1]), {"draft": str(draft.pk)})
    advance_previews(calls.at)
    assert Tuning.objects.get().applied_at is None and rules_in_force()["covid19"].priority["case"].at(calls.at.date())[0].id.startswith("PRI")
    advance_previews(calls.at + timedelta(days=31))
    assert Tuning.objects.get().applied_at is not None


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"w_age_80": "2000"}, "1000"), ({"w_age_80": ""}, "required"), ({"base": "-5"}, "0"),
        ({"from_on": "2020-01-01", "w_age_80": "1"}, "This day is over."), ({}, "Nothing is other than it is now"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_comes_back_with_what_was_typed(made: World, changed: dict[str, str], says: str) -> None:
    state, url = made.client("state_epidemiologist"), reverse(WHERE[0], args=WHERE[1])
    answer = state.post(url, given(state.get(url), **changed))
    assert answer.status_code == 422 and says in answer.content.decode() and "More of the old" in answer.content.decode()
    assert not Tuning.objects.exists()


def test_a_long_list_is_counted_in_steps_and_published_when_done(calls: World) -> None:
    state, url = calls.client("state_epidemiologist"), reverse(WHERE[0], args=WHERE[1])
    state.post(url, given(state.get(url), w_age_80=300))
    draft = Tuning.objects.get()
    whole = restored(draft.preview)
    Tuning.objects.filter(pk=draft.pk).update(preview={}, seen=0, previewed_after=None, previewed_at=None)
    by = calls.actor("state_epidemiologist")
    previewing.advance_preview(tuning=draft, by=by, at=calls.at, limit=2)
    answer = state.post(reverse("desk:priorities_publish", args=WHERE[1]), {"draft": str(draft.pk)}, follow=True)
    assert "still counted" in answer.content.decode() and "Counted 2 of" in answer.content.decode()
    while previewing.advance_preview(tuning=draft, by=by, at=calls.at, limit=2):
        pass
    draft.refresh_from_db()
    assert draft.previewed_at is not None and (restored(draft.preview).up, restored(draft.preview).total) == (whole.up, whole.total)


def test_who_may_look_and_who_may_set(calls: World) -> None:
    url = reverse(WHERE[0], args=WHERE[1])
    supervisor = calls.client("supervisor")
    page = supervisor.get(url)
    assert page.status_code == 200 and "Set by state epidemiologists" in page.content.decode()
    assert supervisor.post(url, given(page, w_age_80=300)).status_code == 403
    assert calls.client("tracer").get(url).status_code == 403
    assert supervisor.get(reverse("desk:priorities")).status_code == 200
    state = calls.client("state_epidemiologist")
    assert state.get(reverse(WHERE[0], args=["covid19", "nobody"])).status_code == 404
    state.post(url, given(state.get(url), w_age_80=300))
    drop = reverse("desk:priorities_drop", args=WHERE[1])
    assert state.post(drop, {"draft": str(Tuning.objects.get().pk)}).status_code == 302
    assert Tuning.objects.get().state == "dropped" and state.post(drop, {"draft": str(Tuning.objects.get().pk)}).status_code == 404
