from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tracing.diseases.labels import PRIORITIES, SETTINGS, label
from tracing.diseases.rules.tuned import MOST, TuningWrong
from tracing.diseases.ruleset.shapes import PriorityRule, Weight
from tracing.uswds import forms

FACTS = {
    "age": _("age"), "attempts": _("tries so far"), "classification": _("classification"), "continues": _("lives with a case, cannot keep apart"),
    "days_in_isolation_left": _("days of isolation left"), "days_in_quarantine_left": _("days of quarantine left"),
    "days_since_exposure": _("days since the last exposure"), "days_since_first_exposure": _("days since the first exposure"),
    "days_since_latest": _("days since illness or test"), "days_since_onset": _("days since illness"),
    "days_since_specimen": _("days since the test"), "high_risk": _("higher risk"), "hospitalised": _("in hospital"),
    "household_size": _("people at home"), "interpreter": _("another language"), "outbreak": _("part of an outbreak"), "pregnant": _("pregnant"),
    "setting": _("setting"), "setting_role": _("role there"), "sources": _("cases they met"), "susceptible": _("no protection known"),
    "symptomatic": _("symptoms"),
}  # fmt: skip
WRONG = {
    "unknown": _("This rule has no such weight."), "missing": _("Every weight has points."), "heavy": _("At most 1000 points, either way."),
    "base": _("Between the lowest and the highest score of the rule."), "past": _("This day is over."),
    "same": _("Nothing is other than it is now: change some points first."),
}  # fmt: skip


def condition(weight: Weight) -> str:
    """When a weight counts, in words: "age 65 or more"."""
    fact = str(FACTS.get(weight.fact, weight.fact))
    if weight.among:
        return f"{fact}: {', '.join(label(SETTINGS, code) for code in sorted(weight.among))}"
    if weight.each:
        return _now("for each of %(fact)s, up to %(most)d") % {"fact": fact, "most": weight.at_most or 0}
    least, most = weight.at_least, weight.at_most
    if (least, most) == (1, None):
        return fact
    if least is not None and most is not None:
        return _now("%(fact)s from %(least)d to %(most)d") % {"fact": fact, "least": least, "most": most}
    if least is not None:
        return _now("%(fact)s %(least)d or more") % {"fact": fact, "least": least}
    return _now("%(fact)s %(most)d or fewer") % {"fact": fact, "most": most or 0}


class PointsForm(forms.Form):
    """A number for each weight, the score before any, from when."""

    marks_optional = False

    from_on = forms.DayField(label=_("From which day"))
    note = forms.LineField(label=_("Why"), max_length=200, width="2xl")
    base = django_forms.IntegerField(label=_("Score before anything counts"), min_value=0, max_value=MOST)

    def __init__(self, *args: Any, rule: PriorityRule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule = rule
        for weight in rule.weights:
            words = label(PRIORITIES, weight.code)
            plain = not weight.among and (weight.at_least, weight.at_most) == (1, None)
            shown = condition(weight).capitalize() if words == weight.code else words if plain else f"{words} ({condition(weight)})"
            self.fields[f"w_{weight.code}"] = django_forms.IntegerField(label=shown, min_value=-MOST, max_value=MOST)

    @property
    def points(self) -> dict[str, int]:
        return {weight.code: self.cleaned_data[f"w_{weight.code}"] for weight in self.rule.weights}

    def refuse(self, wrong: TuningWrong) -> None:
        field = f"w_{wrong.weight}" if wrong.weight else {"base": "base", "past": "from_on"}.get(wrong.code)
        self.add_error(field if field in self.fields else None, WRONG[wrong.code])
