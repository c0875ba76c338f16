"""Laboratory reports that the project made up, in the formats in which real ones come.

The demo files them, the benchmarks measure with them, tests read them. Pure: the random seed and the day are arguments.
"""
