"""What the web server calls."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("CONTACT_PROCESS", "web")

from django.core.wsgi import get_wsgi_application  # noqa: E402  the environment comes first

application = get_wsgi_application()
