"""Telephone numbers in the one form in which they are kept and compared: E.164 (+12035550142)."""

from __future__ import annotations

import re
from functools import lru_cache

# An extension is not part of the number: "203-555-0142 x12", "ext. 12", "#12".
_EXTENSION = re.compile(r"\s*(?:;?\s*ext(?:ension|n)?\.?|x|#)\s*[:=.]?\s*\d{1,7}\s*$", re.IGNORECASE)
_NOT_DIGITS = re.compile(r"\D+")
# North American numbering plan: neither the area code nor the exchange begins with 0 or 1.
_NANP = re.compile(r"1?([2-9]\d\d[2-9]\d{6})")
# A number with something after it that is no extension mark: "7275550123:1:".
_TRAILED = re.compile(r"\D{0,3}(?:1\D{0,2})?(\d{3})\D{0,3}(\d{3})\D{0,3}(\d{4})\D")


@lru_cache(maxsize=16384)
def e164(raw: str | None) -> str:
    """The number in E.164; "" if it is not a possible one. Without a country code it is read as North American.

    One digit repeated ten times is a placeholder, not a number. A number of another country needs + (or 011, 00).
    """
    if not raw or len(raw) > 60:
        return ""
    text = _EXTENSION.sub("", raw)
    digits = _NOT_DIGITS.sub("", text)
    if not digits.isascii() or len(digits) < 7:
        return ""
    plus = text.lstrip(" (").startswith("+")
    if not plus or digits.startswith("1"):
        found = _NANP.fullmatch(digits)
        if found is not None:
            national = found.group(1)
            return "" if len(set(national)) == 1 else f"+1{national}"
    if plus:
        return _foreign(f"+{digits}")
    if len(digits) > 11 or (len(digits) == 11 and digits[0] != "1"):
        trailed = _TRAILED.match(text)
        if trailed is not None and _NANP.fullmatch("".join(trailed.groups())):
            return e164("".join(trailed.groups()))
    for prefix in ("011", "00"):
        if digits.startswith(prefix) and len(digits) - len(prefix) >= 8:
            return _foreign(f"+{digits[len(prefix) :]}")
    return ""


def _foreign(number: str) -> str:
    import phonenumbers  # its tables are only wanted for numbers from abroad

    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return ""
    if parsed.country_code == 1 or not phonenumbers.is_possible_number(parsed):
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
