"""Where: the tree of areas, departments and organisations, and the way from an address to a department.
The decision is pure and dated (`rules.locate`); the facts are rows, loaded by `actions.load_profile` from a state's folder.
Nothing here holds personal data, so every signed-in role may read all of it.
"""
