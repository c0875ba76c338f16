"""The review pages: one item at a time, decided by one key, the next comes by itself."""
