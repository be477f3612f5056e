"""What a transition leads to and who is told of it, in a sentence."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms.organisation.access import Access
from qms.records.models import Follow, Record
from qms.records.workflow import Transition


def consequence(record: Record, transition: Transition) -> str:
    """What state the record gets."""
    if transition.becomes:
        return str(transition.becomes)
    if transition.target == record.state:
        return _("It stays “%(state)s”.") % {"state": record.state_offer.label}
    return _("It becomes “%(state)s”.") % {"state": record.kind_offer.state(transition.target).label}


def told(record: Record, transition: Transition, access: Access) -> str:
    """Who is told when `access` makes `transition`: the sender at once, whoever is responsible when it ends
    by that, the others who follow. Two queries at most."""
    followers = Follow.objects.filter(record=record, person__is_active=True).exclude(person=access.person)
    ids = set(followers.values_list("person_id", flat=True))
    sentences = []
    author = record.created_by
    if transition.tells_author and author and author.pk in ids:
        ids.remove(author.pk)
        sentences.append(_("%(name)s, who sent it, is told at once.") % {"name": author.name})
    owner = None if record.kind_offer.state(transition.target).is_open else record.owner
    if owner and owner.is_active and owner != access.person and owner.pk not in ids:
        sentences.append(_("%(name)s, who is responsible, is told.") % {"name": owner.name})
    if ids:
        sentences.append(
            ngettext(
                "%(count)d other who follows it is told.",
                "%(count)d others who follow it are told.",
                len(ids),
            )
            % {"count": len(ids)}
            if sentences
            else ngettext(
                "%(count)d person who follows it is told.",
                "%(count)d people who follow it are told.",
                len(ids),
            )
            % {"count": len(ids)}
        )
    return " ".join(sentences)
