"""What was published never changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tracing.diseases.ruleset import RuleSetError, rule_sets
from tracing.diseases.ruleset.published import Line, complaints, lines_of, publish, read, unpublished


def test_nothing_published_has_changed() -> None:
    assert complaints(lines_of(rule_sets()), read()) == []


def test_everything_is_in_the_list() -> None:
    """If this fails after you added a version: run `python -m tracing.diseases.ruleset.published` and commit the list."""
    assert unpublished(lines_of(rule_sets()), read()) == []


OLD = (Line("x", "version 1", "", "v1"), Line("x", "A", "2020-05-02", "a"), Line("x", "B", "", "b"))


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (OLD, []),
        ((OLD[0], OLD[1], replace(OLD[2], to="2024-02-29"), Line("x", "C", "", "c")), []),
        ((replace(OLD[0], rule="version 2", digest="v2"), *OLD[1:]), []),
        (OLD[:2], ["x B was published and is gone: put it back"]),
        ((*OLD[:2], replace(OLD[2], digest="z")), ["x B was published otherwise: undo the change and add a new version"]),
        (
            (OLD[0], replace(OLD[1], to="2020-05-09"), OLD[2]),
            ["x A was published with the last day 2020-05-02, which now is 2020-05-09"],
        ),
        ((OLD[0], replace(OLD[1], to=""), OLD[2]), ["x A was published with the last day 2020-05-02, which now is open"]),
        ((replace(OLD[0], digest="z"), *OLD[1:]), ["x version 1 was published otherwise: raise `version` in disease.toml"]),
    ],
)
def test_what_may_change(now: tuple[Line, ...], told: list[str]) -> None:
    assert complaints(now, OLD) == told


def test_publishing_adds_and_keeps() -> None:
    now = (Line("x", "version 2", "", "v2"), OLD[1], replace(OLD[2], to="2024-02-29"), Line("x", "C", "", "c"))
    assert publish(now, OLD).splitlines() == [
        "disease,rule,to,digest",
        "x,A,2020-05-02,a",
        "x,B,2024-02-29,b",
        "x,C,,c",
        "x,version 1,,v1",
        "x,version 2,,v2",
    ]
    assert unpublished(now, OLD) == ["x version 2", "x B ends on 2024-02-29", "x C"]
    with pytest.raises(RuleSetError, match="x B was published and is gone"):
        publish(OLD[:2], OLD)
