"""Who was exposed to whom, reaching them, quarantine.

Every door by which somebody becomes a case (laboratory, desk, import, contact) comes through `actions.record_case`.
A contact is never told who the case is.
"""
