"""Checks of a deployment. Each says what it found in plain words and, where it is wrong, how to mend it."""
