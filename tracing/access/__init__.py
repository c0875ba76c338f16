"""Staff, their roles and memberships: which rows they see and which verbs they may use; signing in.

One declaration per model becomes both `visible_to` and a row-level policy of the database.
Knows units, not people.
"""
