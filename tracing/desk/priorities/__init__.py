"""The points by which calls are urgent: what they are, other ones drafted, who would move, published."""
