"""What a member of staff was told, and who is on call."""
