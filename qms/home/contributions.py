"""What the home offers: the start page's place in the menu, and how jobs and mail are doing."""

from django.utils.translation import gettext_lazy as _

from qms.contributions import Card, MenuItem, cards, menu_items
from qms.home.operations import operations_card
from qms.organisation.access import Access
from qms.organisation.permissions import OPERATE


def _operates(access: Access) -> bool:
    return access.can_somewhere(OPERATE)


menu_items.add(
    MenuItem(key="start", label=_("Start"), url_name="home:start", icon="start", order=1, short=True)
)
menu_items.add(
    MenuItem(
        key="operations",
        label=_("Jobs and mail"),
        url_name="home:operations",
        icon="settings",
        order=95,
        foot=True,
        visible=_operates,
    )
)
cards.add(
    Card(
        key="home.operations",
        label=_("Jobs and mail"),
        load=operations_card,
        visible=_operates,
        budget=5,
        order=900,
    )
)
