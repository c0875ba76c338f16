"""Orders of isolation and quarantine: the lists, one order, drafting, signing, serving, ending."""
