from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracing.intake.envelope import Declared


def declared(content: bytes, cuts: list[int] | None = None) -> int | None:
    counter = Declared()
    places = sorted({min(cut, len(content)) for cut in cuts or []})
    for begin, end in zip([0, *places], [*places, len(content)], strict=True):
        counter.feed(content[begin:end])
    return counter.end()


@pytest.mark.parametrize(
    ("content", "total"),
    [
        (b"", None),
        (b"MSH|^~\\&|\rPID|1\r", None),
        (b"BHS|^~\\&\rMSH|^~\\&|\rBTS|1\rFTS|1\r", 1),
        (b"BTS|7", 7),
        (b"BTS|  7|x\r", 7),
        (b"BHS|\nMSH|\nBTS|2|comment\nBHS|\nBTS|3\n", 5),
        (b"BHS#\r\nBTS#12#\r\nFTS#1\r\n", 12),
        (b"BTS|\rBTS||x\r", None),
        (b"BTS|many\r", None),
        (b"OBX|1|TX|||BTS|9\r", None),
        (b"MSH|\rBTSX|4\r", None),
        (b"BTS|99999999999\r", None),
        (b"BTS|999999999\r" * 5, 2**31 - 1),
    ],
)
def test_what_the_trailers_declare(content: bytes, total: int | None) -> None:
    assert declared(content) == total


@given(
    st.lists(
        st.sampled_from([b"BTS|3\r", b"BTS|10|x\n", b"MSH|^~\\&|a\r", b"BTS|\r", b"\r\n", b"OBX|" + b"z" * 70 + b"\r", b"BTS"])
    ),
    st.lists(st.integers(0, 400), max_size=12),
)
def test_pieces_make_no_difference(lines: list[bytes], cuts: list[int]) -> None:
    content = b"".join(lines)
    assert declared(content, cuts) == declared(content)
    assert declared(content, list(range(len(content)))) == declared(content)
