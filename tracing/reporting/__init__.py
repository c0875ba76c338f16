"""How fast and how well the work is done: what happened to each case and contact, at which moment, and the shares made of it.

Read-only of the rooms below: rows here are copies of their moments, kept by a job that follows the journal, and may be built anew.
"""
