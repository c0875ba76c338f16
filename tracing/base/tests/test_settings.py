from __future__ import annotations

from pathlib import Path

import pytest

from tracing.base.settings import SettingWrong, env_bool, env_int, env_list, env_secret, env_text


def test_a_missing_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONTACT_TRIAL", raising=False)
    with pytest.raises(SettingWrong, match="CONTACT_TRIAL is not set"):
        env_text("CONTACT_TRIAL")
    assert env_text("CONTACT_TRIAL", "else") == "else"


@pytest.mark.parametrize(("word", "meant"), [("1", True), ("Yes", True), ("off", False), ("", False)])
def test_yes_and_no(monkeypatch: pytest.MonkeyPatch, word: str, meant: bool) -> None:
    monkeypatch.setenv("CONTACT_TRIAL", word)
    assert env_bool("CONTACT_TRIAL", not meant) is meant


def test_a_word_that_is_neither_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTACT_TRIAL", "perhaps")
    with pytest.raises(SettingWrong, match="1 for yes or 0 for no"):
        env_bool("CONTACT_TRIAL", True)


@pytest.mark.parametrize("word", ["ten", "0", "11"])
def test_a_number_outside_its_span_is_refused(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("CONTACT_TRIAL", word)
    with pytest.raises(SettingWrong):
        env_int("CONTACT_TRIAL", 5, least=1, most=10)


def test_lists_drop_the_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTACT_TRIAL", "a, b,,")
    assert env_list("CONTACT_TRIAL") == ["a", "b"]


def test_a_secret_is_read_from_a_file_and_never_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CONTACT_TRIAL", raising=False)
    file = tmp_path / "secret"
    file.write_text("short-secret\n")
    monkeypatch.setenv("CONTACT_TRIAL_FILE", str(file))
    with pytest.raises(SettingWrong) as refusal:
        env_secret("CONTACT_TRIAL")
    assert "short-secret" not in str(refusal.value)
    assert env_secret("CONTACT_TRIAL", least=8) == "short-secret"
