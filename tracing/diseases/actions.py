"""Publishing the rule sets that this program carries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import connection

from tracing.diseases.models import PublishedRuleSet
from tracing.diseases.ruleset import RuleSet, digest, rule_sets
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record

# One at a time: two processes that start together would not see each other's rows. The number is only ours.
_PUBLISH_LOCK = 4_117_003


class RuleSetChanged(RuntimeError):
    """A version that was published now says something else. Raise `version` in its disease.toml."""


@action
def publish_rule_sets(*, sets: Mapping[str, RuleSet] | None = None, by: Actor, at: datetime) -> list[PublishedRuleSet] | Unchanged:
    """Keep every rule set (those of the program unless others are given) as it is now. Repeating changes nothing.

    Refuses with RuleSetChanged when a published version says something else, and then publishes none.
    """
    chosen = rule_sets() if sets is None else sets
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_PUBLISH_LOCK])
    published = {
        (row.disease, row.version): row.digest
        for row in PublishedRuleSet.objects.filter(disease__in=list(chosen)).only("disease", "version", "digest")
    }
    new = []
    for disease, ruleset in sorted(chosen.items()):
        fingerprint = digest(ruleset.document)
        before = published.get((disease, ruleset.version))
        if before is None:
            new.append(
                PublishedRuleSet(
                    disease=disease,
                    version=ruleset.version,
                    digest=fingerprint,
                    document=ruleset.document,
                    published_at=at,
                    published_by_kind=by.kind,
                    published_by=by.id,
                )
            )
        elif before != fingerprint:
            raise RuleSetChanged(f"{disease} version {ruleset.version} was published otherwise; raise its version")
    if not new:
        return UNCHANGED
    PublishedRuleSet.objects.bulk_create(new)
    for row in new:
        record(
            "rule_set.published", by=by, at=at, subject=("rule_set", row.id), disease=row.disease,
            codes={"version": row.version, "digest": row.digest[:12]},
        )  # fmt: skip
    return new
