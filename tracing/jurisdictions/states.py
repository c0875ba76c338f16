"""States, territories and provinces as people write them, and which state a ZIP code belongs to. Pure facts.

Codes are those of the United States Postal Service; ranges are its first three digits of a ZIP code.
"""

from __future__ import annotations

_NAMES = """
AL alabama ala|AK alaska|AZ arizona ariz|AR arkansas ark|CA california calif cal|CO colorado colo|CT connecticut conn
DE delaware|DC districtofcolumbia washingtondc|FL florida fla flor|GA georgia|HI hawaii|ID idaho|IL illinois ill
IN indiana ind|IA iowa|KS kansas kans|KY kentucky|LA louisiana|ME maine|MD maryland|MA massachusetts mass
MI michigan mich|MN minnesota minn|MS mississippi miss|MO missouri|MT montana mont|NE nebraska nebr
NV nevada nev|NH newhampshire nhampshire|NJ newjersey njersey|NM newmexico
NY newyork newyorkstate nys|NC northcarolina ncarolina
ND northdakota|OH ohio|OK oklahoma okla|OR oregon ore|PA pennsylvania penn penna|RI rhodeisland|SC southcarolina
SD southdakota|TN tennessee tenn|TX texas tex|UT utah|VT vermont|VA virginia|WA washington wash|WV westvirginia
WI wisconsin wisc wis|WY wyoming wyo|PR puertorico|VI virginislands usvirginislands|GU guam|AS americansamoa
MP northernmarianaislands|AA armedforcesamericas|AE armedforceseurope armedforces|AP armedforcespacific
"""
_PROVINCES = """
AB alberta|BC britishcolumbia|MB manitoba|NB newbrunswick|NL newfoundland newfoundlandandlabrador|NS novascotia
NT northwestterritories|NU nunavut|ON ontario|PE princeedwardisland|QC quebec|SK saskatchewan|YT yukon
"""
# First three digits, from and to.
_ZIPS = """
005-005 NY|006-007 PR|008-008 VI|009-009 PR|010-027 MA|028-029 RI|030-038 NH|039-049 ME|050-054 VT|055-055 MA|056-059 VT
060-069 CT|070-089 NJ|090-098 AE|100-149 NY|150-196 PA|197-199 DE|200-200 DC|201-201 VA|202-205 DC|206-219 MD|220-246 VA
247-268 WV|270-289 NC|290-299 SC|300-319 GA|320-339 FL|340-340 AA|341-342 FL|344-344 FL|346-347 FL|349-349 FL|350-369 AL
370-385 TN|386-397 MS|398-399 GA|400-427 KY|430-459 OH|460-479 IN|480-499 MI|500-528 IA|530-549 WI|550-567 MN|570-577 SD
580-588 ND|590-599 MT|600-629 IL|630-658 MO|660-679 KS|680-693 NE|700-714 LA|716-729 AR|730-732 OK|733-733 TX|734-749 OK
750-799 TX|800-816 CO|820-831 WY|832-838 ID|840-847 UT|850-865 AZ|870-884 NM|885-885 TX|889-898 NV|900-961 CA|962-966 AP
967-968 HI|969-969 GU|970-979 OR|980-994 WA|995-999 AK
"""


def _words(table: str) -> dict[str, str]:
    rows = [row.split() for line in table.strip().splitlines() for row in line.split("|")]
    return {word.lower(): code for code, *names in rows for word in (code, *names)}


def _ranges(table: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in table.strip().replace("\n", "|").split("|"):
        span, state = row.split()
        first, last = span.split("-")
        found.update({f"{number:03}": state for number in range(int(first), int(last) + 1)})
    return found


STATES = _words(_NAMES)
"""Folded name or code without blanks → code."""
PROVINCES = _words(_PROVINCES)
"""Canadian provinces: an address there is in another country, whatever its country field says."""
ZIP_STATES = _ranges(_ZIPS)
"""First three digits of a ZIP code → code."""
HOME_COUNTRIES = frozenset(
    {"", "us", "usa", "unitedstates", "unitedstatesofamerica", "840", "america", "unk", "unknown", "null", "na", "u"}
)
"""Folded without blanks. An unknown country is not a foreign one."""
