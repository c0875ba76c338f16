"""What README and docs say is there: files, functions, commands, targets, codes. Words that nobody checks go stale."""

from __future__ import annotations

import argparse
import ast
import re
import shlex
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final

import pytest

from config.cli import COMMANDS, main
from tests.guards.house import ROOT, TRACING, floors

PAGES: Final = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
OUTSIDE: Final = {
    "psql": "the database's own", "git": "everybody has it", "curl": "for laboratories", "export": "of the shell",
    "python": "in an activated .venv",
}  # fmt: skip
"""Programs in examples that are not ours."""
FENCE: Final = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
SPAN: Final = re.compile(r"`([^`\n]+)`")
LINK: Final = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FILE: Final = re.compile(r"(?:[\w.-]+/)+(?:[\w-]+\.(?:py|toml|csv|md|txt|html|css|png|sql))?")
BESIDE: Final = {"rule-sets.md": TRACING / "diseases"}
"""Pages about one room, which name its files from there."""


def prose(page: Path) -> str:
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def spans(page: Path) -> list[str]:
    return SPAN.findall(prose(page))


def example_lines(page: Path) -> Iterator[str]:
    """Commands of the blocks marked `sh`, and of unmarked ones that begin with a command of ours."""
    for language, block in FENCE.findall(page.read_text(encoding="utf-8")):
        lines = [line.strip() for line in block.replace("\\\n", " ").splitlines() if line.strip()]
        if language == "sh" or (not language and lines and lines[0].startswith(("contact ", "make "))):
            yield from lines


def words_of(line: str) -> list[str]:
    """Without settings before it, comment behind it, and where its output goes."""
    words = shlex.split(line, comments=True)
    while words and re.match(r"[A-Z_]+=", words[0]):
        words.pop(0)
    return words[: words.index(">")] if ">" in words else words


@cache
def names_in(path: Path) -> frozenset[str]:
    """What a module defines: functions, classes, their methods, constants."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{part.name}" for part in node.body if isinstance(part, ast.FunctionDef)}
        if isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return frozenset(found)


def find(name: str, page: Path) -> Path | None:
    """The file of the checkout that a page means: from the checkout, from `tracing/`, or from beside the page."""
    places = (ROOT, TRACING, page.parent, BESIDE.get(page.name, ROOT))
    return next((place / name for place in places if (place / name).exists()), None)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_and_named_files_are_there(page: Path) -> None:
    wrong = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        file = target.partition("#")[0]
        if file and not re.match(r"[a-z]+:", file) and not (page.parent / file).exists():
            wrong.append(f"link to {file}")
    for span in spans(page):
        if FILE.fullmatch(span) and find(span, page) is None:
            wrong.append(f"file {span}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_named_functions_are_there(page: Path) -> None:
    wrong = []
    for span in spans(page):
        path, mark, name = span.partition("::")
        if mark:
            file = find(path, page)
            if file is None or name not in names_in(file):
                wrong.append(span)
    for label, target in re.findall(r"\[`([\w/.]+)::[\w.]+`\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
        if not target.endswith(label):
            wrong.append(f"{label} leads to {target}")
    assert not wrong, "\n".join(wrong)


def test_the_road_names_what_it_says() -> None:
    """The page of the main road is worth something only if it names many steps, all of them with a place."""
    steps = [line for line in (ROOT / "docs" / "a-positive-report.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    without = [step[:60] for step in steps if "::" not in step and not step.startswith(("| # ", "| --- "))]
    assert not without
    assert {str(number) for number in range(1, 10)} <= {step.split("|")[1].strip() for step in steps}


def parser_of(name: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"contact {name}", exit_on_error=False)
    import_module(f"config.commands.{name.replace('-', '_')}").arguments(parser)
    return parser


def complaint(words: list[str]) -> str:
    """What is wrong with a command as an example shows it; "" if it would be understood."""
    name = words[1] if len(words) > 1 else ""
    if name in ("--help", "--version"):
        return ""
    if name not in COMMANDS:
        return f"no command {name!r}"
    try:
        parser_of(name).parse_args(words[2:])
    except (argparse.ArgumentError, SystemExit) as error:
        return str(error) if isinstance(error, argparse.ArgumentError) else "it is not understood"
    return ""


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def missing_paths(words: list[str]) -> str:
    """Files and folders of the checkout that an example for pytest names."""
    gone = [word for word in words if word.startswith(("tests/", "tracing/", "config/")) and not (ROOT / word).exists()]
    return f"{gone[0]} is not there" if gone else ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_examples_are_understood(page: Path) -> None:
    wrong = []
    for line in example_lines(page):
        words = words_of(line)
        if not words:
            continue
        program = words[0].removeprefix(".venv/bin/")
        if program == "contact":
            said = complaint(words)
        elif program == "make":
            said = ", ".join(word for word in words[1:] if "=" not in word and word not in targets())
        elif words[:3] == [".venv/bin/python", "-m", "pytest"]:
            said = missing_paths(words)
        else:
            said = "" if program in OUTSIDE else "which program is that?"
        if said:
            wrong.append(f"{line}: {said}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands_named_in_passing_exist(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = []
    for span in spans(page):
        words = span.split()
        if span.startswith("python -m ") and find(f"{words[2].replace('.', '/')}.py", page) is None:
            wrong.append(span)
        if words[0] == "make" and len(words) > 1 and words[1] not in targets():
            wrong.append(span)
        if words[0] != "contact" or len(words) < 2 or words[1] in ("--help", "COMMAND"):
            continue
        if words[1] not in COMMANDS:
            wrong.append(span)
            continue
        plain = []
        for word in words[2:]:
            if not re.fullmatch(r"[a-z-]+", word) or word.startswith("-"):
                break
            plain.append(word)
        try:
            parser_of(words[1]).parse_args([*plain, "--help"])
        except argparse.ArgumentError:
            wrong.append(span)
        except SystemExit as ended:
            if ended.code:
                wrong.append(span)
        text = capsys.readouterr().out
        wrong += [f"{span}: no option {word}" for word in words if word.startswith("--") and word not in text]
    assert not wrong, "\n".join(wrong)


def cheap_examples() -> list[str]:
    """Those that need no database and change nothing."""
    found = {
        line
        for page in PAGES
        for line in example_lines(page)
        if re.match(r"(?:\.venv/bin/)?contact (?:--help|roles-sql|intake (?:read|explain) tests/)", line)
    }
    return sorted(found)


@pytest.mark.parametrize("line", cheap_examples())
def test_cheap_examples_do_what_they_say(line: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert main(words_of(line)[1:]) == 0
    assert capsys.readouterr().out.strip()


def test_there_are_cheap_examples() -> None:
    assert len(cheap_examples()) >= 3


def test_the_map_shows_every_room_and_no_other() -> None:
    rows = re.findall(r"^\|[^|]*\| `(\w+)` \|", (ROOT / "docs" / "map.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(rows) == sorted(floors())
    height = [floors()[room] for room in rows]
    assert height == sorted(height, reverse=True), "from the surfaces down to the ground"
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert not [room for room in floors() if f"`{room}`" not in readme]


def test_every_page_is_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md" or not page.exists():
            continue
        reached.add(page)
        links = (target.partition("#")[0] for target in LINK.findall(page.read_text(encoding="utf-8")))
        waiting += [(page.parent / link).resolve() for link in links if link and not re.match(r"[a-z]+:", link)]
    assert not sorted(page.name for page in PAGES if page not in reached and page.name != "CHANGELOG.md")


def test_decisions_are_numbered_dated_and_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    notes = sorted(folder.glob("[0-9]*.md"))
    index = (folder / "README.md").read_text(encoding="utf-8")
    for number, note in enumerate(notes, 1):
        text = note.read_text(encoding="utf-8")
        title = re.match(r"# (\d+)\. (.+)\n\n\d{4}-\d\d-\d\d · \w+", text)
        assert title and int(title[1]) == number == int(note.name[:4]), note.name
        assert all(f"\n## {part}\n" in text for part in ("Context", "Decision", "Consequences")), note.name
        assert f"[{title[2]}]({note.name})" in index, note.name


def test_every_code_of_a_failure_is_explained() -> None:
    raised = {
        code
        for path in [*(ROOT / "config").rglob("*.py"), *TRACING.rglob("*.py")]
        for code in re.findall(r"\"(CT\d{3})\"", path.read_text(encoding="utf-8"))
    }
    table = (ROOT / "docs" / "running.md").read_text(encoding="utf-8").partition("## Codes of failures")[2]
    explained = set(re.findall(r"CT\d{3}", table))
    for first, last in re.findall(r"CT(\d{3}) to CT(\d{3})", table):
        explained |= {f"CT{number}" for number in range(int(first), int(last) + 1)}
    assert raised == explained


def test_the_version_is_the_one_of_the_changes() -> None:
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    newest = re.search(r"^## (\S+) \(", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert version and newest and version[1] == newest[1]
