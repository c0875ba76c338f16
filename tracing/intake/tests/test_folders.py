"""Files that senders leave in folders: whole ones are received once and put away; what cannot be is told."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from tracing.intake import folders, jobs
from tracing.intake.models import Delivery, Report, Source, Trouble
from tracing.intake.taking import take_folder
from tracing.intake.tests.made import AT, BY, batch, message, sender

pytestmark = pytest.mark.django_db
NOW = AT.timestamp()


def drop(folder: Path, name: str, content: bytes, *, age: float = 60, now: float = NOW) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    os.utime(path, (now - age, now - age))
    return path


def take(folder: Path, source: Source) -> tuple[int, list[tuple[str, str]]]:
    return take_folder(folder, source=source, channel="folder", by=BY, at=AT, limit=10_000)


def test_whole_files_come_in_oldest_first_and_are_put_away(tmp_path: Path) -> None:
    drop(tmp_path, "b.hl7", message(1), age=100)
    drop(tmp_path, "a.hl7", message(2), age=50)
    assert take(tmp_path, sender()) == (2, [])
    assert list(Delivery.objects.order_by("id").values_list("name", "channel")) == [("b.hl7", "folder"), ("a.hl7", "folder")]
    assert sorted(os.listdir(tmp_path)) == ["done"] and sorted(os.listdir(tmp_path / "done")) == ["a.hl7", "b.hl7"]


def test_what_is_not_a_whole_file_is_left_alone(tmp_path: Path) -> None:
    drop(tmp_path, "growing.hl7", message(1), age=5)
    drop(tmp_path, ".hidden", message(2))
    drop(tmp_path, "upload.PART", message(3))
    drop(tmp_path / "below", "x.hl7", message(4))
    (tmp_path / "link.hl7").symlink_to(tmp_path / "below" / "x.hl7")
    os.mkfifo(tmp_path / "pipe.hl7")
    assert take(tmp_path, sender()) == (0, [])
    assert not Delivery.objects.exists()


def test_the_same_bytes_under_another_name_are_only_put_away(tmp_path: Path) -> None:
    source = sender()
    drop(tmp_path, "a.hl7", message(1))
    take(tmp_path, source)
    drop(tmp_path, "a.hl7", message(1))
    drop(tmp_path, "again.hl7", message(1))
    assert take(tmp_path, source) == (0, [])
    assert Delivery.objects.count() == 1
    assert len(os.listdir(tmp_path / "done")) == 3, "a file put away never takes the place of another"


def test_a_file_that_changes_while_it_is_read_is_taken_another_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = drop(tmp_path, "a.hl7", message(1))
    pieces = folders.pieces

    def growing(path: Path) -> Iterator[bytes]:
        for piece in pieces(path):
            with path.open("ab") as file:
                file.write(b"more")
            yield piece

    with monkeypatch.context() as changed:
        changed.setattr(folders, "pieces", growing)
        assert take(tmp_path, sender()) == (0, [])
    assert path.exists() and not Delivery.objects.exists()


def test_killed_before_putting_away_the_next_round_only_puts_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = sender()
    drop(tmp_path, "a.hl7", message(1))

    def killed(path: Path, fingerprint: str) -> None:
        raise SystemExit

    with monkeypatch.context() as broken, pytest.raises(SystemExit):
        broken.setattr(folders, "put_away", killed)
        take(tmp_path, source)
    assert take(tmp_path, source) == (0, [])
    assert Delivery.objects.count() == 1 and os.listdir(tmp_path / "done") == ["a.hl7"]


def test_what_cannot_come_in_is_named(tmp_path: Path) -> None:
    drop(tmp_path, "empty.hl7", b"")
    drop(tmp_path, "large.hl7", b"x" * 10_001)
    good = drop(tmp_path, "good.hl7", message(1))
    assert take(tmp_path, sender()) == (1, [("file_empty", "empty.hl7"), ("file_too_large", "large.hl7")])
    assert not good.exists()
    assert take(tmp_path / "nowhere", Source.objects.get()) == (0, [("folder_missing", "")])


def test_the_watcher_looks_into_every_senders_folder(tmp_path: Path, settings: Settings) -> None:
    now = timezone.now().timestamp()
    own = sender("own", folder=str(tmp_path / "own"))
    sender("shared-lab")
    pulled = sender("pulled", folder=str(tmp_path / "pulled"), next_pull_at=timezone.now() + timedelta(hours=1))
    root = tmp_path / "watched"
    settings.WATCHED_FOLDER = str(root)
    drop(tmp_path / "own", "1.hl7", message(1), now=now)
    drop(tmp_path / "own", "2.hl7", b"", now=now)
    drop(tmp_path / "pulled", "3.hl7", message(3), now=now)
    drop(root / "Shared Lab", "4.hl7", message(4), now=now)
    drop(root / "Nobody Knows", "5.hl7", batch(5, 6), now=now)
    drop(root, "6.hl7", message(7), now=now)
    (root / "Empty").mkdir()

    jobs.watch_folders(0)
    assert sorted(Delivery.objects.values_list("source__code", "source__active")) == [
        ("nobody-knows", False),
        ("own", True),
        ("shared-lab", True),
        ("unknown", False),
    ]
    assert list(Trouble.objects.values_list("source", "code", "name")) == [(own.pk, "file_empty", "2.hl7")]
    for delivery in Delivery.objects.all():
        jobs.read_received_delivery(str(delivery.pk))
    assert Report.objects.filter(state="held", causes=["sender:nobody-knows"]).count() == 2

    (tmp_path / "own" / "2.hl7").unlink()
    jobs.watch_folders(0)
    assert not Trouble.objects.filter(ended_at=None).exists()

    Source.objects.filter(pk=pulled.pk).update(next_pull_at=timezone.now())
    jobs.pull_due_sources(0)
    assert Delivery.objects.get(source=pulled).channel == "pull"
    pulled.refresh_from_db()
    assert pulled.next_pull_at is not None and pulled.next_pull_at > timezone.now() + timedelta(minutes=59)


def test_a_pull_whose_folder_is_gone_is_told(tmp_path: Path) -> None:
    source = sender("pulled", folder=str(tmp_path / "gone"), next_pull_at=AT)
    jobs.pull_due_sources(0)
    assert Trouble.objects.get().code == "folder_missing" and Trouble.objects.get().source == source
