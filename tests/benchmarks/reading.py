"""(a) Reading: bytes → `LabReport` with every line interpreted, beside the packages `hl7` and `hl7apy`, which merely parse.

The same messages in one run: the project's own samples, each copy with another number, name, birth date, telephone and accession, so
that caches meet what they meet in practice. Ours gets bytes with their line ends; the others get text with CR, made ready
before the clock starts. Each program's best of several rounds counts; every round has messages of its own.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from tracing.diseases.codebook import load
from tracing.intake import hl7 as ours

SAMPLES: Final = Path(__file__).parents[1] / "samples" / "hl7"
_NAMES: Final = ["Abbott", "Baptiste", "Cohen", "Diaz", "Evans", "Fontaine", "Garc\u00eda", "Haddad", "Ivanova", "Jackson", "Kim", "Lopez"]


def messages(count: int) -> list[bytes]:
    """`count` messages of laboratory reports, no two alike."""
    seeds = []
    for path in sorted(SAMPLES.glob("*.hl7")):
        with path.open("rb") as stream:
            # Other separators and other message types are read as well, but not by everybody.
            seeds += [m for m in ours.split(stream) if m.startswith(b"MSH|^~\\&") and b"|ORU^R01" in m and b"PID|" in m]
    return [_varied(seeds[n % len(seeds)], n) for n in range(count)]


def _varied(message: bytes, n: int) -> bytes:
    mark = f"{n:06d}".encode()
    message = message.replace(b"NSL-", b"NSL-" + mark + b"-", 1)
    message = re.sub(rb"([A-Z])(\d{4})(?=[|^&])", rb"\1\2" + mark, message)
    message = message.replace(b"5550", b"555" + f"{n % 10}".encode()).replace(b"^203^", f"^{203 + n % 5}^".encode())
    name = (_NAMES[n % len(_NAMES)] + chr(97 + n // len(_NAMES) % 26)).encode()
    born = f"{1930 + n % 80}{1 + n % 12:02d}{1 + n % 28:02d}".encode()
    return re.sub(rb"(PID\|(?:[^|\r\n]*\|){4})[^|^]+([^|]*\|[^|]*\|)\d{8}", rb"\g<1>" + name + rb"\g<2>" + born, message, count=1)


def _rate(program: Callable[[Any], object], given: Sequence[Any], rounds: int) -> tuple[float, int]:
    """(Messages per second in the best round, how many the program refused)."""
    best, refused = 0.0, 0
    size = len(given) // rounds
    for i in range(rounds):
        mine = given[i * size : (i + 1) * size]
        begun = time.perf_counter()
        for one in mine:
            try:
                program(one)
            except Exception:  # a peer's refusal is its answer
                refused += 1
        best = max(best, size / (time.perf_counter() - begun))
    return best, refused


def run(count: int = 6000, rounds: int = 3) -> list[dict[str, Any]]:
    """One row per program: messages per second, the milliseconds of one message, and how many times as fast ours is."""
    import hl7
    from hl7apy.consts import VALIDATION_LEVEL
    from hl7apy.parser import parse_message

    codes = load()
    made = messages(count)
    for one in made:
        assert ours.read(one, codes).report is not None, one
    texts = [one.decode("utf-8", "replace").replace("\r\n", "\r").replace("\n", "\r").strip("\r") for one in made]

    def apy(text: str) -> object:
        return parse_message(text, validation_level=VALIDATION_LEVEL.TOLERANT, find_groups=False)

    size = sum(map(len, made)) / len(made)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rates = {
            "ContaCT, read and interpreted": _rate(lambda one: ours.read(one, codes), made, rounds),
            "hl7, parsed": _rate(hl7.parse, texts[: max(rounds, count // 5)], rounds),
            "hl7apy, parsed": _rate(apy, texts[: max(rounds, count // 60)], rounds),
        }
    mine = next(iter(rates.values()))[0]
    return [
        {
            "name": program,
            "value": round(rate),
            "unit": "messages a second",
            "ratio": round(mine / rate, 1),
            "note": f"{1000 / rate:.3f} ms each, {size:.0f} bytes on average, {refused} refused; ratio: how many times as fast ours is",
        }
        for program, (rate, refused) in rates.items()
    ]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=6000)
    given = options.parse_args()
    rows = run(given.count)
    for row in rows:
        print(f"{row['name']}: {row['value']} {row['unit']}, ratio {row['ratio']} ({row['note']})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
