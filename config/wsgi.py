"""What the web server calls."""

from __future__ import annotations

import atexit
import gc
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("CONTACT_PROCESS", "web")

from django.core.wsgi import get_wsgi_application  # noqa: E402  the environment comes first
from django.urls import get_resolver  # noqa: E402

application = get_wsgi_application()

# Every page is imported now, not in the first request that asks for one; and what is there by now stays: the collector need not walk
# through it again in the middle of a page (a tenth of a second, once in twenty pages).
get_resolver().url_patterns  # noqa: B018
gc.collect()
gc.freeze()
atexit.register(gc.unfreeze)
