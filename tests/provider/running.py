"""The provider while it runs, for tests: who is signed in there, and how it misbehaves."""

from __future__ import annotations

import json
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import urlsplit

from tests.provider.fetch import NODE, PLACE, present
from tracing.access.provider.rules import Provider

MISSING: Final = "The sign-in provider of the tests was not fetched (`make test` does it; or: python -m tests.provider.fetch)."
CLIENT: Final = "contact-tests"
SECRET: Final = "a secret: with/marks+"


class _StopAtOurs(urllib.request.HTTPRedirectHandler):
    """Follows the provider's own redirections and stops where the browser would come back to us."""

    def __init__(self, back: str) -> None:
        self.back = back

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        return None if newurl.startswith(self.back) else super().redirect_request(req, fp, code, msg, headers, newurl)


@dataclass(slots=True)
class Running:
    """A provider on the loopback interface."""

    issuer: str
    process: subprocess.Popen[str]

    def set(self, **scene: Any) -> None:
        """Who signs in there from now on, and how the provider behaves: see provider.mjs."""
        request = urllib.request.Request(f"{self.issuer}/scene", data=json.dumps(scene).encode(), method="PUT")
        urllib.request.urlopen(request, timeout=10).read()

    def settings(self, **changes: Any) -> Provider:
        """As it would be set up here."""
        return Provider(
            **{"issuer": self.issuer, "client": CLIENT, "secret": SECRET, "name": "State Sign-in", "seconds": 3, **changes}
        )

    def visit(self, address: str, back: str) -> str:
        """Go there as a browser does, sign in, and bring the address to which the provider sends back."""
        opener = urllib.request.build_opener(_StopAtOurs(back), urllib.request.HTTPCookieProcessor(CookieJar()))
        try:
            opener.open(address, timeout=20)
        except HTTPError as stopped:
            with stopped:
                if stopped.code in (302, 303):
                    found = urlsplit(str(stopped.headers["Location"]))
                    return f"{found.path}?{found.query}"
                raise AssertionError(f"the provider says {stopped.code}: {stopped.read()[:500]!r}") from None
        raise AssertionError("the provider did not send back")


@contextmanager
def running(*callbacks: str) -> Iterator[Running]:
    """Start it for clients that come back to one of these addresses."""
    assert present(), MISSING
    process = subprocess.Popen(
        [str(NODE), str(Path(__file__).with_name("provider.mjs")), str(PLACE), CLIENT, SECRET, ",".join(callbacks)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        watch = threading.Timer(30, process.kill)
        watch.start()
        issuer = process.stdout.readline().strip()
        watch.cancel()
        assert issuer.startswith("http://127.0.0.1:"), "the provider did not start"
        yield Running(issuer, process)
    finally:
        process.terminate()
        process.wait(timeout=10)
        if process.stdout:
            process.stdout.close()
