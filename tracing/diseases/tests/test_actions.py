"""Rule sets are published once, word for word."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tracing.diseases.actions import RuleSetChanged, publish_rule_sets
from tracing.diseases.models import PublishedRuleSet
from tracing.diseases.ruleset import rule_set, rule_sets
from tracing.journal.actions import UNCHANGED
from tracing.journal.actor import job
from tracing.journal.models import Entry

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
BY = job("publish_rule_sets")


def test_publishing_twice_changes_nothing() -> None:
    published = publish_rule_sets(by=BY, at=AT)
    assert isinstance(published, list)
    assert {row.disease for row in published} == {"covid19", "measles"}
    assert Entry.objects.filter(verb="rule_set.published").count() == 2
    assert publish_rule_sets(by=BY, at=AT) is UNCHANGED
    assert PublishedRuleSet.objects.count() == 2


def test_what_is_kept_is_the_whole_rule_set() -> None:
    publish_rule_sets(by=BY, at=AT)
    row = PublishedRuleSet.objects.get(disease="covid19")
    assert row.document == rule_set("covid19").document
    assert row.document["isolation"]["isolation"][0]["from"] == "2020-03-16"


def test_a_changed_document_under_the_same_version_is_refused() -> None:
    publish_rule_sets(by=BY, at=AT)
    version = rule_set("covid19").version
    changed = replace(rule_set("covid19"), document={**rule_set("covid19").document, "more": 1})
    with pytest.raises(RuleSetChanged, match=f"covid19 version {version} was published otherwise"):
        publish_rule_sets(sets={**rule_sets(), "covid19": changed}, by=BY, at=AT)
    newer = replace(changed, version=version + 1)
    published = publish_rule_sets(sets={"covid19": newer}, by=BY, at=AT)
    assert isinstance(published, list)
    assert [(row.disease, row.version) for row in published] == [("covid19", version + 1)]
