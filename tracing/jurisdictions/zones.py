"""What the clock may show in a state. Pure facts (49 CFR 71; zones by their names in the tz database).

A state with more than one zone is answered with all of them: whoever must not call at night there calls when it is day in each.
"""

from __future__ import annotations

from typing import Final

_STATES: Final = """
America/New_York CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV FL KY MI TN IN
America/Chicago AL AR IA IL LA MN MO MS OK WI TX KS NE ND SD FL KY MI TN IN
America/Denver CO MT NM UT WY ID TX KS NE ND SD OR AZ
America/Phoenix AZ
America/Los_Angeles CA NV WA OR ID
America/Anchorage AK
America/Adak AK
Pacific/Honolulu HI
America/Puerto_Rico PR VI
Pacific/Guam GU MP
Pacific/Pago_Pago AS
America/St_Johns NL
America/Halifax NB NS PE NL
America/Toronto ON QC NU
America/Winnipeg MB ON NU
America/Regina SK
America/Edmonton AB NT NU BC
America/Vancouver BC
America/Whitehorse YT
"""
_ZONES: Final[dict[str, tuple[str, ...]]] = {}
for _line in _STATES.strip().splitlines():
    _zone, *_codes = _line.split()
    for _code in _codes:
        _ZONES[_code] = (*_ZONES.get(_code, ()), _zone)

EVERY: Final = tuple(dict.fromkeys(zone for zones in _ZONES.values() for zone in zones))


def zones_of(state: str) -> tuple[str, ...]:
    """Every zone that holds in a state or province, by its postal code; none where it is not known."""
    return _ZONES.get(state.strip().upper(), ())
