"""Icons from the USWDS sprite, as markup."""

from __future__ import annotations

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString


def icon(name: str, *, label: str = "", size: int = 0) -> SafeString:
    """One icon by its USWDS name, size 3 to 9. Silent to screen readers unless `label` says what it means."""
    href = f"{static('uswds/img/sprite.svg')}#{name}"
    css = f"usa-icon usa-icon--size-{size}" if size else "usa-icon"
    if label:
        return format_html('<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>', css, label, href)
    return format_html('<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', css, href)
