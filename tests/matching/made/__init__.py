"""A made-up Connecticut with known truth: households, twins, juniors, shared telephones, and reports with the usual damage."""
