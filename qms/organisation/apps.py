from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _


class OrganisationConfig(AppConfig):
    name = "qms.organisation"
    verbose_name = _("Organisation")

    def ready(self) -> None:
        """Each sign-in would else be saved as a change of the person, with a row of history."""
        from qms.organisation.services.sign_in import sign_in_noted

        user_logged_in.disconnect(dispatch_uid="update_last_login")
        user_logged_in.connect(sign_in_noted, dispatch_uid="sign_in_noted")
