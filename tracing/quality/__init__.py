"""How well people are interviewed: a fair sample of finished interviews is read by somebody else, by the same questions for everybody.

What is found goes to whoever held the interview, and in figures to who leads the work.
"""
