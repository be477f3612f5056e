"""What the organisation offers the rest of the ground."""

from django.utils.translation import gettext_lazy as _

from qms.contributions import DemoPart, MenuItem, demo_parts, menu_items
from qms.organisation.permissions import ADMINISTER

menu_items.add(
    MenuItem(
        key="organisation",
        label=_("Organisation"),
        url_name="organisation:tree",
        icon="organisation",
        order=90,
        foot=True,
    )
)
menu_items.add(
    MenuItem(
        key="administration",
        label=_("Administration"),
        url_name="organisation:admin",
        icon="settings",
        order=95,
        foot=True,
        visible=lambda access: access.can_somewhere(ADMINISTER),
    )
)
MUNICIPALITY = "qms.organisation.services.demonstration.municipality_load"
demo_parts.add(DemoPart(key="organisation", load=MUNICIPALITY, order=10))
