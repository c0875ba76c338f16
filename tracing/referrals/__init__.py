"""Needs of people who stay at home, and the organisations that meet them.

An organisation is told a name, ways to reach, language, address, size of household and until when; never a disease, a result or a
contact. The person agrees first.
"""
