"""The checkout's own PostgreSQL server, which demo and development use.

contact embedded start | stop | status | remove
contact embedded run COMMAND …               run a command with DATABASE_URL set to it
contact embedded run --throwaway COMMAND …   with an empty one that is deleted afterwards
"""

from __future__ import annotations

import argparse
import os
import subprocess

from config import embedded
from config.ready import Stop, demo_secret


def arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="what", required=True, metavar="start | stop | status | remove | run")
    for name in ("start", "stop", "status"):
        words.add_parser(name)
    remove = words.add_parser("remove", help="stop it and delete its data")
    remove.add_argument("--yes", action="store_true", help="really")
    command = words.add_parser("run", help="run a command with DATABASE_URL set to it")
    command.add_argument("--throwaway", action="store_true", help="an empty one, deleted afterwards")
    command.add_argument("command", nargs=argparse.REMAINDER, metavar="COMMAND …")


def run(options: argparse.Namespace) -> int:
    home = embedded.state_folder()
    match options.what:
        case "start":
            instance, started = embedded.start(home)
            print(f"{'started' if started else 'running'} on 127.0.0.1:{instance.port}, data in {home}")
        case "stop":
            print("stopped" if (home / "data").exists() and embedded.stop(home) else "was not running")
        case "status":
            running = (home / "data").exists() and embedded.is_running(home)
            print(f"{'running' if running else 'not running'}, data in {home}")
            return 0 if running else 1
        case "remove":
            if not options.yes:
                raise Stop("CT111", f"This deletes every person and report in {home}. Repeat it with --yes.", 2)
            embedded.remove(home)
            print(f"deleted {home}")
        case "run":
            return _with_database(options)
    return 0


def _with_database(options: argparse.Namespace) -> int:
    if not options.command:
        raise Stop("CT112", "Name the command to run: contact embedded run COMMAND …", 2)
    if options.throwaway:
        with embedded.throwaway() as instance:
            return _call(options.command, instance)
    return _call(options.command, embedded.start(embedded.state_folder())[0])


def _call(command: list[str], instance: embedded.Instance) -> int:
    secret = os.environ.get("CONTACT_SECRET_KEY") or demo_secret(instance.home)
    environment = {**os.environ, **instance.environment(), "CONTACT_DEMO": "1", "CONTACT_SECRET_KEY": secret}
    return subprocess.run(command, env=environment).returncode
