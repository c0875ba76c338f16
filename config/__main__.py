"""`python -m config`: the same as `contact`."""

from __future__ import annotations

from config.cli import main

raise SystemExit(main())
