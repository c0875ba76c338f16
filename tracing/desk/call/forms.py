"""What is typed during a call. Optional throughout: people hang up, and what was said until then is kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, cast

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from tracing.base.phones import e164
from tracing.cases.actions import Answers
from tracing.cases.models import Interview
from tracing.contacts.actions import Named
from tracing.contacts.interview import NEXT, Along
from tracing.contacts.models import Exposure
from tracing.desk.words import LANGUAGES
from tracing.diseases.labels import SETTINGS, SYMPTOMS
from tracing.diseases.ruleset import rule_set
from tracing.people.facts import PersonFacts
from tracing.people.models import WayToReach
from tracing.tasks.household import Beside
from tracing.uswds import forms
from tracing.uswds.templatetags.uswds import phone

ALONG_CHOICES = (
    ("", _("Not in this call")), (NEXT, _("Speak with them next")), ("reached", _("Reached too")), ("partial", _("Call again")),
    ("no_answer", _("Not there")), ("refused", _("Declines")),
)  # fmt: skip
YES_NO = {"yes": True, "no": False}
EXPOSURES = (
    ("", _("Choose")), ("household", _("Lives in the same household")), ("social", _("Friends, family elsewhere")),
    ("work", _("Work")), ("school", _("School or day care")), ("care", _("Health care")), ("other", _("Other")),
)  # fmt: skip
LIVED_IN = (
    "nursing_home", "assisted_living", "group_home", "shelter", "prison", "college", "military", "hospital", "congregate",
)  # fmt: skip
SYMPTOM_CHOICES = sorted(SYMPTOMS.items(), key=lambda item: (item[0] not in ("fever", "cough", "shortness_of_breath"), item[0]))


class InterviewForm(forms.Form):
    """The short interview. `today` is the day where the person is."""

    marks_optional = False

    symptomatic = forms.YesNoField(label=_("Have they felt ill?"), required=False)
    symptoms = forms.ChecksField(label=_("What have they noticed?"), choices=SYMPTOM_CHOICES, inline=True, required=False)
    onset_on = forms.DayField(label=_("First day of feeling ill"), required=False)
    hospitalised = forms.YesNoField(label=_("In hospital overnight because of it?"), required=False)
    setting = forms.SelectField(
        label=_("Where do they live?"), required=False, width="xl",
        choices=[("", _("Not asked")), ("home", _("Private home")), *((code, SETTINGS[code]) for code in LIVED_IN)],
    )  # fmt: skip
    setting_name = forms.LineField(label=_("Name of that place"), max_length=200, required=False, width="2xl")
    language = forms.SelectField(
        label=_("Language they prefer"), required=False, width="md", choices=[("", _("Not asked")), *LANGUAGES.items()]
    )
    phone = forms.TelephoneField(label=_("Another number to reach them"), max_length=40, required=False)
    note = forms.TextField(label=_("Notes of the interview"), max_length=4000, required=False, rows=4)
    complete = django_forms.BooleanField(label=_("Everything was asked: the interview is complete"), required=False)

    def __init__(self, *args: Any, today: date, unseen: Collection[str] = (), **kwargs: Any) -> None:
        """`unseen`: fields of the last interview that its reader does not see. Left empty here, they stay as they were."""
        super().__init__(*args, **kwargs)
        self.today = today
        self.unseen = tuple(sorted(unseen))
        for name in self.unseen:  # a day that is shown as its month is not typed back as one
            self.initial.pop(name, None)

    def clean_onset_on(self) -> date | None:
        onset: date | None = self.cleaned_data["onset_on"]
        if onset is not None and onset > self.today:
            raise django_forms.ValidationError(_("This day has not come yet."))
        if onset is not None and (self.today - onset).days > 365:
            raise django_forms.ValidationError(_("This day is more than a year ago."))
        return onset

    def clean_phone(self) -> str:
        typed: str = self.cleaned_data["phone"]
        number = e164(typed)
        if typed and not number:
            raise django_forms.ValidationError(_("Enter a number with its area code, for example 203-555-0142."))
        return number

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        ill = cleaned.get("symptoms") or cleaned.get("onset_on")
        if cleaned.get("symptomatic") == "no" and ill:
            self.add_error("symptomatic", _("Symptoms or a first day of illness are entered below: was it yes?"))
        elif ill and not cleaned.get("symptomatic"):
            cleaned["symptomatic"] = "yes"
        return cleaned

    def answers(self) -> Answers | None:
        """What was said, None when nothing was asked or changed."""
        if not any(name in self.changed_data for name in self.fields if name not in ("language", "phone")):
            return None
        said = self.cleaned_data
        return Answers(
            symptomatic=YES_NO.get(said["symptomatic"]), symptoms=tuple(said["symptoms"]), onset_on=said["onset_on"],
            hospitalised=YES_NO.get(said["hospitalised"]), setting=said["setting"], setting_name=said["setting_name"],
            note=said["note"], complete=said["complete"], unseen=self.unseen,
        )  # fmt: skip

    def facts(self) -> PersonFacts | None:
        """What was said about the person."""
        said = self.cleaned_data
        if not ({"language", "phone"} & set(self.changed_data)):
            return None
        return PersonFacts(language=said["language"], phones=(said["phone"],) if said["phone"] else ())


def beginning(last: Interview | None) -> dict[str, Any]:
    """What the form begins with: what the person themselves said the last time, never what a report says."""
    if last is None:
        return {}
    words = {True: "yes", False: "no", None: ""}
    return {
        "symptomatic": words[last.symptomatic], "symptoms": list(last.symptoms), "onset_on": last.onset_on,
        "hospitalised": words[last.hospitalised], "setting": last.setting, "setting_name": last.setting_name,
    }  # fmt: skip


class ContactForm(forms.Form):
    """One person named."""

    marks_optional = False

    given = forms.LineField(label=_("Given name"), max_length=120, required=False, width="lg")
    family = forms.LineField(label=_("Family name"), max_length=120, required=False, width="lg")
    phone = forms.TelephoneField(label=_("Telephone"), max_length=40, required=False)
    kind = forms.SelectField(label=_("How they met"), choices=EXPOSURES, required=False, width="lg")
    last_on = forms.DayField(label=_("Last day together"), required=False)

    def clean_phone(self) -> str:
        typed: str = self.cleaned_data["phone"]
        number = e164(typed)
        if typed and not number:
            raise django_forms.ValidationError(_("Enter a number with its area code, for example 203-555-0142."))
        return number

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.has_changed():
            if not cleaned.get("given") and not cleaned.get("family"):
                self.add_error("given", _("Enter a name, however short."))
            if not cleaned.get("kind"):
                self.add_error("kind", _("Choose how they met."))
        return cleaned

    def named(self) -> Named | None:
        said = self.cleaned_data
        if not self.has_changed() or not (said.get("given") or said.get("family")):
            return None
        facts = PersonFacts(family=said["family"], given=said["given"], phones=(said["phone"],) if said["phone"] else ())
        return Named(facts, Exposure.Kind(said["kind"]), said["last_on"])


class BaseContacts(django_forms.BaseFormSet):
    def named(self) -> list[Named]:
        return [one for form in self.forms if (one := form.named()) is not None]


_ContactForms = django_forms.formset_factory(ContactForm, formset=BaseContacts, extra=2, max_num=40, absolute_max=60)


def contact_forms(data: Any = None) -> BaseContacts:
    """Lines for people named, two of them empty at first."""
    made = _ContactForms(data, prefix="contact", form_kwargs={"empty_permitted": True, "use_required_attribute": False})
    return cast(BaseContacts, made)


class EndForm(forms.Form):
    """How the call ended; the outcome itself is the button that was pressed."""

    marks_optional = False

    way = forms.SelectField(label=_("Number you tried"), choices=(), required=False, width="xl")
    again_at = forms.MomentField(
        label=_("Hour agreed for the next call"), required=False, help_text=_("Empty: the next try is proposed for you.")
    )
    call_note = forms.TextField(label=_("Note of this call"), max_length=2000, required=False, rows=2)

    def __init__(self, *args: Any, ways: Sequence[WayToReach], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ways = {str(way.pk): way for way in ways}
        self.fields["way"].choices = [(key, phone(way.value)) for key, way in self.ways.items()] or [  # type: ignore[attr-defined]
            ("", _("No number is known"))
        ]

    @property
    def chosen(self) -> WayToReach | None:
        return self.ways.get(self.cleaned_data.get("way", ""))


class AlongForm(forms.Form):
    """Others of the household in the same call, each with an outcome of their own: one click, and nobody there is called twice."""

    marks_optional = False

    def __init__(self, *args: Any, beside: Sequence[Beside], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tasks = {f"along_{task.pk}": task for one in beside for task in one.tasks}
        for name, task in self.tasks.items():
            label = f"{task.person}, {rule_set(task.disease).label}" if task.disease else str(task.person)
            self.fields[name] = forms.ChoiceField(label=label, choices=ALONG_CHOICES, required=False, inline=True, initial="")

    def along(self) -> list[Along]:
        said = self.cleaned_data
        return [Along(task, said[name]) for name, task in self.tasks.items() if said.get(name)]


class AgainForm(forms.Form):
    again_at = forms.MomentField(label=_("Next try"))
