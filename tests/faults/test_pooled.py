"""Through a pooler in transaction mode: server connections go from hand to hand, and nothing of one user stays for the next."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from config.embedded import free_port
from tests.test_gateway_live import serving
from tracing.desk.tests.world import World, add_case, noon_of_today, world
from tracing.people.models import Person

pytestmark = pytest.mark.django_db(transaction=True)
PROGRAM = shutil.which("pgbouncer") or ("/usr/sbin/pgbouncer" if Path("/usr/sbin/pgbouncer").exists() else "")
CLIENTS, EACH, SERVER_CONNECTIONS = 20, 40, 3


@pytest.fixture
def pooled(database_server: Callable[[str, str], str]) -> Iterator[str]:
    """The application's address through a pooler that has few connections of its own."""
    if not PROGRAM:
        pytest.skip("PgBouncer is not installed (on Debian: apt-get install pgbouncer)")
    direct = urlsplit(database_server("contact_app", connection.settings_dict["NAME"]))
    if direct.username != "contact_app":
        pytest.skip("the server that was given has no login contact_app")
    home, port = Path(tempfile.mkdtemp(prefix="contact-pooler-")), free_port()
    (home / "users").write_text(f'"contact_app" "{direct.password}"\n')
    (home / "pgbouncer.ini").write_text(
        f"[databases]\n* = host={direct.hostname} port={direct.port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n"
        f"auth_type = trust\nauth_file = {home}/users\npool_mode = transaction\ndefault_pool_size = {SERVER_CONNECTIONS}\n"
        "max_client_conn = 100\nunix_socket_dir =\nignore_startup_parameters = extra_float_digits\n"
    )
    command = [PROGRAM, "-q", str(home / "pgbouncer.ini")]
    if os.geteuid() == 0:  # it refuses to run as root
        nobody = pwd.getpwnam("nobody")
        for path in (home, *home.iterdir()):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
        command[1:1] = ["-u", "nobody"]
    pooler = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = urlunsplit(direct._replace(netloc=f"contact_app:{direct.password}@127.0.0.1:{port}"))
    try:
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with suppress(psycopg.OperationalError), psycopg.connect(url, prepare_threshold=None):
                break
        yield url
    finally:
        pooler.terminate()
        pooler.wait(10)
        shutil.rmtree(home)


@pytest.fixture
def made(db: None) -> World:
    """Six people of New Haven and five of Hartford, with names that say which."""
    state = world(noon_of_today())
    for number in range(6):
        add_case(state, f"Haven{number}", "Ana", phone=f"+120355501{number:02}")
    for number in range(5):
        add_case(state, f"Harford{number}", "Bo", phone=f"+186055501{number:02}", town="hartford", unit="hartford")
    return state


def test_transactions_through_a_pooler_never_see_with_anothers_eyes(pooled: str, made: World) -> None:
    """Each client alternates between two users, and asks between transactions whether anything is left on the connection."""
    sessions = {who: next(iter(made.client(who).cookies.values())).value for who in ("tracer", "elsewhere")}
    names = {"tracer": "Haven", "elsewhere": "Harford"}
    wrong: list[str] = []
    backends: set[int] = set()
    begin = threading.Barrier(CLIENTS)

    def ask(client: int) -> None:
        with psycopg.connect(pooled, prepare_threshold=None, autocommit=True) as line:
            begin.wait(20)
            for number in range(EACH):
                who = "tracer" if (client + number) % 2 else "elsewhere"
                with line.transaction():
                    line.execute("SELECT set_config('role', 'contact_web', true), set_config('app.session', %s, true)", [sessions[who]])
                    seen = [row[0] for row in line.execute("SELECT family FROM people_person").fetchall()]
                if not seen or not all(family.startswith(names[who]) for family in seen):
                    wrong.append(f"{who} saw {seen}")
                left = line.execute("SELECT current_user, current_setting('app.session', true), pg_backend_pid()").fetchone()
                assert left is not None
                backends.add(left[2])
                if left[0] != "contact_app" or left[1]:
                    wrong.append(f"left on the connection: {left[:2]}")

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(ask, range(CLIENTS)))
    assert not wrong, wrong[:5]
    assert 1 < len(backends) <= SERVER_CONNECTIONS, "the connections were shared"


def test_pages_through_a_pooler_show_each_user_their_own(
    pooled: str, made: World, database_server: Callable[[str, str], str]
) -> None:
    """The real server, its pages, and a leaver whose next request finds nothing."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("CONTACT_", "DATABASE_", "DJANGO_"))},
        "DATABASE_URL": pooled,
        "DATABASE_DIRECT_URL": database_server("contact_app", connection.settings_dict["NAME"]),
        "CONTACT_DEMO": "1",
        "CONTACT_SECRET_KEY": settings.SECRET_KEY,
    }
    cookies = {who: next(iter(made.client(who).cookies.values())).value for who in ("tracer", "elsewhere")}
    families = list(Person.objects.values_list("family", flat=True))
    own = {"tracer": "Haven", "elsewhere": "Harford", "": "nobody's"}

    with serving(environment) as (port, _server):

        def page(number: int) -> tuple[str, set[str], bool]:
            who = ("tracer", "elsewhere", "")[number % 3]
            request = urllib.request.Request(f"http://127.0.0.1:{port}/lists/cases")
            if who:
                request.add_header("Cookie", f"{settings.SESSION_COOKIE_NAME}={cookies[who]}")
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
                text = answer.read().decode()
            return who, {family for family in families if family in text}, "/sign-in" in answer.url

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(page, range(90)))
        for who, seen, sent_away in answers:
            assert sent_away == (who == "")
            assert seen == {family for family in families if family.startswith(own[who])}, who
        made.staff["tracer"].is_active = False
        made.staff["tracer"].save(update_fields=["is_active"])
        assert page(0) == ("tracer", set(), True), "a leaver's next request sees nothing"
