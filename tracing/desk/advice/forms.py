from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms as django_forms
from django.utils.dateformat import format as format_day
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tracing.base.phones import e164
from tracing.desk.words import LANGUAGES
from tracing.monitoring.models import Advice
from tracing.monitoring.rules import Advised
from tracing.people.models import NextOfKin, Refusal
from tracing.uswds import forms


def advice_words(one: Advised) -> str:
    """One thing to advise, as a line to tick."""
    words = str(Advice.Code(one.code).label)
    if one.day is None:
        return words
    day = format_day(one.day, "D, M j")
    return _now("%(advice)s from %(day)s") % {"advice": words, "day": day} if one.code == "test" else _now(
        "%(advice)s until %(day)s"
    ) % {"advice": words, "day": day}  # fmt: skip


class ToldForm(forms.Form):
    """What was said in a call, ticked: what they were advised, what they decline."""

    marks_optional = False

    told = forms.ChecksField(label=_("You advised them to"), choices=(), required=False)
    declines = forms.ChecksField(
        label=_("They decline"), choices=Refusal.Scope.choices, required=False, help_text=_("“Declines” alone means the interview.")
    )

    def __init__(self, *args: Any, lines: Sequence[Advised], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = {one.key: one for one in lines}
        self.fields["told"].choices = [(key, advice_words(one)) for key, one in self.lines.items()]  # type: ignore[attr-defined]
        if not self.lines:
            del self.fields["told"]

    @property
    def advised(self) -> list[Advised]:
        return [self.lines[key] for key in self.cleaned_data.get("told", ())]

    @property
    def declined(self) -> list[str]:
        return list(self.cleaned_data.get("declines", ()))


class AdviceForm(forms.Form):
    marks_optional = False

    told = forms.ChecksField(label=_("They were told"), choices=())
    channel = forms.SelectField(label=_("By which way"), choices=Advice.Channel.choices, width="md")
    language = forms.SelectField(label=_("In which language"), choices=list(LANGUAGES.items()), width="md")

    def __init__(self, *args: Any, lines: Sequence[Advised], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = {one.key: one for one in lines}
        self.fields["told"].choices = [(key, advice_words(one)) for key, one in self.lines.items()]  # type: ignore[attr-defined]

    @property
    def advised(self) -> list[Advised]:
        return [self.lines[key] for key in self.cleaned_data["told"]]


class DeclinesForm(forms.Form):
    scopes = forms.ChecksField(label=_("They decline"), choices=Refusal.Scope.choices)
    note = forms.LineField(label=_("Why, in their words"), max_length=200, required=False, width="2xl")


class KinForm(forms.Form):
    name = forms.LineField(label=_("Name"), max_length=160, width="xl")
    relation = forms.SelectField(label=_("Who they are"), choices=[("", _("Choose")), *NextOfKin.Relation.choices], width="lg")
    phone = forms.TelephoneField(label=_("Telephone"), max_length=40, required=False)
    language = forms.SelectField(label=_("Language they prefer"), required=False, width="md", choices=[("", _("Not known")), *LANGUAGES.items()])

    def clean_phone(self) -> str:
        typed: str = self.cleaned_data["phone"]
        number = e164(typed)
        if typed and not number:
            raise django_forms.ValidationError(_("Enter a number with its area code, for example 203-555-0142."))
        return number
