"""A state sets its own points of priority: drafted, previewed, published from a day on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from tracing.base.ids import uuid7
from tracing.diseases.models import Tuning
from tracing.diseases.rules.tuned import Tuned, TuningWrong, judge, tuned
from tracing.diseases.ruleset import RuleSet, rule_sets
from tracing.journal.actions import Actor, action, record

__all__ = ["NotPreviewed", "TuningMovedOn", "TuningWrong", "draft_tuning", "drop_tuning", "publish_tuning", "rules_in_force", "rules_with"]

_kept: dict[tuple[object, ...], Mapping[str, RuleSet]] = {}


class TuningMovedOn(Exception):
    """It was published or dropped meanwhile, or drafted anew."""


class NotPreviewed(Exception):
    """Nobody has seen yet who would move: it is still counted."""


def rules_in_force() -> Mapping[str, RuleSet]:
    """Every rule set with the points that the state has published. One small query; what was made of them is kept until more is published."""
    rows = list(Tuning.objects.filter(state=Tuning.State.PUBLISHED).order_by("from_on", "pk"))
    stamp = tuple(row.pk for row in rows)
    if stamp not in _kept:
        _kept.clear()
        by_disease: dict[str, list[Tuned]] = {}
        for row in rows:
            by_disease.setdefault(row.disease, []).append(as_tuned(row))
        _kept[stamp] = {code: tuned(rules, by_disease.get(code, [])) for code, rules in rule_sets().items()}
    return _kept[stamp]


def rules_with(draft: Tuning) -> RuleSet:
    """The rule set of its disease as it would be with this draft."""
    return tuned(rules_in_force()[draft.disease], [as_tuned(draft)])


def as_tuned(row: Tuning) -> Tuned:
    return Tuned(f"{row.rule}/{row.from_on:%Y-%m-%d}", row.of, row.from_on, row.base, {code: int(points) for code, points in row.points.items()})


@action
def draft_tuning(
    *, disease: str, of: str, base: int, points: Mapping[str, int], from_on: date, note: str, today: date, by: Actor, at: datetime
) -> Tuning:
    """Keep other points, to look at who would move; a draft there was is dropped. Raises TuningWrong."""
    rule, _early = rules_in_force()[disease].priority[of].at(from_on)
    judge(rule, base=base, points=points, from_on=from_on, today=today)
    for row in Tuning.objects.select_for_update(no_key=True).filter(disease=disease, of=of, state=Tuning.State.DRAFT):
        drop_tuning(tuning=row, by=by, at=at)
    row = Tuning(
        id=uuid7(), disease=disease, of=of, rule=rule.id.partition("/")[0], from_on=from_on, base=base, points=dict(points),
        note=note.strip()[:200], at=at, by=by.id,
    )  # fmt: skip
    row.save(force_insert=True)
    _say("priorities.drafted", row, by, at)
    return row


@action
def publish_tuning(*, tuning: Tuning, by: Actor, at: datetime) -> Tuning:
    """From its day on calls are scored by it; those that wait are scored anew within seconds of that day. Raises NotPreviewed while it is
    still counted who would move."""
    row = _locked(tuning)
    if row.previewed_at is None:
        raise NotPreviewed
    Tuning.objects.filter(disease=row.disease, of=row.of, from_on=row.from_on, state=Tuning.State.PUBLISHED).update(state=Tuning.State.DROPPED)
    row.state, row.published_at, row.published_by = Tuning.State.PUBLISHED, at, by.id
    row.save(update_fields=["state", "published_at", "published_by"])
    _say("priorities.published", row, by, at)
    return row


@action
def drop_tuning(*, tuning: Tuning, by: Actor, at: datetime) -> Tuning:
    """Not after all."""
    row = _locked(tuning)
    row.state = Tuning.State.DROPPED
    row.save(update_fields=["state"])
    _say("priorities.dropped", row, by, at)
    return row


def tunings(disease: str, of: str) -> list[Tuning]:
    """Those published and the draft, the newest first."""
    return list(Tuning.objects.filter(disease=disease, of=of).exclude(state=Tuning.State.DROPPED).order_by("-at", "-pk")[:30])


def _locked(tuning: Tuning) -> Tuning:
    row = Tuning.objects.select_for_update(no_key=True).get(pk=tuning.pk)
    if row.state != Tuning.State.DRAFT:
        raise TuningMovedOn(row.state)
    return row


def _say(verb: str, row: Tuning, by: Actor, at: datetime) -> None:
    record(verb, by=by, at=at, subject=("tuning", row.pk), disease=row.disease, codes={"of": row.of, "rule": row.rule, "from": str(row.from_on)})
