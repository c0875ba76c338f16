"""Pure decisions by dated rules: class, episodes, isolation, quarantine, scope, priority. No Django, no clock, no
database.
"""

from tracing.diseases.rules.classification import Classification, classify
from tracing.diseases.rules.episodes import Episode, episodes
from tracing.diseases.rules.exposure import Closeness, close_contact, exposure_window
from tracing.diseases.rules.isolation import (
    IsolationDates,
    Revision,
    Window,
    infectious_window,
    isolation,
    isolation_alternatives,
    revise,
)
from tracing.diseases.rules.priority import Priority, PriorityFacts, Reason, priority
from tracing.diseases.rules.quarantine import ContactFacts, Quarantine, QuarantineOption, quarantine
from tracing.diseases.rules.results import Positive
from tracing.diseases.rules.scope import Scope, ScopeFacts, contact_scope, scope
from tracing.diseases.rules.timing import first_call_due, provisional_after_hours, reach_due

__all__ = [
    "Classification",
    "Closeness",
    "ContactFacts",
    "Episode",
    "IsolationDates",
    "Positive",
    "Priority",
    "PriorityFacts",
    "Quarantine",
    "QuarantineOption",
    "Reason",
    "Revision",
    "Scope",
    "ScopeFacts",
    "Window",
    "classify",
    "close_contact",
    "contact_scope",
    "episodes",
    "exposure_window",
    "first_call_due",
    "infectious_window",
    "isolation",
    "isolation_alternatives",
    "priority",
    "provisional_after_hours",
    "quarantine",
    "reach_due",
    "revise",
    "scope",
]
