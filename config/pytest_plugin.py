"""For pytest: the environment in which settings are read. pytest-django reads them before any conftest.py is loaded.

The database's address is a placeholder until a test needs a database: see conftest.py.
"""

from __future__ import annotations

import os

os.environ.update(
    {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "CONTACT_PROCESS": "owner",
        "CONTACT_DEMO": "1",
        "CONTACT_DEBUG": "0",
        "CONTACT_SECRET_KEY": "only-for-tests-" + "x" * 40,
        "CONTACT_OWNER_DATABASE_URL": os.environ.get("CONTACT_TEST_DATABASE_URL") or "postgresql://contact_owner@127.0.0.1:1/contact",
    }
)
for name in ("DATABASE_URL", "DATABASE_DIRECT_URL", "CONTACT_HOSTS", "CONTACT_STATE"):
    os.environ.pop(name, None)
