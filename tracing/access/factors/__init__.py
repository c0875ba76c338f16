"""Second factors: what somebody has beside a password. Authenticator apps, passkeys, and codes on paper for when both are lost."""
