"""Taking files in: from a sender's folder, from a command line. Each file is received in a transaction of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tracing.intake import folders
from tracing.intake.actions.receiving import NothingReceived, Receipt, TooLarge, receive
from tracing.intake.actions.sources import note_troubles
from tracing.intake.models import Source
from tracing.intake.queries import known_delivery
from tracing.journal.actions import Actor


@dataclass(frozen=True, slots=True)
class Taken:
    """One file: its receipt, or the code of what was wrong with it."""

    path: Path
    receipt: Receipt | None
    trouble: str = ""


TROUBLES = {
    "folder_missing": "The folder is not there, or may not be looked into",
    "file_unreadable": "The file may not be read",
    "file_empty": "The file is empty",
    "file_too_large": "The file is larger than a delivery may be",
    "file_not_moved": "The file was received but cannot be moved to the folder done",
    "fetch_failed": "The sender could not be reached",
}
"""What may keep a file from coming in, in words."""


def take_file(path: Path, *, source: Source, channel: str, by: Actor, at: datetime, limit: int | None) -> Taken | None:
    """Receive one file; None where it changed while it was read and is taken another time."""
    try:
        receipt = receive(source=source, chunks=folders.pieces(path), channel=channel, name=path.name, by=by, at=at, limit=limit)
    except folders.FileChanged:
        return None
    except FileNotFoundError:
        return None
    except OSError:
        return Taken(path, None, "file_unreadable")
    except NothingReceived:
        return Taken(path, None, "file_empty")
    except TooLarge:
        return Taken(path, None, "file_too_large")
    return Taken(path, receipt)


def take_folder(
    folder: Path, *, source: Source, channel: str, by: Actor, at: datetime, limit: int | None
) -> tuple[int, list[tuple[str, str]]]:
    """Receive every whole file of a folder and put it away. Returns how many, and the troubles there are now: (code, file name).

    Killed between the two, it finds the file again, knows its bytes, and only puts it away.
    """
    troubles: list[tuple[str, str]] = []
    received = 0
    try:
        files = folders.waiting_files(folder, now=at.timestamp())
    except OSError:
        return 0, [("folder_missing", "")]
    for path in files:
        try:
            fingerprint = folders.fingerprint(path)
        except (folders.FileChanged, FileNotFoundError):
            continue
        except OSError:
            troubles.append(("file_unreadable", path.name))
            continue
        if known_delivery(fingerprint) is None:
            taken = take_file(path, source=source, channel=channel, by=by, at=at, limit=limit)
            if taken is None:
                continue
            if taken.receipt is None:
                troubles.append((taken.trouble, path.name))
                continue
            fingerprint = taken.receipt.fingerprint
            received += 1
        try:
            folders.put_away(path, fingerprint)
        except FileNotFoundError:
            continue
        except OSError:
            troubles.append(("file_not_moved", path.name))
    return received, troubles


def take_and_tell(source: Source, places: Iterable[Path], *, channel: str, by: Actor, at: datetime, limit: int | None) -> int:
    """All folders of a sender, and its troubles told. Returns how many deliveries came in."""
    received, troubles = 0, list[tuple[str, str]]()
    for folder in places:
        came, wrong = take_folder(folder, source=source, channel=channel, by=by, at=at, limit=limit)
        received += came
        troubles += wrong
    note_troubles(source=source, seen=troubles, by=by, at=at)
    return received
