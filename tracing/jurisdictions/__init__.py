"""Where: the tree of areas, departments and organisations, and the way from an address to a department.
The decision is pure and dated (`rules.locate`); the facts are rows that `actions.load_profile` reads from a
state's folder.
Nothing here holds personal data, so every signed-in role may read all of it.
"""
