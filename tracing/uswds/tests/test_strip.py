from __future__ import annotations

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from tracing.uswds.drawn import in_words, small_strip, strip
from tracing.uswds.gallery import course as sample
from tracing.uswds.strip import LONGEST, Call, Check, Course, Specimen, Window

TODAY = date(2021, 3, 12)
SVG = "{http://www.w3.org/2000/svg}"


def texts(drawn: str) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(drawn).iter(f"{SVG}text")]


@pytest.mark.parametrize("draw", [strip, small_strip])
@pytest.mark.parametrize("course", [sample(), Course(today=TODAY)], ids=["full", "empty"])
def test_it_is_well_formed_and_says_itself_in_words(draw, course) -> None:  # type: ignore[no-untyped-def]
    root = ElementTree.fromstring(draw(course))
    assert in_words(course) in "".join(root.itertext())
    assert "style" not in " ".join(name for node in root.iter() for name in node.attrib)


def test_words_tell_every_kind_of_fact() -> None:
    words = in_words(sample())
    assert "Positive test on Mar 6, 2021." in words
    assert "Symptoms began on Mar 5, 2021." in words
    assert "Isolation Mar 5, 2021 – Mar 15, 2021." in words
    assert "Check-ins without an answer: 1." in words
    assert "Calls: 3 tried, 1 reached." in words


def test_nothing_known_is_said() -> None:
    assert in_words(Course(today=TODAY)) == "Nothing is known yet."


def test_a_window_tells_its_rule_to_whoever_focuses_it() -> None:
    drawn = strip(Course(TODAY, windows=(Window("isolation", TODAY, None, "Ten days", "Rule 2021-12-27"),)))
    part = ElementTree.fromstring(drawn).find(f".//{SVG}g[@tabindex='0']")
    assert part is not None
    assert part.attrib["aria-label"] == "Isolation Mar 12, 2021 – no end yet. Ten days. Rule 2021-12-27"


def test_what_people_wrote_is_escaped() -> None:
    drawn = strip(Course(TODAY, tests=(Specimen(TODAY, "positive", "<b>&"),), calls=(Call(TODAY, True, "<script>"),)))
    assert "<b>" not in drawn and "<script>" not in drawn
    ElementTree.fromstring(drawn)


def test_several_calls_of_a_day_show_the_reached_one_with_their_number() -> None:
    drawn = strip(Course(TODAY, calls=(Call(TODAY, True), Call(TODAY, False), Call(TODAY, False))))
    assert drawn.count("strip-reached") == 1
    assert "strip-tried" not in drawn
    assert "3" in texts(drawn)


def test_windows_that_overlap_lie_under_each_other() -> None:
    isolation = Window("isolation", date(2021, 3, 4), date(2021, 3, 9))
    before = Window("exposure", date(2021, 3, 1), date(2021, 3, 3))
    over = Window("exposure", date(2021, 3, 1), date(2021, 3, 4))
    apart, together = (
        float(ElementTree.fromstring(strip(Course(TODAY, windows=windows))).attrib["viewBox"].split()[3])
        for windows in ((before, isolation), (over, isolation))
    )
    assert apart < together


def test_a_long_course_keeps_today_in_view_and_counts_what_lies_before() -> None:
    begun = TODAY - timedelta(days=200)
    drawn = strip(
        Course(
            TODAY,
            tests=(Specimen(begun, "positive"),),
            windows=(Window("quarantine", TODAY, TODAY + timedelta(days=300)),),
        )
    )
    assert "strip-today" in drawn
    assert any("1 earlier" in text for text in texts(drawn))
    assert drawn.count("strip-line") <= LONGEST


@pytest.mark.parametrize("days", range(-3, 400, 37))
def test_marks_stay_inside_the_picture(days: int) -> None:
    day = TODAY + timedelta(days=days)
    drawn = strip(Course(TODAY, tests=(Specimen(day, "negative"),), checks=(Check(day, "silent"),)))
    width = float(ElementTree.fromstring(drawn).attrib["viewBox"].split()[2])
    assert all(0 <= float(node.attrib.get("x", 0)) <= width for node in ElementTree.fromstring(drawn).iter())
