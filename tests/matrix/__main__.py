"""`make matrix`: write docs/access-matrix.md anew. Look at what changed before you keep it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pytest", "-q", "--no-header", "-n", "2", "tests/matrix/test_matrix.py", "-k", "what_each_role_gets"]
        code = subprocess.call(command, env={**os.environ, "CONTACT_WRITE_MATRIX": folder}, cwd=ROOT)
        rows = [line for path in sorted(Path(folder).iterdir()) for line in path.read_text().splitlines() if line]
    if code == 0:
        import django

        import config.pytest_plugin  # noqa: F401  (the settings of tests: no database is asked)

        django.setup()
        from tests.matrix import table

        (ROOT / "docs" / "access-matrix.md").write_text(table.document(rows))
    return code


if __name__ == "__main__":
    sys.exit(main())
