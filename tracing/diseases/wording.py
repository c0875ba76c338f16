"""What a result in words says. Pure. Prose about a test is never taken for its result."""

from __future__ import annotations

from functools import lru_cache

from tracing.base.text import fold
from tracing.diseases.codebook import CodeBook, Value

_POSITIVE, _NEGATIVE = Value("positive", False, ""), Value("negative", False, "")
_PRESUMPTIVE = Value("positive", True, "")
_INCONCLUSIVE, _INVALID = Value("inconclusive", False, ""), Value("invalid", False, "")

_ENDS: tuple[tuple[str, Value], ...] = (
    ("not detected", _NEGATIVE),
    ("none detected", _NEGATIVE),
    ("non reactive", _NEGATIVE),
    ("nonreactive", _NEGATIVE),
    ("undetected", _NEGATIVE),
    ("negative", _NEGATIVE),
    ("presumptive positive", _PRESUMPTIVE),
    ("inconclusive", _INCONCLUSIVE),
    ("indeterminate", _INCONCLUSIVE),
    ("equivocal", _INCONCLUSIVE),
    ("invalid", _INVALID),
    ("positive", _POSITIVE),
    ("reactive", _POSITIVE),
    ("detected", _POSITIVE),
)
_STARTS = (*_ENDS, ("presumptive pos", _PRESUMPTIVE), ("presumptively positive", _PRESUMPTIVE))
# Words that turn a result word into prose, or into something that is not the test's own result.
_PROSE = frozenset(
    "may can could should would if when be is are considered suspected false control controls gram rh acid previous"
    " previously known history result results test tests tested predictive value values interpret cocci rods bacilli"
    " and or but however".split()
)
_DENIAL = frozenset("no not non none without never neither nor cannot".split())
_BLOOD_GROUPS = frozenset("a b ab o".split())
_SAYING = frozenset("positive negative detected undetected reactive nonreactive inconclusive indeterminate invalid".split())


@lru_cache(maxsize=8192)
def in_words(codes: CodeBook, text: str) -> Value | None:
    """The result that a short text states; None where it states none, or is prose."""
    folded = fold(text)
    known = codes.words.get(folded)
    if known is not None:
        return known
    words = folded.split()
    if not 1 < len(words) <= 8 or not _PROSE.isdisjoint(words):
        return None
    for end, value in _ENDS:
        if folded.endswith(end) and folded[-len(end) - 1] == " ":
            before = words[: -len(end.split())]
            if value is _POSITIVE:
                if before[0] in _DENIAL and end == "detected":  # No 2019 nCoV RNA detected
                    return _NEGATIVE
                if not _DENIAL.isdisjoint(before) or (len(before) == 1 and before[0] in _BLOOD_GROUPS):
                    return None
            if len(before) > 5 or not _DENIAL.isdisjoint(before) or not _SAYING.isdisjoint(before):
                return None
            return value
    for start, value in _STARTS:
        if folded.startswith(f"{start} "):
            rest = words[len(start.split()) :]
            return value if len(rest) <= 5 and _SAYING.isdisjoint(rest) and _DENIAL.isdisjoint(rest) else None
    return None
