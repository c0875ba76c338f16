"""Pages of users: accounts, roles given and confirmed, lists of staff, reviews, working as one role, links and passwords."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import load_workbook

from tracing.access.actions import add_user, close_user, grant_membership, open_reviews
from tracing.access.models import AccessReview, GrantProposal, Invitation, Membership, ReviewLine, Role, Session, User
from tracing.access.rules.sheet import COLUMNS
from tracing.desk.tests.world import BY, PASSWORD, World
from tracing.journal.jobs import seal_all
from tracing.journal.models import Entry
from tracing.tasks.jobs import follow_leavers
from tracing.tasks.models import Task

pytestmark = pytest.mark.django_db


def staff(made: World, name: str, role: str, unit: str) -> User:
    user = add_user(email=f"{name}@example.org", name=f"{name.title()} Two", password=PASSWORD, by=BY, at=made.at - timedelta(days=5))
    grant_membership(
        user=user, role=Role.objects.get(code=role), unit=made.units[unit], since=made.at - timedelta(days=5), why="began here", by=BY,
        at=made.at - timedelta(days=5),
    )  # fmt: skip
    made.staff[name] = user
    return user


@pytest.fixture
def two(made: World) -> World:
    """With a second administrator of the state, and one of New Haven."""
    staff(made, "second", "administrator", "ct")
    staff(made, "local", "department_administrator", "new-haven")
    return made


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_the_list_shows_who_is_administered_and_finds_them(two: World) -> None:
    everybody = text(two.client("administrator").get(reverse("desk:users")))
    local = text(two.client("local").get(reverse("desk:users")))
    assert "tracer@example.org" in everybody and "elsewhere@example.org" in everybody and "nobody@example.org" in everybody
    assert "tracer@example.org" in local and "elsewhere@example.org" not in local and "nobody@example.org" not in local
    found = text(two.client("administrator").post(reverse("desk:users"), {"words": "elsewh"}))
    assert "elsewhere@example.org" in found and "tracer@example.org" not in found
    assert "No account is like that" in text(two.client("administrator").post(reverse("desk:users"), {"words": "zzz"}))


def test_an_account_that_is_not_theirs_is_not_there(two: World) -> None:
    other = reverse("desk:user", args=[two.staff["elsewhere"].pk])
    assert two.client("local").get(other).status_code == 404
    for name in ("user_grant", "user_close", "user_reopen", "user_link"):
        assert two.client("local").post(reverse(f"desk:{name}", args=[two.staff["elsewhere"].pk])).status_code == 404
    membership = Membership.objects.get(user=two.staff["elsewhere"])
    for name in ("membership_end", "membership_training"):
        assert two.client("local").post(reverse(f"desk:{name}", args=[membership.pk])).status_code == 404
    assert two.client("administrator").get(other).status_code == 200


def test_a_role_is_given_with_its_reason_and_ended(two: World) -> None:
    client, who = two.client("local"), two.staff["tracer"]
    wrong = client.post(reverse("desk:user_grant", args=[who.pk]), {"role": "director", "unit": "new-haven", "why": "Interim"})
    assert wrong.status_code == 422 and "Ask an administrator of the state" in text(wrong) and 'value="Interim"' in text(wrong)
    sent = client.post(reverse("desk:user_grant", args=[who.pk]), {"role": "supervisor", "unit": "new-haven", "why": "Interim"})
    assert sent.status_code == 302
    page = text(client.get(reverse("desk:user", args=[who.pk])))
    assert "Interim" in page and "given by Local Two" in page
    membership = Membership.objects.get(user=who, role__code="supervisor")
    assert client.post(reverse("desk:membership_end", args=[membership.pk])).status_code == 302
    membership.refresh_from_db()
    assert membership.valid_until == two.at


def test_a_powerful_role_waits_for_the_second(two: World) -> None:
    first, second = two.client("administrator"), two.client("second")
    url = reverse("desk:user_grant", args=[two.staff["tracer"].pk])
    assert first.post(url, {"role": "auditor", "unit": "ct", "why": "Audit of the year"}).status_code == 302
    proposal = GrantProposal.objects.get()
    own, other = text(first.get(reverse("desk:users_waiting"))), text(second.get(reverse("desk:users_waiting")))
    assert "another administrator confirms" in own and "Audit of the year" in other
    answer = reverse("desk:grant_answer", args=[proposal.pk])
    first.post(answer, {"do": "confirm"})
    assert not Membership.objects.filter(role__code="auditor").exists()
    second.post(answer, {"do": "confirm"})
    assert Membership.objects.get(role__code="auditor").user == two.staff["tracer"]
    assert "proposed by Administrator One, confirmed by Second Two" in text(first.get(reverse("desk:user", args=[two.staff["tracer"].pk])))
    assert "Nothing waits for you" in text(second.get(reverse("desk:users_waiting")))


def test_a_leaver_is_out_and_what_they_had_in_hand_goes_back(two: World) -> None:
    browser, task = two.client("tracer"), two.cases["Ana Rivera"].task
    assert browser.post(reverse("desk:next_call")).status_code == 302
    held = Task.objects.get(held_by=two.staff["tracer"])
    assert task is not None
    assert two.client("local").post(reverse("desk:user_close", args=[two.staff["tracer"].pk])).status_code == 302
    assert not Session.objects.filter(user=two.staff["tracer"]).exists()
    assert browser.get(reverse("desk:my_day")).status_code == 302
    seal_all()
    assert follow_leavers(two.at) == 1
    held.refresh_from_db()
    assert (held.state, held.held_by_id) == ("open", None)
    assert Entry.objects.filter(verb="task.released", subject_id=held.pk).exists()


# ── one invited ─────────────────────────────────────────────────────────────────────────────────────────────────────


def invite(client: Client, email: str = "nora@example.org") -> str:
    """The key of the link that the page shows."""
    given = {"name": "Nora Vance", "email": email, "role": "tracer", "unit": "new-haven", "why": "Surge"}
    answer = client.post(reverse("desk:user_new"), given)
    assert answer.status_code == 200, text(answer)
    found = re.search(r"welcome\?key=([\w-]+)", text(answer))
    assert found is not None
    return found.group(1)


def test_who_is_invited_sets_a_password_once(two: World) -> None:
    key = invite(two.client("local"))
    stranger = Client()
    assert stranger.get(f"/welcome?key={key}").status_code == 200
    weak = stranger.post("/welcome", {"key": key, "new": "short", "again": "short"})
    assert weak.status_code == 422 and "too short" in text(weak)
    other = stranger.post("/welcome", {"key": key, "new": PASSWORD, "again": PASSWORD + "x"})
    assert other.status_code == 422 and "Type the same password twice" in text(other)
    assert stranger.post("/welcome", {"key": key, "new": PASSWORD, "again": PASSWORD}).status_code == 302
    assert User.objects.get(email="nora@example.org").check_password(PASSWORD)
    again = stranger.post("/welcome", {"key": key, "new": PASSWORD, "again": PASSWORD})
    assert again.status_code == 422 and "does not open anything" in text(again)


def test_a_link_that_does_not_open_never_says_why(two: World) -> None:
    key = invite(two.client("local"))
    told = set()
    for case in ("unknown", "expired", "closed"):
        user = User.objects.get(email="nora@example.org")
        Invitation.objects.filter(user=user).update(expires_at=two.at - timedelta(days=1) if case == "expired" else two.at + timedelta(days=1))
        if case == "closed":
            close_user(user=user, by=BY, at=two.at)
        answer = Client().post("/welcome", {"key": "nothing" if case == "unknown" else key, "new": PASSWORD, "again": PASSWORD})
        told.add(re.sub(r'name="(csrfmiddlewaretoken|key)" value="[^"]*"', "", text(answer)))
        assert answer.status_code == 422
    assert len(told) == 1, "all look the same"


def test_many_wrong_links_wait(two: World) -> None:
    stranger = Client()
    for number in range(20):
        stranger.post("/welcome", {"key": f"wrong-{number}", "new": PASSWORD, "again": PASSWORD})
    assert "Wait five minutes" in text(stranger.post("/welcome", {"key": "wrong", "new": PASSWORD, "again": PASSWORD}))
    elsewhere = Client(REMOTE_ADDR="203.0.113.5")
    assert elsewhere.post("/welcome", {"key": invite(two.client("local")), "new": PASSWORD, "again": PASSWORD}).status_code == 302


def test_a_new_way_into_a_powerful_account_takes_two(two: World) -> None:
    target = two.staff["state_epidemiologist"]
    User.objects.filter(pk=target.pk).update(last_seen_at=two.at)
    assert two.client("local").post(reverse("desk:user_link", args=[target.pk])).status_code == 404
    page = text(two.client("administrator").post(reverse("desk:user_link", args=[target.pk])))
    key = re.search(r"welcome\?key=([\w-]+)", page)
    assert key is not None and "before a second administrator confirms" in page
    used = {"key": key.group(1), "new": PASSWORD + "!", "again": PASSWORD + "!"}
    assert Client().post("/welcome", used).status_code == 422
    confirm = reverse("desk:link_confirm", args=[Invitation.objects.get(user=target).pk])
    two.client("administrator").post(confirm)
    assert Client().post("/welcome", used).status_code == 422, "not by the one who made it"
    two.client("second").post(confirm)
    assert Client().post("/welcome", used).status_code == 302


def test_one_s_own_password(two: World) -> None:
    here, there = two.client("tracer"), two.client("tracer")
    url = reverse("desk:password")
    wrong = here.post(url, {"present": "wrong", "new": "another long password", "again": "another long password"})
    assert wrong.status_code == 422 and "not your present password" in text(wrong)
    assert here.post(url, {"present": PASSWORD, "new": "another long password", "again": "another long password"}).status_code == 302
    assert here.get(reverse("desk:my_day")).status_code == 200, "who changed it stays in"
    assert there.get(reverse("desk:my_day")).status_code == 302, "other browsers do not"
    assert User.objects.get(pk=two.staff["tracer"].pk).check_password("another long password")


# ── many invited ────────────────────────────────────────────────────────────────────────────────────────────────────

HEAD = "email,name,role,unit,diseases,from,until,why,agreement_on,trained_on\n"


def upload(client: Client, content: str | bytes, name: str = "staff.csv"):  # type: ignore[no-untyped-def]
    data = content.encode() if isinstance(content, str) else content
    return client.post(reverse("desk:users_sheet"), {"file": SimpleUploadedFile(name, data)})


def packed(answer: object) -> str:
    found = re.search(r'name="packed" value="([^"]+)"', text(answer))
    assert found is not None
    return found.group(1)


def test_a_list_is_shown_with_what_is_wrong_before_anything_happens(two: World) -> None:
    rows = (
        "one@example.org,Una One,Contact tracer,New Haven,,,,surge,,\n"
        "not an address,Due Two,tracer,new-haven,,,,,,\n"
        "three@example.org,,Pilot,Atlantis,plague,soon,2001-01-01,,,\n"
        "one@example.org,Una One,tracer,new-haven,,,,,,\n"
    )
    answer = upload(two.client("administrator"), HEAD + rows)
    page = text(answer)
    assert answer.status_code == 422
    for says in ("is no e-mail address", "is empty and needed", "Pilot", "Atlantis", "plague", "is no date", "is in the past",
                 "stands in row 2 with the same role and unit", "1 row is right"):  # fmt: skip
        assert says in page, says
    assert not User.objects.filter(email="one@example.org").exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "empty"), ("email,name\na@b.co,A\n", "role, unit"), (HEAD, "no rows"), (b"PK\x03\x04 broken", "cannot be read"),
        (b"\x00\x01\x02binary", "cannot be read"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_list_says_so(two: World, content: str | bytes, says: str) -> None:
    answer = upload(two.client("administrator"), content)
    assert answer.status_code == 422 and says in text(answer)


def test_hundreds_are_invited_and_doing_it_again_does_nothing_more(two: World) -> None:
    client = two.client("local")
    rows = "".join(f"new{n}@example.org,Nova N{n},Contact tracer,New Haven,,,,surge,,\n" for n in range(620))
    preview = upload(client, HEAD + rows)
    assert preview.status_code == 200 and "620 rows are right" in text(preview)
    done = client.post(reverse("desk:users_sheet_send"), {"packed": packed(preview)})
    assert done.status_code == 200 and "620 links were made" in text(done)
    assert User.objects.filter(email__startswith="new").count() == 620 == Membership.objects.filter(source="sheet").count()
    links = client.post(reverse("desk:users_sheet_links"), {"packed": packed(done)})
    table = list(csv.reader(io.StringIO(links.content.decode("utf-8-sig"))))
    assert len(table) == 621 and "/welcome?key=" in table[1][2]
    key = table[1][2].partition("key=")[2]
    assert Client().post("/welcome", {"key": key, "new": PASSWORD, "again": PASSWORD}).status_code == 302
    again = client.post(reverse("desk:users_sheet_send"), {"packed": packed(upload(client, HEAD + rows))})
    assert "Was there already" in text(again) and 'name="packed"' not in text(again)
    assert User.objects.filter(email__startswith="new").count() == 620 == Invitation.objects.count()
    renewed = client.post(reverse("desk:users_sheet_send"), {"packed": packed(upload(client, HEAD + rows)), "renew": "yes"})
    assert "619 links were made" in text(renewed)
    assert Entry.objects.filter(verb="staff.invited_by_list").count() == 6


def test_a_list_gives_no_more_than_its_giver_may(two: World) -> None:
    rows = (
        "a@example.org,Ada A,Health department director,New Haven,,,,,,\n"
        "b@example.org,Bea B,Contact tracer,New Haven,hiv,,,,,\n"
        "c@example.org,Cai C,Contact tracer,New Haven,,,,,,\n"
    )
    client = two.client("local")
    page = text(client.post(reverse("desk:users_sheet_send"), {"packed": packed(upload(client, HEAD + rows))}))
    assert "power over others that you do not hold" in page and "named by an administrator of the state" in page
    assert set(User.objects.filter(email__regex="^[abc]@").values_list("email", flat=True)) == {"c@example.org"}


def test_what_was_read_by_another_or_altered_is_refused(two: World) -> None:
    given = packed(upload(two.client("administrator"), HEAD + "x@example.org,Xa X,tracer,new-haven,,,,,,\n"))
    for who, value in (("second", given), ("administrator", given + "x"), ("administrator", "")):
        assert two.client(who).post(reverse("desk:users_sheet_send"), {"packed": value}).status_code == 302
    assert not User.objects.filter(email="x@example.org").exists()


def test_the_form_to_fill_in_is_read_back(two: World) -> None:
    client = two.client("local")
    answer = client.get(reverse("desk:users_sheet_form"))
    book = load_workbook(io.BytesIO(answer.content))
    assert tuple(book.get_sheet_by_index(0).to_python()[0]) == COLUMNS
    assert "New Haven Health Department" in {row[1] for row in book.get_sheet_by_name("Lists").to_python()}
    preview = upload(client, answer.content, "staff.xlsx")
    assert preview.status_code == 200 and "Jane Roe" in text(preview) and "1 row is right" in text(preview)


# ── who has what, reviews, accounts that nobody uses ────────────────────────────────────────────────────────────────


def test_who_has_what_and_why(two: World) -> None:
    client = two.client("local")
    page = text(client.get(reverse("desk:users_who")))
    assert "Tracer One" in page and "began here" in page and "Elsewhere One" not in page
    taken = client.post(reverse("desk:users_who_export") + "?below=1")
    table = list(csv.reader(io.StringIO(taken.content.decode("utf-8-sig"))))
    assert ["Local Two", "User administrator of a department"] in [row[:2] for row in table]
    assert Entry.objects.filter(verb="staff.listed").count() == 1


def test_a_review_is_decided_closed_and_kept(two: World) -> None:
    open_reviews(by=BY, at=two.at)
    assert open_reviews(by=BY, at=two.at).__class__.__name__ == "Unchanged", "once a quarter"
    review = AccessReview.objects.get(unit=two.units["new-haven"])
    client = two.client("local")
    assert "New Haven" in text(client.get(reverse("desk:reviews")))
    other = AccessReview.objects.get(unit=two.units["hartford"])
    assert client.get(reverse("desk:review", args=[other.pk])).status_code == 404
    lines = {line.membership.user_id: line for line in ReviewLine.objects.filter(review=review).select_related("membership")}
    tracer, supervisor, own = (lines[two.staff[name].pk] for name in ("tracer", "supervisor", "local"))
    url = reverse("desk:review", args=[review.pk])
    client.post(url, {f"line-{tracer.pk}": "keep", f"line-{supervisor.pk}": "end", f"line-{own.pk}": "keep", "line-x": "keep"})
    own.refresh_from_db()
    assert own.decision == "", "nobody decides on their own"
    supervisor.membership.refresh_from_db()
    assert supervisor.membership.valid_until == two.at
    client.post(reverse("desk:review_close", args=[review.pk]))
    review.refresh_from_db()
    assert review.closed_at is None, "something is undecided"
    state = two.client("administrator")
    state.post(url, {f"line-{own.pk}": "keep"})
    state.post(reverse("desk:review_close", args=[review.pk]))
    review.refresh_from_db()
    assert (review.closed_at, review.closed_by) == (two.at, two.staff["administrator"].pk)
    record = state.post(reverse("desk:review_export", args=[review.pk])).content.decode("utf-8-sig")
    assert {(row[0], row[7], row[8]) for row in csv.reader(io.StringIO(record))} >= {
        ("Tracer One", "keep", "Local Two"), ("Supervisor One", "end", "Local Two"), ("Local Two", "keep", "Administrator One"),
    }  # fmt: skip


def test_an_overdue_review_shows_to_the_state(two: World) -> None:
    open_reviews(by=BY, at=two.at)
    AccessReview.objects.filter(unit=two.units["hartford"]).update(due_on=two.at.date() - timedelta(days=1))
    page = text(two.client("administrator").get(reverse("desk:reviews") + "?state=overdue"))
    assert "1 review is overdue" in page and "Hartford" in page and "New Haven" not in page


def test_unused_accounts_are_closed_only_when_somebody_says_so(two: World) -> None:
    User.objects.filter(pk=two.staff["tracer"].pk).update(added_at=two.at - timedelta(days=60))
    client, url = two.client("local"), reverse("desk:users_unused")
    assert "tracer@example.org" in text(client.get(url)) and User.objects.get(pk=two.staff["tracer"].pk).is_active
    assert "Choose at least one" in text(client.post(url, {}))
    page = text(client.post(url, {"user": [str(two.staff["tracer"].pk), str(two.staff["elsewhere"].pk), "nonsense"]}))
    assert "1 account was closed" in page
    assert not User.objects.get(pk=two.staff["tracer"].pk).is_active and User.objects.get(pk=two.staff["elsewhere"].pk).is_active


def test_a_role_is_defined_confirmed_and_ended_on_its_page(two: World) -> None:
    first, second = two.client("administrator"), two.client("second")
    given = {"name": "Watch", "code": "watch", "description": "Looks after all.", "permissions": ["people.see", "people.see_restricted"],
             "sight": "whole", "reach": "unit"}  # fmt: skip
    refused = first.post(reverse("desk:role_new"), {**given, "permissions": ["audit.see"]})
    assert refused.status_code == 422 and "You do not hold" in text(refused)
    assert first.post(reverse("desk:role_new"), given).status_code == 302
    role = Role.objects.get(code="watch")
    assert "Waits for a second person" in text(first.get(reverse("desk:roles")))
    first.post(reverse("desk:role_confirm", args=[role.pk]))
    role.refresh_from_db()
    assert role.waiting
    second.post(reverse("desk:role_confirm", args=[role.pk]))
    assert not Role.objects.get(code="watch").waiting
    second.post(reverse("desk:role_end", args=[role.pk]))
    assert reverse("desk:role", args=[role.pk]) not in text(first.get(reverse("desk:roles")))


# ── working as one of several ───────────────────────────────────────────────────────────────────────────────────────


def test_who_has_several_roles_may_work_as_one(two: World) -> None:
    user = two.staff["tracer"]
    client = two.client("tracer")
    assert "Work as" not in text(client.get(reverse("desk:my_day"))), "with one role there is nothing to choose"
    masked = grant_membership(
        user=user, role=Role.objects.get(code="help_desk"), unit=two.units["hartford"], since=two.at - timedelta(days=1), by=BY, at=two.at
    )
    tracer = Membership.objects.get(user=user, role__code="tracer")
    person = reverse("desk:person", args=[two.cases["Ana Rivera"].person_id])
    assert "Work as" in text(client.get(reverse("desk:my_day")))
    assert "Rivera" not in text(client.get(reverse("desk:case_list"))), "the narrower sight holds for both"
    assert client.post(reverse("desk:work_as"), {"hat": str(tracer.pk)}).status_code == 302
    page = text(client.get(reverse("desk:case_list")))
    assert "You work as" in page and "Rivera" in page and client.get(person).status_code == 200
    client.post(reverse("desk:work_as"), {"hat": str(masked.pk)})  # type: ignore[union-attr]
    assert client.get(person).status_code == 404, "Hartford's help desk has no standing with somebody of New Haven"
    other = Membership.objects.get(user=two.staff["supervisor"])
    client.post(reverse("desk:work_as"), {"hat": str(other.pk)})
    assert Session.objects.get(user=user).hat_id == masked.pk, "nobody works as somebody else"  # type: ignore[union-attr]
    client.post(reverse("desk:work_as"), {"hat": ""})
    assert Session.objects.get(user=user).hat_id is None
    assert Entry.objects.filter(verb="user.hat_chosen").count() == 3
