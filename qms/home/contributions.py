"""The start page's own place in the menu."""

from django.utils.translation import gettext_lazy as _

from qms.contributions import MenuItem, menu_items

menu_items.add(
    MenuItem(key="start", label=_("Start"), url_name="home:start", icon="start", order=1, short=True)
)
