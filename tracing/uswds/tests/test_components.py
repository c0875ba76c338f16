from __future__ import annotations

from datetime import date
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest
from django.template import engines
from django.template.loader import render_to_string
from django.test import override_settings

from tracing.uswds import charts, forms, status
from tracing.uswds.gallery import SampleForm, samples
from tracing.uswds.parts import Column
from tracing.uswds.templatetags.uswds import age_on, phone

PLAIN_FILES = override_settings(STORAGES={"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}})


@pytest.fixture(autouse=True)
def _plain_files():  # type: ignore[no-untyped-def]
    """Markup does not depend on whether assets were collected."""
    with PLAIN_FILES:
        yield


def draw(source: str, **values: Any) -> str:
    return str(engines["django"].from_string("{% load uswds %}" + source).render(values))


class Attributes(HTMLParser):
    """Every (tag, attribute, value) of a page."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [(tag, name, value or "") for name, value in attrs]

    def values(self, name: str) -> list[str]:
        return [value for _tag, found, value in self.found if found == name]


@pytest.fixture
def gallery() -> Attributes:
    return Attributes(render_to_string("uswds/gallery.html", samples()))


def test_no_component_needs_inline_style_or_script(gallery: Attributes) -> None:
    names = {name for _tag, name, _value in gallery.found}
    assert "style" not in names
    assert not {name for name in names if name.startswith("on")}


def test_ids_are_unique_and_references_lead_somewhere(gallery: Attributes) -> None:
    ids = gallery.values("id")
    assert len(ids) == len(set(ids))
    for attribute in ("aria-labelledby", "aria-describedby", "for"):
        for reference in " ".join(gallery.values(attribute)).split():
            assert reference in ids, f"{attribute} names {reference}"


class TestForms:
    def test_each_control_has_its_label_hint_and_class(self) -> None:
        html = str(SampleForm()["born_on"].as_field_group())
        found = Attributes(html)
        assert found.values("for") == ["id_born_on"]
        assert "usa-input usa-input--day" in found.values("class")
        assert found.values("aria-describedby") == ["id_born_on_helptext"]

    def test_an_error_stands_beside_its_field(self) -> None:
        html = str(SampleForm({"born_on": "tomorrow"})["born_on"].as_field_group())
        assert "usa-form-group--error" in html
        assert "Enter a date as month/day/year" in html
        assert Attributes(html).values("aria-describedby") == ["id_born_on_helptext id_born_on_error"]
        assert Attributes(html).values("aria-invalid") == ["true"]

    def test_checkboxes_and_radios_are_told_apart(self) -> None:
        form = SampleForm()
        assert "usa-checkbox__input" in str(form["symptoms"].as_field_group())
        assert "usa-radio__input" in str(form["setting"].as_field_group())
        assert "The facility is called" in str(form["setting"].as_field_group())

    def test_only_optional_fields_say_so(self) -> None:
        form = SampleForm()
        assert "optional" in str(form["number"].as_field_group())
        assert "optional" not in str(form["name"].as_field_group())

    def test_the_summary_links_to_each_field(self) -> None:
        form = SampleForm({"born_on": "tomorrow", "language": "en"})
        html = draw("{% error_summary form %}", form=form)
        assert 'href="#id_born_on"' in html
        assert 'href="#id_hospital_0"' in html
        assert "Family name: This is needed." in html

    def test_nothing_wrong_draws_no_summary(self) -> None:
        assert draw("{% error_summary form %}", form=SampleForm()) == ""

    @pytest.mark.parametrize("typed", ["2021-03-17", "3/17/2021", "03/17/21", "03-17-2021", "03172021"])
    def test_a_day_is_read_as_americans_type_it(self, typed: str) -> None:
        assert forms.DayField(label="Day").clean(typed) == date(2021, 3, 17)


class TestTable:
    columns = [Column("Person", sort="name"), Column("Town", sort="town")]
    source = '{% table "Cases" columns sort=sort query="state=open&after=abc" empty="None." %}{{ body }}{% endtable %}'

    def test_sorting_keeps_filters_and_forgets_the_page(self) -> None:
        html = draw(self.source, columns=self.columns, sort="name", body="x")
        assert "?state=open&amp;sort=-name" in html
        assert "?state=open&amp;sort=town" in html
        assert "after" not in html
        assert Attributes(html).values("aria-sort") == ["ascending"]

    def test_without_rows_it_says_so(self) -> None:
        html = draw(self.source, columns=self.columns, sort="", body="")
        assert "None." in html and "<table" not in html


class TestStatus:
    def test_every_status_has_a_word_an_icon_and_a_tone(self) -> None:
        for code, found in status.STATUSES.items():
            assert str(found.label) and found.icon and found.tone, code

    def test_an_unknown_code_is_shown_as_words(self) -> None:
        assert "Quite new" in status.draw("case.quite_new")

    def test_a_label_is_escaped(self) -> None:
        assert "<b>" not in status.draw("case.open", label="<b>")


class TestWords:
    @pytest.mark.parametrize(
        ("stored", "shown"),
        [("+12035550142", "(203) 555-0142"), ("+442079460000", "+442079460000"), ("", ""), (None, "")],
    )
    def test_telephone_numbers(self, stored: str | None, shown: str) -> None:
        assert phone(stored) == shown

    @pytest.mark.parametrize(("day", "age"), [(date(2021, 3, 16), 29), (date(2021, 3, 17), 30)])
    def test_age_turns_on_the_birthday(self, day: date, age: int) -> None:
        assert age_on(date(1991, 3, 17), day) == age


class TestCharts:
    @pytest.mark.parametrize(
        "drawn",
        [
            charts.bars([charts.Bar("<a>", 3), charts.Bar("b", 0)], title="T & U"),
            charts.bars([], title="none"),
            charts.sparkline([0, 0], title="flat"),
            charts.proportion(0, 0, title="nothing", target=0.9),
        ],
    )
    def test_they_are_well_formed_even_without_numbers(self, drawn: str) -> None:
        ElementTree.fromstring(drawn)

    def test_a_target_reached_is_marked(self) -> None:
        assert "chart-bar--good" in charts.proportion(9, 10, title="t", target=0.9)
        assert "chart-bar--good" not in charts.proportion(0, 0, title="t", target=0.9)
