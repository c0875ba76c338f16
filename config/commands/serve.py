"""Run the web server. Put a reverse proxy with TLS in front of it (CONTACT_BEHIND_PROXY=1), or give it a certificate."""

from __future__ import annotations

import argparse
import ipaddress
import os
import sys

from config.ready import Stop, ready


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="processes (2)")
    parser.add_argument("--threads", type=int, default=4, metavar="N", help="requests at a time in each process (4)")
    parser.add_argument("--certificate", metavar="FILE", help="TLS certificate (PEM)")
    parser.add_argument("--key", metavar="FILE", help="its key (PKCS#8)")


def run(options: argparse.Namespace) -> int:
    ready("web")
    from django.conf import settings

    if settings.DEMO and not _is_loopback(options.host):
        raise Stop("CT131", f"The demo has no TLS and known passwords: it listens on this machine only, not on {options.host}.", 2)
    if settings.STATIC_ROOT is not None and not (settings.STATIC_ROOT / "staticfiles.json").exists():
        raise Stop("CT130", "Style sheets are not collected. Run `contact assets --collect` first.", 2)
    # A mistake in a page's code shows here, once, and not in every process that the server starts and starts again.
    from django.urls import get_resolver

    _ = get_resolver().url_patterns
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--http", "auto" if options.certificate else "1",
        "--host", options.host, "--port", str(options.port),
        "--workers", str(options.workers), "--blocking-threads", str(options.threads),
        "--respawn-failed-workers", "--log-level", "warning", "--no-access-log",
    ]  # fmt: skip
    if options.certificate and options.key:
        command += ["--ssl-certificate", options.certificate, "--ssl-keyfile", options.key]
    # One thread of Python per request and one connection per thread: workers × threads bounds both.
    os.execv(command[0], [*command, "config.wsgi:application"])


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
