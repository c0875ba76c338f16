"""Who may call what: every address, every verb, every role, on what is theirs, on what was shared with them, and on what is others'.

The table is `docs/access-matrix.md`, written by `make matrix` and compared line by line by `test_matrix.py`. It is read by
people before it is kept: a cell that changes is a decision.
"""
