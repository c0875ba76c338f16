"""Coming in: attempts, how guessing is slowed down, what finishes a sign-in, and which browsers are in."""
