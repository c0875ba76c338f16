"""What somebody was advised, what they decline, and who speaks of them after a death."""
