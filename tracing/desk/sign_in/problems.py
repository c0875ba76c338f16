"""Why somebody did not come in, in words: each with a code that can be told on the telephone, and what to do.

A page that comes from the provider says exactly what is wrong: who reads it has just signed in there. The page for passwords never does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

_ADMIN: Final = _("Tell this to whoever administers accounts here, with the code.")


@dataclass(frozen=True, slots=True)
class Problem:
    """`again`: whether trying once more may help."""

    code: str
    title: Any
    words: Any
    do: Any
    status: int = 403
    again: bool = False


PROBLEMS: Final = {
    "down": Problem(
        "CT401", _("The sign-in provider does not answer"),
        _("It was asked and gave no usable answer in time. Nothing is wrong with your account."),
        _("Wait a minute and try again. If it stays like this, use another way below or call your help desk."), 503, True,
    ),
    "refused": Problem(
        "CT402", _("The sign-in provider refused this program"),
        _("The provider did not accept the sign-in that you began, or the secret that this program shows it."),
        _("Begin again. If it happens twice, tell whoever runs this program: the client secret may have ended."), 502, True,
    ),
    "answer": Problem(
        "CT403", _("The sign-in provider's answer could not be read"), _("What it sent is not what OpenID Connect says."),
        _("Tell whoever runs this program, with the code."), 502,
    ),
    "issuer": Problem(
        "CT404", _("Another provider answered"),
        _("The answer comes from a provider that is not the one set up here."),
        _("Do not go on. Tell whoever runs this program, with the code."), 502,
    ),
    "audience": Problem(
        "CT405", _("This sign-in is meant for another program"), _("The provider's token was not made for this program."),
        _("Do not go on. Tell whoever runs this program, with the code."),
    ),
    "token": Problem(
        "CT406", _("The provider's token is not valid"), _("Its signature or its content is wrong."),
        _("Begin again. If it happens twice, tell whoever runs this program, with the code."), 502, True,
    ),
    "expired": Problem(
        "CT407", _("This sign-in has expired"), _("The provider's token had ended before it arrived here."), _("Begin again."), 403, True,
    ),
    "clock": Problem(
        "CT408", _("The clocks do not agree"),
        _("The clock of the sign-in provider and the clock of this program differ by more than is allowed."),
        _("Nobody can sign in this way until one of the clocks is set right. Tell whoever runs this program, with the code."), 502,
    ),
    "nonce": Problem(
        "CT409", _("This answer belongs to another sign-in"), _("It may have been used before, or come from another browser."),
        _("Begin again."), 403, True,
    ),
    "state": Problem(
        "CT410", _("This sign-in was not begun here, or long ago"),
        _("The browser that comes back from the provider must be the one that went there, within fifteen minutes."),
        _("Begin again, in this browser. Allow its cookies for this site."), 403, True,
    ),
    "not_again": Problem(
        "CT411", _("You were not asked to sign in anew"),
        _("To confirm that it is you, the provider has to ask for your sign-in once more, and did not."),
        _("Sign out at the provider, then try again."), 403, True,
    ),
    "groups_cut": Problem(
        "CT412", _("You are in more groups than the provider tells"),
        _("The provider left out your groups because they are too many, so that nobody can tell what you may see."),
        _("Whoever runs the provider can limit what it sends to the groups assigned to this program. Tell them the code."),
    ),
    "no_email": Problem(
        "CT413", _("The provider sent no e-mail address"), _("Your account here is found by it the first time that you come."), _ADMIN,
    ),
    "email_unverified": Problem(
        "CT414", _("Your e-mail address is not verified"),
        _("The provider does not vouch for the address that it sent, so that it cannot be matched to an account here."),
        _("Verify the address at the provider, or tell whoever administers accounts here, with the code."),
    ),
    "closed": Problem("CT415", _("Your account here is closed"), _("You can still sign in at the provider, but not here."), _ADMIN),
    "two_accounts": Problem(
        "CT416", _("Two accounts have one e-mail address"),
        _("The account here with this address already belongs to another account at the provider."), _ADMIN,
    ),
    "no_role": Problem(
        "CT417", _("You have no role here"),
        _("You are signed in at the provider, but none of your groups gives a role here, and nobody has given you one."),
        _("Ask whoever administers accounts here for a role. The names of your groups have been kept for them."),
    ),
    "denied": Problem(
        "CT418", _("The provider did not let you through"),
        _("It may have been cancelled, or the provider does not allow you this program."),
        _("Begin again, or ask whoever runs the provider."), 403, True,
    ),
    "another": Problem(
        "CT419", _("That was somebody else"),
        _("You are signed in here as one person and confirmed as another at the provider."),
        _("Sign out at the provider and confirm with your own account."), 403, True,
    ),
    "late": Problem(
        "CT420", _("This sign-in was already used, or took too long"),
        _("Between the provider and this page lie a few minutes at most."),
        _("Begin again."), 403, True,
    ),
    "none": Problem(
        "CT421", _("No provider is set up"), _("Signing in at a provider is not part of this installation."),
        _("Sign in with your password or a passkey."), 404,
    ),
}  # fmt: skip
