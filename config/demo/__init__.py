"""The demo: a state that does not exist, in the areas of one that does. Every person in it is made up."""
