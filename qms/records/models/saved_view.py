"""Views of lists that people keep."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """A filter somebody has given a name. The address carries all of it, so it can be shared as a link."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views", db_index=False
    )
    kind = models.CharField(max_length=20, blank=True)
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(max_length=4000, blank=True)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "name"],
                name="saved_view_name_once",
                violation_error_message=_("You already have a view with this name. Choose another."),
            )
        ]

    def __str__(self) -> str:
        return self.name
