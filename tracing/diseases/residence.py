"""From a coded residence type to the setting kind that scope and priority look at. Pure: no Django, no clock."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tracing.diseases.ruleset.reading import RuleSetError
from tracing.diseases.ruleset.words import SETTINGS


@cache
def residences() -> Mapping[str, str]:
    """SNOMED CT code → setting kind."""
    with (Path(__file__).parent / "residences.toml").open("rb") as file:
        found: dict[str, str] = tomllib.load(file)["residence"]
    unknown = sorted(set(found.values()) - SETTINGS)
    if unknown:
        raise RuleSetError(f"residences.toml: unknown setting kinds {', '.join(unknown)}")
    return found


def setting_kind(snomed: str) -> str:
    """nursing_home, prison, shelter …; "" for a code that names none."""
    return residences().get(snomed, "")
