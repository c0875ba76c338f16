"""`contact`: the one command line. Each command is a module of config/commands, loaded only when it is asked for."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from typing import Final

COMMANDS: Final = {
    "demo": "Try it out: own database, made-up people, web server and worker",
    "serve": "Run the web server",
    "work": "Run a worker: files reports, sends messages, seals the journal",
    "migrate": "Bring the database to this version: tables, policies, partitions",
    "profile": "Load a state's profile: areas, departments, roles, rule sets",
    "staff": "Accounts: add the first administrator, list who has which role",
    "scim": "Directories: keys with which organisations make and close accounts",
    "people": "Who is who: link files, match cases, learn weights, look for duplicates",
    "intake": "Laboratory reports: read, explain, receive, status",
    "board": "The board: make the moments anew that it counts",
    "audit": "The journal: verify that no entry was altered or removed",
    "doctor": "Check this deployment and say in plain words what is wrong",
    "roles": "Print every role with what it may, for an auditor",
    "roles-sql": "Print the SQL that makes the database's roles, for an administrator",
    "assets": "Fetch style sheets, fonts and icons; collect them for a web server",
    "embedded": "The checkout's own database: start, stop, status, run a command with it",
    "manage": "For developers: Django's own commands",
}


def main(argv: list[str] | None = None) -> int:
    """Exit code: 0 done, 1 the work failed, 2 asked for wrongly."""
    words = sys.argv[1:] if argv is None else argv
    if not words or words[0] in ("-h", "--help", "help"):
        print(_usage())
        return 0 if words else 2
    if words[0] == "--version":
        from importlib.metadata import version

        print(f"contact {version('contact')}")
        return 0
    name = words[0]
    if name not in COMMANDS:
        print(f"contact: there is no command {name!r}. `contact --help` lists them.", file=sys.stderr)
        return 2
    module = import_module(f"config.commands.{name.replace('-', '_')}")
    parser = argparse.ArgumentParser(
        prog=f"contact {name}", description=module.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    module.arguments(parser)
    return _run(module.run, parser.parse_args(words[1:]))


def _run(run: object, options: argparse.Namespace) -> int:
    """Known failures become a sentence; unknown ones keep their trace, for they are bugs."""
    try:
        return int(run(options) or 0)  # type: ignore[operator]
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `| head` had enough
        sys.stderr.close()
        return 0
    except Exception as error:
        known = _known(error)
        if known is None:
            raise
        code, text, exit_code = known
        print(f"contact: {code}: {text}", file=sys.stderr)
        return exit_code


def _known(error: Exception) -> tuple[str, str, int] | None:
    from config.ready import Stop
    from tracing.base.settings import SettingWrong

    if isinstance(error, Stop):
        return error.code, str(error), error.exit_code
    if isinstance(error, SettingWrong):
        return "CT100", str(error), 2
    for kind, code, advice in (
        ("config.embedded.EmbeddedFailed", "CT110", ""),
        ("psycopg.OperationalError", "CT102", "Is the server up, and are address and password right? Try `contact doctor`."),
        (
            "django.db.utils.OperationalError",
            "CT102",
            "Is the server up, and are address and password right? Try `contact doctor`.",
        ),
    ):
        if any(f"{base.__module__}.{base.__qualname__}" == kind for base in type(error).__mro__):
            return code, f"{str(error).strip()}\n{advice}".strip(), 1
    return None


def _usage() -> str:
    width = max(len(name) for name in COMMANDS)
    lines = [f"  {name:<{width}}  {says}" for name, says in COMMANDS.items()]
    return "\n".join(
        ["usage: contact COMMAND [options]      (contact COMMAND --help tells more)", "", *lines, "", "Settings: docs/settings.md"]
    )
