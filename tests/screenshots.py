"""Pictures of the main pages at 1440 and 390 pixels: `make screenshots`. A picture that nobody looks at proves nothing.

python -m tests.screenshots [FOLDER]      (build/screens by default)
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = "CONTACT_SCREENSHOTS"


def main(words: list[str]) -> int:
    import pytest

    os.environ[FOLDER] = str(Path(words[0]).resolve() if words else ROOT / "build" / "screens")
    return int(pytest.main(["-q", "-p", "no:cacheprovider", str(ROOT / "tests" / "journeys" / "pictures.py")]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
