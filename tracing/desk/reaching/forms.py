from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from tracing.desk.reaching.words import ANSWERS, CONFIDENTIAL, WHOSE
from tracing.people.models import Address, Person, WayToReach
from tracing.uswds import forms
from tracing.uswds.templatetags.uswds import phone


class WayForm(forms.Form):
    """A number or an e-mail, in any form: the action that keeps it says what is wrong with it."""

    typed = forms.LineField(label=_("Number or e-mail"), max_length=254, width="xl")
    whose = forms.SelectField(label=_("Whose it is"), choices=list(WHOSE.items()), required=False, width="lg")
    hours = forms.LineField(label=_("Best hours"), max_length=60, required=False, width="lg", help_text=_("As they say it; an extension too."))
    since = forms.DayField(label=_("Theirs since"), required=False)
    safe = django_forms.BooleanField(label=_("They said that this one is safe to use"), required=False)

    marks_optional = False

    def __init__(self, *args: Any, confidential: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not confidential:
            del self.fields["safe"]


class AddressForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What it is"), choices=[(Address.Kind.RESIDENCE, _("Where they live")), (Address.Kind.STAY, _("Where they stay at present"))],
        inline=True,
    )  # fmt: skip
    street = forms.LineField(label=_("Street and number"), max_length=200, width="2xl")
    city = forms.LineField(label=_("Town"), max_length=100, width="lg")
    state = forms.LineField(label=_("State"), max_length=40, required=False, width="xs")
    zip = forms.LineField(label=_("ZIP code"), max_length=10, required=False, width="sm", mode="numeric")

    marks_optional = False


class AnswersForm(forms.Form):
    """Who answers for somebody. `near`: people of the same household or number, who can be chosen."""

    guardian = forms.SelectField(label=_("Somebody on record"), choices=(), required=False, width="xl")
    name = forms.LineField(label=_("Or their name"), max_length=160, required=False, width="xl")
    phone = forms.TelephoneField(label=_("And their number"), max_length=40, required=False)
    kind = forms.SelectField(label=_("What they are"), choices=list(ANSWERS.items()), width="xl")
    decides = forms.ChoiceField(
        label=_("May they decide for them?"), inline=True, initial="yes",
        choices=[("yes", _("Yes")), ("no", _("No, they look after them only")), ("away", _("No: they must not be called or told"))],
    )  # fmt: skip
    basis = forms.LineField(label=_("Where that is written, or who said so"), max_length=200, required=False, width="2xl")
    since = forms.DayField(label=_("From"))
    until = forms.DayField(label=_("Until (the last day)"), required=False)

    marks_optional = False

    def __init__(self, *args: Any, near: Sequence[Person] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.near = {str(one.pk): one for one in near}
        choices = [("", _("Nobody of these")), *((key, str(one)) for key, one in self.near.items())]
        self.fields["guardian"].choices = choices  # type: ignore[attr-defined]


class ConfidentialForm(forms.Form):
    kind = forms.ChoiceField(label=_("Why"), choices=list(CONFIDENTIAL.items()))
    safe = forms.ChecksField(
        label=_("Which of their numbers and e-mails are safe?"), choices=(), required=False,
        help_text=_("Only these are used. None: nothing goes out until they name one."),
    )  # fmt: skip
    said = forms.LineField(label=_("How to reach them safely, in their words"), max_length=200, required=False, width="2xl")

    marks_optional = False

    def __init__(self, *args: Any, ways: Sequence[WayToReach], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ways = {str(way.pk): way for way in ways}
        self.fields["safe"].choices = [(key, phone(way.value)) for key, way in self.ways.items()]  # type: ignore[attr-defined]


class WhyForm(forms.Form):
    why = forms.LineField(label=_("Why it holds no more"), max_length=200, width="2xl")
