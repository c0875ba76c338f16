"""Where machines come in: laboratories post reports and ask what became of them, the telephone service tells of calls. It speaks JSON
with stable codes and never shows a person. Every sender has a key of its own or signs, and nothing is acknowledged before it is stored.
"""
