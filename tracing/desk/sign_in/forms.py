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


class CodeForm(forms.Form):
    code = forms.LineField(
        label=_("Code from your authenticator app"), max_length=12, autocomplete="one-time-code", mode="numeric", width="sm",
        help_text=_("Six digits, new every thirty seconds."),
    )  # fmt: skip


class RecoveryForm(forms.Form):
    recovery = forms.LineField(
        label=_("Recovery code"), max_length=40, width="medium", help_text=_("Four groups of four letters and digits. Each is good once."),
    )  # fmt: skip


class PasswordForm(forms.Form):
    password = django_forms.CharField(
        label=_("Password"), max_length=200, strip=False,
        widget=django_forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip


class AppForm(CodeForm):
    name = forms.LineField(
        label=_("What you call it"), max_length=80, initial=_("My phone"), required=False, width="medium",
        help_text=_("So that you know later which one it is."),
    )  # fmt: skip
    field_order = ("name", "code")


class PasskeyForm(forms.Form):
    name = forms.LineField(
        label=_("What you call it"), max_length=80, initial=_("This computer"), required=False, width="medium",
        help_text=_("So that you know later which one it is."),
    )  # fmt: skip
    answer = django_forms.CharField(max_length=20000, required=False, widget=django_forms.HiddenInput())


class AccountForm(forms.Form):
    email = forms.LineField(
        label=_("E-mail address"),
        max_length=254,
        mode="email",
        width="2xl",
        error_messages={"required": _("Enter an e-mail address.")},
    )


class AnswerForm(forms.Form):
    answer = django_forms.CharField(max_length=20000, widget=django_forms.HiddenInput())
