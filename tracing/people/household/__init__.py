"""Who lives together, who answers for whom, who is reached confidentially, and what follows for a call, a message and a letter."""
