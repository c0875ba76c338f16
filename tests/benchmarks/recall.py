"""(f) Search: how often the one meant is found although a name is misspelt.

People are drawn as in `search`; one name of theirs is written wrongly and both are asked for. Counted is whether they are among the first
20 answers, and, since nobody can tell James Smith from his namesakes by the name alone, whether somebody of exactly their names is.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from typing import Any, Final

FIRST: Final = 20
SLIPS: Final = (
    "a letter left out", "a letter too many", "another letter", "two letters exchanged", "written as it sounds", "two slips",
)  # fmt: skip
_SOUNDS: Final = (
    ("ph", "f"), ("ck", "k"), ("qu", "kw"), ("th", "t"), ("ll", "l"), ("nn", "n"), ("tt", "t"), ("ss", "s"), ("ee", "ea"), ("ie", "ei"),
    ("y", "i"), ("z", "s"), ("c", "k"), ("k", "c"), ("v", "f"), ("s", "z"), ("i", "y"), ("f", "ph"), ("n", "nn"), ("l", "ll"),
)  # fmt: skip


def wrong(word: str, slip: str, chance: random.Random) -> str:
    """The word with one slip (or two); as it is when it is too short for one."""
    if len(word) < 4 or " " in word:
        return ""
    at = chance.randrange(1, len(word) - 1)
    match slip:
        case "a letter left out":
            made = word[:at] + word[at + 1 :]
        case "a letter too many":
            made = word[:at] + chance.choice([word[at], chance.choice("aeinorst")]) + word[at:]
        case "another letter":
            made = word[:at] + chance.choice("aeinorstlm") + word[at + 1 :]
        case "two letters exchanged":
            made = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case "written as it sounds":
            fit = [(one, other) for one, other in _SOUNDS if one in word[1:]]
            one, other = chance.choice(fit) if fit else ("", "")
            made = word[0] + word[1:].replace(one, other, 1) if one else word
        case _:
            made = wrong(wrong(word, chance.choice(SLIPS[:4]), chance), chance.choice(SLIPS[:4]), chance) if len(word) > 5 else ""
    return made if made != word else ""


def recall(people: Sequence[Any], ask: Any) -> dict[str, tuple[int, int, int]]:
    """Slip → asked, the person found, somebody of their names found. `ask`: words → people, the closest first."""
    found = {}
    for slip in SLIPS:
        chance, asked, right, named = random.Random(11), 0, 0, 0
        for number, person in enumerate(people):
            given, family = person.given.lower(), person.family.lower()
            words = f"{given} {wrong(family, slip, chance)}" if number % 3 else f"{wrong(given, slip, chance)} {family}"
            if words != words.strip():
                continue
            first = ask(words)[:FIRST]
            asked += 1
            right += any(one.pk == person.pk for one in first)
            named += any((one.given, one.family) == (person.given, person.family) for one in first)
        found[slip] = (asked, right, named)
    return found


if __name__ == "__main__":
    sys.exit("run by tests.benchmarks.search")
