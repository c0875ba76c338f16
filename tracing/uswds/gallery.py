"""Every component once, with invented content: what the gallery page shows and the accessibility test visits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from tracing.uswds import forms
from tracing.uswds.charts import Bar
from tracing.uswds.parts import ChipGroup, Column, Link, Moment, Outcome, Paging
from tracing.uswds.status import STATUSES
from tracing.uswds.strip import Call, Check, Course, Specimen, Window

FIRST = date(2021, 3, 1)


class SampleForm(forms.Form):
    name = forms.LineField(label="Family name", width="xl")
    born_on = forms.DayField(label="Birth date", help_text="As the person says it")
    number = forms.TelephoneField(label="Telephone", required=False)
    language = forms.SelectField(label="Language", choices=[("en", "English"), ("es", "Spanish"), ("pt", "Portuguese")])
    hospital = forms.YesNoField(label="In hospital overnight?")
    setting = forms.ChoiceField(
        label="Where do they live?",
        choices=[("home", "Private home"), ("nursing", "Nursing home"), ("prison", "Prison")],
        hints={"nursing": "The facility is called, not the person"},
    )
    symptoms = forms.ChecksField(
        label="Symptoms", choices=[("fever", "Fever"), ("cough", "Cough"), ("taste", "No taste or smell")], inline=True
    )
    agreed = forms.forms.BooleanField(label="May leave a message on this number", required=False)
    note = forms.TextField(label="Note", required=False)


def day(number: int) -> date:
    return FIRST + timedelta(days=number - 1)


def course() -> Course:
    rule = "Rule: covid-19, version of December 2, 2020"
    return Course(
        today=day(12),
        tests=(Specimen(day(6), "positive", "SARS-CoV-2 PCR positive"), Specimen(day(13), "negative", "Antigen negative")),
        windows=(
            Window("exposure", day(1), day(4), "Household contact of a case", rule),
            Window("isolation", day(5), day(15), "Symptoms began March 5; ten days after", rule),
            Window("infectious", day(3), day(15), "Two days before symptoms began", rule),
        ),
        checks=(
            Check(day(7), "answered"),
            Check(day(8), "answered"),
            Check(day(9), "silent"),
            Check(day(10), "answered"),
            Check(day(11), "symptoms"),
            Check(day(12), "answered"),
        ),
        calls=(Call(day(6), False), Call(day(6), False), Call(day(7), True, "Interviewed")),
        onset=day(5),
    )


def samples() -> dict[str, Any]:
    """What the gallery's template draws."""
    at = datetime(2021, 3, 12, 18, 40, tzinfo=UTC)
    return {
        "form": SampleForm(),
        "wrong": SampleForm({"born_on": "tomorrow", "language": "en"}, prefix="wrong"),
        "statuses": sorted(STATUSES),
        "course": course(),
        "empty_course": Course(today=day(3)),
        "long_course": Course(today=day(88), tests=(Specimen(day(1), "positive"),), windows=(Window("quarantine", day(80), None),)),
        "columns": [
            Column("Person", sort="name"),
            Column("Town", sort="town"),
            Column("State"),
            Column("Course"),
            Column("Days", sort="days", end=True),
        ],
        "rows": [
            ("Okafor, Ngozi", "West Haven", "case.isolating", 6),
            ("Silva, Ana Maria", "Danbury", "case.open", 1),
            ("Tremblay, Luc", "Putnam", "case.closed", 14),
        ],
        "page": Paging(first="?", previous="?before=1", next="?after=2", count=1000, exact=False, shown=50),
        "links": [
            Link("Overview", "#overview", current=True),
            Link("Lab results", "#lab", count=3),
            Link("Timeline", "#timeline"),
        ],
        "crumbs": [Link("Lists", "#lists"), Link("Cases", "#cases"), Link("Okafor, Ngozi", current=True)],
        "step_labels": ["Identity", "Symptoms", "Places", "Contacts", "Needs"],
        "groups": [
            ChipGroup("State", [Link("Open", "?state=open", current=True, count=42), Link("Closed", "?state=closed")]),
            ChipGroup("Call", [Link("Not yet reached", "?call=none"), Link("Callback agreed", "?call=agreed")]),
        ],
        "outcomes": [
            Outcome("reached", "Interviewed", "check_circle", "good"),
            Outcome("callback", "Call back agreed", "event", "good"),
            Outcome("no_answer", "No answer", "phone"),
            Outcome("message_left", "Message left", "chat"),
            Outcome("busy", "Busy", "phone"),
            Outcome("wrong_number", "Wrong number", "highlight_off", "stop"),
            Outcome("refused", "Refuses", "do_not_disturb", "stop"),
            Outcome("deceased", "Has died", "remove_circle", "stop"),
        ],
        "moments": [
            Moment(at, "Attempt: reached", "Ruiz, Ana", [("Number", "(203) 555-0142")], icon="phone", tone="good"),
            Moment(
                at - timedelta(hours=3),
                "Call assigned",
                "ContaCT",
                note="Most urgent of West Haven",
                icon="schedule",
                tone="info",
            ),
            Moment(at - timedelta(days=1), "Case opened from a laboratory report", "ContaCT", icon="folder_open"),
        ],
        "bars": [Bar("Within 24 hours", 61, "61"), Bar("Within 48 hours", 22, "22"), Bar("Later", 7, "7", "warn")],
        "trend": [12, 18, 14, 25, 31, 28, 40],
    }
