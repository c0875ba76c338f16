"""Forms of the review pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from tracing.desk.review.words import CLASSES, SHOWN_CLASSES
from tracing.diseases import codebook
from tracing.intake.actions.holding import REASONS
from tracing.intake.corrections import FIELDS
from tracing.intake.report import LabReport
from tracing.uswds import forms
from tracing.uswds.renderer import UswdsBoundField

SEXES: Final = (("", _("Not said")), ("F", _("Female")), ("M", _("Male")), ("O", _("Other")), ("U", _("Unknown")))
MOST_LINES: Final = 8

WANTED: Final[dict[str, tuple[str, ...]]] = {
    "name_missing": ("last", "first"),
    "no_name": ("last", "first"),
    "placeholder_name": ("last", "first"),
    "test_name": ("last", "first"),
    "birth_date_missing": ("birth_on",),
    "birth_date_unreadable": ("birth_on",),
    "birth_date_implausible": ("birth_on",),
    "specimen_date_missing": ("specimen_on",),
    "specimen_date_unreadable": ("specimen_on",),
    "no_date": ("specimen_on",),
    "date_in_the_future": ("specimen_on",),
    "birth_year_only": ("birth_on",),
    "too_little_to_identify": ("birth_on", "phone", "street"),
    "patient_missing": ("last", "first", "birth_on", "phone"),
    "other_person_in_correction": ("last", "first", "birth_on"),
}
"""Problem → the fields that answer it: they stand first."""
OF_LINES: Final = frozenset(
    "test_code_unknown value_code_unknown value_unknown value_contradicts_itself disorder_as_result organism_named several_targets"
    " older_code matched_by_name result_marked_as_question nothing_to_file no_result no_value number_only not_verified".split()
)
"""Problems that a corrected result line answers."""
_WIDTHS: Final = {"zip": "sm", "state": "2xs", "suffix": "xs"}


class CorrectForm(forms.Form):
    """What may be put in place of what the message says, filled in with what was read. Only what is changed is kept."""

    marks_optional = False

    def __init__(self, *args: Any, report: LabReport, corrections: Mapping[str, str], problems: list[str], **kwargs: Any) -> None:
        self.kept = frozenset(corrections)
        self.shown = {**_as_read(report), **corrections}
        self.wanted = list(dict.fromkeys(name for code in problems for name in WANTED.get(code.partition(":")[0], ())))
        self.lines_wanted = any(code.partition(":")[0] in OF_LINES for code in problems)
        kwargs.setdefault("initial", self.shown)
        super().__init__(*args, **kwargs)
        for name in (*self.wanted, *(name for name in FIELDS if name not in self.wanted)):
            if name != "accept":
                self.fields[name] = _field(name)
        self.line_names: list[str] = []
        doubted = "result_marked_as_question" in problems
        for number, result in enumerate(report.results, 1):
            # An answer to a question is no result, unless just that is in doubt or somebody has said otherwise.
            asked = result.kind == "aoe" and (doubted or f"line.{number}.class" in corrections)
            if (result.kind != "result" and not asked) or len(self.line_names) >= 2 * MOST_LINES:
                continue
            what = result.name or result.loinc or result.local_code or f"{number}"
            self._line(f"line.{number}.class", _("Result of %(test)s") % {"test": what[:60]}, self._classes(number))
            self._line(f"line.{number}.condition", _("Disease that %(test)s looks for") % {"test": what[:60]}, _conditions())
        self.fields["accept"] = django_forms.BooleanField(
            label=_("File it as it is"),
            required=False,
            help_text=_("Somebody looked at the problems and wants it filed all the same."),
        )
        self.initial["accept"] = corrections.get("accept") == "yes"

    def _line(self, name: str, label: Any, choices: list[tuple[str, Any]]) -> None:
        self.fields[name] = forms.SelectField(label=label, choices=choices, required=False)
        self.line_names.append(name)

    def _classes(self, number: int) -> list[tuple[str, Any]]:
        now = self.shown.get(f"line.{number}.class", "")
        return [*CLASSES] if now in dict(CLASSES) else [(now, SHOWN_CLASSES.get(now, now)), *CLASSES]

    def first_fields(self) -> Iterator[UswdsBoundField]:
        """Those that answer the problem."""
        names = self.wanted + (self.line_names if self.lines_wanted else [])
        return (self[name] for name in names)  # type: ignore[misc]

    def other_fields(self) -> Iterator[UswdsBoundField]:
        names = [name for name in FIELDS if name not in self.wanted and name != "accept"]
        return (self[name] for name in names + ([] if self.lines_wanted else self.line_names))  # type: ignore[misc]

    def others_wrong(self) -> bool:
        """Whether what is folded away has an error: then it is opened."""
        return self.is_bound and any(bound.errors for bound in self.other_fields())

    def changed(self) -> dict[str, str]:
        """What differs from what was shown, as `intake.corrections` takes it."""
        found = {}
        for name in self.fields:
            given = self.cleaned_data.get(name)
            text = given.isoformat() if isinstance(given, date) else str(given or "")
            if name == "accept":
                text = "yes" if given else ""
            if not text and name not in self.kept:
                continue  # What the message says cannot be emptied, only replaced.
            if text != self.shown.get(name, ""):
                found[name] = text
        return found


def _as_read(report: LabReport) -> dict[str, str]:
    who = report.patient
    shown = {
        "last": who.last,
        "first": who.first,
        "middle": who.middle,
        "suffix": who.suffix,
        "sex": who.sex,
        "street": who.street,
        "street2": who.street2,
        "city": who.city,
        "state": who.state,
        "zip": who.zip,
        "phone": who.phones[0] if who.phones else "",
        "birth_on": who.birth_on.isoformat() if who.birth_on else "",
    }
    days = [result.specimen_on for result in report.results if result.kind == "result" and result.specimen_on]
    shown["specimen_on"] = min(days).isoformat() if days else ""
    for number, result in enumerate(report.results, 1):
        shown[f"line.{number}.class"], shown[f"line.{number}.condition"] = result.cls, result.condition
    return shown


def _field(name: str) -> Any:
    label = _(FIELDS[name])
    if name in ("birth_on", "specimen_on"):
        return forms.DayField(label=label, required=False)
    if name == "sex":
        return forms.SelectField(label=label, choices=SEXES, required=False)
    if name == "phone":
        return forms.TelephoneField(label=label, required=False)
    return forms.LineField(label=label, required=False, max_length=200, width=_WIDTHS.get(name, ""))


def _conditions() -> list[tuple[str, Any]]:
    known = sorted(codebook.load().conditions.values(), key=lambda one: one.name.casefold())
    return [("", _("Not known")), *((one.code, one.name) for one in known)]


class AsideForm(forms.Form):
    """Why reports are set aside."""

    reason = forms.SelectField(
        label=_("Reason"), choices=lambda: [("", _("Choose")), *((code, _(words)) for code, words in REASONS.items())]
    )


class MeaningForm(forms.Form):
    """What a code or a word of a sender means."""

    meaning = forms.SelectField(label=_("It means"), choices=[])
    reach = forms.ChoiceField(
        label=_("Who uses it so?"),
        choices=[("source", _("This sender only")), ("all", _("Whoever sends it"))],
        hints={"source": _("A laboratory's own codes mean something else elsewhere")},
        initial="source",
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["meaning"]
        if kind == "test":
            book = codebook.load()
            conditions = [(one.code, one.name) for one in sorted(book.conditions.values(), key=lambda one: one.name.casefold())]
            tests = sorted(
                (test.loinc, f"{test.name} ({test.loinc})")
                for test in book.tests.values()
                if test.role == "test" and test.condition
            )
            field.label = _("The test is, or looks for")
            field.choices = [("", _("Choose")), (_("A disease"), conditions), (_("A test with a LOINC"), tests)]
        else:
            field.label = _("The result is")
            field.choices = [("", _("Choose")), *CLASSES]


class DecideForm(forms.Form):
    """Who it is: the key of a candidate, or "different"."""

    who = django_forms.CharField(max_length=40)


class AnswerForm(forms.Form):
    answer = django_forms.ChoiceField(choices=[("accept", ""), ("refuse", "")])
