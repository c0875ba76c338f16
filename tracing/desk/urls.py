"""Every address of the desk: each page folder brings its own."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from django.urls import URLPattern, URLResolver, include, path

app_name = "desk"

PAGES: Final = (
    "sign_in", "my_day", "call", "cases", "people", "lists", "search", "review", "sources", "facilities", "unlisted", "gallery", "taken_out",
    "who_called", "counts", "units", "directories",
    "users", "doors",
    "sharing", "transfers", "out_of_state", "referrals", "places",
    "emergency", "privacy", "audit", "reaching", "no_way", "board", "by_hand", "morning",
    "workload", "contacts", "questionnaires", "interview", "imports",
    "orders", "advice", "notices", "priorities", "quality",
)  # fmt: skip


def _there(page: str) -> bool:
    return find_spec(f"tracing.desk.{page}") is not None and find_spec(f"tracing.desk.{page}.urls") is not None


urlpatterns: list[URLPattern | URLResolver] = [path("", include(f"tracing.desk.{page}.urls")) for page in PAGES if _there(page)]
