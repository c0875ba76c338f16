"""Isolation and quarantine as people live them: what they were advised, what they decline, what a director orders.

The days themselves come from `cases` and `contacts`; this room keeps what was said about them, to whom, and with what force of law.
"""
