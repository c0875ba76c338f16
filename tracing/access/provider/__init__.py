"""Signing in at the department's own provider (OpenID Connect): asking it, and judging what it answers. Nothing is stored here."""
