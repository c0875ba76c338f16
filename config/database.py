"""Which login a process uses, and as which role it works.

Two logins. The owner's (CONTACT_OWNER_DATABASE_URL) migrates. The application's (DATABASE_URL) inherits nothing: a web request
becomes `contact_web` or `contact_act` inside its transaction, workers and commands are `contact_act` from the connection on.
A statement that forgets the role therefore sees nothing instead of everything.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from tracing.base.settings import SettingWrong, env_int, env_secret

PROCESSES: Final = ("web", "work", "command", "owner")
_TIMEOUTS: Final = "-c idle_in_transaction_session_timeout=60000 -c statement_timeout=30000"


def parse_url(url: str, name: str) -> dict[str, Any]:
    """The parts of postgresql://user:password@host:port/database?sslmode=…; the message never shows the address itself."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise SettingWrong(f"{name} must begin with postgresql:// and name a PostgreSQL database.")
    try:
        port = parts.port
    except ValueError:
        raise SettingWrong(f"{name} has a port that is not a number.") from None
    database = unquote(parts.path.lstrip("/"))
    if not database:
        raise SettingWrong(f"{name} names no database: postgresql://login:password@host:5432/DATABASE")
    return {
        "NAME": database,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def database_for(process: str) -> dict[str, Any]:
    """Django's settings of the one database, for this kind of process."""
    if process not in PROCESSES:
        raise SettingWrong(f"CONTACT_PROCESS is {process!r}. It is one of {', '.join(PROCESSES)}.")
    direct = env_secret("DATABASE_DIRECT_URL", least=1, default="")
    pooled = process == "web" and bool(direct)
    if process == "owner":
        name = "CONTACT_OWNER_DATABASE_URL"
        url = env_secret(name, least=1)
    elif process == "web" or not direct:
        name, url = "DATABASE_URL", env_secret("DATABASE_URL", least=1)
    else:
        name, url = "DATABASE_DIRECT_URL", direct
    database = {"ENGINE": "django.db.backends.postgresql", "ATOMIC_REQUESTS": False, **parse_url(url, name)}
    options: dict[str, Any] = {
        "connect_timeout": 10,
        "application_name": f"contact-{process}",
        # A transaction pooler hands each transaction another server connection, where nothing was prepared.
        "prepare_threshold": None,
        **database["OPTIONS"],
    }
    if process == "web":
        if not pooled:  # a transaction pooler refuses connection options
            options["options"] = _TIMEOUTS
        database |= {"CONN_MAX_AGE": 300, "CONN_HEALTH_CHECKS": True, "DISABLE_SERVER_SIDE_CURSORS": pooled}
    elif process in ("work", "command"):
        options["options"] = "-c role=contact_act -c idle_in_transaction_session_timeout=300000"
    if process == "work":
        # A job runs in a thread of its own: without a pool each would open a connection.
        options["pool"] = {"min_size": 1, "max_size": env_int("CONTACT_WORKER_CONNECTIONS", 8, least=2), "timeout": 30}
    database["OPTIONS"] = options
    return database
