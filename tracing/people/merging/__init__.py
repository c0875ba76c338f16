"""Two people who are one: the forest of merges, what moves, what would stand twice, which value holds, and the way back.

`tracing.intake.merging` holds the verbs: they need cases, calls, messages and lab results as well.
"""
