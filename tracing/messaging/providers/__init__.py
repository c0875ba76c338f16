"""Services that carry words out of the house, one file each."""
