"""Persons, why a unit sees them, the ways to reach them, where they live and stay, and whether a report's person is one of them.

Facts carry their source and date; what a person said beats a feed.
A death stops everything that goes out, at once, and can be taken back.
"""
