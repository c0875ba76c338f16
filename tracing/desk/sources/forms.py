"""Forms of the page of senders."""

from __future__ import annotations

from typing import Final

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from tracing.uswds import forms

RHYTHMS: Final = (
    ("1", _("Every hour")),
    ("4", _("Every 4 hours")),
    ("12", _("Twice a day")),
    ("24", _("Every day")),
    ("72", _("Every 3 days, weekends are quiet")),
    ("168", _("Every week")),
    ("744", _("Every month")),
    ("8760", _("Now and then")),
)
PULLS: Final = (
    ("0", _("Not fetched: it sends by itself")),
    ("15", _("Every 15 minutes")),
    ("60", _("Every hour")),
    ("240", _("Every 4 hours")),
    ("1440", _("Every day")),
)
LASTS: Final = (("90", _("3 months")), ("180", _("6 months")), ("365", _("1 year")))


def _with(choices: tuple[tuple[str, object], ...], now: int, words: object) -> list[tuple[str, object]]:
    """The choices, and what is set now where it is none of them."""
    return [*choices] if str(now) in dict(choices) else [(str(now), str(words) % {"number": now}), *choices]


class ExpectForm(forms.Form):
    """What is expected of a sender, and how often it is fetched from."""

    name = forms.LineField(label=_("Name"), max_length=200)
    every = forms.SelectField(label=_("It should be heard"), choices=RHYTHMS, help_text=_("Longer silence raises an alarm."))
    pull = forms.SelectField(label=_("Fetch from its folder"), choices=PULLS)

    def __init__(self, *args: object, every: int, pull: int, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["every"].choices = _with(RHYTHMS, every, _("Every %(number)d hours"))  # type: ignore[attr-defined]
        self.fields["pull"].choices = _with(PULLS, pull, _("Every %(number)d minutes"))  # type: ignore[attr-defined]
        self.initial = {**self.initial, "every": str(every), "pull": str(pull)}


class KeyForm(forms.Form):
    lasts = forms.SelectField(
        label=_("It ends after"), choices=LASTS, initial="365", help_text=_("Older keys go on until they end.")
    )


class AddForm(forms.Form):
    """A new sender."""

    name = forms.LineField(label=_("Name"), max_length=200, help_text=_("As people call it"))
    code = forms.LineField(
        label=_("Code"),
        max_length=60,
        width="lg",
        help_text=_("Small letters, digits and hyphens; it never changes, for example charter-oak"),
    )
    every = forms.SelectField(label=_("It should be heard"), choices=RHYTHMS, initial="24")


class TestsForm(forms.Form):
    """Whether test messages are filed like live ones."""

    file = django_forms.ChoiceField(choices=[("yes", ""), ("no", "")])
