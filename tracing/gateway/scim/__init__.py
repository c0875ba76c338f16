"""SCIM 2.0 (RFC 7643, 7644): an organisation's directory makes, changes and closes accounts, and says who is in which group. Each key
reaches the accounts of one unit alone. The package that knows SCIM's shapes is loaded with the first such request, not with pages.
"""
