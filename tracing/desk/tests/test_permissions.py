"""Who may call which address: every address of the desk, every role, the expected code.

Columns as in WHO; all but the last work for New Haven or the state, the last for Hartford. Objects are a case of New Haven with its
person and its call; addresses of other objects are asked with a key that nothing has: 404 for whoever may, 403 for whoever may not.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from tracing.desk.tests.world import World
from tracing.desk.urls import urlpatterns
from tracing.journal.models import Look

WHO: Final = ("tracer", "supervisor", "state_epidemiologist", "interface_manager", "administrator", "elsewhere")
PUBLIC: Final = {
    "sign_in": "the way in",
    "sign_out": "leaving needs no permission",
    "sign_in_second": "the second step of the way in: leads back to the first without it",
    "passkey_ask": "a question for the browser, the same for everybody",
    "passkey_in": "the way in by passkey",
    "provider_go": "the way to the provider",
    "provider_back": "the way back from the provider",
    "provider_in": "the last step from the provider, with a pass that is good once",
    "welcome": "where a link into an account leads; it opens once and shows nothing",
}
NOBODY: Final = UUID(int=7)

MATRIX: Final = (
    ("sign_out", "post", "302 302 302 302 302 302"),
    ("confirm", "get", "200 200 200 200 200 200"),
    ("confirm", "post", "422 422 422 422 422 422"),
    ("factors", "get", "200 200 200 200 200 200"),
    ("factor_app", "get", "302 302 302 302 302 302"),
    ("factor_passkey", "get", "302 302 302 302 302 302"),
    ("factor_codes", "post", "302 302 302 302 302 302"),
    ("factor_remove", "post", "302 302 302 302 302 302"),
    ("my_sign_ins", "get", "200 200 200 200 200 200"),
    ("sessions_end", "post", "302 302 302 302 302 302"),
    ("sign_in_watch", "get", "403 200 403 403 200 403"),
    ("sign_in_watch", "post", "403 200 403 403 422 403"),
    ("pause_lift", "post", "403 404 403 403 404 403"),
    ("factors_reset", "post", "403 403 403 403 404 403"),
    ("provider_unlink", "post", "403 403 403 403 404 403"),
    ("work_as", "post", "302 302 302 302 302 302"),
    ("password", "get", "200 200 200 200 200 200"),
    ("password", "post", "422 422 422 422 422 422"),
    ("users", "get", "403 403 403 403 200 403"),
    ("users", "post", "403 403 403 403 200 403"),
    ("user", "get", "403 403 403 403 404 403"),
    ("user_new", "get", "403 403 403 403 200 403"),
    ("user_new", "post", "403 403 403 403 422 403"),
    ("user_grant", "get", "403 403 403 403 404 403"),
    ("user_grant", "post", "403 403 403 403 404 403"),
    ("user_close", "post", "403 403 403 403 404 403"),
    ("user_reopen", "post", "403 403 403 403 404 403"),
    ("user_link", "post", "403 403 403 403 404 403"),
    ("users_unused", "get", "403 403 403 403 200 403"),
    ("users_unused", "post", "403 403 403 403 200 403"),
    ("users_sheet", "get", "403 403 403 403 200 403"),
    ("users_sheet", "post", "403 403 403 403 422 403"),
    ("users_sheet_send", "post", "403 403 403 403 302 403"),
    ("users_sheet_links", "post", "403 403 403 403 302 403"),
    ("users_sheet_form", "get", "403 403 403 403 200 403"),
    ("users_waiting", "get", "403 403 403 403 200 403"),
    ("grant_answer", "post", "403 403 403 403 404 403"),
    ("link_confirm", "post", "403 403 403 403 404 403"),
    ("users_who", "get", "403 403 403 403 200 403"),
    ("users_who_export", "post", "403 403 403 403 200 403"),
    ("reviews", "get", "403 403 403 403 200 403"),
    ("review", "get", "403 403 403 403 404 403"),
    ("review", "post", "403 403 403 403 404 403"),
    ("review_close", "post", "403 403 403 403 404 403"),
    ("review_export", "post", "403 403 403 403 404 403"),
    ("membership_end", "post", "403 403 403 403 404 403"),
    ("membership_training", "get", "403 403 403 403 404 403"),
    ("membership_training", "post", "403 403 403 403 404 403"),
    ("roles", "get", "403 403 403 403 200 403"),
    ("role_new", "get", "403 403 403 403 200 403"),
    ("role_new", "post", "403 403 403 403 422 403"),
    ("role", "get", "403 403 403 403 404 403"),
    ("role_confirm", "post", "403 403 403 403 404 403"),
    ("role_end", "post", "403 403 403 403 404 403"),
    ("my_day", "get", "200 200 200 200 200 200"),
    ("next_call", "post", "302 302 302 403 403 302"),
    ("call", "get", "200 302 302 403 403 404"),
    ("call", "post", "302 409 409 403 403 404"),
    ("call_ended", "get", "200 200 200 403 403 404"),
    ("call_take", "post", "302 302 302 403 403 404"),
    ("call_release", "post", "302 302 302 403 403 404"),
    ("call_dial", "post", "404 404 404 403 403 404"),  # no telephone service is set up
    ("call_dial_state", "get", "200 200 200 403 403 404"),
    ("telephone", "get", "404 404 404 403 403 404"),
    ("telephone", "post", "404 404 404 403 403 404"),
    ("call_again", "post", "422 422 422 403 403 404"),
    ("call_allow", "post", "302 302 302 403 403 404"),
    ("case", "get", "200 200 200 403 403 404"),
    ("case_results", "get", "200 200 200 403 403 404"),
    ("case_contacts", "get", "200 200 200 403 403 404"),
    ("case_messages", "get", "200 200 200 403 403 404"),
    ("case_tasks", "get", "200 200 200 403 403 404"),
    ("case_timeline", "get", "200 200 200 403 403 404"),
    ("case_access", "get", "403 403 200 403 403 403"),
    ("case_interview", "get", "302 302 302 403 403 404"),
    ("case_interview", "post", "302 302 302 403 403 404"),
    ("case_close", "post", "422 422 422 403 403 404"),
    ("case_reopen", "post", "302 302 302 403 403 404"),
    ("case_stay", "post", "422 422 422 403 403 404"),
    ("person", "get", "200 200 200 403 403 404"),
    ("person_said", "post", "302 302 302 403 403 404"),
    ("person_death", "post", "302 302 302 403 403 404"),
    ("person_alive", "post", "302 302 302 403 403 404"),
    ("person_apart", "post", "302 302 302 403 403 404"),
    ("case_list", "get", "200 200 200 403 403 200"),
    ("case_list", "post", "200 200 200 403 403 200"),
    ("case_export", "post", "403 200 200 403 403 403"),
    ("task_list", "get", "200 200 200 403 403 200"),
    ("task_export", "post", "403 200 200 403 403 403"),
    ("counts", "get", "403 200 200 403 403 403"),
    ("taken_out", "get", "403 200 200 403 403 403"),
    ("taken_out_answer", "post", "403 403 404 403 403 403"),
    ("taken_out_take", "post", "403 404 404 403 403 403"),
    ("who_called", "get", "403 403 403 403 403 403"),
    ("who_called", "post", "403 403 403 403 403 403"),
    ("search", "get", "200 200 200 403 403 200"),
    ("search", "post", "200 200 200 403 403 200"),
    ("held", "get", "403 200 200 200 403 403"),
    ("held_bulk", "post", "403 302 302 302 403 403"),
    ("held_mend", "get", "403 403 404 404 403 403"),
    ("held_mend", "post", "403 403 404 404 403 403"),
    ("held_report", "get", "403 404 404 404 403 403"),
    ("held_report", "post", "403 404 404 404 403 403"),
    ("held_undo", "post", "403 404 404 404 403 403"),
    ("matches", "get", "200 200 200 403 403 200"),
    ("match", "get", "404 404 404 403 403 404"),
    ("match", "post", "404 404 404 403 403 404"),
    ("match_undo", "post", "404 404 404 403 403 404"),
    ("proposals", "get", "200 200 200 403 403 200"),
    ("proposal", "get", "404 404 404 403 403 404"),
    ("proposal", "post", "404 404 404 403 403 404"),
    ("sources", "get", "403 403 200 200 403 403"),
    ("source_new", "get", "403 403 200 200 403 403"),
    ("source_new", "post", "403 403 200 200 403 403"),
    ("source", "get", "403 403 404 404 403 403"),
    ("source", "post", "403 403 404 404 403 403"),
    ("source_key", "post", "403 403 404 404 403 403"),
    ("source_key_revoke", "post", "403 403 404 404 403 403"),
    ("source_tests", "post", "403 403 404 404 403 403"),
    ("source_state", "post", "403 403 404 404 403 403"),
    ("case_shared", "get", "200 200 200 403 403 404"),
    ("case_share", "post", "403 422 422 403 403 403"),
    ("case_offer", "post", "403 422 422 403 403 403"),
    ("case_belongs", "post", "422 422 422 403 403 404"),
    ("case_leave", "post", "403 422 422 403 403 403"),
    ("case_refer", "post", "422 422 422 403 403 404"),
    ("share_renew", "post", "403 404 404 403 403 403"),
    ("share_end", "post", "403 404 404 403 403 403"),
    ("affiliation_end", "post", "404 404 404 403 403 404"),
    ("transfers", "get", "403 200 200 403 403 403"),
    ("transfer_accept", "post", "403 404 404 403 403 403"),
    ("transfer_decline", "post", "403 404 404 403 403 403"),
    ("transfer_withdraw", "post", "403 404 404 403 403 403"),
    ("transfer_return", "post", "403 404 404 403 403 403"),
    ("out_of_state", "get", "403 200 200 403 403 403"),
    ("out_of_state_package", "get", "403 404 404 403 403 403"),
    ("out_of_state_file", "post", "403 404 404 403 403 403"),
    ("out_of_state_sent", "post", "403 404 404 403 403 403"),
    ("out_of_state_answer", "post", "403 404 404 403 403 403"),
    ("out_of_state_withdraw", "post", "403 404 404 403 403 403"),
    ("referrals", "get", "200 200 200 403 403 200"),
    ("referral", "get", "404 404 404 403 403 404"),
    ("referral_accept", "post", "404 404 404 403 403 404"),
    ("referral_decline", "post", "404 404 404 403 403 404"),
    ("referral_end", "post", "404 404 404 403 403 404"),
    ("referral_withdraw", "post", "404 404 404 403 403 404"),
    ("places", "get", "403 200 200 403 200 403"),
    ("place_new", "post", "403 422 422 403 422 403"),
    ("place_connect", "post", "403 404 404 403 404 403"),
    ("facilities", "get", "200 200 200 403 403 200"),
    ("facility", "get", "404 404 404 403 403 404"),
    ("unlisted", "get", "404 404 404 200 404 404"),
    ("unlisted_condition", "get", "404 404 404 404 404 404"),
    ("person_restrict", "get", "403 200 200 403 403 403"),
    ("person_restrict", "post", "403 422 422 403 403 403"),
    ("person_lift", "post", "403 404 404 403 403 403"),
    ("person_aside", "get", "200 200 200 403 403 404"),
    ("person_aside_undo", "post", "403 404 404 403 403 403"),
    ("emergency", "get", "200 200 200 403 403 200"),
    ("emergency", "post", "422 422 422 403 403 422"),
    ("emergency_end", "post", "404 404 404 403 403 404"),
    ("privacy", "get", "403 403 403 403 403 403"),
    ("privacy_emergencies", "get", "403 403 403 403 403 403"),
    ("privacy_emergency", "get", "403 403 403 403 403 403"),
    ("privacy_emergency", "post", "403 403 403 403 403 403"),
    ("privacy_unusual", "get", "403 403 403 403 403 403"),
    ("privacy_look", "get", "403 403 403 403 403 403"),
    ("privacy_look", "post", "403 403 403 403 403 403"),
    ("privacy_colleague", "post", "403 403 403 403 403 403"),
    ("privacy_staff", "get", "403 403 403 403 403 403"),
    ("privacy_user", "get", "403 403 403 403 403 403"),
    ("privacy_person", "get", "403 403 403 403 403 403"),
    ("privacy_person_file", "post", "403 403 403 403 403 403"),
    ("privacy_disclosures", "get", "403 403 403 403 403 403"),
    ("audit", "get", "403 403 403 403 403 403"),
    ("audit_file", "post", "403 403 403 403 403 403"),
    ("units", "get", "403 403 403 403 200 403"),
    ("unit_new", "get", "403 403 403 403 200 403"),
    ("unit_new", "post", "403 403 403 403 422 403"),
    ("unit_coverage", "get", "403 403 403 403 200 403"),
    ("unit_coverage_end", "post", "403 403 403 403 404 403"),
    ("unit", "get", "403 403 403 403 404 403"),
    ("unit_cover", "post", "403 403 403 403 404 403"),
    ("unit_close", "get", "403 403 403 403 404 403"),
    ("unit_close", "post", "403 403 403 403 404 403"),
    ("directories", "get", "403 403 403 403 200 403"),
    ("directory_key", "post", "403 403 403 403 422 403"),
    ("directory_key_revoke", "post", "403 403 403 403 404 403"),
    ("directory_group", "post", "403 403 403 403 422 403"),
    ("directory_group_end", "post", "403 403 403 403 404 403"),
    ("gallery", "get", "200 200 200 200 200 200"),
)


def names() -> dict[str, set[str]]:
    """Name of each address → what it asks for."""
    return {
        str(pattern.name): set(pattern.pattern.converters)  # type: ignore[union-attr]
        for page in urlpatterns
        for pattern in page.url_patterns  # type: ignore[union-attr]
    }


def address(made: World, name: str) -> str:
    case = made.cases["Ana Rivera"]
    key = case.pk if name.startswith("case") else case.task_id if name.startswith("call") else NOBODY
    key = case.person_id if name.startswith("person") else key
    values = {"pk": key, "code": "unknown", "condition": "unknown", "restriction": NOBODY, "recusal": NOBODY}
    return reverse(f"desk:{name}", kwargs={wanted: values[wanted] for wanted in names()[name]})


def test_only_addresses_that_are_there_are_told() -> None:
    """That none is left out is asked of the whole matrix, docs/access-matrix.md."""
    told = {name for name, _method, _codes in MATRIX}
    assert (told | set(PUBLIC)) - set(names()) == set()


@pytest.mark.django_db
def test_the_matrix(made: World) -> None:
    clients = {who: made.client(who) for who in WHO}
    wrong = []
    for name, method, codes in MATRIX:
        url = address(made, name)
        for who, expected in zip(WHO, codes.split(), strict=True):
            found = getattr(clients[who], method)(url).status_code
            if found != int(expected):
                wrong.append(f"{name} {method} {who}: {found} and not {expected}")
            if name == "sign_out":
                clients[who] = made.client(who)
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
def test_who_is_not_signed_in_is_sent_to_the_way_in(made: World) -> None:
    stranger = Client()
    for name, method, _codes in MATRIX:
        if name in PUBLIC:
            continue
        answer = getattr(stranger, method)(address(made, name))
        assert answer.status_code in (302, 405), name
        if answer.status_code == 302:
            assert answer["Location"].startswith("/sign-in"), name


@pytest.mark.django_db
def test_a_page_whose_look_cannot_be_recorded_is_not_shown(made: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_values: object) -> None:
        raise RuntimeError("the journal is full")

    monkeypatch.setattr("tracing.desk.page.look", broken)
    client = made.client("tracer")
    client.raise_request_exception = False
    answer = client.get(address(made, "case"))
    assert answer.status_code == 500
    assert "Rivera" not in answer.content.decode()
    assert not Look.objects.exists()
