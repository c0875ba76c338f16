from __future__ import annotations

import time

from tracing.base.ids import uuid7


def test_keys_ascend_and_never_repeat() -> None:
    keys = [uuid7() for _ in range(20_000)]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


def test_a_key_is_a_version_7_of_now() -> None:
    key = uuid7()
    assert key.version == 7
    assert key.variant == "specified in RFC 4122"
    assert abs((key.int >> 80) / 1000 - time.time()) < 5
