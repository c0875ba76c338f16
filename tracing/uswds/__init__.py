"""Page components: the U.S. Web Design System drawn once, so that nobody writes a component's markup twice.

Forms, tables, statuses, charts and the strip take plain values and give markup; they know no table and no person.
Everything works without script, under a policy that allows no inline script and no inline style.
"""
