"""A team makes a part of another unit's calls at agreed times. `rules` says when a cover is in force, `actions` makes and ends one,
`queries` tells *Next call* and the workload which are in force."""
