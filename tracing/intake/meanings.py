"""The code book of a sender: ours, and what staff said that this sender's codes mean. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from tracing.diseases.codebook import CodeBook, Test, Value


@dataclass(frozen=True, slots=True, order=True)
class Said:
    """One meaning: see `models.LocalMeaning`."""

    own: bool
    """Said of this sender alone; such a one wins over what is said of all."""
    kind: str
    code: str
    meaning: str


@lru_cache(maxsize=256)
def _extended(book: CodeBook, said: tuple[Said, ...]) -> CodeBook:
    tests, values, words = dict(book.tests), dict(book.values), dict(book.words)
    by_code = dict(book.by_code)
    for one in said:
        if one.kind == "test":
            system, _, code = one.code.partition("|")
            known = book.tests.get(one.meaning)
            test = known or Test(code, code, "test", one.meaning, "other", "")
            tests[code if system == "LN" else one.code] = test
        elif one.kind == "value":
            values[one.code] = Value(one.meaning, False, "")
            if one.code.startswith("SCT|"):
                by_code[one.code[4:]] = values[one.code]
        else:
            words[one.code] = Value(one.meaning, False, "")
    return replace(book, tests=tests, values=values, by_code=by_code, words=words)


def extended(book: CodeBook, said: Iterable[Said]) -> CodeBook:
    """The book with these meanings. The same meanings give the same object, so that readings stay cached."""
    found = tuple(sorted(set(said)))
    return _extended(book, found) if found else book
