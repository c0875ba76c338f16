"""What happened, to whom, by whom, when, and who looked.

Every change in the house writes an entry in the transaction that makes it; `@action` sees to it.
A sealer numbers and chains finished entries, and every reader follows that number.
"""
