"""Laboratory reports received, read, filed: bytes first, then one shape, then people, cases and tasks.

What cannot be read or filed is held with reasons before a human; nothing is lost, nothing is counted twice.
"""
