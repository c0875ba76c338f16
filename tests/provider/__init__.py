"""The certified OpenID provider `oidc-provider`, run on this machine for the tests of signing in. Not a part of the program."""
