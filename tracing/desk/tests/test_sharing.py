"""Sharing, handing over, referring, telling another state: the pages, from both sides."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from tracing.cases.affiliation import affiliate
from tracing.cases.handing import escalate_transfer, offer_transfer
from tracing.cases.models import Affiliation, Case, OutOfState, Share, Transfer
from tracing.cases.sharing import share_case
from tracing.desk.tests.organisations import helpers, member, school
from tracing.desk.tests.world import BY, World
from tracing.intake.leaving import prepare_package
from tracing.journal.models import Disclosure, Look
from tracing.people.models import Address
from tracing.places.models import Place
from tracing.referrals.models import Referral

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(made: World) -> World:
    """With a supervisor of Hartford besides."""
    member(made, "other_side", "supervisor", "hartford")
    return made


def ana(made: World) -> Case:
    return made.cases["Ana Rivera"]


def day(made: World, days: int) -> str:
    return (made.at + timedelta(days=days)).date().isoformat()


def test_shared_from_one_side_and_seen_from_the_other(both: World) -> None:
    case, ours, theirs = ana(both), both.client("supervisor"), both.client("other_side")
    assert theirs.get(reverse("desk:case", args=[case.pk])).status_code == 404
    said = {"unit": str(both.units["hartford"].pk), "purpose": "investigation", "until": day(both, 20), "why": "One wedding."}
    assert ours.post(reverse("desk:case_share", args=[case.pk]), said).status_code == 302
    page = ours.get(reverse("desk:case_shared", args=[case.pk])).content.decode()
    assert both.units["hartford"].name in page and "One wedding." in page
    again = ours.post(reverse("desk:case_share", args=[case.pk]), said)
    assert again.status_code == 422 and "shared with them already" in again.content.decode() and "One wedding." in again.content.decode()
    listed = theirs.get(reverse("desk:case_list")).content.decode()
    assert "Rivera, Ana" in listed and f"shared by {both.units['new-haven'].name}" in listed
    seen = theirs.get(reverse("desk:case_shared", args=[case.pk]))
    assert "One wedding." in seen.content.decode() and "End it now" not in seen.content.decode()
    share = Share.objects.get()
    for name, key in (("case_interview", case.pk), ("case_close", case.pk), ("case_share", case.pk), ("case_offer", case.pk),
                      ("case_belongs", case.pk), ("case_refer", case.pk), ("share_end", share.pk), ("share_renew", share.pk)):  # fmt: skip
        assert theirs.post(reverse(f"desk:{name}", args=[key]), {}).status_code == 403, name
    assert ours.post(reverse("desk:share_renew", args=[share.pk]), {"until": day(both, 40)}).status_code == 302
    share.refresh_from_db()
    assert share.until > both.at + timedelta(days=39)
    assert ours.post(reverse("desk:share_end", args=[share.pk])).status_code == 302
    assert theirs.get(reverse("desk:case", args=[case.pk])).status_code == 404


@pytest.mark.parametrize(("days", "words"), [(-1, "This day has passed"), (200, "90 days at most")])
def test_a_day_that_will_not_do_keeps_what_was_typed(both: World, days: int, words: str) -> None:
    said = {"unit": str(both.units["hartford"].pk), "purpose": "care", "until": day(both, days), "why": "typed"}
    page = both.client("supervisor").post(reverse("desk:case_share", args=[ana(both).pk]), said)
    assert page.status_code == 422 and words in page.content.decode() and 'value="typed"' in page.content.decode()


def test_offered_counted_accepted_and_given_back(both: World) -> None:
    case, ours, theirs = ana(both), both.client("supervisor"), both.client("other_side")
    said = {"unit": str(both.units["hartford"].pk), "kind": "follow_up", "why": "Stays with her son there."}
    assert ours.post(reverse("desk:case_offer", args=[case.pk]), said).status_code == 302
    bar = theirs.get(reverse("desk:case_list")).content.decode()
    assert 'Transfers <span class="count">1</span>' in bar and f"offered by {both.units['new-haven'].name}" in bar
    assert "Stays with her son" in theirs.get(reverse("desk:transfers")).content.decode()
    assert "Stays with her son" in ours.get(reverse("desk:transfers")).content.decode()
    offer = Transfer.objects.get()
    head = ours.get(reverse("desk:case", args=[case.pk])).content.decode()
    assert "answers for the case until it is accepted" in head
    assert theirs.post(reverse("desk:case_close", args=[case.pk]), {}).status_code == 403, "not before it is accepted"
    assert ours.post(reverse("desk:transfer_accept", args=[offer.pk])).status_code == 403, "the sender does not answer"
    assert theirs.post(reverse("desk:transfer_withdraw", args=[offer.pk])).status_code == 403, "the receiver does not withdraw"
    assert theirs.post(reverse("desk:transfer_accept", args=[offer.pk])).status_code == 302
    case.refresh_from_db()
    assert case.follow_unit == both.units["hartford"] and case.unit == both.units["new-haven"]
    assert theirs.get(reverse("desk:case_questions", args=[case.pk])).status_code == 200
    late = theirs.post(reverse("desk:transfer_accept", args=[offer.pk]), follow=True).content.decode()
    assert "Somebody else has answered it" in late
    times = theirs.get(reverse("desk:case_timeline", args=[case.pk]) + "?of=shared").content.decode()
    assert "Transfer accepted" in times and both.units["new-haven"].name in times
    assert "Give it back" in theirs.get(reverse("desk:case_shared", args=[case.pk])).content.decode()
    assert theirs.post(reverse("desk:transfer_return", args=[offer.pk]), {"note": "Went home."}).status_code == 302
    case.refresh_from_db()
    assert case.follow_unit == both.units["new-haven"]
    assert "Went home." in ours.get(reverse("desk:transfers")).content.decode()


def test_declined_with_a_reason_or_not_at_all(both: World) -> None:
    case, theirs = ana(both), both.client("other_side")
    offer = offer_transfer(case=case, unit=both.units["hartford"], kind="residence", why="x", by=both.actor("supervisor"), at=both.at)
    page = theirs.post(reverse("desk:transfer_decline", args=[offer.pk]), {"note": ""})
    assert page.status_code == 422 and "This is needed" in page.content.decode()
    theirs.post(reverse("desk:transfer_decline", args=[offer.pk]), {"note": "Lives in West Hartford."})
    assert "Lives in West Hartford." in both.client("supervisor").get(reverse("desk:transfers")).content.decode()
    assert theirs.get(reverse("desk:case", args=[case.pk])).status_code == 404
    kept = theirs.get(reverse("desk:transfers")).content.decode()
    assert "Lives in West Hartford." in kept and "Rivera" not in kept, "that it was declined is known, without who it was"


def test_what_nobody_answers_is_counted_for_the_state(both: World) -> None:
    chief = both.client("state_epidemiologist")
    offer = offer_transfer(
        case=ana(both), unit=both.units["hartford"], kind="follow_up", why="x", by=both.actor("supervisor"), at=both.at
    )
    assert 'class="count"' not in chief.get(reverse("desk:transfers")).content.decode()
    escalate_transfer(transfer=offer, by=BY, at=offer.due_at)
    page = chief.get(reverse("desk:transfers")).content.decode()
    assert 'Transfers <span class="count">1</span>' in page and "The state takes it" in page
    assert both.client("other_side").post(reverse("desk:transfer_accept", args=[offer.pk]), {"on_duty": "on"}).status_code == 403
    assert chief.post(reverse("desk:transfer_accept", args=[offer.pk]), {"on_duty": "on"}).status_code == 302
    case = ana(both)
    case.refresh_from_db()
    assert case.follow_unit == both.units["ct"]


def test_a_liaison_sees_who_belongs_to_the_school_and_little_of_them(made: World) -> None:
    case, oak, ash = ana(made), school(made, "oak", "Oak School"), school(made, "ash", "Ash School")
    tracer, liaison, stranger = made.client("tracer"), made.client("oak"), made.client("ash")
    url = reverse("desk:case_belongs", args=[case.pk])
    assert tracer.post(url, {"place": str(oak.pk), "how": "works"}).status_code == 302
    page = liaison.get(reverse("desk:case", args=[case.pk]))
    assert page.status_code == 200 and "Ana Rivera" in page.content.decode()
    assert "shown by" in liaison.get(reverse("desk:case_list")).content.decode()
    for tab in ("case_results", "case_contacts", "case_messages", "case_tasks", "case_timeline", "case_access", "case_interview"):
        assert liaison.get(reverse(f"desk:{tab}", args=[case.pk])).status_code == 403, tab
    assert stranger.get(reverse("desk:case", args=[case.pk])).status_code == 404
    tracer.post(url, {"place": str(ash.pk), "how": "attends"})
    assert stranger.get(reverse("desk:case", args=[case.pk])).status_code == 200
    seen = liaison.get(reverse("desk:case_shared", args=[case.pk])).content.decode()
    assert "Oak School" in seen and "Ash School" not in seen, "one school is not told of the other"
    for row in Affiliation.objects.all():
        tracer.post(reverse("desk:affiliation_end", args=[row.pk]))
    assert liaison.get(reverse("desk:case", args=[case.pk])).status_code == 404


def test_connecting_a_school(made: World) -> None:
    oak = school(made, "oak", "Oak School")
    Place.objects.filter(pk=oak.pk).update(organisation=None)
    url = reverse("desk:place_connect", args=[oak.pk])
    assert made.client("elsewhere").post(url, {"organisation": str(made.units["oak"].pk)}).status_code == 403
    member(made, "far_side", "supervisor", "hartford")
    assert made.client("far_side").post(url, {"organisation": str(made.units["oak"].pk)}).status_code == 403, "another department's"
    assert made.client("supervisor").post(url, {"organisation": str(made.units["oak"].pk)}).status_code == 302
    oak.refresh_from_db()
    assert oak.organisation == made.units["oak"]
    assert "Oak School" in made.client("administrator").get(reverse("desk:places") + "?name=oak").content.decode()
    new = {"kind": "college", "name": "Elm College", "city": "New Haven", "street": "1 Elm St", "zip": "06511"}
    assert made.client("administrator").post(reverse("desk:place_new"), new).status_code == 302


def refer(made: World, **more: object) -> dict[str, object]:
    return {
        "unit": str(made.units["helpers"].pk), "needs": ["food", "medicine"], "until_on": day(made, 6), "agreed": "yes",
        "agreed_by": "Ana herself", "note": "Ring twice.",
    } | more  # fmt: skip


FORBIDDEN = ("covid", "positive", "isolation", "quarantine", "specimen", "tracer", "confirmed", "case")


def test_a_coordinator_is_told_what_to_bring_where_and_nothing_of_why(made: World) -> None:
    helpers(made)
    helpers(made, "others", "Other Helpers")
    case, coordinator = ana(made), made.client("helpers")
    page = made.client("tracer").post(reverse("desk:case_refer", args=[case.pk]), refer(made))
    assert page.status_code == 302, page.content.decode()
    assert 'Referrals <span class="count">1</span>' in coordinator.get(reverse("desk:my_day")).content.decode()
    listed = coordinator.get(reverse("desk:referrals")).content.decode()
    row = Referral.objects.get()
    one = coordinator.get(reverse("desk:referral", args=[row.pk])).content.decode()
    assert "Ana Rivera" in listed and "Food, Medicine" in listed
    for words in ("tel:+12035550142", "14 Elm St", "Spanish", "Ring twice."):
        assert words in one, words
    for words in FORBIDDEN:
        assert words not in one.split("<main")[1].lower(), words
        assert words not in listed.split("<main")[1].lower(), words
    assert "1950" not in one
    for url in (reverse("desk:case", args=[case.pk]), reverse("desk:case_shared", args=[case.pk]), reverse("desk:case_list")):
        assert coordinator.get(url).status_code in (403, 404)
    person = coordinator.get(reverse("desk:person", args=[case.person_id])).content.decode().split("<main")[1].lower()
    assert not [words for words in ("covid", "positive", "specimen", "isolation", "1950") if words in person]
    stranger = made.client("others")
    assert stranger.get(reverse("desk:referral", args=[row.pk])).status_code == 404
    assert "Ana Rivera" not in stranger.get(reverse("desk:referrals")).content.decode()
    assert Look.objects.filter(page="referral", persons=[case.person_id]).exists()
    # Taken on, done, and out of sight.
    assert coordinator.post(reverse("desk:referral_accept", args=[row.pk])).status_code == 302
    assert coordinator.post(reverse("desk:referral_end", args=[row.pk]), {}).status_code == 422
    assert coordinator.post(reverse("desk:referral_end", args=[row.pk]), {"outcome": "met", "note": "Two boxes."}).status_code == 302
    over = coordinator.get(reverse("desk:referral", args=[row.pk])).content.decode()
    assert "Ana" not in over and "Two boxes." in over
    assert "Ana Rivera" not in coordinator.get(reverse("desk:referrals") + "?show=over").content.decode()
    assert "Two boxes." in made.client("tracer").get(reverse("desk:referral", args=[row.pk])).content.decode()


def test_without_agreement_nobody_is_told(made: World) -> None:
    helpers(made)
    url = reverse("desk:case_refer", args=[ana(made).pk])
    for wrong, words in (({"agreed": "no"}, "nobody is told"), ({"agreed_by": ""}, "This is needed"), ({"until_on": day(made, 99)}, "90 days")):
        page = made.client("tracer").post(url, refer(made, **wrong))
        assert page.status_code == 422 and words in page.content.decode() and "Ring twice." in page.content.decode()
    assert not Referral.objects.exists()
    assert made.client("elsewhere").post(url, refer(made)).status_code == 404


def test_a_referral_is_answered_by_the_organisation_and_withdrawn_by_who_asked(made: World) -> None:
    helpers(made)
    tracer = made.client("tracer")
    tracer.post(reverse("desk:case_refer", args=[ana(made).pk]), refer(made))
    row = Referral.objects.get()
    for name in ("referral_accept", "referral_decline", "referral_end"):
        assert tracer.post(reverse(f"desk:{name}", args=[row.pk]), {"note": "x", "outcome": "met"}).status_code == 403, name
    assert made.client("helpers").post(reverse("desk:referral_withdraw", args=[row.pk])).status_code == 403
    assert tracer.post(reverse("desk:referral_withdraw", args=[row.pk])).status_code == 302
    late = made.client("helpers").post(reverse("desk:referral_accept", args=[row.pk]), follow=True)
    assert "ended or withdrawn it meanwhile" in late.content.decode()


def test_another_state_is_told_once_read(made: World) -> None:
    case, ours = ana(made), made.client("supervisor")
    Address.objects.filter(person=case.person_id).update(out_of_state=True, state="NY")
    Case.objects.filter(pk=case.pk).update(town=None)
    assert "Ana Rivera" in ours.get(reverse("desk:out_of_state")).content.decode(), "proposed"
    said = {"to_state": "NY", "recipient": "New York State Department of Health", "why": "Lives there.", "with_contacts": "on"}
    assert ours.post(reverse("desk:case_leave", args=[case.pk]), said).status_code == 302
    assert ours.post(reverse("desk:case_leave", args=[case.pk]), said).status_code == 422, "one at a time"
    package = OutOfState.objects.get()
    assert not Disclosure.objects.exists(), "nothing has left"
    url = reverse("desk:out_of_state_package", args=[package.pk])
    assert "14 Elm St" in ours.get(url).content.decode()
    file = ours.post(reverse("desk:out_of_state_file", args=[package.pk]))
    bundle = json.loads(file.content)
    assert file["Content-Type"] == "application/fhir+json" and "Rivera" not in file["Content-Disposition"]
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    assert kinds[:2] == ["Patient", "Condition"] and bundle["entry"][0]["resource"]["name"][0]["family"] == "Rivera"
    ours.post(reverse("desk:out_of_state_sent", args=[package.pk]))
    ways = {one.way: one for one in Disclosure.objects.all()}
    assert set(ways) == {"file", "transfer"} and ways["transfer"].recipient == said["recipient"]
    assert "name" in ways["transfer"].fields and ways["transfer"].persons == [case.person_id]
    assert "Rivera" not in json.dumps(ways["transfer"].fields)
    assert ours.post(reverse("desk:out_of_state_answer", args=[package.pk]), {}).status_code == 422
    ours.post(reverse("desk:out_of_state_answer", args=[package.pk]), {"answer": "yes", "note": "Thanks"})
    package.refresh_from_db()
    assert (package.state, package.answer_note) == ("acknowledged", "Thanks")
    assert "meanwhile" in ours.post(reverse("desk:out_of_state_withdraw", args=[package.pk]), follow=True).content.decode()
    assert "Ana Rivera" in ours.get(reverse("desk:out_of_state")).content.decode()


def test_a_package_is_for_who_may_see_what_is_in_it(both: World) -> None:
    case = ana(both)
    package = prepare_package(
        case=case, to_state="NY", recipient="x", why="y", with_contacts=False, by=both.actor("supervisor"), at=both.at
    )
    share_case(case=case, unit=both.units["hartford"], purpose="care", until=both.at + timedelta(days=3), by=BY, at=both.at)
    for method, name in (("get", "package"), ("post", "file"), ("post", "sent"), ("post", "answer"), ("post", "withdraw")):
        url = reverse(f"desk:out_of_state_{name}", args=[package.pk])
        assert getattr(both.client("other_side"), method)(url).status_code == 403, name
    oak = school(both, "oak", "Oak School")
    affiliate(case=case, place=oak, how="attends", source="staff", by=BY, at=both.at)
    assert both.client("oak").get(reverse("desk:out_of_state_package", args=[package.pk])).status_code == 404
    assert "NY" not in both.client("oak").get(reverse("desk:case_shared", args=[case.pk])).content.decode().split("<main")[1]
    assert not Disclosure.objects.exists()
