"""`make matching`: writes docs/matching.md.

    python -m tests.matching [--only febrl,recordlinker,connecticut,live,speed,spark] [--people 3600000] [--reports 20000]
                             [--home FOLDER] [--records 1000000]

Each part replaces its own section of the page; the others keep what they say. `--home`: a folder in which a database of that many
people is kept for the next time (made if it is not there: about 12 GB and half an hour for 3.6 million).
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from importlib import import_module
from pathlib import Path

from tests.matching import document

PARTS = ("febrl", "recordlinker", "connecticut", "live", "speed", "spark")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make matching")
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--people", type=int, default=3_600_000)
    parser.add_argument("--reports", type=int, default=20_000)
    parser.add_argument("--records", type=int, default=1_000_000, help="of the file that is linked with itself")
    parser.add_argument("--home", type=Path, default=Path("/var/tmp/contact-connecticut"))
    options = parser.parse_args()
    wanted = options.only.split(",")
    for part in PARTS:
        if part in wanted:
            text = import_module(f"tests.matching.parts.{part}").run(options)
            document.write(PARTS, {part: text}, date.today())
            print(f"{part}: written to {document.DOCUMENT}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
