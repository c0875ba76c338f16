"""Pages for staff: what a tracer, a supervisor, an epidemiologist and an administrator look at all day.

Each page answers one question and offers one main button; a folder per page holds its addresses, views and forms.
Views load through what the viewer may see, check the permission, validate a plain form, call one action, and draw.
"""
