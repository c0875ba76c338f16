"""A made Connecticut, in files or in a database.

python -m tests.matching.population --people 3600000 --database postgresql://superuser…   into a migrated database with the profile
python -m tests.matching.population --people 3600000 --home /var/tmp/somewhere            a server and database of its own, kept
python -m tests.matching.population --people 10000 --index index.csv --reports reports.csv --truth truth.csv --count 2000
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from tests.matching.made import database, files


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.matching.population", description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", help="address of a superuser of a database that is empty of people")
    parser.add_argument("--home", type=Path, help="folder of a server of its own; started, or started again")
    parser.add_argument("--index", type=Path)
    parser.add_argument("--reports", type=Path)
    parser.add_argument("--truth", type=Path)
    parser.add_argument("--count", type=int, default=2_000, help="how many reports")
    options = parser.parse_args()
    if options.index:
        files.write_index(options.index, options.people, options.seed)
    if options.reports:
        files.write_reports(options.reports, options.truth, options.people, options.count, options.seed)
    if options.home:
        options.database = server(options.home)
    if options.database:
        print(fill(options.database, options.people, options.seed))
    return 0


def fill(superuser: str, people: int, seed: int = 1) -> str:
    """Load the state if there is nobody yet; says what was done. SystemExit when there are clearly more or fewer people."""
    found = database.count(superuser)
    if found == 0:
        return f"Loaded in {database.load(superuser, people, seed=seed)} s."
    if abs(found - people) > people // 1000:
        raise SystemExit(f"This database has {found:,} people, not {people:,}: use another folder.")
    return "The database was there from an earlier run."


def server(home: Path) -> str:
    """A server with tables, roles, policies and the profile in this folder; returns the superuser's address."""
    from config import embedded

    home.mkdir(mode=0o711, parents=True, exist_ok=True)
    instance, made = embedded.start(home)
    os.environ.update(instance.environment() | {"CONTACT_DEMO": "1", "CONTACT_SECRET_KEY": "x" * 60})
    from config.ready import ready

    ready("owner")
    from config.commands.migrate import bring_up_to_date

    bring_up_to_date(verbosity=0)
    from tracing.jurisdictions.models import Unit

    if not Unit.objects.exists():
        from tests.world import connecticut

        connecticut()
    return instance.url(embedded.SUPERUSER)


if __name__ == "__main__":
    sys.exit(main())
