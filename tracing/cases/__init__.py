"""One person, one disease, one episode: opening, interview, isolation, closing.

A case belongs to the department of residence and is followed where the person stays; what a later report would change is proposed.
"""
