"""How good matching is: made-up people with known truth, public test sets, peers set up with care, figures of both. See `__main__`."""
