"""Check this deployment and say in plain words what is wrong and how to mend it.

Exit code 0 when nothing is bad, 1 when something is. Changes nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable
from dataclasses import asdict
from typing import Final

from config.doctor.finding import Finding
from config.ready import ready

_SIGNS: Final = {"good": "ok  ", "warning": "WARN", "bad": "BAD "}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--deep", action="store_true", help="also compare policies word by word (owner's login, short locks)")
    parser.add_argument("--json", action="store_true", help="one JSON object per finding")


def run(options: argparse.Namespace) -> int:
    ready("command")
    worst = 0
    for finding in examine(deep=options.deep):
        if finding.level == "bad":
            worst = 1
        if options.json:
            print(json.dumps(asdict(finding)))
        else:
            print(f"{_SIGNS[finding.level]}  {finding.says}")
            if finding.mend:
                print(f"      → {finding.mend}")
        sys.stdout.flush()
    return worst


def examine(*, deep: bool = False) -> Iterable[Finding]:
    """Every check, the later ones only where the earlier let them."""
    from django.db import Error
    from django.utils import timezone

    from config.doctor import deployment, provider, running, server, voice

    outside = (provider.provider_answers, voice.service_answers)
    for check in (deployment.secrets_and_addresses, deployment.assets, deployment.disk, deployment.folders, *outside):
        yield from check()
    findings, inside = server.reachable()
    yield from findings
    if not inside:
        return
    yield from server.direct_way()
    try:
        missing = list(server.migrations())
        yield from missing
        if any(finding.level == "bad" for finding in missing):
            return
        yield from server.policies()
        yield from server.partitions()
        if deep and os.environ.get("CONTACT_OWNER_DATABASE_URL"):
            yield from server.policies_word_by_word()
        at = timezone.now()
        for look in (running.people_who_can_work, running.workers, running.journal, running.reports, running.senders, provider.without_it):
            yield from look(at)
    except Error as error:
        words = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        yield Finding(
            "bad", "database-work", f"The database refused a question: {words}", "Run `contact migrate` with the owner's login."
        )
