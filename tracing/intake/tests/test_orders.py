"""`contact intake receive | status | source` as people type them."""

from __future__ import annotations

import argparse
import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tracing.intake import cli
from tracing.intake.models import Delivery, Report, Source, SourceKey
from tracing.intake.tests.made import batch, message, sender, state, take_and_read

pytestmark = pytest.mark.django_db


def contact_intake(*words: str) -> int:
    parser = argparse.ArgumentParser()
    cli.arguments(parser.add_subparsers(dest="what", required=True))
    return cli.run(parser.parse_args(words))


def test_receiving_files_folders_and_standard_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    state()
    (tmp_path / "below").mkdir()
    (tmp_path / "a.hl7").write_bytes(message(1))
    (tmp_path / "below" / "b.hl7").write_bytes(message(2))
    (tmp_path / "below" / "copy.hl7").write_bytes(message(2))
    (tmp_path / ".hidden").write_bytes(message(3))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(message(4))))
    assert contact_intake("receive", str(tmp_path), "-") == 0
    assert "3 received, 1 known already, 0 not received." in capsys.readouterr().out
    assert set(Delivery.objects.values_list("source__code", "channel")) == {("by-hand", "command")}
    assert contact_intake("receive", str(tmp_path)) == 0
    assert "0 received, 3 known already" in capsys.readouterr().out
    assert Source.objects.count() == 1


def test_what_cannot_be_received_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state()
    (tmp_path / "empty.hl7").write_bytes(b"")
    assert contact_intake("receive", str(tmp_path), str(tmp_path / "nowhere.hl7")) == 1
    told = capsys.readouterr()
    assert "empty.hl7: The file is empty" in told.err and "nowhere.hl7" in told.err
    assert "0 received, 0 known already, 2 not received." in told.out


def test_an_unknown_sender_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert contact_intake("receive", str(tmp_path), "--source", "nobody") == 2
    assert "no sender 'nobody'" in capsys.readouterr().err
    assert contact_intake("receive", str(tmp_path)) == 1
    assert "no state's profile" in capsys.readouterr().err


def test_status_for_people_and_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    take_and_read(sender(), batch(1, 3))
    Report.objects.filter(message_no=2).update(state="held", problems=["x"])
    assert contact_intake("status", "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert {name: told[name] for name in ("in", "waiting", "filed", "held", "set_aside", "agree", "unread_deliveries")} == {
        "in": 3, "waiting": 2, "filed": 0, "held": 1, "set_aside": 0, "agree": True, "unread_deliveries": 0,
    }  # fmt: skip
    assert told["sources"]["lab"]["held"] == 1
    assert contact_intake("status") == 0
    assert capsys.readouterr().out.splitlines()[2].split() == ["total", "3", "2", "0", "1", "0"]
    Report.objects.filter(message_no=3).delete()
    assert contact_intake("status") == 1
    assert "DO NOT AGREE" in capsys.readouterr().out


def test_senders_and_their_keys(capsys: pytest.CaptureFixture[str]) -> None:
    state()
    assert contact_intake("source", "add", "charter-oak", "Charter Oak", "--every-hours", "48") == 0
    assert contact_intake("source", "add", "charter-oak", "Again") == 2
    assert contact_intake("source", "add", "Charter Oak", "Again") == 2
    assert contact_intake("source", "add", "other", "Other", "--unit", "nowhere") == 2
    assert Source.objects.get().expected_every_hours == 48
    capsys.readouterr()
    assert contact_intake("source", "key", "charter-oak", "--days", "30") == 0
    key = capsys.readouterr().out.strip()
    assert SourceKey.objects.get().hint == key[-4:]
    assert contact_intake("source", "key", "nobody") == 2
    assert contact_intake("source", "key", "charter-oak", "--revoke", "????") == 2
    assert contact_intake("source", "key", "charter-oak", "--revoke", key[-4:]) == 0
    assert SourceKey.objects.get().revoked_at is not None
    capsys.readouterr()
    assert contact_intake("source", "list") == 0
    told = capsys.readouterr().out
    assert "charter-oak: Charter Oak (last never)" in told and "neither a key nor a folder" in told
    assert contact_intake("source", "list", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)[0]["alarms"] == [{"alarm": "no_key"}]


def test_confirming_a_sender(capsys: pytest.CaptureFixture[str]) -> None:
    take_and_read(sender("new", active=False), batch(1, 2))
    assert contact_intake("source", "confirm", "new") == 0
    assert Report.objects.filter(state="waiting").count() == 2
    assert "Confirmed." in capsys.readouterr().out
