"""Words to people and back: texts, e-mails, letters, each a row with a state that a provider's job may claim; calls that a service dials.

Nothing goes out to somebody who has died or opted out, queued things included; no message says more than it must.
"""
