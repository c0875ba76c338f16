"""Who of the staff is told what, when, and what happens when nobody answers.

Rules are data: what happened, of which diseases, to which roles, at which hours, at once or not. Somebody is on call; a mail says that
something waits and never what of whom.
"""
