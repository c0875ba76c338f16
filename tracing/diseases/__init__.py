"""Rule sets as data, with dates; what a result means, which case it makes, how long to isolate, whom to call first."""
