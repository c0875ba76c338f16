"""What staff must do next: calls, reviews, facility lines; attempts made, callbacks agreed, and whose hands a person is in.

A task knows the facts that its priority came from; the room that made it holds its key.
"""
