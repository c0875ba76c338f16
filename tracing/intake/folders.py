"""Folders in which senders leave files: which are whole, their bytes, where they go once received. No Django, no clock."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

DONE: Final = "done"
STABLE_SECONDS: Final = 10
"""A file that was written to more recently than this may still be growing."""
CHUNK: Final = 2**18
_UNFINISHED: Final = (".part", ".partial", ".tmp", ".filepart", ".crdownload")
"""Names that transfer programs give to files they are still writing."""


class FileChanged(Exception):
    """The file grew or was replaced while it was read: it is taken another time."""


def waiting_files(folder: Path, *, now: float) -> list[Path]:
    """Files that are whole, oldest first. Raises OSError where the folder cannot be looked into.

    Hidden files, links, folders and files under the name of an unfinished transfer are left alone. `now`: seconds since 1970.
    """
    found: list[tuple[float, str, Path]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name.lower().endswith(_UNFINISHED):
                continue
            try:
                if not entry.is_file(follow_symlinks=False):
                    continue
                seen = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            if now - seen.st_mtime >= STABLE_SECONDS:
                found.append((seen.st_mtime, entry.name, Path(entry.path)))
    return [path for _, _, path in sorted(found)]


def pieces(path: Path) -> Iterator[bytes]:
    """The bytes of a file. Ends with FileChanged, so that nothing of it is kept, if it changed meanwhile."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    with os.fdopen(handle, "rb", buffering=0) as file:
        before = os.fstat(file.fileno())
        if not stat.S_ISREG(before.st_mode):
            raise FileChanged(path.name)
        left = before.st_size
        while piece := file.read(CHUNK):
            left -= len(piece)
            if left < 0:  # it grows faster than it is read, or forever
                raise FileChanged(path.name)
            yield piece
        after = os.fstat(file.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise FileChanged(path.name)


def fingerprint(path: Path) -> str:
    """SHA-256 of the file in hexadecimal."""
    digest = hashlib.sha256()
    for piece in pieces(path):
        digest.update(piece)
    return digest.hexdigest()


def put_away(path: Path, fingerprint: str) -> None:
    """Move a received file to `done`; another of the same name there keeps its place."""
    done = path.parent / DONE
    done.mkdir(exist_ok=True)
    # A sender may write to its own folder: a link in place of `done` must not carry its files elsewhere.
    folder = os.open(done, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        name = path.name
        try:
            os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            pass
        else:
            name = f"{path.stem}.{fingerprint[:12]}{path.suffix}"
        os.rename(path, name, dst_dir_fd=folder)
    finally:
        os.close(folder)


def sender_folders(root: Path) -> list[tuple[str, Path]]:
    """Below the watched folder each sender has one: its code and the path. Files beside them are of the sender `unknown`."""
    found = [("unknown", root)]
    with os.scandir(root) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.name != DONE and not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False):
                code = re.sub(r"[^a-z0-9]+", "-", entry.name.lower()).strip("-")[:60].strip("-")
                found.append((code or "unknown", Path(entry.path)))
    return found
