from __future__ import annotations

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from tracing.monitoring.models import Order
from tracing.uswds import forms

REFUSED = {
    "nothing": (None, _("Nothing keeps them at home at present: there is no isolation and no quarantine to order.")),
    "waits": (None, _("An order for them waits already, to be signed or to be served. Withdraw that one first.")),
    "basis": ("basis", _("Say what makes you believe that they are infected or were exposed.")),
    "place": ("place", _("Say where they are to stay.")),
    "order": ("ends_on", _("The last day lies before the first.")),
    "past": ("ends_on", _("This day is over.")),
    "too_long": ("ends_on", _("The law allows no order that is this long. A further order can follow.")),
    "signer": ("signer", _("Type your name: it is your signature.")),
}  # fmt: skip
"""Code of `CannotOrder` → the field it concerns, and what to do."""


class DraftForm(forms.Form):
    starts_on = forms.DayField(label=_("First day"))
    ends_on = forms.DayField(label=_("Last day"))
    place = forms.LineField(label=_("Where they are to stay"), max_length=300, width="2xl")
    basis = forms.TextField(
        label=_("Grounds"), max_length=2000, rows=3, help_text=_("What makes the director believe that they are infected or were exposed.")
    )
    terms = forms.TextField(
        label=_("Further terms"), max_length=2000, required=False, rows=2, help_text=_("Food brought, whom to call, medical visits.")
    )


class SignForm(forms.Form):
    marks_optional = False

    signer = forms.LineField(label=_("Your name, as your signature"), max_length=160, width="xl")
    read = django_forms.BooleanField(label=_("I have read the words of the order, and I order it"))


class ServeForm(forms.Form):
    how = forms.SelectField(label=_("How it reached them"), choices=[("", _("Choose")), *Order.How.choices], width="lg")
    to = forms.LineField(label=_("Into whose hands, if not their own"), max_length=160, required=False, width="xl")


class EndForm(forms.Form):
    marks_optional = False

    end = forms.SelectField(
        label=_("Why it ends"), width="lg",
        choices=[("", _("Choose")), *((code, words) for code, words in Order.End.choices if code in ("released", "court", "mistake"))],
    )  # fmt: skip
