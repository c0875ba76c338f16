from __future__ import annotations

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from tracing.uswds import forms


class SignInForm(forms.Form):
    email = forms.LineField(
        label=_("E-mail address"), max_length=254, autocomplete="username", mode="email", width="2xl",
        error_messages={"required": _("Enter your e-mail address.")},
    )  # fmt: skip
    password = django_forms.CharField(
        label=_("Password"), max_length=200, strip=False,
        widget=django_forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip
