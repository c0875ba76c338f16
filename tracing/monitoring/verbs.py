"""What the journal says of this room."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "advice.given": _("Advised"),
    "order.drafted": _("Order drafted"),
    "order.withdrawn": _("Draft of an order withdrawn"),
    "order.signed": _("Order signed"),
    "order.served": _("Order served"),
    "order.ended": _("Order ended"),
    "order.printed": _("Order printed"),
}
