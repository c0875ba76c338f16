"""Names that are nobody's: placeholders, and test patients. Pure.

After the name patterns with which state epidemiologists cleaned their files (test, zzz, covid, schedule, digits), and what sample
feeds carry.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from tracing.base.text import fold

_PLACEHOLDERS = frozenset(
    "deidentified|de identified|redacted|unknown|unk|none|null|na|n a|not given|not provided|not available|no name|noname"
    "|anonymous|anon|withheld|refused|declined|name|last name|lastname|first name|firstname|last|first|surname|family name"
    "|given name|fake last name|fake first name|patient|patient name|patient last name|patient first name|self|mystery"
    "|lname|fname|asku|nan|missing|confidential|do not use|tbd".split("|")
)
_MASKED = re.compile(r"x{3,}[a-z]*|(?:x )+x|[a-z]*x{4,}")
_TEST_WORDS = frozenset(
    "test|testing|testpatient|testperson|testcase|zztest|ztest|xtest|demo|dummy|fake|training|schedule|covid|covid19"
    "|simtest|sample".split("|")
)
_TEST = re.compile(r"zz.*|z+test.*|test(?:patient|person|case|user|data|lab|name|\d).*")


@lru_cache(maxsize=4096)
def nobody(last: str, first: str) -> Literal["", "placeholder_name", "test_name"]:
    """Whether a name is a placeholder or that of a test patient; "" for a name."""
    parts = [part for part in (fold(last), fold(first)) if part]
    if not parts:
        return ""
    whole = " ".join(parts)
    if any(part in _PLACEHOLDERS or _MASKED.fullmatch(part) for part in parts):
        return "placeholder_name"
    if any(_TEST.fullmatch(word) or word in _TEST_WORDS for word in whole.split()) or any(map(str.isdigit, whole)):
        return "test_name"
    return ""
