"""Cases of two people who are one: of each illness one case is worked on, the others rest under it; and back.

A case that rests is closed with a `Closure` that the merge owns, names the one that is worked on (`merged_into`), and is neither counted
nor shown beside it. What is decided here follows from the rows as they are, never from what was decided before, so that merges may be
undone in any order. Everything here is called inside an action.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F, Max

from tracing.base.ids import uuid7
from tracing.cases.models import Affiliation, Case, Closure, Interview, Isolation, OutOfState, Proposal, Share, Transfer
from tracing.cases.opening import FACTS
from tracing.cases.sharing import withdraw_open
from tracing.diseases.rules import Positive, episodes
from tracing.diseases.ruleset import rule_set
from tracing.journal.actions import Actor, record
from tracing.people.merging.refusals import CannotMerge
from tracing.people.models import Merge, Person
from tracing.people.rules import FEED, SAID, stamped
from tracing.tasks.merging import one_call
from tracing.tasks.models import Attempt, Task


def locked(people: Iterable[UUID]) -> None:
    """Cases and tasks of these people, people having been locked before them."""
    keys = list(people)
    list(Case.objects.select_for_update().filter(person__in=keys).order_by("pk").values_list("pk"))
    list(Task.objects.select_for_update().filter(person__in=keys).order_by("pk").values_list("pk"))


def make_way(merge: Merge, by: Actor, at: datetime) -> None:
    """Before the rows move: other numbers for the cases of who is merged, and only one of two open cases of a disease stays open."""
    keep, away = merge.person_id, merge.merged_id
    in_hand = Task.objects.filter(person__in=(keep, away), state=Task.State.HELD, held_until__gt=at)
    if in_hand.values("held_by").distinct().count() > 1 and in_hand.values("person").distinct().count() > 1:
        raise CannotMerge("both_in_hand")
    highest = dict(Case.objects.filter(person=keep).values_list("disease").annotate(most=Max("episode")))
    still_open = set(Case.objects.filter(person=keep, closure__isnull=True).values_list("disease", flat=True))
    for disease, most in highest.items():
        moving = Case.objects.filter(person=away, disease=disease)
        top = moving.aggregate(most=Max("episode"))["most"]
        if top is None:
            continue
        moving.filter(filed_episode=None).update(filed_episode=F("episode"))
        moving.update(episode=F("episode") + max(most, top))
        if disease in still_open:
            for case in moving.filter(closure__isnull=True):
                _rest(case, "merged", merge, by, at)


def settle(root: UUID, merge: Merge | None, by: Actor, at: datetime) -> list[str]:
    """Of every illness of this person one case is worked on. Returns the diseases of which that may have changed.

    `merge`: whose closures new ones are; None: one was undone, and what was left may be less than before in every disease.
    """
    by_disease: dict[str, list[Case]] = defaultdict(list)
    for case in Case.objects.filter(person=root).select_related("closure", "task").order_by("opened_at", "pk"):
        by_disease[case.disease].append(case)
    key = Person.objects.get(pk=root).sort_key
    Case.objects.filter(person=root).exclude(sort_key=key).update(sort_key=key)
    looked_at = []
    for disease, cases in sorted(by_disease.items()):
        touched = any(case.merged_into_id or (case.closure and case.closure.merge_id) or case.filed_episode for case in cases)
        if len(cases) > 1 or touched:
            _number(root, cases)
            groups = _illnesses(disease, cases)
            _work_on_one(root, groups, merge, by, at)
        if len(cases) > 1 or touched or merge is None:
            looked_at.append(disease)
        _what_was_said(cases)
    tasks_of = dict(Case.objects.filter(person=root, closure__isnull=True, task__isnull=False).values_list("disease", "task"))
    one_call(root, tasks_of, by, at)
    return looked_at


def _number(root: UUID, cases: Sequence[Case]) -> None:
    """Their own numbers for those that were filed on this person, the next ones for the others, in the order of their opening."""
    first = {case.pk: case.filed_episode or case.episode for case in cases}
    number = {case.pk: first[case.pk] for case in cases if case.filed_on == root}
    following = max(number.values(), default=0)
    for case in cases:
        if case.pk not in number:
            following += 1
            number[case.pk] = following
    if all(number[case.pk] == case.episode for case in cases) and not any(case.filed_episode == case.episode for case in cases):
        return
    Case.objects.filter(pk__in=number).update(episode=-F("episode"))  # numbers are unique at every moment
    for case in cases:
        case.episode, case.filed_episode = number[case.pk], first[case.pk] if first[case.pk] != number[case.pk] else None
    Case.objects.bulk_update(cases, ["episode", "filed_episode"])


def _illnesses(disease: str, cases: Sequence[Case]) -> list[list[Case]]:
    """The cases of each episode, the episodes in order of time: by the rule that also makes them of results."""
    days = [
        Positive(f"{case.pk}/{which}", day, "molecular")
        for case in cases
        for which, day in (("first", case.first_positive_on), ("last", case.last_positive_on))
    ]
    of = {str(key): episode.number for episode in episodes(rule_set(disease), days) for key in episode.result_ids}
    groups: dict[int, list[Case]] = defaultdict(list)
    for case in cases:
        groups[of[f"{case.pk}/first"]].append(case)
    return [groups[number] for number in sorted(groups)]


def _goes_on(case: Case) -> bool:
    """Open, or closed by nothing but a merge."""
    return case.closure is None or case.closure.merge_id is not None


def _work_on_one(root: UUID, groups: list[list[Case]], merge: Merge | None, by: Actor, at: datetime) -> None:
    asked = set(Interview.objects.filter(case__person=root).values_list("case", flat=True))
    reopened: list[Case] = []
    for index, group in enumerate(groups):
        # Who is being called first, then what goes on, then the person's own, then where somebody has been asked, then the oldest.
        first = min(group, key=lambda c: (
            not (c.task is not None and c.task.state == Task.State.HELD), not _goes_on(c), c.filed_on != root, c.pk not in asked,
            c.opened_at, c.pk,
        ))  # fmt: skip
        for case in group:
            under = None if case is first else first.pk
            if case.merged_into_id != under:
                case.merged_into_id = under
                Case.objects.filter(pk=case.pk).update(merged_into=under)
            if under is not None and case.closure is None:
                _rest(case, "merged", _owner(root, merge), by, at)
        if index < len(groups) - 1:
            if first.closure is None:
                _rest(first, "new_episode", _owner(root, merge), by, at)
            elif first.closure.merge_id is not None:
                Closure.objects.filter(pk=first.closure.pk).update(reason="new_episode")
        elif first.closure is not None and first.closure.merge_id is not None:
            reopened.append(first)
    for case in reopened:
        Case.objects.filter(pk=case.pk).update(closure=None)
        case.closure = None
        record("case.reopened", by=by, at=at, subject=("case", case.pk), person=root, disease=case.disease)


def _owner(root: UUID, merge: Merge | None) -> Merge:
    return merge or Merge.objects.filter(person=root, undone_at__isnull=True).order_by("-at", "-pk")[:1].get()


def _rest(case: Case, reason: str, merge: Merge, by: Actor, at: datetime) -> None:
    closure = Closure(id=uuid7(), case=case, person_id=case.person_id, disease=case.disease, reason=reason, at=at, by_kind=by.kind,
                      by=by.id, merge=merge)  # fmt: skip
    closure.save(force_insert=True)
    Case.objects.filter(pk=case.pk).update(closure=closure)
    case.closure = closure
    withdraw_open([case.pk], by, at)
    record("case.closed", by=by, at=at, subject=("case", case.pk), person=case.person_id, disease=case.disease, codes={"reason": reason})


def _what_was_said(cases: Sequence[Case]) -> None:
    """The interviews of all the cases of an illness speak for the one that is worked on, and for nobody when they have gone."""
    said: dict[UUID, list[Interview]] = defaultdict(list)
    for interview in Interview.objects.filter(case__in=cases).order_by("at", "pk"):
        said[interview.case_id].append(interview)
    for case in cases:
        if case.merged_into_id is not None:
            continue
        told = sorted(
            (one for other in cases if case.pk in (other.pk, other.merged_into_id) for one in said[other.pk]), key=lambda i: (i.at, i.pk)
        )
        before = {name: (getattr(case, name), case.facts.get(name)) for name in FACTS}
        for name in FACTS:
            values = [(getattr(one, name), one.at) for one in told if getattr(one, name) not in (None, "")]
            stamp = stamped(case.facts, name)
            if values:
                value, when = values[-1]
                setattr(case, name, value)
                case.facts[name] = [SAID, when.isoformat(), "interview"]
            elif stamp is not None and int(stamp[0]) > FEED and stamp[2] == "interview":
                setattr(case, name, "" if name == "setting" else None)
                case.facts.pop(name)
        if before != {name: (getattr(case, name), case.facts.get(name)) for name in FACTS}:
            Case.objects.filter(pk=case.pk).update(facts=case.facts, **{name: getattr(case, name) for name in FACTS})


def go_along(people: Iterable[UUID]) -> None:
    """After an undo: what hangs on a case goes with it, also what was written while the two were one; so do a call and its attempts."""
    for person in people:
        for model in (Isolation, Closure, Proposal, Interview, Share, Transfer, OutOfState, Affiliation):
            model._default_manager.filter(case__person=person).exclude(person=person).update(person=person)
        calls = Case.objects.filter(person=person, task__isnull=False).values("task")
        Task.objects.filter(pk__in=calls, person__isnull=False).exclude(person=person).update(person=person)
    for person in people:
        Attempt.objects.filter(task__person=person).exclude(person=person).update(person=person)


def dates_again(root: UUID, diseases: Iterable[str], at: datetime) -> None:
    """After an undo: where the dates just made are those of an earlier decision about the case, that decision is in force again."""
    for case in Case.objects.filter(person=root, disease__in=list(diseases), isolation__at=at).select_related("isolation"):
        now = case.isolation
        assert now is not None
        same = Isolation.objects.filter(case=case, starts_on=now.starts_on, ends_on=now.ends_on, day_zero=now.day_zero, rule=now.rule)
        earlier = same.exclude(pk=now.pk).filter(at__lt=at).order_by("-at", "-pk").first()
        if earlier is not None:
            Case.objects.filter(pk=case.pk).update(isolation=earlier)
            Isolation.objects.filter(pk=now.pk).delete()
