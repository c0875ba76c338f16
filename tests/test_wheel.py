"""What is installed without the checkout has everything that runs need: code, rules, codes, pages and the state's profile."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("tracing", "config", "profiles")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel unpacked, built from a copy so that nothing is left in the checkout."""
    place = tmp_path_factory.mktemp("wheel")
    source = place / "source"
    for part in PARTS:
        shutil.copytree(ROOT / part, source / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / file, source / file)
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(place), "."]
    built = subprocess.run(command, cwd=source, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    (wheel,) = place.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(place / "installed")
    return place / "installed"


def test_everything_but_tests_is_in_the_wheel(installed: Path) -> None:
    def files(under: Path) -> set[str]:
        return {
            str(path.relative_to(under))
            for part in PARTS
            for path in (under / part).rglob("*")
            if path.is_file() and not {"tests", "__pycache__"} & set(path.relative_to(under).parts)
        }

    assert files(ROOT) == files(installed)


def test_an_installed_program_reads_reports_away_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CONTACT_", "DATABASE_", "DJANGO_"))}
    said = subprocess.run(
        [sys.executable, "-m", "config", "intake", "read", str(ROOT / "tests/samples/hl7/measles_igm.hl7")],
        env={**kept, "PYTHONPATH": str(installed)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert said.returncode == 0, said.stderr
    assert '"condition": "measles"' in said.stdout
