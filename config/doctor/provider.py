"""The sign-in provider: is it there, is it the one that was set up, does its clock agree, and who comes in when it is down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from config.doctor.finding import Findings, bad, good, warning

MEND = "See docs/signing-in.md."


def provider_answers() -> Findings:
    """Asks the provider; nothing of the database."""
    from django.conf import settings

    from tracing.access.provider.wire import ProviderTrouble, clock_of, describe, forget

    provider = settings.PROVIDER
    if provider is None:
        return
    forget()
    try:
        description = describe(provider)
        their = clock_of(provider)
    except ProviderTrouble as trouble:
        yield bad(
            "provider",
            f"The sign-in provider {provider.issuer} cannot be used: {trouble.code} {trouble.detail}".rstrip() + ".",
            MEND,
        )
        return
    yield good("provider", f"The sign-in provider {provider.issuer} answers.")
    if "S256" not in description.get("code_challenge_methods_supported", ["S256"]):
        yield warning(
            "provider-pkce", "The provider does not say that it checks the challenge (PKCE, S256).", "Ask whoever runs it."
        )
    off = abs(their - datetime.now(tz=UTC)) if their else timedelta()
    if off > timedelta(seconds=provider.clock_seconds):
        says = f"The clocks of provider and this machine differ by {int(off.total_seconds())} seconds: nobody can sign in."
        yield bad("provider-clock", says, "Set this machine's clock by NTP; if it is right, tell whoever runs the provider.")
    elif off > timedelta(seconds=provider.clock_seconds / 2):
        yield warning(
            "provider-clock", f"The clocks differ by {int(off.total_seconds())} seconds.", "Set this machine's clock by NTP."
        )


def without_it(at: datetime) -> Findings:
    """Whether somebody can come in when the provider does not answer."""
    from django.conf import settings

    from tracing.access.models import Membership

    if settings.PROVIDER is None:
        return
    if settings.WITHOUT_PROVIDER == "nobody":
        yield warning(
            "provider-down", "When the provider is down, nobody can sign in, not even administrators.",
            "Set CONTACT_OIDC_OTHERWISE=administrators and keep two accounts with password and second factor for that day.",
        )  # fmt: skip
        return
    held = Membership.objects.filter(valid_from__lte=at, user__is_active=True, role__permissions__contains=["users.administer"])
    by_hand = held.exclude(valid_until__lte=at).exclude(source__in=("provider", "scim")).select_related("user")
    ready = {row.user_id for row in by_hand if row.user.has_usable_password()}
    if len(ready) < 2:
        yield warning(
            "provider-down", f"{len(ready)} accounts can administer when the provider is down.",
            "Keep two: `contact staff add EMAIL --role administrator …`.",
        )  # fmt: skip
    else:
        yield good("provider-down", f"{len(ready)} accounts can administer when the provider is down.")
