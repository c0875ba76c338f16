"""Every setting that the program reads stands in docs/settings.md, and every one that stands there is read."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = re.compile(r"\b((?:CONTACT|DATABASE)_[A-Z_]+[A-Z])\b")


def test_settings_and_their_page_agree() -> None:
    read: set[str] = set()
    files = [ROOT / "conftest.py", *(ROOT / "config").rglob("*.py"), *(ROOT / "tracing").rglob("*.py")]
    for file in files:
        if "/tests/" not in file.as_posix():
            text = file.read_text(encoding="utf-8")
            for call in re.finditer(r"(?:env_\w+\(\s*|environ(?:\.get\(|\.setdefault\(|\[)\s*)[\"']([A-Z_]+)[\"']", text):
                read.add(call.group(1))
    read = {name for name in read if NAME.fullmatch(name)}
    written = set(NAME.findall((ROOT / "docs" / "settings.md").read_text(encoding="utf-8")))
    assert read - written == set(), "read by the program, not explained in docs/settings.md"
    assert written - read == set(), "explained in docs/settings.md, read by nobody"
