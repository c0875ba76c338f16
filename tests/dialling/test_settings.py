"""The telephone service as the environment describes it, and what `contact doctor` says of it."""

from __future__ import annotations

from typing import Any

import pytest

from config.doctor.voice import service_answers
from config.voice import voice_from_environment
from tests.voice import ACCOUNT, SHOWN, TOKEN, Service
from tracing.base.settings import SettingWrong

RIGHT = {"CONTACT_TWILIO_ACCOUNT": ACCOUNT, "CONTACT_TWILIO_TOKEN": TOKEN, "CONTACT_TWILIO_NUMBER": SHOWN}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in RIGHT.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_it_is_off_without_an_account(environment: pytest.MonkeyPatch) -> None:
    assert voice_from_environment(demo=False) is not None
    environment.delenv("CONTACT_TWILIO_ACCOUNT")
    assert voice_from_environment(demo=False) is None


def test_its_token_is_not_shown() -> None:
    assert TOKEN not in repr(voice_from_environment(demo=False))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONTACT_TWILIO_ACCOUNT", "AC123"), ("CONTACT_TWILIO_ACCOUNT", "SK" + "0" * 32), ("CONTACT_TWILIO_TOKEN", ""),
        ("CONTACT_TWILIO_TOKEN", "short"), ("CONTACT_TWILIO_NUMBER", ""), ("CONTACT_TWILIO_NUMBER", "203-555-0100"),
        ("CONTACT_TWILIO_NUMBER", "+1911"), ("CONTACT_TWILIO_ADDRESS", "http://127.0.0.1:8000"),
        ("CONTACT_TWILIO_ADDRESS", "ftp://api.example"), ("CONTACT_TWILIO_SECONDS", "0"),
    ],
)  # fmt: skip
def test_a_wrong_one_stops_the_program_and_is_named(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    environment.setenv(name, value)
    with pytest.raises(SettingWrong, match=name) as wrong:
        voice_from_environment(demo=False)
    assert TOKEN not in str(wrong.value)


def test_only_the_demonstration_asks_one_on_this_machine_in_plain(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("CONTACT_TWILIO_ADDRESS", "http://127.0.0.1:8000/")
    found = voice_from_environment(demo=True)
    assert found is not None and found.address == "http://127.0.0.1:8000"
    environment.setenv("CONTACT_TWILIO_ADDRESS", "http://twilio.example")
    with pytest.raises(SettingWrong, match="CONTACT_TWILIO_ADDRESS"):
        voice_from_environment(demo=True)


def test_the_doctor_asks_it(service: Service, settings: Any) -> None:
    settings.VOICE = None
    assert not list(service_answers())
    settings.VOICE, settings.ADDRESS = service.account, "https://contact.health.example"
    assert [(found.level, found.code) for found in service_answers()] == [("good", "voice")]
    service.fail, settings.ADDRESS = (401, 20003, "Authenticate"), "https://localhost"
    assert [(found.level, found.code) for found in service_answers()] == [("bad", "voice"), ("bad", "voice-address")]
