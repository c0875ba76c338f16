"""Whether two records are one person: Fellegi and Sunter's model with term frequencies. No tables, no clock.

One report is scored in Python and a whole file by the batch engine with the same comparisons and the same weights, so that both say
the same. Everything compared was prepared by one function (`record.prepare`): folded to ASCII, empty made missing.
"""
