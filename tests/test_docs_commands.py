"""Commands that the documents name exist, with their options: what a newcomer types works."""

from __future__ import annotations

import argparse
import re
from importlib import import_module
from pathlib import Path

import pytest

from config.cli import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
# In code, at the start of a line or of an inline piece: `contact intake read …`, possibly below .venv/bin.
_CONTACT = re.compile(r"(?:^|`|\$ )(?:\.venv/bin/)?contact ((?:[a-z][a-z-]*)(?: [^`\n#]*)?)", re.MULTILINE)
_MAKE = re.compile(r"(?:^|`|\$ )make ([a-z]+)(?=[ `\n]|$)", re.MULTILINE)


def documents() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "profiles").rglob("*.md")])


def code_of(text: str) -> str:
    """The fenced blocks and inline code of a page, one per line."""
    blocks = re.findall(r"^```[a-z]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    return "\n".join([*blocks, *inline])


def words_of(command: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"contact {command}", exit_on_error=False)
    import_module(f"config.commands.{command.replace('-', '_')}").arguments(parser)
    return parser


def known_words(parser: argparse.ArgumentParser) -> set[str]:
    """Options, choices and subcommands, at every depth."""
    words: set[str] = set()
    for part in parser._actions:
        words.update(part.option_strings)
        if isinstance(part, argparse._SubParsersAction):
            for name, below in part.choices.items():
                words |= {name} | known_words(below)
        elif part.choices:
            words.update(str(choice) for choice in part.choices)
    return words


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_commands_in_the_documents_exist(document: Path) -> None:
    text = code_of(document.read_text(encoding="utf-8"))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {target for target in _MAKE.findall(text) if target not in targets} == set()
    wrong: list[str] = []
    for call in _CONTACT.findall(text):
        command, *rest = call.split()
        if command not in COMMANDS:
            wrong.append(call)
            continue
        known = known_words(words_of(command))
        wrong += [f"{call}: {word}" for word in rest if word.startswith("--") and word.split("=")[0] not in known | {"--help"}]
        first = next((word for word in rest if re.fullmatch(r"[a-z-]+", word)), "")
        below = [part for part in words_of(command)._actions if isinstance(part, argparse._SubParsersAction)]
        if below and first and rest[0] == first and first not in below[0].choices:
            wrong.append(f"{call}: {first}")
    assert wrong == []
